//! Every operation, and what it takes to be let in: one row for each. A route without one fails a test.
//!
//! What the rules of collections say is not repeated here. Scopes are asked here where a request names its collection, so
//! that the answer can name the scope; everywhere else the rules that a key runs on have nothing that it has no scope for.

use mainstay_core::{Action, RateClass};

/// What it takes to be let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) operation: &'static str,
    /// What its requests are counted as; nothing for those that must always be answered.
    pub(crate) class: Option<RateClass>,
    pub(crate) who: Who,
    pub(crate) keys: ForKeys,
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Anybody, or whom the rules let.
    Anyone,
    SignedIn,
    /// From the networks of administration only.
    Administrator,
}

/// What an API key needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForKeys {
    /// Nothing, or what the rules leave of its scopes.
    ByRule,
    /// The scope for an action on the collection in the path.
    Scope(Action),
    /// The scope for an action on users.
    OnUsers(Action),
    /// The scope for an action on any collection.
    OnAny(Action),
    /// The scope `admin`.
    Admin,
    /// No key will do: it is about people, their sessions and their secrets.
    Never,
}

use ForKeys::{Admin, ByRule, Never, OnAny, OnUsers, Scope};
use RateClass::{Auth, Batch, Export, Read, Realtime, Write};
use Who::{Administrator, Anyone, SignedIn};

const fn row(operation: &'static str, class: RateClass, who: Who, keys: ForKeys) -> Row {
    Row {
        operation,
        class: Some(class),
        who,
        keys,
    }
}

/// Always answered: whoever watches over the server must not be told to come back.
const fn uncounted(operation: &'static str) -> Row {
    Row {
        operation,
        class: None,
        who: Anyone,
        keys: ByRule,
    }
}

#[rustfmt::skip]
pub(crate) const ADMISSION: &[Row] = &[
    row("list_records", Read, Anyone, Scope(Action::Read)),
    row("create_record", Write, Anyone, Scope(Action::Create)),
    row("read_record", Read, Anyone, Scope(Action::Read)),
    row("update_record", Write, Anyone, Scope(Action::Update)),
    row("delete_record", Write, Anyone, Scope(Action::Delete)),
    row("restore_record", Write, Anyone, Scope(Action::Delete)),
    row("batch_records", Batch, Anyone, ByRule),

    row("record_history", Read, Anyone, Scope(Action::Read)),
    row("read_version", Read, Anyone, Scope(Action::Read)),
    row("compare_versions", Read, Anyone, Scope(Action::Read)),
    row("put_back_version", Write, Anyone, Scope(Action::Update)),
    row("list_versions", Read, Anyone, Scope(Action::Read)),
    row("save_version", Write, Anyone, Scope(Action::Update)),
    row("read_tree_version", Read, Anyone, Scope(Action::Read)),
    row("compare_tree", Read, Anyone, Scope(Action::Read)),
    row("restore_version", Write, Anyone, Scope(Action::Update)),
    row("remove_version", Write, Anyone, Scope(Action::Delete)),
    row("list_trash", Read, Anyone, ByRule),
    row("restore_trash", Batch, Anyone, ByRule),
    row("purge_record", Write, Anyone, ByRule),

    // Who has access to what is for people: a program that could share could make its key outlive itself.
    row("list_shares", Read, SignedIn, Never),
    row("create_share", Write, SignedIn, Never),
    row("change_share", Write, SignedIn, Never),
    row("revoke_share", Write, SignedIn, Never),
    row("list_shared_with_me", Read, SignedIn, Never),
    row("open_share", Auth, Anyone, Never),

    row("list_changes", Read, Anyone, ByRule),
    row("follow_live", Realtime, Anyone, ByRule),
    row("stream_live", Realtime, Anyone, ByRule),

    row("list_comments", Read, Anyone, Scope(Action::Read)),
    row("create_comment", Write, SignedIn, Scope(Action::Comment)),
    row("edit_comment", Write, SignedIn, OnAny(Action::Comment)),
    row("delete_comment", Write, SignedIn, OnAny(Action::Comment)),
    row("resolve_comment", Write, SignedIn, OnAny(Action::Comment)),
    row("reopen_comment", Write, SignedIn, OnAny(Action::Comment)),
    row("add_reaction", Write, SignedIn, OnAny(Action::Comment)),
    row("remove_reaction", Write, SignedIn, OnAny(Action::Comment)),
    row("read_follow", Read, SignedIn, Never),
    row("follow_record", Write, SignedIn, Never),
    row("unfollow_record", Write, SignedIn, Never),
    row("list_notifications", Read, SignedIn, Never),
    row("mark_notifications_read", Write, SignedIn, Never),
    row("count_notifications", Read, SignedIn, Never),

    row("sign_up", Auth, Anyone, Never),
    row("sign_in", Auth, Anyone, Never),
    row("complete_sign_in", Auth, Anyone, Never),
    row("refresh_session", Auth, Anyone, Never),
    row("sign_out", Write, SignedIn, Never),
    row("read_me", Read, SignedIn, OnUsers(Action::Read)),
    row("read_session", Read, Anyone, OnUsers(Action::Read)),
    row("change_password", Auth, SignedIn, Never),
    row("list_sessions", Read, SignedIn, Never),
    row("end_other_sessions", Write, SignedIn, Never),
    row("end_session", Write, SignedIn, Never),
    row("end_user_sessions", Write, Administrator, Admin),

    row("read_account", Read, SignedIn, Never),
    row("request_password_reset", Auth, Anyone, Never),
    row("reset_password", Auth, Anyone, Never),
    row("request_verification", Auth, SignedIn, Never),
    row("verify_address", Auth, Anyone, Never),
    row("request_address_change", Auth, SignedIn, Never),
    row("confirm_address_change", Auth, Anyone, Never),
    row("request_sign_in_code", Auth, Anyone, Never),
    row("sign_in_with_code", Auth, Anyone, Never),
    row("request_sign_in_link", Auth, Anyone, Never),
    row("sign_in_with_link", Auth, Anyone, Never),
    row("list_invitations", Read, Administrator, Admin),
    row("create_invitation", Write, Administrator, Admin),
    row("revoke_invitation", Write, Administrator, Admin),
    row("accept_invitation", Auth, Anyone, Never),
    row("delete_own_account", Auth, SignedIn, Never),
    row("delete_account", Write, Administrator, Admin),
    row("list_mails", Read, Administrator, Admin),
    row("set_up", Auth, Administrator, Never),

    row("read_second_factor", Read, SignedIn, Never),
    row("begin_totp", Auth, SignedIn, Never),
    row("confirm_totp", Auth, SignedIn, Never),
    row("remove_totp", Auth, SignedIn, Never),
    row("make_recovery_codes", Auth, SignedIn, Never),
    row("reset_second_factor", Write, Administrator, Admin),

    row("begin_passkey_sign_in", Auth, Anyone, Never),
    row("sign_in_with_passkey", Auth, Anyone, Never),
    row("list_passkeys", Read, SignedIn, Never),
    row("begin_passkey", Auth, SignedIn, Never),
    row("add_passkey", Auth, SignedIn, Never),
    row("rename_passkey", Write, SignedIn, Never),
    row("remove_passkey", Auth, SignedIn, Never),

    row("list_providers", Read, Anyone, ByRule),
    row("go_to_provider", Auth, Anyone, Never),
    row("come_back", Auth, Anyone, Never),
    row("begin_at_provider", Auth, Anyone, Never),
    row("complete_at_provider", Auth, Anyone, Never),

    // A key that could make keys would outlive its own end.
    row("list_api_keys", Read, SignedIn, Never),
    row("create_api_key", Write, SignedIn, Never),
    row("rotate_api_key", Write, SignedIn, Never),
    row("revoke_api_key", Write, SignedIn, Never),
    // A program could put a key of its own in the place of a user's.
    row("list_external_keys", Read, SignedIn, Never),
    row("add_external_key", Write, SignedIn, Never),
    row("rotate_external_key", Write, SignedIn, Never),
    row("remove_external_key", Write, SignedIn, Never),
    // And a client that could let clients in, too.
    row("list_applications", Read, SignedIn, Never),
    row("disconnect_application", Write, SignedIn, Never),
    row("list_clients", Read, Administrator, Admin),
    row("create_client", Write, Administrator, Admin),
    row("update_client", Write, Administrator, Admin),
    row("rotate_client_secret", Write, Administrator, Admin),
    row("remove_client", Write, Administrator, Admin),
    row("list_service_accounts", Read, Administrator, Admin),
    row("create_service_account", Write, Administrator, Admin),

    row("list_webhooks", Read, Administrator, Admin),
    row("create_webhook", Write, Administrator, Admin),
    row("read_webhook", Read, Administrator, Admin),
    row("update_webhook", Write, Administrator, Admin),
    row("delete_webhook", Write, Administrator, Admin),
    row("rotate_webhook_secret", Write, Administrator, Admin),
    row("test_webhook", Write, Administrator, Admin),
    row("list_webhook_deliveries", Read, Administrator, Admin),
    row("resend_webhook_delivery", Write, Administrator, Admin),

    row("list_audit_entries", Read, Administrator, Admin),
    row("export_audit", Export, Administrator, Admin),
    row("read_audit_status", Read, Administrator, Admin),
    row("list_own_activity", Read, SignedIn, Never),
    row("record_activity", Read, Anyone, Scope(Action::Read)),
    row("user_activity", Read, Anyone, Never),

    row("read_definition", Read, Administrator, Admin),
    row("change_definition", Write, Administrator, Never),
    row("test_rule", Read, Administrator, Admin),
    row("check_rule", Read, Administrator, Admin),
    row("list_settings", Read, Administrator, Admin),
    row("read_migrations", Read, Administrator, Admin),
    row("list_jobs", Read, Administrator, Admin),
    row("retry_mail", Write, Administrator, Admin),
    row("read_health", Read, Administrator, Admin),
    uncounted("livez"),
    uncounted("readyz"),
    row("read_application", Read, Anyone, ByRule),
    row("read_openapi", Read, Anyone, ByRule),
];

/// What clients and the people in front of them ask for, by its path: the standards say what it looks like, and its
/// metadata describe it.
pub(crate) const OF_CLIENTS: &[(&str, Row)] = &[
    ("/oauth/authorize", row("authorize_client", Auth, Anyone, Never)),
    ("/oauth/sign-in", row("sign_in_for_client", Auth, Anyone, Never)),
    ("/oauth/token", row("exchange_tokens", Auth, Anyone, Never)),
    ("/oauth/revoke", row("revoke_token", Auth, Anyone, Never)),
    ("/oauth/introspect", row("introspect_token", Auth, Anyone, Never)),
    ("/oauth/userinfo", row("read_user_info", Read, SignedIn, ByRule)),
];

/// Pages, and paths that there are not.
pub(crate) const ELSE: Row = row("", Read, Anyone, ByRule);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::{Access, OPERATIONS};

    #[test]
    fn every_operation_has_one_row() {
        for operation in OPERATIONS {
            let rows = ADMISSION.iter().filter(|row| row.operation == operation.id);
            let rows: Vec<&Row> = rows.collect();
            assert_eq!(rows.len(), 1, "{}", operation.id);
            let is_for_people = rows[0].who != Anyone && operation.id != "set_up";
            assert_eq!(
                is_for_people,
                operation.access == Access::SignedIn,
                "{}",
                operation.id
            );
        }
        assert_eq!(ADMISSION.len(), OPERATIONS.len());
    }

    #[test]
    fn a_scope_is_asked_of_a_path_with_a_collection() {
        for operation in OPERATIONS {
            let row = ADMISSION.iter().find(|row| row.operation == operation.id);
            let asks = row.is_some_and(|row| matches!(row.keys, Scope(_) | Never));
            let names = operation.path.starts_with("/api/v1/records/{collection}");
            assert!(
                asks || !names,
                "{} would let a key in without a scope",
                operation.id
            );
            let scoped = row.is_some_and(|row| matches!(row.keys, Scope(_)));
            assert!(names || !scoped, "{} names no collection", operation.id);
        }
    }
}
