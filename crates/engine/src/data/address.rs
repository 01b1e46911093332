//! The address of a user, in the one form in which sign-in looks for it.

use mainstay_core::Value;
use mainstay_core::definition::{CollectionId, Field};

use crate::auth::normalise_email;
use crate::context::Context;

/// The value as it is stored: for the address of a user the mailbox, for everything else the value itself.
pub(super) fn as_stored(ctx: &Context, collection: CollectionId, field: &Field, value: Value) -> Value {
    match value {
        Value::Text(email)
            if collection == ctx.release.definition.users && field.name.as_str() == "email" =>
        {
            Value::Text(normalise_email(&email))
        }
        other => other,
    }
}
