use std::process::ExitCode;

use anyhow::Result;

use super::database;
use crate::opening::Place;
use crate::printer::Printer;

/// Show where a database stands, and how it differs from its migrations
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay migrate status
  mainstay migrate status --database postgres://todo:secret@db.example.org/todo

The exit status is 1 when migrations are pending or interrupted, when files and database disagree, or when a table is \
not what the migrations ask for.")]
pub(super) struct StatusArgs {
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &StatusArgs, printer: &Printer) -> Result<ExitCode> {
    let opened = database::open(&args.place, "migrate status")?;
    let status = opened
        .runtime
        .block_on(opened.migrator(&|_| {}).status(&opened.history))?;
    for (name, at) in &status.applied {
        printer.line(format_args!("applied      {name} at {at}"))?;
    }
    for name in &status.pending {
        printer.line(format_args!("pending      {name}"))?;
    }
    for name in &status.ahead {
        printer.line(format_args!(
            "ahead        {name}: of a newer release, its file is not here"
        ))?;
    }
    if status.applied.is_empty() && status.pending.is_empty() {
        printer.line("there are no migrations; write the first with `mainstay migrate new`")?;
    }
    if let Some(name) = &status.interrupted {
        printer.line(format_args!(
            "interrupted  {name}: `mainstay migrate apply` goes on with it"
        ))?;
    }
    if status.shapes > 1 {
        printer.line(format_args!(
            "releases of {} shapes can use the database",
            status.shapes
        ))?;
    }
    for step in &status.contract {
        printer.line(format_args!("for later    {step}"))?;
    }
    if let Some(fault) = &status.fault {
        printer.line(format_args!("fault        {fault}"))?;
    }
    for difference in &status.drift {
        printer.line(format_args!("differs      {difference}"))?;
    }
    let good = status.pending.is_empty()
        && status.interrupted.is_none()
        && status.fault.is_none()
        && status.drift.is_empty();
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
