use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::application::Application;
use crate::printer::Printer;

#[derive(Debug, clap::Args)]
#[command(about = "Print the OpenAPI document of an application")]
#[command(after_help = "\
Examples:
  mainstay openapi --app apps/todo --out todo.json")]
pub(super) struct OpenapiArgs {
    /// Folder of the application
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &OpenapiArgs, printer: &Printer) -> Result<ExitCode> {
    let definition = Application::read(&args.app)?.definition()?;
    let document = format!("{:#}\n", mainstay_http::openapi(&definition));
    match &args.out {
        Some(path) => {
            std::fs::write(path, document)
                .with_context(|| format!("{} cannot be written", path.display()))?;
        }
        None => printer.text(&document)?,
    }
    Ok(ExitCode::SUCCESS)
}
