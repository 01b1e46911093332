//! How often somebody may ask: the classes of requests, and a rate as text.

use std::str::FromStr;

use crate::limits::{RATE_REQUESTS_MAX, RATE_SECONDS_MAX};

/// What requests have in common that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateClass {
    /// Whatever changes nothing.
    Read,
    Write,
    /// Many writes in one request.
    Batch,
    /// Signing in and up, and what else takes a password or a secret that could be guessed.
    Auth,
    /// Whole tables in one answer.
    Export,
    /// Connections that stay.
    Realtime,
}

impl RateClass {
    pub const ALL: [Self; 6] = [
        Self::Read,
        Self::Write,
        Self::Batch,
        Self::Auth,
        Self::Export,
        Self::Realtime,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Batch => "batch",
            Self::Auth => "auth",
            Self::Export => "export",
            Self::Realtime => "realtime",
        }
    }
}

/// Requests in a time; all of them may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub requests: u32,
    pub seconds: u32,
}

impl Rate {
    pub const fn per_minute(requests: u32) -> Self {
        Self {
            requests,
            seconds: 60,
        }
    }

    /// Microseconds until the place of one request is free again; at least one.
    pub fn interval_micros(self) -> i64 {
        (i64::from(self.seconds) * 1_000_000 / i64::from(self.requests.max(1))).max(1)
    }

    pub fn window_micros(self) -> i64 {
        self.interval_micros() * i64::from(self.requests)
    }
}

/// The text is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidRate;

impl FromStr for Rate {
    type Err = InvalidRate;

    /// `600/1m`: a number of requests, and a time in seconds, minutes or hours.
    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        let (requests, time) = text.split_once('/').ok_or(InvalidRate)?;
        let (digits, unit) = time
            .split_at_checked(time.len().saturating_sub(1))
            .ok_or(InvalidRate)?;
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            _ => return Err(InvalidRate),
        };
        let seconds = number(digits)?.checked_mul(unit).ok_or(InvalidRate)?;
        let rate = Self {
            requests: number(requests)?,
            seconds,
        };
        let fits =
            (1..=RATE_REQUESTS_MAX).contains(&rate.requests) && (1..=RATE_SECONDS_MAX).contains(&seconds);
        if fits { Ok(rate) } else { Err(InvalidRate) }
    }
}

/// Digits alone: `u32` would take a sign, too.
fn number(text: &str) -> Result<u32, InvalidRate> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_err(|_| InvalidRate)
    } else {
        Err(InvalidRate)
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (time, unit) = match self.seconds {
            seconds if seconds % 3_600 == 0 => (seconds / 3_600, 'h'),
            seconds if seconds % 60 == 0 => (seconds / 60, 'm'),
            seconds => (seconds, 's'),
        };
        write!(f, "{}/{time}{unit}", self.requests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_written_as_they_are_read() {
        for text in ["600/1m", "1/1s", "5/90s", "1000000/24h", "10/2h"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        assert_eq!("60/60s".parse::<Rate>().unwrap().to_string(), "60/1m");
        for bad in [
            "",
            "600",
            "600/",
            "600/m",
            "600/1",
            "600/1d",
            "0/1m",
            "600/0s",
            "-1/1m",
            "+1/1m",
            "600/1m ",
            "6 00/1m",
            "1000001/1m",
            "1/25h",
            "1/99999999999h",
            "600/1µ",
        ] {
            assert_eq!(bad.parse::<Rate>(), Err(InvalidRate), "{bad}");
        }
    }
}
