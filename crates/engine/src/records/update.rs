//! Changing records.

use mainstay_core::definition::{Collection, CollectionId, SystemField};
use mainstay_core::{Code, FieldError, FieldId, Problem, RecordId, Value};
use mainstay_store::journal::Kind;
use mainstay_store::records::{read_values, replace_links, would_cycle};
use mainstay_store::sql::{Arguments, Statement, update_statement};
use mainstay_store::tx::Bind;
use mainstay_store::{Priority, Tx, WriteTx};
use serde_json::{Map, Value as Json};

use super::create::explain_refusal;
use super::draft::{Draft, draft_for_update};
use super::fields::{refuse_unsettable_change, shown_json, withheld_fields};
use super::idempotency::{IdempotencyKey, once};
use super::members::follow_role;
use super::outcome::{Outcome, OutcomeKind};
use super::views::refuse_faulty_view;
use super::write::{
    holds, payload, record_entry, refuse_broken_checks, refuse_missing_targets, some_values_json,
};
use crate::auth::{end_all, forget_after_commit, note_role};
use crate::context::Context;
use crate::failure::Failure;

/// Changes the given fields of a record. With `if_version` a record that is at another version stays as it is.
pub async fn update_record(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    if_version: Option<i64>,
    input: Map<String, Json>,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    let draft = draft_for_update(ctx, ctx.of(collection), input)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| {
            update_in(tx, ctx, collection, id, if_version, &draft)
        })
    })
    .await
}

/// Changes a record inside a transaction.
pub(crate) fn update_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    id: RecordId,
    if_version: Option<i64>,
    draft: &Draft,
) -> Result<Outcome, Failure> {
    let collection = ctx.of(collection_id);
    let old = read_for_write(tx, ctx, collection_id, id)?;
    let Merged {
        draft: merged,
        changed,
        errors,
    } = merge(
        collection,
        &old,
        draft,
        &unseen(tx, ctx, collection_id, id, draft)?,
    );
    let input_ids = merged.input_ids(collection);
    let target = [Bind::from(&id)];
    let arguments = Arguments {
        input: &merged.values,
        input_ids: &input_ids,
        ..ctx.arguments(&target)
    };
    let rule = rule_for_change(ctx, collection_id, &changed);
    refuse_unless(
        tx,
        ctx,
        collection_id,
        id,
        rule,
        &arguments,
        "the rule for changing this record does not allow it",
    )?;
    refuse_unsettable_change(tx, ctx, collection_id, &merged.given, &arguments)?;
    refuse_address(ctx, collection, &changed)?;
    // Only whoever may change the record learns what stands in it already.
    if !errors.is_empty() {
        return Err(Problem::validation(errors).into());
    }
    let old_version = version_of(&old);
    refuse_other_version(old_version, if_version)?;
    if changed.is_empty() {
        let body = shown_json(tx, ctx, collection_id, &id, &old)?;
        return Ok(Outcome::new(OutcomeKind::Changed, id, old_version, body));
    }
    write_change(tx, ctx, collection_id, id, &old, merged, &changed)
}

/// The address of a user is what they sign in with, and get their way back in by: whoever changes it shows that they know
/// the password, and have the new address.
fn refuse_address(ctx: &Context, collection: &Collection, changed: &[FieldId]) -> Result<(), Problem> {
    if !ctx.actor.is_bound_by_rules() || collection.id != ctx.release.definition.users {
        return Ok(());
    }
    let email = collection
        .find_field("email")
        .expect("users always have this field");
    if !changed.contains(&email.id) {
        return Ok(());
    }
    let message =
        "is not changed in the record: ask for a link with POST /api/v1/auth/request-address-change";
    Err(Problem::field(Code::ValidationFailed, "email", message))
}

/// The rule that a change needs. Whoever edits by a share leaves alone what decides who may do what.
fn rule_for_change<'a>(
    ctx: &'a Context,
    collection: CollectionId,
    changed: &[FieldId],
) -> Option<&'a Statement> {
    let rules = ctx.rules(collection);
    match &ctx.of(collection).sharing {
        Some(sharing) if changed.iter().any(|field| sharing.deciding.contains(field)) => {
            rules.may_update_own.as_ref()
        }
        _ => rules.may_update.as_ref(),
    }
}

/// Changes a record without a rule, also what may be set only once: for Mainstay's own acts.
pub(crate) fn overwrite_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    id: RecordId,
    draft: &Draft,
) -> Result<(), Failure> {
    let old = read_for_write(tx, ctx, collection_id, id)?;
    let merged = merge(ctx.of(collection_id), &old, draft, &[]);
    if !merged.changed.is_empty() {
        write_change(tx, ctx, collection_id, id, &old, merged.draft, &merged.changed)?;
    }
    Ok(())
}

/// The stored values of a living record, without a rule.
pub(crate) fn read_for_write(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    id: RecordId,
) -> Result<Vec<Value>, Failure> {
    let plan = ctx.plan(collection_id);
    let target = [Bind::from(&id)];
    let binds = plan.select_all.binds(&ctx.arguments(&target));
    let old = tx.query_first(&plan.select_all.text, &binds, |row| {
        read_values(ctx.of(collection_id), &plan.all, row).map_err(Failure::from)
    })?;
    old.ok_or_else(|| Problem::not_found().into())
}

/// Refuses what the rule does not allow: as not found where the record may not even be read.
pub(crate) fn refuse_unless(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    id: RecordId,
    rule: Option<&Statement>,
    arguments: &Arguments<'_>,
    refusal: &'static str,
) -> Result<(), Failure> {
    if !ctx.actor.is_bound_by_rules() {
        return Ok(());
    }
    let target = [Bind::from(&id)];
    let readable = match &ctx.rules(collection_id).read {
        Some(read) => holds(tx, read, &ctx.arguments(&target))?,
        None => false,
    };
    if !readable {
        return Err(Problem::not_found().into());
    }
    match rule {
        Some(rule) if holds(tx, rule, arguments)? => Ok(()),
        _ => Err(ctx.refused(refusal)),
    }
}

pub(crate) fn version_of(record: &[Value]) -> i64 {
    match record[usize::from(SystemField::Version.id().0)] {
        Value::Int(version) => version,
        _ => 0,
    }
}

pub(crate) fn refuse_other_version(stored: i64, wanted: Option<i64>) -> Result<(), Failure> {
    match wanted {
        Some(wanted) if wanted != stored => Err(Problem::new(
            Code::VersionMismatch,
            format!("the record is at version {stored}, not {wanted}: read it again, then repeat the change"),
        )
        .into()),
        _ => Ok(()),
    }
}

/// The record as it would be, the fields that differ, and those that may not.
struct Merged {
    draft: Draft,
    changed: Vec<FieldId>,
    errors: Vec<FieldError>,
}

/// What a change comes to, before anybody is asked whether it may be: the record as it would be, with the fields that differ.
pub(crate) fn propose(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    draft: &Draft,
) -> Result<(Draft, Vec<FieldId>), Failure> {
    let old = read_for_write(tx, ctx, collection, id)?;
    let unseen = unseen(tx, ctx, collection, id, draft)?;
    let merged = merge(ctx.of(collection), &old, draft, &unseen);
    Ok((merged.draft, merged.changed))
}

/// The given fields that the caller may not read. To give the value that is there already is a change of them too: one
/// that is not would tell that the guess was right.
fn unseen(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    draft: &Draft,
) -> Result<Vec<FieldId>, Failure> {
    let is_guarded = |field: &FieldId| ctx.of(collection).field(*field).read.is_some();
    if !draft.given.iter().any(is_guarded) {
        return Ok(Vec::new());
    }
    Ok(withheld_fields(tx, ctx, collection, &id)?)
}

fn merge(collection: &Collection, old: &[Value], draft: &Draft, unseen: &[FieldId]) -> Merged {
    let mut merged = Draft {
        values: old.to_vec(),
        given: draft.given.clone(),
    };
    let mut changed = Vec::new();
    let mut errors = Vec::new();
    for id in &draft.given {
        let (before, after) = (&old[usize::from(id.0)], draft.value(*id));
        if before == after && !unseen.contains(id) {
            continue;
        }
        let field = collection.field(*id);
        if field.write_once && !before.is_null() {
            let message = "can be set only once, and is set already";
            errors.extend(Problem::field(Code::ValidationFailed, field.name.as_str(), message).errors);
        }
        merged.set(*id, after.clone());
        changed.push(*id);
    }
    Merged {
        draft: merged,
        changed,
        errors,
    }
}

fn write_change(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    id: RecordId,
    old: &[Value],
    mut merged: Draft,
    changed: &[FieldId],
) -> Result<Outcome, Failure> {
    let collection = ctx.of(collection_id);
    let version = version_of(old) + 1;
    merged.set(SystemField::Version.id(), Value::Int(version));
    // Only an import says itself when a record was changed.
    if !merged.given.contains(&SystemField::UpdatedAt.id()) {
        merged.set(SystemField::UpdatedAt.id(), Value::timestamp(ctx.now));
    }
    refuse_missing_targets(tx, ctx, collection, changed, &merged.values)?;
    refuse_cycles(tx, collection, id, &merged, changed)?;

    let columns: Vec<FieldId> = changed
        .iter()
        .copied()
        .filter(|field| collection.field(*field).is_column() && *field != SystemField::UpdatedAt.id())
        .collect();
    let statement = update_statement(collection, &columns);
    let position = [Bind::from(&id), Bind::Int(version - 1)];
    let arguments = Arguments {
        input: &merged.values,
        ..ctx.arguments(&position)
    };
    if let Err(error) = tx.execute_one(&statement.text, &statement.binds(&arguments)) {
        return Err(explain_refusal(
            tx,
            ctx,
            collection_id,
            &merged,
            &arguments,
            error,
        )?);
    }
    for field in changed
        .iter()
        .map(|field| collection.field(*field))
        .filter(|field| !field.is_column())
    {
        if let Value::Ids(targets) = merged.value(field.id) {
            replace_links(tx, collection, field, &id, targets)?;
        }
    }
    refuse_broken_checks(tx, ctx, collection_id, &id)?;
    refuse_faulty_view(ctx, collection_id, changed, &merged.values)?;
    forget_after_commit(tx, ctx, collection_id, id);
    if collection_id == ctx.release.definition.users && !is_active(collection, &merged) {
        end_all(tx, ctx, id)?;
    }
    let (before, after) = (
        some_values_json(collection, changed, old),
        some_values_json(collection, changed, &merged.values),
    );
    let entry = payload(Some(&before), Some(&after));
    record_entry(tx, ctx, Kind::RecordUpdated, collection, (id, version), &entry)?;
    follow_role(tx, ctx, collection, id, changed, (old, &merged.values))?;
    if collection_id == ctx.release.definition.users {
        note_role(tx, ctx, id, changed, (old, &merged.values))?;
    }
    let body = shown_json(tx, ctx, collection_id, &id, &merged.values)?;
    Ok(Outcome::new(OutcomeKind::Changed, id, version, body))
}

/// Is a user one who may sign in?
fn is_active(users: &Collection, user: &Draft) -> bool {
    let field = users.find_field("active").expect("users always have this field");
    *user.value(field.id) == Value::Bool(true)
}

fn refuse_cycles(
    tx: &mut WriteTx<'_>,
    collection: &Collection,
    id: RecordId,
    merged: &Draft,
    changed: &[FieldId],
) -> Result<(), Failure> {
    for field in changed.iter().map(|field| collection.field(*field)) {
        let acyclic = field.relation().is_some_and(|relation| relation.acyclic);
        if acyclic && would_cycle(tx, collection, field, &id, merged.value(field.id))? {
            let message = "would make a circle: the record would be above itself";
            return Err(Problem::field(Code::CheckViolation, field.name.as_str(), message).into());
        }
    }
    Ok(())
}
