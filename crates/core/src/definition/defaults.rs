//! The value of a field when none is given.

use toml::de::DeValue;

use super::faults::Faults;
use super::read::Directory;
use super::toml_reader::Table;
use super::{DefaultValue, Field, FieldKind, toml_text};
use crate::values;

const NOW: &str = "now()";
const AUTH_ID: &str = "auth.id";

pub(super) fn read(
    field: &Field,
    table: &Table<'_>,
    directory: &Directory,
    faults: &mut Faults,
) -> Option<DefaultValue> {
    let value = table.value("default")?;
    match value.get_ref() {
        DeValue::String(text) if text == NOW => now(field, table, faults),
        DeValue::String(text) if text == AUTH_ID => auth_id(field, table, directory, faults),
        _ => literal(field, table, faults),
    }
}

fn now(field: &Field, table: &Table<'_>, faults: &mut Faults) -> Option<DefaultValue> {
    if matches!(field.kind, FieldKind::DateTime | FieldKind::Date) {
        return Some(DefaultValue::Now);
    }
    let message = format!(
        "`now()` is not a default for a field of type {}",
        field.kind.type_name()
    );
    faults.add(
        table.value_place("default"),
        message,
        "only a datetime or a date can start as the current time",
    );
    None
}

fn auth_id(
    field: &Field,
    table: &Table<'_>,
    directory: &Directory,
    faults: &mut Faults,
) -> Option<DefaultValue> {
    if field
        .relation()
        .is_some_and(|relation| relation.to == directory.users && !relation.many)
    {
        return Some(DefaultValue::AuthId);
    }
    let message = "`auth.id` is a default for relations to one user only";
    faults.add(
        table.value_place("default"),
        message,
        "use it with type = \"relation\" and to = \"users\"",
    );
    None
}

fn literal(field: &Field, table: &Table<'_>, faults: &mut Faults) -> Option<DefaultValue> {
    // Without the options, that fault is told already and nothing can be said about the default.
    let chosen = matches!(
        field.kind,
        FieldKind::Select { .. } | FieldKind::MultiSelect { .. }
    );
    if chosen && !table.has("options") {
        return None;
    }
    let hint = match field.kind {
        FieldKind::DateTime => "for example 2026-01-31T12:00:00Z, or \"now()\"",
        FieldKind::Date => "for example 2026-01-31, or \"now()\"",
        FieldKind::Relation(_) => "use \"auth.id\" with a relation to users, or the id of a record",
        _ => "use a value that a client could send for this field",
    };
    let taken = match toml_text::to_json(table.value("default")?) {
        Ok(json) => values::accept(field, json).map_err(|refusal| refusal.to_string()),
        Err(_) => Err("must be a finite number of at most 64 bits".into()),
    };
    match taken {
        Ok(value) => Some(DefaultValue::Literal(value)),
        Err(message) => {
            faults.add(table.value_place("default"), format!("`default` {message}"), hint);
            None
        }
    }
}
