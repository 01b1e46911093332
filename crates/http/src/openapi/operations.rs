//! Every operation of the API, once: the document describes what stands here, and a test holds the router to it.

mod administration;
mod api_keys;
mod audit;
mod by_mail;
mod clients;
mod comments;
mod external_keys;
mod live;
mod notifications;
mod passkeys;
mod providers;
mod records;
mod second_factor;
mod server;
mod shares;
mod webhooks;

use mainstay_core::Code::{
    self, CheckViolation, Forbidden, RelationViolation, Unauthenticated, UniqueViolation, UnknownField,
    ValidationFailed,
};

use super::accounts;
use super::changes;
use super::operation::Operation;
use super::past;

/// What the rules refuse.
pub(super) const REFUSED: &[Code] = &[Unauthenticated, Forbidden];
/// What does not fit the collection.
pub(super) const VALUES: &[Code] = &[
    ValidationFailed,
    UnknownField,
    RelationViolation,
    CheckViolation,
    UniqueViolation,
];

pub const OPERATIONS: &[Operation] = &[
    records::LIST_RECORDS,
    records::CREATE_RECORD,
    records::READ_RECORD,
    records::UPDATE_RECORD,
    records::DELETE_RECORD,
    records::RESTORE_RECORD,
    records::RECORD_HISTORY,
    past::READ_VERSION,
    past::COMPARE_VERSIONS,
    past::PUT_BACK_VERSION,
    past::LIST_VERSIONS,
    past::SAVE_VERSION,
    past::READ_TREE_VERSION,
    past::COMPARE_TREE,
    past::RESTORE_VERSION,
    past::REMOVE_VERSION,
    past::LIST_TRASH,
    past::RESTORE_TRASH,
    past::PURGE_RECORD,
    records::BATCH_RECORDS,
    shares::LIST_SHARES,
    shares::CREATE_SHARE,
    shares::CHANGE_SHARE,
    shares::REVOKE_SHARE,
    shares::LIST_SHARED_WITH_ME,
    shares::OPEN_SHARE,
    changes::LIST_CHANGES,
    live::FOLLOW_LIVE,
    live::STREAM_LIVE,
    comments::LIST_COMMENTS,
    comments::CREATE_COMMENT,
    comments::EDIT_COMMENT,
    comments::DELETE_COMMENT,
    comments::RESOLVE_COMMENT,
    comments::REOPEN_COMMENT,
    comments::ADD_REACTION,
    comments::REMOVE_REACTION,
    comments::READ_FOLLOW,
    comments::FOLLOW_RECORD,
    comments::UNFOLLOW_RECORD,
    notifications::LIST_NOTIFICATIONS,
    notifications::MARK_NOTIFICATIONS_READ,
    notifications::COUNT_NOTIFICATIONS,
    accounts::SIGN_UP,
    accounts::SIGN_IN,
    second_factor::COMPLETE_SIGN_IN,
    accounts::REFRESH_SESSION,
    accounts::SIGN_OUT,
    accounts::READ_ME,
    accounts::READ_SESSION,
    accounts::CHANGE_PASSWORD,
    accounts::LIST_SESSIONS,
    accounts::END_OTHER_SESSIONS,
    accounts::END_SESSION,
    accounts::END_USER_SESSIONS,
    providers::LIST_PROVIDERS,
    providers::GO_TO_PROVIDER,
    providers::COME_BACK,
    providers::BEGIN_AT_PROVIDER,
    providers::COMPLETE_AT_PROVIDER,
    second_factor::READ_SECOND_FACTOR,
    second_factor::BEGIN_TOTP,
    second_factor::CONFIRM_TOTP,
    second_factor::REMOVE_TOTP,
    second_factor::MAKE_RECOVERY_CODES,
    second_factor::RESET_SECOND_FACTOR,
    passkeys::BEGIN_PASSKEY_SIGN_IN,
    passkeys::SIGN_IN_WITH_PASSKEY,
    passkeys::LIST_PASSKEYS,
    passkeys::BEGIN_PASSKEY,
    passkeys::ADD_PASSKEY,
    passkeys::RENAME_PASSKEY,
    passkeys::REMOVE_PASSKEY,
    accounts::SET_UP,
    api_keys::LIST_API_KEYS,
    api_keys::CREATE_API_KEY,
    api_keys::ROTATE_API_KEY,
    api_keys::REVOKE_API_KEY,
    external_keys::LIST_EXTERNAL_KEYS,
    external_keys::ADD_EXTERNAL_KEY,
    external_keys::ROTATE_EXTERNAL_KEY,
    external_keys::REMOVE_EXTERNAL_KEY,
    api_keys::LIST_SERVICE_ACCOUNTS,
    api_keys::CREATE_SERVICE_ACCOUNT,
    clients::LIST_CLIENTS,
    clients::CREATE_CLIENT,
    clients::UPDATE_CLIENT,
    clients::ROTATE_CLIENT_SECRET,
    clients::REMOVE_CLIENT,
    clients::LIST_APPLICATIONS,
    clients::DISCONNECT_APPLICATION,
    by_mail::READ_ACCOUNT,
    by_mail::REQUEST_PASSWORD_RESET,
    by_mail::RESET_PASSWORD,
    by_mail::REQUEST_VERIFICATION,
    by_mail::VERIFY_ADDRESS,
    by_mail::REQUEST_ADDRESS_CHANGE,
    by_mail::CONFIRM_ADDRESS_CHANGE,
    by_mail::REQUEST_SIGN_IN_CODE,
    by_mail::SIGN_IN_WITH_CODE,
    by_mail::REQUEST_SIGN_IN_LINK,
    by_mail::SIGN_IN_WITH_LINK,
    by_mail::LIST_INVITATIONS,
    by_mail::CREATE_INVITATION,
    by_mail::REVOKE_INVITATION,
    by_mail::ACCEPT_INVITATION,
    by_mail::DELETE_OWN_ACCOUNT,
    by_mail::DELETE_ACCOUNT,
    by_mail::LIST_MAILS,
    webhooks::LIST,
    webhooks::CREATE,
    webhooks::READ,
    webhooks::UPDATE,
    webhooks::DELETE,
    webhooks::ROTATE,
    webhooks::TEST,
    webhooks::LIST_DELIVERIES,
    webhooks::RESEND,
    audit::LIST_AUDIT_ENTRIES,
    audit::EXPORT_AUDIT,
    audit::READ_AUDIT_STATUS,
    audit::LIST_OWN_ACTIVITY,
    audit::RECORD_ACTIVITY,
    audit::USER_ACTIVITY,
    administration::READ_DEFINITION,
    administration::CHANGE_DEFINITION,
    administration::TEST_RULE,
    administration::CHECK_RULE,
    administration::LIST_SETTINGS,
    administration::READ_MIGRATIONS,
    administration::LIST_JOBS,
    administration::RETRY_MAIL,
    server::READ_HEALTH,
    server::READ_APPLICATION,
    server::READ_OPENAPI,
    server::LIVEZ,
    server::READYZ,
];
