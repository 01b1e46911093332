//! What goes out to a client, as `docs/realtime.md` describes it.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use mainstay_core::{Problem, RecordId};
use serde_json::{Value as Json, json};

/// What a change of a record means to one who follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Created,
    Updated,
    Deleted,
    Restored,
    Entered,
    Left,
}

impl Name {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
            Self::Entered => "entered",
            Self::Left => "left",
        }
    }

    /// Is the record there for the client afterwards?
    pub(super) fn is_there(self) -> bool {
        !matches!(self, Self::Deleted | Self::Left)
    }

    /// Was it there before?
    pub(super) fn was_there(self) -> bool {
        matches!(self, Self::Updated | Self::Deleted | Self::Left)
    }
}

/// One event, written once for all who get it.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) seq: i64,
    pub(super) record_id: RecordId,
    pub(super) version: i64,
    /// None for an entry that is passed on, which is never merged with another.
    pub(super) name: Option<Name>,
    /// The record, or what else belongs to the event: the end of the message.
    pub(super) rest: Arc<str>,
    /// The whole message with the subscription's name that it was first written for: most clients use the same.
    written: OnceLock<(Arc<str>, Bytes)>,
}

impl Event {
    /// `record` is the record as JSON, where it is there.
    pub(super) fn of_record(
        seq: i64,
        record_id: RecordId,
        version: i64,
        name: Name,
        record: Option<&str>,
    ) -> Self {
        let record = record.filter(|_| name.is_there());
        Self::new(
            (seq, record_id, version),
            Some(name),
            record.map_or_else(
                || Arc::from("}"),
                |record| format!(",\"record\":{record}}}").into(),
            ),
        )
    }

    pub(super) fn new(
        (seq, record_id, version): (i64, RecordId, i64),
        name: Option<Name>,
        rest: Arc<str>,
    ) -> Self {
        Self {
            seq,
            record_id,
            version,
            name,
            rest,
            written: OnceLock::new(),
        }
    }

    /// The message for a subscription of this name.
    pub(super) fn message(&self, subscription: &Arc<str>) -> Bytes {
        let (first, bytes) = self
            .written
            .get_or_init(|| (Arc::clone(subscription), self.write(subscription)));
        if first == subscription {
            bytes.clone()
        } else {
            self.write(subscription)
        }
    }

    fn write(&self, subscription: &str) -> Bytes {
        let name = Json::from(subscription);
        let mut text = format!("{{\"type\":\"event\",\"id\":{name},\"seq\":{}", self.seq);
        if let Some(name) = self.name {
            text.push_str(&format!(
                ",\"event\":\"{}\",\"record_id\":\"{}\",\"version\":{}",
                name.as_str(),
                self.record_id,
                self.version
            ));
        }
        text.push_str(&self.rest);
        text.into()
    }

    /// About how much memory it holds.
    pub(super) fn size(&self) -> usize {
        self.rest.len() + 160
    }

    /// One event in place of two of the same record. What came and went again is told as gone: the client may have listed
    /// it in between. The number stays the first one's, so that a client who has seen it has seen everything before.
    pub(super) fn merged(&self, later: &Self) -> Option<Self> {
        let (Some(first), Some(last)) = (self.name, later.name) else {
            return None;
        };
        let name = match (first.was_there(), last.is_there()) {
            (true, true) => Name::Updated,
            (_, false) => last,
            (false, true) => first,
        };
        Some(Self::new(
            (self.seq, self.record_id, later.version),
            Some(name),
            Arc::clone(&later.rest),
        ))
    }
}

/// A subscription as its connection knows it.
#[derive(Debug)]
pub(super) struct Handle {
    /// The client's name for it.
    pub(super) name: Arc<str>,
    pub(super) coalesce: Duration,
    /// Nothing more is to be said of it.
    pub(super) over: AtomicBool,
}

/// Something that waits for a client.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Event(Arc<Handle>, Arc<Event>),
    Reload {
        of: Arc<Handle>,
        seq: i64,
        reason: &'static str,
    },
    /// Of a subscription, in its turn.
    Said(Arc<Handle>, Bytes),
    Plain(Bytes),
    /// Everything that was asked for at the start is in the queue.
    CaughtUp,
}

impl Item {
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Event(_, event) => event.size(),
            Self::Reload { .. } | Self::CaughtUp => 64,
            Self::Said(_, bytes) | Self::Plain(bytes) => bytes.len() + 64,
        }
    }
}

pub(super) fn ready(user: Option<RecordId>) -> Bytes {
    let user = user.map(|user| user.to_string());
    json!({"type": "ready", "user": user}).to_string().into()
}

pub(super) fn subscribed(name: &str, seq: i64) -> Bytes {
    json!({"type": "subscribed", "id": name, "seq": seq})
        .to_string()
        .into()
}

pub(super) fn reload(name: &str, seq: i64, reason: &str) -> Bytes {
    json!({"type": "reload", "id": name, "seq": seq, "reason": reason})
        .to_string()
        .into()
}

/// A subscription that did not begin, or is over.
pub(super) fn ended(name: &str, problem: &Problem) -> Bytes {
    json!({"type": "ended", "id": name, "code": problem.code.as_str(), "detail": problem.detail})
        .to_string()
        .into()
}

/// What is wrong with a message of the client.
pub(super) fn problem(name: Option<&str>, problem: &Problem) -> Bytes {
    let mut json = json!({"type": "problem", "code": problem.code.as_str(), "detail": problem.detail});
    if let Some(name) = name {
        json["id"] = Json::from(name);
    }
    json.to_string().into()
}

/// The same for somebody whose connection cannot begin.
pub fn problem_message(of: &Problem) -> Bytes {
    problem(None, of)
}
