//! What one subscription missed: its past, by the same look as the present, while what comes live waits.

use std::collections::HashMap;
use std::sync::Arc;

use mainstay_core::{RecordId, limits};
use mainstay_store::journal::StoredEntry;
use mainstay_store::realtime::entries_between;

use super::hub::Hub;
use super::link::Link;
use super::look::{Audience, Question};
use super::message::{Handle, Item};
use super::registry::{To, Wish};
use super::subscribe::Prepared;
use super::telling::{Events, Told, entry_event, in_order, name_of};
use super::view::Viewers;
use crate::environment::{Environment, Release};
use crate::failure::Failure;

/// Entries of the past that are looked at together.
const REPLAY_CHUNK: u32 = 500;

/// Why what was missed cannot be told.
#[derive(Debug, Clone, Copy)]
pub(super) enum TooLate {
    /// Too much, or no longer kept.
    Past,
    /// The definition has changed since.
    Definition,
}

impl TooLate {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Past => "too_far_behind",
            Self::Definition => "definition_changed",
        }
    }
}

impl Hub {
    pub(super) async fn replay(
        &self,
        mut replay: Replay<'_>,
        number: u64,
        since: i64,
        to: i64,
    ) -> Result<(), Failure> {
        let told = replay.run(since, to).await;
        // Whatever came of it, what waits for its end goes on.
        loop {
            let held = {
                let mut registry = self.registry();
                let Some(subscription) = registry.subscriptions.get_mut(&number) else {
                    return told;
                };
                match subscription.held.take() {
                    Some(held) if !held.is_empty() => {
                        subscription.held = Some(Vec::new());
                        held
                    }
                    _ => return told,
                }
            };
            if held.len() > limits::REALTIME_QUEUE_MESSAGES_MAX {
                replay.reload(to, TooLate::Past).await;
                continue;
            }
            for item in held {
                if !replay.has_told(&item) {
                    replay.link.push_in_turn(item).await;
                }
            }
        }
    }
}

/// The past of one subscription.
pub(super) struct Replay<'a> {
    pub(super) environment: &'a Arc<Environment>,
    pub(super) release: Arc<Release>,
    pub(super) link: &'a Arc<Link>,
    pub(super) handle: Arc<Handle>,
    pub(super) prepared: Prepared,
    pub(super) wish: &'a Wish,
    /// The version of each record that was told.
    pub(super) told: HashMap<RecordId, i64>,
}

impl Replay<'_> {
    async fn run(&mut self, since: i64, to: i64) -> Result<(), Failure> {
        let mut from = since;
        let mut covered = HashMap::new();
        while from < to {
            let read = self
                .environment
                .db
                .read(move |tx| entries_between(tx, from, to, REPLAY_CHUNK));
            let entries = read.await?;
            let Some(last) = entries.last().map(|entry| entry.seq) else {
                return Ok(());
            };
            if entries.iter().any(|entry| entry.release != self.release.row) {
                self.reload(to, TooLate::Definition).await;
                return Ok(());
            }
            let question = self.question(entries, covered.clone());
            let asked = Arc::clone(&question);
            let answer = self.environment.db.read(move |tx| asked.answer(tx)).await?;
            covered.extend(answer.changes.iter().map(|change| (change.id, change.covers)));
            if !answer.reloads.is_empty() && self.wish.to == To::Records {
                let viewer = self.link.who.viewer;
                if answer
                    .reloads
                    .iter()
                    .any(|(_, _, concerned)| concerned.includes(viewer))
                {
                    self.reload(to, TooLate::Past).await;
                    return Ok(());
                }
            }
            for told in in_order(&self.release, &question.entries, &answer) {
                let event = match told {
                    Told::Change(verdict) if self.wish.to == To::Records => {
                        let change = &answer.changes[verdict.change];
                        let Some((_, sight)) = verdict.sights.first() else {
                            continue;
                        };
                        self.told.insert(change.id, change.version);
                        let columns = self.prepared.columns.as_ref();
                        Events::new(&self.release, change).event(name_of(change, *sight), columns, *sight)
                    }
                    Told::Entry(entry, _) if self.wish.to == To::Activity => {
                        Arc::new(entry_event(entry, false))
                    }
                    Told::Entry(entry, _)
                        if self.wish.to == To::Comments && entry.kind.starts_with("comment.") =>
                    {
                        Arc::new(entry_event(entry, true))
                    }
                    _ => continue,
                };
                self.link
                    .push_in_turn(Item::Event(Arc::clone(&self.handle), event))
                    .await;
            }
            from = last;
        }
        Ok(())
    }

    fn question(&self, entries: Vec<StoredEntry>, covered: HashMap<RecordId, i64>) -> Arc<Question> {
        let audience = Audience {
            view: Arc::clone(&self.prepared.view),
            record: self.wish.record,
            viewers: Arc::new(Viewers::new(vec![self.link.who.viewer])),
        };
        Arc::new(Question {
            release: Arc::clone(&self.release),
            entries: Arc::new(entries),
            now_micros: self.environment.clock.now().as_micros(),
            audiences: vec![audience],
            dependents: Vec::new(),
            covered,
        })
    }

    async fn reload(&self, seq: i64, too_late: TooLate) {
        let reload = Item::Reload {
            of: Arc::clone(&self.handle),
            seq,
            reason: too_late.reason(),
        };
        self.link.push_in_turn(reload).await;
    }

    /// Was what a held event says told already, because the past was judged by what is there now?
    fn has_told(&self, item: &Item) -> bool {
        match item {
            Item::Event(_, event) if event.name.is_some() => self
                .told
                .get(&event.record_id)
                .is_some_and(|version| *version >= event.version),
            _ => false,
        }
    }
}
