//! The way out: a stored value as the API shows it, and as a cell of a CSV file.

use serde::Serialize;

use super::Value;
use super::text::SEPARATOR;
use crate::decimal;
use crate::definition::FieldKind;
use crate::ids::RecordId;
use crate::time::Timestamp;

/// Writes `value`, stored in a field of `kind`, as JSON: decimals, times, dates and ids are strings.
pub fn write_json(kind: &FieldKind, value: &Value, out: &mut Vec<u8>) {
    match (kind, value) {
        (_, Value::Null) => out.extend_from_slice(b"null"),
        (FieldKind::Decimal { scale, .. }, Value::Int(scaled)) => {
            quoted(out, |out| decimal::write(*scaled, *scale, out));
        }
        (FieldKind::DateTime, Value::Int(micros)) => quoted(out, |out| write_time(*micros, out)),
        // Stored as JSON text already.
        (FieldKind::MultiSelect { .. } | FieldKind::Json { .. }, Value::Text(json)) => {
            out.extend_from_slice(json.as_bytes());
        }
        (_, Value::Bool(value)) => serialize(value, out),
        (_, Value::Int(value)) => serialize(value, out),
        (_, Value::Real(value)) => serialize(value, out),
        (_, Value::Text(text)) => serialize(text, out),
        (_, Value::Id(id)) => quoted(out, |out| id.write_to(out)),
        (_, Value::Ids(ids)) => write_ids(ids, out),
    }
}

/// Writes `value` as [`super::accept_text`] reads it; null is the empty text.
pub fn write_text(kind: &FieldKind, value: &Value, out: &mut Vec<u8>) {
    match (kind, value) {
        (_, Value::Null) => {}
        (FieldKind::Decimal { scale, .. }, Value::Int(scaled)) => decimal::write(*scaled, *scale, out),
        (FieldKind::DateTime, Value::Int(micros)) => write_time(*micros, out),
        (FieldKind::MultiSelect { .. }, Value::Text(json)) => {
            let options: Vec<String> = serde_json::from_str(json).unwrap_or_default();
            out.extend_from_slice(options.join(SEPARATOR.encode_utf8(&mut [0; 4])).as_bytes());
        }
        (_, Value::Text(text)) => out.extend_from_slice(text.as_bytes()),
        (_, Value::Id(id)) => id.write_to(out),
        (_, Value::Ids(ids)) => {
            for (position, id) in ids.iter().enumerate() {
                if position > 0 {
                    out.extend_from_slice(SEPARATOR.encode_utf8(&mut [0; 4]).as_bytes());
                }
                id.write_to(out);
            }
        }
        (_, Value::Bool(_) | Value::Int(_) | Value::Real(_)) => write_json(kind, value, out),
    }
}

fn write_ids(ids: &[RecordId], out: &mut Vec<u8>) {
    out.push(b'[');
    for (position, id) in ids.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        quoted(out, |out| id.write_to(out));
    }
    out.push(b']');
}

fn write_time(micros: i64, out: &mut Vec<u8>) {
    // Only a damaged database holds a time beyond the years 0001 to 9999; the nearest one is better than no answer.
    let epoch = Timestamp::from_micros(0).expect("1970 is a year");
    epoch.saturating_add_micros(micros).write_to(out);
}

fn quoted(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    write(out);
    out.push(b'"');
}

fn serialize(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("writing to memory never fails");
}
