//! `[server]`: connections and requests.

use std::net::SocketAddr;
use std::time::Duration;

use mainstay_core::Network;
use mainstay_http::ForwardedHeader;

use super::fault::Fault;
use super::resolve::Values;
use super::setting::{Kind, Setting};

const SECTION: &str = "server";
const MINUTE_MS: i64 = 60_000;
const X_FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED: &str = "forwarded";
const REFUSE: &str = "refuse";

pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "listen",
        Kind::Address,
        "127.0.0.1:8090",
        "The address to listen on; 0.0.0.0 for every network of the machine.",
    ),
    setting(
        "public_url",
        Kind::PublicUrl,
        "",
        "The address that people know the server by. Links in mails begin with it, and providers of sign-ins lead back to \
         it, whatever a request says.",
    ),
    setting(
        "body_bytes_max",
        Kind::Integer {
            min: 1_024,
            max: 256 * 1_024 * 1_024,
        },
        "4194304",
        "Bytes of the largest request body that is taken.",
    ),
    setting(
        "header_timeout_ms",
        Kind::Integer {
            min: 100,
            max: 10 * MINUTE_MS,
        },
        "30000",
        "Time for a client to send the head of a request; also how long an idle connection is kept.",
    ),
    setting(
        "write_timeout_ms",
        Kind::Integer {
            min: 100,
            max: 10 * MINUTE_MS,
        },
        "30000",
        "Time that a client may leave an answer unread before its connection is cut off.",
    ),
    setting(
        "request_timeout_ms",
        Kind::Integer {
            min: 100,
            max: 60 * MINUTE_MS,
        },
        "30000",
        "Time for a request to be answered.",
    ),
    setting(
        "drain_timeout_ms",
        Kind::Integer {
            min: 0,
            max: 10 * MINUTE_MS,
        },
        "20000",
        "Time for requests in progress when the server is stopped.",
    ),
    setting(
        "connections_max",
        Kind::Integer {
            min: 1,
            max: 1_000_000,
        },
        "10000",
        "Connections at the same time; more wait until one ends.",
    ),
    setting(
        "trusted_proxies",
        Kind::Networks,
        "",
        "Networks of the proxies in front of the server, whose word about a client's address is taken.",
    ),
    setting(
        "forwarded_header",
        Kind::Choice(&[X_FORWARDED_FOR, FORWARDED]),
        X_FORWARDED_FOR,
        "The header in which these proxies say who called them: the one that they set or extend on every request.",
    ),
    setting(
        "admin_networks",
        Kind::Networks,
        "",
        "Networks from which alone administrators are administrators: elsewhere they are users as any other. Empty for everywhere.",
    ),
    setting(
        "unverified_connections",
        Kind::Choice(&[REFUSE, "warn"]),
        REFUSE,
        "What `mainstay serve` does where a database, a cache or a mail server elsewhere need not prove who it is: refuse, or \
         warn and go on.",
    ),
    setting(
        "cors_origins",
        Kind::Origins,
        "",
        "Web origins whose pages may call the API from a browser, besides pages of the server itself.",
    ),
];

const fn setting(key: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Setting {
    Setting {
        section: SECTION,
        key,
        kind,
        default,
        secret: false,
        doc,
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerConfig {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<String>,
    pub(crate) body_bytes_max: usize,
    pub(crate) header_timeout: Duration,
    pub(crate) write_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) drain_timeout: Duration,
    pub(crate) connections_max: usize,
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) forwarded_header: ForwardedHeader,
    pub(crate) admin_networks: Vec<Network>,
    pub(crate) refuses_unverified: bool,
    pub(crate) cors_origins: Vec<String>,
}

impl ServerConfig {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            listen: values.address(SECTION, "listen"),
            public_url: values.text(SECTION, "public_url"),
            body_bytes_max: values.count(SECTION, "body_bytes_max"),
            header_timeout: values.milliseconds(SECTION, "header_timeout_ms"),
            write_timeout: values.milliseconds(SECTION, "write_timeout_ms"),
            request_timeout: values.milliseconds(SECTION, "request_timeout_ms"),
            drain_timeout: values.milliseconds(SECTION, "drain_timeout_ms"),
            connections_max: values.count(SECTION, "connections_max"),
            trusted_proxies: values.networks(SECTION, "trusted_proxies"),
            forwarded_header: match values.choice(SECTION, "forwarded_header") {
                FORWARDED => ForwardedHeader::Forwarded,
                _ => ForwardedHeader::XForwardedFor,
            },
            admin_networks: values.networks(SECTION, "admin_networks"),
            refuses_unverified: values.choice(SECTION, "unverified_connections") == REFUSE,
            cors_origins: values.origins(SECTION, "cors_origins"),
        }
    }

    pub(super) fn validate(&self, values: &Values, faults: &mut Vec<Fault>) {
        if let Some(network) = self
            .trusted_proxies
            .iter()
            .find(|network| network.prefix_bits == 0)
        {
            let message = format!("{network} would let every client claim any address; name your proxies");
            faults.push(values.fault(SECTION, "trusted_proxies", &message));
        }
    }
}
