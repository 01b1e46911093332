use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use mainstay_engine::data::{SeedReport, seed};

use crate::application::seed_files;
use crate::opening::{Opened, Place};
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
    let opened = args.place.open("seed")?;
    serving::start_runtime()?.block_on(load(&args.place.app, &opened, printer))?;
    Ok(ExitCode::SUCCESS)
}

/// Loads the seed of an application and tells what came of it.
pub(super) async fn load(app: &Path, opened: &Opened, printer: &Printer) -> Result<()> {
    let report = seed(&opened.environment.system_context(), seed_files(app)?).await?;
    tell(&report, printer)
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
