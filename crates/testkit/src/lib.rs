//! What the tests of every floor share: an application with a real database behind the real router, a clock and chance
//! that tests set, and the slow reference evaluator. Nothing in production uses this crate.

mod app;
mod client;
mod cluster;
mod database;
pub mod evaluator;
mod outside;
mod pebble;
mod post;
mod receiver;
mod redis;

pub use app::{TestApp, files, read_folder};
pub use client::{Client, TestResponse};
pub use cluster::{Cluster, postgres_client};
pub use database::TestDatabase;
pub use mainstay_store::Dialect;
pub use outside::{TestClock, TestRandom};
pub use pebble::Pebble;
pub use post::{Post, ReceivedMail};
pub use receiver::{Received, Receiver, Reply};
pub use redis::RedisServer;
