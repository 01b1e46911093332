#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod copy;
pub mod db;
pub mod idempotency;
pub mod journal;
pub mod keys;
pub mod records;
pub mod schema;
pub mod slow;
pub mod sql;
pub mod tidy;
pub mod tx;

pub use db::{
    Db, DbOptions, Durability, Place, Position, Postgres, PostgresUrlError, Priority, ReplicaState, Waits,
};
pub use db::{StoreError, Violation};
pub use sql::Dialect;
pub use tx::{Row, Tx, WriteTx};
