//! Shares: what is taken and answered.

use mainstay_core::limits;
use mainstay_core::rules::ShareLevel;
use serde_json::{Value as Json, json};

use super::examples;
use super::records::schema_ref;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareBody {
    NewShare,
    Changes,
    OpenShare,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareAnswer {
    Share,
    /// With the token of a link.
    NewShare,
    Shares,
    SharedWithMe,
    OpenedShare,
}

/// The names of their schemas.
pub(super) const NAMES: [&str; 8] = [
    "NewShare",
    "OpenShare",
    "OpenedShare",
    "Share",
    "ShareChanges",
    "ShareList",
    "SharedWithMe",
    "SharedWithMePage",
];

impl ShareBody {
    pub(super) fn schema_name(self) -> &'static str {
        match self {
            Self::NewShare => "NewShare",
            Self::Changes => "ShareChanges",
            Self::OpenShare => "OpenShare",
        }
    }

    pub(super) fn example(self) -> Json {
        match self {
            Self::NewShare => json!({ "level": "comment", "title": "For the printers" }),
            Self::Changes => json!({ "level": "read" }),
            Self::OpenShare => json!({ "token": "..." }),
        }
    }
}

impl ShareAnswer {
    pub(super) fn schema(self) -> Json {
        match self {
            Self::Share | Self::NewShare => schema_ref("Share"),
            Self::Shares => schema_ref("ShareList"),
            Self::SharedWithMe => schema_ref("SharedWithMePage"),
            Self::OpenedShare => schema_ref("OpenedShare"),
        }
    }

    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Share => "The share as it is now.",
            Self::NewShare => "The share, with the token of a link.",
            Self::Shares => "All shares of the record.",
            Self::SharedWithMe => "A page of what is shared.",
            Self::OpenedShare => "What the link leads to, and the grant.",
        }
    }
}

pub(super) fn schemas() -> [(&'static str, Json); 8] {
    [
        ("NewShare", new_share()),
        ("OpenShare", open_share()),
        ("OpenedShare", opened_share()),
        ("Share", share()),
        ("ShareChanges", changes()),
        ("ShareList", list()),
        ("SharedWithMe", shared_with_me()),
        ("SharedWithMePage", shared_with_me_page()),
    ]
}

fn level() -> Json {
    json!({
        "type": "string",
        "enum": ShareLevel::ALL.map(ShareLevel::as_str),
        "description": "What it lets its holders do; each level has those before it in it.",
    })
}

fn end() -> Json {
    json!({
        "type": ["string", "null"],
        "format": "date-time",
        "description": "When it ends; without it never.",
    })
}

fn title() -> Json {
    json!({ "type": ["string", "null"], "minLength": 1, "maxLength": limits::TITLE_CHARACTERS_MAX })
}

fn password() -> Json {
    json!({
        "type": ["string", "null"],
        "minLength": 1,
        "maxLength": limits::PASSWORD_CHARACTERS_MAX,
        "description": "Of a link.",
    })
}

fn uses_max() -> Json {
    json!({
        "type": ["integer", "null"],
        "minimum": 1,
        "maximum": limits::SHARE_USES_MAX,
        "description": "How often a link may be opened; null for as often as one likes.",
    })
}

fn new_share() -> Json {
    json!({
        "description": "A share with the user or the group that is named, or a link.",
        "type": "object",
        "properties": {
            "user": { "type": ["string", "null"], "format": "uuid", "description": "A user whom the caller may see." },
            "group": { "type": ["string", "null"], "format": "uuid", "description": "A group that the caller may see." },
            "email": { "type": ["string", "null"], "description": "The address of such a user, in the place of the id." },
            "level": level(),
            "expires_at": end(),
            "title": title(),
            "password": password(),
            "uses_max": uses_max(),
        },
        "required": ["level"],
        "additionalProperties": false,
    })
}

fn changes() -> Json {
    json!({
        "description": "What of a share is to be another.",
        "type": "object",
        "properties": { "level": level(), "expires_at": end() },
        "additionalProperties": false,
    })
}

fn open_share() -> Json {
    json!({
        "description": "The token of a link, and its password if it has one.",
        "type": "object",
        "properties": { "token": { "type": "string" }, "password": password() },
        "required": ["token"],
        "additionalProperties": false,
    })
}

fn opened_share() -> Json {
    json!({
        "description": "What a link leads to.",
        "type": "object",
        "properties": {
            "grant": { "type": "string", "description": "For the header `Mainstay-Share`." },
            "expires_at": {
                "type": "string",
                "format": "date-time",
                "description": "When the grant ends; the link is opened again then.",
            },
            "collection": { "type": "string" },
            "record_id": { "type": "string", "format": "uuid" },
            "level": level(),
            "title": title(),
        },
        "required": ["grant", "expires_at", "collection", "record_id", "level", "title"],
    })
}

/// What every share says.
fn common() -> Json {
    json!({
        "id": { "type": "string", "format": "uuid" },
        "collection": { "type": "string" },
        "record_id": { "type": "string", "format": "uuid" },
        "level": level(),
        "title": title(),
        "expires_at": end(),
        "created_at": { "type": "string", "format": "date-time" },
        "created_by": { "type": ["string", "null"], "format": "uuid" },
    })
}

const COMMON: [&str; 8] = [
    "id",
    "collection",
    "record_id",
    "level",
    "title",
    "expires_at",
    "created_at",
    "created_by",
];

fn share() -> Json {
    let mut properties = common();
    properties["user"] = holder("The user whom it is with; null for a group and a link.");
    properties["group"] = holder("The group whose members it is with; else null.");
    properties["link"] = link();
    properties["token"] = json!({
        "type": "string",
        "description": "What a link is opened with, in the answer to its creation alone.",
    });
    let required: Vec<&str> = COMMON.into_iter().chain(["user", "group", "link"]).collect();
    json!({
        "description": "One share of a record.",
        "type": "object",
        "properties": properties,
        "required": required,
        "example": {
            "id": examples::ID,
            "collection": "lists",
            "record_id": examples::ID,
            "level": "comment",
            "title": "For the printers",
            "expires_at": null,
            "created_at": examples::TIME,
            "created_by": examples::ID,
            "user": null,
            "group": null,
            "link": { "has_password": false, "uses": 3, "uses_max": null },
        },
    })
}

fn holder(described: &str) -> Json {
    json!({
        "type": ["object", "null"],
        "description": described,
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "label": { "type": ["string", "null"], "description": "Null where the caller may not see it." },
        },
        "required": ["id", "label"],
    })
}

fn link() -> Json {
    json!({
        "description": "What is known of a link; null for other shares.",
        "type": ["object", "null"],
        "properties": {
            "has_password": { "type": "boolean" },
            "uses": { "type": "integer", "minimum": 0, "description": "How often it was opened." },
            "uses_max": uses_max(),
        },
        "required": ["has_password", "uses", "uses_max"],
    })
}

fn list() -> Json {
    json!({
        "description": "The shares of a record, the oldest first.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("Share"), "maxItems": limits::SHARES_OF_RECORD_MAX },
        },
        "required": ["items"],
    })
}

fn shared_with_me() -> Json {
    let mut properties = common();
    properties["label"] = json!({ "type": "string", "description": "What the record is called." });
    let required: Vec<&str> = COMMON.into_iter().chain(["label"]).collect();
    json!({
        "description": "A record that is shared with the caller, or with a group of theirs.",
        "type": "object",
        "properties": properties,
        "required": required,
    })
}

fn shared_with_me_page() -> Json {
    json!({
        "description": "What is shared with the caller, the newest first.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("SharedWithMe") },
            "next_cursor": { "type": ["string", "null"], "description": "For the next page; null on the last one." },
        },
        "required": ["items", "next_cursor"],
    })
}
