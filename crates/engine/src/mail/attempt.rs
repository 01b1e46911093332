//! One attempt to send a mail, and what follows from how it ended.

use std::sync::Arc;
use std::time::Duration;

use mainstay_core::{RandomSource, Timestamp};
use mainstay_gateways::mail::MailError;
use mainstay_store::mail_outbox::{self, Mail, MailState};
use mainstay_store::{Priority, StoreError};

use super::Mailing;
use super::compose::{Composed, compose};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::sending::after_pause;

/// The pauses after the first attempt, which is made at once; the last one again and again.
const PAUSES: [Duration; 7] = [
    Duration::from_secs(10),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(4),
];
const ERROR_CHARACTERS_MAX: usize = 500;

/// Why a mail is not sent.
struct Fault {
    sentence: String,
    is_final: bool,
}

pub(super) async fn make(
    environment: &Arc<Environment>,
    mailing: &Mailing,
    mail: Mail,
) -> Result<(), Failure> {
    let ctx = environment.system_context();
    if mail.give_up_at <= ctx.now {
        let late = || "there was no time left to send it".to_owned();
        let sentence = mail.error.clone().unwrap_or_else(late);
        return keep(environment, given_up(mail, &sentence, ctx.now)).await;
    }
    let tried = match compose(&ctx, mailing, &mail).await? {
        Composed::Nobody(why) => {
            let dropped = finished(mail, MailState::Dropped, Some(why.to_owned()), ctx.now);
            return keep(environment, dropped).await;
        }
        Composed::Faulty(error) => Err(Fault {
            sentence: error.to_string(),
            is_final: true,
        }),
        Composed::Letter(letter) => mailing.mailer.send(&letter).await.map_err(|error| Fault {
            sentence: sentence_of(&error),
            is_final: error.is_final(),
        }),
    };
    let now = environment.clock.now();
    let after = match tried {
        Ok(()) => finished(mail, MailState::Sent, None, now),
        Err(fault) => {
            tracing::warn!(
                mail = %mail.id,
                kind = mail.kind,
                tries = mail.tries + 1,
                is_final = fault.is_final,
                error = fault.sentence,
                "a mail was not sent"
            );
            failed(mail, &fault, now, environment.random.as_ref())
        }
    };
    keep(environment, after).await
}

fn failed(mut mail: Mail, fault: &Fault, now: Timestamp, random: &dyn RandomSource) -> Mail {
    let pause = usize::try_from(mail.tries).unwrap_or(0).min(PAUSES.len() - 1);
    let next = after_pause(now, PAUSES[pause], Duration::ZERO, random);
    if fault.is_final || next >= mail.give_up_at {
        return given_up(mail, &fault.sentence, now);
    }
    mail.tries += 1;
    mail.due_at = next;
    mail.error = Some(cut(&fault.sentence));
    mail
}

fn given_up(mail: Mail, sentence: &str, now: Timestamp) -> Mail {
    finished(mail, MailState::Failed, Some(cut(sentence)), now)
}

fn finished(mut mail: Mail, state: MailState, error: Option<String>, now: Timestamp) -> Mail {
    mail.tries += 1;
    mail.state = state;
    mail.finished_at = Some(now);
    mail.error = error;
    mail
}

fn cut(sentence: &str) -> String {
    sentence.chars().take(ERROR_CHARACTERS_MAX).collect()
}

/// With what lies behind it: what the server said.
fn sentence_of(error: &MailError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

async fn keep(environment: &Arc<Environment>, mail: Mail) -> Result<(), Failure> {
    let write = environment.db.write(Priority::Background, move |tx| {
        // When somebody sent it as well, after a lease that had run out, theirs stands.
        mail_outbox::update(tx, &mail, mail.tries - 1)
    });
    write.await.map(drop).map_err(|error: StoreError| error.into())
}
