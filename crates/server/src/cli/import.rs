use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};
use mainstay_engine::data::{
    ImportError, ImportMode, ImportOptions, ImportProgress, ImportReport, ImportTarget, import_csv,
};

use super::pair::parse_pair;
use crate::opening::Place;
use crate::printer::Printer;
use crate::serving;

/// Import a CSV file into a collection
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay import books books.csv --map Title=title --map ISBN=isbn
  mainstay import items room.csv --set container=0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c \\
    --map turn_id=turn_id --map turn_text=content --map reply_to_turn=parent.turn_id

The file is UTF-8 with a header. Empty cells are null. A target such as parent.turn_id finds the record that a relation \
points to by the value of a field: among the rows of the file, wherever they stand, and among the records that agree with \
--set. Rows whose record is there already, by a unique index, are skipped.")]
pub(super) struct ImportArgs {
    /// The collection
    collection: String,
    /// The CSV file
    file: PathBuf,
    /// Which field a column is for, or relation.field to find a record by
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = parse_mapping, required = true)]
    mapping: Vec<(String, ImportTarget)>,
    /// A value for all rows
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = parse_pair)]
    constants: Vec<(String, String)>,
    /// Import the rows without faults even if others have some
    #[arg(long)]
    valid_rows_only: bool,
    /// Show what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Place,
}

fn parse_mapping(text: &str) -> Result<(String, ImportTarget), String> {
    // A column's name may have an equals sign in it, a field's cannot.
    let (column, target) = text.rsplit_once('=').ok_or("expected column=field")?;
    Ok((
        column.to_owned(),
        target.parse().map_err(|error| format!("{error}"))?,
    ))
}

pub(super) fn run(args: ImportArgs, printer: &Printer) -> Result<ExitCode> {
    let path = args.file.display().to_string();
    let file = File::open(&args.file).with_context(|| format!("{path} cannot be opened"))?;
    let bytes = file
        .metadata()
        .with_context(|| format!("{path} cannot be read"))?
        .len();
    let opened = args.place.open("import")?;
    let mode = if args.valid_rows_only {
        ImportMode::ValidRowsOnly
    } else {
        ImportMode::AllOrNothing
    };
    let options = ImportOptions {
        mapping: args.mapping,
        constants: args.constants,
        mode,
        dry_run: args.dry_run,
    };
    let bar = progress_bar(printer, bytes);
    let shown = bar.clone();
    let progress = move |progress: ImportProgress| shown.set_position(progress.bytes);
    let ctx = opened.environment.system_context();
    let runtime = serving::start_runtime()?;
    let imported = runtime.block_on(import_csv(&ctx, &args.collection, file, &options, progress));
    bar.finish_and_clear();
    match imported {
        Ok(report) => {
            tell_faults(printer, &path, &report);
            printer.line(summary(&report, args.dry_run))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(ImportError::Refused(report)) => {
            tell_faults(printer, &path, &report);
            printer.error(ImportError::Refused(report));
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}

fn progress_bar(printer: &Printer, bytes: u64) -> ProgressBar {
    if !printer.is_watched() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}, {eta} left");
    let bar = ProgressBar::new(bytes).with_style(style.expect("the template is well-formed"));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn tell_faults(printer: &Printer, path: &str, report: &ImportReport) {
    for fault in &report.faults {
        let column = fault
            .column
            .as_ref()
            .map_or(String::new(), |column| format!("{column}: "));
        printer.note(format_args!("{path}:{}: {column}{}", fault.line, fault.message));
    }
    let more = report.fault_count - report.faults.len() as u64;
    if more > 0 {
        printer.note(format_args!("and {more} more faults"));
    }
}

fn summary(report: &ImportReport, dry_run: bool) -> String {
    let ImportReport {
        rows,
        created,
        skipped,
        refused,
        ..
    } = report;
    let would = if dry_run { "would be " } else { "" };
    format!("{rows} rows: {created} {would}created, {skipped} there already, {refused} refused")
}
