//! The templates that come with Mainstay.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::MailKind;
use super::template::MailTemplate;

macro_rules! files {
    ($($kind:ident: $name:literal;)*) => {
        [$(
            (MailKind::$kind, "en", include_str!(concat!("templates/", $name, ".en.toml"))),
            (MailKind::$kind, "de", include_str!(concat!("templates/", $name, ".de.toml"))),
        )*]
    };
}

const FILES: [(MailKind, &str, &str); 34] = files! {
    VerifyAddress: "verify_address";
    ResetPassword: "reset_password";
    ChangeAddress: "change_address";
    Invitation: "invitation";
    SignInCode: "sign_in_code";
    SignInLink: "sign_in_link";
    PasswordChanged: "password_changed";
    AddressChanged: "address_changed";
    NewDevice: "new_device";
    TokenReused: "token_reused";
    SecondFactorAdded: "second_factor_added";
    SecondFactorRemoved: "second_factor_removed";
    RecoveryCodeUsed: "recovery_code_used";
    PasskeyAdded: "passkey_added";
    PasskeyRemoved: "passkey_removed";
    IdentityLinked: "identity_linked";
    RecordShared: "record_shared";
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    subject: String,
    text: String,
    html: String,
}

pub(super) fn templates() -> BTreeMap<(MailKind, String), MailTemplate> {
    FILES
        .iter()
        .map(|(kind, language, text)| {
            let file: File = toml::from_str(text).expect("a test reads every file");
            let template = MailTemplate {
                subject: file.subject,
                text: file.text,
                html: file.html,
            };
            ((*kind, (*language).to_owned()), template)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value as Json};

    use super::*;

    #[test]
    fn every_mail_comes_in_both_languages_without_faults() {
        let templates = templates();
        assert_eq!(templates.len(), MailKind::ALL.len() * 2);
        for ((kind, language), template) in &templates {
            assert!(template.faults(*kind).is_empty(), "{kind:?} {language}");
            let mut variables: Map<String, Json> = Map::new();
            variables.insert("application".to_owned(), "Choir".into());
            for (name, example) in kind.variables() {
                variables.insert((*name).to_owned(), (*example).into());
            }
            let rendered = template.render(language, &Json::Object(variables)).unwrap();
            for text in [&rendered.subject, &rendered.text, &rendered.html] {
                assert!(text.contains("Choir"), "{kind:?} {language}: {text}");
            }
            // Of a share the built-in texts say little: a mail is no place for what people wrote.
            let told = kind.variables().iter();
            let told = told.filter(|(name, _)| !["level", "who", "what"].contains(name));
            for (name, example) in told {
                assert!(rendered.text.contains(example), "{kind:?} {language}: {name}");
            }
        }
    }
}
