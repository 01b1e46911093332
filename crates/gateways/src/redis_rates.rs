//! What all processes have used of their limits, told through Redis.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Without an answer for so long, the connection is given up.
const PATIENCE: Duration = Duration::from_secs(2);
/// Keys are kept for so long after they say nothing any more: clocks of processes differ.
const KEPT_MS: u32 = 10_000;

/// For each key: when the requests of all processes would be done, moved on by what was used. Numbers of Lua are exact up
/// to 2^53, which microseconds reach in the year 2255.
const ADD: &str = "
local now = tonumber(ARGV[1])
local done = {}
for i, key in ipairs(KEYS) do
  local at = math.max(tonumber(redis.call('GET', key) or now), now) + tonumber(ARGV[i + 2])
  done[i] = string.format('%.0f', at)
  redis.call('SET', key, done[i], 'PX', math.ceil((at - now) / 1000) + tonumber(ARGV[2]))
end
return done";

/// A Redis server that processes tell what they used.
pub struct RedisRates {
    client: redis::Client,
    /// Before each key, so that several applications can share a server. What stands in braces keeps all keys on one node
    /// of a cluster.
    prefix: String,
    connection: Mutex<Option<redis::Connection>>,
}

impl std::fmt::Debug for RedisRates {
    /// The address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisRates")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// Redis cannot be told.
#[derive(Debug, thiserror::Error)]
#[error("Redis does not answer as it should")]
pub struct RedisRatesError(#[from] redis::RedisError);

/// The text is not the address of a Redis server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidRedisUrl;

impl RedisRates {
    /// The server at `redis://[user:password@]host[:port][/number]`; it is connected to when it is needed.
    pub fn new(url: &str, application: &str) -> Result<Self, InvalidRedisUrl> {
        Ok(Self {
            client: redis::Client::open(url).map_err(|_| InvalidRedisUrl)?,
            prefix: format!("mainstay:{{rates:{application}}}:"),
            connection: Mutex::default(),
        })
    }

    /// Adds microseconds that were used of each cell; gives, in the same order, when the requests of all processes would
    /// be done. Waits on the thread that asks.
    pub fn add<const N: usize>(
        &self,
        used: &[([u8; N], i64)],
        now_micros: i64,
    ) -> Result<Vec<i64>, RedisRatesError> {
        let mut kept = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // One that fails is dropped, and the next time begins with another.
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let mut command = redis::cmd("EVAL");
        command.arg(ADD).arg(used.len());
        for (cell, _) in used {
            let mut key = self.prefix.clone().into_bytes();
            key.extend_from_slice(cell);
            command.arg(key);
        }
        command.arg(now_micros).arg(KEPT_MS);
        for (_, micros) in used {
            command.arg(*micros);
        }
        let done = command.query(&mut connection)?;
        *kept = Some(connection);
        Ok(done)
    }

    fn connect(&self) -> Result<redis::Connection, RedisRatesError> {
        let connection = self.client.get_connection_with_timeout(PATIENCE)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.set_write_timeout(Some(PATIENCE))?;
        Ok(connection)
    }
}
