//! Public keys of passkeys and what they sign: `COSE_Key` (RFC 9052, 7; RFC 9053; RFC 8230) with the three algorithms that
//! authenticators have (Web Authentication, 5.8.5).

use cbor4ii::core::Value;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::Fault;
use super::authenticator_data::read_value;

const EDDSA: i64 = -8;
const ES256: i64 = -7;
const RS256: i64 = -257;
/// What is asked for, the best first.
pub(super) const ALGORITHMS: [i64; 3] = [EDDSA, ES256, RS256];

/// Names of the members of a key.
const KIND: i64 = 1;
const ALGORITHM: i64 = 3;
/// Of elliptic curves; of RSA the modulus.
const CURVE: i64 = -1;
/// Of RSA the exponent.
const X: i64 = -2;
const Y: i64 = -3;

const OCTET_KEY_PAIR: i64 = 1;
const ELLIPTIC: i64 = 2;
const RSA: i64 = 3;
const P_256: i64 = 1;
const ED_25519: i64 = 6;
const COORDINATE_BYTES: usize = 32;
/// Bytes of a modulus: from 2,048 to 8,192 bits.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1_024;

#[derive(Debug)]
pub(super) enum PublicKey {
    /// An uncompressed point.
    Es256(Vec<u8>),
    EdDsa(Vec<u8>),
    Rs256 {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

impl PublicKey {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let (value, []) = read_value(bytes)? else {
            return Err(Fault::Malformed);
        };
        let Value::Map(members) = value else {
            return Err(Fault::Malformed);
        };
        let find = |name: i64| {
            let mut found = members
                .iter()
                .filter(|(key, _)| *key == Value::Integer(name.into()));
            found.next().map(|(_, value)| value)
        };
        let number = |name| match find(name) {
            Some(Value::Integer(number)) => i64::try_from(*number).ok(),
            _ => None,
        };
        let bytes = |name| match find(name) {
            Some(Value::Bytes(bytes)) => Some(bytes.clone()),
            _ => None,
        };
        let coordinate = |name| bytes(name).filter(|bytes| bytes.len() == COORDINATE_BYTES);
        let key = match (number(KIND), number(ALGORITHM)) {
            (Some(ELLIPTIC), Some(ES256)) if number(CURVE) == Some(P_256) => {
                coordinate(X).zip(coordinate(Y)).map(|(x, y)| {
                    let uncompressed = [4].into_iter().chain(x).chain(y);
                    Self::Es256(uncompressed.collect())
                })
            }
            (Some(OCTET_KEY_PAIR), Some(EDDSA)) if number(CURVE) == Some(ED_25519) => {
                coordinate(X).map(Self::EdDsa)
            }
            (Some(RSA), Some(RS256)) => bytes(CURVE)
                .filter(|modulus| MODULUS_BYTES.contains(&modulus.len()))
                .zip(bytes(X).filter(|exponent| exponent.len() <= 8))
                .map(|(modulus, exponent)| Self::Rs256 { modulus, exponent }),
            _ => return Err(Fault::Algorithm),
        };
        key.ok_or(Fault::Malformed)
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
        let verified = match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::EdDsa(point) => UnparsedPublicKey::new(&ED25519, point).verify(message, signature),
            Self::Rs256 { modulus, exponent } => {
                let key = RsaPublicKeyComponents {
                    n: modulus,
                    e: exponent,
                };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.map_err(|_| Fault::Signature)
    }
}
