//! `[acme]`: certificates that the server gets for itself.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use mainstay_engine::acme::{AcmeAuthority, AcmeOptions, ExternalAccount};

use super::fault::Fault;
use super::resolve::Values;
use super::setting::{Kind, Setting};

const SECTION: &str = "acme";
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "domains",
        Kind::Domains,
        "",
        "The names that the server is known by; with them it gets a certificate for itself, which an authority gives after \
         it has looked at port 443 of each.",
    ),
    setting(
        "terms_agreed",
        Kind::Boolean,
        "false",
        "Do you agree to the terms of service of the authority?",
    ),
    setting(
        "contact",
        Kind::Text("an address such as admin@example.org"),
        "",
        "A mail address at which the authority may reach you.",
    ),
    setting(
        "directory",
        Kind::Text("an address such as https://acme.example.org/directory"),
        LETS_ENCRYPT,
        "The authority, by its directory; Let's Encrypt unless another one is named.",
    ),
    setting(
        "root",
        Kind::Text("the path of a file"),
        "",
        "Certificates, PEM, that are trusted when the authority is asked, instead of those of the operating system.",
    ),
    setting(
        "external_account",
        Kind::Text("an id that the authority gave"),
        "",
        "The account with the owner of the authority that ours there is bound to, where it asks for one.",
    ),
    Setting {
        section: SECTION,
        key: "external_key",
        kind: Kind::Text("a key that the authority gave, base64url"),
        default: "",
        secret: true,
        doc: "The key of that account.",
    },
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
pub(crate) struct AcmeConfig {
    domains: Vec<String>,
    contact: Option<String>,
    directory: String,
    root: Option<PathBuf>,
    external: Option<ExternalAccount>,
}

impl AcmeConfig {
    /// `None` where no domain is named.
    pub(super) fn read(values: &Values, faults: &mut Vec<Fault>) -> Option<Self> {
        let domains = values.domains(SECTION, "domains");
        let text = |key| values.text(SECTION, key);
        let external = match (text("external_account"), text("external_key")) {
            (Some(id), Some(key)) => {
                let external = ExternalAccount::parse(id, &key);
                if external.is_none() {
                    faults.push(values.fault(SECTION, "external_key", "is not base64url"));
                }
                external
            }
            (None, None) => None,
            _ => {
                let keys = [(SECTION, "external_account"), (SECTION, "external_key")];
                let message =
                    "acme.external_account and acme.external_key go together: set both or none".to_owned();
                faults.push(values.fault_between(keys, message));
                None
            }
        };
        if domains.is_empty() {
            Self::refuse_without_domains(values, faults);
            return None;
        }
        let directory = text("directory").unwrap_or_default();
        if !directory.starts_with("https://") {
            faults.push(values.fault(SECTION, "directory", "must begin with https://"));
        }
        if !values.boolean(SECTION, "terms_agreed") {
            let message = "acme.terms_agreed must be true, because acme.domains has an authority asked: read its terms of \
                           service first";
            let keys = [(SECTION, "terms_agreed"), (SECTION, "domains")];
            faults.push(values.fault_between(keys, message.to_owned()));
        }
        let contact = text("contact");
        if contact
            .as_ref()
            .is_some_and(|contact| !contact.contains('@') || contact.contains([':', ' ', ',']))
        {
            faults.push(values.fault(SECTION, "contact", "is no address such as admin@example.org"));
        }
        Some(Self {
            domains,
            contact,
            directory,
            root: values.file(SECTION, "root"),
            external,
        })
    }

    /// Whoever has agreed to the terms wants a certificate.
    fn refuse_without_domains(values: &Values, faults: &mut Vec<Fault>) {
        if values.boolean(SECTION, "terms_agreed") {
            let message = "acme.domains must name at least one domain, because acme.terms_agreed is set";
            let keys = [(SECTION, "terms_agreed"), (SECTION, "domains")];
            faults.push(values.fault_between(keys, message.to_owned()));
        }
    }

    pub(crate) fn options(&self) -> Result<AcmeOptions> {
        let root = self.root.as_ref().map(|path| {
            std::fs::read(path).with_context(|| format!("acme.root: {} cannot be read", path.display()))
        });
        let root = root.transpose()?;
        let authority = AcmeAuthority::new(self.directory.clone(), root.as_deref());
        Ok(AcmeOptions {
            authority: authority.context("acme.root: the authority cannot be asked")?,
            domains: self.domains.clone(),
            contact: self.contact.clone(),
            external: self.external.clone(),
        })
    }
}
