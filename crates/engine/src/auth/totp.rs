//! Codes of authenticators: TOTP (RFC 6238) with SHA-1, six digits and steps of 30 seconds, which is what every
//! authenticator takes.

use mainstay_core::{RecordId, Timestamp};
use ring::hmac;

/// As RFC 4226, 4 recommends: the length of the digest.
pub(super) const SECRET_BYTES: usize = 20;
const DIGITS: usize = 6;
const STEP_SECONDS: i64 = 30;
/// Steps to each side whose code is taken: clocks differ, and people type slowly.
const STEPS_BESIDE: i64 = 1;

/// What a secret is of, for its encryption.
pub(crate) fn totp_of(user: &RecordId) -> Vec<u8> {
    format!("totp of {user}").into_bytes()
}

/// The step whose code this is, among those around now.
pub(super) fn step_of_code(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let current = now.seconds().div_euclid(STEP_SECONDS);
    let mut found = None;
    // All of them are looked at, so that the time tells nothing.
    for step in current - STEPS_BESIDE..=current + STEPS_BESIDE {
        if is_same(&code_at(secret, step), code) {
            found = Some(step);
        }
    }
    found
}

/// RFC 4226, 5.3, with the step as the counter.
fn code_at(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let digest = tag.as_ref();
    let at = usize::from(digest[digest.len() - 1] & 0x0f);
    let number = u32::from_be_bytes([digest[at] & 0x7f, digest[at + 1], digest[at + 2], digest[at + 3]]);
    format!("{:0DIGITS$}", number % 10_u32.pow(6))
}

fn is_same(wanted: &str, given: &str) -> bool {
    let differ = |(a, b): (u8, u8)| a ^ b;
    wanted.len() == given.len()
        && wanted
            .bytes()
            .zip(given.bytes())
            .map(differ)
            .fold(0, |all, bits| all | bits)
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000).unwrap()
    }

    /// RFC 6238, appendix B: the last six of the eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(step_of_code(secret, code, at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_good_for_a_step_before_and_after() {
        let secret = b"12345678901234567890";
        let now = at(1_111_111_111);
        let step = 1_111_111_111 / 30;
        for beside in -3..=3 {
            let code = code_at(secret, step + beside);
            let wanted = (beside.abs() <= 1).then_some(step + beside);
            assert_eq!(step_of_code(secret, &code, now), wanted, "{beside}");
        }
        for nonsense in ["", "05047", "0504711", "abcdef", "050 471"] {
            assert_eq!(step_of_code(secret, nonsense, now), None, "{nonsense}");
        }
    }
}
