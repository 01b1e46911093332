//! Notifications: what people are told about the records that concern them.
//!
//! A reader of the journal (`recipients`) turns acts into rows, once for each act; `list` shows them to their users, as
//! far as these may still read the records.

mod list;
mod read;
mod recipients;
mod sentence;
mod shared;

pub use list::{NotificationQuery, count_notifications, list_notifications};
pub use read::{MarkRead, mark_notifications_read};
pub use recipients::notifier;

use mainstay_core::RecordId;

use crate::context::Context;
use crate::failure::Failure;

/// Why somebody is told. The names are stored and part of the API. One act tells one person for one reason: the first of
/// those that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    Shared,
    Mentioned,
    Replied,
    Commented,
    Resolved,
    Changed,
    Deleted,
}

impl Reason {
    pub(crate) const ALL: [Self; 7] = [
        Self::Shared,
        Self::Mentioned,
        Self::Replied,
        Self::Commented,
        Self::Resolved,
        Self::Changed,
        Self::Deleted,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Mentioned => "mentioned",
            Self::Replied => "replied",
            Self::Commented => "commented",
            Self::Resolved => "resolved",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// Whose notifications they are.
fn user(ctx: &Context) -> Result<RecordId, Failure> {
    ctx.actor
        .id
        .ok_or_else(|| ctx.refused("only somebody with an account has notifications"))
}
