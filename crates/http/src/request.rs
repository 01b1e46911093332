//! One request from the outside in: its id, its limits, its log line; and who asks.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use mainstay_core::{Actor, Code, Problem, RecordId};
use mainstay_engine::auth::{Bearer, CookieBefore, Identity, looks_like_key};
use mainstay_engine::rates::Standing;
use mainstay_engine::{Context, Cost, Failure, Position, RequestOrigin};
use tower::Service;

use crate::access_log;
use crate::admission::{ELSE, Row};
use crate::admit::admit;
use crate::client_address::client_address;
use crate::cookie;
use crate::cors;
use crate::device;
use crate::error::{HttpError, Unwritten, problem_json};
use crate::language;
use crate::position;
use crate::rate_headers;
use crate::refusals;
use crate::router::App;
use crate::shares::presented_share;

/// For two years, and for every name below this one (OWASP ASVS 5.0 3.4.1).
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What every handler knows of its request before it asks.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) request_id: RecordId,
    pub(crate) address: IpAddr,
    /// What it costs the database.
    pub(crate) cost: Arc<Cost>,
    /// What it asks for, once its route is known.
    pub(crate) row: Arc<OnceLock<&'static Row>>,
    /// Who asks, once that is known.
    pub(crate) asked: Arc<OnceLock<Asked>>,
    /// How often they may.
    standings: Arc<Mutex<Vec<Standing>>>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) actor: Actor,
    /// The API key that they use.
    pub(crate) key: Option<RecordId>,
}

impl Arrival {
    pub(crate) fn of(extensions: &Extensions) -> &Self {
        extensions
            .get()
            .expect("every request passes through `answer_request`")
    }

    pub(crate) fn row(&self) -> &'static Row {
        self.row.get().copied().unwrap_or(&ELSE)
    }

    /// Each request asks once: what comes first counts.
    pub(crate) fn note_asked(&self, ctx: &Context) {
        self.asked.get_or_init(|| Asked {
            actor: ctx.actor,
            key: None,
        });
    }

    pub(crate) fn standings(&self) -> MutexGuard<'_, Vec<Standing>> {
        self.standings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The request as that of nobody.
    pub(crate) fn context(&self, app: &App, method: &'static str, position: Option<Position>) -> Context {
        app.environment.request_context(RequestOrigin {
            actor: Actor::ANONYMOUS,
            request_id: self.request_id,
            address: Some(self.address.to_string()),
            method,
            operation: self.row().operation,
            cost: Arc::clone(&self.cost),
            position,
        })
    }
}

/// Answers one request, whatever happens on the way. `peer` is the other end of the connection.
pub async fn answer_request(app: Arc<App>, peer: IpAddr, mut request: Request) -> Response {
    let began = Instant::now();
    let request_id = app.environment.new_id();
    let proxies = (
        app.options.trusted_proxies.as_slice(),
        app.options.forwarded_header,
    );
    let address = client_address(peer, request.headers(), proxies);
    let cost: Arc<Cost> = Arc::default();
    let arrival = Arrival {
        request_id,
        address,
        cost: Arc::clone(&cost),
        row: Arc::default(),
        asked: Arc::default(),
        standings: Arc::default(),
    };
    request.extensions_mut().insert(arrival.clone());
    let uri = request.uri().clone();
    let line = access_log::begin(&request, app.options.access_log);
    if let Some(line) = &line {
        line.attach(request.extensions_mut());
    }

    let origin = request.headers().get(header::ORIGIN).cloned();
    let preflight = cors::is_preflight(&request, &app.options.cors_origins);
    let mut router = app.router();
    // A panic in one request must not close the connection of its neighbours, nor go without an answer.
    let handled = AssertUnwindSafe(router.call(request)).catch_unwind();
    let answered = async {
        if preflight {
            return Ok(Ok(Ok(cors::answer_preflight())));
        }
        tokio::time::timeout(app.options.request_timeout, handled).await
    };
    let response = match answered.await {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err(never))) => match never {},
        Ok(Err(_panic)) => {
            tracing::error!(%request_id, "a request panicked");
            let detail = "something failed inside; the request id leads to the cause in the log";
            HttpError(Problem::new(Code::Internal, detail)).into_response()
        }
        Err(_elapsed) => {
            let detail = "the request took longer than the server allows; ask for less at a time";
            HttpError(Problem::new(Code::Timeout, detail)).into_response()
        }
    };
    refusals::note(&app, &arrival, &uri, &response);
    let mut response = finish(response, request_id);
    if app.options.strict_transport {
        response
            .headers_mut()
            .insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
    position::tell(cost.position(), response.headers_mut());
    rate_headers::tell(&arrival.standings(), response.headers_mut());
    cors::allow(&app.options.cors_origins, origin.as_ref(), response.headers_mut());
    access_log::end(line, request_id, &mut response, began);
    response
}

/// Writes the body of a problem and the headers that every answer has.
fn finish(mut response: Response, request_id: RecordId) -> Response {
    let id = request_id.to_string();
    if let Some(Unwritten(problem)) = response.extensions_mut().remove::<Unwritten>() {
        let body = Bytes::from(problem_json(&problem, Some(&id)).to_string());
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(body);
    }
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, HeaderValue::from_str(&id).expect("an id is ASCII"));
    add_security_headers(headers);
    response
}

/// An API's answers are data: never sniffed, framed, cached by strangers or run. Pages set their own policy.
fn add_security_headers(headers: &mut HeaderMap) {
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

/// Who asks, from where, of which release: what an operation needs.
pub(crate) struct Caller {
    pub(crate) ctx: Context,
    /// `None` for whoever is not signed in.
    pub(crate) identity: Option<Identity>,
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, HttpError> {
        let mut bearer = match identify_bearer(parts, app).await? {
            None => identify_cookie(parts, app).await?,
            bearer => bearer,
        };
        let ctx = admitted(parts, app, bearer.as_mut())?;
        let identity = match bearer {
            Some(Bearer::Session(identity)) => Some(identity),
            Some(Bearer::Key(_)) | None => None,
        };
        Ok(Self { ctx, identity })
    }
}

/// The context of a request whose sender was looked at, if it is let in.
fn admitted(parts: &Parts, app: &App, bearer: Option<&mut Bearer>) -> Result<Context, HttpError> {
    let actor = bearer.as_ref().map_or(Actor::ANONYMOUS, |bearer| bearer.actor());
    access_log::note_actor(&parts.extensions, actor);
    let arrival = Arrival::of(&parts.extensions);
    let position = position::asked_for(&parts.headers)?;
    let ctx = arrival.context(app, method_of(parts), position);
    let ctx = admit(app, arrival, ctx, (bearer, parts.uri.path()))?;
    Ok(match presented_share(app, &parts.headers)? {
        Some(share) => ctx.with_share(share),
        None => ctx,
    })
}

async fn identify_bearer(parts: &Parts, app: &App) -> Result<Option<Bearer>, HttpError> {
    let Some(token) = bearer_token(&parts.headers)? else {
        return Ok(None);
    };
    let now = app.environment.clock.now();
    Ok(Some(if looks_like_key(token) {
        Bearer::Key(app.environment.find_key(token, now).await?)
    } else {
        Bearer::Session(app.environment.identify(token, now).await?)
    }))
}

/// Only where no token is sent: who sends one is no browser that sends cookies by itself.
async fn identify_cookie(parts: &Parts, app: &App) -> Result<Option<Bearer>, HttpError> {
    let Some(cookie) = cookie::session_cookie(&parts.headers)? else {
        return Ok(None);
    };
    if let Err(problem) = cookie::refuse_other_sites(&parts.method, &parts.uri, &parts.headers) {
        // So that the refusal is noted: whose cookie it was does not say who asked.
        let arrival = Arrival::of(&parts.extensions);
        arrival.note_asked(&arrival.context(app, method_of(parts), None));
        return Err(problem.into());
    }
    let now = app.environment.clock.now();
    let identity = app.environment.identify_cookie(cookie, now).await?;
    Ok(Some(Bearer::Session(identity)))
}

/// Who opens a connection that stays: what is remembered of tokens and cookies is not believed, and a cookie counts only
/// for a page of our own host, whatever the method.
pub(crate) async fn identify_lasting(
    app: &App,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Option<Bearer>, HttpError> {
    if let Some(bearer) = identify_bearer_anew(app, headers).await? {
        return Ok(Some(bearer));
    }
    let Some(cookie) = cookie::session_cookie(headers)? else {
        return Ok(None);
    };
    cookie::require_own_site(uri, headers)?;
    let now = app.environment.clock.now();
    let identity = app.environment.identify_cookie_anew(cookie, now).await?;
    Ok(Some(Bearer::Session(identity)))
}

/// The same for those who send tokens alone.
pub(crate) async fn identify_bearer_anew(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<Bearer>, HttpError> {
    match bearer_token(headers)? {
        Some(token) => Ok(Some(identify_token_anew(app, token).await?)),
        None => Ok(None),
    }
}

/// Who a token or a key speaks for, asked of the database.
pub(crate) async fn identify_token_anew(app: &App, token: &str) -> Result<Bearer, Failure> {
    let now = app.environment.clock.now();
    Ok(if looks_like_key(token) {
        Bearer::Key(app.environment.find_key_anew(token, now).await?)
    } else {
        Bearer::Session(app.environment.identify_anew(token, now).await?)
    })
}

/// Lets in who opens a connection that stays.
pub(crate) fn admit_lasting(
    app: &App,
    extensions: &Extensions,
    bearer: Option<&mut Bearer>,
) -> Result<(), HttpError> {
    let arrival = Arrival::of(extensions);
    let ctx = arrival.context(app, "GET", None);
    admit(app, arrival, ctx, (bearer, "")).map(drop)
}

/// Somebody who signs in: like [`Caller`], with the device that the session will be listed with. A cookie of a session
/// before speaks for nobody here: it may have ended, and when a new one takes its place its session ends.
pub(crate) struct Visitor {
    pub(crate) ctx: Context,
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, HttpError> {
        let mut bearer = identify_bearer(parts, app).await?;
        let mut ctx = admitted(parts, app, bearer.as_mut())?;
        ctx.device = device::device_of(&parts.headers);
        ctx.languages = language::languages_of(&parts.headers);
        // Two of them are refused where they are believed.
        let cookie = cookie::session_cookie(&parts.headers).ok().flatten();
        ctx.cookie_before = cookie.map(CookieBefore::of);
        Ok(Self { ctx })
    }
}

/// Another program: who it is stands in what it sends, so that no token or cookie is looked at.
pub(crate) struct Party {
    pub(crate) ctx: Context,
}

impl FromRequestParts<Arc<App>> for Party {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, HttpError> {
        let ctx = admitted(parts, app, None)?;
        Ok(Self { ctx })
    }
}

fn method_of(parts: &Parts) -> &'static str {
    match parts.method.as_str() {
        "GET" | "HEAD" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "OTHER",
    }
}

/// The token of `Authorization: Bearer ...` (RFC 6750); another scheme is an error, not silence. So are two of them: a proxy
/// in front may have looked at the other one.
fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, HttpError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let only = values.next().is_none().then_some(value);
    let token = only.and_then(|value| value.to_str().ok()).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    match token {
        Some(token) if !token.is_empty() => Ok(Some(token)),
        _ => Err(Problem::new(
            Code::InvalidToken,
            "send the access token as `Authorization: Bearer <token>`",
        )
        .into()),
    }
}
