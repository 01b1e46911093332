//! Identifiers: record ids and declared names.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::limits;
use crate::outside::{Clock, RandomSource};

/// The id of a record: a UUID, version 7 when made here (RFC 9562), so that ids sort by creation time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(Uuid);

impl RecordId {
    /// A stable id for a name in a space, for seed data: version 8 (RFC 9562), made from a digest.
    pub fn from_digest(digest: [u8; 16]) -> Self {
        Self(uuid::Builder::from_custom_bytes(digest).into_uuid())
    }

    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// Reads 16 bytes as stored; `None` when the slice has another length.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Uuid::from_slice(bytes).ok().map(Self)
    }

    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// Writes the 36 lower-case characters of the id.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        let mut buffer = Uuid::encode_buffer();
        out.extend_from_slice(self.0.hyphenated().encode_lower(&mut buffer).as_bytes());
    }
}

/// Makes ids that sort strictly in the order of their making, within one process.
///
/// RFC 9562, 6.2, method 3: the 12 bits after the milliseconds go on counting the time, and one more than the last is
/// taken when that is not enough.
#[derive(Debug, Default)]
pub struct IdSource {
    /// Milliseconds since 1970 shifted by 12 bits, with the fraction in the lower ones.
    last: AtomicU64,
}

impl IdSource {
    pub fn next(&self, clock: &dyn Clock, random: &dyn RandomSource) -> RecordId {
        let micros = u64::try_from(clock.now().as_micros()).unwrap_or(0);
        // 4,096 parts of a millisecond: a microsecond is about four of them.
        let now = ((micros / 1_000) << 12) | ((micros % 1_000) * 4_096 / 1_000);
        let taken = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                Some(now.max(last + 1))
            })
            .map_or(now, |last| now.max(last + 1));
        let mut bytes = [0u8; 16];
        random.fill(&mut bytes[8..]);
        bytes[..6].copy_from_slice(&(taken >> 12).to_be_bytes()[2..]);
        bytes[6..8].copy_from_slice(&(0x7000 | (taken & 0xfff)).to_be_bytes()[6..]);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        RecordId(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a UUID in its 36-character form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected a UUID such as 0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c")]
pub struct InvalidRecordId;

impl FromStr for RecordId {
    type Err = InvalidRecordId;

    fn from_str(text: &str) -> Result<Self, InvalidRecordId> {
        // The parser also takes braces, URNs and bare digits; one spelling is enough for an API.
        if text.len() != 36 {
            return Err(InvalidRecordId);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| InvalidRecordId)
    }
}

/// A declared name: `[a-z][a-z0-9_]*`, at most 40 characters, no double underscore.
///
/// Such a name is safe as an SQL identifier once quoted, as a JSON key and as a path segment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<str>);

/// Why a text is not a [`Name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("a name cannot be empty")]
    Empty,
    #[error("a name has at most {max} characters", max = limits::NAME_CHARACTERS_MAX)]
    TooLong,
    #[error("a name starts with a letter a to z and goes on with letters, digits and single underscores")]
    Characters,
}

impl Name {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if text.is_empty() {
            return Err(InvalidName::Empty);
        }
        if text.len() > limits::NAME_CHARACTERS_MAX {
            return Err(InvalidName::TooLong);
        }
        let starts_well = text.as_bytes()[0].is_ascii_lowercase();
        let goes_on_well = text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !starts_well || !goes_on_well || text.contains("__") {
            return Err(InvalidName::Characters);
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_identifiers() {
        for good in ["a", "rooms", "room_members", "a1"] {
            assert!(good.parse::<Name>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "A",
            "1a",
            "_a",
            "a__b",
            "a-b",
            "a\"b",
            "ä",
            "a b",
            &"a".repeat(41),
        ] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
    }

    struct Still;

    impl Clock for Still {
        fn now(&self) -> crate::time::Timestamp {
            crate::time::Timestamp::from_micros(1_767_225_600_123_456).unwrap()
        }
    }

    impl RandomSource for Still {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn new_ids_sort_in_the_order_of_their_making() {
        let source = IdSource::default();
        let ids: Vec<RecordId> = (0..10_000).map(|_| source.next(&Still, &Still)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert_eq!(ids[0].0.get_version_num(), 7);
        assert_eq!(
            ids[0].0.get_timestamp().unwrap().to_unix(),
            (1_767_225_600, 123_000_000)
        );
        assert_eq!(ids[0].0.get_variant(), uuid::Variant::RFC4122);
    }

    #[test]
    fn record_ids_have_one_spelling() {
        let text = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c";
        let id: RecordId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert!("0198c5a27a3e7cc19b1e3f1f4f5a6b7c".parse::<RecordId>().is_err());
        assert!(
            "{0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c}"
                .parse::<RecordId>()
                .is_err()
        );
    }
}
