use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use mainstay_core::migrations::HistoryFault;
use mainstay_engine::migrations::{FolderError, check_migrations, read_files};
use serde_json::json;

use crate::application::Application;
use crate::printer::Printer;

/// Check that the migrations follow from one another and make what the definition declares
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay migrate check
  mainstay migrate check --app apps/todo --format json

It needs no database, so it can run for every change before it is merged. Each line is one fault; with any, the exit \
status is 1.")]
pub(super) struct CheckArgs {
    /// Folder of the application
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
    /// How to show faults
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// path: message; the way out
    Text,
    /// One object a line, with path, message and hint
    Json,
}

pub(super) fn run(args: &CheckArgs, printer: &Printer) -> Result<ExitCode> {
    let definition = Application::read(&args.app)?.definition()?;
    let (count, faults) = match read_files(&args.app) {
        Ok(files) => (files.len(), check_migrations(&files, &definition, &[])),
        Err(FolderError::Faults(faults)) => (0, faults),
        Err(error) => return Err(error.into()),
    };
    for fault in &faults {
        print(fault, args, printer)?;
    }
    if !faults.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    if args.format == Format::Text {
        let noun = if count == 1 { "migration" } else { "migrations" };
        printer.line(format_args!(
            "{count} {noun}, and the definition is what they make: all good"
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(fault: &HistoryFault, args: &CheckArgs, printer: &Printer) -> Result<()> {
    let path = args.app.join(&fault.path).display().to_string();
    let HistoryFault { message, hint, .. } = fault;
    match args.format {
        // One line for each, whatever is in a message.
        Format::Text => {
            let shown = HistoryFault {
                path,
                ..fault.clone()
            };
            let words = shown.to_string();
            let lines: Vec<&str> = words
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .collect();
            printer.note(lines.join(" "));
        }
        Format::Json => {
            printer.line(json!({ "path": path, "message": message, "hint": hint }))?;
        }
    }
    Ok(())
}
