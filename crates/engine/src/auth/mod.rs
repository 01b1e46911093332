//! Sign-in: passwords, sessions, tokens.

mod accounts;
mod passwords;
mod sessions;
mod setup;
mod tokens;

pub use accounts::{create_user, list_users, read_me};
pub use passwords::Passwords;
pub use sessions::{Session, refresh_session, sign_in, sign_out, sign_up};
pub use setup::{SetupCode, needs_setup, set_up};
pub use tokens::{Identity, Tokens};

use mainstay_core::{CollectionId, RecordId};

use crate::environment::Environment;
use crate::records::Outcome;

impl Environment {
    /// After a write that may have touched users, asks the database again who they are.
    pub(crate) fn forget_cached(&self, outcome: &Outcome, collection: CollectionId, id: RecordId) {
        if outcome.took_users {
            self.tokens.forget_everybody();
        } else if collection == self.release().definition.users {
            self.tokens.forget_user(id);
        }
    }
}

/// An address as it is stored and looked up: the same mailbox is one account however it is typed.
pub fn normalise_email(email: &str) -> String {
    email.trim().to_lowercase()
}
