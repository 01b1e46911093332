use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use mainstay_core::Definition;
use mainstay_core::migrations::{Answer, History, Migration, Operation, Question};
use mainstay_engine::migrations::{
    NewError, check_removals, new_contract, new_migration, new_sql, read_history, write_migration,
};

use crate::application::Application;
use crate::cli::question::{ask_rename, can_ask, confirm};
use crate::printer::Printer;

/// Write the migration from the last one to the definition
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay migrate new -m \"due dates\"
  mainstay migrate new --remove todos.priority
  mainstay migrate new --contract
  mainstay migrate new --sql \"one spelling of each city\"

A migration adds and changes; releases before it go on working. What only they need is taken away by a migration of its \
own, with --contract, once none of them runs any more.

Whether something was renamed is never guessed. Write was = \"its old name\" into the definition, or answer on a terminal.")]
pub(super) struct NewArgs {
    /// Folder of the application
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
    /// What it does, in a few words; the file is named after it [default: made from the steps]
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// A collection or collection.field that is gone and has not become something else
    #[arg(long, value_name = "NAME", conflicts_with_all = ["contract", "sql"])]
    remove: Vec<String>,
    /// Take away what only releases before the newest need
    #[arg(long, conflicts_with = "sql")]
    contract: bool,
    /// Write an empty step for SQL, and say what it is for
    #[arg(long, value_name = "ABOUT")]
    sql: Option<String>,
    /// Do not ask before a contract that loses data for good
    #[arg(long, requires = "contract")]
    yes: bool,
}

pub(super) fn run(args: &NewArgs, printer: &Printer) -> Result<ExitCode> {
    let definition = Application::read(&args.app)?.definition()?;
    let history = read_history(&args.app)?;
    let title = args.message.as_deref();
    let migration = if let Some(about) = &args.sql {
        new_sql(&history, title, about)?
    } else if args.contract {
        let migration = new_contract(&history, &definition, title)?;
        confirm_losses(args, &migration, printer)?;
        migration
    } else {
        compared(args, &history, &definition, printer)?
    };
    let path = write_migration(&args.app, &migration)?;
    printer.line(format_args!("Wrote {}", path.display()))?;
    for operation in &migration.operations {
        print(operation, printer)?;
    }
    printer.line(what_next(&migration))?;
    Ok(ExitCode::SUCCESS)
}

fn compared(
    args: &NewArgs,
    history: &History,
    definition: &Definition,
    printer: &Printer,
) -> Result<Migration, NewError> {
    let can_ask = can_ask(printer);
    let mut asked = BTreeSet::new();
    let mut answer = |question: &Question| {
        let name = match &question.collection {
            Some(collection) => format!("{collection}.{}", question.removed),
            None => question.removed.clone(),
        };
        let is_removed = args.remove.contains(&name);
        asked.insert(name);
        if is_removed {
            Answer::Removed
        } else if can_ask {
            ask_rename(question, printer)
        } else {
            Answer::Unknown
        }
    };
    let migration = new_migration(history, definition, args.message.as_deref(), &mut answer);
    check_removals(history, definition, &args.remove, &asked)?;
    migration
}

fn confirm_losses(args: &NewArgs, migration: &Migration, printer: &Printer) -> Result<()> {
    let steps = migration.operations.iter();
    let losses: Vec<&Operation> = steps.filter(|operation| operation.back().is_none()).collect();
    if losses.is_empty() || args.yes {
        return Ok(());
    }
    printer.note("When it is applied, this is lost for good:");
    for loss in losses {
        printer.note(format_args!("  {}", loss.sentence()));
    }
    if !can_ask(printer) {
        bail!("there is no terminal to ask on: say --yes if it may be lost");
    }
    if !confirm(printer, "write it") {
        bail!("nothing was written");
    }
    Ok(())
}

fn print(operation: &Operation, printer: &Printer) -> Result<()> {
    let class = operation.class().as_str();
    let words = operation.sentence();
    // A check or a default may have several lines.
    let sentence: Vec<&str> = words.lines().map(str::trim).collect();
    let back = operation.back().unwrap_or_else(|| "none".to_owned());
    printer.line(format_args!("  {class:8}  {}", sentence.join(" ")))?;
    printer.line(format_args!("  {:8}  way back: {back}", ""))?;
    Ok(())
}

fn what_next(migration: &Migration) -> &'static str {
    if migration.sql_steps().next().is_some() {
        "Next: write the statements of each engine that you use, and those of the way back; then commit the file."
    } else if migration.contract {
        "Next: commit the file, and apply it when no release before the newest runs any more."
    } else {
        "Next: read the file, and commit it together with the definition."
    }
}
