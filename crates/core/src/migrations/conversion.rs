//! Whether a changed field keeps its column, and how its values become those of the new one.

use toml::{Table, Value};

/// Would the values of one declaration be those of the other, as they stand?
pub(super) fn keeps_column(from: &Table, to: &Table) -> bool {
    let same = |key: &str, default: Option<i64>| {
        let value = |table: &Table| table.get(key).cloned().or(default.map(Value::Integer));
        value(from) == value(to)
    };
    match type_of(from) {
        _ if type_of(from) != type_of(to) => false,
        "decimal" => same("scale", Some(2)),
        "relation" => same("to", None) && same("many", None),
        _ => true,
    }
}

/// Can the one become the other at all? A relation leads to the records of one collection, to one or to many.
pub(super) fn is_possible(from: &Table, to: &Table) -> bool {
    keeps_column(from, to) || (type_of(from) != "relation" && type_of(to) != "relation")
}

/// The expression that makes a value of `to` from `record.<field>` of `from`, where there is an obvious one. What does not
/// convert becomes null.
pub(super) fn obvious(field: &str, from: &Table, to: &Table) -> Option<String> {
    let value = format!("record.{field}");
    let is_text = |ty: &str| matches!(ty, "text" | "select" | "email" | "url");
    Some(match (type_of(from), type_of(to)) {
        (from, to) if is_text(from) && is_text(to) => value,
        ("integer" | "number" | "decimal" | "boolean" | "date" | "datetime", to) if is_text(to) => {
            format!("string({value})")
        }
        (from, "integer") if is_text(from) || matches!(from, "number" | "decimal" | "boolean") => {
            format!("int({value})")
        }
        (from, "number") if is_text(from) || matches!(from, "integer" | "decimal") => {
            format!("double({value})")
        }
        (from, "decimal") if is_text(from) || matches!(from, "integer" | "number" | "decimal") => {
            let scale = to.get("scale").and_then(Value::as_integer).unwrap_or(2);
            format!("decimal({value}, {scale})")
        }
        (from, "boolean") if is_text(from) || from == "integer" => format!("bool({value})"),
        (from, "date") if is_text(from) || from == "datetime" => format!("date({value})"),
        (from, "datetime") if is_text(from) || from == "date" => format!("timestamp({value})"),
        _ => return None,
    })
}

/// What existing records have in a new field whose default is worked out when a record is made.
pub(super) fn made_at_creation(declaration: &Table) -> Option<&'static str> {
    if !is_true(declaration, "required") {
        return None;
    }
    match (
        type_of(declaration),
        declaration.get("default").and_then(Value::as_str),
    ) {
        ("datetime", Some("now()")) => Some("record.created_at"),
        ("date", Some("now()")) => Some("date(record.created_at)"),
        ("relation", Some("auth.id")) => Some("record.created_by"),
        _ => None,
    }
}

/// Does the declaration give a value that needs nobody to work it out?
pub(super) fn has_literal_default(declaration: &Table) -> bool {
    match (type_of(declaration), declaration.get("default")) {
        (_, None) | ("relation", _) => false,
        ("date" | "datetime", Some(default)) => default.as_str() != Some("now()"),
        _ => true,
    }
}

pub(super) fn type_of(declaration: &Table) -> &str {
    declaration.get("type").and_then(Value::as_str).unwrap_or("")
}

pub(super) fn is_true(declaration: &Table, key: &str) -> bool {
    declaration.get(key).and_then(Value::as_bool) == Some(true)
}
