//! Erasing what the journal says about somebody or something, where a law demands it.
//!
//! What is erased is told: an entry of the erasure names the numbers of the entries and the reason, so that the check of
//! the seals accepts exactly these. Who acted, when and from where is under the seals itself and stays.

use std::sync::Arc;

use mainstay_core::{RecordId, limits};
use mainstay_store::journal::erase::{erase as erase_these, still_told};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::{Priority, WriteTx};
use serde_json::json;

use super::entries::collection_of;
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;

/// Whose entries lose what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    User(RecordId),
    /// The collection's name, today's or a former one, or that of one that was removed.
    Record(String, RecordId),
}

#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    #[error(
        "a reason has 1 to {} characters: it stays in the journal",
        limits::REASON_CHARACTERS_MAX
    )]
    Reason,
    #[error("the entries cannot be erased")]
    Failure(#[from] Failure),
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    pub entries: u64,
}

/// Erases the payloads of the entries about a subject, a slice at a time, each with the entry that tells it.
pub async fn erase(
    environment: &Arc<Environment>,
    subject: &Subject,
    reason: &str,
) -> Result<Erased, EraseError> {
    let reason = reason.trim();
    if !(1..=limits::REASON_CHARACTERS_MAX).contains(&reason.chars().count()) {
        return Err(EraseError::Reason);
    }
    let ctx = environment.system_context();
    let (names, id) = names_of(&ctx, subject);
    let mut erased = Erased { entries: 0 };
    for name in names {
        let mut after = 0;
        loop {
            let (name, reason) = (name.clone(), reason.to_owned());
            let write = ctx.write(Priority::Background, move |tx, ctx| {
                erase_slice(tx, ctx, &name, id, after, &reason)
            });
            let Some((last, entries)) = write.await? else {
                break;
            };
            after = last;
            erased.entries += entries;
        }
    }
    Ok(erased)
}

/// The names that the collection has or had, and the record.
fn names_of(ctx: &Context, subject: &Subject) -> (Vec<String>, RecordId) {
    let (name, id) = match subject {
        Subject::User(id) => (ctx.of(ctx.release.definition.users).name.as_str(), *id),
        Subject::Record(name, id) => (name.as_str(), *id),
    };
    let mut names = vec![name.to_owned()];
    if let Some(collection) = collection_of(ctx, name) {
        names.clone_from(&collection.former_names);
        names.push(collection.name.to_string());
    }
    (names, id)
}

/// Gives the last number and how many there were; `None` when nothing is left.
fn erase_slice(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: &str,
    id: RecordId,
    after: i64,
    reason: &str,
) -> Result<Option<(i64, u64)>, Failure> {
    let numbers = still_told(tx, collection, &id, after, limits::ERASED_IN_SLICE_MAX)?;
    let Some(last) = numbers.last().copied() else {
        return Ok(None);
    };
    erase_these(tx, &numbers)?;
    let payload = json!({
        "collection": collection,
        "record_id": id.to_string(),
        "entries": ranges(&numbers),
        "count": numbers.len(),
        "reason": reason,
    })
    .to_string();
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind: Kind::AuditErased,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: None,
            record_id: None,
            version: None,
            payload: &payload,
        },
    )?;
    Ok(Some((last, numbers.len() as u64)))
}

/// Numbers in their order as ranges, first and last: `[[3, 5], [9, 9]]`.
fn ranges(numbers: &[i64]) -> Vec<[i64; 2]> {
    let mut ranges: Vec<[i64; 2]> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some(range) if range[1] + 1 == *number => range[1] = *number,
            _ => ranges.push([*number, *number]),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_as_ranges() {
        assert!(ranges(&[]).is_empty());
        assert_eq!(ranges(&[3, 4, 5, 9, 11, 12]), [[3, 5], [9, 9], [11, 12]]);
    }
}
