use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use mainstay_engine::data::{ExportFormat, export_records};

use crate::opening::Place;
use crate::printer::Printer;
use crate::serving;

/// Export the records of a collection
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay export annotations --format csv --out annotations.csv
  mainstay export annotations --format jsonl | head

In CSV, a text that a spreadsheet would run as a formula gets an apostrophe in front; an import takes it away again.")]
pub(super) struct ExportArgs {
    /// The collection
    collection: String,
    /// csv, or one JSON object a line
    #[arg(long, value_enum)]
    format: Format,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

pub(super) fn run(args: &ExportArgs, printer: &Printer) -> Result<ExitCode> {
    let opened = args.place.open_existing("export")?;
    let ctx = opened.environment.system_context();
    // Before the file is made: a wrong name must not leave an empty file behind.
    ctx.collection(&args.collection)?;
    let mut out: Box<dyn Write> = match &args.out {
        Some(path) => Box::new(BufWriter::new(
            File::create(path).with_context(|| format!("{} cannot be written", path.display()))?,
        )),
        None => Box::new(io::stdout()),
    };
    let format = match args.format {
        Format::Csv => ExportFormat::Csv,
        Format::Jsonl => ExportFormat::JsonLines,
    };
    let runtime = serving::start_runtime()?;
    let count = runtime.block_on(export_records(&ctx, &args.collection, format, &mut out))?;
    printer.note(format_args!("{count} records exported"));
    Ok(ExitCode::SUCCESS)
}
