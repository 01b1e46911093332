//! What was read from the database of those who come again: remembered for a moment, and forgotten when it changes.

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mainstay_core::Timestamp;

use super::session_uses::COARSE_MICROS;

/// Things remembered at the same time.
const REMEMBERED_MAX: usize = 20_000;
/// How long something is remembered where another process may end it: less than a second after that it is refused here,
/// too. No word of it is waited for, since word can be lost, or not come at all behind a pooler.
const SHARED_MICROS: i64 = 900_000;
/// How long it is remembered otherwise; with each look at the database its use is noted.
const ALONE_MICROS: i64 = COARSE_MICROS;

/// A time for which something may be believed without asking.
#[derive(Debug)]
struct Kept<V> {
    value: V,
    until: Timestamp,
}

#[derive(Debug)]
pub(super) struct Remembered<K, V> {
    /// Do other processes use the database?
    shared: bool,
    kept: quick_cache::sync::Cache<K, Arc<Kept<V>>>,
    /// Raised whenever something is forgotten: what was read from the database before is not remembered after.
    forgotten: AtomicU64,
}

impl<K: Eq + Hash + Clone, V: Clone> Remembered<K, V> {
    pub(super) fn new(shared: bool) -> Self {
        Self {
            shared,
            kept: quick_cache::sync::Cache::new(REMEMBERED_MAX),
            forgotten: AtomicU64::new(0),
        }
    }

    pub(super) fn recall<Q>(&self, key: &Q, now: Timestamp) -> Option<V>
    where
        Q: Hash + quick_cache::Equivalent<K> + ?Sized,
    {
        let kept = self.kept.get(key)?;
        (kept.until > now).then(|| kept.value.clone())
    }

    /// How often something was forgotten; asked before the database is.
    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::SeqCst)
    }

    /// Remembers what the database said, until `ends_at` at most, unless something was forgotten since `asked_at`.
    pub(super) fn remember(
        &self,
        key: &K,
        value: V,
        (now, ends_at): (Timestamp, Option<Timestamp>),
        asked_at: u64,
    ) {
        let for_micros = if self.shared { SHARED_MICROS } else { ALONE_MICROS };
        let until = now.saturating_add_micros(for_micros);
        let until = ends_at.map_or(until, |ends_at| ends_at.min(until));
        self.kept.insert(key.clone(), Arc::new(Kept { value, until }));
        if self.forgotten() != asked_at {
            self.kept.remove(key);
        }
    }

    pub(super) fn forget(&self, which: impl Fn(&V) -> bool) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.kept.retain(|_, kept| !which(&kept.value));
    }
}
