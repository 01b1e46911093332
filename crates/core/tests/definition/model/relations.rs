//! What follows from relations and from declared indexes.

use super::*;

#[test]
fn relations_are_known_at_their_targets() {
    let definition = read(&[
        (
            "collections/desks.toml",
            r#"
[fields.room]
type = "relation"
to = "rooms"
back = "desks"
on_delete = "cascade"
required = true
[fields.users]
type = "relation"
to = "users"
many = true
"#,
        ),
        (
            "collections/rooms.toml",
            "[fields.parent]\ntype = \"relation\"\nto = \"rooms\"\nacyclic = true\n",
        ),
    ]);
    let desks = definition.find_collection("desks").unwrap();
    let rooms = definition.find_collection("rooms").unwrap();
    let back = rooms.find_back("desks").unwrap();
    assert_eq!(
        (back.from.collection, definition.field(back.from).name.as_str()),
        (desks.id, "room")
    );
    let pointing: Vec<_> = rooms
        .referenced_by
        .iter()
        .map(|at| definition.field(*at).name.as_str())
        .collect();
    assert_eq!(pointing, ["room", "parent"]);
    let users = definition.collection(definition.users);
    assert_eq!(users.referenced_by.len(), 1);
    assert!(users.backs.is_empty());
    assert!(rooms.find_field("parent").unwrap().relation().unwrap().acyclic);
    assert!(!desks.find_field("users").unwrap().is_column());
}

#[test]
fn indexes_are_derived_without_duplicates() {
    let fields = r#"
[fields.name]
type = "text"
unique = true
[fields.code]
type = "text"
unique = true
index = true
[fields.room]
type = "relation"
to = "users"
[fields.desk]
type = "relation"
to = "users"
[fields.users]
type = "relation"
to = "users"
many = true
[fields.due]
type = "date"
index = true
[fields.position]
type = "integer"
[[indexes]]
fields = ["room", "position"]
unique = true
[[indexes]]
fields = ["due", "name"]
"#;
    let definition = read_things(&format!("order = \"-position\"\n{fields}"));
    let expected = [
        "unique room, position",
        "due, name",
        "unique name",
        "unique code",
        "desk",
        "position",
    ];
    assert_eq!(indexes(things(&definition)), expected);

    // Unique indexes leave deleted records out, so they cannot serve for `room` and `code`.
    let definition = read_things(&format!("soft_delete = true\norder = \"code\"\n{fields}"));
    let expected = [
        "unique room, position",
        "due, name",
        "unique name",
        "unique code",
        "code",
        "room",
        "desk",
    ];
    assert_eq!(indexes(things(&definition)), expected);

    let definition = read_things("order = \"-created_at\"\n");
    assert_eq!(indexes(things(&definition)), ["created_at"]);
    assert!(things(&definition).order.descending);
}
