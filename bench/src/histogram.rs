//! Latencies in a fixed array of logarithmic buckets: constant memory, no allocation while measuring, and an error
//! of at most one part in 64.

use std::time::Duration;

/// Buckets per power of two.
const STEPS: u64 = 1 << STEPS_BITS;
const STEPS_BITS: u32 = 6;
/// The largest value told apart is 2^40 ns, about 18 minutes; longer ones fall into the last bucket.
const OCTAVES: usize = 40;
const BUCKETS: usize = (OCTAVES - STEPS_BITS as usize + 1) << STEPS_BITS;

#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    counts: Vec<u32>,
    total: u32,
    max: Duration,
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self {
            counts: vec![0; BUCKETS],
            total: 0,
            max: Duration::ZERO,
        }
    }

    pub(crate) fn record(&mut self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.counts[bucket_of(nanos)] += 1;
        self.total += 1;
        self.max = self.max.max(latency);
    }

    /// Takes in what another one has counted.
    pub(crate) fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.total += other.total;
        self.max = self.max.max(other.max);
    }

    pub(crate) fn count(&self) -> u32 {
        self.total
    }

    pub(crate) fn max(&self) -> Duration {
        self.max
    }

    /// The latency that `percent` of the recorded ones do not exceed, zero when nothing was recorded.
    pub(crate) fn percentile(&self, percent: u32) -> Duration {
        let rank = (u64::from(self.total) * u64::from(percent)).div_ceil(100).max(1);
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= rank {
                return Duration::from_nanos(upper_bound_of(bucket)).min(self.max);
            }
        }
        self.max
    }
}

/// Values below `STEPS` have a bucket each; above, every power of two is divided into `STEPS` equal ones.
fn bucket_of(nanos: u64) -> usize {
    let octave = (nanos | (STEPS - 1)).ilog2() - (STEPS_BITS - 1);
    let shift = octave.saturating_sub(1);
    let step = nanos >> shift;
    let first = u64::from(shift) * STEPS;
    usize::try_from(first + step).map_or(BUCKETS - 1, |bucket| bucket.min(BUCKETS - 1))
}

/// The largest value that falls into the bucket.
fn upper_bound_of(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let shift = (bucket / STEPS).saturating_sub(1);
    let step = bucket - shift * STEPS;
    ((step + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_values_are_exact() {
        for nanos in 0..128 {
            assert_eq!(upper_bound_of(bucket_of(nanos)), nanos);
        }
    }

    #[test]
    fn large_values_are_off_by_one_part_in_sixty_four_at_most() {
        let mut nanos = 128_u64;
        while nanos < 1 << 39 {
            let bound = upper_bound_of(bucket_of(nanos));
            assert!(bound >= nanos, "{bound} is below {nanos}");
            assert!(bound - nanos <= nanos / STEPS, "{bound} is too far above {nanos}");
            nanos = nanos * 9 / 8 + 1;
        }
    }

    #[test]
    fn buckets_follow_each_other_without_a_gap() {
        for bucket in 0..BUCKETS - 1 {
            assert_eq!(bucket_of(upper_bound_of(bucket)), bucket);
            assert_eq!(bucket_of(upper_bound_of(bucket) + 1), bucket + 1);
        }
    }

    #[test]
    fn values_beyond_the_last_bucket_are_counted() {
        let mut histogram = Histogram::new();
        histogram.record(Duration::from_hours(2));
        assert_eq!(histogram.count(), 1);
        assert_eq!(histogram.max(), Duration::from_hours(2));
    }

    #[test]
    fn percentiles_of_a_hundred_values() {
        let mut histogram = Histogram::new();
        for micros in 1..=100 {
            histogram.record(Duration::from_nanos(micros));
        }
        assert_eq!(histogram.percentile(50), Duration::from_nanos(50));
        assert_eq!(histogram.percentile(99), Duration::from_nanos(99));
        assert_eq!(histogram.percentile(100), Duration::from_nanos(100));
    }

    #[test]
    fn percentile_never_exceeds_the_maximum() {
        let mut histogram = Histogram::new();
        histogram.record(Duration::from_micros(1_001));
        assert_eq!(histogram.percentile(99), Duration::from_micros(1_001));
    }

    #[test]
    fn nothing_recorded_is_zero() {
        assert_eq!(Histogram::new().percentile(99), Duration::ZERO);
    }
}
