//! Requests counted in memory, within bounds.
//!
//! For each subject one time is kept: when its requests so far would be done, if they came one by one as the rate allows
//! (GCRA, ITU-T I.371). A request moves it on by one interval, and is refused when it would be further away than the
//! rate's whole time. So nothing has to be counted down, and a subject whose time has come needs no place.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use mainstay_core::definition::PlanId;
use mainstay_core::limits::RATES_COUNTED_MAX;
use mainstay_core::network::subscriber_of;
use mainstay_core::{Rate, RateClass, Timestamp};

use super::{Counted, Standing};

/// Parts with a lock each, so that requests seldom wait for one another.
const SHARDS: usize = 16;
const CELLS_OF_SHARD_MAX: usize = RATES_COUNTED_MAX / SHARDS;

/// Classes of requests and kinds of subjects; with the plans of a definition they fit 16 bits.
#[expect(clippy::cast_possible_truncation, reason = "there are a handful")]
const CLASSES: u16 = RateClass::ALL.len() as u16;
const KINDS: u16 = 3;

/// Plan, kind of subject and class; subject: what is counted together, here and in other processes.
pub(super) type CellKey = [u8; 18];

#[derive(Debug)]
pub(crate) struct Rates([Mutex<HashMap<CellKey, Cell>>; SHARDS]);

#[derive(Debug, Clone, Copy)]
struct Cell {
    /// When the requests so far would be done.
    done_at: i64,
    /// Microseconds that were used here since the other processes were told.
    untold: i64,
}

impl Default for Rates {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl Rates {
    pub(super) fn count(
        &self,
        class: RateClass,
        (by, plan): (Counted, Option<PlanId>),
        rate: Rate,
        now: Timestamp,
    ) -> Standing {
        let now = now.as_micros();
        let (interval, window) = (rate.interval_micros(), rate.window_micros());
        let key = cell_key(class, by, plan);
        let mut shard = self.shard(&key);
        if shard.len() >= CELLS_OF_SHARD_MAX && !shard.contains_key(&key) {
            make_room(&mut shard, now);
        }
        let cell = shard.entry(key).or_insert(Cell {
            done_at: now,
            untold: 0,
        });
        // A clock that was set back must not shut somebody out for as long. A little more than the window is what other
        // processes let through before they told.
        if cell.done_at > now.saturating_add(window.saturating_mul(2)) {
            cell.done_at = now.saturating_add(window);
        }
        let begun = cell.done_at.clamp(now, now.saturating_add(window));
        let used = begun - now;
        let fits = used + interval <= window;
        if fits {
            cell.done_at = begun + interval;
            cell.untold += interval;
        }
        let used = if fits { used + interval } else { used };
        Standing {
            class,
            by,
            plan: None,
            rate,
            remaining: u32::try_from((window - used) / interval).unwrap_or(0),
            full_in_micros: used,
            refused_for_micros: (!fits).then_some(used + interval - window),
        }
    }

    /// What was used since the last time, to be told to other processes; nothing of those who may still have used more
    /// elsewhere.
    pub(super) fn take_untold(&self, now: Timestamp) -> Vec<(CellKey, i64)> {
        let now = now.as_micros();
        let mut untold = Vec::new();
        for shard in &self.0 {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let counts = |cell: &Cell| cell.untold > 0 || cell.done_at > now;
            for (key, cell) in shard.iter_mut().filter(|(_, cell)| counts(cell)) {
                untold.push((*key, std::mem::take(&mut cell.untold)));
            }
        }
        untold
    }

    /// Has what could not be told told the next time.
    pub(super) fn put_back(&self, untold: &[(CellKey, i64)]) {
        for (key, micros) in untold {
            if let Some(cell) = self.shard(key).get_mut(key) {
                cell.untold += micros;
            }
        }
    }

    /// Learns what all processes have used together.
    pub(super) fn learn(&self, key: &CellKey, done_at: i64) {
        if let Some(cell) = self.shard(key).get_mut(key) {
            cell.done_at = cell.done_at.max(done_at.saturating_add(cell.untold));
        }
    }

    fn shard(&self, key: &CellKey) -> MutexGuard<'_, HashMap<CellKey, Cell>> {
        let folded = key.iter().fold(0, |folded, byte| folded ^ byte);
        self.0[usize::from(folded) % SHARDS]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets whoever has nothing counted against them, and if that is not enough, the half that asked least: those who are
/// near their limits stay, however many others come.
fn make_room(shard: &mut HashMap<CellKey, Cell>, now: i64) {
    shard.retain(|_, cell| cell.done_at > now);
    if shard.len() < CELLS_OF_SHARD_MAX {
        return;
    }
    let mut times: Vec<i64> = shard.values().map(|cell| cell.done_at).collect();
    let (_, median, _) = times.select_nth_unstable(CELLS_OF_SHARD_MAX / 2);
    let median = *median;
    shard.retain(|_, cell| cell.done_at > median);
}

/// Whoever comes to another plan begins anew: what was used of the one before says nothing about the other.
fn cell_key(class: RateClass, by: Counted, plan: Option<PlanId>) -> CellKey {
    let mut key = [0; 18];
    let (kind, subject) = match by {
        Counted::Address(address) => (0, subscriber_of(address)),
        Counted::User(id) => (1, *id.as_bytes()),
        Counted::Key(id) => (2, *id.as_bytes()),
    };
    let plan = plan.map_or(0, |plan| plan.0 + 1);
    let counted = (plan * KINDS + kind) * CLASSES + class as u16;
    key[..2].copy_from_slice(&counted.to_be_bytes());
    key[2..].copy_from_slice(&subject);
    key
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const RATE: Rate = Rate {
        requests: 3,
        seconds: 6,
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_000_000_000_000 + seconds * 1_000_000).unwrap()
    }

    fn address(text: &str) -> Counted {
        Counted::Address(text.parse().unwrap())
    }

    fn ask(rates: &Rates, by: &str, seconds: i64) -> (u32, Option<i64>) {
        let standing = rates.count(RateClass::Read, (address(by), None), RATE, at(seconds));
        let wait = standing.refused_for_micros.map(|micros| micros / 1_000_000);
        (standing.remaining, wait)
    }

    #[test]
    fn all_requests_may_come_at_once_and_then_one_by_one() {
        let rates = Rates::default();
        assert_eq!(ask(&rates, "192.0.2.1", 0), (2, None));
        assert_eq!(ask(&rates, "192.0.2.1", 0), (1, None));
        assert_eq!(ask(&rates, "192.0.2.1", 0), (0, None));
        assert_eq!(ask(&rates, "192.0.2.1", 0), (0, Some(2)));
        // What was refused did not count.
        assert_eq!(ask(&rates, "192.0.2.1", 1), (0, Some(1)));
        assert_eq!(ask(&rates, "192.0.2.1", 2), (0, None));
        assert_eq!(ask(&rates, "192.0.2.1", 2), (0, Some(2)));
        assert_eq!(ask(&rates, "192.0.2.1", 100), (2, None));
    }

    #[test]
    fn each_is_counted_alone_and_a_network_of_ipv6_together() {
        let rates = Rates::default();
        assert_eq!(ask(&rates, "192.0.2.1", 0), (2, None));
        assert_eq!(ask(&rates, "192.0.2.2", 0), (2, None));
        assert_eq!(ask(&rates, "::ffff:192.0.2.1", 0), (1, None));
        assert_eq!(ask(&rates, "2001:db8::1", 0), (2, None));
        assert_eq!(ask(&rates, "2001:db8::ffff:1", 0), (1, None));
        assert_eq!(ask(&rates, "2001:db8:0:1::1", 0), (2, None));
        let write = rates.count(RateClass::Write, (address("192.0.2.1"), None), RATE, at(0));
        assert_eq!(write.remaining, 2);
    }

    #[test]
    fn a_clock_that_was_set_back_shuts_nobody_out_for_long() {
        let rates = Rates::default();
        for _ in 0..3 {
            ask(&rates, "192.0.2.1", 10_000);
        }
        assert_eq!(ask(&rates, "192.0.2.1", 0), (0, Some(2)));
        assert_eq!(ask(&rates, "192.0.2.1", 2), (0, None));
    }

    #[test]
    fn the_table_is_bounded_and_keeps_those_near_their_limits() {
        let rates = Rates::default();
        for _ in 0..3 {
            ask(&rates, "192.0.2.1", 0);
        }
        for number in 0..200_000 {
            let stranger = Counted::Address(Ipv4Addr::from_bits(0x0a00_0000 + number).into());
            rates.count(RateClass::Read, (stranger, None), RATE, at(0));
        }
        let counted: usize = rates.0.iter().map(|shard| shard.lock().unwrap().len()).sum();
        assert!(counted <= RATES_COUNTED_MAX, "{counted}");
        assert_eq!(ask(&rates, "192.0.2.1", 0), (0, Some(2)));
    }

    #[test]
    fn processes_learn_what_others_used() {
        let (one, other) = (Rates::default(), Rates::default());
        ask(&one, "192.0.2.1", 0);
        ask(&one, "192.0.2.1", 0);
        ask(&other, "192.0.2.1", 0);
        // What a place where both tell it makes of it.
        let used = |rates: &Rates| rates.take_untold(at(0))[0].1;
        let done_at = at(0).as_micros() + used(&one) + used(&other);
        let key = cell_key(RateClass::Read, address("192.0.2.1"), None);
        one.learn(&key, done_at);
        assert_eq!(ask(&one, "192.0.2.1", 0), (0, Some(2)));
        // What came in between counts too.
        assert_eq!(ask(&other, "192.0.2.1", 0), (1, None));
        other.learn(&key, done_at);
        assert_eq!(ask(&other, "192.0.2.1", 0), (0, Some(2)));
        assert_eq!(ask(&other, "192.0.2.1", 2), (0, Some(2)));
    }
}
