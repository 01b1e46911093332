//! Mails: which there are, and the templates that they are made from.
//!
//! Each comes in English and German. An application puts its own in their place, or adds languages, with files in its
//! folder `mail`.

mod builtin;
mod template;

use std::collections::BTreeMap;

pub use template::{MailTemplate, RenderError, Rendered, TemplateFault};

/// One row for each mail: its name here, the name of its template, what it is for, and its own variables with an example
/// of each.
macro_rules! mails {
    ($($name:ident = $text:literal, $doc:literal, { $($variable:literal: $example:literal),* };)*) => {
        /// A mail that Mainstay sends. The text is the name of its template.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum MailKind {
            $(#[doc = $doc] $name,)*
        }

        impl MailKind {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// When it is sent.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$name => $doc,)*
                }
            }

            /// What its template may say beside `application` and `user`, with an example of each.
            pub fn variables(self) -> &'static [(&'static str, &'static str)] {
                match self {
                    $(Self::$name => &[$(($variable, $example)),*],)*
                }
            }
        }
    };
}

mails! {
    VerifyAddress = "verify_address", "After signing up, and when somebody asks for it.",
        { "link": "https://example.org/console/link#verify=...", "hours": "24" };
    ResetPassword = "reset_password", "When somebody has forgotten a password.",
        { "link": "https://example.org/console/link#reset=...", "minutes": "30" };
    ChangeAddress = "change_address", "To the new address, before it is taken.",
        { "link": "https://example.org/console/link#address=...", "minutes": "60" };
    Invitation = "invitation", "When an administrator invites somebody.",
        { "link": "https://example.org/console/link#invitation=...", "days": "7" };
    SignInCode = "sign_in_code", "When somebody signs in with a code.",
        { "code": "12345678", "minutes": "10" };
    SignInLink = "sign_in_link", "When somebody signs in with a link.",
        { "link": "https://example.org/console/link#sign-in=...", "minutes": "10" };
    PasswordChanged = "password_changed", "After a password was changed or reset.",
        { "at": "2026-01-01 12:00 UTC", "address": "192.0.2.1" };
    AddressChanged = "address_changed", "To the old address, after another one took its place.",
        { "at": "2026-01-01 12:00 UTC", "address": "192.0.2.1" };
    NewDevice = "new_device", "After a sign-in with a browser or program that was not seen before.",
        { "at": "2026-01-01 12:00 UTC", "address": "192.0.2.1", "device": "Firefox on Linux" };
    TokenReused = "token_reused", "After a session was ended because somebody else may have held its token.",
        { "at": "2026-01-01 12:00 UTC", "address": "192.0.2.1" };
    SecondFactorAdded = "second_factor_added", "After an authenticator was set up.",
        { "at": "2026-01-01 12:00 UTC", "address": "192.0.2.1" };
    SecondFactorRemoved = "second_factor_removed", "After an authenticator was removed.",
        { "at": "2026-01-01 12:00 UTC", "address": "192.0.2.1" };
    RecoveryCodeUsed = "recovery_code_used", "After somebody signed in with a recovery code.",
        { "at": "2026-01-01 12:00 UTC", "address": "192.0.2.1" };
    PasskeyAdded = "passkey_added", "After a passkey was added.",
        { "at": "2026-01-01 12:00 UTC", "address": "192.0.2.1", "passkey": "Firefox on Linux" };
    PasskeyRemoved = "passkey_removed", "After a passkey was removed.",
        { "at": "2026-01-01 12:00 UTC", "address": "192.0.2.1", "passkey": "Firefox on Linux" };
    IdentityLinked = "identity_linked", "After the word of a provider became enough to sign in to an account that was there before.",
        { "at": "2026-01-01 12:00 UTC", "address": "192.0.2.1", "provider": "Google" };
    RecordShared = "record_shared", "After a record was shared with somebody.",
        { "collection": "Lists", "level": "edit", "who": "Ada", "what": "Groceries", "link": "https://example.org" };
}

/// What every template may say: the title of the application, and the record of the user, as far as there is one.
pub const COMMON_VARIABLES: [&str; 2] = ["application", "user"];
/// The language that every mail comes in.
pub const ENGLISH: &str = "en";

impl MailKind {
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    pub(crate) fn knows(self, variable: &str) -> bool {
        let mut own = self.variables().iter().map(|(name, _)| *name);
        COMMON_VARIABLES.contains(&variable) || own.any(|name| name == variable)
    }
}

/// The templates of an application, by mail and language.
#[derive(Debug, Clone)]
pub struct MailTemplates {
    templates: BTreeMap<(MailKind, String), MailTemplate>,
    /// The language of mails to those of whom no other is known.
    pub language: String,
}

impl Default for MailTemplates {
    /// Those that come with Mainstay.
    fn default() -> Self {
        Self {
            templates: builtin::templates(),
            language: ENGLISH.to_owned(),
        }
    }
}

impl MailTemplates {
    pub(crate) fn set(&mut self, kind: MailKind, language: &str, template: MailTemplate) {
        self.templates.insert((kind, language.to_owned()), template);
    }

    pub fn has(&self, kind: MailKind, language: &str) -> bool {
        self.templates.contains_key(&(kind, language.to_owned()))
    }

    /// The languages of a mail, sorted.
    pub fn languages(&self, kind: MailKind) -> impl Iterator<Item = &str> {
        let of = self.templates.keys().filter(move |(of, _)| *of == kind);
        of.map(|(_, language)| language.as_str())
    }

    /// The template in the first of these languages that there is one in, else in the language of the application.
    /// Of `de-AT`, `de` is enough.
    pub fn choose<'a>(&self, kind: MailKind, wanted: impl Iterator<Item = &'a str>) -> (&str, &MailTemplate) {
        let primary = |language: &str| {
            language
                .split(['-', '_'])
                .next()
                .unwrap_or_default()
                .to_lowercase()
        };
        let wanted = wanted.flat_map(|language| [language.to_lowercase(), primary(language)]);
        wanted
            .chain([self.language.clone()])
            .find_map(|language| self.templates.get_key_value(&(kind, language)))
            .map(|((_, language), template)| (language.as_str(), template))
            .expect("reading the definition made sure of its own language")
    }
}
