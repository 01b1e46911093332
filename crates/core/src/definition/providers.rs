//! `[auth.providers.<name>]`: whom people may be known by.

use super::faults::{Faults, Place};
use super::keys::PROVIDER;
use super::names::title_of;
use super::toml_reader::{NamedTable, Table};
use crate::ids::Name;

const GOOGLE: &str = "https://accounts.google.com";
const GITLAB: &str = "https://gitlab.com";

/// Somebody who says who people are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    pub name: String,
    pub title: String,
    pub kind: ProviderKind,
    pub client_id: String,
    pub scopes: Vec<String>,
    /// Where programs may be led back to.
    pub redirects: Vec<String>,
    /// May people who are new get an account? `None` where the application decides for all ways.
    pub sign_up: Option<bool>,
}

/// How a provider says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderKind {
    /// By OpenID Connect, with everything else told at its address.
    OpenIdConnect { issuer: String },
    /// By the API of GitHub.
    GitHub,
}

pub(super) fn read(auth: &Table<'_>, faults: &mut Faults) -> Vec<Provider> {
    let tables = auth.named_tables("providers");
    tables
        .into_iter()
        .filter_map(|named| read_one(auth, named, faults))
        .collect()
}

fn read_one(auth: &Table<'_>, named: NamedTable<'_>, faults: &mut Faults) -> Option<Provider> {
    if named.name.parse::<Name>().is_err() {
        let place = Place::new(auth.file, named.name_span);
        let message = format!("`{}` is no name of a provider", named.name);
        faults.add(
            place,
            message,
            "use lower-case letters, digits and underscores, such as `google`",
        );
        return None;
    }
    let table = Table::open(auth.file, &PROVIDER, named.table, named.span, faults);
    let issuer = table.text("issuer");
    let kind = match (table.text("preset"), issuer) {
        (Some("github"), None) => ProviderKind::GitHub,
        (Some("google"), None) => openid(GOOGLE),
        (Some("gitlab"), None) => openid(GITLAB),
        (Some(_), Some(_)) => {
            let hint = "leave out one of them";
            faults.add(table.value_place("issuer"), "a preset has its own issuer", hint);
            return None;
        }
        (_, Some(issuer)) if is_issuer(issuer) => openid(issuer),
        (_, Some(_)) => {
            let hint = "write it as its tokens do, such as issuer = \"https://login.example.org\"";
            faults.add(
                table.value_place("issuer"),
                "`issuer` is no address of a provider",
                hint,
            );
            return None;
        }
        _ => {
            let message = format!("the provider `{}` needs an `issuer` or a `preset`", named.name);
            faults.add(
                table.place(),
                message,
                "add preset = \"google\" or issuer = \"https://...\"",
            );
            return None;
        }
    };
    let texts = |key: &str| -> Vec<String> {
        let texts = table.texts(key).unwrap_or_default();
        texts.into_iter().map(|(text, _)| text.to_owned()).collect()
    };
    let scopes = texts("scopes");
    Some(Provider {
        name: named.name.to_owned(),
        title: table
            .text("title")
            .map_or_else(|| title_of(named.name), str::to_owned),
        client_id: table.text("client_id")?.to_owned(),
        scopes: if scopes.is_empty() {
            usual_scopes(&kind)
        } else {
            scopes
        },
        redirects: texts("redirects"),
        sign_up: table.boolean("sign_up"),
        kind,
    })
}

fn openid(issuer: &str) -> ProviderKind {
    ProviderKind::OpenIdConnect {
        issuer: issuer.to_owned(),
    }
}

fn usual_scopes(kind: &ProviderKind) -> Vec<String> {
    let scopes: &[&str] = match kind {
        ProviderKind::OpenIdConnect { .. } => &["openid", "email", "profile"],
        ProviderKind::GitHub => &["read:user", "user:email"],
    };
    scopes.iter().map(|scope| (*scope).to_owned()).collect()
}

/// An address without query and fragment (OpenID Connect Discovery 1.0, 2). One without encryption is for providers of the
/// own network, which a setting has to permit.
fn is_issuer(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"?#@\\".contains(&byte))
    })
}
