//! The sender of mails: some at the same time, each again until it is taken or of no use any more.

use std::sync::Arc;

use mainstay_core::Timestamp;
use mainstay_store::mail_outbox::{self, Lane, Mail};
use mainstay_store::{StoreError, Tx};

use super::{Mailing, attempt};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::sending::{RunningSender, SenderTimes, SenderWake, Sending};

/// Starts the sender of this process; none where no mails are sent.
pub fn start_sender(environment: &Arc<Environment>, times: SenderTimes) -> Option<RunningSender> {
    environment
        .mailing
        .as_ref()
        .map(|_| RunningSender::begin::<Mails>(environment, times))
}

struct Mails;

impl Sending for Mails {
    const NAME: &'static str = "mail";
    type Line = Lane;
    type Work = Mail;

    fn wake(environment: &Environment) -> &SenderWake {
        &environment.mail_wake
    }

    fn next_due(tx: &mut Tx<'_>) -> Result<Vec<(Lane, Timestamp)>, StoreError> {
        mail_outbox::next_due(tx)
    }

    fn work_for(tx: &mut Tx<'_>, lane: Lane, now: Timestamp) -> Result<Option<Mail>, StoreError> {
        mail_outbox::first_due(tx, lane, now)
    }

    async fn send(environment: &Arc<Environment>, mail: Mail) -> Result<(), Failure> {
        let mailing: &Mailing = environment
            .mailing
            .as_ref()
            .expect("without it the sender is not started");
        attempt::make(environment, mailing, mail).await
    }
}
