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

use std::sync::Arc;

use mainstay_core::{CollectionId, RecordId};
use mainstay_store::WriteTx;

use crate::context::Context;

/// Once a change of a user is on disk, asks the database again who they are.
pub(crate) fn forget_after_commit(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    user: RecordId,
) {
    if collection == ctx.release.definition.users {
        let tokens = Arc::clone(&ctx.environment.tokens);
        tx.after_commit(move || tokens.forget_user(user));
    }
}

/// An address as it is stored and looked up: the same mailbox is one account however it is typed.
pub fn normalise_email(email: &str) -> String {
    email.trim().to_lowercase()
}
