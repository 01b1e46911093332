//! Answers that are no records: history, readiness, health.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::examples;
use super::records::schema_ref;

pub(super) fn history_page() -> Json {
    json!({
        "description": "Changes of a record, the newest first.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("HistoryEntry"), "maxItems": limits::PAGE_MAX },
            "next_cursor": {
                "type": ["string", "null"],
                "description": "The parameter `cursor` of the next page; null when nothing follows.",
            },
        },
        "required": ["items", "next_cursor"],
    })
}

pub(super) fn history_entry() -> Json {
    json!({
        "description": "One change of a record.",
        "type": "object",
        "properties": {
            "seq": { "type": "integer", "format": "int64", "description": "Its place in the journal." },
            "at": { "type": "string", "format": "date-time" },
            "kind": {
                "type": "string",
                "enum": ["record.created", "record.updated", "record.deleted", "record.restored", "record.purged"],
            },
            "actor": {
                "description": "Who made the change.",
                "type": "object",
                "properties": {
                    "kind": { "type": "string", "enum": ["anonymous", "user", "administrator", "system"] },
                    "id": { "type": ["string", "null"], "format": "uuid", "description": "The user." },
                },
                "required": ["kind", "id"],
            },
            "request_id": { "type": ["string", "null"], "format": "uuid" },
            "version": { "type": ["integer", "null"], "format": "int64", "description": "The version that it led to." },
            "old": {
                "type": ["object", "null"],
                "description": "The fields that changed, as they were; all of them for a deletion.",
            },
            "new": {
                "type": ["object", "null"],
                "description": "The fields that changed, as they are since; all of them for a creation.",
            },
            "erased": { "type": "boolean", "description": "Were the values erased? Both are null then." },
        },
        "required": ["seq", "at", "kind", "actor", "request_id", "version", "old", "new"],
        "example": {
            "seq": 42,
            "at": examples::TIME,
            "kind": "record.updated",
            "actor": { "kind": "user", "id": examples::ID },
            "request_id": examples::ID,
            "version": 2,
            "old": { "completed": false },
            "new": { "completed": true },
            "erased": false,
        },
    })
}

pub(super) fn state() -> Json {
    json!({
        "description": "Whether the server, or each of its parts, is usable.",
        "type": "object",
        "properties": {
            "status": { "type": "string", "enum": ["ok", "ready", "not ready"] },
            "checks": {
                "type": "object",
                "additionalProperties": { "type": "string", "enum": ["ok", "failing"] },
            },
        },
        "required": ["status"],
    })
}

fn replica() -> Json {
    let lag = "Microseconds that the oldest change it does not have has been on the primary.";
    json!({
        "type": "object",
        "properties": {
            "in_use": { "type": "boolean", "description": "Is it there, and near enough?" },
            "lag_us": { "type": "integer", "minimum": 0, "description": lag },
        },
        "required": ["in_use", "lag_us"],
    })
}

fn slow_statement() -> Json {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let number = |description: &str| json!({ "type": "integer", "minimum": 0, "description": description });
    json!({
        "type": "object",
        "properties": {
            "statement": text("Its text, without values."),
            "collection": text("The table that it begins with."),
            "operation": text("What ran it last; empty for Mainstay itself."),
            "user": { "type": ["string", "null"], "description": "For whom it ran last." },
            "count": number("How often it took long."),
            "total_us": number("Microseconds in all."),
            "longest_us": number("Microseconds of the longest."),
            "plan": text("What the database did, a line a step; empty when it could not be asked."),
        },
        "required": ["statement", "collection", "operation", "user", "count", "total_us", "longest_us", "plan"],
    })
}

pub(super) fn health() -> Json {
    json!({
        "description": "The state of each part of the server.",
        "type": "object",
        "properties": {
            "status": { "type": "string", "enum": ["ready", "not ready"] },
            "version": { "type": "string", "description": "Of Mainstay." },
            "release": { "type": "string", "description": "Of the definition: the digest of its files." },
            "checks": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "name": { "type": "string" },
                        "ok": { "type": "boolean" },
                        "detail": { "type": "string" },
                        "took_us": count("Microseconds that the check took."),
                    },
                    "required": ["name", "ok", "detail", "took_us"],
                },
            },
            "writes": {
                "type": "object",
                "properties": {
                    "waiting": count("Writes that wait for their turn."),
                    "commits": count("Commits since the start; one can hold many writes."),
                    "done": count("Writes since the start."),
                    "reruns": count("Writes that were run again because another one was in their way, since the start."),
                    "waits": waits("How long writes have waited for their turn, since the start."),
                },
                "required": ["waiting", "commits", "done", "reruns", "waits"],
            },
            "reads": {
                "type": "object",
                "properties": {
                    "waits": waits("How long reads have waited for a thread or a connection, since the start."),
                },
                "required": ["waits"],
            },
            "certificate": certificate(),
            "replicas": {
                "type": "array",
                "description": "The servers that reads may go to, in the order of the configuration.",
                "items": replica(),
            },
            "readers": {
                "type": "array",
                "description": "Who follows the journal, and how far each has come.",
                "items": reader(),
            },
            "slow_statements": {
                "type": "array",
                "description": "What took long since the start: what took the most time in all comes first.",
                "items": slow_statement(),
            },
        },
        "required": ["status", "version", "release", "checks", "writes", "reads", "certificate", "replicas", "readers", "slow_statements"],
    })
}

fn certificate() -> Json {
    json!({
        "type": ["object", "null"],
        "description": "The certificate that this process gets for itself; null where it gets none.",
        "properties": {
            "domains": { "type": "array", "items": { "type": "string" } },
            "not_after": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "Until when the one in use is good; null before the first.",
            },
            "renews_at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "When the next one is ordered.",
            },
            "last_error": {
                "type": ["string", "null"],
                "description": "What went wrong with the last order, unless one was filled since.",
            },
        },
        "required": ["domains", "not_after", "renews_at", "last_error"],
    })
}

pub(super) fn reader() -> Json {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string" },
            "each_process": {
                "type": "boolean",
                "description": "Does it run in each process? The others run in one process at a time.",
            },
            "cursor": count("The number of the last entry that it is done with."),
            "lag_entries": count("Entries after that; at most 100000 are counted."),
            "lag_us": count("Microseconds since the first of them was written."),
            "failures": count("Failures in this process since it last went on."),
            "last_error": {
                "type": ["string", "null"],
                "description": "What failed last in this process, even if it went on since.",
            },
        },
        "required": ["name", "each_process", "cursor", "lag_entries", "lag_us", "failures", "last_error"],
    })
}

fn count(description: &str) -> Json {
    json!({ "type": "integer", "minimum": 0, "description": description })
}

fn waits(description: &str) -> Json {
    json!({
        "description": description,
        "type": "object",
        "properties": {
            "count": count("How many."),
            "total_us": count("Microseconds in all."),
            "longest_us": count("Microseconds of the longest."),
        },
        "required": ["count", "total_us", "longest_us"],
    })
}
