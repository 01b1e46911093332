//! What happens to accounts by mail: what is taken and answered.

use mainstay_core::definition::{Definition, SignInMethod};
use mainstay_core::limits;
use mainstay_core::mail::MailKind;
use serde_json::{Value as Json, json};

use super::examples;
use super::names::Names;
use super::records::{RecordSchemas, schema_ref};

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountBody {
    ForAddress,
    PasswordReset,
    MailSecret,
    AddressChange,
    CodeSignIn,
    LinkSignIn,
    NewInvitation,
    AcceptedInvitation,
    AccountDeletion,
}

/// What a successful answer carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountAnswer {
    Account,
    Challenge,
    Invitation,
    Invitations,
    Mails,
    Mail,
}

/// The names of their schemas.
pub(super) const NAMES: [&str; 15] = [
    "AcceptedInvitation",
    "Account",
    "AccountDeletion",
    "AddressChange",
    "CodeSignIn",
    "ForAddress",
    "Invitation",
    "InvitationList",
    "LinkSignIn",
    "Mail",
    "MailPage",
    "MailSecret",
    "NewInvitation",
    "PasswordReset",
    "SignInChallenge",
];

impl AccountBody {
    pub(super) fn schema_name(self) -> &'static str {
        match self {
            Self::ForAddress => "ForAddress",
            Self::PasswordReset => "PasswordReset",
            Self::MailSecret => "MailSecret",
            Self::AddressChange => "AddressChange",
            Self::CodeSignIn => "CodeSignIn",
            Self::LinkSignIn => "LinkSignIn",
            Self::NewInvitation => "NewInvitation",
            Self::AcceptedInvitation => "AcceptedInvitation",
            Self::AccountDeletion => "AccountDeletion",
        }
    }

    pub(super) fn example(self) -> Json {
        const SECRET: &str = "K4v0c3o0lR3mW8p7kq4v1Q9w2y5t8u1x4z7A0c3E6g9";
        const PASSWORD: &str = "a sentence is good";
        match self {
            Self::ForAddress => json!({ "email": examples::EMAIL }),
            Self::PasswordReset | Self::AcceptedInvitation => {
                json!({ "token": SECRET, "password": PASSWORD })
            }
            Self::MailSecret | Self::LinkSignIn => json!({ "token": SECRET }),
            Self::AddressChange => json!({ "password": PASSWORD, "email": examples::EMAIL }),
            Self::CodeSignIn => json!({ "challenge": SECRET, "code": "12345678" }),
            Self::NewInvitation => json!({ "email": examples::EMAIL, "by": "mail" }),
            Self::AccountDeletion => json!({ "password": PASSWORD }),
        }
    }
}

impl AccountAnswer {
    pub(super) fn schema(self) -> Json {
        schema_ref(match self {
            Self::Account => "Account",
            Self::Challenge => "SignInChallenge",
            Self::Invitation => "Invitation",
            Self::Invitations => "InvitationList",
            Self::Mail => "Mail",
            Self::Mails => "MailPage",
        })
    }

    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Account => "The account.",
            Self::Challenge => "What the code works together with.",
            Self::Invitation => "The invitation.",
            Self::Invitations => "All open invitations.",
            Self::Mail => "The mail, which is sent now.",
            Self::Mails => "A page of mails.",
        }
    }
}

/// The schemas that are the same for every application.
pub(super) fn schemas() -> [(&'static str, Json); 14] {
    [
        ("Account", account()),
        (
            "AccountDeletion",
            object(
                "The current password.",
                &json!({ "password": secret() }),
                &["password"],
            ),
        ),
        (
            "AddressChange",
            object(
                "The current password, and the address to have from now on.",
                &json!({ "password": secret(), "email": email() }),
                &["password", "email"],
            ),
        ),
        ("CodeSignIn", code_sign_in()),
        (
            "ForAddress",
            object(
                "An address to send a mail to.",
                &json!({ "email": email() }),
                &["email"],
            ),
        ),
        ("Invitation", invitation()),
        ("InvitationList", invitations()),
        (
            "LinkSignIn",
            object(
                "The secret of a link, and what the session is to be held with.",
                &json!({ "token": token(), "session": held_with() }),
                &["token"],
            ),
        ),
        ("Mail", mail()),
        ("MailPage", mail_page()),
        (
            "MailSecret",
            object("The secret of a link.", &json!({ "token": token() }), &["token"]),
        ),
        ("NewInvitation", new_invitation()),
        (
            "PasswordReset",
            object(
                "The secret of a link, and the password to sign in with from now on.",
                &json!({ "token": token(), "password": super::bodies::password() }),
                &["token", "password"],
            ),
        ),
        (
            "SignInChallenge",
            open_object(
                "What the device holds that asked for a code.",
                &json!({
                    "challenge": { "type": "string" },
                    "expires_in": { "type": "integer", "minimum": 1, "description": "Seconds." },
                }),
            ),
        ),
    ]
}

/// The secret, a password, and what a user may say of themselves.
pub(super) fn accepted_invitation(definition: &Definition, names: &Names) -> Json {
    let users = definition.collection(definition.users);
    let mut properties = RecordSchemas::new(definition, names, users).create_properties();
    for given in ["id", "email"] {
        properties.remove(given);
    }
    properties.insert("token".into(), token());
    properties.insert("password".into(), super::bodies::password());
    properties.insert("session".into(), held_with());
    json!({
        "description": "The secret of an invitation, a password to sign in with, and fields of users that it leaves open.",
        "type": "object",
        "properties": properties,
        "required": ["token", "password"],
        "additionalProperties": false,
    })
}

fn object(description: &str, properties: &Json, required: &[&str]) -> Json {
    json!({
        "description": description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// An answer, of which every property is there.
fn open_object(description: &str, properties: &Json) -> Json {
    let required: Vec<String> = properties
        .as_object()
        .map(|properties| properties.keys().cloned().collect())
        .unwrap_or_default();
    json!({ "description": description, "type": "object", "properties": properties, "required": required })
}

fn email() -> Json {
    json!({ "type": "string", "format": "email", "maxLength": limits::EMAIL_CHARACTERS_MAX })
}

fn token() -> Json {
    json!({ "type": "string", "description": "What stands behind the `=` of the link." })
}

fn secret() -> Json {
    json!({ "type": "string", "format": "password", "writeOnly": true })
}

fn held_with() -> Json {
    json!({
        "type": "string",
        "enum": ["tokens", "cookie"],
        "default": "tokens",
        "description": "What the session is held with. A cookie is for browsers on a page of the same host.",
    })
}

fn time(description: &str) -> Json {
    json!({ "type": "string", "format": "date-time", "description": description })
}

fn perhaps_time(description: &str) -> Json {
    json!({ "type": ["string", "null"], "format": "date-time", "description": description })
}

fn account() -> Json {
    let methods: Vec<&str> = SignInMethod::ALL.iter().map(|method| method.as_str()).collect();
    open_object(
        "What the record of a user does not say.",
        &json!({
            "email": { "type": ["string", "null"] },
            "verified_at": perhaps_time("When the user has shown that they have the address; null while they have not."),
            "has_password": { "type": "boolean" },
            "methods": {
                "type": "array",
                "items": { "type": "string", "enum": methods },
                "description": "What people may sign in with.",
            },
        }),
    )
}

fn code_sign_in() -> Json {
    object(
        "A code, and the challenge that it answers.",
        &json!({
            "challenge": { "type": "string" },
            "code": { "type": "string", "description": "Eight digits." },
            "session": held_with(),
        }),
        &["challenge", "code"],
    )
}

fn new_invitation() -> Json {
    object(
        "Somebody to invite.",
        &json!({
            "email": email(),
            "fields": { "type": "object", "description": "Fields of their record." },
            "by": {
                "type": "string",
                "enum": ["mail", "link"],
                "default": "mail",
                "description": "Is it sent, or does the answer have the link?",
            },
        }),
        &["email"],
    )
}

fn invitation() -> Json {
    let mut schema = open_object(
        "Somebody who was invited and has not answered yet.",
        &json!({
            "id": { "type": "string", "format": "uuid" },
            "email": email(),
            "fields": { "type": "object", "description": "Fields of their record." },
            "invited_by": { "type": ["string", "null"], "format": "uuid" },
            "created_at": time("When they were invited."),
            "expires_at": time("Until when they can accept."),
        }),
    );
    schema["properties"]["link"] =
        json!({ "type": "string", "description": "There when it is not sent, in this answer alone." });
    schema
}

fn invitations() -> Json {
    open_object(
        "Open invitations, the newest first.",
        &json!({
            "items": { "type": "array", "items": schema_ref("Invitation"), "maxItems": limits::INVITATIONS_MAX },
        }),
    )
}

fn mail() -> Json {
    let kinds: Vec<&str> = MailKind::ALL.iter().map(|kind| kind.as_str()).collect();
    open_object(
        "A mail, without what it says.",
        &json!({
            "id": { "type": "string", "format": "uuid" },
            "kind": { "type": "string", "description": format!("Such as {}.", kinds.join(", ")) },
            "address": { "type": "string" },
            "user": {
                "type": ["string", "null"],
                "format": "uuid",
                "description": "Whom it is about; null where that was not looked up.",
            },
            "state": {
                "type": "string",
                "enum": ["pending", "sent", "failed", "dropped"],
                "description": "Dropped is what nobody could be sent.",
            },
            "tries": { "type": "integer", "minimum": 0 },
            "created_at": time("When it was written."),
            "next_attempt_at": perhaps_time("While it is pending."),
            "finished_at": perhaps_time("When it was sent or given up."),
            "error": { "type": ["string", "null"], "description": "Why it was not sent the last time." },
        }),
    )
}

fn mail_page() -> Json {
    open_object(
        "Mails, the newest first.",
        &json!({
            "items": { "type": "array", "items": schema_ref("Mail"), "maxItems": limits::PAGE_MAX },
            "next_cursor": {
                "type": ["string", "null"],
                "description": "The parameter `cursor` of the next page; null when nothing follows.",
            },
        }),
    )
}
