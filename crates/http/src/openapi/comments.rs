//! The schemas of comments.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::examples;
use super::records::schema_ref;

fn text() -> Json {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": limits::COMMENT_CHARACTERS_MAX,
        "pattern": r"\S",
        "description": format!(
            "CommonMark. `@[Name](id of a user)` mentions somebody, at most {} people.",
            limits::COMMENT_MENTIONS_MAX
        ),
    })
}

fn id(description: &str) -> Json {
    json!({ "type": "string", "format": "uuid", "description": description })
}

fn id_or_null(description: &str) -> Json {
    json!({ "type": ["string", "null"], "format": "uuid", "description": description })
}

fn time_or_null(description: &str) -> Json {
    json!({ "type": ["string", "null"], "format": "date-time", "description": description })
}

pub(super) fn new_comment() -> Json {
    json!({
        "description": "Something to say about a record.",
        "type": "object",
        "properties": {
            "body": text(),
            "parent": id_or_null("The comment that this one answers."),
            "field": {
                "type": ["string", "null"],
                "description": "The field that it is about, for the first comment of a thread.",
            },
        },
        "required": ["body"],
        "additionalProperties": false,
    })
}

pub(super) fn comment_edit() -> Json {
    json!({
        "description": "Another text for a comment.",
        "type": "object",
        "properties": { "body": text() },
        "required": ["body"],
        "additionalProperties": false,
    })
}

pub(super) fn comment() -> Json {
    let names = [
        "id",
        "collection",
        "record_id",
        "parent",
        "field",
        "author",
        "body",
        "mentions",
        "reactions",
        "version",
        "created_at",
        "edited_at",
        "resolved_at",
        "resolved_by",
        "deleted_at",
    ];
    let body = json!({
        "type": ["string", "null"],
        "description": "CommonMark; null for one that is deleted and has replies.",
    });
    let mentions = json!({
        "type": "array",
        "items": { "type": "string", "format": "uuid" },
        "maxItems": limits::COMMENT_MENTIONS_MAX,
        "description": "The users who are mentioned: of those that the text names, whom the author can see and who \
                        could read the record.",
    });
    json!({
        "description": "A comment on a record.",
        "type": "object",
        "properties": {
            "id": id("The id of the comment."),
            "collection": { "type": "string" },
            "record_id": id("The record that it is about."),
            "parent": id_or_null("The first comment of the thread; null for that one."),
            "field": { "type": ["string", "null"], "description": "The field that it is about." },
            "author": id("The user who wrote it."),
            "body": body,
            "mentions": mentions,
            "reactions": {
                "type": "array",
                "items": reaction(),
                "maxItems": limits::REACTION_KINDS_MAX,
            },
            "version": { "type": "integer", "format": "int64", "minimum": 1, "description": "The `ETag`. Reactions leave it." },
            "created_at": { "type": "string", "format": "date-time" },
            "edited_at": time_or_null("When its text was last changed."),
            "resolved_at": time_or_null("When its thread was resolved."),
            "resolved_by": id_or_null("The user who resolved it."),
            "deleted_at": time_or_null("When it was deleted, while its replies are there."),
        },
        "required": names,
        "x-order": names,
        "example": example(),
    })
}

fn reaction() -> Json {
    json!({
        "type": "object",
        "properties": {
            "emoji": { "type": "string" },
            "users": {
                "type": "array",
                "items": { "type": "string", "format": "uuid" },
                "minItems": 1,
                "maxItems": limits::REACTIONS_MAX,
            },
        },
        "required": ["emoji", "users"],
    })
}

fn example() -> Json {
    json!({
        "id": examples::ID,
        "collection": "lists",
        "record_id": examples::OTHER_ID,
        "parent": null,
        "field": null,
        "author": examples::OTHER_ID,
        "body": examples::COMMENT,
        "mentions": [examples::OTHER_ID],
        "reactions": [{ "emoji": "👍", "users": [examples::OTHER_ID] }],
        "version": 1,
        "created_at": examples::TIME,
        "edited_at": null,
        "resolved_at": null,
        "resolved_by": null,
        "deleted_at": null,
    })
}

pub(super) fn comment_thread() -> Json {
    json!({
        "description": "The first comment of a thread, with its replies.",
        "allOf": [schema_ref("Comment")],
        "type": "object",
        "properties": {
            "replies": {
                "type": "array",
                "items": schema_ref("Comment"),
                "maxItems": limits::COMMENT_REPLIES_MAX,
                "description": "The oldest first.",
            },
        },
        "required": ["replies"],
    })
}

pub(super) fn comment_page() -> Json {
    let count = |description: &str| json!({ "type": "integer", "minimum": 0, "description": description });
    json!({
        "description": "Threads about a record, the oldest first.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("CommentThread"), "maxItems": limits::PAGE_MAX },
            "next_cursor": {
                "type": ["string", "null"],
                "description": "The parameter `cursor` of the next page; null when nothing follows.",
            },
            "totals": {
                "description": "Of the whole record, whatever the list asks for.",
                "type": "object",
                "properties": {
                    "threads": count("All threads."),
                    "open": count("Threads that are not resolved."),
                    "comments": count("All comments that are not deleted."),
                },
                "required": ["threads", "open", "comments"],
            },
        },
        "required": ["items", "next_cursor", "totals"],
    })
}
