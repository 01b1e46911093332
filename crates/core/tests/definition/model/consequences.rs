//! Labels, checks, and the digest of it all.

use super::*;

#[test]
fn labels_show_fields() {
    let definition = read_things(
        r#"
label = "{{{name}}} for {price}, {tags}"
[fields.name]
type = "text"
[fields.price]
type = "decimal"
[fields.tags]
type = "multi_select"
options = ["a", "b"]
"#,
    );
    let things = things(&definition);
    let values = |id: FieldId| match things.field(id).name.as_str() {
        "name" => &Value::Null,
        "price" => &Value::Int(1_250),
        _ => &const { Value::Bool(true) },
    };
    assert_eq!(things.label.render(things, values), "{} for 12.50, true");
    let id = Value::Id(RecordId::from_bytes([0; 16]));
    let users = definition.collection(definition.users);
    assert_eq!(
        users.label.render(users, |_| &id),
        "00000000-0000-0000-0000-000000000000"
    );
}

#[test]
fn checks_of_fields_come_first() {
    let definition = read(&[(
        "collections/things.toml",
        r#"
[[checks]]
name = "span"
expression = "record.first < record.last"
message = "the first comes before the last"
[[checks]]
name = "same_room"
expression = "record.other.first == record.first"
[fields.first]
type = "integer"
check = "record.first > 0"
[fields.last]
type = "integer"
[fields.other]
type = "relation"
to = "things"
"#,
    )]);
    let checks: Vec<_> = things(&definition)
        .checks
        .iter()
        .map(|check| {
            (
                check.name.as_str(),
                check.field.is_some(),
                !check.in_table,
                check.message.as_str(),
            )
        })
        .collect();
    let expected = [
        ("first", true, false, "does not satisfy: record.first > 0"),
        ("span", false, false, "the first comes before the last"),
        (
            "same_room",
            false,
            true,
            "does not satisfy: record.other.first == record.first",
        ),
    ];
    assert_eq!(checks, expected);
}

#[test]
fn the_digest_is_of_paths_and_texts() {
    let digest = |sources: &[(&str, &str)]| Definition::read(files(sources)).unwrap().digest;
    let base = digest(&[("collections/a.toml", ""), ("collections/b.toml", "")]);
    assert_eq!(base.len(), 64);
    assert!(
        base.bytes()
            .all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase())
    );
    assert_eq!(
        base,
        digest(&[
            ("collections/b.toml", ""),
            ("collections/a.toml", ""),
            ("README.md", "x")
        ])
    );
    assert_ne!(
        base,
        digest(&[("collections/a.toml", "#"), ("collections/b.toml", "")])
    );
    assert_ne!(
        base,
        digest(&[("collections/a.toml", ""), ("collections/b.toml", "#")])
    );
    assert_ne!(
        base,
        digest(&[("collections/a.toml", ""), ("collections/c.toml", "")])
    );
}

#[test]
fn a_byte_order_mark_is_no_fault() {
    let text = "\u{feff}name = \"test\"\n";
    let files = vec![SourceFile {
        path: "mainstay.toml".into(),
        text: text.into(),
    }];
    assert_eq!(Definition::read(files).unwrap().name, "test");
}

#[test]
fn comments_are_no_part_of_the_shape() {
    let plain = read_things("");
    let commented = read_things("comments = true\n[rules]\nread = \"true\"\ncomment = \"auth.id != null\"\n");
    assert!(!things(&plain).comments && things(&commented).comments);
    assert!(things(&commented).rules.comment.is_some());
    assert_eq!(plain.shape, commented.shape);
    assert_ne!(plain.digest, commented.digest);
}
