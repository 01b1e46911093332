//! Example values: what a reader sees first, and valid wherever the field's kind says enough.

use mainstay_core::definition::{Collection, DefaultValue, Definition, Field, FieldKind, TextOptions};
use mainstay_core::{Value, decimal, values};
use serde_json::{Map, Value as Json, json};

use super::operation::Body;

pub(super) const ID: &str = "0195a3c9-0e4b-7e0a-b1cf-3d1a7a7f5c02";
pub(super) const OTHER_ID: &str = "0195a3bf-11d0-7d1f-a1a0-0c4a6e1f7b20";
/// With a mention.
pub(super) const COMMENT: &str = "Is this done, @[Nora](0195a3bf-11d0-7d1f-a1a0-0c4a6e1f7b20)?";
pub(super) const EMAIL: &str = "nora@example.com";
const PASSWORD: &str = "a long sentence is good";
pub(super) const TIME: &str = "2026-03-01T08:30:00.000000Z";

/// Texts to try against a pattern, from the likely to the odd.
const TEXTS: [&str; 14] = [
    "example",
    "Example",
    "EXAMPLE",
    "a",
    "A",
    "1",
    "42",
    "2026",
    "en",
    "ab-12",
    "a1b2c3",
    "#336699",
    "2026-03-01",
    "FREQ=DAILY",
];

/// A record as it is read. `None` for a field that no example is known for leaves it out.
pub(super) fn record(collection: &Collection) -> Json {
    let shown = collection.fields.iter().filter(|field| !field.hidden);
    let values = shown.filter_map(|field| Some((field.name.to_string(), stored(field)?)));
    Json::Object(values.collect())
}

/// The body of a creation: what has to be there, and what most people would add.
///
/// `None` when a required field has no example: half a body would only mislead.
pub(super) fn new_record(collection: &Collection) -> Option<Json> {
    let mut body = Map::new();
    for field in collection.fields.iter().filter(|field| !field.read_only) {
        if field.required && field.default.is_none() {
            body.insert(field.name.to_string(), example(field)?);
        }
    }
    Some(Json::Object(body))
}

/// The body of a change: one field, the first that can be changed.
pub(super) fn changes(collection: &Collection) -> Option<Json> {
    let mut changeable = collection
        .fields
        .iter()
        .filter(|field| !field.read_only && !field.write_once);
    let is_plain = |field: &&Field| field.relation().is_none();
    let (name, value) = changeable
        .clone()
        .filter(is_plain)
        .chain(&mut changeable)
        .find_map(|field| Some((field.name.to_string(), example(field)?)))?;
    Some(json!({ name: value }))
}

/// An example of a body that belongs to no collection.
pub(super) fn of_body(body: Body, definition: &Definition) -> Option<Json> {
    match body {
        Body::NewRecord | Body::Changes => None,
        Body::NewServiceAccount => new_record(definition.collection(definition.users)),
        Body::NewApiKey => Some(super::api_keys::example()),
        Body::NewExternalKey => Some(super::external_keys::example()),
        Body::RotateExternalKey => Some(super::external_keys::rotation_example()),
        Body::NewClient => Some(super::clients::example()),
        Body::ClientChanges => Some(json!({ "name": "Time tracker" })),
        Body::Batch => batch(definition),
        Body::SignUp => {
            let mut user = new_record(definition.collection(definition.users))?;
            user["password"] = json!(PASSWORD);
            Some(user)
        }
        Body::SignIn => Some(json!({ "email": EMAIL, "password": PASSWORD })),
        Body::ChangePassword => {
            Some(json!({ "current_password": PASSWORD, "password": "another sentence is good" }))
        }
        Body::Account(body) => Some(body.example()),
        Body::Passkey(body) => Some(body.example()),
        Body::Administration(body) => Some(body.example()),
        Body::SecondFactor => Some(json!({ "challenge": "...", "code": "287082" })),
        Body::CurrentPassword => Some(json!({ "current_password": PASSWORD })),
        Body::TotpCode => Some(json!({ "code": "287082" })),
        Body::BeginAtProvider => Some(json!({ "redirect_uri": "http://127.0.0.1:8400/back" })),
        Body::CompleteAtProvider => Some(json!({ "secret": "...", "state": "...", "code": "..." })),
        Body::Share(body) => Some(body.example()),
        Body::Refresh => Some(json!({ "refresh_token": "..." })),
        Body::NewComment | Body::CommentEdit => Some(json!({ "body": COMMENT })),
        Body::ReadNotifications => Some(json!({ "up_to": ID })),
        // The names of fields are those of a collection.
        Body::PutBack => Some(json!({})),
        Body::SaveVersion => {
            Some(json!({ "name": "Before the move", "description": "As it was agreed on." }))
        }
        Body::RestoreTrash => Some(json!({ "items": [{ "collection": first_soft(definition)?, "id": ID }] })),
        Body::SetUp => Some(json!({ "code": "abcd-efgh-ijkm-npqr", "email": EMAIL, "password": PASSWORD })),
        Body::NewWebhook => Some(super::webhooks::example()),
        Body::WebhookChanges => Some(json!({ "enabled": false })),
        Body::RotateSecret | Body::RotateApiKey => Some(json!({ "overlap_seconds": 3_600 })),
    }
}

fn first_soft(definition: &Definition) -> Option<&str> {
    let mut soft = definition
        .collections
        .iter()
        .filter(|collection| collection.soft_delete);
    soft.next().map(|collection| collection.name.as_str())
}

/// A creation in the first collection that has an example of one.
fn batch(definition: &Definition) -> Option<Json> {
    let create = definition.collections.iter().find_map(|collection| {
        let data = new_record(collection)?;
        Some(json!({ "op": "create", "collection": collection.name.as_str(), "data": data }))
    });
    Some(json!({ "mode": "all_or_nothing", "operations": [create?] }))
}

/// A default as JSON, where it is a fixed value.
pub(super) fn literal_default(field: &Field) -> Option<Json> {
    match &field.default {
        Some(DefaultValue::Literal(value)) => Some(written(&field.kind, value)),
        _ => None,
    }
}

fn written(kind: &FieldKind, value: &Value) -> Json {
    let mut out = Vec::new();
    values::write_json(kind, value, &mut out);
    serde_json::from_slice(&out).expect("values are written as JSON")
}

fn stored(field: &Field) -> Option<Json> {
    match field.name.as_str() {
        "deleted_at" if field.system => Some(Json::Null),
        "created_by" if field.system => Some(json!(OTHER_ID)),
        "version" if field.system => Some(json!(1)),
        _ if field.required || field.system => example(field),
        _ => Some(literal_default(field).unwrap_or(Json::Null)),
    }
}

fn example(field: &Field) -> Option<Json> {
    if let Some(value) = literal_default(field) {
        return Some(value);
    }
    Some(match &field.kind {
        FieldKind::Id => json!(ID),
        FieldKind::Text(options) => json!(text(field, options)?),
        FieldKind::Integer { min, max } => json!(1.clamp(*min, *max)),
        FieldKind::Number { min, max } => json!(1.5_f64.clamp(*min, *max)),
        FieldKind::Decimal { scale, min, max, .. } => {
            let mut out = Vec::new();
            decimal::write(10_i64.pow(u32::from(*scale)).clamp(*min, *max), *scale, &mut out);
            json!(String::from_utf8_lossy(&out))
        }
        FieldKind::Boolean => json!(true),
        FieldKind::DateTime => json!(TIME),
        FieldKind::Date => json!(&TIME[..10]),
        FieldKind::Select { options } => json!(options.first()?),
        FieldKind::MultiSelect { options, .. } => json!([options.first()?]),
        // What fits a schema of its own cannot be told from here.
        FieldKind::Json { schema, .. } => schema.is_none().then(|| json!({ "key": "value" }))?,
        FieldKind::Email => json!(EMAIL),
        FieldKind::Url => json!("https://example.com/page"),
        FieldKind::Relation(relation) if relation.many => json!([OTHER_ID]),
        FieldKind::Relation(_) => json!(OTHER_ID),
    })
}

/// The field's own title where it fits, else the first of some texts that does.
fn text(field: &Field, options: &TextOptions) -> Option<String> {
    let fits = |text: &&str| {
        let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        (options.min..=options.max).contains(&characters)
            && options
                .pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(text))
    };
    std::iter::once(field.title.as_str())
        .chain(TEXTS)
        .find(fits)
        .map(str::to_owned)
}
