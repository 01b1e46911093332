//! The outbox as administrators see it: who was sent what and what became of it, never what it said.

use mainstay_core::RecordId;
use mainstay_store::mail_outbox::{self, Mail, MailState};
use serde_json::{Value as Json, json};

use crate::context::Context;
use crate::failure::Failure;

/// A page of mails, the newest first: `{"items": [...], "next_cursor": ...}`.
pub async fn list_mails(
    ctx: &Context,
    state: Option<MailState>,
    before: Option<RecordId>,
    limit: u32,
) -> Result<Vec<u8>, Failure> {
    if ctx.actor.is_bound_by_rules() {
        return Err(ctx.refused("only administrators may see the mails"));
    }
    ctx.read(move |tx, _| {
        let mut found = mail_outbox::list(tx, state, before.as_ref(), limit + 1)?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| more).map(|mail| mail.id.to_string());
        let items: Vec<Json> = found.iter().map(mail_json).collect();
        let page = json!({"items": items, "next_cursor": next});
        Ok::<_, Failure>(page.to_string().into_bytes())
    })
    .await
}

pub(super) fn mail_json(mail: &Mail) -> Json {
    let pending = mail.state == MailState::Pending;
    json!({
        "id": mail.id.to_string(),
        "kind": mail.kind,
        "address": mail.address,
        "user": mail.user_id.map(|user| user.to_string()),
        "state": mail.state.as_str(),
        "tries": mail.tries,
        "created_at": mail.created_at.to_string(),
        "next_attempt_at": pending.then(|| mail.due_at.to_string()),
        "finished_at": mail.finished_at.map(|time| time.to_string()),
        "error": mail.error,
    })
}
