//! Webhooks: other servers are told of entries of the journal, as the Standard Webhooks specification says
//! (<https://www.standardwebhooks.com>).
//!
//! A reader of the journal makes a message for each endpoint that wants an entry (`route`, `event`). A sender posts
//! messages, again and again until one attempt succeeds (`sender`, `attempt`, `schedule`). `docs/decisions/0026-webhooks.md`
//! has the reasons.

mod attempt;
mod endpoints;
mod event;
mod input;
mod log;
mod route;
mod schedule;
mod sender;
mod signature;

use mainstay_core::RecordId;
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::webhooks::{self, Endpoint};
use mainstay_store::{StoreError, WriteTx};
use serde_json::json;

pub use endpoints::{
    create_webhook, delete_webhook, list_webhooks, read_webhook, rotate_webhook_secret, update_webhook,
};
pub use log::{list_webhook_deliveries, resend_webhook_delivery, test_webhook};
pub use mainstay_store::webhooks::deliveries::State;
pub use route::reader;
pub use sender::start_sender;

use crate::context::Context;

/// Writes the journal entry of an act on an endpoint. Its path may hold what is secret, so the entry names its host.
fn write_entry(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    endpoint: &Endpoint,
) -> Result<(), StoreError> {
    let payload = json!({"webhook": {
        "id": endpoint.id.to_string(),
        "host": host(&endpoint.url),
        "description": endpoint.description,
        "kinds": endpoint.kinds,
        "collections": endpoint.collections,
        "filter": endpoint.filter,
        "enabled": endpoint.enabled,
        "disabled_reason": endpoint.disabled_reason,
    }});
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: None,
            record_id: None,
            version: None,
            payload: &payload.to_string(),
        },
    )
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}

/// Switches an endpoint off, and says why in the journal.
fn disable(tx: &mut WriteTx<'_>, ctx: &Context, id: &RecordId, reason: &str) -> Result<(), StoreError> {
    if !webhooks::disable(tx, id, reason, ctx.now)? {
        return Ok(());
    }
    match webhooks::find(tx, id)? {
        Some(endpoint) => write_entry(tx, ctx, Kind::WebhookDisabled, &endpoint),
        None => Ok(()),
    }
}
