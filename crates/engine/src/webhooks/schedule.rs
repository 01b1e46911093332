//! When a message is sent again.

use std::time::Duration;

use mainstay_core::{RandomSource, Timestamp};

use crate::sending::after_pause;

/// The schedule of the Standard Webhooks specification: the pauses after the first attempt, which is made at once.
const PAUSES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];
/// What an answer may ask for at most; with more it could keep messages for ever.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(24);

/// When the next attempt is due after `tries` that failed; `None` when none is left.
pub(super) fn next_attempt(
    tries: i64,
    now: Timestamp,
    retry_after: Option<Duration>,
    random: &dyn RandomSource,
) -> Option<Timestamp> {
    let pause = *PAUSES.get(usize::try_from(tries - 1).ok()?)?;
    let wanted = retry_after.unwrap_or_default().min(RETRY_AFTER_MAX);
    Some(after_pause(now, pause, wanted, random))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);

    impl RandomSource for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn pause_s(tries: i64, chance: u8, retry_after_s: Option<u64>) -> Option<i64> {
        let now = Timestamp::from_micros(0).unwrap();
        let due = next_attempt(tries, now, retry_after_s.map(Duration::from_secs), &Fixed(chance));
        due.map(Timestamp::seconds)
    }

    #[test]
    fn the_schedule_is_that_of_the_specification() {
        let pauses: Vec<i64> = (1..).map_while(|tries| pause_s(tries, 0, None)).collect();
        assert_eq!(
            pauses,
            [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
        );
        let longest: Vec<i64> = (1..).map_while(|tries| pause_s(tries, 0xff, None)).collect();
        assert_eq!(
            longest,
            [5, 330, 1_980, 7_920, 19_800, 39_600, 55_440, 79_200, 95_040]
        );
    }

    #[test]
    fn an_answer_can_ask_for_more_time_but_not_for_less_or_for_ever() {
        assert_eq!(pause_s(1, 0, Some(60)), Some(60));
        assert_eq!(pause_s(2, 0, Some(60)), Some(300));
        assert_eq!(pause_s(1, 0, Some(u64::MAX / 2_000_000)), Some(86_400));
        assert_eq!(pause_s(10, 0, Some(60)), None);
    }
}
