//! What a client is told: one message after the other, merged where it asked for that.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use mainstay_core::{RecordId, Timestamp, limits};
use tokio::sync::{mpsc, watch};

use super::link::{End, Inbox};
use super::message::{self, Event, Handle, Item};
use crate::environment::Environment;

/// Between two calls to list again, for one subscription.
const RELOAD_EVERY: Duration = Duration::from_millis(500);

/// What is to be sent to a client next.
#[derive(Debug)]
pub enum Out {
    Message(Message),
    /// Nothing more: the connection is to be closed.
    End(End),
}

/// One message, as JSON.
#[derive(Debug)]
pub struct Message {
    pub text: Bytes,
    /// A client that has got this far has missed nothing up to this number.
    pub seen: Option<i64>,
}

/// What waits for a client, in its order.
#[derive(Debug)]
pub struct Messages {
    environment: Arc<Environment>,
    inbox: Inbox,
    expires: watch::Receiver<Option<Timestamp>>,
    ready: VecDeque<Message>,
    /// Changes that wait for more of the same record, by subscription.
    merging: HashMap<Arc<str>, Merging>,
    reloads: HashMap<Arc<str>, Reloads>,
    is_caught_up: bool,
}

#[derive(Debug)]
struct Merging {
    due: Instant,
    handle: Arc<Handle>,
    events: BTreeMap<i64, Arc<Event>>,
    by_record: HashMap<RecordId, i64>,
}

#[derive(Debug)]
struct Reloads {
    last: Instant,
    waiting: Option<(i64, &'static str)>,
}

impl Messages {
    pub(super) fn new(
        environment: &Arc<Environment>,
        inbox: Inbox,
        expires: watch::Receiver<Option<Timestamp>>,
    ) -> Self {
        Self {
            environment: Arc::clone(environment),
            inbox,
            expires,
            ready: VecDeque::new(),
            merging: HashMap::new(),
            reloads: HashMap::new(),
            is_caught_up: false,
        }
    }

    /// Waits for the next message. May be dropped while it waits: nothing is lost.
    pub async fn next(&mut self) -> Out {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Out::Message(message);
            }
            if let Some(end) = *self.inbox.end.borrow_and_update() {
                return Out::End(end);
            }
            let due = self.next_due();
            let expires_at = *self.expires.borrow_and_update();
            let lifetime = expires_at.map(|at| self.until(at));
            tokio::select! {
                biased;
                // The sender lives in `Commands`; without it everything is over anyway.
                ended = self.inbox.end.changed() => if ended.is_err() {
                    return Out::End(End::ShuttingDown);
                },
                item = self.inbox.queue.recv() => match item {
                    Some(item) => self.receive(item),
                    None => return Out::End(End::ShuttingDown),
                },
                () = sleep_until(due), if due.is_some() => self.take_due(),
                renewed = self.expires.changed(), if lifetime.is_some() => if renewed.is_err() {
                    return Out::End(End::ShuttingDown);
                },
                () = tokio::time::sleep(lifetime.unwrap_or_default()), if lifetime.is_some() => {
                    if expires_at.is_some_and(|at| at <= self.environment.clock.now()) {
                        return Out::End(End::TokenExpired);
                    }
                }
            }
        }
    }

    /// What can be sent without waiting, so that several messages travel together.
    pub fn try_next(&mut self) -> Option<Message> {
        while self.ready.is_empty() {
            match self.inbox.queue.try_recv() {
                Ok(item) => self.receive(item),
                Err(mpsc::error::TryRecvError::Empty | mpsc::error::TryRecvError::Disconnected) => {
                    return None;
                }
            }
        }
        self.ready.pop_front()
    }

    /// Waits until the connection is to be closed, whatever is still in the queue.
    pub async fn ended(end: &mut watch::Receiver<Option<End>>) -> End {
        let ended = end.wait_for(Option::is_some).await;
        ended.ok().and_then(|end| *end).unwrap_or(End::ShuttingDown)
    }

    /// Tells when the connection is to be closed, for whoever is sending at that moment.
    pub fn end_signal(&self) -> watch::Receiver<Option<End>> {
        self.inbox.end.clone()
    }

    /// At least a second, at most an hour: then the clock is looked at again.
    fn until(&self, at: Timestamp) -> Duration {
        let left = at
            .as_micros()
            .saturating_sub(self.environment.clock.now().as_micros());
        Duration::from_micros(u64::try_from(left).unwrap_or(0))
            .clamp(Duration::from_millis(100), Duration::from_hours(1))
    }

    fn next_due(&self) -> Option<Instant> {
        let merged = self.merging.values().map(|merging| merging.due);
        let reloads = self
            .reloads
            .values()
            .filter(|reloads| reloads.waiting.is_some())
            .map(|reloads| reloads.last + RELOAD_EVERY);
        merged.chain(reloads).min()
    }

    fn receive(&mut self, item: Item) {
        self.inbox.taken(&item);
        match item {
            Item::Event(handle, _) | Item::Said(handle, _) | Item::Reload { of: handle, .. }
                if handle.over.load(Ordering::Relaxed) =>
            {
                self.merging.remove(&handle.name);
                self.reloads.remove(&handle.name);
            }
            Item::Event(handle, event) if self.reload_covers(&handle.name, event.seq) => {}
            Item::Event(handle, event) if !handle.coalesce.is_zero() && event.name.is_some() => {
                self.merge(handle, event);
            }
            Item::Event(handle, event) => self.say_event(&handle, &event),
            Item::Said(_, text) | Item::Plain(text) => self.say(text, None),
            Item::Reload { of, seq, reason } => {
                // The client lists again, and sees what it would have been told.
                self.merging.remove(&of.name);
                self.reload(&of.name, seq, reason);
            }
            Item::CaughtUp => self.is_caught_up = true,
        }
    }

    fn say(&mut self, text: Bytes, seq: Option<i64>) {
        let is_complete = self.is_caught_up && self.merging.is_empty() && self.next_due().is_none();
        self.ready.push_back(Message {
            text,
            seen: seq.filter(|_| is_complete),
        });
    }

    fn say_event(&mut self, handle: &Handle, event: &Event) {
        self.say(event.message(&handle.name), Some(event.seq));
    }

    /// Does a call to list again wait, so that the list will show what an event of this number says? Told before it,
    /// the event would be the highest number that the client has seen, and a client that is cut off in between would
    /// begin again behind a `reload` that it never heard.
    fn reload_covers(&mut self, name: &Arc<str>, seq: i64) -> bool {
        let reloads = self.reloads.get_mut(name);
        let Some((waiting, _)) = reloads.and_then(|reloads| reloads.waiting.as_mut()) else {
            return false;
        };
        *waiting = seq.max(*waiting);
        true
    }

    fn reload(&mut self, name: &Arc<str>, seq: i64, reason: &'static str) {
        let now = Instant::now();
        if let Some(reloads) = self.reloads.get_mut(name)
            && now < reloads.last + RELOAD_EVERY
        {
            reloads.waiting = Some((seq, reason));
            return;
        }
        let said = Reloads {
            last: now,
            waiting: None,
        };
        self.reloads.insert(Arc::clone(name), said);
        self.say(message::reload(name, seq, reason), Some(seq));
    }

    fn merge(&mut self, handle: Arc<Handle>, event: Arc<Event>) {
        let merging = self
            .merging
            .entry(Arc::clone(&handle.name))
            .or_insert_with(|| Merging {
                due: Instant::now() + handle.coalesce,
                handle,
                events: BTreeMap::new(),
                by_record: HashMap::new(),
            });
        let earlier = merging
            .by_record
            .get(&event.record_id)
            .and_then(|seq| merging.events.remove(seq));
        let merged = earlier.and_then(|earlier| earlier.merged(&event).map(Arc::new));
        let event = merged.unwrap_or(event);
        merging.by_record.insert(event.record_id, event.seq);
        merging.events.insert(event.seq, event);
        if merging.events.len() > limits::REALTIME_QUEUE_MESSAGES_MAX {
            merging.due = Instant::now();
        }
    }

    fn take_due(&mut self) {
        let now = Instant::now();
        let due: Vec<Arc<str>> = self
            .merging
            .iter()
            .filter(|(_, merging)| merging.due <= now)
            .map(|(name, _)| Arc::clone(name))
            .collect();
        for merged in due
            .iter()
            .filter_map(|name| self.merging.remove(name))
            .collect::<Vec<_>>()
        {
            for event in merged.events.values() {
                self.say_event(&merged.handle, event);
            }
        }
        let reloads: Vec<(Arc<str>, (i64, &'static str))> = self
            .reloads
            .iter_mut()
            .filter(|(_, reloads)| reloads.last + RELOAD_EVERY <= now)
            .filter_map(|(name, reloads)| Some((Arc::clone(name), reloads.waiting.take()?)))
            .collect();
        for (name, (seq, reason)) in reloads {
            self.reload(&name, seq, reason);
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
