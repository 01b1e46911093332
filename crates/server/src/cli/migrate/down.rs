use std::process::ExitCode;

use anyhow::Result;
use mainstay_engine::migrations::Event;

use super::apply::watch;
use super::database;
use crate::opening::Place;
use crate::printer::Printer;

/// Take the last migrations back
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay migrate down
  mainstay migrate down 2 --data /var/lib/todo

What the migration added goes, with the values in it; everything else is as before. A migration from which there is no \
way back is refused. While releases of two shapes are served, rolling back to the release before needs no `down`.")]
pub(super) struct DownArgs {
    /// How many
    #[arg(value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    migrations: u16,
    #[command(flatten)]
    place: Place,
    /// Wait for Enter after each step; the database can be left at any of them
    #[arg(long)]
    pause: bool,
}

pub(super) fn run(args: &DownArgs, printer: &Printer) -> Result<ExitCode> {
    let opened = database::open(&args.place, "migrate down")?;
    let watch = |event: &Event| watch(event, args.pause, printer);
    let migrator = opened.migrator(&watch);
    opened
        .runtime
        .block_on(migrator.down(usize::from(args.migrations)))?;
    Ok(ExitCode::SUCCESS)
}
