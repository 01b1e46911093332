//! Putting back what a record was at a version: a new change, by the ordinary way.

use mainstay_core::definition::{CollectionId, Field};
use mainstay_core::{Code, Collection, FieldError, Problem, RecordId};
use mainstay_store::tx::Bind;
use mainstay_store::{Priority, WriteTx};
use serde_json::{Map, Value as Json};

use super::past::past;
use super::{PastValues, input_of, refuse_unless_visible};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::draft::draft_for_update;
use crate::records::idempotency::{IdempotencyKey, once};
use crate::records::outcome::Outcome;
use crate::records::update::update_in;
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
            let input = match &fields {
                Some(names) => named(of, &past.values, names)?,
                None => input_of(of, &past.values, |id| is_settable(of.field(id))),
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
) -> Result<Map<String, Json>, Failure> {
    let mut errors = Vec::new();
    for name in names {
        let (code, message) = match collection.find_field(name).filter(|field| !field.hidden) {
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
