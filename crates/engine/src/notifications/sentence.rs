//! Notifications in English: the only place with their words. Other languages are made from the other parts of one.

use super::Reason;

/// Stands for an actor whose name the reader may not know, or who has none.
pub(super) const NOBODY_KNOWN: &str = "Somebody";

pub(super) fn sentence(reason: Reason, who: &str, what: &str, changes: i64) -> String {
    match reason {
        Reason::Shared => format!("{who} shared \"{what}\" with you"),
        Reason::Mentioned => format!("{who} mentioned you in a comment on \"{what}\""),
        Reason::Replied => format!("{who} replied in a thread on \"{what}\""),
        Reason::Commented => format!("{who} commented on \"{what}\""),
        Reason::Resolved => format!("{who} resolved a thread on \"{what}\""),
        Reason::Changed if changes > 1 => format!("{who} changed \"{what}\" {changes} times"),
        Reason::Changed => format!("{who} changed \"{what}\""),
        Reason::Deleted => format!("{who} deleted \"{what}\""),
    }
}
