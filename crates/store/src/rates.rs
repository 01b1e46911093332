//! What all processes on one PostgreSQL server have used of their limits. A file has one process alone, which counts in
//! memory.

use std::fmt::Write as _;

use crate::db::StoreError;
use crate::sql::Dialect;
use crate::tx::{Bind, WriteTx};

/// In the order of the cells, so that two processes never wait for each other.
const ADD: &str = "INSERT INTO _rates AS r (cell, done_at)
     SELECT s.cell, ?2 + s.used FROM jsonb_to_recordset(?1::text::jsonb) AS s(cell text, used bigint) ORDER BY s.cell
     ON CONFLICT (cell) DO UPDATE SET done_at = greatest(r.done_at, ?2) + excluded.done_at - ?2
     RETURNING cell, done_at";

/// Adds microseconds that were used of each cell; gives, in the same order, when the requests of all processes would be
/// done.
pub fn add<const N: usize>(
    tx: &mut WriteTx<'_>,
    used: &[([u8; N], i64)],
    now_micros: i64,
) -> Result<Vec<i64>, StoreError> {
    let mut cells: Vec<(String, i64)> = used.iter().map(|(cell, _)| (hex(cell), now_micros)).collect();
    let mut json = String::from("[");
    for (position, ((cell, _), (_, used))) in cells.iter().zip(used).enumerate() {
        let separator = if position > 0 { "," } else { "" };
        write!(json, r#"{separator}{{"cell":"{cell}","used":{used}}}"#).expect("a string can be written to");
    }
    json.push(']');
    let mut found = std::collections::HashMap::with_capacity(cells.len());
    tx.query(ADD, &[Bind::Text(&json), Bind::Int(now_micros)], |row| {
        found.insert(row.text(0)?.to_owned(), row.int(1)?);
        Ok::<(), StoreError>(())
    })?;
    for (cell, done_at) in &mut cells {
        *done_at = found.get(cell).copied().unwrap_or(now_micros);
    }
    Ok(cells.into_iter().map(|(_, done_at)| done_at).collect())
}

/// Removes cells with nothing counted against them; gives how many.
pub(crate) fn remove_done(tx: &mut WriteTx<'_>, now_micros: i64, rows_max: i64) -> Result<usize, StoreError> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(0);
    }
    tx.execute(
        "DELETE FROM _rates WHERE cell IN (SELECT cell FROM _rates WHERE done_at < ?1 LIMIT ?2)",
        &[Bind::Int(now_micros), Bind::Int(rows_max)],
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string can be written to");
            text
        })
}
