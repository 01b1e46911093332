//! Points in time as Mainstay stores them: UTC, microseconds; and calendar days.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::fmt::temporal::Pieces;

/// A point in time: microseconds since 1970-01-01T00:00:00Z, within the years 0001 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z: what RFC 3339 can write.
const MICROS_MIN: i64 = -62_135_596_800_000_000;
const MICROS_MAX: i64 = 253_402_300_799_999_999;
const MICROS_PER_DAY: i64 = 86_400_000_000;

impl Timestamp {
    pub const MIN: Self = Self(MICROS_MIN);
    pub const MAX: Self = Self(MICROS_MAX);

    /// `None` outside the years 0001 to 9999.
    pub fn from_micros(micros: i64) -> Option<Self> {
        (MICROS_MIN..=MICROS_MAX)
            .contains(&micros)
            .then_some(Self(micros))
    }

    pub fn as_micros(self) -> i64 {
        self.0
    }

    /// The time `micros` later (earlier when negative), held within the years 0001 to 9999.
    #[must_use]
    pub fn saturating_add_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros).clamp(MICROS_MIN, MICROS_MAX))
    }

    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The calendar day in UTC.
    pub fn date(self) -> Date {
        Date(Self::civil_day(self.0))
    }

    fn civil_day(micros: i64) -> civil::Date {
        let days = micros.div_euclid(MICROS_PER_DAY);
        let days = i32::try_from(days).expect("days of the years 0001 to 9999 fit 32 bits");
        civil::Date::new(1970, 1, 1)
            .expect("the epoch is a date")
            .checked_add(jiff::Span::new().days(days))
            .expect("the range of a timestamp lies within the calendar")
    }

    /// Writes the time as RFC 3339 with microseconds and `Z`: 27 characters.
    pub fn write_to(self, out: &mut Vec<u8>) {
        let within = self.0.rem_euclid(MICROS_PER_DAY);
        let (year, month, day) = civil_from_days(self.0.div_euclid(MICROS_PER_DAY));
        let (seconds, micros) = (within / 1_000_000, within % 1_000_000);
        push_digits(out, year, 4);
        out.push(b'-');
        push_digits(out, month, 2);
        out.push(b'-');
        push_digits(out, day, 2);
        out.push(b'T');
        push_digits(out, seconds / 3_600, 2);
        out.push(b':');
        push_digits(out, seconds / 60 % 60, 2);
        out.push(b':');
        push_digits(out, seconds % 60, 2);
        out.push(b'.');
        push_digits(out, micros, 6);
        out.push(b'Z');
    }
}

/// Year, month and day of a day number, days since 1970-01-01.
///
/// A list page writes dozens of times, and the general formatter costs ten times this arithmetic. The method is
/// Howard Hinnant's `civil_from_days` ("chrono-Compatible Low-Level Date Algorithms"); a test compares it with jiff.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

fn push_digits(out: &mut Vec<u8>, mut number: i64, width: usize) {
    let start = out.len();
    out.resize(start + width, b'0');
    for place in out[start..].iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Vec::with_capacity(27);
        self.write_to(&mut out);
        f.write_str(&String::from_utf8_lossy(&out))
    }
}

/// The text is not a date and time as RFC 3339 writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time: expected RFC 3339 with an offset, such as 2026-01-31T12:00:00Z")]
pub struct InvalidTimestamp;

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        // jiff also takes time zone annotations in brackets, weeks and more; RFC 3339 has none of these.
        let bytes = text.as_bytes();
        if !(20..=40).contains(&bytes.len()) || bytes[4] != b'-' || text.contains('[') {
            return Err(InvalidTimestamp);
        }
        // `jiff::Timestamp` ends a day before the year 9999 does, so the parts are put together here.
        let pieces = Pieces::parse(text).map_err(|_| InvalidTimestamp)?;
        let (Some(time), Some(offset)) = (pieces.time(), pieces.to_numeric_offset()) else {
            return Err(InvalidTimestamp);
        };
        let epoch = civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
        let local = pieces.date().to_datetime(time).duration_since(epoch).as_nanos();
        // What is finer than a microsecond is dropped, before 1970 too.
        let micros = local.div_euclid(1_000) - i128::from(offset.seconds()) * 1_000_000;
        i64::try_from(micros)
            .ok()
            .and_then(Self::from_micros)
            .ok_or(InvalidTimestamp)
    }
}

/// A calendar day without a time zone, years 0001 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            self.0.month(),
            self.0.day()
        )
    }
}

/// The text is not a calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date: expected year, month and day, such as 2026-01-31")]
pub struct InvalidDate;

impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let digits_and_dashes = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let date: civil::Date = text.parse().map_err(|_| InvalidDate)?;
        if !digits_and_dashes || date.year() < 1 {
            return Err(InvalidDate);
        }
        Ok(Self(date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_written_like_the_library_writes_them() {
        let step = 997 * MICROS_PER_DAY + 86_399_123_457;
        let mut micros = MICROS_MIN;
        while micros <= MICROS_MAX {
            let ours = Timestamp::from_micros(micros).unwrap();
            let theirs = jiff::Timestamp::from_microsecond(micros).unwrap();
            assert_eq!(ours.to_string(), format!("{theirs:.6}"));
            assert_eq!(ours.to_string().parse::<Timestamp>().unwrap(), ours);
            assert_eq!(&ours.to_string()[..10], ours.date().to_string());
            micros += step;
        }
    }

    #[test]
    fn offsets_are_converted_and_other_spellings_refused() {
        let time: Timestamp = "2026-01-31T12:00:00.5+02:00".parse().unwrap();
        assert_eq!(time.to_string(), "2026-01-31T10:00:00.500000Z");
        for end in ["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"] {
            assert_eq!(end.parse::<Timestamp>().unwrap().to_string(), end);
        }
        for year in ["1969", "2026"] {
            let finer: Timestamp = format!("{year}-12-31T23:59:59.9999999Z").parse().unwrap();
            assert_eq!(finer.to_string(), format!("{year}-12-31T23:59:59.999999Z"));
        }
        assert!("9999-12-31T23:59:59-01:00".parse::<Timestamp>().is_err());
        for bad in [
            "",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "12:00",
            "2026-13-01T00:00:00Z",
            "+12026-01-31T12:00:00Z",
        ] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn dates_are_calendar_days() {
        assert_eq!("2024-02-29".parse::<Date>().unwrap().to_string(), "2024-02-29");
        for bad in [
            "2023-02-29",
            "2023-2-1",
            "20230201",
            "2023-02-01T00:00:00Z",
            "0000-01-01",
        ] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
    }
}
