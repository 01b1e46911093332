//! Rows as values.

use mainstay_core::definition::{Collection, Field, FieldKind};
use mainstay_core::rules::Type;
use mainstay_core::{RecordId, Value};

use super::json::write_hex_ids;
use crate::db::StoreError;
use crate::sql::{Content, OutputColumn};
use crate::tx::Row;

/// Reads the columns of a row as values, indexed by field; fields that are not among the columns, or that the caller may
/// not read, are null.
pub fn read_values(
    collection: &Collection,
    columns: &[OutputColumn],
    row: &Row<'_>,
) -> Result<Vec<Value>, StoreError> {
    let mut values = vec![Value::Null; collection.fields.len()];
    let mut withheld = None;
    for (position, output) in columns.iter().enumerate() {
        if output.content == Content::Permission {
            withheld = (row.int(position)? == 0).then_some(output.field);
            continue;
        }
        if withheld == Some(output.field) {
            continue;
        }
        let field = collection.field(output.field);
        values[usize::from(output.field.0)] = read_value(field, row, position)?;
    }
    Ok(values)
}

/// Reads one column as a value.
pub fn read_value(field: &Field, row: &Row<'_>, position: usize) -> Result<Value, StoreError> {
    if !field.is_column() {
        return Ok(Value::Ids(parse_hex_ids(
            row.optional_text(position)?.unwrap_or(""),
        )?));
    }
    if row.is_null(position)? {
        return Ok(Value::Null);
    }
    Ok(match &field.kind {
        FieldKind::Id | FieldKind::Relation(_) => Value::Id(row.id(position)?),
        FieldKind::Boolean => Value::Bool(row.int(position)? != 0),
        FieldKind::Integer { .. } | FieldKind::Decimal { .. } | FieldKind::DateTime => {
            Value::Int(row.int(position)?)
        }
        FieldKind::Number { .. } => Value::Real(row.real(position)?),
        FieldKind::Text(_)
        | FieldKind::Date
        | FieldKind::Select { .. }
        | FieldKind::MultiSelect { .. }
        | FieldKind::Json { .. }
        | FieldKind::Email
        | FieldKind::Url => Value::Text(row.text(position)?.to_owned()),
    })
}

/// Reads one column as the value of an expression.
pub fn read_typed(ty: Type, row: &Row<'_>, position: usize) -> Result<Value, StoreError> {
    if row.is_null(position)? {
        return Ok(Value::Null);
    }
    Ok(match ty {
        Type::Id(_) => Value::Id(row.id(position)?),
        Type::Bool => Value::Bool(row.int(position)? != 0),
        Type::Int | Type::Decimal { .. } | Type::DateTime | Type::Duration => Value::Int(row.int(position)?),
        Type::Number => Value::Real(row.real(position)?),
        Type::Text | Type::Date | Type::Texts | Type::Json => Value::Text(row.text(position)?.to_owned()),
        Type::Null => Value::Null,
    })
}

/// `0198...,0199...` as a join table's column gives it.
fn parse_hex_ids(text: &str) -> Result<Vec<RecordId>, StoreError> {
    text.split(',')
        .filter(|hex| !hex.is_empty())
        .map(parse_hex_id)
        .collect()
}

pub(super) fn parse_hex_id(hex: &str) -> Result<RecordId, StoreError> {
    let corrupt = || StoreError::Corrupt("a join table holds something that is no id".to_owned());
    let mut bytes = [0u8; 16];
    if hex.len() != 32 || !hex.is_ascii() {
        return Err(corrupt());
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| corrupt())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| corrupt())?;
    }
    Ok(RecordId::from_bytes(bytes))
}

/// A JSON array of hexadecimal ids, the form in which statements take sets of ids.
pub fn hex_ids(ids: &[RecordId]) -> String {
    let mut out = Vec::with_capacity(ids.len() * 35 + 2);
    write_hex_ids(ids, &mut out);
    String::from_utf8(out).expect("hexadecimal digits are ASCII")
}
