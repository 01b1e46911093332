//! Creations, changes, deletions and restorings, each taken back: the operation stands in a batch whose second one fails.

use mainstay_core::definition::{Collection, DefaultValue, Field, FieldKind, SystemField};
use mainstay_core::{FieldId, RecordId, Value};
use mainstay_testkit::Client;
use mainstay_testkit::evaluator::Row;
use serde_json::{Map, Value as Json, json};

use super::expected::Asked;
use super::reads::listed;
use super::scene::{Scene, id_of};

/// What became of an operation.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The rules let it through, whatever the data said of it then.
    Allowed,
    NotFound,
    Refused,
}

/// Compares every cell, and gives their number.
pub(super) async fn compare(scene: &Scene) -> usize {
    let mut cells = 0;
    for collection in &scene.definition.collections {
        let whole = listed(&scene.administrator().client, collection, false).await;
        let whole = whole.expect("nothing is refused to an administrator");
        for person in &scene.people {
            let asked = Asked {
                cast: scene,
                person,
                collection,
                method: "POST",
            };
            for row in scene.sample(collection, person) {
                cells += change(&asked, row).await;
                cells += delete_and_restore(&asked, row).await;
                if let Some(whole) = whole.get(&id_of(row).to_string()) {
                    cells += create(scene, &asked, row, whole).await;
                }
            }
        }
    }
    cells
}

/// Runs one operation in a batch that comes to nothing.
async fn fate(asked: &Asked<'_>, operation: &Json) -> Fate {
    fate_of(&asked.person.client, operation).await
}

pub(super) async fn fate_of(client: &Client, operation: &Json) -> Fate {
    let nowhere = json!({"op": "delete", "collection": operation["collection"], "id": RecordId::from_bytes([9; 16]).to_string()});
    let batch = json!({"mode": "all_or_nothing", "operations": [operation, nowhere]});
    let answer = client.post("/api/v1/batch", batch).await;
    let problem = answer.json();
    let detail = problem["detail"].as_str().unwrap_or_default();
    match problem["code"].as_str().unwrap_or_default() {
        "not_found" if detail.starts_with("operation 0") => Fate::NotFound,
        "forbidden" | "unauthenticated" if detail.starts_with("operation 0") => Fate::Refused,
        // A token that is no good is refused before the batch is looked at.
        "invalid_token" | "token_expired" => Fate::Refused,
        code @ ("rate_limited" | "internal" | "timeout") => panic!("the matrix learns nothing of {code}"),
        "validation_failed" if !detail.contains("set only once") => {
            panic!("the input of the matrix should be valid: {operation} {problem}")
        }
        _ => Fate::Allowed,
    }
}

fn wanted(asked: &Asked<'_>, readable: bool, allowed: bool) -> Fate {
    match (readable, allowed) {
        _ if asked.person.is_expired() => Fate::Refused,
        (false, _) => Fate::NotFound,
        (true, false) => Fate::Refused,
        (true, true) => Fate::Allowed,
    }
}

/// Each settable field is given the value that it has, and each choice any other one.
async fn change(asked: &Asked<'_>, row: &Row) -> usize {
    let id = id_of(row).to_string();
    let mut cells = 0;
    for (field, json, value) in changes(asked.collection, row) {
        let mut input = row.clone();
        input.insert(field.id, value);
        let allowed = asked.may_update(row, &input, field) && asked.may_set(field, row, &input);
        let mut data = Map::new();
        data.insert(field.name.to_string(), json);
        let operation =
            json!({"op": "update", "collection": asked.collection.name.as_str(), "id": id, "data": data});
        let found = fate(asked, &operation).await;
        let place = (&asked.person.name, operation.to_string());
        assert_eq!(found, wanted(asked, asked.may_read(row), allowed), "{place:?}");
        cells += 1;
    }
    cells
}

/// Values to give: the field, the value as JSON, and as it is stored.
fn changes<'a>(collection: &'a Collection, row: &Row) -> Vec<(&'a Field, Json, Value)> {
    let mut changes = Vec::new();
    for field in collection
        .fields
        .iter()
        .filter(|field| !field.read_only && !field.system)
    {
        let value = &row[&field.id];
        match (&field.kind, value) {
            (FieldKind::Select { options }, _) => {
                changes.extend(
                    options
                        .iter()
                        .map(|option| (field, Json::from(option.as_str()), Value::Text(option.clone()))),
                );
            }
            (FieldKind::Boolean, _) => {
                changes.extend([true, false].map(|flag| (field, Json::from(flag), Value::Bool(flag))));
            }
            (FieldKind::Text(_) | FieldKind::Email | FieldKind::Url | FieldKind::Date, Value::Text(text)) => {
                changes.push((field, Json::from(text.as_str()), value.clone()));
            }
            (FieldKind::Relation(_), Value::Id(id)) => {
                changes.push((field, Json::from(id.to_string()), value.clone()));
            }
            (_, Value::Null) if !field.required => changes.push((field, Json::Null, Value::Null)),
            _ => {}
        }
    }
    changes
}

async fn delete_and_restore(asked: &Asked<'_>, row: &Row) -> usize {
    let (id, name) = (id_of(row).to_string(), asked.collection.name.as_str());
    let delete = json!({"op": "delete", "collection": name, "id": id});
    let allowed = asked.may_delete(row);
    let found = fate(asked, &delete).await;
    let place = (&asked.person.name, name, &id);
    assert_eq!(
        found,
        wanted(asked, asked.may_read(row), allowed),
        "delete: {place:?}"
    );
    if !asked.collection.soft_delete {
        return 1;
    }
    let restore = json!({"op": "restore", "collection": name, "id": id});
    let found = fate(asked, &restore).await;
    let may = asked.may_restore(row);
    assert_eq!(found, wanted(asked, may, may), "restore: {place:?}");
    2
}

/// A copy of a record, as far as a client can make one.
async fn create(scene: &Scene, asked: &Asked<'_>, row: &Row, whole: &Json) -> usize {
    let mut data = Map::new();
    let mut input = row.clone();
    let mut said: Vec<FieldId> = Vec::new();
    for field in &asked.collection.fields {
        let value = match (field.system, field.read_only || field.hidden) {
            (true, _) => system_value(scene, asked, field),
            // What is hidden cannot be copied.
            (false, true) => match &field.default {
                Some(DefaultValue::Literal(value)) => value.clone(),
                _ => Value::Null,
            },
            (false, false) => {
                data.insert(field.name.to_string(), whole[field.name.as_str()].clone());
                said.push(field.id);
                row[&field.id].clone()
            }
        };
        input.insert(field.id, value);
    }
    let hides_required = asked
        .collection
        .fields
        .iter()
        .any(|field| field.hidden && field.required && field.default.is_none());
    if hides_required {
        return 0;
    }
    let sets = |id: &&FieldId| {
        let field = asked.collection.field(**id);
        let default = match &field.default {
            Some(DefaultValue::Literal(value)) => value.clone(),
            Some(DefaultValue::AuthId) => asked.person.actor.id.map_or(Value::Null, Value::Id),
            Some(DefaultValue::Now) | None => Value::Null,
        };
        input[*id] != default
    };
    let allowed = asked.may_create(&input)
        && said
            .iter()
            .filter(sets)
            .all(|id| asked.may_set(asked.collection.field(*id), &input, &input));
    let operation = json!({"op": "create", "collection": asked.collection.name.as_str(), "data": data});
    let found = fate(asked, &operation).await;
    let place = (&asked.person.name, operation.to_string());
    assert_eq!(found, wanted(asked, true, allowed), "{place:?}");
    1
}

fn system_value(scene: &Scene, asked: &Asked<'_>, field: &Field) -> Value {
    match field.id {
        id if id == SystemField::Id.id() => Value::Id(RecordId::from_bytes([8; 16])),
        id if id == SystemField::Version.id() => Value::Int(1),
        id if id == SystemField::CreatedBy.id() => asked.person.actor.id.map_or(Value::Null, Value::Id),
        id if asked.collection.soft_delete && id == SystemField::DeletedAt.id() => Value::Null,
        _ => Value::timestamp(scene.now),
    }
}
