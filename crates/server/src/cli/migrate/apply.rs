use std::io::BufRead as _;
use std::process::ExitCode;

use anyhow::Result;
use mainstay_engine::migrations::Event;

use super::database;
use crate::migrations;
use crate::opening::Place;
use crate::printer::Printer;

/// Bring a database to the last migration
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay migrate apply
  mainstay migrate apply --app apps/todo --data /var/lib/todo
  mainstay migrate apply --database postgres://todo:secret@db.example.org/todo

Each migration runs once, whoever starts it and how often. Records that would not fit are listed, and nothing is \
changed. What was interrupted is gone on with.")]
pub(super) struct ApplyArgs {
    #[command(flatten)]
    place: Place,
    /// Show what would run, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Wait for Enter after each step; the database can be left at any of them
    #[arg(long)]
    pause: bool,
}

pub(super) fn run(args: &ApplyArgs, printer: &Printer) -> Result<ExitCode> {
    if args.dry_run {
        return super::plan::print_plan(&args.place, false, printer);
    }
    let opened = database::open(&args.place, "migrate apply")?;
    let watch = |event: &Event| watch(event, args.pause, printer);
    let applied = opened
        .runtime
        .block_on(opened.migrator(&watch).apply(&opened.history))?;
    let status = opened
        .runtime
        .block_on(opened.migrator(&watch).status(&opened.history))?;
    if !status.ahead.is_empty() {
        printer.line(format_args!(
            "The database is ahead of these files: a newer release has applied {}.",
            status.ahead.join(", ")
        ))?;
    } else if applied.is_empty() {
        printer.line("The database is at the last migration already.")?;
    }
    for difference in &status.drift {
        printer.note(format_args!("  differs: {difference}"));
    }
    if status.drift.is_empty() {
        printer.line("The tables are what the migrations ask for.")?;
    }
    if !status.contract.is_empty() {
        printer.line(format_args!(
            "Releases from before can go on running. When none does, write the rest with `mainstay migrate new --contract`: {}",
            status.contract.join("; ")
        ))?;
    }
    Ok(if status.drift.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

pub(super) fn watch(event: &Event, pause: bool, printer: &Printer) {
    printer.note(migrations::sentence(event));
    if pause && matches!(event, Event::Step { .. }) {
        printer.note("  press Enter to go on");
        // Without anybody at the other end it goes on.
        drop(std::io::stdin().lock().read_line(&mut String::new()));
    }
}
