#![doc = include_str!("../README.md")]

pub mod account_tokens;
pub mod accounts;
pub mod acme;
pub mod adopt;
pub mod api_keys;
pub mod attempts;
pub mod changes;
pub mod client_sessions;
pub mod clients;
pub mod comments;
pub mod copy;
pub mod db;
pub mod external_keys;
pub mod follows;
pub mod idempotency;
pub mod identities;
pub mod invitations;
pub mod journal;
pub mod keys;
pub mod leases;
pub mod mail_outbox;
pub mod notifications;
pub mod outbox;
pub mod passkeys;
pub mod rates;
pub mod readers;
pub mod realtime;
pub mod records;
pub mod schema;
pub mod seals;
pub mod second_factors;
pub mod secrets;
pub mod sessions;
pub mod shares;
pub mod slow;
pub mod sql;
pub mod tidy;
pub mod trash;
pub mod tx;
pub mod versions;
pub mod webhooks;

pub use db::{
    CommitNotices, Db, DbOptions, Durability, Foreign, Place, Position, Postgres, PostgresUrlError, Priority,
    ReplicaState, SAID_BYTES_MAX, SaidByProcesses, Waits,
};
pub use db::{StoreError, Violation};
pub use sql::Dialect;
pub use tx::{Row, Tx, WriteTx};
