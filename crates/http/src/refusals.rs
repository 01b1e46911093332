//! What the rules refused is told to the journal, whichever handler it was refused by.

use axum::http::{StatusCode, Uri};
use axum::response::Response;
use mainstay_core::{Code, RecordId};
use mainstay_engine::{RequestOrigin, audit};

use crate::error::Unwritten;
use crate::request::Arrival;
use crate::router::App;

/// Notes an answer that refuses something to somebody who was recognised, or to somebody who would have to sign in. A
/// token that has run out is everyday, and a wrong password has an entry of its own kind.
pub(crate) fn note(app: &App, arrival: &Arrival, uri: &Uri, response: &Response) {
    if !matches!(
        response.status(),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    ) {
        return;
    }
    let code = response
        .extensions()
        .get::<Unwritten>()
        .map(|unwritten| unwritten.0.code);
    let Some(
        code @ (Code::Forbidden | Code::Unauthenticated | Code::SignUpDisabled | Code::CrossSiteRequest),
    ) = code
    else {
        return;
    };
    let Some(asked) = arrival.asked.get() else {
        return;
    };
    let ctx = app.environment.request_context(RequestOrigin {
        actor: asked.actor,
        request_id: arrival.request_id,
        address: Some(arrival.address.to_string()),
        method: "",
        operation: asked.operation,
        cost: std::sync::Arc::clone(&arrival.cost),
        position: None,
    });
    let (collection, record) = target(uri.path());
    // What is written has to be bounded, so it is a name that there is.
    let collection = collection.filter(|name| ctx.collection(name).is_ok());
    audit::note_refusal(&ctx, code, collection, record);
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
