//! Making a row a record, inside a transaction.

use std::collections::HashMap;

use mainstay_core::{FieldError, FieldId, Problem, RecordId, Value};
use mainstay_store::sql::Statement;
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, Tx, WriteTx};

use super::plan::{Plan, Unique, text_of};
use super::report::{ImportError, ImportReport, RowFault};
use super::row::{Reference, Row, Target};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{create_in, draft_from_values};

/// What became of the rows so far.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// Of rows that others may refer to, by number: their record, or the line of the refused row.
    rows: HashMap<usize, Result<RecordId, u64>>,
    /// The lines of records made by this import, where unique indexes tell what is there already.
    created: HashMap<RecordId, u64>,
}

enum Fate {
    Created(RecordId),
    /// The record is there already.
    Skipped(RecordId),
    Refused(Vec<RowFault>),
}

/// Creates the row's record, finds that it is there, or tells its faults.
pub(super) fn place(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    plan: &Plan,
    row: &Row,
    placed: &mut Placed,
    report: &mut ImportReport,
) -> Result<(), ImportError> {
    let fate = fate_of(tx, ctx, plan, row, placed)?;
    if plan.has_own_lookups() {
        let outcome = match &fate {
            Fate::Created(id) | Fate::Skipped(id) => Ok(*id),
            Fate::Refused(_) => Err(row.line),
        };
        placed.rows.insert(row.number, outcome);
    }
    match fate {
        Fate::Refused(faults) => report.refuse(faults),
        Fate::Created(id) => {
            if !plan.uniques.is_empty() {
                placed.created.insert(id, row.line);
            }
            report.rows += 1;
            report.created += 1;
        }
        Fate::Skipped(_) => {
            report.rows += 1;
            report.skipped += 1;
        }
    }
    Ok(())
}

fn fate_of(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    plan: &Plan,
    row: &Row,
    placed: &Placed,
) -> Result<Fate, ImportError> {
    let mut faults = row.faults.clone();
    let mut values = row.values.clone();
    for reference in &row.references {
        match target_of(tx, ctx, plan, reference, placed)? {
            Ok(id) => values.push((reference.field, Value::Id(id))),
            Err(message) => {
                let field = ctx.of(plan.collection).field(reference.field).name.as_str();
                faults.push(RowFault {
                    line: row.line,
                    column: Some(plan.column_of(ctx, field)),
                    message,
                });
            }
        }
    }
    if !faults.is_empty() {
        return Ok(Fate::Refused(faults));
    }
    if let Some((id, unique)) = existing(tx, plan, &values)? {
        return Ok(match placed.created.get(&id) {
            None => Fate::Skipped(id),
            Some(line) => Fate::Refused(vec![twin_of(ctx, plan, row, unique, *line)]),
        });
    }
    let created = draft_from_values(ctx, ctx.of(plan.collection), values).and_then(|draft| {
        tx.attempt(|tx| create_in(tx, ctx, plan.collection, &draft))
            .map(|_| draft.id())
    });
    match created {
        Ok(id) => Ok(Fate::Created(id)),
        Err(Failure::Problem(problem)) => Ok(Fate::Refused(faults_of(ctx, plan, row, problem))),
        Err(internal) => Err(internal.into()),
    }
}

/// Two rows of the file that would be one record.
fn twin_of(ctx: &Context, plan: &Plan, row: &Row, unique: &Unique, line: u64) -> RowFault {
    let collection = ctx.of(plan.collection);
    let columns: Vec<String> = unique
        .fields
        .iter()
        .filter(|field| !plan.constants.iter().any(|(constant, _)| constant == *field))
        .map(|field| plan.column_of(ctx, collection.field(*field).name.as_str()))
        .collect();
    let message = format!("line {line} has the same value already, and it must be unique");
    RowFault {
        line: row.line,
        column: Some(columns.join(", ")),
        message,
    }
}

fn faults_of(ctx: &Context, plan: &Plan, row: &Row, problem: Problem) -> Vec<RowFault> {
    let line = row.line;
    if problem.errors.is_empty() {
        return vec![RowFault {
            line,
            column: None,
            message: problem.detail.into_owned(),
        }];
    }
    let fault = |error: FieldError| {
        let column = Some(plan.column_of(ctx, &error.field));
        RowFault {
            line,
            column,
            message: error.message.into_owned(),
        }
    };
    problem.errors.into_iter().map(fault).collect()
}

/// The record that a reference means, or why there is none.
fn target_of(
    tx: &mut Tx<'_>,
    ctx: &Context,
    plan: &Plan,
    reference: &Reference,
    placed: &Placed,
) -> Result<Result<RecordId, String>, StoreError> {
    if let Target::Row(number, line) = reference.target {
        let outcome = placed.rows.get(&number).copied().unwrap_or(Err(line));
        return Ok(outcome.map_err(|line| format!("refers to line {line}, which has faults")));
    }
    let lookup = &plan.lookups[reference.lookup];
    let wanted: Vec<&Value> = std::iter::once(&reference.value).chain(&lookup.shared).collect();
    let found = ids_with(tx, &lookup.statement, &wanted)?;
    let (target, by) = (&ctx.of(lookup.to).name, ctx.of(lookup.to).field(lookup.by));
    let value = text_of(by, &reference.value);
    let nor_here = if lookup.own_column.is_some() {
        ", nor in this file"
    } else {
        ""
    };
    Ok(match found[..] {
        [id] => Ok(id),
        [] => Err(format!("there is no {} {value} in {target}{nor_here}", by.name)),
        _ => Err(format!(
            "several records of {target} have the {} {value}",
            by.name
        )),
    })
}

/// The stored record that the row describes: the one that all unique indexes lead to.
fn existing<'p>(
    tx: &mut Tx<'_>,
    plan: &'p Plan,
    values: &[(FieldId, Value)],
) -> Result<Option<(RecordId, &'p Unique)>, StoreError> {
    let mut found: Option<(RecordId, &Unique)> = None;
    for unique in &plan.uniques {
        let value_of = |field: &FieldId| values.iter().find(|(of, _)| of == field).map(|(_, value)| value);
        let wanted: Option<Vec<&Value>> = unique.fields.iter().map(value_of).collect();
        // Nulls are no part of a unique index.
        let Some(wanted) = wanted.filter(|wanted| !wanted.iter().any(|value| value.is_null())) else {
            continue;
        };
        match (ids_with(tx, &unique.statement, &wanted)?.first(), found) {
            (Some(id), None) => found = Some((*id, unique)),
            (Some(id), Some((other, _))) if *id == other => {}
            // The row is like one record in one way and like none or another in another way: the write tells.
            _ => return Ok(None),
        }
    }
    Ok(found)
}

fn ids_with(tx: &mut Tx<'_>, statement: &Statement, values: &[&Value]) -> Result<Vec<RecordId>, StoreError> {
    let binds: Vec<Bind<'_>> = values.iter().map(|value| Bind::from(*value)).collect();
    let mut ids = Vec::new();
    tx.query(&statement.text, &binds, |row| {
        ids.push(row.id(0)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(ids)
}
