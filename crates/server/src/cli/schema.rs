use std::process::ExitCode;

use anyhow::Result;
use mainstay_core::definition::{DefinitionFile, json_schema};

use crate::printer::Printer;

/// Print the JSON Schema of a definition's files, for editors
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay schema mainstay > mainstay.schema.json
  mainstay schema collection > collection.schema.json")]
pub(super) struct SchemaArgs {
    /// Which file
    #[arg(value_enum, default_value = "collection")]
    file: File,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum File {
    /// mainstay.toml
    Mainstay,
    /// collections/NAME.toml
    Collection,
    /// mail/MAIL.LANGUAGE.toml
    Mail,
}

pub(super) fn run(args: &SchemaArgs, printer: &Printer) -> Result<ExitCode> {
    let file = match args.file {
        File::Mainstay => DefinitionFile::Application,
        File::Collection => DefinitionFile::Collection,
        File::Mail => DefinitionFile::Mail,
    };
    printer.line(format_args!("{:#}", json_schema(file)))?;
    Ok(ExitCode::SUCCESS)
}
