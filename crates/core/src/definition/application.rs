//! `mainstay.toml`.

use super::AuthSettings;
use super::faults::Faults;
use super::keys::APPLICATION;
use super::names::title_of;
use super::read::Document;
use super::toml_reader::Table;

#[derive(Debug, Default)]
pub(super) struct Application {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) auth: AuthSettings,
}

pub(super) fn read(document: &Document<'_>, faults: &mut Faults) -> Application {
    let table = Table::open(
        document.file,
        &APPLICATION,
        document.table.get_ref(),
        document.table.span(),
        faults,
    );
    let name = table.text("name").unwrap_or_default();
    Application {
        name: name.to_owned(),
        title: table.text("title").map_or_else(|| title_of(name), str::to_owned),
        description: table.text("description").unwrap_or_default().to_owned(),
        auth: table
            .table("auth", faults)
            .map(|auth| auth_settings(&auth))
            .unwrap_or_default(),
    }
}

fn auth_settings(table: &Table<'_>) -> AuthSettings {
    let default = AuthSettings::default();
    let number = |key, default| {
        table
            .integer(key)
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(default)
    };
    AuthSettings {
        sign_up: table.boolean("sign_up").unwrap_or(default.sign_up),
        access_token_minutes: number("access_token_minutes", default.access_token_minutes),
        refresh_token_days: number("refresh_token_days", default.refresh_token_days),
        session_idle_days: number("session_idle_days", default.session_idle_days),
    }
}
