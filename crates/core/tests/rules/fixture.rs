//! One small application with a field of every type.

use std::sync::LazyLock;

use mainstay_core::Definition;
use mainstay_core::definition::SourceFile;
use mainstay_core::rules::{self, Expr, ExpressionError, Purpose, Scope};

const FILES: [(&str, &str); 6] = [
    ("mainstay.toml", "name = \"workshop\""),
    (
        "collections/users.toml",
        r#"
fields.nick = { type = "text" }
fields.age = { type = "integer" }
fields.token = { type = "text", hidden = true }
fields.team = { type = "relation", to = "teams", back = "people" }
"#,
    ),
    (
        "collections/teams.toml",
        r#"
fields.name = { type = "text", required = true }
"#,
    ),
    (
        "collections/rooms.toml",
        r#"
fields.name = { type = "text", required = true }
fields.owner = { type = "relation", to = "users", required = true }
fields.parent = { type = "relation", to = "rooms" }
fields.code = { type = "text", hidden = true }
"#,
    ),
    (
        "collections/memberships.toml",
        r#"
fields.user = { type = "relation", to = "users", required = true }
fields.room = { type = "relation", to = "rooms", required = true, back = "members" }
fields.role = { type = "select", options = ["reader", "editor"], required = true }
fields.hidden_room = { type = "relation", to = "rooms", back = "ghosts", hidden = true }
"#,
    ),
    (
        "collections/todos.toml",
        r#"
soft_delete = true
fields.title = { type = "text", required = true }
fields.notes = { type = "text" }
fields.done = { type = "boolean", required = true }
fields.flag = { type = "boolean" }
fields.count = { type = "integer" }
fields.rank = { type = "integer", required = true }
fields.ratio = { type = "number" }
fields.price = { type = "decimal", scale = 2 }
fields.total = { type = "decimal", scale = 3 }
fields.due = { type = "datetime" }
fields.day = { type = "date" }
fields.status = { type = "select", options = ["open", "closed"] }
fields.tags = { type = "multi_select", options = ["red", "green"] }
fields.data = { type = "json" }
fields.mail = { type = "email" }
fields.link = { type = "url" }
fields.room = { type = "relation", to = "rooms", back = "todos" }
fields.assignees = { type = "relation", to = "users", many = true, back = "assigned" }
fields.secret = { type = "text", hidden = true }
"#,
    ),
];

static DEFINITION: LazyLock<Definition> = LazyLock::new(|| {
    let file = |(path, text): (&str, &str)| SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    Definition::read(FILES.map(file).to_vec()).expect("the fixture is a good definition")
});

pub(crate) fn definition() -> &'static Definition {
    &DEFINITION
}

/// Types an expression about `todos`.
pub(crate) fn parse(purpose: Purpose, text: &str) -> Result<Expr, Vec<ExpressionError>> {
    let collection = DEFINITION
        .find_collection("todos")
        .expect("the fixture has todos")
        .id;
    rules::parse(&DEFINITION, Scope { collection, purpose }, text)
}

/// Types `field = expression` about `todos`; places are those of the expression.
pub(crate) fn parse_value(purpose: Purpose, text: &str) -> Result<Expr, Vec<ExpressionError>> {
    let collection = DEFINITION
        .find_collection("todos")
        .expect("the fixture has todos");
    let (field, text) = text.split_once(" = ").expect("a field has a value");
    let field = collection.find_field(field).expect("todos have this field");
    let scope = Scope {
        collection: collection.id,
        purpose,
    };
    rules::parse_value(&DEFINITION, scope, text, field)
}
