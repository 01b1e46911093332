//! From the columns of a row to values of a record.

use mainstay_core::definition::{Collection, Field, FieldKind, SystemField};
use mainstay_core::{FieldId, RecordId, Value, values};
use mainstay_store::adopt::{SourceRow, SourceValue};
use ring::digest::{SHA256, digest};
use serde_json::Value as Json;

use super::plan::{PlannedColumn, TablePlan};
use super::sum::row_sum;
use crate::auth::{OldHash, normalise_email};
use crate::context::Context;

/// A row on its way to becoming a record.
#[derive(Debug, Clone)]
pub(super) struct MappedRow {
    /// For messages.
    pub(super) key: String,
    pub(super) id: RecordId,
    /// Sorted by field; without the id.
    pub(super) values: Vec<(FieldId, Value)>,
    pub(super) password: Option<String>,
    /// Digest of what the source says of the password, known or not.
    pub(super) password_sum: Vec<u8>,
    /// Columns and what is wrong with them.
    pub(super) faults: Vec<(String, String)>,
    /// How many of them are foreign keys that lead nowhere.
    pub(super) orphans: u64,
    /// What is worth knowing, though the row is taken.
    pub(super) remarks: Vec<(String, String)>,
}

impl MappedRow {
    pub(super) fn read(ctx: &Context, plan: &TablePlan, row: &SourceRow) -> Self {
        let parts: Vec<String> = row.key.iter().filter_map(SourceValue::text).collect();
        let mut mapped = Self {
            key: parts.join(", "),
            id: plan
                .ids
                .id(&parts)
                .unwrap_or_else(|| RecordId::from_bytes([0; 16])),
            values: Vec::with_capacity(plan.columns.len()),
            password: None,
            password_sum: Vec::new(),
            faults: Vec::new(),
            orphans: 0,
            remarks: Vec::new(),
        };
        if plan.ids.id(&parts).is_none() {
            mapped.fault(
                plan.reader.key.join(", "),
                "is no UUID, and becomes the id".to_owned(),
            );
        }
        let collection = ctx.of(plan.collection);
        for column in &plan.columns {
            if column.field == SystemField::Id.id() {
                continue;
            }
            match mapped.value(ctx, collection, column, row) {
                Ok(value) => mapped.values.push((column.field, value)),
                Err(message) => mapped.fault(column.name.clone(), message),
            }
        }
        if let Some(place) = plan.password {
            mapped.read_password(&plan.reader.columns[place], &row.values[place]);
        }
        mapped
    }

    fn fault(&mut self, column: String, message: String) {
        self.faults.push((column, message));
    }

    fn value(
        &mut self,
        ctx: &Context,
        collection: &Collection,
        column: &PlannedColumn,
        row: &SourceRow,
    ) -> Result<Value, String> {
        let field = collection.field(column.field);
        let source = &row.values[column.place];
        if let Some((ids, reference)) = &column.relation
            && let Some(text) = source.text()
        {
            if !row.leads[*reference] {
                self.orphans += 1;
                return Err(format!("{text} leads nowhere"));
            }
            let id = ids.id(std::slice::from_ref(&text));
            return id.map(Value::Id).ok_or_else(|| format!("{text} is no UUID"));
        }
        // What was never changed was last changed when it was made.
        if column.field == SystemField::UpdatedAt.id() && *source == SourceValue::Null {
            let created = self
                .values
                .iter()
                .find(|(of, _)| *of == SystemField::CreatedAt.id());
            if let Some((_, value)) = created {
                return Ok(value.clone());
            }
        }
        let value = read_value(field, source)?;
        let is_address = collection.id == ctx.release.definition.users && field.name.as_str() == "email";
        Ok(match value {
            Value::Text(email) if is_address => Value::Text(normalise_email(&email)),
            other => other,
        })
    }

    /// An account without a hash that we know is taken, too: its owner needs a new password.
    fn read_password(&mut self, column: &str, source: &SourceValue) {
        let Some(text) = source.text().filter(|text| !text.is_empty()) else {
            return;
        };
        self.password_sum = digest(&SHA256, text.as_bytes()).as_ref().to_vec();
        match OldHash::parse(&text) {
            Ok(_) => self.password = Some(text),
            Err(unfit) => {
                let told = format!("the password is not taken over: {unfit}; give the person a new one");
                self.remarks.push((column.to_owned(), told));
            }
        }
    }

    /// The digest of the row as it is mapped.
    pub(super) fn sum(&self) -> [u8; 32] {
        row_sum(&self.id, self.values.iter().map(|(_, value)| value))
    }
}

/// A value of the source as the field takes it, by the same code as everything that comes from outside.
fn read_value(field: &Field, source: &SourceValue) -> Result<Value, String> {
    let told = |refusal: values::Refusal| refusal.to_string();
    let text = match source {
        SourceValue::Null => return values::accept(field, Json::Null).map_err(told),
        SourceValue::Bytes(_) => return Err("holds bytes".to_owned()),
        other => other.text().unwrap_or_default(),
    };
    match &field.kind {
        // An empty text is a text.
        FieldKind::Text(_) => values::accept(field, Json::String(text)).map_err(told),
        FieldKind::DateTime => values::accept_text(field, &datetime(source, text)).map_err(told),
        FieldKind::Date => values::accept_text(field, date(&text)).map_err(told),
        FieldKind::Decimal { scale, .. } => values::accept_text(field, &decimal(&text, *scale)).map_err(told),
        FieldKind::Integer { .. } => {
            values::accept_text(field, text.strip_suffix(".0").unwrap_or(&text)).map_err(told)
        }
        _ => values::accept_text(field, &text).map_err(told),
    }
}

/// RFC 3339 from what the databases write: `2026-01-31 12:00:00+00`, without a zone in UTC; in SQLite also the seconds
/// since 1970.
fn datetime(source: &SourceValue, text: String) -> String {
    if let SourceValue::Int(seconds) = source {
        let time = seconds
            .checked_mul(1_000_000)
            .and_then(mainstay_core::Timestamp::from_micros);
        return time.map_or(text, |time| time.to_string());
    }
    let Some((day, time)) = text.split_once([' ', 'T']) else {
        return if text.len() == 10 {
            format!("{text}T00:00:00Z")
        } else {
            text
        };
    };
    let time = match time.rfind(['+', '-']) {
        _ if time.ends_with('Z') => time.to_owned(),
        None => format!("{time}Z"),
        // PostgreSQL leaves out minutes that are none.
        Some(sign) if time.len() - sign == 3 => format!("{time}:00"),
        Some(_) => time.to_owned(),
    };
    // `12:00Z`, as SQLite may hold it.
    let time = if time.find(['Z', '+', '-']) == Some(5) {
        format!("{}:00{}", &time[..5], &time[5..])
    } else {
        time
    };
    format!("{day}T{time}")
}

/// A day that is kept as the time at which it begins.
fn date(text: &str) -> &str {
    let midnight = text
        .strip_suffix(" 00:00:00")
        .or_else(|| text.strip_suffix(" 00:00:00.000000"));
    midnight.unwrap_or(text)
}

/// Without zeros beyond the digits that the field has.
fn decimal(text: &str, scale: u8) -> String {
    let Some((whole, part)) = text.split_once('.') else {
        return text.to_owned();
    };
    let kept = part.trim_end_matches('0');
    if part.len() <= usize::from(scale) {
        text.to_owned()
    } else if kept.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{kept}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_both_databases_are_read() {
        let of = |text: &str| datetime(&SourceValue::Text(text.to_owned()), text.to_owned());
        assert_eq!(of("2026-01-31 12:00:00+00"), "2026-01-31T12:00:00+00:00");
        assert_eq!(of("2026-01-31 12:00:00.5"), "2026-01-31T12:00:00.5Z");
        assert_eq!(of("2026-01-31T12:00Z"), "2026-01-31T12:00:00Z");
        assert_eq!(of("2026-01-31"), "2026-01-31T00:00:00Z");
        assert_eq!(of("soon"), "soon");
        let seconds = datetime(&SourceValue::Int(0), "0".to_owned());
        assert_eq!(seconds, "1970-01-01T00:00:00.000000Z");
    }

    #[test]
    fn zeros_beyond_the_scale_are_no_digits() {
        assert_eq!(decimal("12.5000", 2), "12.5");
        assert_eq!(decimal("12.00", 2), "12.00");
        assert_eq!(decimal("12.000", 2), "12");
        assert_eq!(decimal("12.125", 2), "12.125");
    }
}
