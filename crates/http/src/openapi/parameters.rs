//! Query parameters and request headers.

use mainstay_core::definition::{Collection, Definition, Field, FieldKind};
use mainstay_core::limits;
use serde_json::{Map, Value as Json, json};

use super::changes;
use super::examples;
use super::operation::Parameter;

/// An emoji as a path spells it.
pub(super) const EMOJI_ENCODED: &str = "%F0%9F%91%8D";

/// What can stand in a path besides the collection, with what it means.
const IN_PATH: [(&str, &str); 4] = [
    ("id", "The id of what the path is about."),
    ("version", "A version of the record, as its history counts them."),
    ("version_id", "The id of a named version."),
    ("delivery_id", "The id of the message."),
];

/// The parts of a path that stand for something.
pub(super) fn of_path(path: &str) -> impl Iterator<Item = Json> {
    let shared = IN_PATH
        .into_iter()
        .filter(move |(name, _)| path.contains(&format!("{{{name}}}")))
        .map(|(name, _)| reference(name));
    shared.chain(path.contains("{emoji}").then(emoji))
}

/// Not shared: without comments nothing would use it.
fn emoji() -> Json {
    json!({
        "name": "emoji",
        "in": "path",
        "required": true,
        "description": "An emoji or a short word without spaces.",
        "schema": { "type": "string", "minLength": 1, "maxLength": limits::REACTION_CHARACTERS_MAX },
        "example": "👍",
    })
}

/// The parameters that are the same for every collection, by their names in the document.
pub(super) fn shared() -> Map<String, Json> {
    let mut parameters = Map::new();
    for (name, description) in IN_PATH {
        let (schema, example) = match name {
            "version" => (
                json!({ "type": "integer", "format": "int64", "minimum": 1 }),
                json!(1),
            ),
            _ => (json!({ "type": "string", "format": "uuid" }), json!(examples::ID)),
        };
        parameters.insert(
            name.into(),
            json!({
                "name": name,
                "in": "path",
                "required": true,
                "description": description,
                "schema": schema,
                "example": example,
            }),
        );
    }
    for parameter in [
        Parameter::From,
        Parameter::To,
        Parameter::With,
        Parameter::InCollection,
        Parameter::Limit,
        Parameter::Cursor,
        Parameter::Count,
        Parameter::Deleted,
        Parameter::DeliveryState,
        Parameter::IfMatch,
        Parameter::IfNoneMatch,
        Parameter::IdempotencyKey,
        Parameter::Subscribe,
        Parameter::LastEventId,
        Parameter::Since,
        Parameter::Collections,
        Parameter::Actor,
        Parameter::OfCollection,
        Parameter::OfRecord,
        Parameter::Kind,
        Parameter::From,
        Parameter::To,
        Parameter::Request,
        Parameter::Format,
        Parameter::Tree,
        Parameter::User,
    ] {
        parameters.insert(name(parameter).to_owned(), shared_parameter(parameter));
    }
    parameters
}

/// A parameter of an operation, on a collection where it has one.
pub(super) fn of(parameter: Parameter, definition: &Definition, collection: Option<&Collection>) -> Json {
    match (parameter, collection) {
        (Parameter::Filter, Some(collection)) => filter(collection),
        (Parameter::Sort, Some(collection)) => sort(collection),
        (Parameter::Fields, Some(collection)) => fields(collection),
        (Parameter::Expand, Some(collection)) => expand(definition, collection),
        (Parameter::Resolved | Parameter::CommentField | Parameter::Unread, _) => shared_parameter(parameter),
        _ => reference(name(parameter)),
    }
}

pub(super) fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

/// As the request spells it.
fn name(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::Filter => "filter",
        Parameter::Sort => "sort",
        Parameter::Fields => "fields",
        Parameter::Expand => "expand",
        Parameter::Limit => "limit",
        Parameter::Cursor => "cursor",
        Parameter::Count => "count",
        Parameter::Deleted => "deleted",
        Parameter::DeliveryState => "state",
        Parameter::IfMatch => "If-Match",
        Parameter::IfNoneMatch => "If-None-Match",
        Parameter::IdempotencyKey => "Idempotency-Key",
        Parameter::Subscribe => "subscribe",
        Parameter::LastEventId => "Last-Event-ID",
        Parameter::Since => "since",
        Parameter::Collections => "collections",
        Parameter::Resolved => "resolved",
        Parameter::CommentField => "field",
        Parameter::Unread => "unread",
        Parameter::Actor => "actor",
        Parameter::OfCollection | Parameter::InCollection => "collection",
        Parameter::OfRecord => "record",
        Parameter::Kind => "kind",
        Parameter::From | Parameter::FromVersion => "from",
        Parameter::To | Parameter::ToVersion => "to",
        Parameter::Request => "request",
        Parameter::Format => "format",
        Parameter::Tree => "tree",
        Parameter::User => "user",
        Parameter::With => "with",
    }
}

fn shared_parameter(parameter: Parameter) -> Json {
    let (place, description, schema) = match parameter {
        Parameter::Limit => (
            "query",
            "How many items a page has at most.",
            json!({ "type": "integer", "minimum": 1, "maximum": limits::PAGE_MAX, "default": limits::PAGE_DEFAULT }),
        ),
        Parameter::Cursor => (
            "query",
            "`next_cursor` of the page before. It belongs to its list: with another filter or sort it is refused.",
            json!({ "type": "string", "minLength": 1 }),
        ),
        Parameter::Count => (
            "query",
            "Adds `count`, the number of all records of the list.",
            json!({ "type": "boolean", "default": false }),
        ),
        Parameter::IfMatch => (
            "header",
            "The `ETag` of the record as it was read. When the record has changed since, the answer is 412.",
            json!({ "type": "string", "pattern": r#"^("[0-9]{1,18}"|\*)$"# }),
        ),
        Parameter::IfNoneMatch => (
            "header",
            "The `ETag` of the record as it was read. When it is still the same, the answer is 304 without a body.",
            json!({ "type": "string" }),
        ),
        Parameter::Subscribe
        | Parameter::LastEventId
        | Parameter::Resolved
        | Parameter::CommentField
        | Parameter::Unread
        | Parameter::DeliveryState => of_talk(parameter),
        Parameter::Deleted
        | Parameter::FromVersion
        | Parameter::ToVersion
        | Parameter::With
        | Parameter::InCollection => of_past(parameter),
        Parameter::Since | Parameter::Collections => changes::parameter(parameter),
        Parameter::Actor
        | Parameter::OfCollection
        | Parameter::OfRecord
        | Parameter::Kind
        | Parameter::From
        | Parameter::To
        | Parameter::Request
        | Parameter::Format
        | Parameter::Tree
        | Parameter::User => return of_entries(parameter),
        _ => (
            "header",
            "A text of your choice, another for each write and the same when a request is repeated: the write is made \
             once, and a repetition gets the first answer again.",
            json!({
                "type": "string",
                "pattern": "^[ -~]*[!#-~][ -~]*$",
                "minLength": 1,
                "maxLength": limits::IDEMPOTENCY_KEY_CHARACTERS_MAX,
            }),
        ),
    };
    let mut json =
        json!({ "name": name(parameter), "in": place, "description": description, "schema": schema });
    if matches!(parameter, Parameter::Subscribe | Parameter::FromVersion) {
        json["required"] = Json::from(true);
    }
    if parameter == Parameter::Subscribe {
        json["example"] = Json::from(r#"[{"id":"a","to":"records","collection":"users"}]"#);
    }
    json
}

/// Of live updates, comments, notifications and webhooks.
fn of_talk(parameter: Parameter) -> (&'static str, &'static str, Json) {
    match parameter {
        Parameter::Subscribe => (
            "query",
            "A JSON list of subscriptions, each as a WebSocket client would send it.",
            json!({ "type": "string", "minLength": 2, "contentMediaType": "application/json" }),
        ),
        Parameter::LastEventId => (
            "header",
            "The `id` of the last event that came: what happened since is told first.",
            json!({ "type": "string", "pattern": "^[0-9]{1,18}$" }),
        ),
        Parameter::Resolved => (
            "query",
            "Lists the threads that are resolved, or those that are not. Without it: all.",
            json!({ "type": "boolean" }),
        ),
        Parameter::CommentField => (
            "query",
            "Lists the threads about this field.",
            json!({ "type": "string", "minLength": 1 }),
        ),
        Parameter::Unread => (
            "query",
            "Lists what was not read yet.",
            json!({ "type": "boolean", "default": false }),
        ),
        _ => (
            "query",
            "Lists the messages of this state alone.",
            json!({ "type": "string", "enum": ["pending", "delivered", "failed"] }),
        ),
    }
}

/// Of histories, versions and the trash.
fn of_past(parameter: Parameter) -> (&'static str, &'static str, Json) {
    match parameter {
        Parameter::Deleted => (
            "query",
            "Lists the deleted records that the caller may restore, instead of the others.",
            json!({ "type": "boolean", "default": false }),
        ),
        Parameter::FromVersion => (
            "query",
            "The version to begin with.",
            json!({ "type": "integer", "format": "int64", "minimum": 1 }),
        ),
        Parameter::ToVersion => (
            "query",
            "The version to compare it with; without it the record as it is now.",
            json!({ "type": "integer", "format": "int64", "minimum": 1 }),
        ),
        Parameter::With => (
            "query",
            "The id of another version of the same record, or `now`.",
            json!({ "type": "string", "minLength": 1, "default": "now" }),
        ),
        _ => (
            "query",
            "What was deleted in this collection alone.",
            json!({ "type": "string", "minLength": 1 }),
        ),
    }
}

/// What narrows entries of the journal.
fn of_entries(parameter: Parameter) -> Json {
    let id = || json!({ "type": "string", "format": "uuid" });
    let time = || json!({ "type": "string", "format": "date-time" });
    let (description, schema) = match parameter {
        Parameter::Actor => ("Only what this user did.", id()),
        Parameter::OfCollection => (
            "Only what is about records of this collection.",
            json!({ "type": "string", "minLength": 1 }),
        ),
        Parameter::OfRecord => ("Only what is about this record.", id()),
        Parameter::Kind => (
            "Only entries of this kind, or with `.*` at its end of all kinds that begin so: `auth.*`.",
            json!({ "type": "string", "maxLength": limits::KIND_BYTES_MAX, "pattern": "^[a-z_]+(\\.[a-z_]+)*(\\.\\*)?$" }),
        ),
        Parameter::From => ("Only what happened at this time or later.", time()),
        Parameter::To => ("Only what happened before this time.", time()),
        Parameter::Request => ("Only what came of the request with this `X-Request-Id`.", id()),
        Parameter::Format => (
            "The kind of file.",
            json!({ "type": "string", "enum": ["csv", "jsonl"] }),
        ),
        Parameter::Tree => (
            "Also what lies under the record along relations with `cascade`.",
            json!({ "type": "boolean", "default": false }),
        ),
        _ => (
            "The id of a user, or `me`.",
            json!({ "anyOf": [id(), json!({ "const": "me" })] }),
        ),
    };
    let required = matches!(parameter, Parameter::Format | Parameter::User);
    json!({
        "name": name(parameter),
        "in": "query",
        "required": required,
        "description": description,
        "schema": schema,
    })
}

fn filter(collection: &Collection) -> Json {
    json!({
        "name": "filter",
        "in": "query",
        "description": "An expression in CEL that a record must fulfil to be listed; a bare name is a field. A path or \
                        a set sees only what the caller may read.",
        "schema": { "type": "string", "minLength": 1, "maxLength": limits::EXPRESSION_BYTES_MAX },
        "example": filter_example(collection),
    })
}

/// A filter over the first field that makes a short one.
fn filter_example(collection: &Collection) -> String {
    let shown = |field: &&Field| !field.hidden && !field.system;
    let clause = collection
        .fields
        .iter()
        .filter(shown)
        .find_map(|field| match &field.kind {
            FieldKind::Boolean => Some(format!("!{}", field.name)),
            FieldKind::Select { options } => Some(format!("{} == {:?}", field.name, options.first()?)),
            FieldKind::Text(_) => Some(format!("{}.startsWith(\"A\")", field.name)),
            FieldKind::Date => Some(format!("{} <= date(\"2026-03-31\")", field.name)),
            _ => None,
        });
    clause.unwrap_or_else(|| "created_at > timestamp(\"2026-01-01T00:00:00Z\")".to_owned())
}

/// Lists stand in one parameter, with commas.
fn comma_separated(name: &str, description: &str, schema: &Json, example: &[&str]) -> Json {
    json!({
        "name": name,
        "in": "query",
        "description": description,
        "style": "form",
        "explode": false,
        "schema": schema,
        "example": example,
    })
}

fn list(items: &Json, items_max: Option<usize>) -> Json {
    let mut schema = json!({ "type": "array", "items": items, "minItems": 1 });
    if let Some(items_max) = items_max {
        schema["maxItems"] = json!(items_max);
    }
    schema
}

fn sort(collection: &Collection) -> Json {
    let sortable = collection.fields.iter().filter(|field| {
        !field.hidden
            && field.is_column()
            && !matches!(field.kind, FieldKind::Json { .. } | FieldKind::MultiSelect { .. })
    });
    let keys: Vec<String> = sortable
        .flat_map(|field| [field.name.to_string(), format!("-{}", field.name)])
        .collect();
    let order = collection.order;
    let default = format!(
        "{}{}",
        if order.descending { "-" } else { "" },
        collection.field(order.field).name
    );
    let description = format!(
        "Fields to sort by, with `-` in front for descending; null sorts before every value. Without it: `{default}`."
    );
    let items = json!({ "type": "string", "enum": keys });
    comma_separated(
        "sort",
        &description,
        &list(&items, Some(limits::SORT_FIELDS_MAX)),
        &["-created_at"],
    )
}

fn fields(collection: &Collection) -> Json {
    let shown: Vec<&Field> = collection.fields.iter().filter(|field| !field.hidden).collect();
    let names: Vec<&str> = shown.iter().map(|field| field.name.as_str()).collect();
    let declared = shown
        .iter()
        .find(|field| !field.system)
        .map(|field| field.name.as_str());
    let example: Vec<&str> = declared.into_iter().chain(["created_at"]).collect();
    let description = "The fields to answer with; `id` always comes along. Without it: all of them.";
    let items = json!({ "type": "string", "enum": names });
    comma_separated("fields", description, &list(&items, None), &example)
}

fn expand(definition: &Definition, collection: &Collection) -> Json {
    let (system, declared): (Vec<&Field>, Vec<&Field>) = collection
        .fields
        .iter()
        .filter(|field| !field.hidden && field.relation().is_some())
        .partition(|field| field.system);
    let backs = collection
        .backs
        .iter()
        .filter(|back| !definition.field(back.from).hidden);
    let relations = declared
        .into_iter()
        .chain(system)
        .map(|field| field.name.as_str());
    let names: Vec<&str> = relations.chain(backs.map(|back| back.name.as_str())).collect();
    let steps = limits::EXPAND_STEPS_MAX - 1;
    let pattern = format!("^({})(\\.[a-z][a-z0-9_]*){{0,{steps}}}$", names.join("|"));
    let description = format!(
        "Related records to answer with, under `expand`: paths along relations and ways back, such as `{}`. At most \
         {} steps each.",
        names[0],
        limits::EXPAND_STEPS_MAX,
    );
    let items = json!({ "type": "string", "pattern": pattern });
    // There always is one: every record has `created_by`.
    comma_separated(
        "expand",
        &description,
        &list(&items, Some(limits::EXPAND_PATHS_MAX)),
        &names[..1],
    )
}
