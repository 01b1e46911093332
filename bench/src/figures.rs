//! What a measurement comes down to: the medians over its rounds.

use std::time::Duration;

use serde::Serialize;

use crate::load::Load;

/// One round.
#[derive(Debug, Clone)]
pub(crate) struct Round {
    pub(crate) load: Load,
    /// The processor time that the server spent during the round, zero when it was not measured.
    pub(crate) server_time: Duration,
}

/// Medians over the rounds; the maximum is the one of all rounds.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figures {
    pub(crate) rate_per_s: f64,
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
    pub(crate) max_us: f64,
    /// The processor time of the server for one request.
    pub(crate) server_us: f64,
}

impl Figures {
    pub(crate) fn of(rounds: &[Round]) -> Self {
        let median_of = |value: &dyn Fn(&Round) -> f64| median(rounds.iter().map(value).collect());
        Self {
            rate_per_s: median_of(&|round| round.load.rate()),
            p50_us: median_of(&|round| micros(round.load.latencies.percentile(50))),
            p99_us: median_of(&|round| micros(round.load.latencies.percentile(99))),
            max_us: rounds
                .iter()
                .map(|round| micros(round.load.latencies.max()))
                .fold(0.0, f64::max),
            server_us: median_of(&|round| {
                micros(round.server_time) / f64::from(round.load.latencies.count().max(1))
            }),
        }
    }

    /// Every request of this load counts as `requests` of them.
    pub(crate) fn times(mut self, requests: u32) -> Self {
        self.rate_per_s *= f64::from(requests);
        self
    }
}

pub(crate) fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The middle value, or the mean of the two middle ones; NaN without any.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        length if length.is_multiple_of(2) => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
        assert!(median(Vec::new()).is_nan());
    }
}
