//! Mails over SMTP (RFC 5321), with the library `lettre`.

use std::time::Duration;

use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::MailError;
use super::letter::{Letter, Sender};
use crate::addresses::is_this_machine;

/// For one command and its answer.
const COMMAND_TIME: Duration = Duration::from_secs(10);
/// For all of it: less than a lease on the mail.
const WHOLE_TIME: Duration = Duration::from_secs(40);

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// The address of a server with the password for it, which is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(String);

impl std::fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmtpUrl(..)")
    }
}

impl SmtpUrl {
    /// Reads `smtps://user:password@host:465`, or `smtp://host:587?tls=required`. A fault never says the password.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = text
            .split_once("://")
            .ok_or("must be an address such as smtps://user:password@mail.example.org")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let is_encrypted = match scheme {
            "smtps" => true,
            "smtp" => rest.contains("tls=required"),
            _ => return Err("must begin with smtps:// or smtp://"),
        };
        if authority.contains('@') && !is_encrypted {
            return Err("would send its password without encryption: use smtps://, or add ?tls=required");
        }
        Transport::from_url(text).map_err(|_| "is no address of an SMTP server")?;
        Ok(Self(text.to_owned()))
    }

    /// Does nothing go over a network but to a server that has proven who it is?
    pub fn is_verified(&self) -> bool {
        let (scheme, rest) = self.0.split_once("://").unwrap_or_default();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = match authority.rsplit_once('@').map_or(authority, |(_, host)| host) {
            bracketed if bracketed.starts_with('[') => bracketed.split(']').next().unwrap_or_default(),
            named => named.split(':').next().unwrap_or_default(),
        };
        scheme == "smtps" || rest.contains("tls=required") || is_this_machine(host.trim_start_matches('['))
    }
}

/// An SMTP server.
#[derive(Debug)]
pub struct Smtp {
    transport: Transport,
    sender: Sender,
}

impl Smtp {
    pub(super) fn new(url: &SmtpUrl, sender: Sender) -> Self {
        let transport = Transport::from_url(&url.0)
            .expect("it was read before")
            .timeout(Some(COMMAND_TIME))
            .hello_name(ClientId::Domain(sender.domain().to_owned()))
            .build();
        Self { transport, sender }
    }

    pub(super) async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = letter.message(&self.sender)?;
        let sent = tokio::time::timeout(WHOLE_TIME, self.transport.send(message)).await;
        match sent {
            Err(_) => Err(MailError::Timeout(WHOLE_TIME)),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() => Err(MailError::Refused(error)),
            Ok(Err(error)) => Err(MailError::NotNow(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_servers() {
        for good in [
            "smtp://localhost:1025",
            "smtps://user:pass%40word@mail.example.org",
            "smtp://user:password@mail.example.org:587?tls=required",
        ] {
            SmtpUrl::parse(good).unwrap_or_else(|fault| panic!("{good}: {fault}"));
        }
        for (bad, part) in [
            ("mail.example.org", "must be an address"),
            ("https://mail.example.org", "must begin with"),
            ("smtp://user:secret@mail.example.org", "without encryption"),
            ("smtps://", "no address"),
        ] {
            let fault = SmtpUrl::parse(bad).unwrap_err();
            assert!(
                fault.contains(part) && !fault.contains("secret"),
                "{bad}: {fault}"
            );
        }
        let verified = |url| SmtpUrl::parse(url).unwrap().is_verified();
        for url in [
            "smtp://localhost:1025",
            "smtp://127.0.0.1:25",
            "smtp://[::1]:25",
            "smtps://user:secret@mail.example.org",
            "smtp://user:secret@mail.example.org:587?tls=required",
        ] {
            assert!(verified(url), "{url}");
        }
        for url in [
            "smtp://mail.example.org",
            "smtp://mail.example.org:25?tls=opportunistic",
        ] {
            assert!(!verified(url), "{url}");
        }
        let url = SmtpUrl::parse("smtps://user:secret@mail.example.org").unwrap();
        assert!(!format!("{url:?}").contains("secret"));
    }
}
