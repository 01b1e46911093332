//! Looking for entries, with a bound on how many are looked at for one page.

use mainstay_core::{Code, Problem};
use mainstay_store::Tx;
use mainstay_store::journal::StoredEntry;
use mainstay_store::journal::search::{Way, page};

use crate::failure::Failure;

/// Entries read at once.
const CHUNK_ENTRIES: u32 = 200;

/// A page of entries, and the number to go on below.
pub(crate) struct Found {
    pub(crate) entries: Vec<StoredEntry>,
    /// `None` when there is nothing more to look at. A page may have fewer entries than were asked for, or none, and go
    /// on all the same.
    pub(crate) next: Option<i64>,
}

/// The newest entries along any of these ways that are wanted, below a number; and at most so many are looked at.
pub(crate) fn collect(
    tx: &mut Tx<'_>,
    ways: &[Way],
    below: i64,
    (limit, looked_at_max): (u32, usize),
    mut wanted: impl FnMut(&mut Tx<'_>, &StoredEntry) -> Result<bool, Failure>,
) -> Result<Found, Failure> {
    let chunk = CHUNK_ENTRIES.max(limit);
    let mut found = Found {
        entries: Vec::new(),
        next: Some(below),
    };
    let (mut below, mut looked_at) = (below, 0_usize);
    loop {
        let entries = newest(tx, ways, below, chunk)?;
        let is_end = entries.len() < chunk as usize;
        for entry in entries {
            below = entry.seq;
            looked_at += 1;
            if wanted(tx, &entry)? {
                found.entries.push(entry);
            }
            if found.entries.len() == limit as usize || looked_at == looked_at_max {
                found.next = Some(below);
                return Ok(found);
            }
        }
        if is_end {
            found.next = None;
            return Ok(found);
        }
    }
}

/// The newest entries along any of these ways, each once. Each way gives as many as are wanted, so nothing is left out.
fn newest(tx: &mut Tx<'_>, ways: &[Way], below: i64, chunk: u32) -> Result<Vec<StoredEntry>, Failure> {
    if let [way] = ways {
        return Ok(page(tx, way, below, chunk)?);
    }
    let mut entries = Vec::new();
    for way in ways {
        entries.extend(page(tx, way, below, chunk)?);
    }
    entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.seq));
    entries.dedup_by_key(|entry| entry.seq);
    entries.truncate(chunk as usize);
    Ok(entries)
}

/// The number below which a page begins.
pub(crate) fn parse_cursor(cursor: Option<&str>) -> Result<i64, Failure> {
    let Some(cursor) = cursor else {
        return Ok(i64::MAX);
    };
    cursor.parse().ok().filter(|seq| *seq > 0).ok_or_else(|| {
        Problem::new(
            Code::InvalidCursor,
            "the cursor is not one of this list: take `next_cursor` of the page before",
        )
        .into()
    })
}
