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
#[derive(Clone, Default)]
pub(crate) struct ActorSlot(Option<Arc<Mutex<Actor>>>);

impl ActorSlot {
    pub(crate) fn note(&self, actor: Actor) {
        if let Some(slot) = &self.0 {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = actor;
        }
    }
}

/// The line of a request whose answer goes on after its head: it is written when the last holder lets go of it.
#[derive(Default)]
pub(crate) struct LineAtEnd(Mutex<Option<(Line, Ending)>>);

impl LineAtEnd {
    pub(crate) fn hold(&self, line: Option<Line>, ending: Ending) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = line.map(|line| (line, ending));
    }
}

impl Drop for LineAtEnd {
    fn drop(&mut self) {
        let held = self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((line, ending)) = held {
            write(&line, &ending);
        }
    }
}

/// How a request was answered.
pub(crate) struct Ending {
    request_id: RecordId,
    status: u16,
    body_bytes: Option<u64>,
    began: Instant,
}

impl Ending {
    pub(crate) fn of(request_id: RecordId, response: &Response, began: Instant) -> Self {
        Self {
            request_id,
            status: response.status().as_u16(),
            body_bytes: response.body().size_hint().exact(),
            began,
        }
    }
}

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
        extensions.insert(ActorSlot(Some(Arc::clone(&self.actor))));
    }
}

pub(crate) fn note_actor(extensions: &Extensions, actor: Actor) {
    actor_slot(extensions).note(actor);
}

/// Where to note who asks, for a request that learns it only later.
pub(crate) fn actor_slot(extensions: &Extensions) -> ActorSlot {
    extensions.get::<ActorSlot>().cloned().unwrap_or_default()
}

/// Writes the line, or hands it to whoever goes on with the answer.
pub(crate) fn end(line: Option<Line>, request_id: RecordId, response: &mut Response, began: Instant) {
    let ending = Ending::of(request_id, response, began);
    if let Some(later) = response.extensions_mut().remove::<Arc<LineAtEnd>>() {
        later.hold(line, ending);
    } else if let Some(line) = line {
        write(&line, &ending);
    }
}

fn write(line: &Line, ending: &Ending) {
    let actor = *line.actor.lock().unwrap_or_else(PoisonError::into_inner);
    let (statements, rows) = line.cost.statements_and_rows();
    let duration_us = u64::try_from(ending.began.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::info!(
        target: "access",
        request_id = %ending.request_id,
        method = %line.method,
        path = %line.path,
        status = ending.status,
        duration_us,
        statements,
        rows,
        body_bytes = ending.body_bytes,
        actor = actor.kind.as_str(),
        user = actor.id.map(tracing::field::display),
        address = %line.address,
        "{} {} {}", line.method, line.path, ending.status,
    );
}
