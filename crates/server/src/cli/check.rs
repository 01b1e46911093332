use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use mainstay_core::Definition;
use mainstay_store::Dialect;
use mainstay_store::records::Plans;
use mainstay_store::sql::Target;

use crate::application::Application;
use crate::diagnostics::{self, Format};
use crate::printer::Printer;

/// Check a definition and show everything that is wrong with it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay check
  mainstay check apps/todo --format short")]
pub(super) struct CheckArgs {
    /// Folder of the application
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// How to show faults
    #[arg(long, value_enum, default_value = "full")]
    format: Format,
}

pub(super) fn run(args: &CheckArgs, printer: &Printer) -> Result<ExitCode> {
    match Application::read(&args.dir)?.definition() {
        Ok(definition) => {
            // What is typed may still be too much for one statement.
            for dialect in [Dialect::Sqlite, Dialect::Postgres] {
                let target = Target {
                    definition: &definition,
                    dialect,
                };
                Plans::build(target).context("a rule or check of the definition")?;
            }
            printer.line(summary(&definition))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(faulty) => {
            diagnostics::print(printer, &faulty, args.format);
            if args.format == Format::Full {
                printer.error(&faulty);
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

fn summary(definition: &Definition) -> String {
    let (mut fields, mut rules) = (0, 0);
    for collection in &definition.collections {
        fields += collection.fields.iter().filter(|field| !field.system).count();
        let of = &collection.rules;
        rules += [&of.list, &of.read, &of.create, &of.update, &of.delete]
            .into_iter()
            .flatten()
            .count();
    }
    let collections = definition.collections.len();
    format!("{collections} collections, {fields} fields, {rules} rules: all good")
}
