//! What somebody may do with a record, for acts that are not about its fields; and what it is called.

use mainstay_core::definition::{Collection, CollectionId};
use mainstay_core::{Actor, ActorKind, RecordId, Value, limits};
use mainstay_store::accounts::find_account;
use mainstay_store::records::read_values;
use mainstay_store::sql::{Arguments, Statement};
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, Tx};

use super::draft::Draft;
use super::write::holds;
use crate::context::Context;
use crate::failure::Failure;

/// May the actor read the living record?
pub(crate) fn may_read(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: &RecordId,
) -> Result<bool, StoreError> {
    match &ctx.rules(collection).read {
        Some(rule) => holds(tx, rule, &ctx.arguments(&[Bind::from(id)])),
        None => Ok(false),
    }
}

/// Does the rule for comments let whoever may read the record comment on it?
pub(crate) fn may_comment(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: &RecordId,
) -> Result<bool, StoreError> {
    match &ctx.rules(collection).may_comment {
        Some(rule) => holds(tx, rule, &ctx.arguments(&[Bind::from(id)])),
        None => Ok(false),
    }
}

/// May the actor delete the record?
pub(crate) fn may_delete(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: &RecordId,
) -> Result<bool, StoreError> {
    match &ctx.rules(collection).may_delete {
        Some(rule) => holds(tx, rule, &ctx.arguments(&[Bind::from(id)])),
        None => Ok(false),
    }
}

/// Could the actor write the record as it stands?
pub(crate) fn may_update(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: &RecordId,
) -> Result<bool, Failure> {
    let rule = ctx.rules(collection).may_update.as_ref();
    holds_as_it_stands(tx, ctx, collection, id, rule)
}

/// May the actor share the record with others? No share lets its holder.
pub(crate) fn may_share(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: &RecordId,
) -> Result<bool, Failure> {
    let rule = ctx.rules(collection).may_share.as_ref();
    holds_as_it_stands(tx, ctx, collection, id, rule)
}

/// Is a rule about the record before and after a change fulfilled, if nothing changes?
fn holds_as_it_stands(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    id: &RecordId,
    rule: Option<&Statement>,
) -> Result<bool, Failure> {
    let Some(rule) = rule else {
        return Ok(false);
    };
    let (collection, plan) = (ctx.of(collection_id), ctx.plan(collection_id));
    let target = [Bind::from(id)];
    let binds = plan.select_all.binds(&ctx.arguments(&target));
    let stored = tx.query_first(&plan.select_all.text, &binds, |row| {
        read_values(collection, &plan.all, row).map_err(Failure::from)
    })?;
    let Some(values) = stored else { return Ok(false) };
    let same = Draft {
        values,
        given: Vec::new(),
    };
    let input_ids = same.input_ids(collection);
    let arguments = Arguments {
        input: &same.values,
        input_ids: &input_ids,
        ..ctx.arguments(&target)
    };
    Ok(holds(tx, rule, &arguments)?)
}

/// The same moment for another user, who only reads; `None` for one who is not there or not active.
pub(crate) fn as_reader(
    tx: &mut Tx<'_>,
    ctx: &Context,
    user: &RecordId,
) -> Result<Option<Context>, StoreError> {
    let soft_delete = ctx.of(ctx.release.definition.users).soft_delete;
    let account = find_account(tx, soft_delete, user)?.filter(|account| account.active);
    Ok(account.map(|account| {
        let kind = if account.administrator {
            ActorKind::Administrator
        } else {
            ActorKind::User
        };
        let actor = Actor {
            kind,
            id: Some(account.id),
        };
        Context {
            method: "GET",
            ..ctx.acting_as(actor)
        }
    }))
}

/// What a living record is called, for somebody who may read it; `None` for anybody else.
pub(crate) fn read_label(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    id: &RecordId,
) -> Result<Option<String>, Failure> {
    let Some(rule) = &ctx.rules(collection_id).read else {
        return Ok(None);
    };
    let collection = ctx.of(collection_id);
    let columns = &ctx.rules(collection_id).shown;
    let target = [Bind::from(id)];
    let values = tx.query_first(&rule.text, &rule.binds(&ctx.arguments(&target)), |row| {
        read_values(collection, columns, row).map_err(Failure::from)
    })?;
    Ok(values.map(|values| label(collection, &values)))
}

/// What a record with these values is called, in one line.
pub(crate) fn label(collection: &Collection, values: &[Value]) -> String {
    let label = collection
        .label
        .render(collection, |field| &values[usize::from(field.0)]);
    let words: Vec<&str> = label.split_whitespace().collect();
    words
        .join(" ")
        .chars()
        .take(limits::TITLE_CHARACTERS_MAX)
        .collect()
}
