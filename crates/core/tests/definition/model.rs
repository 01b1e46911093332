//! What the reader makes of good files.

mod consequences;
mod fields;
mod relations;

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
            definition.auth.refresh_token_days,
            definition.auth.session_idle_days
        ),
        (10, 30, 14)
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
