//! Word of commits that added to the journal, so that its readers need not ask again and again; and what processes on one
//! database say to one another, which is kept nowhere.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};

use tokio::sync::{broadcast, watch};

use crate::tx::Appended;

/// Bytes of what is said at once: less than PostgreSQL takes (SQL commands, NOTIFY).
pub const SAID_BYTES_MAX: usize = 7_900;
/// What waits to be said, and to be heard; more is lost.
const SAID_WAITING_MAX: usize = 1_000;

/// Where word of a commit goes.
pub(super) struct Notices {
    commits: watch::Sender<()>,
    /// Wakes the thread that tells other processes, where there may be any.
    others: Mutex<Option<SyncSender<()>>>,
    /// Of a commit nobody else has been told yet.
    untold: AtomicBool,
    to_say: Mutex<VecDeque<String>>,
    said: broadcast::Sender<Arc<str>>,
    closed: AtomicBool,
}

impl Default for Notices {
    fn default() -> Self {
        Self {
            commits: watch::Sender::new(()),
            others: Mutex::default(),
            untold: AtomicBool::new(false),
            to_say: Mutex::default(),
            said: broadcast::Sender::new(SAID_WAITING_MAX),
            closed: AtomicBool::new(false),
        }
    }
}

impl Notices {
    /// A transaction was committed in this process, and can be seen.
    pub(super) fn committed(&self, appended: Appended) {
        if !appended.0 {
            return;
        }
        self.heard();
        self.untold.store(true, Ordering::Release);
        self.wake_teller();
    }

    /// Says something to the other processes, without a promise that they hear it; false where there is no way to.
    pub(super) fn say(&self, text: String) -> bool {
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if others.is_none() || text.len() > SAID_BYTES_MAX {
            return false;
        }
        drop(others);
        let mut to_say = self.to_say.lock().unwrap_or_else(PoisonError::into_inner);
        if to_say.len() >= SAID_WAITING_MAX {
            return false;
        }
        to_say.push_back(text);
        drop(to_say);
        self.wake_teller();
        true
    }

    /// What is to be told now: of a commit, and what else was said.
    pub(super) fn take_to_tell(&self) -> (bool, VecDeque<String>) {
        let mut to_say = self.to_say.lock().unwrap_or_else(PoisonError::into_inner);
        (
            self.untold.swap(false, Ordering::AcqRel),
            std::mem::take(&mut *to_say),
        )
    }

    /// A process has said something; perhaps this one.
    pub(super) fn heard_said(&self, text: &str) {
        // Nobody may be listening.
        self.said.send(text.into()).ok();
    }

    pub(super) fn hear_said(&self) -> SaidByProcesses {
        SaidByProcesses(self.said.subscribe())
    }

    fn wake_teller(&self) {
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(others) = others.as_ref() {
            // Full: a notice that has not been sent yet speaks for this commit too.
            others.try_send(()).ok();
        }
    }

    /// Something was added, here or elsewhere.
    pub(super) fn heard(&self) {
        self.commits.send_replace(());
    }

    pub(super) fn hear(&self) -> CommitNotices {
        CommitNotices(self.commits.subscribe())
    }

    pub(super) fn tell_others_by(&self, wake: SyncSender<()>) {
        *self.others.lock().unwrap_or_else(PoisonError::into_inner) = Some(wake);
    }

    /// Lets the threads end that tell other processes and hear of them.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.others.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

/// Hears of commits that added to the journal.
#[derive(Debug)]
pub struct CommitNotices(watch::Receiver<()>);

impl CommitNotices {
    /// Waits until something was added since the last call; once the database is closed, for ever.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Hears what processes on the same database say, this one too.
#[derive(Debug)]
pub struct SaidByProcesses(broadcast::Receiver<Arc<str>>);

impl SaidByProcesses {
    /// Waits for the next word; what came too quickly is lost. Once the database is closed, it waits for ever.
    pub async fn next(&mut self) -> Arc<str> {
        loop {
            match self.0.recv().await {
                Ok(text) => return text,
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
