//! The reader of the journal that makes messages of entries: one for each endpoint that wants an entry.

use std::sync::Arc;

use mainstay_core::Timestamp;
use mainstay_core::definition::CollectionId;
use mainstay_core::limits;
use mainstay_store::journal::StoredEntry;
use mainstay_store::sql::{Arguments, Statement, select_input_fulfils};
use mainstay_store::webhooks::deliveries::{self, Delivery, State};
use mainstay_store::webhooks::{self, Endpoint};
use mainstay_store::{StoreError, Tx, WriteTx};

use super::event::{Event, collection_of, event, is_about_a_record};
use super::{disable, input};
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::readers::{Batch, Choice, Kinds, Pace, Reader, Start, Step};

/// Its cursor is kept under this name.
const NAME: &str = "webhooks";
/// Entries of one step at most: each can become a message for every endpoint.
const ENTRIES_MAX: u32 = 50;

/// The reader that makes messages of entries.
pub fn reader(environment: &Arc<Environment>) -> Reader {
    let environment = Arc::clone(environment);
    Reader {
        name: NAME,
        // Each endpoint gets what came after it was made; what is older goes by unread.
        start: Start::FirstEntry,
        kinds: Kinds::Asked(wanted),
        pace: Pace {
            entries_max: ENTRIES_MAX,
            ..Pace::SOON
        },
        step: Step::InTransaction(Arc::new(move |tx, batch| {
            make_messages(tx, &environment.system_context(), batch)
        })),
    }
}

/// The entries that some endpoint may want: without endpoints nothing is written for anybody's change.
fn wanted(tx: &mut Tx<'_>) -> Result<Choice, StoreError> {
    let endpoints = webhooks::enabled(tx)?;
    Ok(Box::new(move |entry| {
        let wants = |endpoint: &Endpoint| wants_kind(endpoint, entry.seq, entry.kind);
        endpoints.iter().any(wants)
    }))
}

fn wants_kind(endpoint: &Endpoint, seq: i64, kind: &str) -> bool {
    let mut kinds = endpoint.kinds.iter();
    seq > endpoint.from_seq && kinds.any(|wanted| input::matches(wanted, kind))
}

fn make_messages(tx: &mut WriteTx<'_>, ctx: &Context, batch: &Batch) -> Result<(), Failure> {
    let mut routes = Vec::new();
    for endpoint in webhooks::enabled(tx)? {
        let id = endpoint.id;
        match Route::plan(ctx, endpoint) {
            Ok(route) => routes.push(route),
            Err(reason) => disable(tx, ctx, &id, &reason)?,
        }
    }
    let mut made = false;
    for entry in &batch.entries {
        let mut told: Option<Event> = None;
        for route in &mut routes {
            if !route.wants(ctx, entry) {
                continue;
            }
            let event = match &mut told {
                Some(event) => event,
                none => none.insert(event(tx, ctx, entry)?),
            };
            if route.passes(tx, ctx, entry, event)? {
                made |= route.add_message(tx, ctx, entry, event)?;
            }
        }
    }
    if made {
        ctx.environment.sender_wake.after_commit(tx);
    }
    Ok(())
}

/// An endpoint as the definition in force understands it.
struct Route {
    endpoint: Endpoint,
    /// None for all.
    collections: Vec<CollectionId>,
    filter: Option<Statement>,
    /// Messages that may still be added; counted when the first is.
    room: Option<i64>,
}

impl Route {
    /// Fails with the reason to switch the endpoint off, when it does not fit the definition any more.
    fn plan(ctx: &Context, endpoint: Endpoint) -> Result<Self, String> {
        let definition = &ctx.release.definition;
        let mut collections = Vec::with_capacity(endpoint.collections.len());
        for name in &endpoint.collections {
            let gone = || format!("the definition has no collection `{name}` any more");
            collections.push(collection_of(definition, name).ok_or_else(gone)?);
        }
        let filter = match (&endpoint.filter, collections.as_slice()) {
            (None, _) => None,
            (Some(filter), [collection]) => {
                let no_fit = |why: String| format!("the filter does not fit the definition any more: {why}");
                let expr = input::parse_filter(definition, definition.collection(*collection), filter)
                    .map_err(no_fit)?;
                let statement = select_input_fulfils(ctx.target(), &expr);
                Some(statement.map_err(|error| no_fit(error.to_string()))?)
            }
            (Some(_), _) => return Err("the filter needs exactly one collection".to_owned()),
        };
        Ok(Self {
            endpoint,
            collections,
            filter,
            room: None,
        })
    }

    fn wants(&self, ctx: &Context, entry: &StoredEntry) -> bool {
        if !wants_kind(&self.endpoint, entry.seq, &entry.kind) || self.room == Some(0) {
            return false;
        }
        let of_entry = || collection_of(&ctx.release.definition, entry.collection.as_deref()?);
        self.collections.is_empty() || of_entry().is_some_and(|id| self.collections.contains(&id))
    }

    /// Does the record fulfil the filter? One that cannot be worked out, for its numbers grow too large, is not fulfilled.
    fn passes(
        &self,
        tx: &mut WriteTx<'_>,
        ctx: &Context,
        entry: &StoredEntry,
        event: &Event,
    ) -> Result<bool, Failure> {
        let Some(statement) = self.filter.as_ref().filter(|_| is_about_a_record(entry)) else {
            return Ok(true);
        };
        let Some(values) = &event.values else {
            return Ok(false);
        };
        let arguments = Arguments {
            now_micros: entry.at.as_micros(),
            input: values,
            ..ctx.arguments(&[])
        };
        let asked = tx.attempt(|tx| {
            let binds = statement.binds(&arguments);
            tx.query_first(&statement.text, &binds, |_| Ok::<_, StoreError>(()))
        });
        match asked {
            Ok(found) => Ok(found.is_some()),
            Err(StoreError::OutOfRange | StoreError::TooLarge) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds a message, unless so many wait already that the endpoint is switched off instead.
    fn add_message(
        &mut self,
        tx: &mut WriteTx<'_>,
        ctx: &Context,
        entry: &StoredEntry,
        event: &Event,
    ) -> Result<bool, Failure> {
        let max = limits::WEBHOOK_PENDING_MAX;
        let room = match self.room {
            Some(room) => room,
            None => max - deliveries::count_pending(tx, &self.endpoint.id, max)?,
        };
        if room == 0 {
            self.room = Some(0);
            let reason = format!("{max} messages wait for it already; those that came after are not sent");
            disable(tx, ctx, &self.endpoint.id, &reason)?;
            return Ok(false);
        }
        self.room = Some(room - 1);
        deliveries::add(
            tx,
            &message(
                ctx,
                &self.endpoint,
                Some(entry.seq),
                &entry.kind,
                event.body.clone(),
            ),
        )?;
        Ok(true)
    }
}

/// A message that is to be sent at once.
pub(super) fn message(
    ctx: &Context,
    endpoint: &Endpoint,
    seq: Option<i64>,
    kind: &str,
    body: String,
) -> Delivery {
    let now: Timestamp = ctx.now;
    Delivery {
        id: ctx.environment.new_id(),
        webhook_id: endpoint.id,
        seq,
        kind: kind.to_owned(),
        body,
        state: State::Pending,
        made: 0,
        tries: 0,
        due_at: now,
        created_at: now,
        finished_at: None,
        attempts: "[]".to_owned(),
    }
}
