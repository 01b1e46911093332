//! The routes of accounts: ways to sign in, what proves who somebody is, and what happens by mail.

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, patch, post};

use super::App;
use crate::{accounts, auth, passkeys, providers, second_factor};

pub(super) fn routes() -> Router<Arc<App>> {
    second_factors()
        .merge(passkeys())
        .merge(elsewhere())
        .merge(by_mail())
}

/// The second step of a sign-in, and what it takes.
fn second_factors() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/auth/sign-in/second-factor", post(auth::complete_sign_in))
        .route(
            "/api/v1/auth/second-factor",
            get(second_factor::read_second_factor),
        )
        .route("/api/v1/auth/totp", post(second_factor::begin_totp))
        .route("/api/v1/auth/totp/confirm", post(second_factor::confirm_totp))
        .route("/api/v1/auth/totp/remove", post(second_factor::remove_totp))
        .route(
            "/api/v1/auth/recovery-codes",
            post(second_factor::make_recovery_codes),
        )
        .route(
            "/api/v1/users/{id}/second-factor",
            delete(second_factor::reset_second_factor),
        )
}

/// Passkeys, and signing in with one.
fn passkeys() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/v1/auth/sign-in-with-passkey/begin",
            post(passkeys::begin_passkey_sign_in),
        )
        .route(
            "/api/v1/auth/sign-in-with-passkey",
            post(passkeys::sign_in_with_passkey),
        )
        .route(
            "/api/v1/auth/passkeys",
            get(passkeys::list_passkeys).post(passkeys::add_passkey),
        )
        .route("/api/v1/auth/passkeys/begin", post(passkeys::begin_passkey))
        .route("/api/v1/auth/passkeys/{id}", patch(passkeys::rename_passkey))
        .route(
            "/api/v1/auth/passkeys/{id}/remove",
            post(passkeys::remove_passkey),
        )
}

/// Signing in at a provider.
fn elsewhere() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/auth/providers", get(providers::list_providers))
        .route(
            "/api/v1/auth/providers/{provider}/sign-in",
            get(providers::go_to_provider),
        )
        .route(
            "/api/v1/auth/providers/{provider}/callback",
            get(providers::come_back),
        )
        .route(
            "/api/v1/auth/providers/{provider}/begin",
            post(providers::begin_at_provider),
        )
        .route(
            "/api/v1/auth/providers/{provider}/complete",
            post(providers::complete_at_provider),
        )
}

/// What happens to accounts by mail, and the mails.
fn by_mail() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/auth/account", get(accounts::read_account))
        .route("/api/v1/auth/delete-account", post(accounts::delete_own_account))
        .route(
            "/api/v1/auth/request-password-reset",
            post(accounts::request_password_reset),
        )
        .route("/api/v1/auth/reset-password", post(accounts::reset_password))
        .route(
            "/api/v1/auth/request-verification",
            post(accounts::request_verification),
        )
        .route("/api/v1/auth/verify-address", post(accounts::verify_address))
        .route(
            "/api/v1/auth/request-address-change",
            post(accounts::request_address_change),
        )
        .route(
            "/api/v1/auth/confirm-address-change",
            post(accounts::confirm_address_change),
        )
        .route("/api/v1/auth/request-code", post(accounts::request_sign_in_code))
        .route(
            "/api/v1/auth/sign-in-with-code",
            post(accounts::sign_in_with_code),
        )
        .route("/api/v1/auth/request-link", post(accounts::request_sign_in_link))
        .route(
            "/api/v1/auth/sign-in-with-link",
            post(accounts::sign_in_with_link),
        )
        .route(
            "/api/v1/auth/accept-invitation",
            post(accounts::accept_invitation),
        )
        .route(
            "/api/v1/invitations",
            get(accounts::list_invitations).post(accounts::create_invitation),
        )
        .route("/api/v1/invitations/{id}", delete(accounts::revoke_invitation))
        .route("/api/v1/users/{id}/account", delete(accounts::delete_account))
        .route("/api/v1/mails", get(accounts::list_mails))
}
