//! What this server does: every route, in one list.

mod accounts;
mod administration;

use std::net::IpAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post, put};
use mainstay_core::{Code, Network, Problem};
use mainstay_engine::Environment;

use crate::administration::Administration;
use crate::admit;
use crate::client_address::ForwardedHeader;
use crate::console::{self, Console};
use crate::error::HttpError;
use crate::pages::Page;
use crate::{
    activity, api_keys, application, audit, auth, batch, changes, comments, external_keys, health, history,
    notifications, oauth, pages, realtime, records, sessions, shares, trash, versions, webhooks,
};

/// The settings of the HTTP floor.
#[derive(Debug, Clone)]
pub struct AppOptions {
    pub body_bytes_max: usize,
    pub request_timeout: Duration,
    /// One log line for each request?
    pub access_log: bool,
    /// Origins that browsers may call from; none by default.
    pub cors_origins: Vec<String>,
    /// What addresses of this server begin with, as people know it.
    pub public_url: Option<String>,
    /// Are browsers told to use encryption alone from now on (RFC 6797)?
    pub strict_transport: bool,
    /// Proxies whose word on the client's address is believed.
    pub trusted_proxies: Vec<Network>,
    /// Where these proxies say it.
    pub forwarded_header: ForwardedHeader,
    /// From where alone administrators are administrators; everywhere without any.
    pub admin_networks: Vec<Network>,
    /// What `/console` answers with.
    pub console: Option<Arc<Console>>,
    /// What administrators are told of this process.
    pub administration: Administration,
}

impl Default for AppOptions {
    fn default() -> Self {
        Self {
            body_bytes_max: mainstay_core::limits::BODY_BYTES_DEFAULT,
            request_timeout: Duration::from_secs(30),
            access_log: true,
            cors_origins: Vec::new(),
            public_url: None,
            strict_transport: false,
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            admin_networks: Vec::new(),
            console: None,
            administration: Administration::default(),
        }
    }
}

/// An environment with its way in.
#[derive(Debug)]
pub struct App {
    pub(crate) environment: Arc<Environment>,
    pub(crate) options: AppOptions,
    /// The server is stopping: not ready for new clients.
    pub(crate) draining: AtomicBool,
    router: OnceLock<Router>,
}

impl App {
    pub fn new(environment: Arc<Environment>, options: AppOptions) -> Arc<Self> {
        let app = Arc::new(Self {
            environment,
            options,
            draining: AtomicBool::new(false),
            router: OnceLock::new(),
        });
        // The routes need the app as their state, and the app holds them: built once, right here.
        let counted = middleware::from_fn_with_state(Arc::clone(&app), admit::count_request);
        let routes = routes().layer(counted).with_state(Arc::clone(&app));
        app.router.get_or_init(|| routes);
        app
    }

    /// Are administrators what they are at this address?
    pub(crate) fn is_administered_from(&self, address: IpAddr) -> bool {
        let networks = &self.options.admin_networks;
        networks.is_empty() || networks.iter().any(|network| network.contains(address))
    }

    pub(crate) fn router(&self) -> Router {
        self.router.get().expect("built by `new`").clone()
    }
}

fn routes() -> Router<Arc<App>> {
    Router::new()
        // Records
        .route("/api/v1/records/{collection}", get(records::list_records).post(records::create_record))
        .route(
            "/api/v1/records/{collection}/{id}",
            get(records::read_record).patch(records::update_record).delete(records::delete_record),
        )
        .route("/api/v1/records/{collection}/{id}/restore", post(records::restore_record))
        .merge(past())
        .route("/api/v1/batch", post(batch::batch_records))
        .merge(talk())
        .merge(sharing())
        // Sign-in
        .route("/api/v1/auth/sign-up", post(auth::sign_up))
        .route("/api/v1/auth/sign-in", post(auth::sign_in))
        .route("/api/v1/auth/refresh", post(auth::refresh_session))
        .route("/api/v1/auth/sign-out", post(auth::sign_out))
        .route("/api/v1/auth/me", get(auth::read_me))
        .route("/api/v1/auth/session", get(auth::read_session))
        .route("/api/v1/setup", post(auth::set_up))
        .route("/api/v1/auth/password", post(auth::change_password))
        .route("/api/v1/auth/sessions", get(sessions::list_sessions).delete(sessions::end_other_sessions))
        .route("/api/v1/auth/sessions/{id}", delete(sessions::end_session))
        .route("/api/v1/users/{id}/sessions", delete(sessions::end_user_sessions))
        .merge(keys())
        .merge(oauth::routes())
        .merge(accounts::routes())
        // Changes and live updates
        .route("/api/v1/changes", get(changes::list_changes))
        .route("/api/v1/realtime", get(realtime::follow_live))
        .route("/api/v1/realtime/events", get(realtime::stream_live))
        // Webhooks
        .route("/api/v1/webhooks", get(webhooks::list_webhooks).post(webhooks::create_webhook))
        .route(
            "/api/v1/webhooks/{id}",
            get(webhooks::read_webhook).patch(webhooks::update_webhook).delete(webhooks::delete_webhook),
        )
        .route("/api/v1/webhooks/{id}/rotate-secret", post(webhooks::rotate_webhook_secret))
        .route("/api/v1/webhooks/{id}/test", post(webhooks::test_webhook))
        .route("/api/v1/webhooks/{id}/deliveries", get(webhooks::list_webhook_deliveries))
        .route(
            "/api/v1/webhooks/{id}/deliveries/{delivery_id}/resend",
            post(webhooks::resend_webhook_delivery),
        )
        // Audit and activity
        .route("/api/v1/audit", get(audit::list_audit_entries))
        .route("/api/v1/audit/export", get(audit::export_audit))
        .route("/api/v1/audit/status", get(audit::read_audit_status))
        .route("/api/v1/auth/activity", get(audit::list_own_activity))
        .route("/api/v1/records/{collection}/{id}/activity", get(activity::record_activity))
        .route("/api/v1/activity", get(activity::user_activity))
        // Operation
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/api/v1/health", get(health::read_health))
        .merge(administration::routes())
        // Description and pages
        .route("/api/v1/application", get(application::read_application))
        .route("/api/v1/openapi.json", get(pages::read_openapi))
        .route("/docs", get(async || pages::serve(Page::Docs)))
        .route("/docs/docs.js", get(async || pages::serve(Page::DocsScript)))
        .route("/docs/docs.css", get(async || pages::serve(Page::DocsStyle)))
        .route("/docs/dom.js", get(async || pages::serve(Page::DocsDom)))
        .route("/docs/schema.js", get(async || pages::serve(Page::DocsSchema)))
        .route("/docs/operation.js", get(async || pages::serve(Page::DocsOperation)))
        .route("/docs/request.js", get(async || pages::serve(Page::DocsRequest)))
        .route("/docs/session.js", get(async || pages::serve(Page::DocsSession)))
        .route("/docs/operation.css", get(async || pages::serve(Page::DocsOperationStyle)))
        .route("/pages/base.css", get(async || pages::serve(Page::BaseStyle)))
        .route("/pages/card.css", get(async || pages::serve(Page::CardStyle)))
        .merge(console_routes())
        .fallback(unknown_route)
        .method_not_allowed_fallback(method_not_allowed)
}

/// The console, and the way to it.
fn console_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(console::go_to_console))
        .route("/console", get(console::serve_console))
        .route("/console/", get(console::serve_console))
        .route("/console/{*path}", get(console::serve_console))
}

/// Shares of records.
fn sharing() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/v1/records/{collection}/{id}/shares",
            get(shares::list_shares).post(shares::create_share),
        )
        .route(
            "/api/v1/records/{collection}/{id}/shares/{share_id}",
            patch(shares::change_share).delete(shares::revoke_share),
        )
        .route("/api/v1/shares/with-me", get(shares::list_shared_with_me))
        .route("/api/v1/shares/open", post(shares::open_share))
}

/// API keys, who has them, and keys of other services.
fn keys() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/v1/api-keys",
            get(api_keys::list_api_keys).post(api_keys::create_api_key),
        )
        .route("/api/v1/api-keys/{id}", delete(api_keys::revoke_api_key))
        .route("/api/v1/api-keys/{id}/rotate", post(api_keys::rotate_api_key))
        .route(
            "/api/v1/external-keys",
            get(external_keys::list_external_keys).post(external_keys::add_external_key),
        )
        .route(
            "/api/v1/external-keys/{id}",
            delete(external_keys::remove_external_key),
        )
        .route(
            "/api/v1/external-keys/{id}/rotate",
            post(external_keys::rotate_external_key),
        )
        .route(
            "/api/v1/service-accounts",
            get(api_keys::list_service_accounts).post(api_keys::create_service_account),
        )
}

/// Comments, follows, notifications.
fn talk() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/v1/records/{collection}/{id}/comments",
            get(comments::list_comments).post(comments::create_comment),
        )
        .route(
            "/api/v1/comments/{id}",
            patch(comments::edit_comment).delete(comments::delete_comment),
        )
        .route("/api/v1/comments/{id}/resolve", post(comments::resolve_comment))
        .route("/api/v1/comments/{id}/reopen", post(comments::reopen_comment))
        .route(
            "/api/v1/comments/{id}/reactions/{emoji}",
            put(comments::add_reaction).delete(comments::remove_reaction),
        )
        .route(
            "/api/v1/records/{collection}/{id}/follow",
            get(comments::read_follow)
                .put(comments::follow_record)
                .delete(comments::unfollow_record),
        )
        .route("/api/v1/notifications", get(notifications::list_notifications))
        .route(
            "/api/v1/notifications/read",
            post(notifications::mark_notifications_read),
        )
        .route(
            "/api/v1/notifications/count",
            get(notifications::count_notifications),
        )
}

/// What was: histories, versions, the trash.
fn past() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/v1/records/{collection}/{id}/history",
            get(history::record_history),
        )
        .route(
            "/api/v1/records/{collection}/{id}/history/compare",
            get(history::compare_versions),
        )
        .route(
            "/api/v1/records/{collection}/{id}/history/{version}",
            get(history::read_version),
        )
        .route(
            "/api/v1/records/{collection}/{id}/history/{version}/put-back",
            post(history::put_back_version),
        )
        .route(
            "/api/v1/records/{collection}/{id}/versions",
            get(versions::list_versions).post(versions::save_version),
        )
        .route(
            "/api/v1/records/{collection}/{id}/versions/{version_id}",
            get(versions::read_tree_version).delete(versions::remove_version),
        )
        .route(
            "/api/v1/records/{collection}/{id}/versions/{version_id}/compare",
            get(versions::compare_tree),
        )
        .route(
            "/api/v1/records/{collection}/{id}/versions/{version_id}/restore",
            post(versions::restore_version),
        )
        .route("/api/v1/trash", get(trash::list_trash))
        .route("/api/v1/trash/restore", post(trash::restore_trash))
        .route("/api/v1/trash/{collection}/{id}", delete(trash::purge_record))
}

pub(crate) async fn unknown_route(request: Request) -> Response {
    // A path may be anything; only its beginning is said back.
    let path: String = request.uri().path().chars().take(100).collect();
    HttpError(Problem::new(
        Code::UnknownRoute,
        format!("there is no route {path}; /docs lists what there is"),
    ))
    .into_response()
}

async fn method_not_allowed(method: Method) -> Response {
    HttpError(Problem::new(
        Code::MethodNotAllowed,
        format!("this route does not take {method}; see the Allow header"),
    ))
    .into_response()
}
