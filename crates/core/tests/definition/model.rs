//! What the reader makes of good files.

use mainstay_core::definition::{
    Collection, DefaultValue, Definition, Field, FieldId, FieldKind, OnDelete, SourceFile, SystemField,
};
use mainstay_core::{RecordId, Value};

use crate::support::{files, read, read_things};

fn field_names(collection: &Collection) -> Vec<&str> {
    collection
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect()
}

fn things(definition: &Definition) -> &Collection {
    definition.find_collection("things").unwrap()
}

fn field<'d>(definition: &'d Definition, name: &str) -> &'d Field {
    things(definition).find_field(name).unwrap()
}

/// Indexes as `a, b` or `unique a`.
fn indexes(collection: &Collection) -> Vec<String> {
    let name = |id: &FieldId| collection.field(*id).name.to_string();
    collection
        .indexes
        .iter()
        .map(|index| {
            let fields: Vec<String> = index.fields.iter().map(name).collect();
            format!(
                "{}{}",
                if index.unique { "unique " } else { "" },
                fields.join(", ")
            )
        })
        .collect()
}

#[test]
fn users_are_always_there() {
    let definition = read(&[]);
    assert_eq!(definition.collections.len(), 1);
    let users = definition.collection(definition.users);
    assert_eq!(users.name.as_str(), "users");
    assert_eq!(
        field_names(users),
        [
            "id",
            "version",
            "created_at",
            "updated_at",
            "created_by",
            "email",
            "administrator",
            "active"
        ]
    );
    let email = users.find_field("email").unwrap();
    assert!(email.required && email.unique && !email.read_only && !email.system);
    for (name, default) in [("administrator", false), ("active", true)] {
        let flag = users.find_field(name).unwrap();
        assert!(flag.required && flag.read_only && !flag.system, "{name}");
        assert_eq!(flag.default, Some(DefaultValue::Literal(Value::Bool(default))));
    }
    assert_eq!(indexes(users), ["unique email"]);
    assert!(users.rules.list.is_none() && users.rules.create.is_none());
}

#[test]
fn an_application_adds_to_users() {
    let text =
        "soft_delete = true\nlabel = \"{name}\"\n[fields.name]\ntype = \"text\"\n[rules]\nread = \"true\"\n";
    let definition = read(&[("collections/users.toml", text)]);
    let users = definition.find_collection("users").unwrap();
    assert_eq!(users.id, definition.users);
    let declared = ["deleted_at", "email", "administrator", "active", "name"];
    assert_eq!(field_names(users)[5..], declared);
    assert!(users.rules.read.is_some());
}

#[test]
fn system_fields_come_first() {
    let definition = read_things("soft_delete = true\n[fields.name]\ntype = \"text\"\n");
    let things = things(&definition);
    let system = [
        SystemField::Id,
        SystemField::Version,
        SystemField::CreatedAt,
        SystemField::UpdatedAt,
        SystemField::CreatedBy,
        SystemField::DeletedAt,
    ];
    for (position, system) in system.into_iter().enumerate() {
        let field = &things.fields[position];
        assert_eq!((field.name.as_str(), field.id), (system.name(), system.id()));
        assert!(field.system && field.read_only);
        let may_be_null = matches!(system, SystemField::CreatedBy | SystemField::DeletedAt);
        assert_eq!(field.required, !may_be_null, "{}", field.name);
    }
    let created_by = things.system_field(SystemField::CreatedBy).relation().unwrap();
    assert_eq!(
        (created_by.to, created_by.on_delete),
        (definition.users, OnDelete::SetNull)
    );
    assert!(
        definition.collection(definition.users).referenced_by.is_empty(),
        "created_by is no declared reference"
    );
    assert_eq!(indexes(things), [""; 0]);
}

#[test]
fn settings_and_titles_have_defaults() {
    let definition = read(&[
        ("mainstay.toml", "name = \"my-app\"\n"),
        ("collections/list_items.toml", ""),
    ]);
    assert_eq!(
        (definition.name.as_str(), definition.title.as_str()),
        ("my-app", "My app")
    );
    assert!(!definition.auth.sign_up);
    assert_eq!(
        (
            definition.auth.access_token_minutes,
            definition.auth.refresh_token_days
        ),
        (10, 30)
    );
    assert_eq!(
        definition.find_collection("list_items").unwrap().title,
        "List items"
    );

    let text = "name = \"a\"\ntitle = \"A\"\ndescription = \"D\"\n[auth]\nsign_up = true\naccess_token_minutes = 5\n";
    let definition = read(&[("mainstay.toml", text)]);
    assert_eq!(
        (definition.title.as_str(), definition.description.as_str()),
        ("A", "D")
    );
    assert!(definition.auth.sign_up);
    assert_eq!(definition.auth.access_token_minutes, 5);
}

#[test]
fn collections_are_sorted_and_fields_are_not() {
    let fields = "[fields.b]\ntype = \"text\"\n[fields.a]\ntype = \"text\"\n[fields]\n";
    let definition = read(&[
        ("collections/zoo.toml", ""),
        ("collections/users.toml", ""),
        ("collections/ants.toml", fields),
    ]);
    let names: Vec<_> = definition
        .collections
        .iter()
        .map(|collection| collection.name.as_str())
        .collect();
    assert_eq!(names, ["ants", "users", "zoo"]);
    for (position, collection) in definition.collections.iter().enumerate() {
        assert_eq!(usize::from(collection.id.0), position);
    }
    assert_eq!(field_names(&definition.collections[0])[5..], ["b", "a"]);
}

const TYPES: &str = r#"
[fields.text]
type = "text"
min = 1
max = 20
pattern = "^a"
multiline = true
[fields.plain]
type = "text"
[fields.integer]
type = "integer"
min = -5
[fields.number]
type = "number"
max = 3
[fields.decimal]
type = "decimal"
precision = 5
scale = 1
min = "-2.5"
[fields.digit]
type = "decimal"
precision = 1
[fields.multi]
type = "multi_select"
options = ["a", "b", "c"]
max = 2
[fields.all]
type = "multi_select"
options = ["a", "b", "c"]
[fields.json]
type = "json"
schema = { type = "object" }
"#;

#[test]
fn every_type_has_its_options() {
    let definition = read_things(TYPES);
    let kind = |name| &field(&definition, name).kind;
    let FieldKind::Text(text) = kind("text") else {
        panic!()
    };
    assert_eq!(
        (text.min, text.max, text.multiline, text.rich),
        (1, 20, true, false)
    );
    assert!(text.pattern.is_some());
    assert!(matches!(kind("plain"), FieldKind::Text(options) if options.max == 10_000 && !options.multiline));
    assert!(matches!(
        kind("integer"),
        FieldKind::Integer {
            min: -5,
            max: i64::MAX
        }
    ));
    assert!(matches!(kind("number"), FieldKind::Number { max, .. } if (*max - 3.0).abs() < f64::EPSILON));
    assert!(matches!(
        kind("decimal"),
        FieldKind::Decimal {
            precision: 5,
            scale: 1,
            min: -25,
            max: 99_999
        }
    ));
    assert!(matches!(
        kind("digit"),
        FieldKind::Decimal {
            precision: 1,
            scale: 1,
            min: -9,
            max: 9
        }
    ));
    assert!(matches!(
        kind("multi"),
        FieldKind::MultiSelect { items_max: 2, .. }
    ));
    assert!(matches!(kind("all"), FieldKind::MultiSelect { items_max: 3, .. }));
    assert!(matches!(
        kind("json"),
        FieldKind::Json {
            schema: Some(_),
            bytes_max: 65_536
        }
    ));
}

const DEFAULTS: &str = r#"
[fields.datetime]
type = "datetime"
default = 1970-01-01T00:00:01+00:00
[fields.date]
type = "date"
default = 2026-01-31
[fields.day]
type = "date"
default = "now()"
[fields.decimal]
type = "decimal"
default = "12.5"
[fields.integer]
type = "integer"
default = 0x10
[fields.number]
type = "number"
default = 3
[fields.multi]
type = "multi_select"
options = ["a", "b"]
default = ["b", "a"]
[fields.json]
type = "json"
default = { b = [1, 2.5], a = "x" }
[fields.owner]
type = "relation"
to = "users"
default = "auth.id"
[fields.other]
type = "relation"
to = "things"
default = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c"
"#;

#[test]
fn defaults_are_stored_values() {
    let definition = read_things(DEFAULTS);
    let id: RecordId = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c".parse().unwrap();
    for (name, default) in [
        ("datetime", DefaultValue::Literal(Value::Int(1_000_000))),
        ("date", DefaultValue::Literal(Value::Text("2026-01-31".into()))),
        ("day", DefaultValue::Now),
        ("decimal", DefaultValue::Literal(Value::Int(1_250))),
        ("integer", DefaultValue::Literal(Value::Int(16))),
        ("number", DefaultValue::Literal(Value::Real(3.0))),
        ("multi", DefaultValue::Literal(Value::Text(r#"["a","b"]"#.into()))),
        (
            "json",
            DefaultValue::Literal(Value::Text(r#"{"a":"x","b":[1,2.5]}"#.into())),
        ),
        ("owner", DefaultValue::AuthId),
        ("other", DefaultValue::Literal(Value::Id(id))),
    ] {
        assert_eq!(field(&definition, name).default, Some(default), "{name}");
    }
}

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
                check.needs_query,
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
