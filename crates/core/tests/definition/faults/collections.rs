//! Names of fields, the label, the order.

use crate::support::{assert_faults, assert_things_faults};

#[test]
fn bad_names_of_fields() {
    let text = r#"
[fields.FirstName]
type = "text"
[fields.a__b]
type = "text"
[fields."last name"]
type = "text"
[fields._x]
type = "text"
[fields.this_name_has_more_than_forty_characters_]
type = "text"
"#;
    assert_things_faults(
        text,
        r"
            2:9 `FirstName` is not a name: a name starts with a letter a to z and goes on with letters, digits and single underscores (for example `first_name`)
            4:9 `a__b` is not a name: a name starts with a letter a to z and goes on with letters, digits and single underscores (for example `a_b`)
            6:9 `last name` is not a name: a name starts with a letter a to z and goes on with letters, digits and single underscores (for example `last_name`)
            8:9 `_x` is not a name: a name starts with a letter a to z and goes on with letters, digits and single underscores (for example `x`)
            10:9 `this_name_has_more_than_forty_characters_` is not a name: a name has at most 40 characters (for example `this_name_has_more_than_forty_characters`)
        ",
    );
}

#[test]
fn reserved_names() {
    let names = [
        "id",
        "version",
        "created_at",
        "updated_at",
        "created_by",
        "deleted_at",
        "auth",
        "record",
        "input",
        "request",
        "now",
        "expand",
    ];
    for name in names {
        let text = format!("[fields.{name}]\ntype = \"text\"\n");
        let expected = format!(
            "1:9 `{name}` cannot be the name of a field: every record or every expression has it already \
             (choose another name)"
        );
        assert_things_faults(&text, &expected);
    }
    for name in ["in", "true", "null", "for"] {
        let text = format!("[fields.{name}]\ntype = \"text\"\n");
        let expected = format!(
            "1:9 `{name}` cannot be the name of a field: it is a word of the expression language (choose another name)"
        );
        assert_things_faults(&text, &expected);
    }
}

#[test]
fn built_in_fields_of_users() {
    let text = r#"
[fields.email]
type = "email"
[fields.active]
type = "boolean"
[fields.password]
type = "text"
[fields.name]
type = "text"
[rules]
read = "record.active && record.email != 'x'"
"#;
    assert_faults(
        &[("collections/users.toml", text)],
        r"
            collections/users.toml:2:9 `email` is a built-in field of users (remove it; every user has the fields email, administrator and active)
            collections/users.toml:4:9 `active` is a built-in field of users (remove it; every user has the fields email, administrator and active)
            collections/users.toml:6:9 a password is never a field (remove it; sign-in has its own store for passwords)
        ",
    );
}

#[test]
fn too_many_fields() {
    let fields: Vec<String> = (0..201)
        .map(|number| format!("[fields.f{number}]\ntype = \"text\"\n"))
        .collect();
    assert_things_faults(
        &fields.concat(),
        r"
            401:1 there are 201 fields, and at most 200 are possible (move some fields into another collection)
        ",
    );
}

#[test]
fn labels() {
    let fields = r#"
[fields.name]
type = "text"
[fields.secret]
type = "text"
hidden = true
[fields.data]
type = "json"
[fields.broken]
type = "txt"
"#;
    for (label, expected) in [
        ("{nam}", "1:11 `things` has no field `nam` (did you mean `name`?)"),
        (
            "a {secret}",
            "1:13 `label` shows the hidden field `secret` (use a field that is not hidden)",
        ),
        (
            "{data}",
            "1:11 `label` cannot show `data`, which is json (use another field)",
        ),
        (
            "{name",
            "1:10 `label` has a single brace (a placeholder is {field}; write a brace itself twice)",
        ),
        (
            "name}",
            "1:14 `label` has a single brace (a placeholder is {field}; write a brace itself twice)",
        ),
        ("{{name}} {name} {broken}", ""),
    ] {
        let expected = format!("{expected}\n10:8 `type` cannot be \"txt\" (did you mean \"text\"?)");
        assert_things_faults(&format!("label = \"{label}\"{fields}"), &expected);
    }
}

#[test]
fn orders() {
    let fields = r#"
[fields.name]
type = "text"
[fields.secret]
type = "text"
hidden = true
[fields.data]
type = "json"
[fields.tags]
type = "multi_select"
options = ["a"]
[fields.friends]
type = "relation"
to = "things"
many = true
"#;
    let hint = "choose a field that is shown and has one plain value";
    for (order, expected) in [
        ("nme", "1:9 `things` has no field `nme` (did you mean `name`?)".to_owned()),
        ("-secret", format!("1:9 lists cannot be sorted by `secret`, which is hidden ({hint})")),
        ("data", format!("1:9 lists cannot be sorted by `data`, which is json ({hint})")),
        ("-tags", format!("1:9 lists cannot be sorted by `tags`, which is a multi_select ({hint})")),
        ("friends", format!("1:9 lists cannot be sorted by `friends`, which is a relation to many ({hint})")),
        (
            "+name",
            "1:9 `+name` is not a name: a name starts with a letter a to z and goes on with letters, digits and single \
             underscores (for example `name`)"
                .to_owned(),
        ),
        ("-created_at", String::new()),
        ("id", String::new()),
    ] {
        assert_things_faults(&format!("order = \"{order}\"{fields}"), &expected);
    }
}
