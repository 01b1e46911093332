//! Taking back a record that an import made.

use mainstay_core::definition::CollectionId;
use mainstay_core::{FieldId, RecordId, Value};
use mainstay_store::adopt::{Adopted, find_adopted, forget_row, remove_adopted};
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, Tx, WriteTx};

use super::place::{read_record, version_in, version_of};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{Draft, delete_in, update_in};

/// Records that are looked at among those that point to one.
const HOLDERS_MAX: i64 = 1_000;

/// What became of a record.
#[derive(Debug)]
pub(super) enum Removed {
    /// The values that it had.
    Now(Vec<Value>),
    /// It was gone already.
    Before,
    /// Why it stays.
    Kept(String),
}

/// Why a record stays that others need.
pub(super) const POINTED_TO: &str = "other records point to it";

/// Removes the record, unless people have changed it since or others need it.
pub(super) fn remove(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    adopted: &Adopted,
    force: bool,
) -> Result<Removed, Failure> {
    let name = ctx.of(collection).name.as_str();
    let Some(values) = read_record(tx, ctx, collection, &adopted.id)? else {
        remove_adopted(tx, name, &adopted.id)?;
        return Ok(Removed::Before);
    };
    if !force && version_in(&values) != adopted.version {
        return Ok(Removed::Kept("has been changed here since".to_owned()));
    }
    if !force && is_pointed_to(tx, ctx, collection, &adopted.id)? {
        return Ok(Removed::Kept(POINTED_TO.to_owned()));
    }
    match tx.attempt(|tx| delete_in(tx, ctx, collection, adopted.id, None)) {
        Ok(_) => {
            remove_adopted(tx, name, &adopted.id)?;
            Ok(Removed::Now(values))
        }
        Err(Failure::Problem(problem)) => Ok(Removed::Kept(problem.detail.into_owned())),
        Err(internal) => Err(internal),
    }
}

/// Empties the fields of a record that nobody has changed and that only such records point to, so that what they point to
/// can go, and then the record itself.
pub(super) fn free(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    adopted: &Adopted,
    fields: &[FieldId],
) -> Result<bool, Failure> {
    let Some(values) = read_record(tx, ctx, collection, &adopted.id)? else {
        return Ok(false);
    };
    let filled = fields
        .iter()
        .filter(|field| !values[usize::from(field.0)].is_null());
    let given: Vec<FieldId> = filled.copied().collect();
    let may_go = version_in(&values) == adopted.version;
    if given.is_empty() || !may_go || is_needed(tx, ctx, collection, &adopted.id)? {
        return Ok(false);
    }
    let draft = Draft {
        values: vec![Value::Null; values.len()],
        given,
    };
    let written = tx.attempt(|tx| update_in(tx, ctx, collection, adopted.id, None, &draft));
    let outcome = match written {
        Ok(outcome) => outcome,
        // A check may want the value.
        Err(Failure::Problem(_)) => return Ok(false),
        Err(internal) => return Err(internal),
    };
    let name = ctx.of(collection).name.as_str();
    // A row that another import finds is not as this one left it.
    forget_row(
        tx,
        name,
        &adopted.id,
        outcome.record.map_or(0, |(_, version)| version),
    )?;
    Ok(true)
}

/// Does a record point to it that will not go?
fn is_needed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: &RecordId,
) -> Result<bool, Failure> {
    for reference in &ctx.plan(collection).references {
        let of = reference.at.collection;
        let arguments = [Bind::from(id), Bind::Null, Bind::Int(HOLDERS_MAX)];
        let mut holders = Vec::new();
        let binds = reference.either_ids.binds(&ctx.arguments(&arguments));
        tx.query(&reference.either_ids.text, &binds, |row| {
            holders.push(row.id(0)?);
            Ok::<(), StoreError>(())
        })?;
        for holder in holders {
            let known = find_adopted(tx, ctx.of(of).name.as_str(), &holder)?;
            let version = version_of(tx, ctx, of, &holder)?;
            if known.is_none_or(|known| version != Some(known.version)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Deleting the record would change, take along or be refused for another one.
fn is_pointed_to(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: &RecordId,
) -> Result<bool, StoreError> {
    for reference in &ctx.plan(collection).references {
        // Besides the record itself one more is enough.
        let arguments = [Bind::from(id), Bind::Null, Bind::Int(2)];
        let mut found = false;
        let binds = reference.either_ids.binds(&ctx.arguments(&arguments));
        tx.query(&reference.either_ids.text, &binds, |row| {
            found |= row.id(0)? != *id;
            Ok::<(), StoreError>(())
        })?;
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}
