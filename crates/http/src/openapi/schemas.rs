//! All schemas of a document, and those of problems and sessions.

use mainstay_core::Code;
use mainstay_core::definition::Definition;
use serde_json::{Map, Value as Json, json};

use super::names::Names;
use super::operation::Body;
use super::records::{RecordSchemas, schema_ref};
use super::{
    administration, answers, api_keys, application, audits, batches, bodies, by_mail, changes, clients,
    comments, examples, external_keys, notifications, passkeys, past, paths, provider_schemas,
    second_factors, session_list, shares, webhooks,
};

/// Their names, which no schema of a collection can have.
pub(super) const GENERAL: [&str; 61] = [
    "ActivityEntry",
    "ActivityPage",
    "AuditEntry",
    "AuditPage",
    "AuditStatus",
    "Batch",
    "BatchOperation",
    "BatchResult",
    "BatchResults",
    "BeginAtProvider",
    "BegunAtProvider",
    "Change",
    "ChangePage",
    "ChangePassword",
    "Comment",
    "CommentEdit",
    "CommentPage",
    "CommentThread",
    "CompleteAtProvider",
    "CookieSession",
    "CurrentPassword",
    "FieldError",
    "Follow",
    "Health",
    "HistoryEntry",
    "HistoryPage",
    "NewComment",
    "NewTotp",
    "Notification",
    "NotificationCount",
    "NotificationPage",
    "NotificationsMarked",
    "OwnActivityEntry",
    "OwnActivityPage",
    "OwnSecondFactor",
    "OwnSession",
    "OwnSessions",
    "Problem",
    "Providers",
    "PutBack",
    "ReadNotifications",
    "RecordVersion",
    "RecoveryCodes",
    "Refresh",
    "RestoreTrash",
    "SaveVersion",
    "SecondFactor",
    "SecondFactorNeeded",
    "Session",
    "SetUp",
    "SignIn",
    "SignUp",
    "State",
    "TotpCode",
    "TrashItem",
    "TrashPage",
    "TreeComparison",
    "TreeRestored",
    "TreeVersion",
    "TreeVersionPage",
    "VersionComparison",
];

/// The name of the schema of a body, for those that are the same for every collection.
pub(super) fn body_schema(body: Body) -> Option<&'static str> {
    match body {
        Body::NewRecord | Body::Changes | Body::NewServiceAccount => None,
        Body::Batch => Some("Batch"),
        Body::SignUp => Some("SignUp"),
        Body::SignIn => Some("SignIn"),
        Body::SecondFactor => Some("SecondFactor"),
        Body::CurrentPassword => Some("CurrentPassword"),
        Body::TotpCode => Some("TotpCode"),
        Body::BeginAtProvider => Some("BeginAtProvider"),
        Body::CompleteAtProvider => Some("CompleteAtProvider"),
        Body::ChangePassword => Some("ChangePassword"),
        Body::Account(body) => Some(body.schema_name()),
        Body::Share(body) => Some(body.schema_name()),
        Body::Passkey(body) => Some(body.schema_name()),
        Body::Refresh => Some("Refresh"),
        Body::SetUp => Some("SetUp"),
        Body::NewWebhook => Some("NewWebhook"),
        Body::WebhookChanges => Some("WebhookChanges"),
        Body::RotateSecret => Some("WebhookRotation"),
        Body::NewComment => Some("NewComment"),
        Body::CommentEdit => Some("CommentEdit"),
        Body::ReadNotifications => Some("ReadNotifications"),
        Body::PutBack => Some("PutBack"),
        Body::SaveVersion => Some("SaveVersion"),
        Body::RestoreTrash => Some("RestoreTrash"),
        Body::NewApiKey => Some("NewApiKey"),
        Body::RotateApiKey => Some("ApiKeyRotation"),
        Body::NewExternalKey => Some("NewExternalKey"),
        Body::RotateExternalKey => Some("ExternalKeyRotation"),
        Body::NewClient => Some("NewClient"),
        Body::ClientChanges => Some("ClientChanges"),
        Body::Administration(body) => Some(body.schema_name()),
    }
}

/// Those of API keys, keys of other services, and clients.
fn of_keys() -> impl Iterator<Item = (&'static str, Json)> {
    let keys = api_keys::schemas().into_iter().chain(external_keys::schemas());
    keys.chain(clients::schemas())
}

/// Those of what an application is, to anybody and to administrators.
fn of_application() -> impl Iterator<Item = (&'static str, Json)> {
    application::schemas()
        .into_iter()
        .chain(administration::schemas())
}

/// All schemas of an application's document.
pub(super) fn schemas(definition: &Definition, names: &Names) -> Map<String, Json> {
    let mut schemas = Map::new();
    for collection in &definition.collections {
        RecordSchemas::new(definition, names, collection).add_to(&mut schemas);
    }
    let mut add = |name: &str, schema: Json| schemas.insert(name.to_owned(), schema);
    add("Problem", problem());
    add("FieldError", field_error());
    add("Session", session(definition, names));
    add("CookieSession", cookie_session(definition, names));
    if definition.auth.sign_up {
        add("SignUp", bodies::sign_up(definition, names));
    }
    add("SignIn", bodies::sign_in());
    add("ChangePassword", bodies::change_password());
    for (name, schema) in by_mail::schemas() {
        add(name, schema);
    }
    add(
        "AcceptedInvitation",
        by_mail::accepted_invitation(definition, names),
    );
    add("Refresh", bodies::refresh());
    add("SetUp", bodies::set_up());
    add("Batch", batches::batch());
    add("BatchOperation", batches::batch_operation(definition));
    add("BatchResults", batches::batch_results());
    add("BatchResult", batches::batch_result());
    add("Change", changes::change());
    add("ChangePage", changes::change_page());
    add("HistoryPage", answers::history_page());
    add("HistoryEntry", answers::history_entry());
    add("AuditPage", audits::audit_page());
    add("AuditEntry", audits::audit_entry());
    add("AuditStatus", audits::audit_status());
    add("OwnActivityPage", audits::own_activity_page());
    add("OwnActivityEntry", audits::own_activity_entry());
    add("ActivityPage", audits::activity_page());
    add("ActivityEntry", audits::activity_entry());
    let own = second_factors::schemas()
        .into_iter()
        .chain(passkeys::schemas())
        .chain(provider_schemas::schemas())
        .chain(of_application());
    for (name, schema) in past::schemas().into_iter().chain(own) {
        add(name, schema);
    }
    add("OwnSessions", session_list::own_sessions());
    add("OwnSession", session_list::own_session());
    add("Health", answers::health());
    add("State", answers::state());
    let keys = of_keys();
    let sharing = shares::schemas().into_iter();
    let sharing = sharing.filter(|_| paths::has_shares(definition));
    for (name, schema) in webhooks::schemas().into_iter().chain(keys).chain(sharing) {
        add(name, schema);
    }
    if paths::takes_comments(definition) {
        add("NewComment", comments::new_comment());
        add("CommentEdit", comments::comment_edit());
        add("Comment", comments::comment());
        add("CommentThread", comments::comment_thread());
        add("CommentPage", comments::comment_page());
    }
    add("Follow", notifications::follow());
    add("Notification", notifications::notification());
    add("NotificationPage", notifications::notification_page());
    add("NotificationCount", notifications::notification_count());
    add("ReadNotifications", notifications::read_notifications());
    add("NotificationsMarked", notifications::notifications_marked());
    schemas
}

fn codes() -> Vec<&'static str> {
    Code::ALL.iter().map(|code| code.as_str()).collect()
}

pub(super) fn problem() -> Json {
    json!({
        "description": "A failure as RFC 9457 writes it. Branch on `code`, which does not change.",
        "type": "object",
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string", "description": "The status in words." },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "code": { "type": "string", "enum": codes() },
            "detail": { "type": "string", "description": "What happened and what to do, for people." },
            "request_id": {
                "type": "string",
                "format": "uuid",
                "description": "Leads to the request in the server's log. Not in the results of a batch.",
            },
            "errors": {
                "type": "array",
                "items": schema_ref("FieldError"),
                "description": "Every fault of the request's fields.",
            },
        },
        "required": ["type", "title", "status", "code", "detail", "errors"],
        "example": {
            "type": "about:blank",
            "title": "Unprocessable Content",
            "status": 422,
            "code": "validation_failed",
            "detail": "some fields are not valid; see `errors`",
            "request_id": examples::ID,
            "errors": [{ "field": "name", "code": "validation_failed", "message": "must not be empty" }],
        },
    })
}

pub(super) fn field_error() -> Json {
    json!({
        "description": "What is wrong with one field.",
        "type": "object",
        "properties": {
            "field": {
                "type": "string",
                "description": "The field as the request names it, in a batch with its place in front.",
            },
            "code": { "type": "string", "enum": codes() },
            "message": { "type": "string", "description": "A sentence about the field, for people." },
        },
        "required": ["field", "code", "message"],
    })
}

pub(super) fn session(definition: &Definition, names: &Names) -> Json {
    let users = definition.collection(definition.users);
    let expires_in = definition.auth.access_token_minutes * 60;
    json!({
        "description": "What somebody who signs in gets.",
        "type": "object",
        "properties": {
            "access_token": {
                "type": "string",
                "description": "Goes with each request as `Authorization: Bearer`.",
            },
            "token_type": { "const": "Bearer" },
            "expires_in": { "type": "integer", "minimum": 0, "description": "Seconds that the access token is good for." },
            "refresh_token": { "type": "string", "description": "Works once, for the next session." },
            "user": schema_ref(&names.of(definition.users).record),
        },
        "required": ["access_token", "token_type", "expires_in", "refresh_token", "user"],
        "example": {
            "access_token": "eyJ...",
            "token_type": "Bearer",
            "expires_in": expires_in,
            "refresh_token": "...",
            "user": examples::record(users),
        },
    })
}

fn cookie_session(definition: &Definition, names: &Names) -> Json {
    let users = definition.collection(definition.users);
    json!({
        "description": "What a browser gets beside the cookie.",
        "type": "object",
        "properties": { "user": schema_ref(&names.of(definition.users).record) },
        "required": ["user"],
        "additionalProperties": false,
        "example": { "user": examples::record(users) },
    })
}
