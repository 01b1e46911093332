//! The rows of sharing in the authorisation matrix. Nothing is shared in that application: who may share what, and what
//! the holders of shares may do, stands in the tests beside this.

/// Operation, collection, and the status that each role gets.
pub(crate) const ROWS: &[(&str, &str, [u16; 5])] = &[
    ("list_shares", "rooms", [404; 5]),
    ("list_shares", "messages", [404; 5]),
    ("list_shares", "memberships", [404; 5]),
    ("list_shares", "users", [404; 5]),
    ("create_share", "rooms", [404; 5]),
    ("create_share", "messages", [404; 5]),
    ("create_share", "memberships", [404; 5]),
    ("create_share", "users", [404; 5]),
    ("change_share", "rooms", [404; 5]),
    ("change_share", "messages", [404; 5]),
    ("change_share", "memberships", [404; 5]),
    ("change_share", "users", [404; 5]),
    ("revoke_share", "rooms", [404; 5]),
    ("revoke_share", "messages", [404; 5]),
    ("revoke_share", "memberships", [404; 5]),
    ("revoke_share", "users", [404; 5]),
    ("list_shared_with_me", "", [401, 200, 200, 200, 200]),
    // With a token that is made up.
    ("open_share", "", [404; 5]),
];
