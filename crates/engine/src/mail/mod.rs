//! Mails: written in the transaction of the act that causes them, put together and sent afterwards.
//!
//! A mail in the outbox (`post`) has no text yet. The sender (`sender`, `attempt`) looks up whom it is for, makes its link
//! or code, and fills in its template (`compose`). So a request that asks for a mail does the same for known and unknown
//! addresses, and no secret is ever kept. `security` is the reader that tells people what happened to their account.
//! `docs/decisions/0030-mail-and-account-flows.md` has the reasons.

mod attempt;
mod compose;
mod list;
mod post;
mod preview;
mod retry;
mod security;
mod sender;

use std::sync::Arc;

use mainstay_core::{Code, Problem};

pub use list::list_mails;
pub use mainstay_gateways::mail::{Mailer, Sender as MailFrom, SmtpUrl};
pub use mainstay_store::mail_outbox::MailState;
pub(crate) use post::{NewMail, post, post_asked};
pub use preview::{Preview, preview_mail};
pub use retry::retry_mail;
pub use security::security_mails;
pub use sender::start_sender;

use crate::context::Context;
use crate::failure::Failure;

/// How mails leave this server.
#[derive(Debug, Clone)]
pub struct Mailing {
    pub mailer: Arc<Mailer>,
    /// What links begin with, such as `https://app.example.org`: never what a request says.
    pub public_url: String,
}

/// How mails leave this server; a problem where none do.
pub(crate) fn require_mailing(ctx: &Context) -> Result<&Mailing, Failure> {
    ctx.environment.mailing.as_ref().ok_or_else(|| {
        Problem::new(
            Code::MailNotConfigured,
            "this server sends no mails: an administrator sets `mail.kind` and `server.public_url`",
        )
        .into()
    })
}

/// The page that a link leads to. What stands behind the `#` is not sent to any server, and so not in its log.
pub(crate) fn link(ctx: &Context, mailing: &Mailing, action: &str, secret: &str) -> String {
    let path = &ctx.release.definition.mail.link_path;
    format!("{}{path}#{action}={secret}", mailing.public_url)
}
