//! ID tokens: what a provider says of somebody, signed (OpenID Connect Core 1.0, 3.1.3.7; RFC 7515; RFC 8725).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::Timestamp;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value as Json;

use super::Person;

const TOKEN_BYTES_MAX: usize = 32 * 1_024;
/// Clocks differ.
const LEEWAY_SECONDS: i64 = 60;
const SUBJECT_BYTES_MAX: usize = 255;

/// Why an ID token is not believed. Each is a sentence for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::auth) enum IdTokenFault {
    #[error("the ID token is no signed token")]
    Malformed,
    #[error("the ID token is signed in a way that is not taken")]
    Algorithm,
    #[error("the provider has no key that the ID token was signed with")]
    UnknownKey,
    #[error("the signature of the ID token is wrong")]
    Signature,
    #[error("the ID token is of another issuer")]
    Issuer,
    #[error("the ID token is for somebody else")]
    Audience,
    #[error("the ID token has run out, or is of the future")]
    Time,
    #[error("the ID token belongs to another sign-in")]
    Nonce,
    #[error("the ID token names nobody")]
    Subject,
}

/// What an ID token has to say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    /// Extensions that must be understood; none is.
    #[serde(default)]
    crit: Option<Json>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Json,
    #[serde(default)]
    azp: Option<String>,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: Option<Json>,
    #[serde(default)]
    name: Option<String>,
}

/// Checks everything that an ID token says; gives whom it is about. `keys` is the key set of the provider, the only place
/// that keys are taken from, whatever the token says.
pub(super) fn read(token: &str, keys: &Json, expected: Expected<'_>) -> Result<Person, IdTokenFault> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(IdTokenFault::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(IdTokenFault::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(IdTokenFault::Malformed)?;
    let header: Header = part(header)?;
    if header.crit.is_some() {
        return Err(IdTokenFault::Algorithm);
    }
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| IdTokenFault::Malformed)?;
    verify(&header, keys, signed.as_bytes(), &signature)?;
    let claims: Claims = part(claims)?;
    check(&claims, expected)?;
    // Some providers write it as a text.
    let verified = matches!(&claims.email_verified, Some(Json::Bool(true)))
        || claims.email_verified.as_ref().and_then(Json::as_str) == Some("true");
    Ok(Person {
        issuer: claims.iss,
        subject: claims.sub,
        verified_email: claims.email.filter(|_| verified),
        name: claims.name,
    })
}

fn part<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, IdTokenFault> {
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| IdTokenFault::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| IdTokenFault::Malformed)
}

fn check(claims: &Claims, expected: Expected<'_>) -> Result<(), IdTokenFault> {
    if claims.iss != expected.issuer {
        return Err(IdTokenFault::Issuer);
    }
    let audiences: Vec<&str> = match &claims.aud {
        Json::String(one) => vec![one.as_str()],
        Json::Array(several) => several.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    let is_for_us = audiences.contains(&expected.client_id);
    // Of several, the one that the token was issued to is named.
    let party = claims.azp.as_deref();
    let is_to_us = party.map_or(audiences.len() == 1, |party| party == expected.client_id);
    if !is_for_us || !is_to_us {
        return Err(IdTokenFault::Audience);
    }
    let now = expected.now.seconds();
    let begins = claims.nbf.unwrap_or(claims.iat).max(claims.iat);
    if claims.exp <= now - LEEWAY_SECONDS || begins > now + LEEWAY_SECONDS {
        return Err(IdTokenFault::Time);
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(IdTokenFault::Nonce);
    }
    if claims.sub.is_empty() || claims.sub.len() > SUBJECT_BYTES_MAX || claims.sub.contains('\0') {
        return Err(IdTokenFault::Subject);
    }
    Ok(())
}

/// The algorithm that a key is for, by its type: what the token says must be the same, so that no key serves another one.
fn verify(header: &Header, keys: &Json, text: &[u8], signature: &[u8]) -> Result<(), IdTokenFault> {
    let kind = match header.alg.as_str() {
        "RS256" | "PS256" => "RSA",
        "ES256" => "EC",
        "EdDSA" => "OKP",
        _ => return Err(IdTokenFault::Algorithm),
    };
    let set = keys["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut fitting = set.iter().filter(|key| {
        key["kty"] == kind
            && key["use"].as_str().is_none_or(|purpose| purpose == "sig")
            && key["alg"].as_str().is_none_or(|alg| alg == header.alg)
            && header.kid.as_deref().is_none_or(|kid| key["kid"] == kid)
    });
    let (Some(key), None) = (fitting.next(), fitting.next()) else {
        return Err(IdTokenFault::UnknownKey);
    };
    let member = |name: &str| {
        let text = key[name].as_str().ok_or(IdTokenFault::UnknownKey)?;
        URL_SAFE_NO_PAD.decode(text).map_err(|_| IdTokenFault::UnknownKey)
    };
    let verified = match header.alg.as_str() {
        "ES256" if key["crv"] == "P-256" => {
            // Uncompressed, SEC 1, 2.3.3.
            let point = [vec![4], member("x")?, member("y")?].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(text, signature)
        }
        "EdDSA" if key["crv"] == "Ed25519" => {
            UnparsedPublicKey::new(&ED25519, member("x")?).verify(text, signature)
        }
        "RS256" | "PS256" => {
            let public = RsaPublicKeyComponents {
                n: member("n")?,
                e: member("e")?,
            };
            let parameters = if header.alg == "RS256" {
                &RSA_PKCS1_2048_8192_SHA256
            } else {
                &RSA_PSS_2048_8192_SHA256
            };
            public.verify(parameters, text, signature)
        }
        _ => return Err(IdTokenFault::Algorithm),
    };
    verified.map_err(|_| IdTokenFault::Signature)
}
