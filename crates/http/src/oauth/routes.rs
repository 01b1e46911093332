//! The routes of clients.

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, patch, post};

use super::authorize::{authorize_client, decide_on_client};
use super::sign_in::sign_in_for_client;
use super::token::{exchange_tokens, introspect_token, revoke_token};
use super::{read_metadata, read_public_keys, read_user_info};
use crate::clients;
use crate::router::App;

/// The routes of clients, of whoever manages them, and of the people in front of them.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/v1/clients",
            get(clients::list_clients).post(clients::create_client),
        )
        .route(
            "/api/v1/clients/{id}",
            patch(clients::update_client).delete(clients::remove_client),
        )
        .route(
            "/api/v1/clients/{id}/rotate-secret",
            post(clients::rotate_client_secret),
        )
        .route("/api/v1/auth/applications", get(clients::list_applications))
        .route(
            "/api/v1/auth/applications/{client}",
            delete(clients::disconnect_application),
        )
        .route("/.well-known/openid-configuration", get(read_metadata))
        .route("/.well-known/oauth-authorization-server", get(read_metadata))
        .route("/oauth/keys", get(read_public_keys))
        .route("/oauth/authorize", get(authorize_client).post(decide_on_client))
        .route("/oauth/sign-in", post(sign_in_for_client))
        .route("/oauth/token", post(exchange_tokens))
        .route("/oauth/revoke", post(revoke_token))
        .route("/oauth/introspect", post(introspect_token))
        .route("/oauth/userinfo", get(read_user_info).post(read_user_info))
}
