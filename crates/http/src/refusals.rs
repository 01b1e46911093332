//! What the rules refused is told to the journal, whichever handler it was refused by.

use axum::http::{StatusCode, Uri};
use axum::response::Response;
use mainstay_core::{Code, RecordId};
use mainstay_engine::{Context, audit};

use crate::error::Unwritten;
use crate::request::Arrival;
use crate::router::App;

/// Notes an answer that refuses something to somebody who was recognised, or to somebody who would have to sign in. A
/// token that has run out is everyday, and a wrong password has an entry of its own kind.
pub(crate) fn note(app: &App, arrival: &Arrival, uri: &Uri, response: &Response) {
    if !matches!(
        response.status(),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
    ) {
        return;
    }
    let code = response
        .extensions()
        .get::<Unwritten>()
        .map(|unwritten| unwritten.0.code);
    if code == Some(Code::RateLimited) {
        return note_limit(app, arrival);
    }
    let Some(
        code @ (Code::Forbidden | Code::Unauthenticated | Code::SignUpDisabled | Code::CrossSiteRequest),
    ) = code
    else {
        return;
    };
    let Some(ctx) = context_of(app, arrival) else {
        return;
    };
    let (collection, record) = target(uri.path());
    // What is written has to be bounded, so it is a name that there is.
    let collection = collection.filter(|name| ctx.collection(name).is_ok());
    audit::note_refusal(&ctx, code, collection, record);
}

/// Notes what was used up: of the address, or of whoever was recognised.
fn note_limit(app: &App, arrival: &Arrival) {
    let ctx = context_of(app, arrival).unwrap_or_else(|| arrival.context(app, "", None));
    let standings = arrival.standings();
    let refused = standings
        .iter()
        .find(|standing| standing.refused_for_micros.is_some());
    if let Some(standing) = refused {
        audit::note_limit(&ctx, standing.by.as_str());
    }
}

/// The request of whoever asked; nothing where nobody came so far as to ask.
fn context_of(app: &App, arrival: &Arrival) -> Option<Context> {
    let asked = arrival.asked.get()?;
    let mut ctx = arrival.context(app, "", None);
    ctx.actor = asked.actor;
    ctx.origin.key = asked.key;
    Some(ctx)
}

/// The collection and the record of a path. A record whose act is refused is one that the caller may read; others are
/// answered as if they did not exist.
fn target(path: &str) -> (Option<&str>, Option<RecordId>) {
    let Some(rest) = path.strip_prefix("/api/v1/records/") else {
        return (None, None);
    };
    let mut parts = rest.split('/');
    let collection = parts.next();
    (collection, parts.next().and_then(|id| id.parse().ok()))
}
