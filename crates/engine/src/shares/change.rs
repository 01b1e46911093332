//! Changing and revoking shares.

use mainstay_core::definition::CollectionId;
use mainstay_core::{FieldId, RecordId, Value};
use mainstay_store::journal::Kind;
use mainstay_store::shares::{Share, remove_link};
use mainstay_store::{Priority, WriteTx};
use serde_json::{Map, Value as Json};

use super::input::EndChange;
use super::{Shareable, input, note, require_sharer, signed_in};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{Draft, delete_unasked, overwrite_in};

/// Gives a share another level or another end. Whoever has opened its link keeps what is left of it at once.
pub async fn change_share(
    ctx: &Context,
    collection: CollectionId,
    record: RecordId,
    id: RecordId,
    input: &Map<String, Json>,
) -> Result<Vec<u8>, Failure> {
    Shareable::of(ctx, collection)?;
    signed_in(ctx)?;
    let change = input::read_change(input, ctx.now)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        require_sharer(tx, ctx, collection, &record)?;
        let shareable = Shareable::of(ctx, collection)?;
        let sharing = shareable.sharing;
        let before = shareable.find(tx, ctx, &record, &id)?;
        let level = change.level.map(|level| Value::Text(level.as_str().to_owned()));
        let expires_at = match change.end {
            EndChange::Stays => None,
            EndChange::Never => Some(Value::Null),
            EndChange::At(time) => Some(Value::timestamp(time)),
        };
        let given = [(sharing.level, level), (sharing.expires_at, expires_at)];
        let given = given
            .into_iter()
            .filter_map(|(field, value)| Some((field, value?)));
        overwrite_in(
            tx,
            ctx,
            shareable.made.id,
            id,
            &draft(&shareable, given.collect()),
        )?;
        let after = shareable.find(tx, ctx, &record, &id)?;
        if after != before {
            note(tx, ctx, Kind::ShareChanged, shareable.of, &after)?;
        }
        let shown = shareable.shown(tx, ctx, &after)?;
        Ok::<_, Failure>(shown.to_string().into_bytes())
    })
    .await
}

fn draft(shareable: &Shareable<'_>, given: Vec<(FieldId, Value)>) -> Draft {
    let mut values = vec![Value::Null; shareable.made.fields.len()];
    let fields = given.iter().map(|(field, _)| *field).collect();
    for (field, value) in given {
        values[usize::from(field.0)] = value;
    }
    Draft {
        values,
        given: fields,
    }
}

/// Ends a share: whoever may share the record ends any of them, and everybody those with themselves. Who had access by it
/// has none from now on, and what they follow ends.
pub async fn revoke_share(
    ctx: &Context,
    collection: CollectionId,
    record: RecordId,
    id: RecordId,
) -> Result<(), Failure> {
    Shareable::of(ctx, collection)?;
    let caller = signed_in(ctx)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let shareable = Shareable::of(ctx, collection)?;
        let found = shareable.place().find(tx, &id)?;
        let own = found.filter(|share| share.user == Some(caller) && share.target == record);
        if own.is_none() {
            require_sharer(tx, ctx, collection, &record)?;
        }
        let share = shareable.find(tx, ctx, &record, &id)?;
        end(tx, ctx, Kind::ShareRevoked, &shareable, &share)
    })
    .await
}

/// Removes a share with what its link was opened with.
pub(super) fn end(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    shareable: &Shareable<'_>,
    share: &Share,
) -> Result<(), Failure> {
    delete_unasked(tx, ctx, shareable.made.id, share.id)?;
    remove_link(tx, &share.id)?;
    note(tx, ctx, kind, shareable.of, share)
}
