//! One connection, and the statements prepared on it.

use std::collections::HashMap;
use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{ToSql, Type};
use postgres::{CancelToken, Client, SimpleQueryMessage, Statement};

use super::address::Postgres;
use super::failure::ConnectError;
use super::tls;
use crate::tx::{Next, Row, RowOf};

/// Prepared statements kept on a connection; a release of a large application has a few hundred.
const STATEMENTS_KEPT: usize = 512;
/// Statements longer than this are prepared for each run: a few odd ones must not fill the memory of the server.
const STATEMENT_BYTES_KEPT: usize = 8 * 1024;
/// How long a server may take to answer a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// After how long a silent network is tested, so that neither side waits for a peer that is gone.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(20);
/// Between two tests that nobody answers, and how many of them there are before the peer counts as gone.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
const KEEPALIVE_RETRIES: u32 = 3;

pub(super) struct Connection {
    client: Client,
    statements: HashMap<String, Statement>,
    /// Nothing may be kept on the connection: see [`Postgres::with_pooler`].
    pooled: bool,
    is_set: bool,
    tells_position: bool,
}

/// Settings of every transaction, to follow its BEGIN.
///
/// Compiling the expressions of one of our longer statements takes the server seconds, far more than running it.
pub(super) fn settings(timeout: Duration) -> String {
    format!(
        "SET LOCAL jit = off; SET LOCAL statement_timeout = {}",
        timeout.as_millis()
    )
}

/// Lets go of what a transaction of a process that stands still holds: locks, and rows that could be cleaned up.
pub(super) fn idle_limit(timeout: Duration) -> String {
    format!(
        "SET LOCAL idle_in_transaction_session_timeout = {}",
        timeout.as_millis()
    )
}

pub(super) type Parameters<'p> = [&'p (dyn ToSql + Sync)];

impl Connection {
    pub(super) fn open(server: &Postgres) -> Result<Self, ConnectError> {
        let mut config = server.config.clone();
        config
            .connect_timeout(CONNECT_TIMEOUT)
            .keepalives_idle(KEEPALIVE_IDLE)
            .keepalives_interval(KEEPALIVE_INTERVAL)
            .keepalives_retries(KEEPALIVE_RETRIES)
            .tcp_user_timeout(KEEPALIVE_IDLE);
        let connector = tls::connector(server.verify, server.root_certificates.as_deref())?;
        let client = config.connect(connector)?;
        Ok(Self {
            client,
            statements: HashMap::new(),
            pooled: server.pooled,
            is_set: false,
            tells_position: !server.replicas.is_empty(),
        })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// What ends the statement that runs.
    pub(super) fn cancel_token(&self) -> CancelToken {
        self.client.cancel_token()
    }

    /// Runs statements without values.
    pub(super) fn run_script(&mut self, sql: &str) -> Result<(), postgres::Error> {
        self.client.batch_execute(sql)
    }

    pub(super) fn execute(&mut self, sql: &str, values: &Parameters<'_>) -> Result<u64, postgres::Error> {
        if self.pooled {
            let values: Vec<_> = values.iter().map(|value| (*value, Type::UNKNOWN)).collect();
            return self.client.execute_typed(&placeholders(sql), &values);
        }
        let statement = self.statement(sql)?;
        self.client.execute(&statement, values)
    }

    pub(super) fn query(
        &mut self,
        sql: &str,
        values: &Parameters<'_>,
        each: &mut dyn FnMut(&Row<'_>) -> Next,
    ) -> Result<(), postgres::Error> {
        let mut rows = if self.pooled {
            let values = values.iter().map(|value| (*value, Type::UNKNOWN));
            self.client.query_typed_raw(&placeholders(sql), values)?
        } else {
            let statement = self.statement(sql)?;
            self.client.query_raw(&statement, values.iter().copied())?
        };
        while let Some(row) = rows.next()? {
            if each(&Row::new(RowOf::Postgres(&row))) == Next::Nothing {
                break;
            }
        }
        Ok(())
    }

    /// Commits, and gives the position of the log behind it where replicas are read from; 0 for none.
    pub(super) fn commit(&mut self) -> Result<u64, postgres::Error> {
        self.client.batch_execute("COMMIT")?;
        if !self.tells_position {
            return Ok(0);
        }
        // What is kept is kept: without a position its readers ask the primary.
        let answers = self.client.simple_query("SELECT pg_current_wal_lsn()::text");
        let position = answers.iter().flatten().find_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => row.get(0).and_then(parse_position),
            _ => None,
        });
        Ok(position.unwrap_or(0))
    }

    /// Waits for notices on the channels that it listens to, and gives all that have come: channel and text.
    pub(super) fn wait_for_notices(
        &mut self,
        timeout: Duration,
        each: &mut dyn FnMut(&str, String),
    ) -> Result<(), postgres::Error> {
        let mut notices = self.client.notifications();
        let Some(first) = notices.timeout_iter(timeout).next()? else {
            return Ok(());
        };
        each(first.channel(), first.payload().to_owned());
        let mut waiting = notices.iter();
        while let Some(notice) = waiting.next()? {
            each(notice.channel(), notice.payload().to_owned());
        }
        Ok(())
    }

    /// Settings that stay for the life of the connection, made once.
    pub(super) fn set_once(&mut self, sql: &str) -> Result<(), postgres::Error> {
        if !self.is_set {
            self.client.batch_execute(sql)?;
            self.is_set = true;
        }
        Ok(())
    }

    /// Forgets every prepared statement: the tables may have changed under them.
    pub(super) fn forget_statements(&mut self) {
        self.statements.clear();
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, postgres::Error> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let statement = self.client.prepare(&placeholders(sql))?;
        if sql.len() <= STATEMENT_BYTES_KEPT {
            if self.statements.len() >= STATEMENTS_KEPT {
                self.statements.clear();
            }
            self.statements.insert(sql.to_owned(), statement.clone());
        }
        Ok(statement)
    }
}

/// `16/B374D848` as a number (PostgreSQL, 8.20).
pub(super) fn parse_position(text: &str) -> Option<u64> {
    let (high, low) = text.split_once('/')?;
    Some((u64::from_str_radix(high, 16).ok()? << 32) | u64::from_str_radix(low, 16).ok()?)
}

/// `?1` as `$1`. Literals are written without question marks (`Dialect::literal`), so every one is a placeholder.
fn placeholders(sql: &str) -> String {
    sql.replace('?', "$")
}
