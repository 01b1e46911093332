//! Password hashes that other applications made: which kinds are known, what they may cost, and how each is verified.
//!
//! They are kept as they came until their owner signs in; then ours takes their place.

use std::num::NonZeroU32;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ring::{digest, pbkdf2};

/// A core takes about a second for these. Whoever may send passwords may send many.
const BCRYPT_COST_MAX: u32 = 14;
const PBKDF2_ROUNDS_MAX: u32 = 2_000_000;
const ARGON2_MEMORY_KIB_MAX: u32 = 256 * 1_024;
/// Memory times passes.
const ARGON2_WORK_MAX: u64 = 1 << 20;
const ARGON2_LANES_MAX: u32 = 16;
/// bcrypt looks at no more of a password (Provos and Mazières, 1999).
const BCRYPT_BYTES_MAX: usize = 72;

const ANY_PADDING: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
const BCRYPT: GeneralPurpose = GeneralPurpose::new(&alphabet::BCRYPT, ANY_PADDING);

/// Why a hash is not taken over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnfitHash {
    #[error("its kind is not known; argon2, bcrypt and PBKDF2 are")]
    Unknown,
    #[error("{0}, and each sign-in would take seconds")]
    TooCostly(String),
}

/// A hash in its parts.
pub(crate) enum OldHash<'a> {
    Argon2(Box<PasswordHash>),
    Bcrypt {
        cost: u32,
        salt: [u8; 16],
        sum: Vec<u8>,
        /// Django's `bcrypt_sha256`: the password is digested first.
        digested: bool,
    },
    Pbkdf2 {
        algorithm: pbkdf2::Algorithm,
        rounds: NonZeroU32,
        salt: std::borrow::Cow<'a, [u8]>,
        sum: Vec<u8>,
    },
}

impl<'a> OldHash<'a> {
    /// Reads a hash as argon2's libraries, bcrypt's, Django, passlib and Werkzeug write it.
    pub(crate) fn parse(text: &'a str) -> Result<Self, UnfitHash> {
        let known = argon2_hash(text.strip_prefix("argon2").unwrap_or(text))
            .or_else(|| bcrypt_hash(text))
            .or_else(|| django_pbkdf2(text))
            .or_else(|| passlib_pbkdf2(text))
            .or_else(|| werkzeug_pbkdf2(text))
            .ok_or(UnfitHash::Unknown)?;
        known.refuse_costly()?;
        Ok(known)
    }

    fn refuse_costly(&self) -> Result<(), UnfitHash> {
        let told = match self {
            Self::Argon2(hash) => {
                let of = |name: &str| hash.params.get_decimal(name).unwrap_or(1);
                let (memory, passes, lanes) = (of("m"), of("t"), of("p"));
                let work = u64::from(memory) * u64::from(passes);
                let fits =
                    memory <= ARGON2_MEMORY_KIB_MAX && work <= ARGON2_WORK_MAX && lanes <= ARGON2_LANES_MAX;
                (!fits).then(|| format!("its cost is {memory} KiB, {passes} passes and {lanes} lanes"))
            }
            Self::Bcrypt { cost, .. } => {
                (*cost > BCRYPT_COST_MAX).then(|| format!("its cost is {cost}, more than {BCRYPT_COST_MAX}"))
            }
            Self::Pbkdf2 { rounds, .. } => (rounds.get() > PBKDF2_ROUNDS_MAX)
                .then(|| format!("it has {rounds} rounds, more than {PBKDF2_ROUNDS_MAX}")),
        };
        told.map_or(Ok(()), |sentence| Err(UnfitHash::TooCostly(sentence)))
    }

    pub(crate) fn verify(&self, argon2: &Argon2<'_>, password: &str) -> bool {
        match self {
            Self::Argon2(hash) => argon2.verify_password(password.as_bytes(), hash.as_ref()).is_ok(),
            Self::Bcrypt {
                cost,
                salt,
                sum,
                digested: false,
            } => bcrypt_is(*cost, *salt, sum, password.as_bytes()),
            Self::Bcrypt { cost, salt, sum, .. } => {
                let digest = digest::digest(&digest::SHA256, password.as_bytes());
                let digits = digest.as_ref().iter();
                let digits = digits.fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
                bcrypt_is(*cost, *salt, sum, digits.as_bytes())
            }
            Self::Pbkdf2 {
                algorithm,
                rounds,
                salt,
                sum,
            } => pbkdf2::verify(*algorithm, *rounds, salt, password.as_bytes(), sum).is_ok(),
        }
    }
}

fn bcrypt_is(cost: u32, salt: [u8; 16], sum: &[u8], password: &[u8]) -> bool {
    // A NUL ends the password, where there is room for it.
    let mut key = password.to_vec();
    key.push(0);
    key.truncate(BCRYPT_BYTES_MAX);
    let found = bcrypt::bcrypt(cost, salt, &key);
    // The last byte is kept by no library. Every byte is looked at, whatever the first says.
    let differing = found.iter().zip(sum).fold(0, |bits, (a, b)| bits | (a ^ b));
    differing == 0
}

fn argon2_hash(text: &str) -> Option<OldHash<'static>> {
    let known = ["$argon2id$", "$argon2i$"]
        .iter()
        .any(|kind| text.starts_with(kind));
    let hash = PasswordHash::new(text).ok().filter(|_| known)?;
    Some(OldHash::Argon2(Box::new(hash)))
}

/// `$2b$12$`, 22 characters of salt and 31 of the hash.
fn bcrypt_hash(text: &str) -> Option<OldHash<'static>> {
    let inner = text
        .strip_prefix("bcrypt_sha256$")
        .or_else(|| text.strip_prefix("bcrypt$"));
    let rest = inner.unwrap_or(text);
    let rest = ["$2a$", "$2b$", "$2y$"]
        .iter()
        .find_map(|kind| rest.strip_prefix(kind))?;
    let (cost, rest) = rest.split_once('$')?;
    let cost: u32 = cost.parse().ok().filter(|cost| (4..=31).contains(cost))?;
    if rest.len() != 53 || !rest.is_ascii() {
        return None;
    }
    let salt = BCRYPT.decode(&rest[..22]).ok()?;
    let sum = BCRYPT.decode(&rest[22..]).ok().filter(|sum| sum.len() == 23)?;
    Some(OldHash::Bcrypt {
        cost,
        salt: salt.try_into().ok()?,
        sum,
        digested: text.starts_with("bcrypt_sha256$"),
    })
}

fn algorithm(name: &str) -> Option<pbkdf2::Algorithm> {
    match name {
        "sha1" => Some(pbkdf2::PBKDF2_HMAC_SHA1),
        "sha256" => Some(pbkdf2::PBKDF2_HMAC_SHA256),
        "sha512" => Some(pbkdf2::PBKDF2_HMAC_SHA512),
        _ => None,
    }
}

/// `pbkdf2_sha256$600000$salt$hash`.
fn django_pbkdf2(text: &str) -> Option<OldHash<'_>> {
    let mut parts = text.strip_prefix("pbkdf2_")?.split('$');
    let (name, rounds, salt, sum) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    pbkdf2_hash(name, rounds, salt.as_bytes().into(), STANDARD.decode(sum).ok()?)
}

/// `$pbkdf2-sha256$29000$salt$hash`, in base64 with a point for the plus.
fn passlib_pbkdf2(text: &str) -> Option<OldHash<'_>> {
    let mut parts = text.strip_prefix("$pbkdf2")?.split('$');
    let name = match parts.next()? {
        "" => "sha1",
        name => name.strip_prefix('-')?,
    };
    let (rounds, salt, sum) = (parts.next()?, parts.next()?, parts.next()?);
    let decode = |text: &str| STANDARD.decode(text.replace('.', "+")).ok();
    pbkdf2_hash(name, rounds, decode(salt)?.into(), decode(sum)?)
}

/// `pbkdf2:sha256:600000$salt$hash`, the hash in hexadecimal digits.
fn werkzeug_pbkdf2(text: &str) -> Option<OldHash<'_>> {
    let (name, rest) = text.strip_prefix("pbkdf2:")?.split_once(':')?;
    let mut parts = rest.split('$');
    let (rounds, salt, digits) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = digits.as_bytes().chunks(2);
    let sum = bytes.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    pbkdf2_hash(name, rounds, salt.as_bytes().into(), sum.collect::<Option<_>>()?)
}

fn pbkdf2_hash<'a>(
    name: &str,
    rounds: &str,
    salt: std::borrow::Cow<'a, [u8]>,
    sum: Vec<u8>,
) -> Option<OldHash<'a>> {
    // An empty sum would be that of every password.
    if sum.len() < 16 {
        return None;
    }
    Some(OldHash::Pbkdf2 {
        algorithm: algorithm(name)?,
        rounds: rounds.parse().ok()?,
        salt,
        sum,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by Python's hashlib and by libxcrypt.
    const HASHES: [&str; 5] = [
        "pbkdf2_sha256$1000$saltsalt$O6EBNLnK1P4eCc/+NZj4w501wFl/eXtPHphrt3RgX7k=",
        "$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$znajvejQnpdF197o5oMRY1nWGAgaTjaggaNrIpdFBpo",
        "pbkdf2:sha256:1000$saltsalt$3ba10134b9cad4fe1e09cffe3598f8c39d35c0597f797b4f1e986bb774605fb9",
        "$2b$05$abcdefghijklmnopqrstuu3JgwjVpvICm0WBx/KCD2Txrbr.XoE5m",
        "bcrypt_sha256$$2b$05$abcdefghijklmnopqrstuu2QLGQpCxQ1R734FXEYok1PlAjEqMlWq",
    ];

    #[test]
    fn hashes_of_other_applications_are_verified() {
        let argon2 = Argon2::default();
        for hash in HASHES {
            let Ok(known) = OldHash::parse(hash) else {
                panic!("{hash}")
            };
            assert!(known.verify(&argon2, "an old password"), "{hash}");
            assert!(!known.verify(&argon2, "an old passworD"), "{hash}");
            assert!(!known.verify(&argon2, ""), "{hash}");
        }
    }

    #[test]
    fn argon2_of_another_cost_is_verified() {
        use argon2::{Algorithm, Params, PasswordHasher, Version};
        let ours = Argon2::default();
        for algorithm in [Algorithm::Argon2id, Algorithm::Argon2i] {
            let theirs = Argon2::new(algorithm, Version::V0x13, Params::new(64, 3, 2, None).unwrap());
            let hash = theirs
                .hash_password_with_salt(b"an old password", b"saltsalt")
                .unwrap();
            // As Django writes it, too.
            for text in [hash.to_string(), format!("argon2{hash}")] {
                let known = OldHash::parse(&text).ok().unwrap();
                assert!(known.verify(&ours, "an old password"), "{text}");
                assert!(!known.verify(&ours, "another"), "{text}");
            }
        }
    }

    #[test]
    fn bcrypt_looks_at_72_bytes() {
        let hash = "$2b$05$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q";
        let known = OldHash::parse(hash).ok().unwrap();
        let argon2 = Argon2::default();
        assert!(known.verify(&argon2, &"x".repeat(80)));
        assert!(known.verify(&argon2, &"x".repeat(72)));
        assert!(!known.verify(&argon2, &"x".repeat(71)));
    }

    #[test]
    fn what_would_take_seconds_or_is_not_known_is_refused() {
        let fault = |text: &str| OldHash::parse(text).err().map(|fault| fault.to_string());
        let dear = [
            (
                "$2b$15$abcdefghijklmnopqrstuu5bnQP7kKjU2tzL4eF7zDQ0jvGq1h2mS",
                "its cost is 15",
            ),
            (
                "pbkdf2_sha256$9000000$salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "it has 9000000 rounds",
            ),
            (
                "$argon2id$v=19$m=4194304,t=3,p=4$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
                "its cost is 4194304 KiB",
            ),
        ];
        for (hash, sentence) in dear {
            assert!(
                fault(hash).is_some_and(|told| told.starts_with(sentence)),
                "{hash}: {:?}",
                fault(hash)
            );
        }
        let unknown = [
            "",
            "!unusable",
            "plain",
            "$1$md5$x",
            "pbkdf2_sha256$0$salt$AAAAAAAAAAAAAAAAAAAAAA==",
            "pbkdf2_sha256$10$salt$",
            "$2b$12$short",
        ];
        for hash in unknown {
            assert_eq!(fault(hash), Some(UnfitHash::Unknown.to_string()), "{hash}");
        }
    }
}
