//! The journal as evidence: seals over its entries, and the check that nothing was changed, removed or put in since.
//!
//! `docs/decisions/0021-audit-seals.md` says exactly what is hashed and signed, and against whom it helps.

mod chain;
mod entries;
mod erase;
mod export;
mod filter;
mod noticed;
mod own;
mod people;
mod search;
mod verify;

use std::sync::Arc;
use std::time::Duration;

use mainstay_core::{Code, Problem, RandomSource, Timestamp};
use mainstay_store::journal::{StoredEntry, newest};
use mainstay_store::seals::{self, Seal};
use mainstay_store::{Priority, StoreError, WriteTx, keys, readers, secrets};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::json;

use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::keys::SecretKeys;
use crate::readers::{Kinds, Pace, Reader, Start, Step};
use chain::{EMPTY_HEAD, digests, head, hex, signed};
pub use entries::list_audit_entries;
pub(crate) use entries::{Shown, collection_of, page_json};
pub use erase::{EraseError, Erased, Subject, erase};
pub use export::{AuditExport, AuditFormat, export_audit};
pub use filter::AuditQuery;
pub(crate) use filter::read_kinds;
pub(crate) use noticed::{
    Noticed, note_key_address, note_lock, note_refused_sign_in, note_rule_test, note_view,
};
pub use noticed::{RunningNoticed, note_limit, note_refusal, note_refused_administration, write_noticed};
pub use own::list_own_activity;
pub(crate) use people::{Labels, label_of_json};
pub(crate) use search::{collect, parse_cursor};
pub use verify::{Fault, Trust, Verified, VerifyError, verify};

/// Its cursor is kept under this name.
const SEALER: &str = "audit";
/// The secret that seals are signed with.
pub(crate) const SEAL_KEY: &str = "audit";
/// Its public half, which is no secret: whoever checks seals needs no key.
const PUBLIC_KEY: &str = "audit_public";
/// Entries under one seal at most.
const SEAL_ENTRIES_MAX: u32 = 1_000;
/// How long an entry may wait for its seal; looking and sealing take a little more.
const SEAL_AFTER: Duration = Duration::from_secs(30);

/// The reader that seals what is in the journal.
pub fn sealer(environment: &Arc<Environment>) -> Reader {
    let (clock, random) = (Arc::clone(&environment.clock), Arc::clone(&environment.random));
    let secret_keys = Arc::clone(&environment.secret_keys);
    Reader {
        name: SEALER,
        start: Start::FirstEntry,
        kinds: Kinds::All,
        pace: Pace {
            entries_max: SEAL_ENTRIES_MAX,
            linger: SEAL_AFTER,
            ..Pace::SOON
        },
        step: Step::InTransaction(Arc::new(move |tx, batch| {
            let key = key_pair(tx, &secret_keys, random.as_ref())?;
            Ok(seal(tx, &key, &batch.entries, clock.now())?)
        })),
    }
}

fn seal(
    tx: &mut WriteTx<'_>,
    key: &Ed25519KeyPair,
    entries: &[StoredEntry],
    at: Timestamp,
) -> Result<(), StoreError> {
    let before = seals::newest(tx)?;
    let (number, previous) = match &before {
        Some(seal) => (seal.number + 1, seal.head.as_slice()),
        None => (1, EMPTY_HEAD.as_slice()),
    };
    let digests = digests(entries);
    let mut seal = Seal {
        number,
        last_seq: entries.last().map_or(0, |entry| entry.seq),
        at,
        head: head(previous, &digests),
        digests,
        signature: Vec::new(),
    };
    seal.signature = key.sign(&signed(&seal)).as_ref().to_vec();
    seals::add(tx, &seal)
}

/// The key that seals, which is made with the first of them, and kept encrypted.
fn key_pair(
    tx: &mut WriteTx<'_>,
    secret_keys: &SecretKeys,
    random: &dyn RandomSource,
) -> Result<Ed25519KeyPair, Failure> {
    let seed = match secret_keys.recall(tx, SEAL_KEY)? {
        Some(seed) => seed,
        None if secrets::find(tx, SEAL_KEY)?.is_some() => return Err(no_key()),
        None => {
            let mut fresh = vec![0; 32];
            random.fill(&mut fresh);
            if !secret_keys.keep(tx, (SEAL_KEY, &fresh), random)? {
                return Err(no_key());
            }
            fresh
        }
    };
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed)
        .map_err(|_| StoreError::Corrupt("the key of the audit seals is none".to_owned()))?;
    keys::key(tx, PUBLIC_KEY, pair.public_key().as_ref())?;
    Ok(pair)
}

fn no_key() -> Failure {
    let detail = "this process has no key for the seals of the audit; the setting keys.file names it";
    Problem::new(Code::Unavailable, detail).into()
}

/// The key that seals are checked with, as 64 hexadecimal digits. It is made with the first seal, or here.
pub async fn public_key(environment: &Arc<Environment>) -> Result<String, Failure> {
    let within = Arc::clone(environment);
    let write = environment.db.write(Priority::Interactive, move |tx| {
        if let Some(public) = keys::find_key(tx, PUBLIC_KEY)? {
            return Ok(hex(&public));
        }
        let key = key_pair(tx, &within.secret_keys, within.random.as_ref())?;
        Ok::<_, Failure>(hex(key.public_key().as_ref()))
    });
    write.await
}

/// What somebody needs to check the journal elsewhere, as JSON. For administrators.
pub async fn read_audit_status(ctx: &Context) -> Result<Vec<u8>, Failure> {
    entries::refuse_others_than_administrators(ctx)?;
    let key = public_key(&ctx.environment).await?;
    ctx.read(move |tx, _| {
        let seal = seals::newest(tx)?;
        let newest = newest(tx)?;
        let sealed = seal.as_ref().map_or(0, |seal| seal.last_seq);
        let unsealed = readers::lag(tx, sealed)?.entries;
        Ok::<_, Failure>(
            json!({
                "public_key": key,
                "checkpoint": seal.as_ref().map(chain::checkpoint),
                "sealed_seq": seal.as_ref().map(|seal| seal.last_seq),
                "sealed_at": seal.as_ref().map(|seal| seal.at.to_string()),
                "newest_seq": newest,
                "unsealed": unsealed,
            })
            .to_string()
            .into_bytes(),
        )
    })
    .await
}

/// The newest seal in one line, to be kept where nobody who can change the database can change it: number, last entry,
/// time, head and signature. `None` before the first seal.
pub async fn newest_checkpoint(environment: &Arc<Environment>) -> Result<Option<String>, Failure> {
    let seal = environment.db.read(seals::newest).await?;
    Ok(seal.map(|seal| chain::checkpoint(&seal)))
}
