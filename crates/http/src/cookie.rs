//! The session cookie of browsers, and which requests may act with it.
//!
//! A browser sends a cookie along whoever made it ask. So a request that may change something acts with the cookie only
//! when it comes from a page of our own host (OWASP ASVS 5.0 3.5). `docs/decisions/0028-sessions.md` has the reasons.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use mainstay_core::{Code, Problem};
use mainstay_engine::auth::CookieSession;

/// The prefix makes browsers take it from this very host only, over TLS, for all of its paths (RFC 6265bis, 4.1.3.2).
const NAME: &str = "__Host-mainstay";
/// Of a browser that has gone to a provider.
const ATTEMPT: &str = "__Host-mainstay-sign-in";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Hosts of which browsers take and send such a cookie over plain HTTP.
const LOCAL_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The value of the session cookie that a request carries.
pub(crate) fn session_cookie(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    value_of(NAME, headers)
}

/// The secret of a sign-in at a provider that this browser began.
pub(crate) fn attempt_cookie(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    value_of(ATTEMPT, headers)
}

/// Two cookies of a name are an attack or a broken client.
fn value_of<'h>(name: &str, headers: &'h HeaderMap) -> Result<Option<&'h str>, Problem> {
    let pairs = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    let mut values = pairs.filter_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='));
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(Problem::new(
            Code::InvalidToken,
            "the session cookie came twice: sign in again",
        )),
    }
}

/// Has the browser keep the cookie, out of the reach of scripts.
pub(crate) fn set_cookie(session: &CookieSession) -> HeaderValue {
    cookie(NAME, &session.secret, session.lifetime_seconds)
}

/// Has the browser forget the cookie.
pub(crate) fn clear_cookie() -> HeaderValue {
    cookie(NAME, "", 0)
}

/// Has the browser keep what it will come back from a provider with.
pub(crate) fn set_attempt(secret: &str, lifetime_seconds: i64) -> HeaderValue {
    cookie(ATTEMPT, secret, lifetime_seconds)
}

pub(crate) fn clear_attempt() -> HeaderValue {
    cookie(ATTEMPT, "", 0)
}

fn cookie(name: &str, value: &str, max_age_seconds: i64) -> HeaderValue {
    let text = format!("{name}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; Secure; SameSite=Lax");
    let mut value = HeaderValue::try_from(text).expect("secrets are ASCII");
    value.set_sensitive(true);
    value
}

/// Refuses what a page of another site could have made a browser send. Reading is left to the browser, which keeps the
/// answer from such a page; a connection that is opened to stay is no reading.
pub(crate) fn refuse_other_sites(method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let only_reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
        && !headers.contains_key(header::UPGRADE);
    if only_reads {
        return Ok(());
    }
    require_own_site(uri, headers)
}

/// Refuses whatever a page of another site could have made a browser send, reading too.
pub(crate) fn require_own_site(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    if is_of_own_site(uri, headers) {
        return Ok(());
    }
    Err(Problem::new(
        Code::CrossSiteRequest,
        "a request with the session cookie must come from a page of this host; programs send an access token instead",
    ))
}

/// Browsers tell the site of the page by themselves, and pages cannot change what they tell. Those that do not tell it
/// yet send the origin.
fn is_of_own_site(uri: &Uri, headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    match (sites.next(), sites.next()) {
        (Some(site), None) => site == "same-origin" || site == "none",
        (Some(_), Some(_)) => false,
        (None, _) => is_own_origin(uri, headers).unwrap_or(false),
    }
}

/// Is the origin the host that the browser believes to talk to? What a proxy says of the host is not asked: anyone can
/// send such a header. A page loaded without TLS is not ours, unless it is on the same machine.
fn is_own_origin(uri: &Uri, headers: &HeaderMap) -> Option<bool> {
    let origin = only(headers, &header::ORIGIN)?;
    let host = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => only(headers, &header::HOST)?,
    };
    let own: Authority = host.parse().ok()?;
    let (scheme, other) = origin.split_once("://")?;
    let is_secure = match scheme {
        "https" => true,
        "http" => LOCAL_HOSTS.contains(&own.host()),
        _ => false,
    };
    Some(is_secure && other.eq_ignore_ascii_case(own.as_str()))
}

/// The text of a header that came once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
