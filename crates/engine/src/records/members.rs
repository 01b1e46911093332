//! Members of records, which `[members]` declares: whoever creates a record owns it, and somebody always does.

use mainstay_core::definition::{Collection, CollectionId, Members};
use mainstay_core::{ActorKind, Code, FieldId, Problem, RecordId, Value};
use mainstay_store::WriteTx;
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::sql::select_ids_by_fields;
use mainstay_store::tx::Bind;

use super::create::insert_in;
use super::draft::draft_from_values;
use super::write::{holds, payload, some_values_json};
use crate::context::Context;
use crate::failure::Failure;

/// Makes whoever created a record its first owner, where it has members.
pub(super) fn add_owner(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<(), Failure> {
    let (Some(user), ActorKind::User | ActorKind::Administrator) = (ctx.actor.id, ctx.actor.kind) else {
        return Ok(());
    };
    for back in &ctx.of(collection).backs {
        let of = ctx.of(back.from.collection);
        let made = of.members.as_ref().filter(|made| made.parent == back.from.field);
        let Some(made) = made else { continue };
        let given = vec![
            (made.parent, Value::Id(id)),
            (made.user, Value::Id(user)),
            (made.role, Value::Text(made.owner.clone())),
        ];
        let draft = draft_from_values(ctx, of, given)?;
        insert_in(tx, ctx, of.id, &draft)?;
    }
    Ok(())
}

/// What follows from another role of a member: an entry of its own in the journal, and a refusal when nobody would be
/// an owner any more.
pub(super) fn follow_role(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: &Collection,
    id: RecordId,
    changed: &[FieldId],
    (old, new): (&[Value], &[Value]),
) -> Result<(), Failure> {
    let made = collection.members.as_ref();
    let Some(made) = made.filter(|made| changed.contains(&made.role)) else {
        return Ok(());
    };
    refuse_ownerless(tx, ctx, collection, old)?;
    let fields = [made.parent, made.user, made.role];
    let (before, after) = (
        some_values_json(collection, &fields, old),
        some_values_json(collection, &fields, new),
    );
    let entry = payload(Some(&before), Some(&after));
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind: Kind::RoleChanged,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: Some(collection.name.as_str()),
            record_id: Some(id),
            version: None,
            payload: &entry,
        },
    )?;
    Ok(())
}

/// Refuses that the last owner of a record goes, or becomes something else. It is asked after the write, in its
/// transaction: of two owners who leave at the same moment one stays.
pub(super) fn refuse_ownerless(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: &Collection,
    old: &[Value],
) -> Result<(), Failure> {
    let Some(made) = &collection.members else {
        return Ok(());
    };
    let value = |field: FieldId| &old[usize::from(field.0)];
    if *value(made.role) != Value::Text(made.owner.clone())
        || has_owner(tx, ctx, collection, made, value(made.parent))?
    {
        return Ok(());
    }
    let detail = format!(
        "somebody must be `{}`: give another member this role first",
        made.owner
    );
    Err(Problem::new(Code::Conflict, detail).into())
}

fn has_owner(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: &Collection,
    made: &Members,
    parent: &Value,
) -> Result<bool, Failure> {
    let statement = select_ids_by_fields(collection, &[made.parent, made.role]);
    let wanted = [Bind::from(parent), Bind::Text(&made.owner)];
    Ok(holds(tx, &statement, &ctx.arguments(&wanted))?)
}
