//! The end of shares that have expired.
//!
//! Nobody gets anything by an expired share, since the rules ask for the time. Removing it is what live updates hear of,
//! and so what ends the subscriptions of its holders.

use std::sync::Arc;
use std::time::Duration;

use mainstay_core::RecordId;
use mainstay_core::definition::CollectionId;
use mainstay_core::limits::SHARES_ENDED_AT_ONCE;
use mainstay_store::Priority;
use mainstay_store::journal::Kind;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Shareable, change, lives};
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;

/// How often it is looked for shares that have expired: one read by an index for each collection with shares.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Ends every share that has expired; gives how many.
pub async fn end_expired(environment: &Arc<Environment>) -> Result<usize, Failure> {
    let mut ctx = environment.system_context();
    ctx.operation = "end_shares";
    let mut ended = 0;
    loop {
        let found = ctx
            .read(|tx, ctx| {
                let mut found: Vec<(CollectionId, RecordId)> = Vec::new();
                for shareable in Shareable::all(ctx) {
                    let shares = shareable.place().ended(tx, ctx.now, SHARES_ENDED_AT_ONCE)?;
                    found.extend(shares.iter().map(|share| (shareable.of.id, share.id)));
                }
                Ok::<_, Failure>(found)
            })
            .await?;
        if found.is_empty() {
            return Ok(ended);
        }
        ended += found.len();
        ctx.write(Priority::Background, move |tx, ctx| {
            for (collection, id) in &found {
                let shareable = Shareable::of(ctx, *collection)?;
                // Another process may have been first, or somebody gave it more time.
                let share = shareable.place().find(tx, id)?;
                if let Some(share) = share.filter(|share| !lives(ctx, share)) {
                    change::end(tx, ctx, Kind::ShareExpired, &shareable, &share)?;
                }
            }
            Ok::<_, Failure>(())
        })
        .await?;
    }
}

/// Removes what links were opened with whose shares went with their records; gives how many.
pub(crate) async fn tidy_links(environment: &Arc<Environment>) -> Result<usize, Failure> {
    let ctx = environment.system_context();
    ctx.write(Priority::Background, |tx, ctx: &Context| {
        let mut removed = 0;
        for shareable in Shareable::all(ctx) {
            let name = shareable.of.first_name();
            removed += shareable
                .place()
                .remove_orphaned_links(tx, name, SHARES_ENDED_AT_ONCE)?;
        }
        Ok(removed)
    })
    .await
}

/// Ends shares as they expire, while it runs.
#[derive(Debug)]
#[must_use = "it ends shares until it is stopped"]
pub struct RunningShares {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl RunningShares {
    pub fn start(environment: &Arc<Environment>) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let environment = Arc::clone(environment);
        let task = tokio::spawn(async move {
            while !*stopped.borrow_and_update() {
                if let Err(error) = end_expired(&environment).await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "shares that have expired could not be ended; it is tried again"
                    );
                }
                tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    _ = stopped.changed() => {}
                }
            }
        });
        Self { stop, task }
    }

    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "what ends shares ended in a panic"
            );
        }
    }
}
