//! `Idempotency-Key`: the same request twice is done once (IETF draft "The Idempotency-Key HTTP Header Field").

use mainstay_core::{Code, Problem, RecordId};
use mainstay_store::WriteTx;
use mainstay_store::idempotency::{KeptAnswer, find, keep};

use super::outcome::{Outcome, OutcomeKind};
use crate::context::Context;
use crate::failure::Failure;

/// A client's key and what it was sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    pub key: String,
    /// SHA-256 of method, path and body.
    pub fingerprint: Vec<u8>,
}

/// Does the work unless an answer is kept for the key; then that answer is given again.
pub(crate) fn once(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    key: Option<&IdempotencyKey>,
    work: impl FnOnce(&mut WriteTx<'_>) -> Result<Outcome, Failure>,
) -> Result<Outcome, Failure> {
    let Some(key) = key else { return work(tx) };
    let caller = caller(ctx);
    if let Some(kept) = find(tx, &caller, &key.key)? {
        if kept.fingerprint != key.fingerprint {
            return Err(Problem::new(
                Code::IdempotencyKeyReused,
                "this Idempotency-Key was used for another request; make a new key for each new request",
            )
            .into());
        }
        return Ok(replay(kept));
    }
    let outcome = work(tx)?;
    let answer = KeptAnswer {
        fingerprint: key.fingerprint.clone(),
        status: outcome.kind.code(),
        etag: outcome.record.map(|(_, version)| version.to_string()),
        location: outcome.record.map(|(id, _)| id.to_string()),
        body: outcome.body.clone(),
    };
    keep(tx, &caller, &key.key, ctx.now, &answer)?;
    Ok(outcome)
}

/// Whose key it is: an API key is told apart from its owner, whose answers it may not see. Those who are not signed in
/// are told apart by their address, and by the link that they opened.
fn caller(ctx: &Context) -> RecordId {
    let of_key = ctx.key.as_ref().map(|key| key.id);
    of_key.or(ctx.actor.id).unwrap_or_else(|| {
        let address = ctx.origin.address.as_deref().unwrap_or("");
        let share = ctx.share.map(|share| share.id.to_string()).unwrap_or_default();
        let digest = ring::digest::digest(&ring::digest::SHA256, format!("{address}{share}").as_bytes());
        RecordId::from_digest(
            digest.as_ref()[..16]
                .try_into()
                .expect("a SHA-256 digest has 32 bytes"),
        )
    })
}

fn replay(kept: KeptAnswer) -> Outcome {
    let id: Option<RecordId> = kept.location.as_deref().and_then(|id| id.parse().ok());
    let version: Option<i64> = kept.etag.as_deref().and_then(|version| version.parse().ok());
    Outcome {
        kind: OutcomeKind::from_code(kept.status),
        record: id.zip(version),
        body: kept.body,
        replayed: true,
    }
}
