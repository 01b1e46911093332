//! Connections to other servers that nobody would notice somebody else at the other end of.

use mainstay_store::Postgres;

use super::Config;

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[error("connections to other servers are not safe; server.unverified_connections = \"warn\" permits them")]
pub(crate) struct Unverified(pub(crate) Vec<String>);

impl Config {
    /// What is sent over a network to servers that need not prove who they are: each a sentence with the way out.
    pub(crate) fn unverified_connections(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (setting, url) in self.database.addresses() {
            if !Postgres::parse(url).is_ok_and(|server| server.is_verified()) {
                found.push(format!(
                    "{setting}: the server need not prove who it is: leave out sslmode or take verify-full, with sslrootcert \
                     for a certificate of your own authority"
                ));
            }
        }
        if !self.limits.is_verified() {
            found.push(
                "limits.redis: nothing is encrypted: take rediss://, with limits.redis_root for a certificate of your own \
                 authority"
                    .to_owned(),
            );
        }
        if !self.mail.is_verified() {
            found.push(
                "mail.smtp_url: mails are sent without encryption: take smtps://, or add ?tls=required"
                    .to_owned(),
            );
        }
        found
    }
}
