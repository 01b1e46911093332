//! The migrations of an application: its files, what is told while they run, and what stands in their way.

use std::path::Path;

use anyhow::{Result, bail};
use mainstay_core::Definition;
use mainstay_core::migrations::History;
use mainstay_engine::migrations::{Event, MigrateError};
use mainstay_store::schema::Misfit;

/// The history of an application; without a folder it is empty.
pub(crate) fn read_history(app: &Path) -> Result<History> {
    Ok(mainstay_engine::migrations::read_history(app)?)
}

/// Refuses a definition that the migrations do not lead to.
pub(crate) fn refuse_other_definition(history: &History, definition: &Definition) -> Result<()> {
    if history.state().shape() == definition.shape {
        return Ok(());
    }
    bail!(
        "the definition differs from what its migrations make: write the difference with `mainstay migrate new`"
    );
}

/// What happens, as a person reads it.
pub(crate) fn sentence(event: &Event) -> String {
    match event {
        Event::Waiting => "another process is migrating this database; waiting for it".to_owned(),
        Event::Resuming { migration } => format!("{migration} was interrupted; going on with it"),
        Event::Beginning { migration } => format!("{migration} begins"),
        Event::Step { step, .. } => format!("  done: {step}"),
        Event::Applied { migration } => format!("{migration} is applied"),
        Event::TakenBack { migration } => format!("{migration} is taken back"),
    }
}

/// Writes what happens to the log, where nobody watches a terminal.
pub(crate) fn log(event: &Event) {
    match event {
        Event::Step { migration, step } => tracing::info!(migration, step, "a step of a migration is done"),
        event => tracing::info!("{}", sentence(event)),
    }
}

/// The records that do not fit, a line for each way in which they do not.
pub(crate) fn misfit_lines(misfits: &[Misfit]) -> Vec<String> {
    let line = |misfit: &Misfit| {
        let ids: Vec<String> = misfit.ids.iter().map(ToString::to_string).collect();
        let more = if misfit.records > misfit.ids.len() as u64 {
            ", ..."
        } else {
            ""
        };
        let noun = if misfit.records == 1 { "record" } else { "records" };
        format!(
            "{}.{}: {} {noun} {}: {}{more}",
            misfit.collection,
            misfit.what,
            misfit.records,
            misfit.reason,
            ids.join(", ")
        )
    };
    misfits.iter().map(line).collect()
}

/// What a person has to know beside the sentence of an error.
pub(crate) fn lines_of(error: &MigrateError) -> Vec<String> {
    match error {
        MigrateError::Misfits {
            migration, misfits, ..
        } => {
            let mut lines = misfit_lines(misfits);
            lines.push(format!(
                "nothing was changed; mend these records, then apply {migration} again"
            ));
            lines
        }
        _ => Vec::new(),
    }
}
