//! The application whose SQL is kept.

use std::sync::LazyLock;

use mainstay_core::Definition;
use mainstay_core::definition::Collection;
use mainstay_store::sql::{Dialect, Target};
use mainstay_testkit::files;

const FILES: [(&str, &str); 3] = [
    ("mainstay.toml", "name = \"snapshots\""),
    (
        "collections/rooms.toml",
        r#"
soft_delete = true
order = "name"
fields.name = { type = "text", required = true, min = 1, max = 80, unique = true }
fields.topic = { type = "text", index = true }
rules.list = "record.members.exists(m, m.id == auth.id)"
rules.read = "record.members.exists(m, m.id == auth.id)"
rules.create = "auth.id in input.members"
rules.update = "auth.id in record.members && input.name != ''"
rules.delete = "record.created_by == auth.id"

[fields.members]
type = "relation"
to = "users"
many = true
back = "rooms"
"#,
    ),
    (
        "collections/messages.toml",
        r#"
order = "-sent_at"
fields.sent_at = { type = "datetime", required = true, default = "now()" }
fields.author = { type = "relation", to = "users", required = true, default = "auth.id" }
fields.body = { type = "text", required = true }
fields.kind = { type = "select", options = ["plain", "it's"], required = true, default = "plain" }
fields.tags = { type = "multi_select", options = ["red", "green"] }
fields.fee = { type = "decimal", precision = 6, min = "0" }
fields.weight = { type = "number", min = 0.5 }
fields.stars = { type = "integer", min = 1, max = 5, check = "record.stars != 4" }
fields.day = { type = "date" }
fields.flagged = { type = "boolean" }
fields.data = { type = "json" }
fields.mail = { type = "email" }
fields.link = { type = "url" }
rules.list = "record.room.members.exists(m, m.id == auth.id)"
rules.read = "record.room.members.exists(m, m.id == auth.id)"
rules.create = "input.author == auth.id && auth.id in input.room.members"
rules.update = "record.author == auth.id"

[fields.room]
type = "relation"
to = "rooms"
required = true
on_delete = "restrict"
back = "messages"

[fields.answers]
type = "relation"
to = "messages"
on_delete = "cascade"
acyclic = true
back = "answered_by"

[[indexes]]
fields = ["room", "sent_at"]

[[indexes]]
fields = ["author", "kind"]
unique = true

[[checks]]
name = "free_or_red"
expression = "record.fee == null || record.fee * 2 > 1.5 || record.weight / 2 < -1"
message = "a fee is due"

[[checks]]
name = "same_room"
expression = "record.answers == null || record.answers.room == record.room"
message = "an answer stays in its room"
"#,
    ),
];

pub(super) static DEFINITION: LazyLock<Definition> =
    LazyLock::new(|| Definition::read(files(&FILES)).expect("the definition is good"));

pub(super) fn target(dialect: Dialect) -> Target<'static> {
    Target {
        definition: &DEFINITION,
        dialect,
    }
}

pub(super) fn collection(name: &str) -> &'static Collection {
    DEFINITION.find_collection(name).expect("the definition has it")
}
