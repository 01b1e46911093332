//! Following a definition alone, without migrations.

use mainstay_core::definition::Definition;
use mainstay_core::migrations::{Answer, Operation, Question, State, compare};

use super::change::Shaped;
use super::reshape::{self, Prepared};
use super::state::{StoredState, read_state, write_state};
use super::{Decisions, Loss, SchemaError, catalog, complete_state, count, read_stored, system};
use crate::sql::{TableSql, join_table_name_of};
use crate::tx::{Tx, WriteTx};

/// Brings the database to the shape of a definition alone, without migrations, and tells what changed, a sentence each;
/// nothing when all is as it should be.
///
/// Inside `Db::exclusive`, or while the database is opened: references must not be checked before the end.
pub fn apply(
    tx: &mut WriteTx<'_>,
    definition: &Definition,
    decisions: &Decisions,
) -> Result<Vec<String>, SchemaError> {
    if catalog::exists(tx, system::COPY)? {
        return Err(SchemaError::HalfCopied);
    }
    system::apply(tx)?;
    let stored = read_state(tx)?;
    let mut changes = Vec::new();
    let mut at = stored.as_ref().map(|stored| stored.state.clone());
    for state in next_states(tx, stored.as_ref(), definition, decisions)? {
        changes.extend(reshape::reshape(tx, at.as_ref(), &state, Prepared::default())?);
        at = Some(state);
    }
    let state = at.unwrap_or_default();
    complete_state(tx, &state)?;
    // Looks at every record: not at each start.
    if !changes.is_empty() {
        catalog::check_references(tx)?;
    }
    let development = stored.as_ref().is_none_or(|stored| stored.development);
    let next = StoredState { state, development };
    if stored.as_ref() != Some(&next) {
        write_state(tx, &next)?;
    }
    Ok(changes)
}

/// The states on the way to one that serves the shape of a definition alone.
fn next_states(
    tx: &mut WriteTx<'_>,
    stored: Option<&StoredState>,
    definition: &Definition,
    decisions: &Decisions,
) -> Result<Vec<State>, SchemaError> {
    let loss = decisions.loss;
    let Some(StoredState { state, .. }) = stored else {
        let state = State::plain(0, definition.shape.clone());
        if loss == Loss::Refuse {
            let wanted = Shaped::of(&state)?;
            let tables = wanted.tables(tx.dialect()).into_iter().map(|table| table.sql);
            refuse_losses(tx, &tables.collect::<Vec<_>>())?;
        }
        return Ok(vec![state]);
    };
    if state.serving(&definition.shape).is_some() {
        return Ok(vec![state.clone()]);
    }
    let mut failed = None;
    let comparison = compare(
        &state.shape(),
        &definition.shape,
        &definition.marks,
        &mut |question| {
            let mut answers = decisions.answers.iter();
            if let Some((_, answer)) = answers.find(|(asked, _)| asked == question) {
                return answer.clone();
            }
            // What holds nothing is not worth a question.
            match (loss, holds_something(tx, state, question)) {
                (Loss::Refuse, Ok(true)) => Answer::Unknown,
                (_, Err(error)) => {
                    failed = Some(error);
                    Answer::Unknown
                }
                _ => Answer::Removed,
            }
        },
    );
    if let Some(error) = failed {
        return Err(error);
    }
    if !comparison.refused.is_empty() {
        return Err(SchemaError::Refused(comparison.refused));
    }
    if !comparison.unanswered.is_empty() {
        return Err(SchemaError::Unanswered(comparison.unanswered));
    }
    let number = state.newest().map_or(0, |newest| newest.number);
    let mut next = state.contracted(number);
    next.expand(number, &comparison.operations)?;
    if loss == Loss::Refuse {
        let losses = losses(tx, &next)?;
        if !losses.is_empty() {
            return Err(SchemaError::WouldLose(losses));
        }
    }
    // A database that follows its definition calls everything as that does.
    let last = next.tidied(number);
    Ok(vec![next, last])
}

/// Does what a question is about have values?
fn holds_something(tx: &mut Tx<'_>, state: &State, question: &Question) -> Result<bool, SchemaError> {
    let Some(newest) = state.newest() else {
        return Ok(false);
    };
    let collection = question.collection.as_deref().unwrap_or(&question.removed);
    let table = newest.layout.table(collection);
    let column = match &question.collection {
        Some(_) => newest.layout.column(collection, &question.removed),
        None => "id",
    };
    match holding(tx, table, column)? {
        Some((_, rows)) => Ok(count(tx, &format!("SELECT 1 {rows} LIMIT 1"))? > 0),
        None => Ok(false),
    }
}

/// The rows that hold a value of a column, or links of a relation to many: what tells their records apart, and `FROM`
/// with its condition. `None` when there is no such column.
fn holding(
    tx: &mut Tx<'_>,
    table: &str,
    column: &str,
) -> Result<Option<(&'static str, String)>, SchemaError> {
    let links = join_table_name_of(table, column);
    let known = catalog::columns(tx, table)?;
    if known.iter().any(|known| known.name == column) {
        return Ok(Some((
            "*",
            format!("FROM \"{table}\" WHERE \"{column}\" IS NOT NULL"),
        )));
    }
    if catalog::exists(tx, &links)? {
        return Ok(Some(("DISTINCT \"owner\"", format!("FROM \"{links}\""))));
    }
    Ok(None)
}

/// What a contract of this state would take away, with the number of records that have it.
pub fn losses(tx: &mut Tx<'_>, state: &State) -> Result<Vec<String>, SchemaError> {
    let mut losses = Vec::new();
    for step in state.contract_steps() {
        match step {
            Operation::DropTable { table } if catalog::exists(tx, &table)? => {
                let records = count(tx, &format!("SELECT count(*) FROM \"{table}\""))?;
                if records > 0 {
                    losses.push(format!(
                        "{} and its {records} records",
                        state.words_of_table(&table)
                    ));
                }
            }
            Operation::DropColumn {
                table,
                column,
                down: None,
            } => {
                let Some((records, rows)) = holding(tx, &table, &column)? else {
                    continue;
                };
                let records = count(tx, &format!("SELECT count({records}) {rows}"))?;
                if records > 0 {
                    losses.push(format!(
                        "{} of {records} records",
                        state.words_of_column(&table, &column)
                    ));
                }
            }
            _ => {}
        }
    }
    Ok(losses)
}

/// Tables and columns that hold something and are no longer wanted.
fn refuse_losses(tx: &mut WriteTx<'_>, wanted: &[TableSql]) -> Result<(), SchemaError> {
    let mut losses = Vec::new();
    for name in read_stored(tx)?.tables.keys() {
        let Some(table) = wanted.iter().find(|table| table.name == *name) else {
            let records = count(tx, &format!("SELECT count(*) FROM \"{name}\""))?;
            if records > 0 {
                losses.push(format!("{name} and its {records} records"));
            }
            continue;
        };
        let columns = catalog::columns(tx, name)?;
        for column in columns
            .iter()
            .map(|column| &column.name)
            .filter(|column| !table.columns.contains(column))
        {
            let sql = format!("SELECT count(*) FROM \"{name}\" WHERE \"{column}\" IS NOT NULL");
            let records = count(tx, &sql)?;
            if records > 0 {
                losses.push(format!("{name}.{column} of {records} records"));
            }
        }
    }
    if losses.is_empty() {
        Ok(())
    } else {
        Err(SchemaError::WouldLose(losses))
    }
}
