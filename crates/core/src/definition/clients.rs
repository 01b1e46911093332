//! `[auth.clients.<name>]`: programs of the application's own that sign people in here.

use super::faults::{Faults, Place};
use super::keys::CLIENT;
use super::names::title_of;
use super::toml_reader::{NamedTable, Table};
use crate::client_scopes::{ClientScope, ClientScopes};
use crate::ids::Name;
use crate::redirects::is_redirect;

/// A program of the application's own. It has no secret, since whoever has the program would have it, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredClient {
    /// Its client id.
    pub name: String,
    pub title: String,
    pub redirects: Vec<String>,
    pub scopes: ClientScopes,
}

pub(super) fn read(auth: &Table<'_>, faults: &mut Faults) -> Vec<DeclaredClient> {
    let tables = auth.named_tables("clients");
    tables
        .into_iter()
        .filter_map(|named| read_one(auth, named, faults))
        .collect()
}

fn read_one(auth: &Table<'_>, named: NamedTable<'_>, faults: &mut Faults) -> Option<DeclaredClient> {
    if named.name.parse::<Name>().is_err() {
        let place = Place::new(auth.file, named.name_span);
        let message = format!("`{}` is no name of a client", named.name);
        faults.add(
            place,
            message,
            "use lower-case letters, digits and underscores, such as `mobile`",
        );
        return None;
    }
    let table = Table::open(auth.file, &CLIENT, named.table, named.span, faults);
    let mut redirects = Vec::new();
    for (text, span) in table.texts("redirects").unwrap_or_default() {
        if is_redirect(text) {
            redirects.push(text.to_owned());
        } else {
            let message = format!("nobody can be led back to {text:?}");
            let hint = "write https://..., http://127.0.0.1/... for a program on the same machine, or a scheme such as \
                        org.example.app:/back";
            faults.add(Place::new(auth.file, span), message, hint);
        }
    }
    let mut scopes = Vec::new();
    for (text, span) in table.texts("scopes").unwrap_or_default() {
        if let Ok(scope) = text.parse::<ClientScope>() {
            scopes.push(scope);
            continue;
        }
        let message = format!("{text:?} is no scope");
        let hint =
            "write openid, profile, email, offline_access, or `<collection>:<action>` as API keys have it";
        faults.add(Place::new(auth.file, span), message, hint);
    }
    Some(DeclaredClient {
        name: named.name.to_owned(),
        title: table
            .text("title")
            .map_or_else(|| title_of(named.name), str::to_owned),
        redirects,
        scopes: ClientScopes(scopes),
    })
}
