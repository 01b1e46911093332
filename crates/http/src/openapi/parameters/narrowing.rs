//! Parameters that are the same for every collection and narrow what is told or listed.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::name;
use crate::openapi::operation::Parameter;

/// Of live updates, comments, notifications, webhooks and API keys.
pub(super) fn of_talk(parameter: Parameter) -> (&'static str, &'static str, Json) {
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
        Parameter::Owner => (
            "query",
            "Lists the keys of this service account, for administrators.",
            json!({ "type": "string", "format": "uuid" }),
        ),
        Parameter::MailState => (
            "query",
            "Lists the mails of this state alone.",
            json!({ "type": "string", "enum": ["pending", "sent", "failed", "dropped"] }),
        ),
        _ => (
            "query",
            "Lists the messages of this state alone.",
            json!({ "type": "string", "enum": ["pending", "delivered", "failed"] }),
        ),
    }
}

/// Of histories, versions and the trash.
pub(super) fn of_past(parameter: Parameter) -> (&'static str, &'static str, Json) {
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
pub(super) fn of_entries(parameter: Parameter) -> Json {
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
