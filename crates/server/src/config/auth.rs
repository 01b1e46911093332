//! `[auth]`: the cost of sign-in to the machine, and secrets for it. How people sign in is said by the application.

use std::collections::BTreeMap;

use super::fault::Fault;
use super::resolve::Values;
use super::setting::{Kind, Setting};

const SECTION: &str = "auth";
const SECRETS: &str = "provider_secrets";

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        section: SECTION,
        key: "password_threads",
        kind: Kind::Integer { min: 1, max: 64 },
        default: "1",
        secret: false,
        doc: "Threads that check passwords; each needs 19 MiB, and a sign-in takes one for some 30 ms.",
    },
    Setting {
        section: SECTION,
        key: SECRETS,
        kind: Kind::Text("pairs such as google=secret, with commas between them"),
        default: "",
        secret: true,
        doc: "The secrets of the application at the providers that it names in `[auth.providers]`.",
    },
];

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct AuthConfig {
    pub(crate) password_threads: usize,
    /// By the names of the providers.
    pub(crate) provider_secrets: BTreeMap<String, String>,
}

impl std::fmt::Debug for AuthConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthConfig")
            .field("password_threads", &self.password_threads)
            .finish_non_exhaustive()
    }
}

impl AuthConfig {
    pub(super) fn read(values: &Values) -> Self {
        let text = values.text(SECTION, SECRETS).unwrap_or_default();
        Self {
            password_threads: values.count(SECTION, "password_threads"),
            provider_secrets: pairs(&text).flatten().collect(),
        }
    }

    pub(super) fn validate(values: &Values, faults: &mut Vec<Fault>) {
        let text = values.text(SECTION, SECRETS).unwrap_or_default();
        if pairs(&text).any(|pair| pair.is_none()) {
            faults.push(values.fault(
                SECTION,
                SECRETS,
                "must be pairs such as google=secret, with commas between them",
            ));
        }
    }
}

/// The pairs of a text, each `None` that is none.
fn pairs(text: &str) -> impl Iterator<Item = Option<(String, String)>> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| {
        let (name, secret) = item.split_once('=')?;
        (!name.is_empty() && !secret.is_empty()).then(|| (name.to_owned(), secret.to_owned()))
    })
}
