//! Word of commits between processes, by NOTIFY and LISTEN (PostgreSQL, 9.4 of part VI and SQL commands).
//!
//! A NOTIFY inside the transaction of a write would hold a lock of the whole server until that transaction is on disk,
//! and so make all writers flush one after the other. So a thread of its own sends it right after the commit, one for
//! all commits that came meanwhile. Whoever dies in between has told nobody; readers look by themselves every few
//! seconds for this case.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use super::connection::Connection;
use super::failure::store_error;
use super::worker::Worker;
use crate::db::{Notices, StoreError};
use crate::tx::Next;

const NOTIFY: &str = "NOTIFY mainstay_journal";
/// What a process says to the others.
const SAY: &str = "SELECT pg_notify('mainstay_said', ?1)";
const LISTEN: &str = "LISTEN mainstay_journal; LISTEN mainstay_said";
/// How long the listener waits before it looks whether it is to end; in order it hears that by a notice of its own.
const HEAR_FOR: Duration = Duration::from_secs(1);
/// Between two tries to connect.
const PAUSE: Duration = Duration::from_millis(500);

/// The channel of it.
const SAID: &str = "mainstay_said";

/// What has been heard at once.
#[derive(Debug, Default)]
struct Heard {
    /// Of a commit.
    commit: bool,
    said: Vec<String>,
}

/// Sends a notice whenever it is woken.
pub(super) struct Teller {
    worker: Worker,
    notices: Arc<Notices>,
    woken: Receiver<()>,
}

impl Teller {
    pub(super) fn new(worker: Worker, notices: Arc<Notices>, woken: Receiver<()>) -> Self {
        Self {
            worker,
            notices,
            woken,
        }
    }

    pub(super) fn run(&mut self) {
        while self.woken.recv() == Ok(()) {
            let (commit, said) = self.notices.take_to_tell();
            self.tell(commit, said);
        }
        // Wakes the listener of this process, which then ends too.
        self.tell(true, self.notices.take_to_tell().1);
    }

    /// Without a connection the notice is lost, and readers elsewhere find the entries when they look by themselves.
    fn tell(&mut self, commit: bool, said: VecDeque<String>) {
        let sent = match self.worker.connection() {
            Ok(connection) => send(connection, commit, said).map_err(store_error),
            Err(error) => Err(error),
        };
        if let Err(error) = sent {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "no word of a commit was sent"
            );
            self.worker.disconnect();
        }
    }
}

fn send(connection: &mut Connection, commit: bool, said: VecDeque<String>) -> Result<(), postgres::Error> {
    if commit {
        connection.run_script(NOTIFY)?;
    }
    for text in said {
        connection.query(SAY, &[&text], &mut |_| Next::Nothing)?;
    }
    Ok(())
}

/// Hears of the commits of every process.
pub(super) struct Listener {
    worker: Worker,
    notices: Arc<Notices>,
    listens: bool,
}

impl Listener {
    pub(super) fn new(worker: Worker, notices: Arc<Notices>) -> Self {
        Self {
            worker,
            notices,
            listens: false,
        }
    }

    pub(super) fn run(&mut self) {
        while !self.notices.is_closed() {
            match self.hear() {
                Ok(heard) => {
                    if heard.commit {
                        self.notices.heard();
                    }
                    for text in &heard.said {
                        self.notices.heard_said(text);
                    }
                }
                Err(error) => {
                    tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "commits of other processes are not heard of"
                    );
                    self.worker.disconnect();
                    self.listens = false;
                    std::thread::sleep(PAUSE);
                }
            }
        }
    }

    /// Waits a while for a notice. A new connection counts as one: nothing was heard while there was none.
    fn hear(&mut self) -> Result<Heard, StoreError> {
        let listens = self.listens && self.worker.live_connection().is_some();
        let connection = self.worker.connection()?;
        if !listens {
            connection.run_script(LISTEN).map_err(store_error)?;
            self.listens = true;
            return Ok(Heard {
                commit: true,
                said: Vec::new(),
            });
        }
        let mut heard = Heard::default();
        connection
            .wait_for_notices(HEAR_FOR, &mut |channel, text| {
                if channel == SAID {
                    heard.said.push(text);
                } else {
                    heard.commit = true;
                }
            })
            .map_err(store_error)?;
        Ok(heard)
    }
}
