//! One line for each request: who, what, how it ended, how long it took, what it cost the database. Never secrets, addresses of mail, or bodies.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::{Extensions, Method};
use axum::response::Response;
use mainstay_core::{Actor, RecordId};
use mainstay_engine::Cost;

use crate::request::Arrival;

/// What is known of a request before it is answered.
pub(crate) struct Line {
    method: Method,
    path: String,
    address: std::net::IpAddr,
    actor: Arc<Mutex<Actor>>,
    cost: Arc<Cost>,
}

/// Where a handler notes who asked.
#[derive(Clone)]
struct ActorSlot(Arc<Mutex<Actor>>);

pub(crate) fn begin(request: &Request, wanted: bool) -> Option<Line> {
    if !wanted || !tracing::enabled!(target: "access", tracing::Level::INFO) {
        return None;
    }
    let arrival = request.extensions().get::<Arrival>()?;
    Some(Line {
        method: request.method().clone(),
        // The path alone: a query may hold what a person searched for.
        path: request.uri().path().to_owned(),
        address: arrival.address,
        actor: Arc::new(Mutex::new(Actor::ANONYMOUS)),
        cost: Arc::clone(&arrival.cost),
    })
}

impl Line {
    /// Lets the handler note who asked.
    pub(crate) fn attach(&self, extensions: &mut Extensions) {
        extensions.insert(ActorSlot(Arc::clone(&self.actor)));
    }
}

pub(crate) fn note_actor(extensions: &Extensions, actor: Actor) {
    if let Some(slot) = extensions.get::<ActorSlot>() {
        *slot.0.lock().unwrap_or_else(PoisonError::into_inner) = actor;
    }
}

pub(crate) fn end(line: Option<Line>, request_id: RecordId, response: &Response, began: Instant) {
    let Some(line) = line else { return };
    let actor = *line.actor.lock().unwrap_or_else(PoisonError::into_inner);
    let (statements, rows) = line.cost.statements_and_rows();
    let duration_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::info!(
        target: "access",
        %request_id,
        method = %line.method,
        path = %line.path,
        status = response.status().as_u16(),
        duration_us,
        statements,
        rows,
        body_bytes = response.body().size_hint().exact(),
        actor = actor.kind.as_str(),
        user = actor.id.map(tracing::field::display),
        address = %line.address,
        "{} {} {}", line.method, line.path, response.status().as_u16(),
    );
}
