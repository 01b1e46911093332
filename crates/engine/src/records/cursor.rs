//! Key-set cursors: the sort values of the last record of a page, opaque to clients.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::definition::{Collection, FieldKind};
use mainstay_core::{Code, Problem, RecordId, Value};
use mainstay_store::records::read_value;
use mainstay_store::sql::{After, SortTerm};
use mainstay_store::{Row, StoreError};
use serde_json::Value as Json;

/// Where a page ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cursor {
    pub(super) values: Vec<Value>,
}

impl Cursor {
    pub(super) fn after(&self) -> After {
        After {
            nulls: self.values.iter().map(Value::is_null).collect(),
        }
    }

    /// Reads the sort columns of a row; they start at `first`.
    pub(super) fn of_row(
        collection: &Collection,
        sort: &[SortTerm],
        row: &Row<'_>,
        first: usize,
    ) -> Result<Self, StoreError> {
        let values = sort
            .iter()
            .enumerate()
            .map(|(position, term)| read_value(collection.field(term.field), row, first + position))
            .collect::<Result<_, _>>()?;
        Ok(Self { values })
    }

    /// The cursor as text: the order it belongs to and its values.
    pub(super) fn encode(&self, order: &str) -> String {
        let values: Vec<Json> = self.values.iter().map(to_json).collect();
        URL_SAFE_NO_PAD.encode(Json::from(vec![Json::from(order), Json::from(values)]).to_string())
    }

    /// Reads a cursor that an earlier page of the same order gave.
    pub(super) fn decode(
        text: &str,
        order: &str,
        collection: &Collection,
        sort: &[SortTerm],
    ) -> Result<Self, Problem> {
        let invalid = || {
            Problem::new(
                Code::InvalidCursor,
                "the cursor does not belong to this list: take `next_cursor` of the page before, with the same sort",
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let (of_order, values): (String, Vec<Json>) =
            serde_json::from_slice(&bytes).map_err(|_| invalid())?;
        if of_order != order || values.len() != sort.len() {
            return Err(invalid());
        }
        let values = sort
            .iter()
            .zip(values)
            .map(|(term, json)| from_json(&collection.field(term.field).kind, json))
            .collect::<Option<_>>()
            .ok_or_else(invalid)?;
        Ok(Self { values })
    }
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null | Value::Ids(_) => Json::Null,
        Value::Bool(flag) => Json::from(*flag),
        Value::Int(number) => Json::from(*number),
        Value::Real(number) => Json::from(*number),
        Value::Text(text) => Json::from(text.as_str()),
        Value::Id(id) => Json::from(id.to_string()),
    }
}

fn from_json(kind: &FieldKind, json: Json) -> Option<Value> {
    Some(match (kind, json) {
        (_, Json::Null) => Value::Null,
        (FieldKind::Boolean, Json::Bool(flag)) => Value::Bool(flag),
        (
            FieldKind::Integer { .. } | FieldKind::Decimal { .. } | FieldKind::DateTime,
            Json::Number(number),
        ) => Value::Int(number.as_i64()?),
        (FieldKind::Number { .. }, Json::Number(number)) => Value::Real(number.as_f64()?),
        (FieldKind::Id | FieldKind::Relation(_), Json::String(id)) => Value::Id(id.parse::<RecordId>().ok()?),
        (
            FieldKind::Text(_)
            | FieldKind::Date
            | FieldKind::Select { .. }
            | FieldKind::Email
            | FieldKind::Url,
            Json::String(text),
        ) if !text.contains('\0') => Value::Text(text),
        _ => return None,
    })
}
