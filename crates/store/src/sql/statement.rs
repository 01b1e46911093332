//! SQL text with the places where values go.

use mainstay_core::{FieldId, RecordId, Value};

use crate::tx::Bind;

/// A statement built once and run many times.
#[derive(Debug, Clone, Default)]
pub struct Statement {
    pub text: String,
    pub slots: Vec<Slot>,
}

/// Where the value of one placeholder comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Slot {
    /// A constant of the definition or of a filter.
    Value(Value),
    /// The signed-in user; null for anyone else.
    AuthId,
    /// The share whose link the caller has opened; null for anyone else.
    AuthShare,
    /// The time of the request.
    Now,
    /// The method of the request.
    Method,
    /// A field of the record as it would be after the write.
    Input(FieldId),
    /// A relation to many of that record: a JSON array of hexadecimal ids.
    InputIds(FieldId),
    /// What the caller passes at this position.
    Argument(u16),
}

/// The values of one run.
#[derive(Debug, Clone, Copy)]
pub struct Arguments<'a> {
    pub auth_id: Option<&'a RecordId>,
    pub auth_share: Option<&'a RecordId>,
    pub now_micros: i64,
    pub method: &'a str,
    /// Indexed by field; empty where a statement has no input.
    pub input: &'a [Value],
    /// JSON arrays of hexadecimal ids, for relations to many of the input.
    pub input_ids: &'a [(FieldId, String)],
    pub arguments: &'a [Bind<'a>],
}

impl Statement {
    /// The values to bind, in order.
    pub fn binds<'a>(&'a self, values: &Arguments<'a>) -> Vec<Bind<'a>> {
        self.slots.iter().map(|slot| bind_of(slot, values)).collect()
    }

    /// Appends a placeholder for `slot`; one that is there already is used again.
    pub(super) fn push_slot(&mut self, slot: Slot) {
        let known = self.slots.iter().position(|known| *known == slot);
        let position = known.unwrap_or_else(|| {
            self.slots.push(slot);
            self.slots.len() - 1
        });
        self.text.push('?');
        self.text.push_str(&(position + 1).to_string());
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

fn bind_of<'a>(slot: &'a Slot, values: &Arguments<'a>) -> Bind<'a> {
    match slot {
        Slot::Value(value) => Bind::from(value),
        Slot::AuthId => Bind::from(values.auth_id),
        Slot::AuthShare => Bind::from(values.auth_share),
        Slot::Now => Bind::Int(values.now_micros),
        Slot::Method => Bind::Text(values.method),
        Slot::Input(field) => values
            .input
            .get(usize::from(field.0))
            .map_or(Bind::Null, Bind::from),
        Slot::InputIds(field) => {
            let ids = values.input_ids.iter().find(|(of_field, _)| of_field == field);
            Bind::Text(ids.map_or("[]", |(_, json)| json))
        }
        Slot::Argument(position) => values
            .arguments
            .get(usize::from(*position))
            .copied()
            .unwrap_or(Bind::Null),
    }
}
