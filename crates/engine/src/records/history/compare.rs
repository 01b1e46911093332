//! What differs between two versions of a record, and who made it so.

use std::collections::BTreeMap;

use mainstay_core::definition::{CollectionId, SystemField};
use mainstay_core::{Code, Collection, FieldId, Problem, RecordId};
use mainstay_store::Tx;
use mainstay_store::journal::{Changes, Kind, StoredEntry, changes, last_version};
use serde_json::{Value as Json, json};

use super::past::{Past, past, values_of};
use super::{entry_head, of_today, refuse_unless_visible};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::fields::withheld_fields;

/// The fields that differ between two versions, each with who changed it last in between. Without `to`: until now.
pub async fn compare_versions(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    from: i64,
    to: Option<i64>,
) -> Result<Vec<u8>, Failure> {
    ctx.read(move |tx, ctx| {
        refuse_unless_visible(tx, ctx, collection, id)?;
        let of = ctx.of(collection);
        let to = match to {
            Some(to) => to,
            None => newest(tx, of, id)?,
        };
        if from > to {
            let message = format!("must not be later than `to`, which is {to}");
            return Err(Problem::field(Code::InvalidParameter, "from", message).into());
        }
        let before = past(tx, of, id, from)?;
        let after = past(tx, of, id, to)?;
        let changed = changed_last(tx, of, id, &before, to)?;
        let withheld = withheld_fields(tx, ctx, collection, &id)?;
        let fields = differences(of, (&before, &after), &changed, &withheld);
        let json =
            json!({"from": entry_head(&before.entry), "to": entry_head(&after.entry), "fields": fields});
        Ok::<_, Failure>(json.to_string().into_bytes())
    })
    .await
}

/// The newest version at which there was something: of a record that is gone for good, the one before that.
fn newest(tx: &mut Tx<'_>, collection: &Collection, id: RecordId) -> Result<i64, Failure> {
    let (version, kind) = last_version(tx, &Changes::of(collection, id))?.ok_or_else(Problem::not_found)?;
    let is_gone = kind == Kind::RecordPurged.as_str()
        || (kind == Kind::RecordDeleted.as_str() && past(tx, collection, id, version).is_err());
    Ok(if is_gone { version - 1 } else { version })
}

/// For each field the last entry after a version, and up to another, that names it.
fn changed_last(
    tx: &mut Tx<'_>,
    collection: &Collection,
    id: RecordId,
    before: &Past,
    to: i64,
) -> Result<BTreeMap<FieldId, StoredEntry>, Failure> {
    let mut last = BTreeMap::new();
    let of = Changes::of(collection, id);
    changes::<Failure>(tx, &of, before.entry.seq, to, |entry| {
        let named = match entry.kind.as_str() {
            kind if kind == Kind::RecordUpdated.as_str() || kind == Kind::RecordCreated.as_str() => {
                of_today(collection, &values_of(entry, "new"))
                    .into_keys()
                    .collect()
            }
            _ => vec![SystemField::DeletedAt.id()],
        };
        for field in named {
            last.insert(field, entry.clone());
        }
        Ok(())
    })?;
    Ok(last)
}

fn differences(
    collection: &Collection,
    (before, after): (&Past, &Past),
    changed: &BTreeMap<FieldId, StoredEntry>,
    withheld: &[FieldId],
) -> Vec<Json> {
    let follows = [SystemField::Version.id(), SystemField::UpdatedAt.id()];
    let fields = collection
        .fields
        .iter()
        .filter(|field| !field.hidden && !follows.contains(&field.id) && !withheld.contains(&field.id));
    let differing = fields.filter(|field| before.values.get(&field.id) != after.values.get(&field.id));
    differing
        .map(|field| {
            json!({
                "field": field.name.as_str(),
                "old": before.values.get(&field.id),
                "new": after.values.get(&field.id),
                "changed": changed.get(&field.id).map(entry_head),
            })
        })
        .collect()
}
