//! What this server does: every route, in one list.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use mainstay_core::{Code, Problem};
use mainstay_engine::Environment;

use crate::client_address::ProxyNetwork;
use crate::error::HttpError;
use crate::pages::Page;
use crate::{auth, batch, health, pages, records};

/// The settings of the HTTP floor.
#[derive(Debug, Clone)]
pub struct AppOptions {
    pub body_bytes_max: usize,
    pub request_timeout: Duration,
    /// One log line for each request?
    pub access_log: bool,
    /// Origins that browsers may call from; none by default.
    pub cors_origins: Vec<String>,
    /// Proxies whose word on the client's address is believed.
    pub trusted_proxies: Vec<ProxyNetwork>,
}

impl Default for AppOptions {
    fn default() -> Self {
        Self {
            body_bytes_max: mainstay_core::limits::BODY_BYTES_DEFAULT,
            request_timeout: Duration::from_secs(30),
            access_log: true,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
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
        let routes = routes().with_state(Arc::clone(&app));
        app.router.get_or_init(|| routes);
        app
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
        .route("/api/v1/records/{collection}/{id}/history", get(records::record_history))
        .route("/api/v1/batch", post(batch::batch_records))
        // Sign-in
        .route("/api/v1/auth/sign-up", post(auth::sign_up))
        .route("/api/v1/auth/sign-in", post(auth::sign_in))
        .route("/api/v1/auth/refresh", post(auth::refresh_session))
        .route("/api/v1/auth/sign-out", post(auth::sign_out))
        .route("/api/v1/auth/me", get(auth::read_me))
        .route("/api/v1/setup", post(auth::set_up))
        // Operation
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/api/v1/health", get(health::read_health))
        // Description and pages
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
        .route("/setup", get(async || pages::serve(Page::Setup)))
        .route("/setup/setup.js", get(async || pages::serve(Page::SetupScript)))
        .route("/setup/setup.css", get(async || pages::serve(Page::SetupStyle)))
        .route("/pages/base.css", get(async || pages::serve(Page::BaseStyle)))
        .fallback(unknown_route)
        .method_not_allowed_fallback(method_not_allowed)
}

async fn unknown_route(request: Request) -> Response {
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
