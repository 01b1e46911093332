//! The one seam between the measurement and the systems it measures.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use serde_json::Value;

use crate::client::Client;

/// A signed-in user.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) email: String,
    /// The value of the `Authorization` header.
    pub(crate) authorization: String,
}

/// The password of every user of the benchmark.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A system that serves the collections `rooms(name)`, `memberships(room, user)` and `messages(room, text)`, where
/// only a member of a room may create and see its messages. Records are JSON objects with `id` and their fields.
pub(crate) trait Target: std::fmt::Debug {
    fn name(&self) -> &'static str;

    /// The command that serves the data folder.
    fn serve(&self, data: &Path, address: SocketAddr) -> Command;

    /// A route that answers 200 as soon as requests are served.
    fn health_path(&self) -> &'static str;

    /// What must be done to an empty data folder before the first start.
    fn prepare(&self, data: &Path) -> Result<()>;

    /// Makes the collections, on a server that was started for the first time.
    fn define(&self, client: &mut Client) -> Result<()>;

    fn sign_up(&self, client: &mut Client, email: &str) -> Result<User>;

    /// The bytes of a request that signs the user in and is answered with 200.
    fn sign_in(&self, email: &str) -> Vec<u8>;

    /// Where records are created; a slash and an id behind it is where one is read.
    fn records_path(&self, collection: &str) -> String;

    /// Where the newest messages of a room are listed, newest first, as an array `items`.
    fn newest_path(&self, room: &str, limit: usize) -> String;

    /// Where all messages that the caller may see are counted.
    fn count_path(&self) -> String;

    /// The number in an answer of `count_path`.
    fn count_in(&self, answer: &Value) -> Option<u64>;

    /// The status of a created record.
    fn created(&self) -> u16;

    /// The status of a create that the rule refuses.
    fn refused(&self) -> u16;

    /// The bytes of a request that opens a live connection.
    fn follow(&self, user: &User) -> Vec<u8>;

    /// What stands in its answer when the connection is open.
    fn follow_begins(&self) -> &'static str;

    /// Subscribes to all messages that the user may see: by more bytes on the connection, or by a request of its own.
    fn follow_messages(&self, user: &User, answer: &[u8], address: SocketAddr) -> Result<Option<Vec<u8>>>;

    /// What the connection says when the subscription has begun, if it says so.
    fn follow_begun(&self) -> Option<&'static str>;
}
