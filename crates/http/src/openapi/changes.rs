//! The feed of changes.

use mainstay_core::Code::{InvalidCursor, InvalidParameter, NotFound};
use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::codes::EVERY_REQUEST;
use super::examples;
use super::operation::{Access, Answer, Method, Operation, Parameter, Tag};
use super::operations::REFUSED;
use super::records::schema_ref;

pub(super) const LIST_CHANGES: Operation = Operation {
    id: "list_changes",
    method: Method::Get,
    path: "/api/v1/changes",
    access: Access::ByRule,
    tag: Tag::Realtime,
    summary: "List what changed",
    description: "What changed since a position among the records that the `list` rules let the caller see, each \
                  record once, as it is now. Without `since` the answer is the position of now: take it, then list, \
                  then ask for what came after it.",
    parameters: &[Parameter::Since, Parameter::Collections, Parameter::Limit],
    body: None,
    success: 200,
    answer: Answer::Changes,
    failures: &[
        &[InvalidParameter, InvalidCursor, NotFound],
        REFUSED,
        EVERY_REQUEST,
    ],
};

/// Its parameters.
pub(super) fn parameter(parameter: Parameter) -> (&'static str, &'static str, Json) {
    match parameter {
        Parameter::Since => (
            "query",
            "`next` of an earlier answer. It belongs to the one that it was given to.",
            json!({ "type": "string", "minLength": 1 }),
        ),
        _ => (
            "query",
            "Names of collections with commas between them. Without it: all that the caller may list.",
            json!({ "type": "string", "minLength": 1, "examples": ["users"] }),
        ),
    }
}

pub(super) fn change() -> Json {
    json!({
        "description": "A record as it is now, or that the caller does not see it any more.",
        "type": "object",
        "properties": {
            "seq": { "type": "integer", "format": "int64", "description": "The place of the change in the journal." },
            "collection": { "type": "string" },
            "record_id": { "type": "string", "format": "uuid" },
            "version": { "type": "integer", "format": "int64", "description": "Not there when it is gone." },
            "record": { "type": "object", "description": "The record; not there when it is gone." },
            "deleted": {
                "type": "boolean",
                "description": "It is deleted, or the caller does not see it any more.",
            },
        },
        "required": ["seq", "collection", "record_id"],
        "example": { "seq": 42, "collection": "lists", "record_id": examples::ID, "deleted": true },
    })
}

pub(super) fn change_page() -> Json {
    json!({
        "description": "What changed since a position, in the order in which it did.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("Change"), "maxItems": limits::PAGE_MAX },
            "next": { "type": "string", "description": "The parameter `since` of the next request." },
            "reload": {
                "type": "array",
                "items": { "type": "string" },
                "description": "Collections to list again once `more` is false: what the caller sees of them may have \
                                changed as a whole.",
            },
            "more": { "type": "boolean", "description": "Is there more to ask for at once?" },
        },
        "required": ["items", "next", "reload", "more"],
    })
}
