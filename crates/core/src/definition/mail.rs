//! `[mail]`, and the templates in the folder `mail`.

use super::MailSettings;
use super::faults::{Faults, Place};
use super::keys::MAIL_TEMPLATE;
use super::names::nearest;
use super::read::Document;
use super::shape_words::one_of;
use super::toml_reader::Table;
use crate::mail::{ENGLISH, MailKind, MailTemplate, MailTemplates};

const FOLDER: &str = "mail/";

/// `reset_password.de` of `mail/reset_password.de.toml`.
pub(super) fn mail_stem(path: &str) -> Option<&str> {
    path.strip_prefix(FOLDER)?
        .strip_suffix(".toml")
        .filter(|stem| !stem.contains('/'))
}

pub(super) fn settings(table: Option<&Table<'_>>, faults: &mut Faults) -> MailSettings {
    let mut settings = MailSettings::default();
    let Some(table) = table else {
        return settings;
    };
    settings.tells_shares = table.boolean("shares").unwrap_or(settings.tells_shares);
    if let Some(language) = table.text("language") {
        if is_language(language) {
            language.clone_into(&mut settings.templates.language);
        } else {
            let hint = "write it as `en`, or with a region as `de-at`, in small letters";
            let message = format!("`language` cannot be \"{language}\"");
            faults.add(table.value_place("language"), message, hint);
        }
    }
    if let Some(path) = table.text("link_path") {
        if is_path(path) {
            path.clone_into(&mut settings.link_path);
        } else {
            let hint = "write a path such as /app/account, with letters, digits, `-`, `_`, `.` and `/` alone";
            let message = format!("`link_path` cannot be \"{path}\"");
            faults.add(table.value_place("link_path"), message, hint);
        }
    }
    settings
}

/// Puts the application's own templates in the place of those that come with Mainstay.
pub(super) fn templates(
    documents: &[Document<'_>],
    application: Option<&Table<'_>>,
    templates: &mut MailTemplates,
    faults: &mut Faults,
) {
    for document in documents {
        if let Some(stem) = mail_stem(&document.file.path) {
            template(document, stem, templates, faults);
        }
    }
    let language = templates.language.clone();
    let missing = MailKind::ALL
        .iter()
        .find(|kind| !templates.has(**kind, &language));
    if let (Some(kind), Some(table)) = (missing, application) {
        let name = kind.as_str();
        let message = format!("the mail `{name}` has no template in the language `{language}`");
        let hint = format!("add the file mail/{name}.{language}.toml, or choose another language");
        faults.add(table.value_place("language"), message, hint);
        ENGLISH.clone_into(&mut templates.language);
    }
}

fn template(document: &Document<'_>, stem: &str, templates: &mut MailTemplates, faults: &mut Faults) {
    let file = document.file;
    let table = Table::open(file, &MAIL_TEMPLATE, document.table.get_ref(), 0..0, faults);
    let (name, language) = stem.split_once('.').unwrap_or((stem, ""));
    let Some(kind) = MailKind::parse(name) else {
        let names = || MailKind::ALL.iter().map(|kind| kind.as_str());
        let hint = match nearest(name, names()) {
            Some(meant) => format!("did you mean mail/{meant}.en.toml?"),
            None => format!("the name is {}, then a point and a language", one_of(names())),
        };
        faults.add(Place::new(file, 0..0), format!("there is no mail `{name}`"), hint);
        return;
    };
    if !is_language(language) {
        let message = format!("`{language}` is no language");
        let hint = format!("call the file mail/{name}.en.toml, or with another language such as de or pt-br");
        faults.add(Place::new(file, 0..0), message, hint);
        return;
    }
    let text = |key| table.text(key).map(str::to_owned);
    let (Some(subject), Some(body), Some(html)) = (text("subject"), text("text"), text("html")) else {
        return;
    };
    let template = MailTemplate {
        subject,
        text: body,
        html,
    };
    for fault in template.faults(kind) {
        faults.add(table.value_place(fault.key), fault.message, fault.hint);
    }
    templates.set(kind, language, template);
}

/// As BCP 47 writes languages, in small letters: `de`, `pt-br`.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_part = |part: &str, min| {
        (min..=8).contains(&part.len())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    parts.next().is_some_and(|first| is_part(first, 2)) && parts.all(|part| is_part(part, 1))
}

fn is_path(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    text.starts_with('/') && !text.starts_with("//") && text.bytes().all(allowed)
}
