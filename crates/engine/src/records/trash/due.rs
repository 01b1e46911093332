//! What has been in the trash for as long as its collection says goes for good.

use std::sync::Arc;
use std::time::Duration;

use mainstay_core::{Code, RecordId};
use mainstay_store::leases::{drop_lease, take_lease};
use mainstay_store::trash::{Place, Trashed, let_wait, oldest_first};
use mainstay_store::{Dialect, Priority};

use super::purge::{Asked, Slice, purge_slice};
use super::purge_at;
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;

/// One process purges at a time, where several share a database.
const LEASE: &str = "purge";
const LEASE_TIME: Duration = Duration::from_mins(1);
const LOOKED_AT_ONCE: usize = 200;

/// How one deletion fared.
enum Purged {
    Records,
    Waits,
    /// Another process is at it.
    Elsewhere,
}

/// Purges every deletion that has had its time; gives how many. What cannot go yet is left with its reason.
pub(crate) async fn purge_due(environment: &Arc<Environment>) -> Result<usize, Failure> {
    let mut ctx = environment.system_context();
    ctx.operation = "purge_due";
    let holder = environment.new_id();
    let purged = purge_all(&ctx, holder).await;
    if environment.db.dialect() == Dialect::Postgres {
        let dropped = environment
            .db
            .write(Priority::Background, move |tx| drop_lease(tx, LEASE, &holder));
        dropped.await.map_err(Failure::from)?;
    }
    purged
}

async fn purge_all(ctx: &Context, holder: RecordId) -> Result<usize, Failure> {
    let mut purged = 0;
    let mut after: Option<Place> = None;
    loop {
        let page = ctx
            .read(move |tx, _| oldest_first(tx, after.as_ref(), LOOKED_AT_ONCE).map_err(Failure::from))
            .await?;
        let Some(last) = page.last() else {
            return Ok(purged);
        };
        after = Some((last.deleted_at.as_micros(), last.id));
        for trashed in page.iter().filter(|trashed| is_due(ctx, trashed)) {
            match purge(ctx, holder, trashed).await? {
                Purged::Records => purged += 1,
                Purged::Waits => {}
                Purged::Elsewhere => return Ok(purged),
            }
        }
    }
}

/// What somebody began to remove for good is due whatever its time.
fn is_due(ctx: &Context, trashed: &Trashed) -> bool {
    let of = ctx
        .release
        .definition
        .find_collection_of_any_time(&trashed.collection);
    of.is_some_and(|of| trashed.purging || purge_at(of, trashed).is_some_and(|at| at <= ctx.now))
}

async fn purge(ctx: &Context, holder: RecordId, trashed: &Trashed) -> Result<Purged, Failure> {
    let definition = &ctx.release.definition;
    let Some(of) = definition.find_collection_of_any_time(&trashed.collection) else {
        return Ok(Purged::Waits);
    };
    let (collection, id) = (of.id, trashed.id);
    loop {
        let slice = ctx.write(Priority::Background, move |tx, ctx| {
            // The clock of now: a long purge renews its claim with each slice.
            let now = ctx.environment.clock.now();
            if tx.dialect() == Dialect::Postgres && !take_lease(tx, LEASE, &holder, now, LEASE_TIME)? {
                return Ok(None);
            }
            purge_slice(tx, ctx, collection, id, Asked::ByTime).map(Some)
        });
        match slice.await {
            Ok(Some(Slice::More)) => {}
            Ok(Some(Slice::Done)) => return Ok(Purged::Records),
            Ok(None) => return Ok(Purged::Elsewhere),
            Err(Failure::Problem(problem)) if problem.code == Code::Restricted => {
                let reason = problem.detail.to_string();
                tracing::info!(collection = trashed.collection, id = %id, reason, "a purge waits");
                let trashed = trashed.clone();
                ctx.write(Priority::Background, move |tx, _| {
                    let_wait(tx, &trashed, &reason).map_err(Failure::from)
                })
                .await?;
                return Ok(Purged::Waits);
            }
            Err(failure) => return Err(failure),
        }
    }
}
