//! An application with a field of every kind and a relation of every kind.

use std::sync::LazyLock;

use mainstay_core::Definition;
use mainstay_store::sql::Target;
use mainstay_testkit::{TestDatabase, files};

const FILES: [(&str, &str); 7] = [
    ("mainstay.toml", "name = \"compared\""),
    (
        "collections/users.toml",
        r#"
soft_delete = true
fields.nick = { type = "text" }
fields.age = { type = "integer" }
fields.home = { type = "relation", to = "rooms", back = "inhabitants", read = "record.id == auth.id" }
rules.read = "record.id == auth.id || record.age > 30"
"#,
    ),
    (
        "collections/rooms.toml",
        r#"
soft_delete = true
fields.name = { type = "text" }
fields.open = { type = "boolean" }
fields.floor = { type = "integer" }
fields.parent = { type = "relation", to = "rooms", back = "children" }
fields.owner = { type = "relation", to = "users", back = "owned", read = "record.open" }
rules.read = "record.open || record.members.exists(m, m.user == auth.id)"
"#,
    ),
    (
        "collections/members.toml",
        r#"
fields.room = { type = "relation", to = "rooms", required = true, back = "members" }
fields.user = { type = "relation", to = "users", back = "memberships" }
fields.role = { type = "select", options = ["reader", "owner"], read = "record.room.open" }
fields.active = { type = "boolean" }
rules.read = "record.user == auth.id || record.active"
"#,
    ),
    (
        "collections/todos.toml",
        r#"
soft_delete = true
fields.title = { type = "text" }
fields.done = { type = "boolean", required = true, read = "auth.age < 50 || record.flag" }
fields.flag = { type = "boolean" }
fields.rank = { type = "integer", read = "auth.id in record.assignees" }
fields.ratio = { type = "number" }
fields.price = { type = "decimal" }
fields.total = { type = "decimal", scale = 3, required = true }
fields.due = { type = "datetime" }
fields.day = { type = "date" }
fields.status = { type = "select", options = ["open", "closed", "a"] }
fields.tags = { type = "multi_select", options = ["red", "green", "a"] }
fields.marks = { type = "multi_select", options = ["x", "y"], required = true }
fields.data = { type = "json" }
fields.mail = { type = "email" }
fields.link = { type = "url" }
fields.room = { type = "relation", to = "rooms", back = "todos" }
fields.assignees = { type = "relation", to = "users", many = true, back = "assigned", read = "record.rank != null" }
fields.label = { type = "relation", to = "labels" }
fields.labels = { type = "relation", to = "labels", many = true, back = "labelled" }
fields.related = { type = "relation", to = "todos", many = true, back = "related_from" }
rules.read = "record.done || record.room.members.exists(m, m.user == auth.id && m.role == 'owner')"
"#,
    ),
    (
        // What is deleted for good and cannot be read is out of sight by its rule alone.
        "collections/labels.toml",
        r#"
fields.name = { type = "text", required = true }
fields.weight = { type = "number" }
rules.read = "record.weight > 0.0"
"#,
    ),
    (
        // Nobody may read a note.
        "collections/notes.toml",
        r#"
fields.todo = { type = "relation", to = "todos", back = "notes" }
fields.body = { type = "text" }
"#,
    ),
];

/// What the tests build their statements for.
pub(crate) fn target() -> Target<'static> {
    Target {
        definition: &DEFINITION,
        dialect: TestDatabase::dialect(),
    }
}

pub(crate) static DEFINITION: LazyLock<Definition> =
    LazyLock::new(|| Definition::read(files(&FILES)).expect("the fixture is a good definition"));
