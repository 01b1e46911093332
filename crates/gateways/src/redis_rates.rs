//! What all processes have used of their limits, told through Redis.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::{ConnectionAddr, TlsCertificates};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::addresses::is_this_machine;

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

/// The certificates to trust are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no certificate to trust that is of any use")]
pub struct InvalidRedisRoots;

impl RedisRates {
    /// The server at `redis://[user:password@]host[:port][/number]`, or `rediss://` over TLS; it is connected to when it is
    /// needed, and over TLS its certificate is verified, always.
    pub fn new(url: &str, application: &str) -> Result<Self, InvalidRedisUrl> {
        let client = redis::Client::open(url).map_err(|_| InvalidRedisUrl)?;
        if let ConnectionAddr::TcpTls { insecure: true, .. } = client.get_connection_info().addr() {
            return Err(InvalidRedisUrl);
        }
        Ok(Self {
            client,
            prefix: format!("mainstay:{{rates:{application}}}:"),
            connection: Mutex::default(),
        })
    }

    /// Trusts these certificates, PEM, instead of those of the operating system. Of no consequence without TLS.
    pub fn trusting(mut self, roots: &[u8]) -> Result<Self, InvalidRedisRoots> {
        let info = self.client.get_connection_info().clone();
        // The library takes a text without any for an empty list of them.
        if CertificateDer::from_pem_slice(roots).is_err() {
            return Err(InvalidRedisRoots);
        }
        if matches!(info.addr(), ConnectionAddr::TcpTls { .. }) {
            let trusted = TlsCertificates {
                client_tls: None,
                root_cert: Some(roots.to_vec()),
            };
            self.client = redis::Client::build_with_tls(info, trusted).map_err(|_| InvalidRedisRoots)?;
        }
        Ok(self)
    }

    /// Does nothing go over a network but to a server that has proven who it is?
    pub fn is_verified(&self) -> bool {
        match self.client.get_connection_info().addr() {
            ConnectionAddr::Tcp(host, _) => is_this_machine(host),
            ConnectionAddr::TcpTls { insecure, .. } => !insecure,
            _ => true,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_elsewhere_must_prove_who_it_is() {
        let verified = |url| RedisRates::new(url, "notes").map(|rates| rates.is_verified());
        for url in [
            "redis://localhost",
            "redis://127.0.0.1:6380/1",
            "redis://[::1]:6379",
            "redis+unix:///run/redis.sock",
            "rediss://cache.example.org",
        ] {
            assert_eq!(verified(url), Ok(true), "{url}");
        }
        assert_eq!(verified("redis://user:secret@cache.example.org:6379"), Ok(false));
        let trusting = |roots| {
            RedisRates::new("rediss://localhost", "notes")
                .unwrap()
                .trusting(roots)
        };
        assert_eq!(trusting(b"nonsense").unwrap_err(), InvalidRedisRoots);
        // The library's way to believe anybody.
        assert_eq!(
            verified("rediss://cache.example.org/#insecure"),
            Err(InvalidRedisUrl)
        );
    }
}
