//! Writing a mail into the outbox.

use mainstay_core::mail::MailKind;
use mainstay_core::{Code, Problem, RecordId, Timestamp, limits};
use mainstay_store::WriteTx;
use mainstay_store::account_tokens::Purpose;
use mainstay_store::mail_outbox::{self, Mail, MailState};
use serde_json::{Value as Json, json};

use crate::context::Context;
use crate::failure::Failure;

const MICROS_PER_MINUTE: i64 = 60_000_000;
const MICROS_PER_HOUR: i64 = 60 * MICROS_PER_MINUTE;
/// What tells of an act is of use for some days.
const TOLD_WITHIN: i64 = 72 * MICROS_PER_HOUR;
/// Those that somebody asks for, perhaps a stranger.
const ASKED: [MailKind; 5] = [
    MailKind::VerifyAddress,
    MailKind::ResetPassword,
    MailKind::ChangeAddress,
    MailKind::SignInCode,
    MailKind::SignInLink,
];

/// A mail to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewMail<'a> {
    pub(crate) kind: MailKind,
    pub(crate) address: &'a str,
    /// Whom it is about, if that is known.
    pub(crate) user: Option<RecordId>,
    /// No secrets.
    pub(crate) variables: Json,
}

impl<'a> NewMail<'a> {
    /// One that says nothing of its own.
    pub(crate) fn plain(kind: MailKind, address: &'a str, user: Option<RecordId>) -> Self {
        Self {
            kind,
            address,
            user,
            variables: json!({}),
        }
    }
}

/// What the link or code of a mail is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Power {
    pub(super) purpose: Purpose,
    /// What stands in the link before the secret, for the page that it leads to; nothing for a code.
    pub(super) action: Option<&'static str>,
    /// How long it works once the mail was sent.
    micros: i64,
}

/// The one table of mails that let their readers do something; the others tell of an act.
pub(super) fn power(kind: MailKind) -> Option<Power> {
    let (purpose, action, micros) = match kind {
        MailKind::VerifyAddress => {
            let micros = limits::VERIFY_HOURS * MICROS_PER_HOUR;
            (Purpose::VerifyAddress, Some("verify"), micros)
        }
        MailKind::ResetPassword => {
            let micros = limits::RESET_MINUTES * MICROS_PER_MINUTE;
            (Purpose::ResetPassword, Some("reset"), micros)
        }
        MailKind::ChangeAddress => {
            let micros = limits::CHANGE_ADDRESS_MINUTES * MICROS_PER_MINUTE;
            (Purpose::ChangeAddress, Some("address"), micros)
        }
        MailKind::Invitation => {
            let micros = limits::INVITATION_DAYS * 24 * MICROS_PER_HOUR;
            (Purpose::Invitation, Some("invitation"), micros)
        }
        MailKind::SignInCode => {
            let micros = limits::MAIL_SIGN_IN_MINUTES * MICROS_PER_MINUTE;
            (Purpose::SignInCode, None, micros)
        }
        MailKind::SignInLink => {
            let micros = limits::MAIL_SIGN_IN_MINUTES * MICROS_PER_MINUTE;
            (Purpose::SignInLink, Some("sign-in"), micros)
        }
        _ => return None,
    };
    Some(Power {
        purpose,
        action,
        micros,
    })
}

/// How long a link or code works once it was sent, and how long its mail is worth sending.
pub(super) fn useful_micros(kind: MailKind) -> i64 {
    power(kind).map_or(TOLD_WITHIN, |power| power.micros)
}

/// Writes a mail into the outbox; it is sent once the transaction is on disk. Where no mails are sent, none is written.
pub(crate) fn post(tx: &mut WriteTx<'_>, ctx: &Context, mail: &NewMail<'_>) -> Result<(), Failure> {
    if ctx.environment.mailing.is_none() {
        return Ok(());
    }
    let written = Mail {
        id: ctx.environment.new_id(),
        kind: mail.kind.as_str().to_owned(),
        address: mail.address.to_owned(),
        user_id: mail.user,
        languages: ctx.languages.clone(),
        variables: mail.variables.to_string(),
        state: MailState::Pending,
        tries: 0,
        due_at: ctx.now,
        created_at: ctx.now,
        give_up_at: ctx.now.saturating_add_micros(useful_micros(mail.kind)),
        finished_at: None,
        error: None,
    };
    mail_outbox::add(tx, &written)?;
    ctx.environment.mail_wake.after_commit(tx);
    Ok(())
}

/// Writes a mail that somebody asked for: not more than some an hour to one address, whoever has it. What is too much is
/// left out without a word, since the answer says nothing of mails either.
pub(crate) fn post_asked(tx: &mut WriteTx<'_>, ctx: &Context, mail: &NewMail<'_>) -> Result<(), Failure> {
    let since = an_hour_before(ctx.now);
    let kinds = ASKED.map(MailKind::as_str);
    let (asked_max, pending_max) = (limits::MAILS_ASKED_MAX, limits::MAILS_PENDING_MAX);
    if mail_outbox::count_since(tx, mail.address, &kinds, since, asked_max)? >= asked_max {
        return Ok(());
    }
    if mail_outbox::count_pending(tx, pending_max)? >= pending_max {
        let detail = "too many mails wait to be sent already; try again later";
        return Err(Problem::new(Code::Overloaded, detail).into());
    }
    post(tx, ctx, mail)
}

fn an_hour_before(now: Timestamp) -> Timestamp {
    now.saturating_add_micros(-MICROS_PER_HOUR)
}
