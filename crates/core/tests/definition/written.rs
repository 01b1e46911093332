//! What a definition keeps of its files: expressions as they were written, and what was made by which key.

use mainstay_core::definition::MadeBy;

use crate::support::read;

const ROOMS: &str = r#"share = true
[members]
roles = ["lead", "guest"]
[fields.name]
type = "text"
check = "record.name != ''"
[fields.pin]
type = "text"
read = '''
record.created_by == auth.id
'''
write = "auth.id != null"
[[checks]]
name = "long"
expression = "size(record.name) > 2"
[rules]
list = "auth.id != null"   # everybody
"#;

#[test]
fn expressions_are_kept_with_their_places() {
    let definition = read(&[("collections/rooms.toml", ROOMS)]);
    let rooms = definition.find_collection("rooms").expect("the test has it");
    let written = definition.written(rooms);
    let told = |written: Option<&mainstay_core::definition::Written>| {
        written.map(|written| (written.text.clone(), written.line, written.column))
    };
    assert_eq!(
        told(written.rule("list")),
        Some(("auth.id != null".to_owned(), 17, 8))
    );
    assert_eq!(told(written.rule("read")), None);
    assert_eq!(
        told(written.of_field("pin", "read")),
        Some(("record.created_by == auth.id\n".to_owned(), 9, 8))
    );
    assert_eq!(
        told(written.of_field("pin", "write")),
        Some(("auth.id != null".to_owned(), 12, 9))
    );
    assert_eq!(
        told(written.check("name")),
        Some(("record.name != ''".to_owned(), 6, 9))
    );
    assert_eq!(
        told(written.check("long")),
        Some(("size(record.name) > 2".to_owned(), 15, 14))
    );
    assert_eq!(written.line_of_field("pin"), Some(7));
    assert_eq!(written.line_of_field("id"), None);
}

#[test]
fn what_was_made_says_by_which_key() {
    let application = "name = \"test\"\nviews = true\n";
    let definition = read(&[("mainstay.toml", application), ("collections/rooms.toml", ROOMS)]);
    let maker = |name: &str| {
        let collection = definition.find_collection(name).expect("the test has it");
        let maker = definition.maker_of(collection);
        maker.map(|(key, made_for)| (key, made_for.map(|made_for| made_for.name.as_str())))
    };
    assert_eq!(maker("rooms"), None);
    assert_eq!(maker("users"), None);
    assert_eq!(maker("rooms_members"), Some((MadeBy::Members, Some("rooms"))));
    assert_eq!(maker("rooms_shares"), Some((MadeBy::Share, Some("rooms"))));
    assert_eq!(maker("views"), Some((MadeBy::Views, None)));
    assert_eq!(maker("views_shares"), Some((MadeBy::Share, Some("views"))));
    let file = |name: &str| definition.file_of(definition.find_collection(name).expect("the test has it"));
    assert_eq!(file("rooms"), Some("collections/rooms.toml"));
    assert_eq!((file("users"), file("rooms_members")), (None, None));
    // Its expressions are known all the same.
    let members = definition
        .find_collection("rooms_members")
        .expect("the test has it");
    assert!(definition.written(members).rule("create").is_some());
    let paths: Vec<&str> = definition
        .sources
        .written()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(paths, ["collections/rooms.toml", "mainstay.toml"]);
}
