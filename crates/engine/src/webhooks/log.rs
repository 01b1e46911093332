//! What became of messages, for administrators; and messages that they send by hand.

use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::webhooks::Endpoint;
use mainstay_store::webhooks::deliveries::{self, Delivery, State};
use mainstay_store::{Priority, Tx};
use serde_json::{Value as Json, json};

use super::endpoints::{find, require_administrator};
use super::event::test_body;
use super::route::message;
use crate::context::Context;
use crate::failure::Failure;

/// The type of a message that tests an endpoint.
pub(super) const TEST: &str = "webhook.test";

/// A page of the messages of an endpoint, the newest first: `{"items": [...], "next_cursor": ...}`.
pub async fn list_webhook_deliveries(
    ctx: &Context,
    id: RecordId,
    state: Option<State>,
    before: Option<RecordId>,
    limit: u32,
) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    ctx.read(move |tx, _| {
        find(tx, &id)?;
        let mut found = deliveries::list(tx, &id, state, before.as_ref(), limit + 1)?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let last = found.last().filter(|_| more);
        let next = last.map(|delivery| delivery.id.to_string());
        let items: Vec<Json> = found.iter().map(delivery_json).collect();
        let page = json!({"items": items, "next_cursor": next});
        Ok::<_, Failure>(page.to_string().into_bytes())
    })
    .await
}

/// Sends a message again, or sooner, under its old id: whoever has it already can tell. It begins the schedule anew.
pub async fn resend_webhook_delivery(
    ctx: &Context,
    id: RecordId,
    delivery_id: RecordId,
) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let endpoint = find(tx, &id)?;
        let found = deliveries::find(tx, &id, &delivery_id)?;
        let missing = || {
            Problem::new(
                Code::NotFound,
                "there is no such message; finished ones go after some time",
            )
        };
        let mut delivery = found.ok_or_else(missing)?;
        require_open(tx, &endpoint)?;
        delivery.state = State::Pending;
        delivery.finished_at = None;
        delivery.tries = 0;
        delivery.due_at = ctx.now;
        if !deliveries::update(tx, &delivery, delivery.made)? {
            let detail = "an attempt was made just now; look at the message again";
            return Err(Problem::new(Code::Conflict, detail).into());
        }
        ctx.environment.sender_wake.after_commit(tx);
        Ok::<_, Failure>(delivery_json(&delivery).to_string().into_bytes())
    })
    .await
}

/// Sends a message of the type `webhook.test`, once.
pub async fn test_webhook(ctx: &Context, id: RecordId) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let endpoint = find(tx, &id)?;
        require_open(tx, &endpoint)?;
        let delivery = message(ctx, &endpoint, None, TEST, test_body(&id, ctx.now));
        deliveries::add(tx, &delivery)?;
        ctx.environment.sender_wake.after_commit(tx);
        Ok::<_, Failure>(delivery_json(&delivery).to_string().into_bytes())
    })
    .await
}

fn require_open(tx: &mut Tx<'_>, endpoint: &Endpoint) -> Result<(), Failure> {
    if !endpoint.enabled {
        let detail = "the webhook is switched off; set `enabled` to true first";
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    let max = limits::WEBHOOK_PENDING_MAX;
    if deliveries::count_pending(tx, &endpoint.id, max)? >= max {
        let detail = format!("{max} messages wait for this webhook already");
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    Ok(())
}

fn delivery_json(delivery: &Delivery) -> Json {
    let pending = delivery.state == State::Pending;
    json!({
        "id": delivery.id.to_string(),
        "type": delivery.kind,
        "seq": delivery.seq,
        "state": delivery.state.as_str(),
        "created_at": delivery.created_at.to_string(),
        "next_attempt_at": pending.then(|| delivery.due_at.to_string()),
        "finished_at": delivery.finished_at.map(|time| time.to_string()),
        "attempts_made": delivery.made,
        "attempts": serde_json::from_str(&delivery.attempts).unwrap_or(Json::Array(Vec::new())),
    })
}
