//! The routes of what administrators see of the application and of what serves it.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};

use super::App;
use crate::{accounts, administration};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/definition", get(administration::read_definition))
        .route(
            "/api/v1/definition/collections/{name}",
            put(administration::change_definition),
        )
        .route("/api/v1/rules/test", post(administration::test_rule))
        .route("/api/v1/rules/check", post(administration::check_rule))
        .route("/api/v1/settings", get(administration::list_settings))
        .route("/api/v1/migrations", get(administration::read_migrations))
        .route("/api/v1/jobs", get(administration::list_jobs))
        .route("/api/v1/mails/{id}/retry", post(accounts::retry_mail))
}
