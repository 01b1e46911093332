//! `[tls]`: encrypted connections without a proxy in front.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::acme::AcmeConfig;
use super::fault::Fault;
use super::resolve::Values;
use super::server::ServerConfig;
use super::setting::{Kind, Setting};

const SECTION: &str = "tls";

pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "certificate",
        Kind::Text("the path of a file"),
        "The certificate with the chain behind it, PEM. With it the server speaks HTTPS alone, TLS 1.2 and newer.",
    ),
    setting(
        "key",
        Kind::Text("the path of a file"),
        "The private key of the certificate, PEM. Both files are read again when they change.",
    ),
    setting(
        "redirect_from",
        Kind::Text("an IP address with a port, such as 0.0.0.0:80"),
        "An address to listen on for browsers that come without encryption; they are led to `server.public_url`.",
    ),
];

const fn setting(key: &'static str, kind: Kind, doc: &'static str) -> Setting {
    Setting {
        section: SECTION,
        key,
        kind,
        default: "",
        secret: false,
        doc,
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsConfig {
    /// `None` for a server that does not encrypt.
    pub(crate) certificate: Option<CertificateFrom>,
    /// Where browsers are led to HTTPS.
    pub(crate) redirect_from: Option<SocketAddr>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CertificateFrom {
    Files(TlsFiles),
    Authority(AcmeConfig),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl TlsConfig {
    pub(super) fn read(values: &Values, faults: &mut Vec<Fault>) -> Self {
        let files = ["certificate", "key"].map(|key| values.file(SECTION, key));
        let authority = AcmeConfig::read(values, faults);
        if files[0].is_some() != files[1].is_some() {
            let message = "tls.certificate and tls.key go together: set both or none".to_owned();
            faults.push(values.fault_between([(SECTION, "certificate"), (SECTION, "key")], message));
        }
        if files[0].is_some() && authority.is_some() {
            let message = "tls.certificate and acme.domains are both set: a certificate comes from files or from an \
                           authority";
            let keys = [(SECTION, "certificate"), ("acme", "domains")];
            faults.push(values.fault_between(keys, message.to_owned()));
        }
        let certificate = match (files, authority) {
            ([Some(certificate), Some(key)], _) => {
                Some(CertificateFrom::Files(TlsFiles { certificate, key }))
            }
            (_, Some(authority)) => Some(CertificateFrom::Authority(authority)),
            (_, None) => None,
        };
        let redirect_from = values.text(SECTION, "redirect_from").and_then(|text| {
            let address = text.parse().ok();
            if address.is_none() {
                let message = "is no IP address with a port, such as 0.0.0.0:80";
                faults.push(values.fault(SECTION, "redirect_from", message));
            }
            address
        });
        Self {
            certificate,
            redirect_from,
        }
    }

    pub(super) fn validate(&self, server: &ServerConfig, values: &Values, faults: &mut Vec<Fault>) {
        let needs = |what: &str, other| {
            let message = format!("tls.redirect_from needs {what}, which browsers are led to");
            values.fault_between([(SECTION, "redirect_from"), other], message)
        };
        if self.redirect_from.is_none() {
            return;
        }
        if self.certificate.is_none() {
            faults.push(needs("tls.certificate or acme.domains", (SECTION, "certificate")));
        }
        let public = server.public_url.as_deref().unwrap_or_default();
        if !public.starts_with("https://") {
            let public_url = ("server", "public_url");
            faults.push(needs("a server.public_url that begins with https://", public_url));
        }
    }
}
