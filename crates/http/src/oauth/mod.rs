//! Signing people in for other programs, as OAuth 2.1 and OpenID Connect put it on the wire.
//!
//! The answers look as these standards have them, and not as those of the API: failures are `error` and
//! `error_description`, and what is not known is not looked at.

mod authorize;
mod page;
mod routes;
mod sign_in;
mod texts;
mod token;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_core::{Code, Problem};
use mainstay_engine::auth;

use crate::answer::{self, Answer};
use crate::error::HttpError;
use crate::request::Caller;
use crate::router::App;

pub(crate) use routes::routes;

/// The name that this server is known by: its own address, from the settings. What a request says of the host anyone can
/// send.
fn issuer_of(app: &App) -> Result<&str, HttpError> {
    app.options.public_url.as_deref().ok_or_else(|| {
        let detail = "the server does not know its own address: set server.public_url";
        HttpError(Problem::new(Code::Unavailable, detail))
    })
}

/// What clients need to know (RFC 8414, OpenID Connect Discovery 1.0).
async fn read_metadata(State(app): State<Arc<App>>) -> Answer {
    let metadata = auth::client_metadata(&app.environment, issuer_of(&app)?);
    Ok(answer::json(metadata.to_string()))
}

async fn read_public_keys(State(app): State<Arc<App>>) -> Response {
    answer::json(auth::public_keys(&app.environment).to_string())
}

async fn read_user_info(caller: Caller) -> Answer {
    let claims = auth::read_user_info(&caller.ctx).await?;
    Ok(answer::json(claims.to_string()))
}

/// Leads a browser to an address that was made sure of.
fn see_other(address: &str) -> Response {
    let location = HeaderValue::try_from(address).expect("addresses that were checked are ASCII");
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    response
}
