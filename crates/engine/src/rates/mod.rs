//! How often anybody may ask: by address, user and key, for each class of requests.
//!
//! Each process counts for itself, in memory, so that no request waits for it. Where several processes share a database,
//! they tell each other twice a second what was used. `docs/decisions/0029-limits-and-keys.md` has the reasons.

mod plans;
mod shared;
mod table;

use std::net::IpAddr;

use mainstay_core::definition::PlanId;
use mainstay_core::{Actor, Rate, RateClass, RecordId, Timestamp};

use crate::environment::Environment;
pub use mainstay_gateways::RedisRates;
pub(crate) use plans::plan_of;
pub use shared::{RunningRates, SharedRates, SharedRatesError, exchange_rates};
pub(crate) use table::Rates;

/// Whose requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Address(IpAddr),
    User(RecordId),
    Key(RecordId),
}

/// Whoever was recognised, as far as it decides how often they may ask.
#[derive(Debug, Clone, Copy)]
pub struct CountedCaller {
    pub actor: Actor,
    /// The key that they use.
    pub key: Option<RecordId>,
    /// The plan that they, or the owner of the key, are on.
    pub plan: Option<PlanId>,
}

/// How somebody stands with one rate after a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub class: RateClass,
    pub by: Counted,
    /// The plan that the rate is for; none for that of everybody.
    pub plan: Option<String>,
    pub rate: Rate,
    /// Requests that may come right now.
    pub remaining: u32,
    /// Microseconds until all of them may come again.
    pub full_in_micros: i64,
    /// Microseconds to wait, for a request that was too much.
    pub refused_for_micros: Option<i64>,
}

impl Standing {
    /// What the rate is called in headers and refusals.
    pub fn name(&self) -> String {
        let (class, by) = (self.class.as_str(), self.by.as_str());
        match &self.plan {
            None => format!("{class}-{by}"),
            Some(plan) => format!("{class}-{by}-{plan}"),
        }
    }
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
        self.count(class, (Counted::Address(address), None), now)
    }

    /// Counts a request of whoever was recognised, with the key that they used: the first rate that is used up, or all
    /// that count.
    pub fn count_caller(&self, class: RateClass, caller: CountedCaller, now: Timestamp) -> Vec<Standing> {
        let count = |by| self.count(class, (by, caller.plan), now);
        let of_key = caller.key.and_then(|key| count(Counted::Key(key)));
        let is_refused = |standing: &Standing| standing.refused_for_micros.is_some();
        if of_key.as_ref().is_some_and(is_refused) {
            return of_key.into_iter().collect();
        }
        let of_user = caller.actor.id.and_then(|user| count(Counted::User(user)));
        of_key.into_iter().chain(of_user).collect()
    }

    fn count(
        &self,
        class: RateClass,
        (by, plan): (Counted, Option<PlanId>),
        now: Timestamp,
    ) -> Option<Standing> {
        let release = self.release();
        let settings = &release.definition.limits;
        if !settings.enabled {
            return None;
        }
        let plan = plan.and_then(|id| Some((id, settings.plan(id)?)));
        let rates = plan.map_or_else(|| settings.of(class), |(_, plan)| plan.of(class));
        let rate = match by {
            Counted::Address(_) => rates.per_address,
            Counted::User(_) => rates.per_user,
            Counted::Key(_) => rates.per_key,
        };
        let standing = self.rates.count(class, (by, plan.map(|(id, _)| id)), rate?, now);
        Some(Standing {
            plan: plan.map(|(_, plan)| plan.name.clone()),
            ..standing
        })
    }
}
