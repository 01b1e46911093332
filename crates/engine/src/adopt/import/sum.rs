//! Checksums of rows as they are mapped, the same for a row of the source and for its record.

use std::fmt::Write as _;

use mainstay_core::{RecordId, Value};
use ring::digest::{Context, SHA256};

/// SHA-256 of a record's id and values. A value is a letter for its kind and 8 bytes, least first: the number itself, the
/// bits of a real number, or the length of the text (in UTF-8) that follows.
pub(super) fn row_sum<'v>(id: &RecordId, values: impl Iterator<Item = &'v Value>) -> [u8; 32] {
    let mut digest = Context::new(&SHA256);
    digest.update(id.as_bytes());
    let mut add = |kind: &[u8], word: [u8; 8], text: &[u8]| {
        digest.update(kind);
        digest.update(&word);
        digest.update(text);
    };
    for value in values {
        match value {
            Value::Null | Value::Ids(_) => add(b"n", [0; 8], b""),
            Value::Bool(flag) => add(b"i", i64::from(*flag).to_le_bytes(), b""),
            Value::Int(number) => add(b"i", number.to_le_bytes(), b""),
            Value::Real(number) => add(b"r", number.to_le_bytes(), b""),
            Value::Text(text) => add(b"t", (text.len() as u64).to_le_bytes(), text.as_bytes()),
            Value::Id(id) => add(b"t", 16_u64.to_le_bytes(), id.as_bytes()),
        }
    }
    let digest = digest.finish();
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The sum over a table: that of its rows' digests, each taken for four numbers. Rows come in one order from the source
/// and in another from here, and the sum is the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowsSum {
    pub rows: u64,
    lanes: [u64; 4],
}

impl RowsSum {
    pub(super) fn add(&mut self, row: &[u8; 32]) {
        self.rows += 1;
        for (lane, bytes) in self.lanes.iter_mut().zip(row.chunks_exact(8)) {
            let number = u64::from_le_bytes(bytes.try_into().expect("a chunk has 8 bytes"));
            *lane = lane.wrapping_add(number);
        }
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        self.rows += other.rows;
        for (lane, more) in self.lanes.iter_mut().zip(other.lanes) {
            *lane = lane.wrapping_add(more);
        }
    }
}

impl std::fmt::Display for RowsSum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::with_capacity(64);
        for lane in self.lanes {
            write!(text, "{lane:016x}")?;
        }
        f.write_str(&text)
    }
}
