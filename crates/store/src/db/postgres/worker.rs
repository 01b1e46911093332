//! What one thread holds: a connection, made anew when it breaks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::address::Postgres;
use super::connection::Connection;
use crate::db::{DbOptions, StoreError};
use crate::slow::SlowStatements;

/// How long work waits for a server that cannot be reached. Once it has waited in vain, what comes after it does not
/// wait until the server is back.
const PATIENCE: Duration = Duration::from_secs(3);
/// Between two tries to connect.
const PAUSE_FIRST: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_millis(500);

pub(super) struct Worker {
    server: Postgres,
    connection: Option<Connection>,
    /// The last try to connect was in vain.
    down: bool,
    /// And the log says so.
    told: bool,
    /// A read, or one caller's write, that runs longer is stopped.
    pub(super) statement_timeout: Duration,
    pub(super) slow: Arc<SlowStatements>,
}

impl Worker {
    pub(super) fn new(server: &Postgres, options: &DbOptions) -> Self {
        Self {
            server: server.clone(),
            connection: None,
            down: false,
            told: false,
            statement_timeout: options.statement_timeout,
            slow: Arc::clone(&options.slow),
        }
    }

    /// One that does not wait for its server: another one takes the work.
    pub(super) fn impatient(server: &Postgres, options: &DbOptions) -> Self {
        Self {
            down: true,
            ..Self::new(server, options)
        }
    }

    /// May nothing be kept on the connection from one transaction to the next?
    pub(super) fn is_pooled(&self) -> bool {
        self.server.pooled
    }

    /// Connects, or says what is wrong with the server.
    pub(super) fn connect_now(&mut self) -> Result<(), StoreError> {
        self.connection = Some(Connection::open(&self.server)?);
        Ok(())
    }

    /// The connection; a broken one is replaced.
    pub(super) fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        if self.connection.as_ref().is_some_and(Connection::is_closed) {
            self.connection = None;
        }
        if self.connection.is_none() {
            self.connection = Some(self.connect()?);
        }
        self.connection.as_mut().ok_or(StoreError::Unavailable)
    }

    /// The connection, where there is one that is not known to be broken.
    pub(super) fn live_connection(&mut self) -> Option<&mut Connection> {
        self.connection
            .as_mut()
            .filter(|connection| !connection.is_closed())
    }

    /// Drops a connection that is no longer in a known state.
    pub(super) fn disconnect(&mut self) {
        self.connection = None;
    }

    fn connect(&mut self) -> Result<Connection, StoreError> {
        let began = Instant::now();
        let mut pause = PAUSE_FIRST;
        loop {
            match Connection::open(&self.server) {
                Ok(connection) => {
                    if self.told {
                        tracing::info!("the database can be reached again");
                    }
                    (self.down, self.told) = (false, false);
                    return Ok(connection);
                }
                Err(error) if self.down || began.elapsed() > PATIENCE => {
                    if !self.down {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "the database cannot be reached"
                        );
                    }
                    self.told |= !self.down;
                    self.down = true;
                    return Err(StoreError::Unavailable);
                }
                Err(_) => {
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(PAUSE_MAX);
                }
            }
        }
    }
}
