//! A small application and its data.

use std::collections::HashMap;
use std::sync::LazyLock;

use mainstay_core::definition::SourceFile;
use mainstay_core::{Definition, RecordId, Value};
use mainstay_testkit::evaluator::{Row, World};

pub(crate) const ANN: u8 = 1;
pub(crate) const BEN: u8 = 2;
pub(crate) const OFFICE: u8 = 11;
pub(crate) const CELLAR: u8 = 12;
pub(crate) const DELETED_ROOM: u8 = 13;
pub(crate) const TODO: u8 = 21;
pub(crate) const EMPTY: u8 = 22;
pub(crate) const STRAY: u8 = 23;

const FILES: [(&str, &str); 5] = [
    ("mainstay.toml", "name = \"evaluated\""),
    (
        "collections/users.toml",
        r#"
fields.nick = { type = "text" }
fields.age = { type = "integer" }
fields.home = { type = "relation", to = "rooms" }
"#,
    ),
    (
        "collections/rooms.toml",
        r#"
soft_delete = true
fields.name = { type = "text" }
fields.parent = { type = "relation", to = "rooms", back = "children" }
"#,
    ),
    (
        "collections/members.toml",
        r#"
fields.room = { type = "relation", to = "rooms", back = "members" }
fields.user = { type = "relation", to = "users" }
fields.active = { type = "boolean" }
"#,
    ),
    (
        "collections/todos.toml",
        r#"
fields.title = { type = "text" }
fields.done = { type = "boolean" }
fields.flag = { type = "boolean" }
fields.rank = { type = "integer" }
fields.ratio = { type = "number" }
fields.price = { type = "decimal" }
fields.due = { type = "datetime" }
fields.tags = { type = "multi_select", options = ["red", "green"] }
fields.data = { type = "json" }
fields.room = { type = "relation", to = "rooms" }
fields.assignees = { type = "relation", to = "users", many = true, back = "assigned" }
"#,
    ),
];

pub(crate) static DEFINITION: LazyLock<Definition> = LazyLock::new(|| {
    let file = |(path, text): (&str, &str)| SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    Definition::read(FILES.map(file).to_vec()).expect("the definition is good")
});

pub(crate) fn id(number: u8) -> RecordId {
    let mut bytes = [0; 16];
    bytes[15] = number;
    RecordId::from_bytes(bytes)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn row(collection: &str, number: u8, values: &[(&str, Value)]) -> Row {
    let collection = DEFINITION
        .find_collection(collection)
        .expect("a collection of the definition");
    let field = |name: &str| collection.find_field(name).expect("a field of the collection").id;
    let mut row: Row = values
        .iter()
        .map(|(name, value)| (field(name), value.clone()))
        .collect();
    row.insert(field("id"), Value::Id(id(number)));
    row
}

fn to(number: u8) -> Value {
    Value::Id(id(number))
}

/// Ann and Ben are members of the office, Ben an inactive one; the cellar lies below it and has a member without a
/// user; a third room is deleted. One todo has every value, one has none, one points to what is gone.
pub(crate) fn world() -> World {
    let mut records = HashMap::new();
    for (name, rows) in [
        ("users", users()),
        ("rooms", rooms()),
        ("members", members()),
        ("todos", todos()),
    ] {
        let collection = DEFINITION
            .find_collection(name)
            .expect("a collection of the definition");
        records.insert(collection.id, rows);
    }
    World { records }
}

fn users() -> Vec<Row> {
    let ann = [
        ("nick", text("Ann")),
        ("age", Value::Int(40)),
        ("home", to(OFFICE)),
    ];
    vec![row("users", ANN, &ann), row("users", BEN, &[])]
}

fn rooms() -> Vec<Row> {
    let deleted = [
        ("name", text("Gone")),
        ("parent", to(OFFICE)),
        ("deleted_at", Value::Int(1)),
    ];
    vec![
        row("rooms", OFFICE, &[("name", text("Office"))]),
        row("rooms", CELLAR, &[("parent", to(OFFICE))]),
        row("rooms", DELETED_ROOM, &deleted),
    ]
}

fn members() -> Vec<Row> {
    let active = [
        ("room", to(OFFICE)),
        ("user", to(ANN)),
        ("active", Value::Bool(true)),
    ];
    let inactive = [
        ("room", to(OFFICE)),
        ("user", to(BEN)),
        ("active", Value::Bool(false)),
    ];
    vec![
        row("members", 31, &active),
        row("members", 32, &inactive),
        row("members", 33, &[("room", to(CELLAR))]),
    ]
}

fn todos() -> Vec<Row> {
    let full = [
        ("title", text("Grüße")),
        ("done", Value::Bool(true)),
        ("rank", Value::Int(5)),
        ("ratio", Value::Real(0.5)),
        ("price", Value::Int(1_250)),
        ("due", Value::Int(2_000_000)),
        ("tags", text("[\"red\"]")),
        ("data", text("{}")),
        ("room", to(OFFICE)),
        ("assignees", Value::Ids(vec![id(BEN), id(99)])),
    ];
    let stray = [
        ("room", to(DELETED_ROOM)),
        ("assignees", Value::Ids(vec![id(99)])),
    ];
    vec![
        row("todos", TODO, &full),
        row("todos", EMPTY, &[]),
        row("todos", STRAY, &stray),
    ]
}
