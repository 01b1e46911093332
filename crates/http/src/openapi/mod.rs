//! The OpenAPI document of an application, made from its definition and the table of operations.
//!
//! Start at [`OPERATIONS`]. `paths` spreads it over the collections; `records` and `kinds` say what a record looks
//! like; `responses` says how each operation can end.

mod accounts;
mod administration;
#[cfg(test)]
mod agreement;
mod answers;
mod api_keys;
mod application;
mod audits;
mod batches;
mod bodies;
mod by_mail;
mod changes;
mod clients;
mod codes;
mod comments;
mod embedded;
mod examples;
mod external_keys;
mod kinds;
mod names;
mod notifications;
mod operation;
mod operations;
mod parameters;
mod passkeys;
mod past;
mod paths;
mod pattern;
mod provider_schemas;
mod records;
mod responses;
mod samples;
mod schemas;
mod second_factors;
mod session_list;
mod shares;
#[cfg(test)]
mod tests;
mod typescript;
mod webhooks;

pub use operation::{Access, Operation};
pub use operations::OPERATIONS;
pub(crate) use typescript::runtime_schema;
pub use typescript::{application_types, protocol_types};

use mainstay_core::definition::Definition;
use serde_json::{Map, Value as Json, json};

use names::Names;
use operation::Tag;

/// Digits of the release in the document's version: enough to tell two apart.
const VERSION_DIGITS: usize = 12;

const ABOUT: &str = "Answers are JSON; failures are problem documents (RFC 9457) with a stable `code`. Times are in \
    UTC with microseconds. The examples use two variables: `ORIGIN`, where this server answers, and `TOKEN`, the access \
    token of a session, or an API key. Who asks too often is answered with 429: `RateLimit` says how often one may.";

/// The name of the operation behind a route; empty for pages.
pub(crate) fn operation_id(method: &str, path: &str) -> &'static str {
    let operation = OPERATIONS
        .iter()
        .find(|operation| operation.path == path && operation.method.as_str() == method);
    operation.map_or("", |operation| operation.id)
}

/// The OpenAPI 3.1 document of an application.
pub fn openapi(definition: &Definition) -> Json {
    let general = schemas::GENERAL
        .iter()
        .chain(&application::NAMES)
        .chain(&webhooks::NAMES)
        .chain(&api_keys::NAMES)
        .chain(&external_keys::NAMES)
        .chain(&shares::NAMES)
        .chain(&clients::NAMES)
        .chain(&by_mail::NAMES)
        .chain(&passkeys::NAMES)
        .copied()
        .chain(administration::names())
        .map(str::to_owned);
    let names = Names::new(definition, general);
    let about = if definition.description.is_empty() {
        ABOUT.to_owned()
    } else {
        format!("{}\n\n{ABOUT}", definition.description)
    };
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": definition.title,
            "description": about,
            "version": definition.digest.get(..VERSION_DIGITS).unwrap_or(&definition.digest),
        },
        "servers": [{ "url": "/" }],
        "tags": tags(definition),
        "paths": paths::paths(definition, &names),
        "components": {
            "schemas": schemas::schemas(definition, &names),
            "parameters": parameters::shared(),
            "headers": responses::headers(),
            "responses": failures(definition),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The access token of a session, or an API key.",
                },
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-mainstay",
                    "description": "The session of a browser that signed in with `\"session\": \"cookie\"`.",
                },
            },
        },
    })
}

fn tags(definition: &Definition) -> Vec<Json> {
    let collections = definition.collections.iter().map(|collection| {
        json!({
            "name": collection.name.as_str(),
            "x-displayName": collection.title,
            "description": collection.description,
        })
    });
    let general = [
        (Tag::SignIn, "Accounts and sessions."),
        (
            Tag::ApiKeys,
            "Keys for programs, the accounts that have them, and clients that sign people in here.",
        ),
        (Tag::Batch, "Many writes in one request."),
        (
            Tag::Realtime,
            "Live updates; docs/realtime.md describes what is said.",
        ),
        (Tag::Webhooks, "Other servers that are told of journal entries."),
        (Tag::Comments, "What people say about records."),
        (Tag::Sharing, "Records that are shared one by one."),
        (
            Tag::Notifications,
            "What people are told about records that concern them.",
        ),
        (Tag::Audit, "What happened: all of it, or what concerns somebody."),
        (Tag::Server, "The server and this document."),
    ];
    let general = general
        .into_iter()
        .filter(|(tag, _)| *tag != Tag::Comments || paths::takes_comments(definition))
        .filter(|(tag, _)| *tag != Tag::Sharing || paths::has_shares(definition))
        .map(|(tag, description)| json!({ "name": paths::tag_name(tag), "description": description }));
    collections.chain(general).collect()
}

fn failures(definition: &Definition) -> Map<String, Json> {
    let offered = OPERATIONS
        .iter()
        .filter(|operation| paths::is_offered(operation, definition));
    offered.flat_map(responses::failures).collect()
}
