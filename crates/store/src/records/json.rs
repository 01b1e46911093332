//! Rows straight to JSON bytes: no tree in between, because lists are what a backend writes most.

use mainstay_core::definition::{Collection, Field, FieldKind};
use mainstay_core::{RecordId, Timestamp, decimal};

use crate::db::StoreError;
use crate::sql::{Content, OutputColumn};
use crate::tx::Row;

/// Writes a row as a JSON object without its closing brace, so that more can be added; the first column is at `first`.
/// Fields that the caller may not read are left out.
pub fn write_record(
    collection: &Collection,
    columns: &[OutputColumn],
    row: &Row<'_>,
    first: usize,
    out: &mut Vec<u8>,
) -> Result<(), StoreError> {
    out.push(b'{');
    let empty = out.len();
    let mut withheld = None;
    for (position, output) in columns.iter().enumerate() {
        if output.content == Content::Permission && row.int(first + position)? == 0 {
            withheld = Some(output.field);
        }
        if output.key.is_empty() || withheld == Some(output.field) {
            continue;
        }
        if out.len() > empty {
            out.push(b',');
        }
        out.extend_from_slice(&output.key);
        write_column(collection.field(output.field), row, first + position, out)?;
    }
    Ok(())
}

fn write_column(field: &Field, row: &Row<'_>, position: usize, out: &mut Vec<u8>) -> Result<(), StoreError> {
    if !field.is_column() {
        return write_joined_ids(row.optional_text(position)?.unwrap_or(""), out);
    }
    if row.is_null(position)? {
        out.extend_from_slice(b"null");
        return Ok(());
    }
    match &field.kind {
        FieldKind::Id | FieldKind::Relation(_) => write_id(row.id(position)?, out),
        FieldKind::Boolean => {
            let text: &[u8] = if row.int(position)? == 0 {
                b"false"
            } else {
                b"true"
            };
            out.extend_from_slice(text);
        }
        FieldKind::Integer { .. } => {
            write_json(&row.int(position)?, out);
        }
        FieldKind::Number { .. } => {
            write_json(&row.real(position)?, out);
        }
        FieldKind::Decimal { scale, .. } => {
            out.push(b'"');
            decimal::write(row.int(position)?, *scale, out);
            out.push(b'"');
        }
        FieldKind::DateTime => {
            let time = Timestamp::from_micros(row.int(position)?)
                .ok_or_else(|| StoreError::Corrupt(format!("{} holds an impossible time", field.name)))?;
            out.push(b'"');
            time.write_to(out);
            out.push(b'"');
        }
        // Stored as JSON text already.
        FieldKind::MultiSelect { .. } | FieldKind::Json { .. } => {
            out.extend_from_slice(row.text(position)?.as_bytes());
        }
        FieldKind::Text(_)
        | FieldKind::Date
        | FieldKind::Select { .. }
        | FieldKind::Email
        | FieldKind::Url => {
            write_json(row.text(position)?, out);
        }
    }
    Ok(())
}

fn write_json<T: serde::Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value)
        .expect("numbers and texts always serialise, and memory takes every byte");
}

fn write_id(id: RecordId, out: &mut Vec<u8>) {
    out.push(b'"');
    id.write_to(out);
    out.push(b'"');
}

fn write_joined_ids(joined: &str, out: &mut Vec<u8>) -> Result<(), StoreError> {
    out.push(b'[');
    for (position, hex) in joined.split(',').filter(|hex| !hex.is_empty()).enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write_id(super::values::parse_hex_id(hex)?, out);
    }
    out.push(b']');
    Ok(())
}

/// Writes ids as a JSON array of hexadecimal digits.
pub fn write_hex_ids(ids: &[RecordId], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push(b'[');
    for (position, id) in ids.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        out.push(b'"');
        for byte in id.as_bytes() {
            out.push(DIGITS[usize::from(byte >> 4)]);
            out.push(DIGITS[usize::from(byte & 15)]);
        }
        out.push(b'"');
    }
    out.push(b']');
}
