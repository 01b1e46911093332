//! What an endpoint is told of an entry.

use mainstay_core::definition::{Collection, CollectionId, Definition, SystemField};
use mainstay_core::{RecordId, Timestamp, Value, limits, values};
use mainstay_store::journal::{Changes, StoredEntry, history};
use mainstay_store::records::read_values;
use mainstay_store::{Tx, tx::Bind};
use serde_json::{Map, Value as Json, json};

use crate::context::Context;
use crate::failure::Failure;
use crate::records::values_json;

const CREATED: &str = "record.created";
const UPDATED: &str = "record.updated";
const DELETED: &str = "record.deleted";
const RESTORED: &str = "record.restored";
/// Later changes of a record that are taken back to know how it was; with more of them it is told as it is now.
const CHANGES_BACK_MAX: u32 = 200;

/// An entry with what it says of its record.
pub(super) struct Event {
    pub(super) body: String,
    /// The record behind the change, or before its deletion.
    pub(super) values: Option<Vec<Value>>,
}

/// The collection of an entry, by the name that it has now.
pub(super) fn collection_of(definition: &Definition, name: &str) -> Option<CollectionId> {
    let former = || {
        let mut collections = definition.collections.iter();
        collections.find(|collection| collection.former_names.iter().any(|former| former == name))
    };
    definition
        .find_collection(name)
        .or_else(former)
        .map(|collection| collection.id)
}

pub(super) fn is_about_a_record(entry: &StoredEntry) -> bool {
    [CREATED, UPDATED, DELETED, RESTORED].contains(&entry.kind.as_str())
}

/// Only entries about records tell more than who did what and when: what else stands in a payload, addresses for example,
/// is nobody's business.
pub(super) fn event(tx: &mut Tx<'_>, ctx: &Context, entry: &StoredEntry) -> Result<Event, Failure> {
    let collection = entry.collection.as_deref();
    let collection = collection.and_then(|name| collection_of(&ctx.release.definition, name));
    let (mut values, mut record, mut old) = (None, Json::Null, Json::Null);
    if let Some(id) = collection.filter(|_| is_about_a_record(entry)) {
        let of = ctx.of(id);
        let payload: Json = serde_json::from_str(&entry.payload).unwrap_or(Json::Null);
        values = record_at(tx, ctx, id, entry, &payload)?;
        if let Some(values) = &values {
            let public = values_json(of, &ctx.plan(id).public, values);
            record = serde_json::from_slice(&public).unwrap_or(Json::Null);
        }
        if entry.kind == UPDATED {
            old = public_part(of, &payload["old"]);
        }
    }
    let name = collection.map(|id| ctx.of(id).name.as_str());
    let name = name.or(entry.collection.as_deref());
    let mut body = body(entry, name, &record, &old);
    if body.len() > limits::WEBHOOK_BODY_BYTES_MAX {
        body = self::body(entry, name, &Json::Null, &Json::Null);
    }
    Ok(Event { body, values })
}

/// The body of a message that tests an endpoint.
pub(super) fn test_body(webhook: &RecordId, at: Timestamp) -> String {
    json!({
        "type": super::log::TEST,
        "timestamp": at.to_string(),
        "data": {"webhook_id": webhook.to_string()},
    })
    .to_string()
}

fn body(entry: &StoredEntry, collection: Option<&str>, record: &Json, old: &Json) -> String {
    json!({
        "type": entry.kind,
        "timestamp": entry.at.to_string(),
        "data": {
            "seq": entry.seq,
            "collection": collection,
            "record_id": entry.record_id.map(|id| id.to_string()),
            "version": entry.version,
            "actor": {"kind": entry.actor_kind, "id": entry.actor_id.map(|id| id.to_string())},
            "request_id": entry.request_id.map(|id| id.to_string()),
            "record": record,
            "old": old,
        },
    })
    .to_string()
}

fn public_part(collection: &Collection, values: &Json) -> Json {
    let Json::Object(values) = values else {
        return Json::Null;
    };
    let is_public = |name: &str| collection.find_field(name).is_some_and(|field| !field.hidden);
    let public = values.iter().filter(|(name, _)| is_public(name));
    Json::Object(
        public
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

/// The record as the entry left it; as it was, for a deletion.
fn record_at(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    entry: &StoredEntry,
    payload: &Json,
) -> Result<Option<Vec<Value>>, Failure> {
    let of = ctx.of(collection);
    let whole = match entry.kind.as_str() {
        CREATED | RESTORED => &payload["new"],
        DELETED => &payload["old"],
        _ => return changed_record(tx, ctx, collection, entry),
    };
    let mut values = vec![Value::Null; of.fields.len()];
    Ok(whole.as_object().map(|whole| {
        set(of, &mut values, whole);
        values
    }))
}

/// An entry about a change has the changed fields alone. So the record is taken as it is now, and what has happened to it
/// since is taken back.
fn changed_record(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    entry: &StoredEntry,
) -> Result<Option<Vec<Value>>, Failure> {
    let (Some(id), Some(version)) = (entry.record_id, entry.version) else {
        return Ok(None);
    };
    let (of, plan) = (ctx.of(collection), ctx.plan(collection));
    let target = [Bind::from(&id)];
    let binds = plan.select_all_either.binds(&ctx.arguments(&target));
    let now = tx.query_first(&plan.select_all_either.text, &binds, |row| {
        Ok::<_, Failure>(read_values(of, &plan.all, row)?)
    })?;
    let version_field = usize::from(SystemField::Version.id().0);
    if let Some(values) = &now
        && values[version_field] == Value::Int(version)
    {
        return Ok(now);
    }
    let since = history(tx, &Changes::of(of, id), i64::MAX, CHANGES_BACK_MAX)?;
    if since.last().is_some_and(|oldest| oldest.seq > entry.seq) {
        return Ok(now);
    }
    let mut values = now.unwrap_or_else(|| vec![Value::Null; of.fields.len()]);
    for later in since.iter().take_while(|later| later.seq > entry.seq) {
        let payload: Json = serde_json::from_str(&later.payload).unwrap_or(Json::Null);
        if let Some(before) = payload["old"].as_object() {
            set(of, &mut values, before);
        }
    }
    values[version_field] = Value::Int(version);
    values[usize::from(SystemField::UpdatedAt.id().0)] = Value::timestamp(entry.at);
    Ok(Some(values))
}

/// A value that does not fit its field any more, after a change of the definition, is none.
fn set(collection: &Collection, record: &mut [Value], given: &Map<String, Json>) {
    for (name, json) in given {
        if let Some(field) = collection.find_field(name) {
            record[usize::from(field.id.0)] = values::accept(field, json.clone()).unwrap_or(Value::Null);
        }
    }
}
