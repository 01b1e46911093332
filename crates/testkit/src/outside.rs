//! Time and chance as a test sets them.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use mainstay_core::{Clock, RandomSource, Timestamp};

/// Stands still until a test moves it. Begins at 2026-01-01T00:00:00Z.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Default for TestClock {
    fn default() -> Self {
        Self(AtomicI64::new(1_767_225_600_000_000))
    }
}

impl TestClock {
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).expect("tests stay within the calendar")
    }
}

/// Gives the same bytes in every run (`SplitMix64`, Steele et al. 2014).
#[derive(Debug, Default)]
pub struct TestRandom(AtomicU64);

impl TestRandom {
    /// Other bytes than those of one that starts elsewhere.
    pub fn starting_at(state: u64) -> Self {
        Self(AtomicU64::new(state))
    }
}

impl RandomSource for TestRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut word = self
                .0
                .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst)
                .wrapping_add(0x9e37_79b9_7f4a_7c15);
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
    }
}
