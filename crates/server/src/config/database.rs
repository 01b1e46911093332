//! `[database]`: which database, and its threads and connections.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mainstay_store::slow::SlowStatements;
use mainstay_store::{DbOptions, Durability, Place, Postgres};

use super::fault::Fault;
use super::resolve::Values;
use super::server::ServerConfig;
use super::setting::{Kind, Setting};
use crate::data_folder::DATABASE;

const SECTION: &str = "database";
const FULL: &str = "full";
const REFUSE: &str = "refuse";
const APPLY: &str = "apply";

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        section: SECTION,
        key: "url",
        kind: Kind::Database,
        default: "",
        secret: true,
        doc: "Address of a PostgreSQL database, postgres://user:password@host/name; without it the data is in a file of the data folder.",
    },
    Setting {
        section: SECTION,
        key: "replicas",
        kind: Kind::Databases,
        default: "",
        secret: true,
        doc: "Addresses of servers that follow it, to read from.",
    },
    setting(
        "replica_lag_max_ms",
        Kind::Integer {
            min: 100,
            max: 3_600_000,
        },
        "10000",
        "A replica that is further behind is not read from until it has caught up.",
    ),
    setting(
        "ephemeral",
        Kind::Choice(&["warn", REFUSE]),
        "warn",
        "What `mainstay serve` does where the data folder is lost with the machine or the container: refuse, in production.",
    ),
    setting(
        "migrate",
        Kind::Choice(&[APPLY, REFUSE]),
        APPLY,
        "What commands do when an application has migrations that are not applied: apply them first, or refuse.",
    ),
    setting(
        "connections",
        Kind::Integer { min: 2, max: 1_000 },
        "16",
        "Connections to a PostgreSQL server, a quarter of them for writes.",
    ),
    setting(
        "pooler",
        Kind::Boolean,
        "false",
        "Is there a pooler in between that gives each transaction another connection, such as pgbouncer in transaction mode?",
    ),
    setting(
        "durability",
        Kind::Choice(&[FULL, "normal"]),
        FULL,
        "What an acknowledged write survives: full, a power cut; normal, a crash of the server but not always a power cut.",
    ),
    setting(
        "reader_threads",
        Kind::Integer { min: 1, max: 64 },
        "2",
        "Threads for reads that are too long to run at once; small reads need none.",
    ),
    setting(
        "write_queue_max",
        Kind::Integer {
            min: 16,
            max: 1_000_000,
        },
        "4096",
        "Writes that may wait; more are told to come back.",
    ),
    setting(
        "statement_timeout_ms",
        Kind::Integer {
            min: 100,
            max: 600_000,
        },
        "10000",
        "Time after which a read or a write is stopped, at most the time of a request; seeds and imports take their time.",
    ),
    setting(
        "slow_statement_ms",
        Kind::Integer { min: 1, max: 600_000 },
        "250",
        "Time after which a statement is logged, with its operation, its collection and the plan that it follows.",
    ),
];

const fn setting(key: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Setting {
    Setting {
        section: SECTION,
        key,
        kind,
        default,
        secret: false,
        doc,
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatabaseConfig {
    /// Checked when it was read.
    url: Option<String>,
    replicas: Vec<String>,
    replica_lag_max: Duration,
    /// Is a folder refused that is lost with the machine or the container?
    pub(crate) refuses_ephemeral: bool,
    /// Are migrations left to `mainstay migrate apply`?
    pub(crate) refuses_migrating: bool,
    connections: usize,
    pooler: bool,
    pub(crate) durability: Durability,
    pub(crate) reader_threads: usize,
    pub(crate) write_queue_max: usize,
    pub(crate) statement_timeout: Duration,
    slow_statement: Duration,
}

impl DatabaseConfig {
    pub(super) fn read(values: &Values) -> Self {
        let full = values.choice(SECTION, "durability") == FULL;
        Self {
            url: values.database(SECTION, "url"),
            replicas: values.databases(SECTION, "replicas"),
            replica_lag_max: values.milliseconds(SECTION, "replica_lag_max_ms"),
            refuses_ephemeral: values.choice(SECTION, "ephemeral") == REFUSE,
            refuses_migrating: values.choice(SECTION, "migrate") == REFUSE,
            connections: values.count(SECTION, "connections"),
            pooler: values.boolean(SECTION, "pooler"),
            durability: if full {
                Durability::Full
            } else {
                Durability::Normal
            },
            reader_threads: values.count(SECTION, "reader_threads"),
            write_queue_max: values.count(SECTION, "write_queue_max"),
            statement_timeout: values.milliseconds(SECTION, "statement_timeout_ms"),
            slow_statement: values.milliseconds(SECTION, "slow_statement_ms"),
        }
    }

    pub(super) fn validate(&self, server: &ServerConfig, values: &Values, faults: &mut Vec<Fault>) {
        let (statement, request) = (self.statement_timeout, server.request_timeout);
        if statement > request {
            let (statement, request) = (statement.as_millis(), request.as_millis());
            let message = format!(
                "database.statement_timeout_ms, {statement}, must not be more than server.request_timeout_ms, {request}"
            );
            let keys = [
                (SECTION, "statement_timeout_ms"),
                ("server", "request_timeout_ms"),
            ];
            faults.push(values.fault_between(keys, message));
        }
    }

    /// Can several processes use the database at the same time?
    pub(crate) fn is_shared(&self) -> bool {
        self.url.is_some()
    }

    /// The addresses of servers, with the setting that each is from.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let url = self.url.iter().map(|url| ("database.url", url));
        let replicas = self.replicas.iter().map(|url| ("database.replicas", url));
        url.chain(replicas)
    }

    /// Where the data lies: on the server that is named, else in a file of the data folder.
    pub(crate) fn place(&self, data: &Path) -> Place {
        match &self.url {
            None => Place::Sqlite(data.join(DATABASE)),
            Some(url) => {
                let server = |url: &String| {
                    Postgres::parse(url)
                        .expect("the setting was checked")
                        .with_connections(self.connections)
                        .with_pooler(self.pooler)
                };
                let replicas = self.replicas.iter().map(server).collect();
                Place::Postgres(Box::new(
                    server(url).with_replicas(replicas, self.replica_lag_max),
                ))
            }
        }
    }

    pub(crate) fn options(&self) -> DbOptions {
        DbOptions {
            durability: self.durability,
            reader_threads: self.reader_threads,
            write_queue_max: self.write_queue_max,
            statement_timeout: self.statement_timeout,
            slow: Arc::new(SlowStatements::after(self.slow_statement)),
            ..DbOptions::default()
        }
    }
}
