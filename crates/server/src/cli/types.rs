use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::application::Application;
use crate::printer::Printer;

/// The file in a folder that was named.
const FILE: &str = "mainstay.ts";

#[derive(Debug, clap::Args)]
#[command(about = "Write the TypeScript types of an application, for the client")]
#[command(after_help = "\
Examples:
  mainstay types --app apps/todo --out web/src/mainstay.ts
  mainstay dev --types web/src/mainstay.ts    writes them anew with each change of the definition

A file that says the same already is left alone.")]
pub(super) struct TypesArgs {
    /// Folder of the application
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
    /// File to write, or a folder to write mainstay.ts in
    #[arg(long, value_name = "FILE|DIR")]
    out: PathBuf,
    /// Write what is the same for every application; the client itself is built with it
    #[arg(long, conflicts_with = "app", hide = true)]
    protocol: bool,
}

pub(super) fn run(args: &TypesArgs, printer: &Printer) -> Result<ExitCode> {
    let types = if args.protocol {
        mainstay_http::protocol_types()
    } else {
        mainstay_http::application_types(&Application::read(&args.app)?.definition()?)
    };
    if let Written::New(path) = write(&args.out, &types)? {
        printer.note(format_args!("Wrote {}.", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// What became of the file.
pub(super) enum Written {
    New(PathBuf),
    /// It says the same already.
    Same,
}

/// Writes types to a file, or to one in a folder, unless they stand there already: whoever watches the file would begin
/// to build.
pub(super) fn write(out: &Path, types: &str) -> Result<Written> {
    let path = if out.is_dir() {
        out.join(FILE)
    } else {
        out.to_owned()
    };
    if std::fs::read(&path).is_ok_and(|found| found == types.as_bytes()) {
        return Ok(Written::Same);
    }
    let cannot = || format!("the types cannot be written to {}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(cannot)?;
    }
    std::fs::write(&path, types).with_context(cannot)?;
    Ok(Written::New(path))
}
