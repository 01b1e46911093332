//! From what was found to what is said: events, each written once, to everybody who sees the record.

use std::sync::Arc;

use mainstay_core::{Problem, RecordId};
use mainstay_store::journal::StoredEntry;
use serde_json::{Value as Json, json};

use super::change::{Change, First, collection_of};
use super::look::{Answer, Sight, Verdict};
use super::message::{self, Event, Item, Name};
use super::registry::{Columns, Registry, Subscription, To};
use super::view::{Concerned, Shown, View, Viewer};
use crate::environment::Release;
use crate::records::{values_json, without};

/// Tells everybody what a look has found.
pub(super) fn dispatch(
    registry: &mut Registry,
    release: &Release,
    entries: &[StoredEntry],
    answer: &Answer,
    last: i64,
) {
    for told in in_order(release, entries, answer) {
        match told {
            Told::Change(verdict) => {
                tell_change(registry, release, &answer.changes[verdict.change], verdict);
            }
            Told::Entry(entry, verdict) => tell_entry(registry, entry, verdict),
        }
    }
    for verdict in &answer.verdicts {
        for (viewer, sight) in &verdict.sights {
            if sight.after.is_none() && verdict.record.is_some() {
                end_followers(registry, &verdict.view, verdict.record, *viewer);
            }
        }
    }
    for (view, record, concerned) in &answer.reloads {
        tell_reload(registry, view, *record, concerned, last);
    }
    for (view, record, viewers) in &answer.lost {
        for viewer in viewers {
            end_followers(registry, view, Some(*record), *viewer);
        }
    }
}

/// Something to be told, in the order of the numbers.
pub(super) enum Told<'a> {
    Change(&'a Verdict),
    /// An entry as it stands, to those who follow a record's comments or its activity.
    Entry(&'a StoredEntry, &'a Verdict),
}

pub(super) fn in_order<'a>(
    release: &Release,
    entries: &'a [StoredEntry],
    answer: &'a Answer,
) -> Vec<Told<'a>> {
    let mut told: Vec<(i64, Told<'a>)> = Vec::new();
    for verdict in &answer.verdicts {
        let change = &answer.changes[verdict.change];
        if change.first != First::Beside {
            told.push((change.seq, Told::Change(verdict)));
        }
        if verdict.record.is_none() {
            continue;
        }
        let of_record = entries.iter().filter(|entry| {
            let name = entry.collection.as_deref();
            entry.record_id == Some(change.id)
                && name
                    .and_then(|name| collection_of(release, name))
                    .is_some_and(|of| of.id == change.collection)
        });
        told.extend(of_record.map(|entry| (entry.seq, Told::Entry(entry, verdict))));
    }
    told.sort_by_key(|(seq, _)| *seq);
    told.into_iter().map(|(_, told)| told).collect()
}

/// What a change means to somebody who saw the record, or sees it now.
pub(super) fn name_of(change: &Change, sight: Sight) -> Name {
    match (sight.before, sight.after.is_some()) {
        (true, true) => Name::Updated,
        (true, false) if change.after.is_none() => Name::Deleted,
        (_, false) => Name::Left,
        (false, true) => match change.first {
            First::Created => Name::Created,
            First::Restored => Name::Restored,
            _ => Name::Entered,
        },
    }
}

/// Events of one change, each written once.
pub(super) struct Events<'c> {
    change: &'c Change,
    release: &'c Release,
    shown: Vec<(Part, String)>,
    made: Vec<(Part, Name, Arc<Event>)>,
}

/// Which part of the record is shown: the fields that a subscription asks for, as far as its viewer may read them.
type Part = (Option<Columns>, Option<Shown>);

impl<'c> Events<'c> {
    pub(super) fn new(release: &'c Release, change: &'c Change) -> Self {
        Self {
            change,
            release,
            shown: Vec::new(),
            made: Vec::new(),
        }
    }

    pub(super) fn event(&mut self, name: Name, columns: Option<&Columns>, sight: Sight) -> Arc<Event> {
        let part = (columns.cloned(), sight.after);
        let known = self
            .made
            .iter()
            .find(|(of, known, _)| *known == name && (!name.is_there() || *of == part));
        if let Some((_, _, event)) = known {
            return Arc::clone(event);
        }
        let record = if name.is_there() {
            self.record(columns, sight)
        } else {
            None
        };
        let change = self.change;
        let event = Event::of_record(change.seq, change.id, change.version, name, record.as_deref());
        let event = Arc::new(event);
        self.made.push((part, name, Arc::clone(&event)));
        event
    }

    /// The record as it is now; `None` where it is not there, or not for whoever has this sight of it.
    pub(super) fn record(&mut self, columns: Option<&Columns>, sight: Sight) -> Option<String> {
        let part = (columns.cloned(), sight.after);
        if let Some((_, text)) = self.shown.iter().find(|(of, _)| *of == part) {
            return Some(text.clone());
        }
        let values = self.change.after.as_ref()?;
        let collection = self.release.definition.collection(self.change.collection);
        let public = &self.release.plans.of(collection.id).public;
        let columns = columns.map_or(public, |columns| columns.as_ref());
        let withheld = sight.after?.withheld(collection);
        let json = values_json(collection, &without(columns, &withheld), values);
        let text = String::from_utf8(json).expect("JSON is written as UTF-8");
        self.shown.push((part, text.clone()));
        Some(text)
    }
}

fn tell_change(registry: &mut Registry, release: &Release, change: &Change, verdict: &Verdict) {
    let mut events = Events::new(release, change);
    for (viewer, sight) in &verdict.sights {
        let name = name_of(change, *sight);
        for number in registry
            .of_viewer(&verdict.view.key, verdict.record, *viewer)
            .to_vec()
        {
            let Some(subscription) = registry.subscriptions.get_mut(&number) else {
                continue;
            };
            if subscription.wish.to == To::Records {
                let event = events.event(name, subscription.columns.as_ref(), *sight);
                subscription.push(Item::Event(Arc::clone(&subscription.handle), event));
            }
        }
    }
}

fn tell_entry(registry: &mut Registry, entry: &StoredEntry, verdict: &Verdict) {
    let is_comment = entry.kind.starts_with("comment.");
    let mut comment = None;
    let mut activity = None;
    for (viewer, sight) in &verdict.sights {
        // Whoever saw the record hears of its end, and of nothing else behind it.
        if sight.after.is_none() && (is_comment || !sight.before) {
            continue;
        }
        for number in registry
            .of_viewer(&verdict.view.key, verdict.record, *viewer)
            .to_vec()
        {
            let Some(subscription) = registry.subscriptions.get_mut(&number) else {
                continue;
            };
            let event = match subscription.wish.to {
                To::Comments if is_comment => {
                    comment.get_or_insert_with(|| Arc::new(entry_event(entry, true)))
                }
                To::Activity => activity.get_or_insert_with(|| Arc::new(entry_event(entry, false))),
                _ => continue,
            };
            let event = Arc::clone(event);
            subscription.push(Item::Event(Arc::clone(&subscription.handle), event));
        }
    }
}

/// An entry as an event: with its payload where that is made to be shown.
pub(super) fn entry_event(entry: &StoredEntry, with_payload: bool) -> Event {
    let id = entry.record_id.map(|id| id.to_string());
    let mut json = json!({
        "event": entry.kind,
        "record_id": id,
        "version": entry.version,
        "at": entry.at.to_string(),
        "actor": {"kind": entry.actor_kind, "id": entry.actor_id.map(|id| id.to_string())},
    });
    if with_payload {
        json["payload"] = serde_json::from_str(&entry.payload).unwrap_or(Json::Null);
    }
    let text = json.to_string();
    let rest = format!(",{}", &text[1..]);
    let record_id = entry.record_id.unwrap_or(RecordId::from_bytes([0; 16]));
    Event::new(
        (entry.seq, record_id, entry.version.unwrap_or(0)),
        None,
        rest.into(),
    )
}

fn tell_reload(
    registry: &mut Registry,
    view: &View,
    record: Option<RecordId>,
    concerned: &Concerned,
    seq: i64,
) {
    let numbers: Vec<u64> = registry
        .members(&view.key, record)
        .filter(|(viewer, _)| concerned.includes(*viewer))
        .flat_map(|(_, numbers)| numbers.iter().copied())
        .collect();
    for number in numbers {
        let Some(subscription) = registry.subscriptions.get_mut(&number) else {
            continue;
        };
        if subscription.wish.to == To::Records {
            subscription.push(Item::Reload {
                of: Arc::clone(&subscription.handle),
                seq,
                reason: "visibility_changed",
            });
        }
    }
}

/// Ends what hangs on a record that the viewer may not read any more. Who follows the record itself has heard it.
fn end_followers(registry: &mut Registry, view: &View, record: Option<RecordId>, viewer: Viewer) {
    for number in registry.of_viewer(&view.key, record, viewer).to_vec() {
        let follows_beside = registry
            .subscriptions
            .get(&number)
            .is_some_and(|subscription| subscription.wish.to != To::Records);
        if follows_beside && let Some(mut subscription) = registry.remove(number) {
            end(&mut subscription);
        }
    }
}

fn end(subscription: &mut Subscription) {
    let problem = Problem::not_found();
    let ended = message::ended(&subscription.handle.name, &problem);
    subscription.push(Item::Plain(ended));
}
