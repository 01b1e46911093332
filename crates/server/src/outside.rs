//! The real time and real chance.

use std::time::{SystemTime, UNIX_EPOCH};

use mainstay_core::{Clock, RandomSource, Timestamp};
use ring::rand::{SecureRandom, SystemRandom};

/// The clock of the machine.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the clock that everybody else is given")]
        let now = SystemTime::now();
        let micros = now
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_micros());
        let micros = i64::try_from(micros).unwrap_or(i64::MAX);
        Timestamp::from_micros(0)
            .expect("1970 is a year")
            .saturating_add_micros(micros)
    }
}

/// The random numbers of the operating system.
#[derive(Debug)]
pub(crate) struct SystemChance(SystemRandom);

impl SystemChance {
    #[expect(
        clippy::disallowed_methods,
        reason = "the source that everybody else is given"
    )]
    pub(crate) fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl RandomSource for SystemChance {
    fn fill(&self, bytes: &mut [u8]) {
        // A system without random numbers can do nothing safely, and none that Mainstay runs on is.
        self.0
            .fill(bytes)
            .expect("the operating system gives random bytes");
    }
}
