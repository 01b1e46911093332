//! Codes that people type from a screen or a sheet of paper.

use mainstay_core::RandomSource;

/// Letters that cannot be mistaken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Letters between which there is a hyphen.
const GROUP: usize = 4;

/// A code of five bits for each letter, such as `k3jq-7wxe-9n2p-hd4m` of 16.
pub(super) fn typed_code<const LETTERS: usize>(random: &dyn RandomSource) -> String {
    let mut chance = [0u8; LETTERS];
    random.fill(&mut chance);
    let mut code = String::with_capacity(LETTERS + LETTERS / GROUP);
    for (position, byte) in chance.iter().enumerate() {
        if position > 0 && position % GROUP == 0 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::from(byte & 31)]));
    }
    code
}

/// What was typed, without what people put between letters.
pub(super) fn as_typed(code: &str) -> String {
    let letters = code
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-');
    letters.flat_map(char::to_lowercase).collect()
}
