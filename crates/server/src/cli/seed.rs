use std::process::ExitCode;

use anyhow::Result;
use mainstay_engine::data::{SeedReport, seed};

use crate::application::seed_files;
use crate::opening::Place;
use crate::printer::Printer;
use crate::serving;

/// Load the example records of an application
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay seed --app apps/todo
  mainstay seed --app apps/todo --data target/demo

Records that are there already stay as they are. New users share one fresh password, which is shown once.")]
pub(super) struct SeedArgs {
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &SeedArgs, printer: &Printer) -> Result<ExitCode> {
    let files = seed_files(&args.place.app)?;
    let opened = args.place.open("seed")?;
    let runtime = serving::start_runtime()?;
    let report = runtime.block_on(seed(&opened.environment.system_context(), files))?;
    tell(&report, printer)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(report: &SeedReport, printer: &Printer) -> Result<()> {
    for (collection, created) in &report.created {
        printer.line(format_args!("{collection}: {created} created"))?;
    }
    let created: usize = report.created.values().sum();
    printer.line(format_args!(
        "{created} records created, {} there already",
        report.skipped
    ))?;
    if let Some((password, emails)) = &report.password {
        printer.line(format_args!(
            "The password of {} is {}",
            emails.join(", "),
            password.expose()
        ))?;
    }
    Ok(())
}
