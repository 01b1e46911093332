//! `mainstay.toml`.

use super::faults::Faults;
use super::keys::APPLICATION;
use super::names::title_of;
use super::read::Document;
use super::shapes::RATE_OFF;
use super::toml_reader::Table;
use super::{
    AuthSettings, ClassRates, LimitSettings, MailSettings, SecondFactorFor, SignInMethod, clients, mail,
    plans, providers, views,
};
use crate::rates::RateClass;

#[derive(Debug, Default)]
pub(super) struct Application<'a> {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) auth: AuthSettings,
    pub(super) limits: LimitSettings,
    /// What of the limits is told when the fields of users are known.
    pub(super) plans: plans::Declared<'a>,
    pub(super) mail: MailSettings,
    pub(super) has_views: bool,
}

/// `documents` are all files of the definition, those among them that were not made have these paths.
pub(super) fn read<'a>(
    document: &'a Document<'a>,
    documents: &[Document<'_>],
    written: &[String],
    faults: &mut Faults,
) -> Application<'a> {
    let table = Table::open(
        document.file,
        &APPLICATION,
        document.table.get_ref(),
        document.table.span(),
        faults,
    );
    let name = table.text("name").unwrap_or_default();
    let mail_table = table.table("mail", faults);
    let mut mail = mail::settings(mail_table.as_ref(), faults);
    mail::templates(documents, mail_table.as_ref(), &mut mail.templates, faults);
    let (limits, plans) = table
        .table("limits", faults)
        .map(|limits| limit_settings(&limits, faults))
        .unwrap_or_default();
    Application {
        name: name.to_owned(),
        title: table.text("title").map_or_else(|| title_of(name), str::to_owned),
        description: table.text("description").unwrap_or_default().to_owned(),
        auth: table
            .table("auth", faults)
            .map(|auth| auth_settings(&auth, faults))
            .unwrap_or_default(),
        limits,
        plans,
        mail,
        has_views: views::read(&table, written, faults),
    }
}

fn limit_settings<'a>(table: &Table<'a>, faults: &mut Faults) -> (LimitSettings, plans::Declared<'a>) {
    let default = LimitSettings::default();
    let mut classes = default.classes;
    for (class, rates) in RateClass::ALL.into_iter().zip(&mut classes) {
        if let Some(table) = table.table(class.as_str(), faults) {
            *rates = class_rates(&table, *rates);
        }
    }
    let declared = plans::read(table, &classes, faults);
    let settings = LimitSettings {
        enabled: table.boolean("enabled").unwrap_or(default.enabled),
        classes,
        plans: None,
    };
    (settings, declared)
}

/// The rates of a class, `default` for those that the table does not have.
pub(super) fn class_rates(table: &Table<'_>, default: ClassRates) -> ClassRates {
    let rate = |key, default| match table.text(key) {
        None => default,
        Some(RATE_OFF) => None,
        Some(text) => text.parse().ok(),
    };
    ClassRates {
        per_address: rate("per_address", default.per_address),
        per_user: rate("per_user", default.per_user),
        per_key: rate("per_key", default.per_key),
    }
}

fn auth_settings(table: &Table<'_>, faults: &mut Faults) -> AuthSettings {
    let default = AuthSettings::default();
    let number = |key, default| {
        table
            .integer(key)
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(default)
    };
    let methods = table.texts("methods").map(|methods| {
        let named = methods.into_iter();
        named.filter_map(|(name, _)| SignInMethod::parse(name)).collect()
    });
    let methods: Vec<SignInMethod> = methods.unwrap_or(default.methods);
    let sign_up = table.boolean("sign_up").unwrap_or(default.sign_up);
    if sign_up && !methods.contains(&SignInMethod::Password) {
        let message = "people who sign up choose a password, and nobody may sign in with one";
        let hint = "add \"password\" to `methods`, or set sign_up = false and invite people";
        faults.add(table.value_place("sign_up"), message, hint);
    }
    AuthSettings {
        sign_up,
        methods,
        access_token_minutes: number("access_token_minutes", default.access_token_minutes),
        refresh_token_days: number("refresh_token_days", default.refresh_token_days),
        second_factor: table
            .text("second_factor")
            .and_then(SecondFactorFor::parse)
            .unwrap_or_default(),
        providers: providers::read(table, faults),
        clients: clients::read(table, faults),
        session_idle_days: number("session_idle_days", default.session_idle_days),
    }
}
