//! Which server, and how to speak with it.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use postgres::config::{Host, SslMode};

use super::tls::Verify;

/// A PostgreSQL server and the connections to keep to it.
#[derive(Clone)]
pub struct Postgres {
    pub(super) config: postgres::Config,
    pub(super) verify: Verify,
    /// A file of certificates to trust instead of those of the operating system.
    pub(super) root_certificates: Option<PathBuf>,
    connections: usize,
    pub(super) pooled: bool,
    /// Servers that follow this one, to read from.
    pub(super) replicas: Vec<Self>,
    /// A replica that is further behind is not read from.
    pub(super) lag_max: Duration,
}

impl std::fmt::Debug for Postgres {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres")
            .field("hosts", &self.config.get_hosts())
            .field("database", &self.config.get_dbname())
            .finish_non_exhaustive()
    }
}

/// Why an address is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostgresUrlError {
    #[error("it begins neither with postgres:// nor with postgresql://")]
    Scheme,
    #[error("sslmode is {0}: take disable, prefer, require, verify-ca or verify-full")]
    SslMode(String),
    #[error("it cannot be read: {0}")]
    Invalid(String),
    #[error("it names no database: write postgres://user:password@host/database")]
    NoDatabase,
}

impl Postgres {
    /// Reads `postgres://user:password@host:port/database?sslmode=...`, as libpq writes it (34.1.1.2).
    ///
    /// Without `sslmode` the server's certificate is checked, unless the server is on this machine.
    pub fn parse(url: &str) -> Result<Self, PostgresUrlError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(PostgresUrlError::Scheme);
        }
        // Two parameters are ours: the client library knows fewer modes, and takes no file.
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut root_certificates, mut others) = (None, None, Vec::new());
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value.to_owned()),
                Some(("sslrootcert", value)) => {
                    let path = percent_decode_str(value).decode_utf8();
                    let path = path.map_err(|error| PostgresUrlError::Invalid(error.to_string()))?;
                    root_certificates = Some(PathBuf::from(path.as_ref()));
                }
                _ => others.push(parameter),
            }
        }
        let plain = format!("{base}?{}", others.join("&"));
        let mut config = postgres::Config::from_str(plain.trim_end_matches('?'))
            .map_err(|error| PostgresUrlError::Invalid(sentence(&error)))?;
        if config.get_dbname().is_none() {
            return Err(PostgresUrlError::NoDatabase);
        }
        let (ssl_mode, verify) = match mode.as_deref() {
            Some("disable") => (SslMode::Disable, Verify::Nothing),
            Some("allow" | "prefer") => (SslMode::Prefer, Verify::Nothing),
            // As libpq has it: with certificates to trust, `require` checks against them.
            Some("require") if root_certificates.is_some() => (SslMode::Require, Verify::Chain),
            Some("require") => (SslMode::Require, Verify::Nothing),
            Some("verify-ca") => (SslMode::Require, Verify::Chain),
            Some("verify-full") => (SslMode::Require, Verify::ChainAndName),
            Some(other) => return Err(PostgresUrlError::SslMode(other.to_owned())),
            None if is_local(&config) => (SslMode::Prefer, Verify::Nothing),
            None => (SslMode::Require, Verify::ChainAndName),
        };
        config.ssl_mode(ssl_mode);
        if config.get_application_name().is_none() {
            config.application_name("mainstay");
        }
        Ok(Self {
            config,
            verify,
            root_certificates,
            connections: 16,
            pooled: false,
            replicas: Vec::new(),
            lag_max: Duration::from_secs(10),
        })
    }

    /// Does nothing go over a network but to servers that have proven who they are? Replicas are not asked.
    pub fn is_verified(&self) -> bool {
        let addresses = self.config.get_hostaddrs();
        // Where addresses are given, names are not looked up.
        let is_here = match addresses {
            [] => is_local(&self.config),
            addresses => addresses.iter().all(std::net::IpAddr::is_loopback),
        };
        self.verify == Verify::ChainAndName || is_here
    }

    /// Connections to keep at most: a quarter of them, but one at least, for writes.
    #[must_use]
    pub fn with_connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// Is a pooler in between that gives each transaction another connection (pgbouncer in transaction mode)? Then
    /// nothing is kept on a connection from one transaction to the next.
    #[must_use]
    pub fn with_pooler(mut self, pooled: bool) -> Self {
        self.pooled = pooled;
        self
    }

    /// Servers that follow this one, to read from as long as they are not further behind than `lag_max`.
    #[must_use]
    pub fn with_replicas(mut self, replicas: Vec<Self>, lag_max: Duration) -> Self {
        self.replicas = replicas;
        self.lag_max = lag_max;
        self
    }

    pub(super) fn write_connections(&self) -> usize {
        (self.connections / 4).max(1)
    }

    pub(super) fn read_connections(&self) -> usize {
        self.connections.saturating_sub(self.write_connections()).max(1)
    }
}

fn is_local(config: &postgres::Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
    })
}

fn sentence(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(url: &str) -> (SslMode, Verify) {
        let server = Postgres::parse(url).unwrap();
        (server.config.get_ssl_mode(), server.verify)
    }

    #[test]
    fn certificates_are_checked_unless_the_server_is_here() {
        let full = (SslMode::Require, Verify::ChainAndName);
        assert_eq!(verify("postgres://a:b@db.example.org/app"), full);
        assert_eq!(
            verify("postgresql://a@db.example.org/app?application_name=x"),
            full
        );
        let local = (SslMode::Prefer, Verify::Nothing);
        assert_eq!(verify("postgres://a@localhost/app"), local);
        assert_eq!(verify("postgres://a@127.0.0.1:5433/app"), local);
        assert_eq!(verify("postgres:///app?host=/run/postgresql"), local);
    }

    #[test]
    fn servers_elsewhere_must_prove_who_they_are() {
        let verified = |url: &str| Postgres::parse(url).unwrap().is_verified();
        for url in [
            "postgres://a@db.example.org/app",
            "postgres://a@db.example.org/app?sslmode=verify-full",
            "postgres://a@localhost/app?sslmode=disable",
            "postgres:///app?host=/run/postgresql",
            "postgres:///app?host=db.example.org&hostaddr=127.0.0.1&sslmode=disable",
        ] {
            assert!(verified(url), "{url}");
        }
        for url in [
            "postgres://a@db.example.org/app?sslmode=disable",
            "postgres://a@db.example.org/app?sslmode=require",
            "postgres://a@db.example.org/app?sslmode=verify-ca",
            "postgres://a@localhost,db.example.org/app?sslmode=prefer",
            "postgres:///app?host=localhost&hostaddr=192.0.2.1&sslmode=disable",
        ] {
            assert!(!verified(url), "{url}");
        }
    }

    #[test]
    fn sslmode_is_honoured() {
        let of = |mode: &str| verify(&format!("postgres://a@db.example.org/app?sslmode={mode}"));
        assert_eq!(of("disable"), (SslMode::Disable, Verify::Nothing));
        assert_eq!(of("prefer"), (SslMode::Prefer, Verify::Nothing));
        assert_eq!(of("require"), (SslMode::Require, Verify::Nothing));
        assert_eq!(
            of("require&sslrootcert=%2Fca.pem"),
            (SslMode::Require, Verify::Chain)
        );
        assert_eq!(of("verify-ca"), (SslMode::Require, Verify::Chain));
        assert_eq!(of("verify-full"), (SslMode::Require, Verify::ChainAndName));
    }

    #[test]
    fn certificates_may_lie_anywhere() {
        let url =
            "postgres://a@b/c?sslmode=verify-ca&sslrootcert=%2Fetc%2Four%20own%2Fca.pem&connect_timeout=3";
        let found = Postgres::parse(url).unwrap().root_certificates;
        assert_eq!(found, Some(PathBuf::from("/etc/our own/ca.pem")));
    }

    #[test]
    fn what_is_no_address_says_why() {
        let fault = |url| Postgres::parse(url).unwrap_err();
        assert_eq!(fault("mysql://a@b/c"), PostgresUrlError::Scheme);
        assert_eq!(fault("postgres://a@b"), PostgresUrlError::NoDatabase);
        assert_eq!(
            fault("postgres://a@b/c?sslmode=yes"),
            PostgresUrlError::SslMode("yes".into())
        );
        assert!(matches!(
            fault("postgres://a@b:port/c"),
            PostgresUrlError::Invalid(_)
        ));
    }

    #[test]
    fn connections_are_shared_out() {
        let counts = |connections| {
            let server = Postgres::parse("postgres://a@localhost/app")
                .unwrap()
                .with_connections(connections);
            (server.write_connections(), server.read_connections())
        };
        assert_eq!(counts(16), (4, 12));
        assert_eq!(counts(2), (1, 1));
        assert_eq!(counts(1), (1, 1));
    }
}
