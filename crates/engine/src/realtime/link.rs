//! A connection as the hub sees it: who it is, and the queue of what waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mainstay_core::{RecordId, limits};
use tokio::sync::{Notify, mpsc, watch};

use super::message::Item;
use super::view::Viewer;
use crate::auth::{KeyGrant, ShareGrant};

/// Why the server ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The client did not read what was sent to it.
    SlowConsumer,
    /// The session has ended: signed out, switched off, deleted, or a stolen token was used.
    SignedOut,
    /// The user became an administrator, or is none any more.
    RightsChanged,
    /// The access token has expired and no newer one came.
    TokenExpired,
    /// The client sent more messages than it may.
    TooManyMessages,
    /// The server stops; another one takes over.
    ShuttingDown,
}

/// Who a connection speaks for.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) viewer: Viewer,
    pub(super) session: Option<RecordId>,
    /// The API key that it uses in the place of a session.
    pub(super) key: Option<Arc<KeyGrant>>,
    pub(super) bound: bool,
    /// The share whose link they have opened.
    pub(super) share: Option<ShareGrant>,
}

#[derive(Debug)]
pub(super) struct Link {
    pub(super) id: u64,
    pub(super) who: Who,
    queue: mpsc::Sender<Item>,
    queued: Arc<Queued>,
    end: watch::Sender<Option<End>>,
}

/// How much waits.
#[derive(Debug, Default)]
struct Queued {
    bytes: AtomicUsize,
    taken: Notify,
}

/// The other end of a [`Link`].
#[derive(Debug)]
pub(super) struct Inbox {
    pub(super) queue: mpsc::Receiver<Item>,
    queued: Arc<Queued>,
    pub(super) end: watch::Receiver<Option<End>>,
}

impl Link {
    pub(super) fn new(id: u64, who: Who) -> (Self, Inbox) {
        let (sender, receiver) = mpsc::channel(limits::REALTIME_QUEUE_MESSAGES_MAX);
        let queued = Arc::new(Queued::default());
        let (end, ended) = watch::channel(None);
        let link = Self {
            id,
            who,
            queue: sender,
            queued: Arc::clone(&queued),
            end,
        };
        let inbox = Inbox {
            queue: receiver,
            queued,
            end: ended,
        };
        (link, inbox)
    }

    /// Ends the connection; the first reason counts.
    pub(super) fn end(&self, reason: End) {
        self.end
            .send_if_modified(|end| end.is_none() && end.replace(reason).is_none());
    }

    /// Puts something into the queue. A client that leaves too much of it waiting is dropped.
    pub(super) fn push(&self, item: Item) {
        let size = item.size();
        let waiting = self.queued.bytes.fetch_add(size, Ordering::Relaxed) + size;
        if waiting > limits::REALTIME_QUEUE_BYTES_MAX || self.queue.try_send(item).is_err() {
            self.end(End::SlowConsumer);
        }
    }

    /// Puts something into the queue once there is room: for what the client asked for itself.
    pub(super) async fn push_in_turn(&self, item: Item) {
        while self.queued.bytes.load(Ordering::Relaxed) > limits::REALTIME_QUEUE_BYTES_MAX / 2 {
            let taken = self.queued.taken.notified();
            if self.queue.is_closed() {
                return;
            }
            tokio::select! {
                () = taken => {}
                () = self.queue.closed() => return,
            }
        }
        self.queued.bytes.fetch_add(item.size(), Ordering::Relaxed);
        // Closed: the connection is over.
        self.queue.send(item).await.ok();
    }
}

impl Inbox {
    pub(super) fn taken(&self, item: &Item) {
        self.queued.bytes.fetch_sub(item.size(), Ordering::Relaxed);
        self.queued.taken.notify_one();
    }
}
