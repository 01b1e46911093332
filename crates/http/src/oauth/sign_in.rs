//! Signing in on the way to a client: the sign-in of everybody, as a form that needs no script.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use mainstay_core::definition::SignInMethod;
use mainstay_core::{Code, Problem};
use mainstay_engine::auth::{self, Begun, Checked, HeldWith, SecondFactorCode, SignIn};

use super::authorize::Visit;
use super::page::{Page, SignInForm, encoded};
use super::{issuer_of, see_other};
use crate::body::{FormBody, form_fields};
use crate::cookie;
use crate::error::{HttpError, status_of};
use crate::request::Visitor;
use crate::router::App;

const AUTHORIZE: &str = "/oauth/authorize";
/// What a code of an authenticator looks like; anything else is a recovery code.
const TOTP_DIGITS: usize = 6;

/// For somebody who is not signed in or has to do it again: the console, which knows every way to sign in and leads back
/// here; where there is none, a form.
pub(super) fn show(visit: &Visit, redirect_uri: &str) -> Response {
    let query = without_login(&visit.query);
    if visit.app.options.console.is_some() {
        let to = encoded(&format!("{AUTHORIZE}?{query}"));
        return see_other(&format!("/console/sign-in?to={to}"));
    }
    visit
        .page
        .sign_in(StatusCode::OK, &form_of(&visit.ctx, &query, redirect_uri), None)
}

fn form_of<'f>(ctx: &'f mainstay_engine::Context, query: &'f str, redirect_uri: &'f str) -> SignInForm<'f> {
    let definition = &ctx.release.definition;
    SignInForm {
        title: &definition.title,
        query,
        redirect_uri,
        with_password: definition.auth.methods.contains(&SignInMethod::Password),
        providers: auth::list_providers(ctx),
    }
}

/// The same address without what asks for signing in, which is done then.
fn without_login(query: &str) -> String {
    let mut kept = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "max_age" if value == "0" => {}
            "prompt" => {
                let words = value.split(' ');
                let left: Vec<&str> = words
                    .filter(|word| !matches!(*word, "login" | "select_account" | ""))
                    .collect();
                if !left.is_empty() {
                    kept.append_pair("prompt", &left.join(" "));
                }
            }
            _ => {
                kept.append_pair(&name, &value);
            }
        }
    }
    kept.finish()
}

/// The same address that asks for signing in, and for consent then.
pub(super) fn with_login(query: &str) -> String {
    let pairs = form_urlencoded::parse(query.as_bytes());
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.filter(|(name, _)| name != "prompt"))
        .append_pair("prompt", "login consent")
        .finish()
}

pub(super) async fn sign_in_for_client(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    place: (Method, Uri, HeaderMap),
    form: Result<FormBody, HttpError>,
) -> Response {
    let (method, uri, headers) = place;
    let page = Page::of(&headers);
    let done = async {
        // Nobody is signed in as somebody else by a page of another site.
        cookie::refuse_other_sites(&method, &uri, &headers)?;
        let fields = form?.0.ok_or_else(|| {
            HttpError(Problem::new(
                Code::InvalidParameter,
                "a field came twice, or is no text",
            ))
        })?;
        sign_in(&app, &visitor, (page, uri.query().unwrap_or_default()), &fields).await
    };
    done.await.unwrap_or_else(|error| page.failed(error))
}

async fn sign_in(
    app: &App,
    visitor: &Visitor,
    (page, query): (Page, &str),
    fields: &BTreeMap<String, String>,
) -> Result<Response, HttpError> {
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let query = without_login(query);
    // The form leads nowhere but to a client that there is.
    let parameters = form_fields(query.as_bytes()).unwrap_or_default();
    let checked = auth::check_authorization(&visitor.ctx, issuer_of(app)?, &parameters).await?;
    let redirect_uri = match checked {
        Checked::Unfit(_) => {
            return Ok(page.told(StatusCode::BAD_REQUEST, |texts| texts.unknown_client));
        }
        Checked::Refused(back, _) => back.redirect_uri,
        Checked::Asked(asked) => asked.back.redirect_uri.clone(),
    };
    let challenge = text("challenge");
    let begun = if challenge.is_empty() {
        let password = text("password").to_owned();
        auth::sign_in(&visitor.ctx, text("email"), password, HeldWith::Cookie).await
    } else {
        let code = text("code").trim().to_owned();
        let is_totp = code.len() == TOTP_DIGITS && code.bytes().all(|byte| byte.is_ascii_digit());
        let code = if is_totp {
            SecondFactorCode::Totp(code)
        } else {
            SecondFactorCode::Recovery(code)
        };
        let begun = auth::complete_sign_in(&visitor.ctx, challenge, code, HeldWith::Cookie).await;
        begun.map(SignIn::Session)
    };
    let form = form_of(&visitor.ctx, &query, &redirect_uri);
    match begun {
        Ok(SignIn::Session(Begun::Cookie(session))) => {
            let mut response = see_other(&format!("{AUTHORIZE}?{query}"));
            let cookie = cookie::set_cookie(&session);
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Ok(SignIn::Session(Begun::Tokens(_))) => unreachable!("a browser is given a cookie"),
        Ok(SignIn::Challenge(challenge)) => {
            Ok(page.second_factor(StatusCode::OK, &form, &challenge.token, None))
        }
        Err(failure) => {
            let problem = HttpError::from(failure).0;
            Ok(refused(page, &form, challenge, &problem))
        }
    }
}

/// The form again, with what was wrong.
fn refused(page: Page, form: &SignInForm<'_>, challenge: &str, problem: &Problem) -> Response {
    let status = status_of(problem.code);
    let mut response = if challenge.is_empty() || problem.code == Code::InvalidToken {
        page.sign_in(status, form, Some(problem))
    } else {
        page.second_factor(status, form, challenge, Some(problem))
    };
    if let Some(seconds) = problem.retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::{with_login, without_login};

    #[test]
    fn who_has_signed_in_is_not_asked_to_again() {
        assert_eq!(
            without_login("client_id=a%26b&prompt=login+consent&max_age=0&state=x"),
            "client_id=a%26b&prompt=consent&state=x"
        );
        assert_eq!(without_login("prompt=login&max_age=60"), "max_age=60");
        let again = with_login("state=x&prompt=consent");
        assert_eq!(again, "state=x&prompt=login+consent");
        assert_eq!(without_login(&again), "state=x&prompt=consent");
    }
}
