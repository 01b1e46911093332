use std::process::ExitCode;

use anyhow::Result;
use mainstay_engine::migrations::PlannedMigration;
use serde_json::json;

use super::database;
use crate::migrations::misfit_lines;
use crate::opening::Place;
use crate::printer::Printer;

/// Show what migrations would do to a database
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay migrate plan
  mainstay migrate plan --database postgres://todo:secret@db.example.org/todo --format json

Shows each operation with its class and way back, the steps with their locks and statements, the rows that they touch, \
and the records that would not fit, by their ids. Changes nothing. The exit status is 1 when records do not fit.")]
pub(super) struct PlanArgs {
    #[command(flatten)]
    place: Place,
    /// How to show it
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One object for each migration, a line each
    Json,
}

pub(super) fn run(args: &PlanArgs, printer: &Printer) -> Result<ExitCode> {
    print_plan(&args.place, args.format == Format::Json, printer)
}

pub(super) fn print_plan(place: &Place, as_json: bool, printer: &Printer) -> Result<ExitCode> {
    let opened = database::open(place, "migrate plan")?;
    let planned = opened
        .runtime
        .block_on(opened.migrator(&|_| {}).plan(&opened.history))?;
    if planned.is_empty() && !as_json {
        printer.line("The database is at the last migration: nothing is to be done.")?;
    }
    for migration in &planned {
        if as_json {
            printer.line(to_json(migration))?;
        } else {
            print(migration, printer)?;
        }
    }
    let fits = planned.iter().all(|migration| migration.misfits.is_empty());
    Ok(if fits {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print(migration: &PlannedMigration, printer: &Printer) -> Result<()> {
    let contract = if migration.contract { " (contract)" } else { "" };
    printer.line(format_args!("{}{contract}", migration.name))?;
    for (sentence, class, back) in &migration.operations {
        let back = back.as_deref().unwrap_or("none");
        printer.line(format_args!("  {class}: {sentence}; way back: {back}"))?;
    }
    for step in &migration.steps {
        let lock = if step.lock.is_empty() {
            "no lock"
        } else {
            step.lock
        };
        printer.line(format_args!("  step: {} ({lock})", step.name))?;
        for statement in &step.statements {
            for line in statement.lines() {
                printer.line(format_args!("      {line}"))?;
            }
        }
    }
    if migration.steps.is_empty() {
        printer.line("  its steps are known when the migration before it is applied")?;
    } else {
        printer.line(format_args!(
            "  copies or works out {} rows, in about {} s",
            migration.rows, migration.seconds
        ))?;
    }
    for loss in &migration.losses {
        printer.line(format_args!("  gone for good: {loss}"))?;
    }
    for line in misfit_lines(&migration.misfits) {
        printer.line(format_args!("  does not fit: {line}"))?;
    }
    Ok(())
}

fn to_json(migration: &PlannedMigration) -> serde_json::Value {
    json!({
        "name": migration.name,
        "title": migration.title,
        "contract": migration.contract,
        "operations": migration.operations.iter().map(|(sentence, class, back)| json!({
            "does": sentence, "class": class.as_str(), "way_back": back,
        })).collect::<Vec<_>>(),
        "steps": migration.steps.iter().map(|step| json!({
            "name": step.name, "lock": step.lock, "statements": step.statements,
        })).collect::<Vec<_>>(),
        "rows": migration.rows,
        "seconds": migration.seconds,
        "losses": migration.losses,
        "misfits": migration.misfits.iter().map(|misfit| json!({
            "collection": misfit.collection,
            "what": misfit.what,
            "reason": misfit.reason,
            "records": misfit.records,
            "ids": misfit.ids.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}
