//! Errors on their way to the terminal.

use std::io;

use anyhow::Error;
use mainstay_core::migrations::Question;
use mainstay_engine::Failure;
use mainstay_engine::adopt::PlanError;
use mainstay_engine::data::{ImportError, SeedError};
use mainstay_engine::migrations::MigrateError;
use mainstay_engine::migrations::{FolderError, NewError};
use mainstay_store::schema::SchemaError;

use crate::application::Faulty;
use crate::config::{ConfigError, Unverified};
use crate::diagnostics::{self, Format};
use crate::migrations;
use crate::printer::Printer;

/// Did the reader of our output go away, as `head` does? Then there is nothing left to say.
pub(crate) fn is_closed_pipe(error: &Error) -> bool {
    let mut causes = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Prints an error, why it came about, and each of the faults that it stands for.
pub(crate) fn print(printer: &Printer, error: &Error) {
    if let Some(faulty) = error.downcast_ref::<Faulty>() {
        diagnostics::print(printer, faulty, Format::Full);
    }
    printer.error(error);
    for cause in error.chain().skip(1) {
        printer.note(format_args!("  because: {cause}"));
    }
    for cause in error.chain() {
        for fault in faults_of(cause) {
            printer.note(format_args!("  {fault}"));
        }
    }
}

fn faults_of(cause: &(dyn std::error::Error + 'static)) -> Vec<String> {
    if let Some(ConfigError(faults)) = cause.downcast_ref() {
        faults.iter().map(ToString::to_string).collect()
    } else if let Some(Unverified(found)) = cause.downcast_ref() {
        found.clone()
    } else if let Some(SeedError::Faults(faults)) = cause.downcast_ref() {
        faults.iter().map(ToString::to_string).collect()
    } else if let Some(ImportError::Options(faults)) = cause.downcast_ref() {
        faults.clone()
    } else if let Some(FolderError::Faults(faults)) = cause.downcast_ref() {
        faults.iter().map(ToString::to_string).collect()
    } else if let Some(NewError::InTheWay { unanswered, refused }) = cause.downcast_ref() {
        let questions = unanswered.iter().map(Question::hint);
        questions.chain(refused.iter().cloned()).collect()
    } else if let Some(error) = cause.downcast_ref::<MigrateError>() {
        migrations::lines_of(error)
    } else if let Some(PlanError(faults)) = cause.downcast_ref() {
        faults.clone()
    } else if let Some(SchemaError::WouldLose(_)) = cause.downcast_ref() {
        vec!["put them back, or drop the data with `mainstay dev --allow-loss`".to_owned()]
    } else if let Some(Failure::Problem(problem)) = cause.downcast_ref() {
        problem
            .errors
            .iter()
            .map(|error| format!("{}: {}", error.field, error.message))
            .collect()
    } else {
        Vec::new()
    }
}
