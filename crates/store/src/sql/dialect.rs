//! What differs between databases. Today SQLite alone; a second engine gets its answers here and nowhere else.

use mainstay_core::Value;
use mainstay_core::definition::FieldKind;

/// The column type of a kind of field; a relation to many has none.
pub(super) fn column_type(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Id | FieldKind::Relation(_) => "BLOB",
        FieldKind::Integer { .. } | FieldKind::Decimal { .. } | FieldKind::Boolean | FieldKind::DateTime => {
            "INTEGER"
        }
        FieldKind::Number { .. } => "REAL",
        FieldKind::Text(_)
        | FieldKind::Date
        | FieldKind::Select { .. }
        | FieldKind::MultiSelect { .. }
        | FieldKind::Json { .. }
        | FieldKind::Email
        | FieldKind::Url => "TEXT",
    }
}

/// A constant of the definition as SQL text; for DDL alone, where nothing can be bound.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::Null | Value::Ids(_) => "NULL".to_owned(),
        Value::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        // A NUL would end the statement.
        Value::Text(text) if text.contains('\0') => {
            format!("({})", quoted(text).replace('\0', "' || char(0) || '"))
        }
        Value::Text(text) => quoted(text),
        Value::Id(id) => format!("x'{}'", id.to_string().replace('-', "")),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The targets of one record in a join table, in their order, as hexadecimal ids with commas between; null when none.
pub(super) fn joined_ids(join_table: &str, owner: &str) -> String {
    format!(
        "(SELECT group_concat(hex(\"target\")) FROM (SELECT \"target\" FROM {join_table} \
         WHERE \"owner\" = {owner} ORDER BY \"position\"))"
    )
}

/// Rows `value` of a JSON array of texts.
pub(super) fn json_texts(array: &str) -> String {
    format!("json_each({array})")
}

/// Ids as bytes, from a JSON array of hexadecimal digits.
pub(super) fn ids_from_json(array: &str) -> String {
    format!("(SELECT unhex(value) FROM json_each({array}))")
}

/// Number of items of a JSON array; null of null.
pub(super) fn json_length(array: &str) -> String {
    format!("json_array_length({array})")
}

/// Does the text match the RE2 pattern anywhere? `regexp` is registered on every connection.
pub(super) fn matches(text: &str, pattern: &str) -> String {
    format!("regexp({pattern}, {text})")
}

pub(super) fn starts_with(text: &str, prefix: &str) -> String {
    format!("(substr({text}, 1, length({prefix})) = {prefix})")
}

pub(super) fn ends_with(text: &str, suffix: &str) -> String {
    // substr(x, -0) is the whole text in SQLite, so the empty suffix needs a case of its own.
    format!(
        "(CASE WHEN length({suffix}) = 0 THEN {text} IS NOT NULL OR NULL ELSE substr({text}, -length({suffix})) = {suffix} END)"
    )
}

pub(super) fn contains(text: &str, part: &str) -> String {
    format!("(instr({text}, {part}) > 0)")
}

/// Equal, where null equals null.
pub(super) fn same(left: &str, right: &str) -> String {
    format!("({left} IS {right})")
}

pub(super) fn not_same(left: &str, right: &str) -> String {
    format!("({left} IS NOT {right})")
}

/// The condition, of which the planner is told that few rows meet it.
pub(super) fn unlikely(condition: &str) -> String {
    format!("unlikely({condition})")
}

/// Integer sums stay integers: SQLite turns one that does not fit into a floating-point number, which here is null.
pub(super) fn exact_integer(expression: &str) -> String {
    format!("(CASE typeof({expression}) WHEN 'integer' THEN {expression} END)")
}

/// A finite number or null: the language has no infinity, which SQLite writes as a number too large for it.
pub(super) fn finite_number(expression: &str) -> String {
    format!("NULLIF(NULLIF({expression}, 9e999), -9e999)")
}
