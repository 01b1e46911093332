//! What a collection is.

use mainstay_core::definition::{Collection, Definition, Label, LabelPart, Members};
use serde_json::{Value as Json, json};

use super::field;

pub(crate) fn describe(definition: &Definition, collection: &Collection) -> Json {
    let share = collection.sharing.as_ref();
    let share = share.map(|sharing| definition.collection(sharing.collection).name.as_str());
    let members = collection.members.as_ref();
    let order = &collection.order;
    let rules = &collection.rules;
    let told = collection.fields.iter().filter(|field| field::is_told(field));
    let fields: Vec<Json> = told.map(|field| field::describe(definition, field)).collect();
    json!({
        "name": collection.name.as_str(),
        "first_name": collection.first_name(),
        "title": collection.title,
        "description": collection.description,
        "label": label(collection, &collection.label),
        "soft_delete": collection.soft_delete,
        "comments": collection.comments,
        "trash_days": collection.trash_days,
        "share": share,
        "members": members.map(|members| of_members(collection, members)),
        "made": is_made(definition, collection),
        "order": {
            "field": collection.field(order.field).name.as_str(),
            "descending": order.descending,
        },
        "allows": {
            "list": rules.list.is_some(),
            "read": rules.read.is_some(),
            "create": rules.create.is_some(),
            "update": rules.update.is_some(),
            "delete": rules.delete.is_some(),
        },
        "fields": fields,
        "backs": backs(definition, collection),
    })
}

fn label(collection: &Collection, label: &Label) -> Vec<Json> {
    let parts = label.parts.iter();
    let parts = parts.map(|part| match part {
        LabelPart::Text(text) => json!({ "text": text }),
        LabelPart::Field(field) => json!({ "field": collection.field(*field).name.as_str() }),
    });
    parts.collect()
}

fn of_members(collection: &Collection, members: &Members) -> Json {
    let name = |field| collection.field(field).name.as_str();
    json!({
        "parent": name(members.parent),
        "user": name(members.user),
        "role": name(members.role),
        "owner": members.owner,
    })
}

/// Does it stand in no file of its own, but for `[members]` or `share` of another collection, or for `views`?
fn is_made(definition: &Definition, collection: &Collection) -> bool {
    let has_shares = |other: &Collection| {
        let sharing = other.sharing.as_ref();
        sharing.is_some_and(|sharing| sharing.collection == collection.id)
    };
    let has_views = definition
        .views
        .is_some_and(|views| views.collection == collection.id);
    has_views || collection.members.is_some() || definition.collections.iter().any(has_shares)
}

fn backs(definition: &Definition, collection: &Collection) -> Vec<Json> {
    let backs = collection.backs.iter();
    let shown = backs.filter(|back| !definition.field(back.from).hidden);
    let shown = shown.map(|back| {
        json!({
            "name": back.name.as_str(),
            "collection": definition.collection(back.from.collection).name.as_str(),
            "field": definition.field(back.from).name.as_str(),
        })
    });
    shown.collect()
}
