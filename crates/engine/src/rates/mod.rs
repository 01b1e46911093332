//! How often anybody may ask: by address, user and key, for each class of requests.
//!
//! Each process counts for itself, in memory, so that no request waits for it. Where several processes share a database,
//! they tell each other twice a second what was used. `docs/decisions/0029-limits-and-keys.md` has the reasons.

mod shared;
mod table;

use std::net::IpAddr;

use mainstay_core::{Actor, Rate, RateClass, RecordId, Timestamp};

use crate::environment::Environment;
pub use mainstay_gateways::RedisRates;
pub use shared::{RunningRates, SharedRates, SharedRatesError, exchange_rates};
pub(crate) use table::Rates;

/// Whose requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Address(IpAddr),
    User(RecordId),
    Key(RecordId),
}

/// How somebody stands with one rate after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub class: RateClass,
    pub by: Counted,
    pub rate: Rate,
    /// Requests that may come right now.
    pub remaining: u32,
    /// Microseconds until all of them may come again.
    pub full_in_micros: i64,
    /// Microseconds to wait, for a request that was too much.
    pub refused_for_micros: Option<i64>,
}

impl Counted {
    /// As policies and entries of the journal call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::User(_) => "user",
            Self::Key(_) => "key",
        }
    }
}

impl Environment {
    /// Counts a request of an address; `None` where none are counted.
    pub fn count_address(&self, class: RateClass, address: IpAddr, now: Timestamp) -> Option<Standing> {
        self.count(class, Counted::Address(address), now)
    }

    /// Counts a request of whoever was recognised, with the key that they used: the first rate that is used up, or all
    /// that count.
    pub fn count_caller(
        &self,
        class: RateClass,
        (actor, key): (Actor, Option<RecordId>),
        now: Timestamp,
    ) -> Vec<Standing> {
        let of_key = key.and_then(|key| self.count(class, Counted::Key(key), now));
        if of_key.is_some_and(|standing| standing.refused_for_micros.is_some()) {
            return of_key.into_iter().collect();
        }
        let of_user = actor
            .id
            .and_then(|user| self.count(class, Counted::User(user), now));
        of_key.into_iter().chain(of_user).collect()
    }

    fn count(&self, class: RateClass, by: Counted, now: Timestamp) -> Option<Standing> {
        let release = self.release();
        let settings = &release.definition.limits;
        if !settings.enabled {
            return None;
        }
        let rates = settings.of(class);
        let rate = match by {
            Counted::Address(_) => rates.per_address,
            Counted::User(_) => rates.per_user,
            Counted::Key(_) => rates.per_key,
        };
        Some(self.rates.count(class, by, rate?, now))
    }
}
