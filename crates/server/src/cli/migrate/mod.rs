//! Migrations: one file for each subcommand.

mod apply;
mod check;
mod database;
mod down;
mod new;
mod plan;
mod status;

use std::process::ExitCode;

use anyhow::Result;

use crate::printer::Printer;

/// Write, check and apply the steps from one definition to the next
#[derive(Debug, clap::Args)]
pub(super) struct MigrateArgs {
    #[command(subcommand)]
    command: MigrateCommand,
}

#[derive(Debug, clap::Subcommand)]
enum MigrateCommand {
    New(new::NewArgs),
    Check(check::CheckArgs),
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Down(down::DownArgs),
    Status(status::StatusArgs),
}

pub(super) fn run(args: MigrateArgs, printer: &Printer) -> Result<ExitCode> {
    match args.command {
        MigrateCommand::New(args) => new::run(&args, printer),
        MigrateCommand::Check(args) => check::run(&args, printer),
        MigrateCommand::Plan(args) => plan::run(&args, printer),
        MigrateCommand::Apply(args) => apply::run(&args, printer),
        MigrateCommand::Down(args) => down::run(&args, printer),
        MigrateCommand::Status(args) => status::run(&args, printer),
    }
}
