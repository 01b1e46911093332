//! What a URL may be that requests are sent to.

use std::net::{IpAddr, Ipv6Addr};

use hyper::Uri;

use crate::addresses::is_public;
use crate::outbound::PrivateAddresses;

const URL_CHARACTERS_MAX: usize = 2_048;
/// Below this only the ports of HTTP: another service that is led to read a request may do something with it.
const PORT_FREE_MIN: u16 = 1_024;
const PORT_HTTP: u16 = 80;
const PORT_HTTPS: u16 = 443;

/// A URL taken apart, as far as it can be checked without asking anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub(crate) encrypted: bool,
    /// A name, or an address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// For the header `Host`.
    pub(crate) authority: String,
    pub(crate) path_and_query: String,
}

/// Why nothing is sent to a URL. Each is a sentence about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DestinationFault {
    #[error("is not a URL such as https://search.example/hooks")]
    NotAUrl,
    #[error("must begin with https://")]
    NotEncrypted,
    #[error("must hold no user name or password; put what is secret into the path")]
    UserInfo,
    #[error("must hold no part after #, which is never sent")]
    Fragment,
    #[error("must name port 80, 443 or one from 1024 on")]
    Port,
    #[error(
        "leads to an address that is not on the public internet; webhooks.allow_private_addresses permits it"
    )]
    Private,
}

impl Destination {
    /// Takes a URL apart and checks what it says by itself. Where a name leads to is checked when something is sent.
    pub fn parse(url: &str, private: PrivateAddresses) -> Result<Self, DestinationFault> {
        let plausible = url.len() <= URL_CHARACTERS_MAX && url.bytes().all(|byte| byte.is_ascii_graphic());
        if !plausible || url.contains('\\') {
            return Err(DestinationFault::NotAUrl);
        }
        if url.contains('#') {
            return Err(DestinationFault::Fragment);
        }
        let uri: Uri = url.parse().map_err(|_| DestinationFault::NotAUrl)?;
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if private == PrivateAddresses::Allowed => false,
            Some("http") => return Err(DestinationFault::NotEncrypted),
            _ => return Err(DestinationFault::NotAUrl),
        };
        let authority = uri.authority().ok_or(DestinationFault::NotAUrl)?;
        if authority.as_str().contains('@') {
            return Err(DestinationFault::UserInfo);
        }
        let host = authority.host();
        let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(address) => address.parse::<Ipv6Addr>().map(|_| address),
            None => Ok(host),
        };
        let host = host.map_err(|_| DestinationFault::NotAUrl)?.to_ascii_lowercase();
        // A colon without a number behind it, or one that is none, is left out by the parser.
        let says_port = authority
            .as_str()
            .rsplit(']')
            .next()
            .is_some_and(|rest| rest.contains(':'));
        let port = match authority.port_u16() {
            Some(port) => port,
            None if says_port => return Err(DestinationFault::Port),
            None if encrypted => PORT_HTTPS,
            None => PORT_HTTP,
        };
        if port < PORT_FREE_MIN && port != PORT_HTTP && port != PORT_HTTPS {
            return Err(DestinationFault::Port);
        }
        if host.is_empty() {
            return Err(DestinationFault::NotAUrl);
        }
        let address = host.parse::<IpAddr>().ok();
        if private == PrivateAddresses::Refused && address.is_some_and(|address| !is_public(address)) {
            return Err(DestinationFault::Private);
        }
        Ok(Self {
            encrypted,
            host,
            port,
            authority: authority.as_str().to_owned(),
            path_and_query: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let parsed = Destination::parse("https://Example.org/a/b?c=d", PrivateAddresses::Refused);
        assert_eq!(
            parsed.unwrap(),
            Destination {
                encrypted: true,
                host: "example.org".into(),
                port: 443,
                authority: "Example.org".into(),
                path_and_query: "/a/b?c=d".into(),
            }
        );
        let parsed = Destination::parse("http://[::1]:8090", PrivateAddresses::Allowed).unwrap();
        assert_eq!(
            (parsed.host.as_str(), parsed.port, parsed.encrypted),
            ("::1", 8_090, false)
        );
        assert_eq!(parsed.path_and_query, "/");
    }

    #[test]
    fn what_must_not_be_sent_to_is_refused() {
        use DestinationFault::{Fragment, NotAUrl, NotEncrypted, Port, Private, UserInfo};
        let long = format!("https://example.org/{}", "a".repeat(URL_CHARACTERS_MAX));
        for (url, fault) in [
            ("", NotAUrl),
            ("example.org", NotAUrl),
            ("/hooks", NotAUrl),
            ("ftp://example.org/", NotAUrl),
            ("https://", NotAUrl),
            ("https://exa mple.org/", NotAUrl),
            ("https://example.org\\@127.0.0.1/", NotAUrl),
            ("https://example.org/\u{e4}", NotAUrl),
            ("https://[127.0.0.1]/", NotAUrl),
            (long.as_str(), NotAUrl),
            ("http://example.org/", NotEncrypted),
            ("https://user@example.org/", UserInfo),
            ("https://user:secret@example.org/", UserInfo),
            ("https://example.org/#top", Fragment),
            ("https://example.org:22/", Port),
            ("https://example.org:0/", Port),
            ("https://127.0.0.1/", Private),
            ("https://[::1]/", Private),
            ("https://[::ffff:169.254.169.254]/", Private),
        ] {
            assert_eq!(
                Destination::parse(url, PrivateAddresses::Refused),
                Err(fault),
                "{url}"
            );
        }
        assert!(Destination::parse("https://127.0.0.1:8443/", PrivateAddresses::Allowed).is_ok());
    }
}
