//! Sending a mail after all that was given up.

use mainstay_core::mail::MailKind;
use mainstay_core::{Code, Problem, RecordId};
use mainstay_store::Priority;
use mainstay_store::mail_outbox::{self, MailState};

use super::list::mail_json;
use super::post::useful_micros;
use super::require_mailing;
use crate::context::Context;
use crate::failure::Failure;

/// Puts a mail that was given up back into the outbox. What it lets its reader do begins anew when it is sent.
pub async fn retry_mail(ctx: &Context, id: RecordId) -> Result<Vec<u8>, Failure> {
    ctx.require_administrator()?;
    require_mailing(ctx)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let found = mail_outbox::find(tx, &id)?;
        let mut mail = found.ok_or_else(Problem::not_found)?;
        if mail.state != MailState::Failed {
            let detail = "only a mail that was given up is sent again";
            return Err(Problem::new(Code::Conflict, detail).into());
        }
        let useful = MailKind::parse(&mail.kind).map_or(0, useful_micros);
        mail.state = MailState::Pending;
        mail.tries = 0;
        mail.due_at = ctx.now;
        mail.give_up_at = ctx.now.saturating_add_micros(useful);
        mail.finished_at = None;
        if !mail_outbox::put_back(tx, &mail)? {
            let detail = "somebody else has sent it again already";
            return Err(Problem::new(Code::Conflict, detail).into());
        }
        ctx.environment.mail_wake.after_commit(tx);
        Ok::<_, Failure>(mail_json(&mail).to_string().into_bytes())
    })
    .await
}
