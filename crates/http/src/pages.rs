//! The pages that the binary carries, and the application's own description.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::answer;
use crate::openapi::openapi;
use crate::router::App;

/// Scripts and styles come from this server alone, none inline; the page talks to this server alone.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A file of a page.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Page {
    Docs,
    DocsScript,
    DocsStyle,
    DocsDom,
    DocsSchema,
    DocsOperation,
    DocsRequest,
    DocsSession,
    DocsOperationStyle,
    BaseStyle,
    /// Of pages that are one card.
    CardStyle,
    /// In the place of a console.
    NoConsole,
}

impl Page {
    fn content(self) -> (&'static str, &'static str) {
        match self {
            Self::Docs => ("text/html; charset=utf-8", include_str!("pages/docs/index.html")),
            Self::DocsScript => (
                "text/javascript; charset=utf-8",
                include_str!("pages/docs/docs.js"),
            ),
            Self::DocsStyle => ("text/css; charset=utf-8", include_str!("pages/docs/docs.css")),
            Self::DocsDom => (
                "text/javascript; charset=utf-8",
                include_str!("pages/docs/dom.js"),
            ),
            Self::DocsSchema => (
                "text/javascript; charset=utf-8",
                include_str!("pages/docs/schema.js"),
            ),
            Self::DocsOperation => (
                "text/javascript; charset=utf-8",
                include_str!("pages/docs/operation.js"),
            ),
            Self::DocsRequest => (
                "text/javascript; charset=utf-8",
                include_str!("pages/docs/request.js"),
            ),
            Self::DocsSession => (
                "text/javascript; charset=utf-8",
                include_str!("pages/docs/session.js"),
            ),
            Self::DocsOperationStyle => (
                "text/css; charset=utf-8",
                include_str!("pages/docs/operation.css"),
            ),
            Self::NoConsole => (
                "text/html; charset=utf-8",
                include_str!("pages/console/absent.html"),
            ),
            Self::BaseStyle => ("text/css; charset=utf-8", include_str!("pages/base.css")),
            Self::CardStyle => ("text/css; charset=utf-8", include_str!("pages/card.css")),
        }
    }
}

pub(crate) fn serve(page: Page) -> Response {
    let (content_type, body) = page.content();
    let mut response = answer::json(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(PAGE_POLICY),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// The OpenAPI description of the loaded application. Made anew for each reader: it is asked for rarely.
pub(crate) async fn read_openapi(State(app): State<Arc<App>>) -> Response {
    answer::json(openapi(&app.environment.release().definition).to_string())
}
