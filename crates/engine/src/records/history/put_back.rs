//! Putting back what a record was at a version: a new change, by the ordinary way.

use mainstay_core::definition::{CollectionId, Field};
use mainstay_core::{Code, Collection, FieldError, FieldId, Problem, RecordId};
use mainstay_store::sql::Arguments;
use mainstay_store::tx::Bind;
use mainstay_store::{Priority, WriteTx};
use serde_json::{Map, Value as Json};

use super::past::past;
use super::{PastValues, input_of, refuse_unless_visible};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::draft::{Draft, draft_for_update};
use crate::records::fields::{unsettable_fields, withheld_fields};
use crate::records::idempotency::{IdempotencyKey, once};
use crate::records::outcome::Outcome;
use crate::records::update::{read_for_write, update_in};
use crate::records::write::holds;

/// Gives a record the values of one of its versions again, all that a client may set or some fields only.
///
/// It is a change like any other: rules, checks and `write_once` hold, and nothing of the past is lost.
pub async fn put_back_version(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    version: i64,
    fields: Option<Vec<String>>,
    if_version: Option<i64>,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| {
            refuse_unless_living(tx, ctx, collection, id)?;
            let of = ctx.of(collection);
            let past = past(tx, of, id, version)?;
            let withheld = withheld_fields(tx, ctx, collection, &id)?;
            let input = if let Some(names) = &fields {
                named(of, &past.values, names, &withheld)?
            } else {
                let left = left_alone(tx, ctx, collection, &id)?;
                let is_wanted =
                    |id: FieldId| is_settable(of.field(id)) && !left.contains(&id) && !withheld.contains(&id);
                input_of(of, &past.values, is_wanted)
            };
            let draft = draft_for_update(ctx, of, input)?;
            update_in(tx, ctx, collection, id, if_version, &draft)
        })
    })
    .await
}

fn is_settable(field: &Field) -> bool {
    !field.system && !field.hidden && !field.read_only
}

/// The named fields, whether or not they may be set: what may not be is refused by its name.
fn named(
    collection: &Collection,
    values: &PastValues,
    names: &[String],
    withheld: &[FieldId],
) -> Result<Map<String, Json>, Failure> {
    let mut errors = Vec::new();
    for name in names {
        let field = collection.find_field(name).filter(|field| !field.hidden);
        let (code, message) = match field {
            // What it was then is not told, by putting it back neither.
            Some(field) if withheld.contains(&field.id) => (
                Code::Forbidden,
                "may not be read, and so not be put back".to_owned(),
            ),
            Some(field) if values.contains_key(&field.id) => continue,
            Some(_) => (Code::ValidationFailed, "has no value in that version".to_owned()),
            None => (
                Code::UnknownField,
                format!("there is no field `{name}` in {}", collection.name),
            ),
        };
        errors.push(FieldError {
            field: name.clone(),
            code,
            message: message.into(),
        });
    }
    if errors.is_empty() {
        let is_named = |field: &Field| names.iter().any(|name| *name == field.name.as_str());
        return Ok(input_of(collection, values, |id| is_named(collection.field(id))));
    }
    Err(Problem::validation(errors).into())
}

/// The fields that the caller may not set as the record stands: where nobody names them they stay as they are.
fn left_alone(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: &RecordId,
) -> Result<Vec<FieldId>, Failure> {
    let (of, plan) = (ctx.of(collection), ctx.plan(collection));
    if plan.settable.is_none() {
        return Ok(Vec::new());
    }
    let same = Draft {
        values: read_for_write(tx, ctx, collection, *id)?,
        given: Vec::new(),
    };
    let target = [Bind::from(id)];
    let input_ids = same.input_ids(of);
    let arguments = Arguments {
        input: &same.values,
        input_ids: &input_ids,
        ..ctx.arguments(&target)
    };
    Ok(unsettable_fields(tx, ctx, collection, &arguments)?)
}

/// What is deleted cannot be changed; whoever may know of it is told the way.
fn refuse_unless_living(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<(), Failure> {
    refuse_unless_visible(tx, ctx, collection, id)?;
    let target = [Bind::from(&id)];
    let arguments = ctx.arguments(&target);
    if holds(tx, &ctx.plan(collection).select_all, &arguments)? {
        return Ok(());
    }
    let detail = if holds(tx, &ctx.plan(collection).select_all_either, &arguments)? {
        "the record is deleted: restore it first, then put the version back"
    } else {
        "the record was deleted for good: there is nothing to put a version back into"
    };
    Err(Problem::new(Code::Conflict, detail).into())
}
