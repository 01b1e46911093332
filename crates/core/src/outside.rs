//! The two things that tests must be able to replace: time and chance.

use crate::time::Timestamp;

/// Tells the time. The only source of "now" in Mainstay.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// Gives unpredictable bytes. The only source of chance in Mainstay; in production a cryptographic one.
pub trait RandomSource: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}
