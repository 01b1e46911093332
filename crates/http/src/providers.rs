//! Signing in at a provider over HTTP: with a cookie by redirects, with tokens for programs.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_core::{Code, Problem, limits};
use mainstay_engine::auth::{self, Begun, CameBack, SignIn};
use serde_json::{Value as Json, json};

use crate::answer::{self, Answer};
use crate::auth::sign_in_answer;
use crate::body::{JsonBody, refuse_unknown, take_text};
use crate::cookie;
use crate::error::HttpError;
use crate::parameters::{Parameters, Segments, refuse_parameters};
use crate::request::Visitor;
use crate::router::App;

pub(crate) async fn list_providers(visitor: Visitor, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    let items: Vec<Json> = auth::list_providers(&visitor.ctx)
        .into_iter()
        .map(|(name, title)| json!({"name": name, "title": title}))
        .collect();
    Ok(answer::json(json!({"items": items}).to_string()))
}

/// Leads a browser to the provider.
pub(crate) async fn go_to_provider(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Segments(provider): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let return_to = parameters
        .take_text("return_to")?
        .unwrap_or_else(|| "/".to_owned());
    parameters.finish()?;
    if !is_own_path(&return_to) {
        let message = "must be a path of this host, such as /projects";
        return Err(Problem::field(Code::InvalidParameter, "return_to", message).into());
    }
    let back = callback_address(&app, &provider)?;
    let begun = auth::begin_at_provider(&visitor.ctx, &provider, &back, &return_to).await?;
    let mut response = see_other(&begun.url)?;
    let cookie = cookie::set_attempt(&begun.secret, begun.expires_in_seconds);
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Where the provider leads back to. The address is that of the settings: what a request says of the host anyone can send.
fn callback_address(app: &App, provider: &str) -> Result<String, Problem> {
    let Some(own) = &app.options.public_url else {
        return Err(Problem::new(
            Code::Unavailable,
            "the server does not know its own address: set server.public_url",
        ));
    };
    Ok(format!("{own}/api/v1/auth/providers/{provider}/callback"))
}

/// A path of our own, and not what a browser takes for another host (`//evil.example`, `/\evil.example`).
fn is_own_path(path: &str) -> bool {
    let mut bytes = path.bytes();
    path.len() <= limits::RETURN_PATH_CHARACTERS_MAX
        && bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#')
}

/// A browser comes back from the provider.
pub(crate) async fn come_back(
    visitor: Visitor,
    Segments(provider): Segments<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    // Providers add parameters of their own.
    let query = query.unwrap_or_default();
    let parameter = |name: &str| {
        let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(known, _)| known == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value.into_owned()),
            _ => None,
        }
    };
    let secret = cookie::attempt_cookie(&headers)?.ok_or_else(|| {
        Problem::new(
            Code::InvalidCredentials,
            "this sign-in was not begun in this browser, or has run out: begin again",
        )
    })?;
    let refusal = parameter("error");
    let back = CameBack {
        secret: secret.to_owned(),
        state: parameter("state").unwrap_or_default(),
        code: parameter("code").unwrap_or_default(),
        issuer: parameter("iss"),
    };
    let mut response = if refusal.is_some() || back.code.is_empty() {
        let path = auth::return_path(&visitor.ctx, &provider, back).await?;
        see_other(&format!("{path}#sign_in_error=refused"))?
    } else {
        finish(&visitor, &provider, back).await?
    };
    response
        .headers_mut()
        .append(header::SET_COOKIE, cookie::clear_attempt());
    Ok(response)
}

async fn finish(visitor: &Visitor, provider: &str, back: CameBack) -> Result<Response, HttpError> {
    let returned = auth::complete_at_provider_with_cookie(&visitor.ctx, provider, back).await?;
    let path = returned.path;
    match returned.outcome {
        Ok(SignIn::Session(Begun::Tokens(_))) => unreachable!("a browser is given a cookie"),
        Ok(SignIn::Session(Begun::Cookie(session))) => {
            let mut response = see_other(&path)?;
            let cookie = cookie::set_cookie(&session);
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        // What stands behind # is not sent to any server.
        Ok(SignIn::Challenge(challenge)) => see_other(&format!("{path}#second_factor={}", challenge.token)),
        Err(failure) => {
            let problem = HttpError::from(failure).0;
            see_other(&format!("{path}#sign_in_error={}", problem.code.as_str()))
        }
    }
}

/// A program begins: it opens the address in a browser, and is led back to its own.
pub(crate) async fn begin_at_provider(
    visitor: Visitor,
    Segments(provider): Segments<String>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let mut fields = body.object;
    let redirect_uri = take_text(&mut fields, "redirect_uri")?;
    refuse_unknown(&fields)?;
    auth::check_redirect(&visitor.ctx, &provider, &redirect_uri)?;
    let begun = auth::begin_at_provider(&visitor.ctx, &provider, &redirect_uri, "").await?;
    let body = json!({"url": begun.url, "secret": begun.secret, "expires_in": begun.expires_in_seconds});
    Ok(answer::json(body.to_string()))
}

/// A program was led back.
pub(crate) async fn complete_at_provider(
    visitor: Visitor,
    Segments(provider): Segments<String>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let mut fields = body.object;
    let issuer = fields
        .contains_key("iss")
        .then(|| take_text(&mut fields, "iss"))
        .transpose()?;
    let back = CameBack {
        secret: take_text(&mut fields, "secret")?,
        state: take_text(&mut fields, "state")?,
        code: take_text(&mut fields, "code")?,
        issuer,
    };
    refuse_unknown(&fields)?;
    let begun = auth::complete_at_provider(&visitor.ctx, &provider, back).await?;
    Ok(sign_in_answer(StatusCode::OK, &begun))
}

fn see_other(address: &str) -> Result<Response, HttpError> {
    let location = HeaderValue::try_from(address).map_err(|_| {
        let detail = "the provider has an address that no browser can be led to";
        HttpError(Problem::new(Code::Unavailable, detail))
    })?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::is_own_path;

    #[test]
    fn browsers_are_led_to_paths_of_their_own_host_alone() {
        for good in ["/", "/projects?a=b", "/a//b"] {
            assert!(is_own_path(good), "{good}");
        }
        for bad in [
            "",
            "projects",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "https://evil.example",
            "/a b",
            "/a\r\nb",
            "/a#b",
            "/ü",
        ] {
            assert!(!is_own_path(bad), "{bad}");
        }
    }
}
