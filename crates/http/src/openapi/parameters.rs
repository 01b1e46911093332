//! Query parameters and request headers.

mod narrowing;
mod selection;

use mainstay_core::definition::{Collection, Definition};
use mainstay_core::limits;
use narrowing::{of_entries, of_past, of_talk};
use serde_json::{Map, Value as Json, json};

use super::changes;
use super::examples;
use super::operation::Parameter;

/// An emoji as a path spells it.
pub(super) const EMOJI_ENCODED: &str = "%F0%9F%91%8D";

/// What can stand in a path besides the collection, with what it means.
const IN_PATH: [(&str, &str); 5] = [
    ("id", "The id of what the path is about."),
    ("version", "A version of the record, as its history counts them."),
    ("share_id", "The id of a share."),
    ("version_id", "The id of a named version."),
    ("delivery_id", "The id of the message."),
];

/// The parts of a path that stand for something.
pub(super) fn of_path(path: &str) -> impl Iterator<Item = Json> {
    let shared = IN_PATH
        .into_iter()
        .filter(move |(name, _)| path.contains(&format!("{{{name}}}")))
        .map(|(name, _)| reference(name));
    shared
        .chain(path.contains("{emoji}").then(emoji))
        .chain(path.contains("{provider}").then(provider))
        .chain(path.contains("{client}").then(client))
        .chain(path.contains("{name}").then(collection_name))
}

fn client() -> Json {
    json!({
        "name": "client",
        "in": "path",
        "required": true,
        "description": "The `client_id` of an application.",
        "schema": { "type": "string" },
        "example": examples::ID,
    })
}

fn collection_name() -> Json {
    json!({
        "name": "name",
        "in": "path",
        "required": true,
        "description": "The name of a collection, which may be a new one.",
        "schema": { "type": "string" },
        "example": "users",
    })
}

fn provider() -> Json {
    json!({
        "name": "provider",
        "in": "path",
        "required": true,
        "description": "The name of a provider.",
        "schema": { "type": "string" },
        "example": "google",
    })
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
        Parameter::Owner,
        Parameter::ReturnTo,
    ] {
        parameters.insert(name(parameter).to_owned(), shared_parameter(parameter));
    }
    parameters
}

/// A parameter of an operation, on a collection where it has one.
pub(super) fn of(parameter: Parameter, definition: &Definition, collection: Option<&Collection>) -> Json {
    match (parameter, collection) {
        (Parameter::Filter, Some(collection)) => selection::filter(collection),
        (Parameter::Sort, Some(collection)) => selection::sort(collection),
        (Parameter::Fields, Some(collection)) => selection::fields(collection),
        (Parameter::Expand, Some(collection)) => selection::expand(definition, collection),
        (Parameter::Resolved | Parameter::CommentField | Parameter::Unread | Parameter::MailState, _) => {
            shared_parameter(parameter)
        }
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
        Parameter::DeliveryState | Parameter::MailState => "state",
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
        Parameter::ReturnTo => "return_to",
        Parameter::With => "with",
        Parameter::Owner => "owner",
    }
}

fn return_to() -> (&'static str, &'static str, Json) {
    let description = "The path of this host that the browser goes on at.";
    ("query", description, json!({ "type": "string", "default": "/" }))
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
        Parameter::ReturnTo => return_to(),
        Parameter::Subscribe
        | Parameter::LastEventId
        | Parameter::Resolved
        | Parameter::CommentField
        | Parameter::Unread
        | Parameter::Owner
        | Parameter::DeliveryState
        | Parameter::MailState => of_talk(parameter),
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
        _ => of_writes(parameter),
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

/// Headers that say which version of a record is meant, or that a write is to be made once.
fn of_writes(parameter: Parameter) -> (&'static str, &'static str, Json) {
    match parameter {
        Parameter::IfMatch => (
            "header",
            "The `ETag` of the record as it was read. When the record has changed since, the answer is 412.",
            json!({ "type": "string", "pattern": r#"^("[0-9]{1,18}"|\*)$"# }),
        ),
        Parameter::IfNoneMatch => (
            "header",
            "The `ETag` of an answer before. When it would be the same again, the answer is 304 without a body.",
            json!({ "type": "string" }),
        ),
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
    }
}
