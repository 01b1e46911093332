//! What the tables of `mainstay.toml` set.

use super::keys::METHODS;
use super::{DeclaredClient, Provider};
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
    pub second_factor: SecondFactorFor,
    /// Where else people may sign in.
    pub providers: Vec<Provider>,
    /// Programs of the application's own that sign people in here.
    pub clients: Vec<DeclaredClient>,
}

impl Default for AuthSettings {
    fn default() -> Self {
        Self {
            sign_up: false,
            methods: vec![SignInMethod::Password],
            access_token_minutes: 10,
            refresh_token_days: 30,
            session_idle_days: 14,
            second_factor: SecondFactorFor::default(),
            providers: Vec::new(),
            clients: Vec::new(),
        }
    }
}

/// Who must have a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecondFactorFor {
    #[default]
    Nobody,
    Administrators,
    Everyone,
}

impl SecondFactorFor {
    pub const ALL: [Self; 3] = [Self::Nobody, Self::Administrators, Self::Everyone];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "optional",
            Self::Administrators => "administrators",
            Self::Everyone => "everyone",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|whom| whom.as_str() == text)
    }

    /// Must somebody who is an administrator, or is none, have one?
    pub fn is_wanted_of(self, administrator: bool) -> bool {
        match self {
            Self::Nobody => false,
            Self::Administrators => administrator,
            Self::Everyone => true,
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
    /// A key in a device of theirs, which knows them by finger, face or PIN.
    Passkey,
}

impl SignInMethod {
    pub const ALL: [Self; 4] = [Self::Password, Self::EmailCode, Self::MagicLink, Self::Passkey];

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
    /// Are people told what is shared with them?
    pub tells_shares: bool,
    pub templates: MailTemplates,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            link_path: "/console/link".to_owned(),
            tells_shares: true,
            templates: MailTemplates::default(),
        }
    }
}
