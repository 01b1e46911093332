//! What a field is, and what its values may be.

use mainstay_core::definition::{
    DefaultValue, Definition, Field, FieldKind, OnDelete, Relation, TextOptions,
};
use mainstay_core::{Value, limits, values};
use serde_json::{Map, Value as Json, json};

/// A hidden field is told to whoever may give its value, and there is nobody where Mainstay alone sets it.
pub(super) fn is_told(field: &Field) -> bool {
    !field.hidden || !field.read_only
}

pub(crate) fn describe(definition: &Definition, field: &Field) -> Json {
    let mut described = json!({
        "name": field.name.as_str(),
        "title": field.title,
        "description": field.description,
        "type": field.kind.type_name(),
        "system": field.system,
        "required": field.required,
        "unique": field.unique,
        "hidden": field.hidden,
        "read_only": field.read_only,
        "write_once": field.write_once,
        "guarded": field.read.is_some(),
        "default": default(field),
    });
    if let Some(members) = described.as_object_mut() {
        members.append(&mut of_kind(definition, field));
    }
    described
}

fn default(field: &Field) -> Json {
    match &field.default {
        None => Json::Null,
        Some(DefaultValue::Literal(value)) => json!({ "value": written(&field.kind, value) }),
        Some(DefaultValue::Now) => json!({ "now": true }),
        Some(DefaultValue::AuthId) => json!({ "auth_id": true }),
    }
}

/// The value as a record shows it.
fn written(kind: &FieldKind, value: &Value) -> Json {
    let mut out = Vec::new();
    values::write_json(kind, value, &mut out);
    serde_json::from_slice(&out).expect("values are written as JSON")
}

/// What is said of fields of this type alone. A bound that every value keeps is left out.
fn of_kind(definition: &Definition, field: &Field) -> Map<String, Json> {
    let options = match &field.kind {
        FieldKind::Id | FieldKind::Boolean | FieldKind::DateTime | FieldKind::Date => json!({}),
        FieldKind::Text(options) => return text(options),
        FieldKind::Integer { min, max } => bounds(
            (*min > i64::MIN).then(|| json!(min)),
            (*max < i64::MAX).then(|| json!(max)),
        ),
        FieldKind::Number { min, max } => bounds(
            (*min > f64::MIN).then(|| json!(min)),
            (*max < f64::MAX).then(|| json!(max)),
        ),
        FieldKind::Decimal {
            precision,
            scale,
            min,
            max,
        } => {
            let largest = 10_i64.pow(u32::from(*precision)) - 1;
            let bound = |scaled| written(&field.kind, &Value::Int(scaled));
            let mut options = bounds(
                (*min > -largest).then(|| bound(*min)),
                (*max < largest).then(|| bound(*max)),
            );
            options["precision"] = json!(precision);
            options["scale"] = json!(scale);
            options
        }
        FieldKind::Select { options } => json!({ "options": options }),
        FieldKind::MultiSelect { options, items_max } => {
            json!({ "options": options, "items_max": items_max })
        }
        FieldKind::Json { schema, bytes_max } => {
            let mut options = json!({ "bytes_max": bytes_max });
            if let Some(schema) = schema {
                options["schema"] = schema.document.clone();
            }
            options
        }
        FieldKind::Email => json!({ "max": limits::EMAIL_CHARACTERS_MAX }),
        FieldKind::Url => json!({ "max": limits::URL_CHARACTERS_MAX }),
        FieldKind::Relation(relation) => return of_relation(definition, field, relation),
    };
    members(options)
}

fn bounds(min: Option<Json>, max: Option<Json>) -> Json {
    let min = min.map(|min| ("min".to_owned(), min));
    let max = max.map(|max| ("max".to_owned(), max));
    Json::Object(min.into_iter().chain(max).collect())
}

fn text(options: &TextOptions) -> Map<String, Json> {
    let mut described = json!({
        "min": options.min,
        "max": options.max,
        "multiline": options.multiline,
        "rich": options.rich,
    });
    if let Some(pattern) = &options.pattern {
        described["pattern"] = json!(pattern.as_str());
    }
    members(described)
}

fn of_relation(definition: &Definition, field: &Field, relation: &Relation) -> Map<String, Json> {
    let on_delete = match relation.on_delete {
        OnDelete::Restrict => "restrict",
        OnDelete::Cascade => "cascade",
        OnDelete::SetNull => "set_null",
    };
    let mut described = json!({
        "to": definition.collection(relation.to).name.as_str(),
        "many": relation.many,
        "on_delete": on_delete,
    });
    if relation.many {
        described["items_max"] = json!(limits::RELATION_TARGETS_MAX);
    }
    // Nobody can follow a hidden relation back.
    if let Some(back) = relation.back.as_ref().filter(|_| !field.hidden) {
        described["back"] = json!(back.as_str());
    }
    members(described)
}

fn members(object: Json) -> Map<String, Json> {
    match object {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}
