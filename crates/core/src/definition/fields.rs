//! The fields of a collection: those that every record has, those of `users`, and the declared ones.

use std::collections::HashMap;

use super::collections::{Draft, FieldDraft, USERS};
use super::faults::Faults;
use super::names::title_of;
use super::read::Directory;
use super::{
    Collection, DefaultValue, Field, FieldId, FieldKind, Label, LabelPart, OnDelete, Relation, Rules,
    SortKey, SystemField, defaults, kinds,
};
use crate::ids::Name;
use crate::values::Value;

/// The collection with its fields; label, order, ways back, indexes, rules and checks follow when all fields of all
/// collections are known.
pub(super) fn build(draft: &mut Draft<'_>, directory: &Directory, faults: &mut Faults) -> Collection {
    let mut fields = system_fields(draft.soft_delete, directory);
    if draft.name.as_str() == USERS {
        for field in users_fields() {
            push(&mut fields, field);
        }
    }
    for declared in &mut draft.fields {
        match declared_field(declared, draft.id, directory, faults) {
            Some(field) => declared.id = Some(push(&mut fields, field)),
            None => faults.mark_broken(declared.name.as_str()),
        }
    }
    let text = |key| draft.table.as_ref().and_then(|table| table.text(key));
    Collection {
        id: draft.id,
        name: draft.name.clone(),
        table: draft.name.clone(),
        former_names: Vec::new(),
        title: text("title").map_or_else(|| title_of(draft.name.as_str()), str::to_owned),
        description: text("description").unwrap_or_default().to_owned(),
        label: Label {
            parts: vec![LabelPart::Field(SystemField::Id.id())],
        },
        soft_delete: draft.soft_delete,
        members: None,
        sharing: None,
        comments: draft.comments,
        log_reads: draft
            .table
            .as_ref()
            .and_then(|table| table.boolean("log_reads"))
            .unwrap_or(false),
        trash_days: draft.trash_days,
        order: SortKey {
            field: SystemField::Id.id(),
            descending: false,
        },
        field_by_name: fields
            .iter()
            .map(|field| (field.name.clone(), field.id))
            .collect::<HashMap<_, _>>(),
        fields,
        rules: Rules::default(),
        indexes: Vec::new(),
        checks: Vec::new(),
        backs: Vec::new(),
        referenced_by: Vec::new(),
    }
}

fn push(fields: &mut Vec<Field>, mut field: Field) -> FieldId {
    let id = FieldId(u16::try_from(fields.len()).expect("a collection has at most some hundred fields"));
    field.id = id;
    fields.push(field);
    id
}

fn system_fields(soft_delete: bool, directory: &Directory) -> Vec<Field> {
    let to_users = Relation {
        to: directory.users,
        many: false,
        on_delete: OnDelete::SetNull,
        back: None,
        acyclic: false,
    };
    let mut fields = Vec::new();
    let mut add = |system: SystemField, kind, required| {
        debug_assert_eq!(
            usize::from(system.id().0),
            fields.len(),
            "system fields stand at fixed positions"
        );
        let field = Field {
            system: true,
            required,
            read_only: true,
            ..plain(system.name(), kind)
        };
        push(&mut fields, field);
    };
    add(SystemField::Id, FieldKind::Id, true);
    add(
        SystemField::Version,
        FieldKind::Integer {
            min: 1,
            max: i64::MAX,
        },
        true,
    );
    add(SystemField::CreatedAt, FieldKind::DateTime, true);
    add(SystemField::UpdatedAt, FieldKind::DateTime, true);
    add(SystemField::CreatedBy, FieldKind::Relation(to_users), false);
    if soft_delete {
        add(SystemField::DeletedAt, FieldKind::DateTime, false);
    }
    fields
}

fn users_fields() -> [Field; 3] {
    let flag = |name, default| Field {
        required: true,
        read_only: true,
        default: Some(DefaultValue::Literal(Value::Bool(default))),
        ..plain(name, FieldKind::Boolean)
    };
    [
        Field {
            required: true,
            unique: true,
            title: "E-mail".into(),
            ..plain("email", FieldKind::Email)
        },
        flag("administrator", false),
        flag("active", true),
    ]
}

/// A field of Mainstay's own, without any option.
fn plain(name: &str, kind: FieldKind) -> Field {
    Field {
        id: FieldId(0),
        title: title_of(name),
        column: name.parse::<Name>().expect("built-in names are names"),
        former_names: Vec::new(),
        name: name.parse::<Name>().expect("built-in names are names"),
        description: String::new(),
        kind,
        system: false,
        required: false,
        default: None,
        unique: false,
        hidden: false,
        read_only: false,
        write_once: false,
        read: None,
        write: None,
    }
}

/// The field as declared; `None` when its kind cannot be known.
fn declared_field(
    draft: &FieldDraft<'_>,
    collection: super::CollectionId,
    directory: &Directory,
    faults: &mut Faults,
) -> Option<Field> {
    let table = &draft.table;
    let kind = kinds::read(draft, collection, directory, faults)?;
    let flag = |key| table.boolean(key).unwrap_or(false);
    let mut field = Field {
        id: FieldId(0),
        name: draft.name.clone(),
        column: draft.name.clone(),
        former_names: Vec::new(),
        title: table
            .text("title")
            .map_or_else(|| title_of(draft.name.as_str()), str::to_owned),
        description: table.text("description").unwrap_or_default().to_owned(),
        kind,
        system: false,
        required: flag("required"),
        default: None,
        unique: flag("unique"),
        hidden: flag("hidden"),
        read_only: flag("read_only"),
        write_once: flag("write_once"),
        // Typed when all fields of all collections are known.
        read: None,
        write: None,
    };
    field.default = defaults::read(&field, table, directory, faults);
    check_options(&field, draft, faults);
    Some(field)
}

/// Options that do not go together.
fn check_options(field: &Field, draft: &FieldDraft<'_>, faults: &mut Faults) {
    let table = &draft.table;
    if field.required && field.read_only && !table.has("default") {
        let message = format!(
            "`{}` is required and read-only, but nobody can set it",
            field.name
        );
        faults.add(
            table.value_place("read_only"),
            message,
            "give it a default, or remove `required` or `read_only`",
        );
    }
    if field.read_only && field.write_once {
        let message = format!("`{}` cannot be both read_only and write_once", field.name);
        let hint = "keep write_once if clients set it at creation, read_only if they never do";
        faults.add(table.value_place("write_once"), message, hint);
    }
    for key in ["unique", "index"]
        .into_iter()
        .filter(|key| table.boolean(key) == Some(true))
    {
        let what = match &field.kind {
            FieldKind::Relation(relation) if relation.many => "a relation to many",
            FieldKind::Text(options) if options.rich => "a rich text",
            _ => continue,
        };
        let hint = format!("remove `{key}`");
        faults.add(
            table.value_place(key),
            format!("`{key}` does not apply to {what}"),
            hint,
        );
    }
}
