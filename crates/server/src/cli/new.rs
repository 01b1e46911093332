use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::printer::Printer;
use crate::template::Template;

/// Make an application in a new folder
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay new notes
  mainstay new household --template todo")]
pub(super) struct NewArgs {
    /// The folder to make
    dir: PathBuf,
    /// What to begin with
    #[arg(long, value_enum, default_value = "blank")]
    template: Template,
}

pub(super) fn run(args: &NewArgs, printer: &Printer) -> Result<ExitCode> {
    refuse_full(&args.dir)?;
    args.template.write(&args.dir)?;
    let dir = args.dir.display();
    printer.line(format_args!("Made an application in {dir}. Next:"))?;
    printer.line(format_args!("  mainstay check {dir}"))?;
    if args.template.has_seed() {
        printer.line(format_args!("  mainstay seed --app {dir}"))?;
    }
    printer.line(format_args!("  mainstay dev --app {dir}"))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn refuse_full(dir: &Path) -> Result<()> {
    if !dir.exists() {
        return Ok(());
    }
    let mut entries = std::fs::read_dir(dir).with_context(|| format!("{} is no folder", dir.display()))?;
    if entries.next().is_some() {
        bail!("the folder {} is not empty: name a new one", dir.display());
    }
    Ok(())
}
