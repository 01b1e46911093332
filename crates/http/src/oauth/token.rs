//! What clients ask for by themselves: tokens, and what becomes of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mainstay_engine::auth::{self, Credentials, Granted, Refusal};
use serde_json::json;

use super::issuer_of;
use crate::answer::{self, Answer};
use crate::body::FormBody;
use crate::request::Party;
use crate::router::App;

const TWICE: Refusal = Refusal {
    error: "invalid_request",
    description: "a parameter came twice, or is no text",
};

pub(super) async fn exchange_tokens(
    State(app): State<Arc<App>>,
    party: Party,
    headers: HeaderMap,
    FormBody(fields): FormBody,
) -> Answer {
    let issuer = issuer_of(&app)?;
    let (credentials, fields) = match read(&headers, fields) {
        Ok(read) => read,
        Err(refusal) => return Ok(refused(&headers, &refusal)),
    };
    Ok(
        match auth::exchange_tokens(&party.ctx, issuer, credentials, fields).await? {
            Ok(granted) => tokens(&granted),
            Err(refusal) => refused(&headers, &refusal),
        },
    )
}

pub(super) async fn revoke_token(party: Party, headers: HeaderMap, FormBody(fields): FormBody) -> Answer {
    let (credentials, token) = match read_token(&headers, fields) {
        Ok(read) => read,
        Err(refusal) => return Ok(refused(&headers, &refusal)),
    };
    Ok(match auth::revoke_token(&party.ctx, credentials, &token).await? {
        Ok(()) => StatusCode::OK.into_response(),
        Err(refusal) => refused(&headers, &refusal),
    })
}

pub(super) async fn introspect_token(
    State(app): State<Arc<App>>,
    party: Party,
    headers: HeaderMap,
    FormBody(fields): FormBody,
) -> Answer {
    let issuer = issuer_of(&app)?;
    let (credentials, token) = match read_token(&headers, fields) {
        Ok(read) => read,
        Err(refusal) => return Ok(refused(&headers, &refusal)),
    };
    Ok(
        match auth::introspect_token(&party.ctx, issuer, credentials, &token).await? {
            Ok(described) => answer::json(described.to_string()),
            Err(refusal) => refused(&headers, &refusal),
        },
    )
}

fn tokens(granted: &Granted) -> Response {
    let mut body = json!({
        "access_token": granted.access_token,
        "token_type": "Bearer",
        "expires_in": granted.expires_in_seconds,
        "scope": granted.scope,
    });
    if let Some(token) = &granted.refresh_token {
        body["refresh_token"] = json!(token);
    }
    if let Some(token) = &granted.id_token {
        body["id_token"] = json!(token);
    }
    answer::json(body.to_string())
}

/// RFC 6749, 5.2: only whoever has sent the header is asked for it again.
fn refused(headers: &HeaderMap, refusal: &Refusal) -> Response {
    let body = json!({"error": refusal.error, "error_description": refusal.description});
    let mut response = answer::json(body.to_string());
    if refusal.error == "invalid_client" && headers.contains_key(header::AUTHORIZATION) {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(r#"Basic realm="mainstay""#),
        );
    } else {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    response
}

type Fields = BTreeMap<String, String>;

fn read_token(headers: &HeaderMap, fields: Option<Fields>) -> Result<(Credentials, String), Refusal> {
    let (credentials, mut fields) = read(headers, fields)?;
    let token = fields.remove("token").ok_or(Refusal {
        error: "invalid_request",
        description: "token is missing",
    })?;
    Ok((credentials, token))
}

/// Who asks, in the header or among the fields and never in both (RFC 6749, 2.3.1), and for what.
fn read(headers: &HeaderMap, fields: Option<Fields>) -> Result<(Credentials, Fields), Refusal> {
    let mut fields = fields.ok_or(TWICE)?;
    let (id, secret) = (fields.remove("client_id"), fields.remove("client_secret"));
    let Some(header) = headers.get(header::AUTHORIZATION) else {
        let client_id = id.ok_or(Refusal {
            error: "invalid_client",
            description: "client_id is missing",
        })?;
        return Ok((Credentials { client_id, secret }, fields));
    };
    let (basic_id, basic_secret) = header.to_str().ok().and_then(read_basic).ok_or(Refusal {
        error: "invalid_client",
        description: "the header Authorization is not `Basic` with id and secret",
    })?;
    if secret.is_some() || id.is_some_and(|id| id != basic_id) {
        return Err(Refusal {
            error: "invalid_request",
            description: "the client says twice who it is",
        });
    }
    let credentials = Credentials {
        client_id: basic_id,
        secret: Some(basic_secret),
    };
    Ok((credentials, fields))
}

/// Id and secret, each encoded as in a form.
fn read_basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((decode(id), decode(secret)))
}

fn decode(text: &str) -> String {
    if text.contains(['&', '=']) {
        return text.to_owned();
    }
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    pairs
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}
