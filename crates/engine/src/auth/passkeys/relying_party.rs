//! Who asks for a passkey: the host and origin that people know this server by.

use std::net::Ipv4Addr;

use mainstay_core::definition::SignInMethod;
use mainstay_core::{Code, Problem};

use crate::auth::by_mail::require_method;
use crate::context::Context;
use crate::failure::Failure;

/// The host that passkeys are bound to, and the only origin whose pages may ask for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    pub(super) id: String,
    pub(super) origin: String,
}

impl RelyingParty {
    /// Follows from the setting `server.public_url`: what a request says of the host anyone can send.
    pub fn new(ctx: &Context, public_url: Option<&str>) -> Result<Self, Failure> {
        require_method(ctx, SignInMethod::Passkey)?;
        public_url.and_then(Self::of_url).ok_or_else(|| {
            let detail = "passkeys are bound to a host, and the server does not know its own: set server.public_url to an \
                          address with a name";
            Problem::new(Code::Unavailable, detail).into()
        })
    }

    /// The origin as browsers write it (HTML, 7.1.1). A host without a name can have no passkeys (Web Authentication, 5.1.3).
    fn of_url(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split('/').next()?.to_lowercase();
        let scheme = scheme.to_lowercase();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority.as_str(), None),
        };
        if host.is_empty() || host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok() {
            return None;
        }
        let usual = match scheme.as_str() {
            "https" => "443",
            "http" => "80",
            _ => return None,
        };
        let origin = match port.filter(|port| *port != usual) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        Some(Self {
            id: host.to_owned(),
            origin,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::RelyingParty;

    #[test]
    fn host_and_origin_follow_from_the_public_address() {
        for (url, id, origin) in [
            (
                "https://choir.example.org",
                "choir.example.org",
                "https://choir.example.org",
            ),
            (
                "https://choir.example.org/app",
                "choir.example.org",
                "https://choir.example.org",
            ),
            (
                "https://Choir.example.org:443",
                "choir.example.org",
                "https://choir.example.org",
            ),
            (
                "https://choir.example.org:8443",
                "choir.example.org",
                "https://choir.example.org:8443",
            ),
            ("http://localhost:8080", "localhost", "http://localhost:8080"),
            ("http://localhost:80", "localhost", "http://localhost"),
        ] {
            let found = RelyingParty::of_url(url).expect("the address is one");
            assert_eq!((found.id.as_str(), found.origin.as_str()), (id, origin), "{url}");
        }
        for without_a_name in [
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "ftp://example.org",
            "https://",
        ] {
            assert_eq!(RelyingParty::of_url(without_a_name), None, "{without_a_name}");
        }
    }
}
