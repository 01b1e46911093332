//! A client has led a browser here: its user signs in, is asked, and is led back.
//!
//! Nothing is kept between the steps: each looks at the whole address again, which forms carry along. A decision counts
//! only from a page of our own, with the session that the page was made for.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use mainstay_core::{Code, Problem};
use mainstay_engine::Context;
use mainstay_engine::auth::{self, Agreed, Asked, Checked, Identity, Refusal, Step, Unfit};

use super::page::{self, Page};
use super::{issuer_of, see_other, sign_in};
use crate::body::{FormBody, form_fields};
use crate::cookie;
use crate::error::HttpError;
use crate::request::{Caller, Party};
use crate::router::App;

/// What is known of a browser that a client has led here.
pub(super) struct Visit {
    pub(super) app: Arc<App>,
    pub(super) ctx: Context,
    pub(super) identity: Option<Identity>,
    pub(super) query: String,
    pub(super) page: Page,
}

pub(super) async fn authorize_client(
    State(app): State<Arc<App>>,
    caller: Result<Caller, HttpError>,
    party: Party,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let page = Page::of(&headers);
    let visit = match visit(app, caller, party, query, page) {
        Ok(visit) => visit,
        Err(error) => return page.failed(error),
    };
    show(&visit).await.unwrap_or_else(|error| page.failed(error))
}

pub(super) async fn decide_on_client(
    State(app): State<Arc<App>>,
    caller: Result<Caller, HttpError>,
    party: Party,
    place: (Method, Uri, HeaderMap),
    form: Result<FormBody, HttpError>,
) -> Response {
    let (method, uri, headers) = place;
    let page = Page::of(&headers);
    let decided = async {
        cookie::refuse_other_sites(&method, &uri, &headers)?;
        let fields = form?.0.ok_or_else(twice)?;
        let query = uri.query().map(str::to_owned);
        let visit = visit(app, caller, party, query, page)?;
        decide(&visit, &fields).await
    };
    decided.await.unwrap_or_else(|error| page.failed(error))
}

fn visit(
    app: Arc<App>,
    caller: Result<Caller, HttpError>,
    party: Party,
    query: Option<String>,
    page: Page,
) -> Result<Visit, HttpError> {
    let (ctx, identity) = match caller {
        Ok(caller) => (caller.ctx, caller.identity),
        // A session that has ended is none.
        Err(error) if error.0.code == Code::InvalidToken => (party.ctx, None),
        Err(error) => return Err(error),
    };
    Ok(Visit {
        app,
        ctx,
        identity,
        query: query.unwrap_or_default(),
        page,
    })
}

fn twice() -> HttpError {
    HttpError(Problem::new(
        Code::InvalidParameter,
        "a parameter came twice, or is no text",
    ))
}

/// What the client asks for; otherwise what the browser is answered.
async fn asked(visit: &Visit) -> Result<Result<Box<Asked>, Response>, HttpError> {
    let parameters = form_fields(visit.query.as_bytes()).ok_or_else(twice)?;
    let issuer = issuer_of(&visit.app)?;
    let checked = auth::check_authorization(&visit.ctx, issuer, &parameters).await?;
    Ok(match checked {
        Checked::Unfit(unfit) => Err(visit.page.told(StatusCode::BAD_REQUEST, |texts| match unfit {
            Unfit::Client => texts.unknown_client,
            Unfit::Redirect => texts.unknown_redirect,
        })),
        Checked::Refused(back, refusal) => Err(see_other(&back.refused(&refusal))),
        Checked::Asked(asked) => Ok(asked),
    })
}

async fn show(visit: &Visit) -> Result<Response, HttpError> {
    let asked = match asked(visit).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(response),
    };
    match auth::next_step(&visit.ctx, visit.identity, &asked).await? {
        Step::SignIn => Ok(sign_in::show(visit, &asked.back.redirect_uri)),
        Step::Ask => ask(visit, &asked).await,
        Step::LetIn => let_in(visit, &asked, Agreed::Before).await,
        Step::Refuse(refusal) => Ok(see_other(&asked.back.refused(&refusal))),
    }
}

/// Asks the user who is signed in.
async fn ask(visit: &Visit, asked: &Asked) -> Result<Response, HttpError> {
    let user = auth::read_me(&visit.ctx).await?;
    let user: serde_json::Value = serde_json::from_slice(&user).unwrap_or_default();
    let about = page::Question {
        asked,
        definition: &visit.ctx.release.definition,
        query: &visit.query,
        email: user["email"].as_str().unwrap_or_default(),
        user: user["id"].as_str().unwrap_or_default(),
    };
    Ok(visit.page.question(&about))
}

async fn decide(visit: &Visit, fields: &BTreeMap<String, String>) -> Result<Response, HttpError> {
    let asked = match asked(visit).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(response),
    };
    let asked_user = fields.get("user").map(String::as_str);
    let user = visit.identity.and_then(|identity| identity.actor.id);
    let is_same = user.is_some_and(|user| asked_user == Some(user.to_string().as_str()));
    let step = auth::next_step(&visit.ctx, visit.identity, &asked).await?;
    match (fields.get("decision").map(String::as_str), step) {
        (_, Step::SignIn) => Ok(sign_in::show(visit, &asked.back.redirect_uri)),
        (_, Step::Refuse(refusal)) => Ok(see_other(&asked.back.refused(&refusal))),
        // Somebody else has signed in meanwhile: they are asked themselves.
        _ if !is_same => ask(visit, &asked).await,
        (Some("allow"), _) => let_in(visit, &asked, Agreed::Now).await,
        (Some("deny"), _) => Ok(see_other(&asked.back.refused(&Refusal {
            error: "access_denied",
            description: "the user does not want it",
        }))),
        _ => ask(visit, &asked).await,
    }
}

async fn let_in(visit: &Visit, asked: &Asked, agreed: Agreed) -> Result<Response, HttpError> {
    let identity = visit
        .identity
        .expect("whoever is let in was found to be signed in");
    let code = auth::let_client_in(&visit.ctx, identity, asked, agreed).await?;
    Ok(see_other(&asked.back.address(&[("code", &code)])))
}
