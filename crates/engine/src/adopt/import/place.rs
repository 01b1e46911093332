//! Making a row a record, or bringing its record up to date, inside a transaction.

use mainstay_core::definition::{Collection, SystemField};
use mainstay_core::{FieldId, Problem, RecordId, Value};
use mainstay_store::accounts::set_password;
use mainstay_store::adopt::{Adopted, find_adopted, mark_adopted, put_adopted};
use mainstay_store::records::read_values;
use mainstay_store::tx::Bind;
use mainstay_store::{Tx, WriteTx};

use super::plan::TablePlan;
use super::report::ImportedTable;
use super::row::MappedRow;
use super::sum::row_sum;
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{Draft, create_in, draft_from_values, update_in};

/// Which time the rows of a table come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    First,
    /// All tables are filled: relations that had to wait are set.
    Second,
}

/// How an import goes about a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) pass: Pass,
    /// The number of the import.
    pub(super) run: i64,
    /// Also where people have changed the record since.
    pub(super) force: bool,
}

/// What came of some rows.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) table: ImportedTable,
    /// Rows that wait for the second pass.
    pub(super) waiting: u64,
}

/// A row with the targets that are there.
struct Ready {
    values: Vec<(FieldId, Value)>,
    /// Fields whose targets are not there yet.
    missing: Vec<FieldId>,
}

pub(super) fn place(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    plan: &TablePlan,
    row: &MappedRow,
    manner: Manner,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let name = ctx.of(plan.collection).name.as_str();
    let known = find_adopted(tx, name, &row.id)?;
    let mark = |tx: &mut WriteTx<'_>| match &known {
        Some(_) => mark_adopted(tx, name, &row.id, manner.run).map_err(Failure::from),
        None => Ok(()),
    };
    if !row.faults.is_empty() {
        if manner.pass == Pass::First {
            reject(row, &row.faults, tally);
            mark(tx)?;
        }
        return Ok(());
    }
    let full = row.sum();
    let is_same = known
        .as_ref()
        .is_some_and(|known| known.row_sum == full && known.password_sum == row.password_sum);
    if is_same {
        if manner.pass == Pass::First {
            tally.table.unchanged += 1;
            tally.table.source.add(&full);
            mark(tx)?;
        }
        return Ok(());
    }
    // What was refused in the first pass was told then.
    if manner.pass == Pass::Second && known.is_none() {
        return Ok(());
    }
    let (ready, faults) = targets(tx, ctx, plan, row)?;
    let written = row_sum(&row.id, ready.values.iter().map(|(_, value)| value));
    if manner.pass == Pass::Second && !ready.missing.is_empty() {
        tally.table.incomplete += 1;
        tally.table.source.add(&written);
        for (column, message) in missing_faults(plan, &ready.missing) {
            let told = format!("{message}: it stays empty until that is taken");
            tally.table.note(&row.key, Some(&column), &told);
        }
        return Ok(());
    }
    if !faults.is_empty() {
        reject(row, &faults, tally);
        return mark(tx);
    }
    let still_waits = known
        .as_ref()
        .is_some_and(|known| known.row_sum == written && known.password_sum == row.password_sum);
    if still_waits {
        tally.table.unchanged += 1;
        tally.waiting += 1;
        return mark(tx);
    }
    let written = write(tx, ctx, plan, row, &ready, known.as_ref(), manner)?;
    let is_known_still = matches!(written, Written::Left(_) | Written::Refused(_));
    tell(ctx, plan, row, &ready, written, manner, tally);
    if is_known_still { mark(tx) } else { Ok(()) }
}

/// Counts what came of a row.
fn tell(
    ctx: &Context,
    plan: &TablePlan,
    row: &MappedRow,
    ready: &Ready,
    written: Written,
    manner: Manner,
    tally: &mut Tally,
) {
    match written {
        Written::Done(created) => {
            if manner.pass == Pass::First && created {
                tally.table.created += 1;
            } else if manner.pass == Pass::First {
                tally.table.changed += 1;
            }
            for (column, message) in &row.remarks {
                tally.table.note(&row.key, Some(column), message);
            }
            if ready.missing.is_empty() {
                tally.table.source.add(&row.sum());
            } else {
                tally.waiting += 1;
            }
        }
        Written::Same => {
            tally.table.unchanged += 1;
            tally.table.source.add(&row.sum());
        }
        Written::Left(why) => {
            tally.table.conflicts += 1;
            tally.table.note(&row.key, None, why);
        }
        Written::Refused(problem) => {
            reject(row, &faults_of(plan, ctx.of(plan.collection), problem), tally);
        }
    }
}

fn reject(row: &MappedRow, faults: &[(String, String)], tally: &mut Tally) {
    tally.table.rejected += 1;
    tally.table.orphans += row.orphans;
    for (column, message) in faults {
        tally.table.note(&row.key, Some(column), message);
    }
}

/// Leaves out the targets that may come later, and tells of those that cannot come any more.
fn targets(
    tx: &mut Tx<'_>,
    ctx: &Context,
    plan: &TablePlan,
    row: &MappedRow,
) -> Result<(Ready, Vec<(String, String)>), Failure> {
    let collection = ctx.of(plan.collection);
    let mut ready = Ready {
        values: row.values.clone(),
        missing: Vec::new(),
    };
    let mut faults = Vec::new();
    for (field, value) in &mut ready.values {
        let (Some(relation), Value::Id(target)) = (collection.field(*field).relation(), &*value) else {
            continue;
        };
        let is_own = relation.to == collection.id && *target == row.id;
        if is_own || version_of(tx, ctx, relation.to, target)?.is_some() {
            continue;
        }
        if plan.deferred.contains(field) {
            ready.missing.push(*field);
            *value = Value::Null;
        } else {
            faults.extend(missing_faults(plan, &[*field]));
        }
    }
    Ok((ready, faults))
}

fn missing_faults(plan: &TablePlan, fields: &[FieldId]) -> Vec<(String, String)> {
    let columns = plan
        .columns
        .iter()
        .filter(|column| fields.contains(&column.field));
    columns
        .map(|column| (column.name.clone(), "leads to a row that was rejected".to_owned()))
        .collect()
}

/// The version of a living record; `None` where there is none.
pub(super) fn version_of(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: mainstay_core::CollectionId,
    id: &RecordId,
) -> Result<Option<i64>, Failure> {
    Ok(read_record(tx, ctx, collection, id)?.map(|values| version_in(&values)))
}

pub(super) fn version_in(values: &[Value]) -> i64 {
    match values[usize::from(SystemField::Version.id().0)] {
        Value::Int(version) => version,
        _ => 0,
    }
}

/// The values of a living record.
pub(super) fn read_record(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: mainstay_core::CollectionId,
    id: &RecordId,
) -> Result<Option<Vec<Value>>, Failure> {
    let plan = ctx.plan(collection);
    let target = [Bind::from(id)];
    let binds = plan.select_all.binds(&ctx.arguments(&target));
    tx.query_first(&plan.select_all.text, &binds, |row| {
        read_values(ctx.of(collection), &plan.all, row).map_err(Failure::from)
    })
}

enum Written {
    /// Was the record made?
    Done(bool),
    /// The record was here, without a note of an import, and says the same as the row.
    Same,
    /// Why it stays as it is.
    Left(&'static str),
    Refused(Problem),
}

fn write(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    plan: &TablePlan,
    row: &MappedRow,
    ready: &Ready,
    known: Option<&Adopted>,
    manner: Manner,
) -> Result<Written, Failure> {
    let record = read_record(tx, ctx, plan.collection, &row.id)?;
    let found = record.as_deref().map(version_in);
    let note = |version, values: &[(FieldId, Value)]| Adopted {
        id: row.id,
        key: row.key.clone(),
        row_sum: row_sum(&row.id, values.iter().map(|(_, value)| value)).to_vec(),
        password_sum: row.password_sum.clone(),
        version,
    };
    let name = ctx.of(plan.collection).name.as_str();
    match (known, &record) {
        (Some(_), None) if !manner.force => {
            return Ok(Written::Left("its record was deleted here, and stays so"));
        }
        (Some(known), Some(record)) if version_in(record) != known.version && !manner.force => {
            return Ok(Written::Left(
                "its record was changed here since, and stays as it is",
            ));
        }
        // As after a copy of the installation, which leaves the notes behind.
        (None, Some(record)) if row_sum(&row.id, plan.values_of(record)) == row.sum() => {
            put_adopted(tx, name, &note(version_in(record), &row.values), manner.run)?;
            return Ok(Written::Same);
        }
        (None, Some(_)) if !manner.force => {
            return Ok(Written::Left("a record with its id is here already, and differs"));
        }
        _ => {}
    }
    let written = tx.attempt(|tx| match found {
        Some(_) => update(tx, ctx, plan, row, ready),
        None => create(tx, ctx, plan, row, ready),
    });
    let version = match written {
        Ok(version) => version,
        Err(Failure::Problem(problem)) => return Ok(Written::Refused(problem)),
        Err(internal) => return Err(internal),
    };
    let is_new_password = known.is_none_or(|known| known.password_sum != row.password_sum);
    if let Some(hash) = row.password.as_ref().filter(|_| is_new_password) {
        set_password(tx, &row.id, hash, ctx.now)?;
    }
    put_adopted(tx, name, &note(version, &ready.values), manner.run)?;
    Ok(Written::Done(found.is_none()))
}

fn create(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    plan: &TablePlan,
    row: &MappedRow,
    ready: &Ready,
) -> Result<i64, Failure> {
    let mut given = ready.values.clone();
    given.push((SystemField::Id.id(), Value::Id(row.id)));
    let mut draft = draft_from_values(ctx, ctx.of(plan.collection), given)?;
    // What a record is given by itself, the row says here.
    for (field, value) in &ready.values {
        if ctx.of(plan.collection).field(*field).system && !value.is_null() {
            draft.set(*field, value.clone());
        }
    }
    // The id belongs to the row: after an undoing the same one comes back.
    draft.given.retain(|field| *field != SystemField::Id.id());
    let outcome = create_in(tx, ctx, plan.collection, &draft)?;
    Ok(outcome.record.map_or(1, |(_, version)| version))
}

fn update(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    plan: &TablePlan,
    row: &MappedRow,
    ready: &Ready,
) -> Result<i64, Failure> {
    let collection = ctx.of(plan.collection);
    let mut draft = Draft {
        values: vec![Value::Null; collection.fields.len()],
        given: Vec::new(),
    };
    for (field, value) in &ready.values {
        let times = [SystemField::CreatedAt.id(), SystemField::UpdatedAt.id()];
        if ready.missing.contains(field) || (times.contains(field) && value.is_null()) {
            continue;
        }
        draft.set(*field, value.clone());
        draft.given.push(*field);
    }
    let outcome = update_in(tx, ctx, plan.collection, row.id, None, &draft)?;
    Ok(outcome.record.map_or(1, |(_, version)| version))
}

/// What the write was refused for, by the columns of the source.
fn faults_of(plan: &TablePlan, collection: &Collection, problem: Problem) -> Vec<(String, String)> {
    if problem.errors.is_empty() {
        return vec![(collection.name.to_string(), problem.detail.into_owned())];
    }
    let column_of = |field: &str| {
        let id = collection.find_field(field).map(|field| field.id);
        let column = plan.columns.iter().find(|column| Some(column.field) == id);
        column.map_or_else(|| field.to_owned(), |column| column.name.clone())
    };
    let errors = problem.errors.into_iter();
    errors
        .map(|error| (column_of(&error.field), error.message.into_owned()))
        .collect()
}
