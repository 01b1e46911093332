//! A sum over the rows of a table that is the same on every engine.

use ring::digest::{Context, SHA256};

use super::rows::{Held, Slice};

/// How many rows a table has, and the SHA-256 digest of all their values in the order of the key, in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSum {
    pub rows: u64,
    pub sha256: String,
}

/// The rows so far. A value is a letter for its kind and 8 bytes, least first: the number itself, the bits of a real number, or the length
/// of the text (in UTF-8) or the bytes that follow.
pub struct Sum {
    rows: u64,
    digest: Context,
}

impl std::fmt::Debug for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sum")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl Default for Sum {
    fn default() -> Self {
        Self {
            rows: 0,
            digest: Context::new(&SHA256),
        }
    }
}

impl Sum {
    pub fn add(&mut self, slice: &Slice) {
        for row in slice.rows() {
            self.add_row(row);
        }
    }

    pub(super) fn add_row(&mut self, row: &[Held]) {
        self.rows += 1;
        for value in row {
            match value {
                Held::Null => self.digest.update(b"n"),
                Held::Int(number) => self.add_head(b'i', number.to_le_bytes()),
                // SQLite keeps no sign of zero.
                Held::Real(number) if *number == 0.0 => self.add_head(b'r', 0.0f64.to_le_bytes()),
                Held::Real(number) => self.add_head(b'r', number.to_le_bytes()),
                Held::Text(text) => self.add_long(b't', text.as_bytes()),
                Held::Bytes(bytes) => self.add_long(b'b', bytes),
                Held::Id(id) => self.add_long(b'b', id.as_bytes()),
            }
        }
    }

    fn add_head(&mut self, kind: u8, word: [u8; 8]) {
        self.digest.update(&[kind]);
        self.digest.update(&word);
    }

    fn add_long(&mut self, kind: u8, bytes: &[u8]) {
        self.add_head(kind, (bytes.len() as u64).to_le_bytes());
        self.digest.update(bytes);
    }

    pub fn finish(self) -> TableSum {
        let digest = self.digest.finish();
        let digits = digest.as_ref().iter();
        TableSum {
            rows: self.rows,
            sha256: digits.fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use mainstay_core::RecordId;

    use super::{Held, Sum};

    fn sum(rows: &[&[Held]]) -> String {
        let mut sum = Sum::default();
        for row in rows {
            sum.add_row(row);
        }
        sum.finish().sha256
    }

    #[test]
    fn what_is_the_same_on_both_engines_has_the_same_sum() {
        let id = RecordId::from_slice(&[7; 16]).unwrap();
        assert_eq!(sum(&[&[Held::Id(id)]]), sum(&[&[Held::Bytes(vec![7; 16])]]));
        assert_eq!(sum(&[&[Held::Real(0.0)]]), sum(&[&[Held::Real(-0.0)]]));
    }

    #[test]
    fn what_differs_has_another_sum() {
        let text = |text: &str| Held::Text(text.to_owned());
        let sums = [
            sum(&[]),
            sum(&[&[Held::Null]]),
            sum(&[&[Held::Int(0)]]),
            sum(&[&[Held::Real(0.0)]]),
            sum(&[&[text("")]]),
            sum(&[&[Held::Bytes(Vec::new())]]),
            sum(&[&[text("a"), text("b")]]),
            sum(&[&[text("ab"), text("")]]),
            sum(&[&[text("b"), text("a")]]),
        ];
        for (place, one) in sums.iter().enumerate() {
            assert!(!sums[..place].contains(one), "{place}");
        }
    }
}
