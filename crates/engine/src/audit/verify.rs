//! Checking the journal against its seals, and naming the first thing that is wrong.

use std::cmp::Ordering as Compared;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use mainstay_store::journal::erase::ERASED;
use mainstay_store::journal::search::{Group, Way, page};
use mainstay_store::journal::{self, EntryRef, Kind};
use mainstay_store::seals::{self, Seal};
use mainstay_store::{StoreError, Tx, readers};
use ring::signature::{ED25519, UnparsedPublicKey};
use tokio::task::JoinSet;

use super::chain::{EMPTY_HEAD, ITEM_BYTES, checkpoint, entry_digest, has_its_payload, head, hex, signed};
use super::{SEALER, public_key};
use crate::environment::Environment;
use crate::failure::Failure;

/// Seals that are checked at the same time: as many as there are processors on small servers.
const WORKERS: usize = 4;
/// Seals in one transaction.
const SEALS_AT_ONCE: i64 = 8;
/// Entries of erasures read at once.
const ERASURES_AT_ONCE: u32 = 100;

/// What the caller knows from somewhere else than the database.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The key as [`public_key`] gave it; that of the database when it is not given.
    pub key: Option<String>,
    /// A line as [`super::newest_checkpoint`] gave it.
    pub checkpoint: Option<String>,
}

/// A journal that is as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub seals: i64,
    pub entries: u64,
    /// How many of them lost their payload, as other entries say.
    pub erased: u64,
    /// Entries behind the last seal, of which nothing can be said yet.
    pub unsealed: i64,
}

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("entry {seq} is not as it was sealed")]
    EntryChanged { seq: i64 },
    #[error("entry {seq} has another payload than it was written with")]
    PayloadChanged { seq: i64 },
    #[error("what entry {seq} said was erased, and no entry says why")]
    ErasedUntold { seq: i64 },
    #[error("entry {seq} was sealed and is gone")]
    EntryRemoved { seq: i64 },
    #[error("entry {seq} was put among sealed ones")]
    EntryAdded { seq: i64 },
    #[error("seal {number}, behind entry {after}, is gone")]
    SealRemoved { number: i64, after: i64 },
    #[error("seal {number}, over the entries after {after}, was changed or not made with this key")]
    SealChanged { number: i64, after: i64 },
    #[error("the seals end with entry {found}, but entries were sealed up to {wanted}: the end was cut off")]
    EndCut { found: i64, wanted: i64 },
    #[error("seal {number} is another one than in the checkpoint: the journal was written anew")]
    NotThatOfCheckpoint { number: i64 },
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("{0}")]
    Fault(#[from] Fault),
    #[error("the public key has to be 64 hexadecimal digits, as `mainstay audit key` prints it")]
    Key,
    #[error("the checkpoint has to be a line as `mainstay audit checkpoint` prints it")]
    Checkpoint,
    #[error("the journal could not be read")]
    Failed(#[from] Failure),
}

impl From<StoreError> for VerifyError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// A line of a checkpoint, as far as it is compared.
#[derive(Debug, Clone)]
struct Known {
    number: i64,
    last_seq: i64,
    line: String,
}

/// Checks every sealed entry, seal by seal, several at the same time. Each is checked against the head that the one
/// before it has, so it does not matter which comes first.
pub async fn verify(environment: &Arc<Environment>, trust: Trust) -> Result<Verified, VerifyError> {
    let key = match trust.key {
        Some(key) => key,
        None => public_key(environment).await?,
    };
    let key = unhex(&key).filter(|key| key.len() == 32);
    let known = trust.checkpoint.map(|line| known(&line)).transpose()?;
    let newest = environment.db.read(seals::newest).await?;
    let check = Arc::new(Check {
        key: key.ok_or(VerifyError::Key)?,
        known,
        newest: newest.as_ref().map_or(0, |seal| seal.number),
        next: AtomicI64::new(1),
        fault_at: AtomicI64::new(i64::MAX),
    });
    let mut workers = JoinSet::new();
    for _ in 0..WORKERS {
        workers.spawn(work(Arc::clone(environment), Arc::clone(&check)));
    }
    let (mut good, mut fault) = (Good::default(), None::<(i64, VerifyError)>);
    while let Some(ended) = workers.join_next().await {
        match ended.map_err(|_| StoreError::Panicked)? {
            Ok(part) => good.add(part),
            Err((first, error)) if fault.as_ref().is_none_or(|(before, _)| first < *before) => {
                fault = Some((first, error));
            }
            Err(_) => {}
        }
    }
    if let Some((_, error)) = fault {
        return Err(error);
    }
    let last_seq = newest.map_or(0, |seal| seal.last_seq);
    let read = environment
        .db
        .read(move |tx| end(tx, &check, last_seq, &mut good.clone()));
    read.await
}

/// What the workers share.
struct Check {
    key: Vec<u8>,
    known: Option<Known>,
    newest: i64,
    /// The first seal that nobody has taken.
    next: AtomicI64,
    /// The first seal of the first job with a fault; nobody need look behind it.
    fault_at: AtomicI64,
}

/// What was found where nothing is wrong.
#[derive(Debug, Clone, Default)]
struct Good {
    entries: u64,
    /// Entries whose payload was erased.
    erased: Vec<i64>,
    /// What entries of erasures say, as first and last number.
    told: Vec<[i64; 2]>,
}

impl Good {
    fn add(&mut self, other: Self) {
        self.entries += other.entries;
        self.erased.extend(other.erased);
        self.told.extend(other.told);
    }
}

async fn work(environment: Arc<Environment>, check: Arc<Check>) -> Result<Good, (i64, VerifyError)> {
    let mut good = Good::default();
    loop {
        let first = check.next.fetch_add(SEALS_AT_ONCE, Ordering::SeqCst);
        if first > check.newest || first > check.fault_at.load(Ordering::SeqCst) {
            return Ok(good);
        }
        let shared = Arc::clone(&check);
        // A transaction for some seals: nobody waits for the whole journal.
        let read = environment.db.read(move |tx| some_seals(tx, &shared, first));
        match read.await {
            Ok(part) => good.add(part),
            Err(error) => {
                check.fault_at.fetch_min(first, Ordering::SeqCst);
                return Err((first, error));
            }
        }
    }
}

fn some_seals(tx: &mut Tx<'_>, check: &Check, first: i64) -> Result<Good, VerifyError> {
    let mut good = Good::default();
    let (mut head, mut after) = (EMPTY_HEAD.to_vec(), 0);
    if first > 1 {
        let Some(before) = seals::of(tx, first - 1)? else {
            // Whoever has the seals before this one finds that it is gone.
            return Ok(good);
        };
        (head, after) = (before.head, before.last_seq);
    }
    for number in first..(first + SEALS_AT_ONCE).min(check.newest + 1) {
        let seal = seals::of(tx, number)?.ok_or(Fault::SealRemoved { number, after })?;
        check_seal(&seal, check, &head, after)?;
        check_entries(tx, &seal, after, &mut good)?;
        (head, after) = (seal.head, seal.last_seq);
    }
    Ok(good)
}

fn check_seal(seal: &Seal, check: &Check, head_before: &[u8], after: i64) -> Result<(), Fault> {
    let number = seal.number;
    let signature = UnparsedPublicKey::new(&ED25519, &check.key).verify(&signed(seal), &seal.signature);
    let last = seal.digests.rchunks(ITEM_BYTES).next().map(number_of);
    if signature.is_err()
        || head(head_before, &seal.digests) != seal.head
        || !seal.digests.len().is_multiple_of(ITEM_BYTES)
        || last != Some(seal.last_seq)
    {
        return Err(Fault::SealChanged { number, after });
    }
    let known = check.known.as_ref();
    if known.is_some_and(|known| known.number == number && known.line != checkpoint(seal)) {
        return Err(Fault::NotThatOfCheckpoint { number });
    }
    Ok(())
}

/// Compares entries with the list of their seal; both are in the order of their numbers.
fn check_entries(tx: &mut Tx<'_>, seal: &Seal, after: i64, good: &mut Good) -> Result<(), VerifyError> {
    let mut wanted = seal.digests.chunks(ITEM_BYTES);
    let mut encoded = Vec::with_capacity(512);
    journal::each_between(tx, after, seal.last_seq, |entry| {
        let seq = entry.seq;
        let Some(item) = wanted.next() else {
            return Err(Fault::EntryAdded { seq }.into());
        };
        match seq.cmp(&number_of(item)) {
            Compared::Less => return Err(Fault::EntryAdded { seq }.into()),
            Compared::Greater => return Err(Fault::EntryRemoved { seq: number_of(item) }.into()),
            Compared::Equal => {}
        }
        if entry_digest(&entry, &mut encoded).as_ref() != &item[ITEM_BYTES - 32..] {
            return Err(Fault::EntryChanged { seq }.into());
        }
        good.entries += 1;
        check_payload(&entry, good).map_err(VerifyError::from)
    })?;
    match wanted.next() {
        Some(item) => Err(Fault::EntryRemoved { seq: number_of(item) }.into()),
        None => Ok(()),
    }
}

fn check_payload(entry: &EntryRef<'_>, good: &mut Good) -> Result<(), Fault> {
    if !has_its_payload(entry) {
        if entry.payload != ERASED {
            return Err(Fault::PayloadChanged { seq: entry.seq });
        }
        good.erased.push(entry.seq);
    } else if entry.kind == Kind::AuditErased.as_str() {
        good.told.extend(erased_ranges(entry.payload));
    }
    Ok(())
}

/// The numbers that the entry of an erasure names.
fn erased_ranges(payload: &str) -> Vec<[i64; 2]> {
    #[derive(serde::Deserialize)]
    struct Erasure {
        entries: Vec<[i64; 2]>,
    }
    serde_json::from_str(payload).map_or_else(|_| Vec::new(), |erasure: Erasure| erasure.entries)
}

/// What was cut off at the end leaves a trace in the cursor of the sealer, and in a checkpoint that was kept elsewhere.
/// An erasure may be told by an entry that is not sealed yet.
fn end(tx: &mut Tx<'_>, check: &Check, last_seq: i64, good: &mut Good) -> Result<Verified, VerifyError> {
    let sealed = readers::cursor(tx, SEALER)?;
    let known = check.known.as_ref();
    let wanted = known.map_or(sealed, |known| known.last_seq.max(sealed));
    if wanted > last_seq {
        let found = last_seq;
        return Err(Fault::EndCut { found, wanted }.into());
    }
    if !good.erased.is_empty() {
        add_told_since(tx, last_seq, good)?;
        refuse_untold(good)?;
    }
    Ok(Verified {
        seals: check.newest,
        entries: good.entries,
        erased: good.erased.len() as u64,
        unsealed: readers::lag(tx, last_seq)?.entries,
    })
}

fn add_told_since(tx: &mut Tx<'_>, last_seq: i64, good: &mut Good) -> Result<(), VerifyError> {
    let way = Way::Groups(vec![Group {
        collection: None,
        kind: Kind::AuditErased.as_str().to_owned(),
    }]);
    let mut below = i64::MAX;
    loop {
        let entries = page(tx, &way, below, ERASURES_AT_ONCE)?;
        for entry in &entries {
            below = entry.seq;
            if entry.seq > last_seq && has_its_payload(&entry.borrowed()) {
                good.told.extend(erased_ranges(&entry.payload));
            }
        }
        if below <= last_seq || entries.len() < ERASURES_AT_ONCE as usize {
            return Ok(());
        }
    }
}

fn refuse_untold(good: &mut Good) -> Result<(), Fault> {
    good.told.sort_unstable();
    good.erased.sort_unstable();
    let mut told = good.told.iter().peekable();
    let mut told_up_to = 0;
    for seq in &good.erased {
        while let Some([_, last]) = told.next_if(|[first, _]| first <= seq) {
            told_up_to = told_up_to.max(*last);
        }
        if told_up_to < *seq {
            return Err(Fault::ErasedUntold { seq: *seq });
        }
    }
    Ok(())
}

/// The number in an item of a seal's list.
fn number_of(item: &[u8]) -> i64 {
    item.first_chunk().copied().map_or(0, i64::from_be_bytes)
}

fn known(line: &str) -> Result<Known, VerifyError> {
    let line = line.trim().to_owned();
    let mut words = line.split(' ').map(str::parse::<i64>);
    match (words.next(), words.next(), words.count()) {
        (Some(Ok(number)), Some(Ok(last_seq)), 3) => Ok(Known {
            number,
            last_seq,
            line,
        }),
        _ => Err(VerifyError::Checkpoint),
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let bytes: Option<Vec<u8>> = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect();
    bytes.filter(|bytes| hex(bytes) == text.to_lowercase())
}
