//! Creating records.

use mainstay_core::definition::{Collection, CollectionId, Relation, SystemField};
use mainstay_core::{Actor, ActorKind, Code, FieldId, Problem, Value};
use mainstay_store::journal::{self, Changes, Kind};
use mainstay_store::records::{RulePlans, insert_links};
use mainstay_store::sql::Arguments;
use mainstay_store::{Priority, StoreError, Violation, WriteTx};
use serde_json::{Map, Value as Json};

use super::draft::{Draft, draft_for_create, said};
use super::fields::{refuse_unsettable_new, shown_json};
use super::idempotency::{IdempotencyKey, once};
use super::members::add_owner;
use super::outcome::{Outcome, OutcomeKind};
use super::update::version_of;
use super::views::refuse_faulty_view;
use super::write::{
    broken_by_input, payload, record_entry, refuse_broken_checks, refuse_missing_targets, values_json,
};
use crate::context::Context;
use crate::failure::{Failure, explain};

/// Creates a record from a client's input.
pub async fn create_record(
    ctx: &Context,
    collection: CollectionId,
    input: Map<String, Json>,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    let draft = draft_for_create(ctx, ctx.of(collection), input)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| create_in(tx, ctx, collection, &draft))
    })
    .await
}

/// Creates a record inside a transaction.
pub(crate) fn create_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    draft: &Draft,
) -> Result<Outcome, Failure> {
    if ctx.rules(collection_id).insert.is_some() {
        refuse_known_id(tx, ctx.of(collection_id), draft)?;
    }
    let outcome = insert_in(tx, ctx, collection_id, draft)?;
    add_owner(tx, ctx, collection_id, draft.id())?;
    Ok(outcome)
}

/// Creates the user who signs up. The rule for creating users is for creating others and is not asked; those of fields
/// are, as of a user who writes their own record.
pub(crate) fn create_self_in(tx: &mut WriteTx<'_>, ctx: &Context, draft: &Draft) -> Result<Outcome, Failure> {
    let users = ctx.of(ctx.release.definition.users);
    let own = ctx.acting_as(Actor {
        kind: ActorKind::User,
        id: Some(draft.id()),
    });
    let input_ids = draft.input_ids(users);
    let arguments = Arguments {
        input: &draft.values,
        input_ids: &input_ids,
        ..own.arguments(&[])
    };
    refuse_unsettable_new(tx, &own, users.id, &said(&own, users, draft), &arguments)?;
    create_in(tx, ctx, users.id, draft)
}

/// Creates a record without asking the rule for it, in the name of the actor: whoever calls has asked another one.
pub(crate) fn insert_unasked(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    draft: &Draft,
) -> Result<Outcome, Failure> {
    insert_by(tx, ctx, collection, draft, &ctx.plan(collection).free)
}

/// Creates a record whose id may have been known before: it then begins at the version after its last one.
pub(super) fn insert_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    draft: &Draft,
) -> Result<Outcome, Failure> {
    insert_by(tx, ctx, collection_id, draft, ctx.rules(collection_id))
}

fn insert_by(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    draft: &Draft,
    rules: &RulePlans,
) -> Result<Outcome, Failure> {
    let collection = ctx.of(collection_id);
    let plan = ctx.plan(collection_id);
    let version = version_of(&draft.values);
    let Some(insert) = &rules.insert else {
        return Err(ctx.refused("only administrators may create records here"));
    };
    let input_ids = draft.input_ids(collection);
    let arguments = Arguments {
        input: &draft.values,
        input_ids: &input_ids,
        ..ctx.arguments(&[])
    };
    refuse_unsettable_new(tx, ctx, collection_id, &said(ctx, collection, draft), &arguments)?;
    match tx.execute(&insert.text, &insert.binds(&arguments)) {
        Ok(0) => return Err(ctx.refused("the rule for creating records here does not allow this one")),
        Ok(_) => {}
        Err(error) => return Err(explain_refusal(tx, ctx, collection_id, draft, &arguments, error)?),
    }
    let needs_targets = soft_targets(ctx, collection_id);
    if !needs_targets.is_empty() {
        // After the rule: whoever may not create the record does not learn what exists.
        refuse_missing_targets(tx, ctx, collection, &needs_targets, &draft.values)?;
    }
    let id = draft.id();
    for field in collection.fields.iter().filter(|field| !field.is_column()) {
        if let Value::Ids(targets) = draft.value(field.id) {
            insert_links(tx, collection, field, &id, targets).map_err(|error| explain(error, collection))?;
        }
    }
    refuse_broken_checks(tx, ctx, collection_id, &id)?;
    refuse_faulty_view(ctx, collection_id, &draft.given, &draft.values)?;
    let body = shown_json(tx, ctx, collection_id, &id, &draft.values)?;
    let journaled = if plan.all.len() == plan.public.len() && plan.readable.is_none() {
        payload(None, Some(&body))
    } else {
        payload(None, Some(&values_json(collection, &plan.all, &draft.values)))
    };
    record_entry(
        tx,
        ctx,
        Kind::RecordCreated,
        collection,
        (id, version),
        &journaled,
    )?;
    Ok(Outcome::new(OutcomeKind::Created, id, version, body))
}

/// An id stands for one record for ever: whoever could take that of a removed one would inherit its history, and what
/// others still say about it.
/// Whether there is such a record is told to those alone who may create one here.
fn refuse_known_id(tx: &mut WriteTx<'_>, collection: &Collection, draft: &Draft) -> Result<(), Failure> {
    let given = draft.given.contains(&SystemField::Id.id());
    if !given || !journal::is_known(tx, &Changes::of(collection, draft.id()))? {
        return Ok(());
    }
    let message = "was given to a record already; leave it out, and a new one is made";
    Err(Problem::field(Code::UniqueViolation, "id", message).into())
}

/// Relations whose targets may be deleted softly, which a foreign key does not see; and all relations to many, so that
/// the refusal can name the target.
fn soft_targets(ctx: &Context, collection: CollectionId) -> Vec<FieldId> {
    let fields = ctx.of(collection).fields.iter().filter(|field| !field.system);
    let unseen = |relation: &Relation| relation.many || ctx.of(relation.to).soft_delete;
    fields
        .filter(|field| field.relation().is_some_and(unseen))
        .map(|field| field.id)
        .collect()
}

/// What exactly the database refused: every broken check, every missing target.
pub(super) fn explain_refusal(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    draft: &Draft,
    arguments: &Arguments<'_>,
    error: StoreError,
) -> Result<Failure, Failure> {
    let collection = ctx.of(collection_id);
    match &error {
        StoreError::Violation(Violation::Check { .. }) => {
            if let Some(problem) = broken_by_input(tx, ctx, collection_id, arguments)? {
                return Ok(problem.into());
            }
        }
        StoreError::Violation(Violation::ForeignKey) => {
            let fields: Vec<FieldId> = collection.fields.iter().map(|field| field.id).collect();
            refuse_missing_targets(tx, ctx, collection, &fields, &draft.values)?;
        }
        _ => {}
    }
    Ok(explain(error, collection))
}
