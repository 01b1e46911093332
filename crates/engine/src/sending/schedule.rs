//! When something is sent again.

use std::time::Duration;

use mainstay_core::{RandomSource, Timestamp};

/// The time after a pause. Up to a tenth comes on top by chance, so that what failed together is not all sent again
/// together.
pub(crate) fn after_pause(
    now: Timestamp,
    pause: Duration,
    at_least: Duration,
    random: &dyn RandomSource,
) -> Timestamp {
    let mut chance = [0; 2];
    random.fill(&mut chance);
    let jitter = pause / 10 * u32::from(u16::from_le_bytes(chance)) / u32::from(u16::MAX);
    let pause = (pause + jitter).max(at_least);
    now.saturating_add_micros(i64::try_from(pause.as_micros()).unwrap_or(i64::MAX))
}
