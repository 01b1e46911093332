//! The sender: posts what is due, one message at a time to each endpoint.

use std::sync::Arc;

use mainstay_core::{RecordId, Timestamp};
use mainstay_store::webhooks::{self, deliveries};
use mainstay_store::{Priority, StoreError, Tx};

use super::attempt::{self, Conclusion, Work};
use super::disable;
use super::signature::Secrets;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::sending::{RunningSender, SenderTimes, SenderWake, Sending};

/// Starts the sender of this process.
pub fn start_sender(environment: &Arc<Environment>, times: SenderTimes) -> RunningSender {
    RunningSender::begin::<Messages>(environment, times)
}

/// Messages to endpoints.
struct Messages;

impl Sending for Messages {
    const NAME: &'static str = "webhook";
    type Line = RecordId;
    type Work = Box<Work>;

    fn wake(environment: &Environment) -> &SenderWake {
        &environment.sender_wake
    }

    fn next_due(tx: &mut Tx<'_>) -> Result<Vec<(RecordId, Timestamp)>, StoreError> {
        deliveries::next_due(tx)
    }

    fn work_for(tx: &mut Tx<'_>, webhook: RecordId, now: Timestamp) -> Result<Option<Box<Work>>, StoreError> {
        let Some(endpoint) = webhooks::find(tx, &webhook)?.filter(|endpoint| endpoint.enabled) else {
            return Ok(None);
        };
        let Some(secrets) = webhooks::secrets(tx, &webhook)? else {
            return Ok(None);
        };
        let delivery = deliveries::first_due(tx, &webhook, now)?;
        Ok(delivery.map(|delivery| {
            Box::new(Work {
                endpoint,
                secrets,
                delivery,
            })
        }))
    }

    async fn send(environment: &Arc<Environment>, work: Box<Work>) -> Result<(), Failure> {
        let secrets = Secrets::open(&environment.secret_keys, &work.secrets);
        let now = environment.clock.now();
        let attempt = attempt::make(&environment.outbound, &work, secrets.as_ref(), now).await;
        let conclusion = attempt.conclude(&work, environment.clock.now(), environment.random.as_ref());
        keep(environment, &work, conclusion).await
    }
}

async fn keep(environment: &Arc<Environment>, work: &Work, conclusion: Conclusion) -> Result<(), Failure> {
    let ctx = environment.system_context();
    let (made, failing_before) = (work.delivery.made, work.endpoint.failing_since);
    let write = environment.db.write(Priority::Background, move |tx| {
        // Somebody sent it as well, after a lease that had run out: theirs stands.
        if !deliveries::update(tx, &conclusion.delivery, made)? {
            return Ok(());
        }
        let webhook = conclusion.delivery.webhook_id;
        if conclusion.failing_since != failing_before {
            webhooks::set_failing_since(tx, &webhook, conclusion.failing_since)?;
        }
        match &conclusion.disable {
            Some(reason) => disable(tx, &ctx, &webhook, reason),
            None => Ok(()),
        }
    });
    write.await.map_err(|error: StoreError| error.into())
}
