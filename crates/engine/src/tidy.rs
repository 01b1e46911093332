//! Housekeeping: what has had its time goes, a slice at a time.

use std::sync::Arc;

use mainstay_core::limits;
use mainstay_store::Priority;

use crate::environment::Environment;
use crate::failure::Failure;

const MICROS_PER_HOUR: i64 = 3_600_000_000;

/// Removes kept answers, ended sessions and the secrets of removed users; gives how many rows went.
pub async fn tidy(environment: &Arc<Environment>) -> Result<usize, Failure> {
    let now = environment.clock.now();
    let answers_before = now.saturating_add_micros(-i64::from(limits::IDEMPOTENCY_HOURS) * MICROS_PER_HOUR);
    let mut removed = 0;
    loop {
        let slice = environment
            .db
            .write(Priority::Background, move |tx| {
                mainstay_store::tidy::tidy(tx, now, answers_before).map_err(Failure::from)
            })
            .await?;
        if slice == 0 {
            return Ok(removed);
        }
        removed += slice;
    }
}
