//! Acts that change nothing and are entries all the same: what the rules refused, and views of records that are logged.
//!
//! There may be any number of them, and nobody may wait for them. So the first of its kind is written in the background,
//! and the same again within a minute is counted: refusals get one more entry with that number, views none. What is
//! remembered is bounded; what does not fit is counted too, and the next entry says how many were lost.

mod running;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mainstay_core::definition::CollectionId;
use mainstay_core::{Actor, ActorKind, Code, RecordId, Timestamp, limits};
use mainstay_store::journal::{Entry, Kind, Origin, append};
use mainstay_store::{Priority, StoreError};
use serde_json::json;
use tokio::sync::Notify;

use crate::auth::KeyGrant;
use crate::context::Context;
use crate::environment::Environment;
pub use running::RunningNoticed;

const MINUTE_MICROS: i64 = 60_000_000;
/// Entries in one transaction.
const ENTRIES_AT_ONCE: usize = 500;
/// Acts that wait to be written at most, should that not go on.
const WAITING_MAX: usize = limits::VIEWS_OPEN_MAX + limits::REFUSALS_OPEN_MAX;

/// What was noticed and is not written yet, or may come again.
#[derive(Debug, Default)]
pub(crate) struct Noticed {
    state: Mutex<State>,
    woken: Notify,
}

#[derive(Debug, Default)]
struct State {
    refusals: HashMap<Key, Open>,
    views: HashMap<Key, Open>,
    waiting: Vec<Act>,
    lost: u64,
}

/// What counts as the same again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    kind: &'static str,
    actor: Option<RecordId>,
    /// Of whoever has no record.
    address: Option<String>,
    operation: &'static str,
    collection: Option<String>,
    record: Option<RecordId>,
    about: Option<&'static str>,
}

/// Something that happened less than a minute ago.
#[derive(Debug)]
struct Open {
    since: Timestamp,
    repeats: u64,
    latest: Act,
}

/// One entry to be written.
#[derive(Debug, Clone)]
struct Act {
    at: Timestamp,
    kind: Kind,
    actor: Actor,
    origin: Origin,
    collection: Option<String>,
    record: Option<RecordId>,
    version: Option<i64>,
    operation: &'static str,
    code: Option<&'static str>,
    /// What else there is to say.
    about: Option<(&'static str, &'static str)>,
    repeated: Option<u64>,
}

impl Act {
    fn new(ctx: &Context, kind: Kind) -> Self {
        Self {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: ctx.origin.clone(),
            collection: None,
            record: None,
            version: None,
            operation: ctx.operation,
            code: None,
            about: None,
            repeated: None,
        }
    }

    fn key(&self) -> Key {
        if self.kind == Kind::RateLimited {
            return self.key_of_address();
        }
        // What is about a place is about each place.
        let is_of_place = matches!(
            self.kind,
            Kind::KeyNewAddress
                | Kind::KeyAddressRefused
                | Kind::AdministrationRefused
                | Kind::AttemptsLocked
        );
        let is_of_place = is_of_place || self.actor.id.is_none();
        Key {
            kind: self.kind.as_str(),
            actor: self.origin.key.or(self.actor.id),
            address: self.origin.address.clone().filter(|_| is_of_place),
            operation: self.operation,
            collection: self.collection.clone(),
            // Which record a refusal was about does not make it another one.
            record: self.record.filter(|_| self.kind != Kind::AccessRefused),
            about: self.about.map(|(_, text)| text),
        }
    }

    /// However many there are behind an address, and whatever they ask for.
    fn key_of_address(&self) -> Key {
        Key {
            kind: self.kind.as_str(),
            actor: None,
            address: self.origin.address.clone(),
            operation: "",
            collection: None,
            record: None,
            about: None,
        }
    }

    fn payload(&self, lost: u64) -> String {
        let mut payload = json!({});
        if self.kind != Kind::RecordViewed {
            payload["operation"] = json!(self.operation);
        }
        if let Some(code) = self.code {
            payload["code"] = json!(code);
        }
        if let Some((name, text)) = self.about {
            payload[name] = json!(text);
        }
        if let Some(repeated) = self.repeated {
            payload["repeated"] = json!(repeated);
        }
        if lost > 0 {
            payload["lost"] = json!(lost);
        }
        payload.to_string()
    }
}

/// Notes that the rules refused something. The record is one that the caller may read.
pub fn note_refusal(ctx: &Context, code: Code, collection: Option<&str>, record: Option<RecordId>) {
    let act = Act {
        collection: collection.map(str::to_owned),
        record,
        code: Some(code.as_str()),
        ..Act::new(ctx, Kind::AccessRefused)
    };
    ctx.environment.noticed.note(act);
}

/// Notes a sign-in that was refused, to the account if there is one.
pub(crate) fn note_refused_sign_in(ctx: &Context, account: Option<RecordId>) {
    note_to_account(ctx, Act::new(ctx, Kind::SignInRefused), account);
}

/// Notes that somebody asked more often than they may: once a minute for each address. `limit` is what was used up.
pub fn note_limit(ctx: &Context, limit: &'static str) {
    let act = Act {
        about: Some(("limit", limit)),
        ..Act::new(ctx, Kind::RateLimited)
    };
    ctx.environment.noticed.note(act);
}

/// Notes that an administrator's operation was asked for from where none is done.
pub fn note_refused_administration(ctx: &Context) {
    let act = Act {
        code: Some(Code::AddressRefused.as_str()),
        ..Act::new(ctx, Kind::AdministrationRefused)
    };
    ctx.environment.noticed.note(act);
}

/// Notes that an administrator asked what the rules say of an act: a way to look at a record.
pub(crate) fn note_rule_test(ctx: &Context, collection: &str, record: Option<RecordId>) {
    let act = Act {
        collection: Some(collection.to_owned()),
        record,
        ..Act::new(ctx, Kind::RuleTested)
    };
    ctx.environment.noticed.note(act);
}

/// Notes where a key was used, to its owner.
pub(crate) fn note_key_address(ctx: &Context, kind: Kind, grant: &KeyGrant) {
    note_to_account(ctx, Act::new(ctx, kind), Some(grant.owner));
}

/// Notes that no other attempt is taken for a time, to the account if there is one.
pub(crate) fn note_lock(ctx: &Context, locked: &'static str, account: Option<RecordId>) {
    let act = Act {
        about: Some(("locked", locked)),
        ..Act::new(ctx, Kind::AttemptsLocked)
    };
    note_to_account(ctx, act, account);
}

fn note_to_account(ctx: &Context, act: Act, account: Option<RecordId>) {
    let users = ctx.of(ctx.release.definition.users).name.as_str();
    let act = Act {
        collection: account.map(|_| users.to_owned()),
        record: account,
        ..act
    };
    ctx.environment.noticed.note(act);
}

/// Notes that a person read a record, where its collection wants that.
pub(crate) fn note_view(ctx: &Context, collection: CollectionId, id: RecordId, version: i64) {
    let collection = ctx.of(collection);
    if !collection.log_reads || ctx.actor.kind == ActorKind::System {
        return;
    }
    let act = Act {
        collection: Some(collection.name.to_string()),
        record: Some(id),
        version: Some(version),
        ..Act::new(ctx, Kind::RecordViewed)
    };
    ctx.environment.noticed.note(act);
}

impl Noticed {
    fn note(&self, act: Act) {
        if self.lock().note(act) {
            self.woken.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Is there something to be written?
    fn note(&mut self, act: Act) -> bool {
        let (open, open_max) = if act.kind == Kind::RecordViewed {
            (&mut self.views, limits::VIEWS_OPEN_MAX)
        } else {
            (&mut self.refusals, limits::REFUSALS_OPEN_MAX)
        };
        let key = act.key();
        if let Some(known) = open.get_mut(&key)
            && !is_over(known.since, act.at)
        {
            known.repeats += 1;
            known.latest = act;
            return false;
        }
        if let Some(before) = open.remove(&key) {
            self.waiting.extend(closing(&before));
        }
        // Whoever writes makes room once a minute is over.
        if open.len() >= open_max || self.waiting.len() >= WAITING_MAX {
            self.lost += 1;
            return false;
        }
        let now_open = Open {
            since: act.at,
            repeats: 0,
            latest: act.clone(),
        };
        open.insert(key, now_open);
        self.waiting.push(act);
        true
    }

    /// Has the counts written whose minute is over, or all of them.
    fn close(&mut self, is_over: impl Fn(Timestamp) -> bool) {
        let waiting = &mut self.waiting;
        self.refusals.retain(|_, open| {
            let over = is_over(open.since);
            if over {
                waiting.extend(closing(open));
            }
            !over
        });
        self.views.retain(|_, open| !is_over(open.since));
    }

    fn take(&mut self) -> (Vec<Act>, u64) {
        let count = self.waiting.len().min(ENTRIES_AT_ONCE);
        let acts: Vec<Act> = self.waiting.drain(..count).collect();
        let lost = if acts.is_empty() { 0 } else { self.lost };
        self.lost -= lost;
        (acts, lost)
    }
}

fn is_over(since: Timestamp, now: Timestamp) -> bool {
    // A clock that was set back ends the minute, too.
    !(0..MINUTE_MICROS).contains(&(now.as_micros() - since.as_micros()))
}

/// The entry that tells how often the same came again.
fn closing(open: &Open) -> Option<Act> {
    let is_told_once = matches!(open.latest.kind, Kind::RecordViewed | Kind::RateLimited);
    let tells = open.repeats > 0 && !is_told_once;
    tells.then(|| Act {
        repeated: Some(open.repeats),
        ..open.latest.clone()
    })
}

/// Writes what was noticed, and the counts whose minute is over. What cannot be written is lost, and counted.
pub async fn write_noticed(environment: &Arc<Environment>) {
    let now = environment.clock.now();
    environment.noticed.lock().close(|since| is_over(since, now));
    write_waiting(environment).await;
}

async fn write_waiting(environment: &Arc<Environment>) {
    loop {
        let (acts, lost) = environment.noticed.lock().take();
        if acts.is_empty() {
            return;
        }
        let lost_with_these = lost + acts.iter().map(|act| 1 + act.repeated.unwrap_or(0)).sum::<u64>();
        let write = environment.db.write(Priority::Background, move |tx| {
            for (position, act) in acts.iter().enumerate() {
                let payload = act.payload(if position == 0 { lost } else { 0 });
                append(
                    tx,
                    &Entry {
                        at: act.at,
                        kind: act.kind,
                        actor: act.actor,
                        origin: &act.origin,
                        collection: act.collection.as_deref(),
                        record_id: act.record,
                        version: act.version,
                        payload: &payload,
                    },
                )?;
            }
            Ok::<_, StoreError>(())
        });
        if let Err(error) = write.await {
            environment.noticed.lock().lost += lost_with_these;
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "refused acts and views could not be written to the journal"
            );
            return;
        }
    }
}
