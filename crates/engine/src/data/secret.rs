//! A text that must not end up in a log.

use mainstay_core::RandomSource;

/// A password in the clear. It cannot be printed by accident; `expose` says where it is printed on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Letters that no one takes for another one, so that a password can be read from a screen and typed.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz";
const GROUPS: usize = 4;
const GROUP_LETTERS: usize = 4;

impl Secret {
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// A fresh password such as `qumd-hxet-bpwa-zkcs`: 16 letters of 23, which is 72 bits.
    pub fn generate(random: &dyn RandomSource) -> Self {
        let groups: Vec<String> = (0..GROUPS)
            .map(|_| (0..GROUP_LETTERS).map(|_| letter(random)).collect())
            .collect();
        Self(groups.join("-"))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Every letter is equally likely: bytes beyond the last whole multiple are thrown again.
fn letter(random: &dyn RandomSource) -> char {
    let fair = u8::MAX - u8::MAX % 23;
    loop {
        let mut byte = [0u8];
        random.fill(&mut byte);
        if byte[0] < fair {
            return char::from(LETTERS[usize::from(byte[0]) % LETTERS.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts through all bytes.
    struct Counting(std::sync::atomic::AtomicU8);

    impl RandomSource for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn generated_passwords_are_readable_and_not_printed() {
        let secret = Secret::generate(&Counting(0.into()));
        assert_eq!(secret.expose(), "abcd-efgh-jkmn-pqrs");
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }

    #[test]
    fn every_letter_is_equally_likely() {
        let random = Counting(0.into());
        let mut counts = [0; 256];
        for _ in 0..23 * 11 {
            counts[letter(&random) as usize] += 1;
        }
        assert!(LETTERS.iter().all(|letter| counts[usize::from(*letter)] == 11));
    }
}
