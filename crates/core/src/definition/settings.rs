//! What the tables of `mainstay.toml` set.

use super::keys::METHODS;
use crate::mail::MailTemplates;

/// Sign-in settings of `[auth]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthSettings {
    /// May anyone create an account?
    pub sign_up: bool,
    /// What people may sign in with; at least one.
    pub methods: Vec<SignInMethod>,
    pub access_token_minutes: u32,
    /// From the beginning of a session to its end, however much it is used.
    pub refresh_token_days: u32,
    /// From the last use of a session to its end.
    pub session_idle_days: u32,
}

impl Default for AuthSettings {
    fn default() -> Self {
        Self {
            sign_up: false,
            methods: vec![SignInMethod::Password],
            access_token_minutes: 10,
            refresh_token_days: 30,
            session_idle_days: 14,
        }
    }
}

/// A way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInMethod {
    Password,
    /// A code that comes by mail.
    EmailCode,
    /// A link that comes by mail.
    MagicLink,
}

impl SignInMethod {
    pub const ALL: [Self; 3] = [Self::Password, Self::EmailCode, Self::MagicLink];

    pub fn as_str(self) -> &'static str {
        METHODS[self as usize].text
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }
}

/// The mails that people get, and where links in them lead.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// A path below the public address.
    pub link_path: String,
    pub templates: MailTemplates,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            link_path: "/account".to_owned(),
            templates: MailTemplates::default(),
        }
    }
}
