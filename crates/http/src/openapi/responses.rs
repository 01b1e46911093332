//! Answers: what success carries, and every status that an operation can fail with.

use mainstay_core::Code;
use mainstay_core::definition::{Collection, Definition};
use serde_json::{Map, Value as Json, json};

use super::api_keys;
use super::clients;
use super::codes::meaning;
use super::examples;
use super::names::Names;
use super::operation::{Answer, Operation, Parameter};
use super::records::schema_ref;
use super::webhooks;
use crate::error::status_of;

const PROBLEM: &str = "application/problem+json";

/// Response headers, by their names in the document.
pub(super) fn headers() -> Map<String, Json> {
    let header = |description: &str, schema: Json| json!({ "description": description, "schema": schema });
    let text = || json!({ "type": "string" });
    let headers = [
        (
            "ETag",
            header(
                "Another one when the answer changes: the version of a record, or a digest, in quotes.",
                json!({ "type": "string", "pattern": "^\"[0-9A-Za-z_-]+\"$" }),
            ),
        ),
        (
            "Location",
            header(
                "The path of what was made.",
                json!({ "type": "string", "format": "uri-reference" }),
            ),
        ),
        (
            "Idempotency-Replayed",
            header(
                "There when the write was made before, for the same `Idempotency-Key`.",
                json!({ "const": "true" }),
            ),
        ),
        (
            "RateLimit",
            header(
                "How often the caller still may ask, for each policy: `r` requests now, and all of them in `t` seconds.",
                text(),
            ),
        ),
        (
            "RateLimit-Policy",
            header(
                "How often the caller may ask: `q` requests in `w` seconds, for each policy.",
                text(),
            ),
        ),
        (
            "Retry-After",
            header(
                "Seconds to wait before trying again.",
                json!({ "type": "integer", "minimum": 0 }),
            ),
        ),
        (
            "Set-Cookie",
            header(
                "There when the session is a cookie: it is set, or removed.",
                text(),
            ),
        ),
        (
            "WWW-Authenticate",
            header("Asks for a bearer token (RFC 6750).", text()),
        ),
        (
            "X-Request-Id",
            header(
                "Leads to the request in the server's log.",
                json!({ "type": "string", "format": "uuid" }),
            ),
        ),
    ];
    headers
        .into_iter()
        .map(|(name, header)| (name.to_owned(), header))
        .collect()
}

fn header_refs(names: &[&str]) -> Json {
    let refs = names
        .iter()
        .chain(&["RateLimit", "RateLimit-Policy", "X-Request-Id"]);
    let refs = refs.map(|name| {
        (
            (*name).to_owned(),
            json!({ "$ref": format!("#/components/headers/{name}") }),
        )
    });
    Json::Object(refs.collect())
}

/// The failures of an operation, each status with its codes, as shared components.
pub(super) fn failures(operation: &Operation) -> Vec<(String, Json)> {
    let mut statuses: Vec<u16> = operation.codes().into_iter().map(status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
        .into_iter()
        .map(|status| (failure_name(operation, status), failure(operation, status)))
        .collect()
}

/// All answers of an operation, on a collection where it has one.
pub(super) fn of(
    operation: &Operation,
    definition: &Definition,
    names: &Names,
    on: Option<&Collection>,
) -> Json {
    let mut responses = Map::new();
    responses.insert(
        operation.success.to_string(),
        success(operation, definition, names, on),
    );
    if operation.parameters.contains(&Parameter::IfNoneMatch) {
        let not_modified = json!({
            "description": "The client has this version already.",
            "headers": header_refs(&["ETag"]),
        });
        responses.insert("304".into(), not_modified);
    }
    if operation.parameters.contains(&Parameter::Filter) {
        // Refused before it is a request at all, so without a problem document.
        let too_long = json!({ "description": "The path with its query is longer than the server takes." });
        responses.insert("431".into(), too_long);
    }
    for code in operation.codes() {
        let status = status(code);
        let reference = format!("#/components/responses/{}", failure_name(operation, status));
        responses.insert(status.to_string(), json!({ "$ref": reference }));
    }
    Json::Object(responses)
}

fn status(code: Code) -> u16 {
    status_of(code).as_u16()
}

fn failure_name(operation: &Operation, status: u16) -> String {
    format!("{}_{status}", operation.id)
}

fn failure(operation: &Operation, of_status: u16) -> Json {
    let mut codes = operation.codes();
    codes.retain(|code| status(*code) == of_status);
    let lines: Vec<String> = codes
        .iter()
        .map(|code| format!("- `{}`: {}", code.as_str(), meaning(*code)))
        .collect();
    let reason = status_of(codes[0]).canonical_reason().unwrap_or("Error");
    let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    let headers = match of_status {
        401 => header_refs(&["WWW-Authenticate"]),
        429 | 503 => header_refs(&["Retry-After"]),
        _ => header_refs(&[]),
    };
    let narrowed = json!({
        "allOf": [schema_ref("Problem")],
        "properties": { "status": { "const": of_status }, "code": { "enum": names } },
    });
    let mut content = json!({ PROBLEM: { "schema": narrowed } });
    if operation.id == "readyz" {
        content["application/json"] = json!({ "schema": schema_ref("State") });
    }
    json!({ "description": format!("{reason}\n\n{}", lines.join("\n")), "headers": headers, "content": content })
}

fn success(operation: &Operation, definition: &Definition, names: &Names, on: Option<&Collection>) -> Json {
    let mut answer =
        json!({ "description": described(operation.answer), "headers": header_refs(own_headers(operation)) });
    if let Some(schema) = schema(operation.answer, definition, names, on) {
        let mut content = json!({ "schema": schema });
        if let Some(collection) = on
            && matches!(operation.answer, Answer::Record | Answer::SelectedRecord)
        {
            content["example"] = examples::record(collection);
        }
        answer["content"] = match operation.answer {
            Answer::AuditFile => json!({ "text/csv": content, "application/x-ndjson": content }),
            Answer::Events => json!({ "text/event-stream": content }),
            _ => json!({ "application/json": content }),
        };
    }
    if let Some(collection) = on
        && operation.id == "create_record"
    {
        answer["links"] = links(collection);
    }
    answer
}

fn own_headers(operation: &Operation) -> &'static [&'static str] {
    match (operation.id, operation.answer) {
        (
            "create_webhook"
            | "create_service_account"
            | "create_invitation"
            | "create_share"
            | "create_client",
            _,
        )
        | (_, Answer::NewApiKey | Answer::ExternalKey) => &["Location"],
        (_, Answer::Elsewhere) => &["Location", "Set-Cookie"],
        ("create_record", _) => &["ETag", "Location", "Idempotency-Replayed"],
        (
            "batch_records" | "delete_record" | "delete_comment" | "restore_trash" | "save_version"
            | "restore_version" | "remove_version",
            _,
        ) => &["Idempotency-Replayed"],
        ("sign_out", _) | (_, Answer::SessionOrCookie) => &["Set-Cookie"],
        (_, Answer::Record | Answer::Comment) => &["ETag", "Idempotency-Replayed"],
        (_, Answer::SelectedRecord | Answer::Application) => &["ETag"],
        _ => &[],
    }
}

fn described(answer: Answer) -> &'static str {
    match answer {
        Answer::Nothing => "Done.",
        Answer::Record => "The record as it is now.",
        Answer::SelectedRecord => "The record, or the fields that were asked for.",
        Answer::Page => "A page of records.",
        Answer::History => "A page of changes.",
        Answer::RecordVersion => "The record as it was.",
        Answer::VersionComparison => "The fields that differ.",
        Answer::TreeVersion => "The version.",
        Answer::TreeVersions => "A page of versions.",
        Answer::TreeComparison => "A page of records that differ.",
        Answer::TreeRestored => "What was written.",
        Answer::Trash => "A page of deletions.",
        Answer::Results => "What became of each write.",
        Answer::Session | Answer::SessionOrCookie => "A session.",
        Answer::CurrentSession => "The signed-in user, or null.",
        Answer::OwnSessions => "The sessions.",
        Answer::Account(answer) => answer.described(),
        Answer::Passkey(answer) => answer.described(),
        Answer::OwnSecondFactor => "The second factor.",
        Answer::NewTotp => "The secret of the authenticator.",
        Answer::RecoveryCodes => "The recovery codes.",
        Answer::Providers => "The providers.",
        Answer::BegunAtProvider => "Where to go on.",
        Answer::Elsewhere => "Another address.",
        Answer::User => "The user.",
        Answer::Health => "The state of each part.",
        Answer::Webhooks => "All webhooks.",
        Answer::Webhook => "The webhook as it is now.",
        Answer::NewWebhook => "The webhook with its secret.",
        Answer::WebhookSecret => "The new secret.",
        Answer::WebhookDelivery => "The message, which is sent now.",
        Answer::WebhookDeliveries => "A page of messages.",
        Answer::AuditPage => "A page of entries.",
        Answer::AuditFile => "The entries, as a file.",
        Answer::AuditStatus => "The newest seal and its key.",
        Answer::OwnActivity => "A page of one's own acts.",
        Answer::Activity => "A page of what happened.",
        Answer::State => "Yes.",
        Answer::Application => "The application.",
        Answer::Administration(answer) => answer.described(),
        Answer::Document => "The OpenAPI document.",
        Answer::Changes => "What changed.",
        Answer::WebSocket => "The connection is a WebSocket from here on.",
        Answer::Events => "Events, until one side ends the connection.",
        Answer::Comment => "The comment as it is now.",
        Answer::Comments => "A page of threads.",
        Answer::Follow => "Whether the caller follows the record from now on.",
        Answer::Notifications => "A page of notifications.",
        Answer::NotificationCount => "How many there are.",
        Answer::NotificationsMarked => "How many were not read before.",
        Answer::Share(answer) => answer.described(),
        Answer::ApiKeys => "The keys, without what they are proved with.",
        Answer::NewApiKey => "The key, with its secret.",
        Answer::ServiceAccounts => "The service accounts.",
        Answer::ExternalKeys => "What is known of the keys.",
        Answer::ExternalKey => "What is known of the key.",
        Answer::Clients => "The clients, without their secrets.",
        Answer::Client => "The client as it is now.",
        Answer::NewClient => "The client, with its secret where it has one.",
        Answer::Applications => "The applications.",
    }
}

fn schema(answer: Answer, definition: &Definition, names: &Names, on: Option<&Collection>) -> Option<Json> {
    let own = names.of(on.map_or(definition.users, |collection| collection.id));
    Some(match answer {
        Answer::Nothing | Answer::WebSocket | Answer::Elsewhere => return None,
        Answer::Record | Answer::User => schema_ref(&own.record),
        Answer::SelectedRecord => json!({ "anyOf": [schema_ref(&own.record), schema_ref(&own.selection)] }),
        Answer::Page => schema_ref(&own.page),
        Answer::History => schema_ref("HistoryPage"),
        Answer::RecordVersion => schema_ref("RecordVersion"),
        Answer::VersionComparison => schema_ref("VersionComparison"),
        Answer::TreeVersion => schema_ref("TreeVersion"),
        Answer::TreeVersions => schema_ref("TreeVersionPage"),
        Answer::TreeComparison => schema_ref("TreeComparison"),
        Answer::TreeRestored => schema_ref("TreeRestored"),
        Answer::Trash => schema_ref("TrashPage"),
        Answer::Results => schema_ref("BatchResults"),
        Answer::Session => schema_ref("Session"),
        Answer::SessionOrCookie => {
            json!({ "anyOf": [schema_ref("Session"), schema_ref("CookieSession"), schema_ref("SecondFactorNeeded")] })
        }
        Answer::CurrentSession => json!({
            "type": "object",
            "properties": { "user": { "anyOf": [schema_ref(&own.record), { "type": "null" }] } },
            "required": ["user"],
        }),
        Answer::OwnSessions => schema_ref("OwnSessions"),
        Answer::Account(answer) => answer.schema(),
        Answer::Passkey(answer) => answer.schema(),
        Answer::OwnSecondFactor => schema_ref("OwnSecondFactor"),
        Answer::NewTotp => schema_ref("NewTotp"),
        Answer::RecoveryCodes => schema_ref("RecoveryCodes"),
        Answer::Providers => schema_ref("Providers"),
        Answer::BegunAtProvider => schema_ref("BegunAtProvider"),
        Answer::Health => schema_ref("Health"),
        Answer::Webhooks => schema_ref("WebhookList"),
        Answer::Webhook => schema_ref("Webhook"),
        Answer::NewWebhook => webhooks::created(),
        Answer::WebhookSecret => schema_ref("WebhookSecret"),
        Answer::WebhookDelivery => schema_ref("WebhookDelivery"),
        Answer::WebhookDeliveries => schema_ref("WebhookDeliveryPage"),
        Answer::AuditPage => schema_ref("AuditPage"),
        Answer::AuditFile | Answer::Events => json!({ "type": "string" }),
        Answer::AuditStatus => schema_ref("AuditStatus"),
        Answer::OwnActivity => schema_ref("OwnActivityPage"),
        Answer::Activity => schema_ref("ActivityPage"),
        Answer::State => schema_ref("State"),
        Answer::Changes => schema_ref("ChangePage"),
        Answer::Comment => schema_ref("Comment"),
        Answer::Comments => schema_ref("CommentPage"),
        Answer::Follow => schema_ref("Follow"),
        Answer::Notifications => schema_ref("NotificationPage"),
        Answer::NotificationCount => schema_ref("NotificationCount"),
        Answer::NotificationsMarked => schema_ref("NotificationsMarked"),
        Answer::Share(answer) => answer.schema(),
        Answer::ApiKeys => schema_ref("ApiKeyList"),
        Answer::NewApiKey => api_keys::created(),
        Answer::ServiceAccounts => schema_ref("ServiceAccountList"),
        Answer::ExternalKeys => schema_ref("ExternalKeyList"),
        Answer::ExternalKey => schema_ref("ExternalKey"),
        Answer::Clients => schema_ref("ClientList"),
        Answer::Client => schema_ref("Client"),
        Answer::NewClient => clients::created(),
        Answer::Application => schema_ref("Application"),
        Answer::Administration(answer) => answer.schema(),
        Answer::Applications => schema_ref("ConnectedApplicationList"),
        Answer::Document => {
            json!({ "type": "object", "required": ["openapi", "info", "paths", "components"] })
        }
    })
}

/// What can be done with a record that was just created.
fn links(collection: &Collection) -> Json {
    let functions = ["read_record", "update_record", "delete_record", "record_history"];
    let links = functions.iter().map(|function| {
        let link = json!({
            "operationId": format!("{function}_{}", collection.name),
            "parameters": { "id": "$response.body#/id" },
        });
        ((*function).to_owned(), link)
    });
    Json::Object(links.collect())
}
