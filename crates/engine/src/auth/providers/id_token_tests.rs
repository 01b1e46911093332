//! ID tokens that somebody made up.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::Timestamp;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value as Json, json};

use super::id_token::{Expected, IdTokenFault, read};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://login.example.org";

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("32 bytes are a seed")
}

fn key(seed: u8, kid: &str) -> Json {
    let x = URL_SAFE_NO_PAD.encode(pair(seed).public_key().as_ref());
    json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": kid, "x": x})
}

fn signed(header: &Json, claims: &Json, seed: u8) -> String {
    let encode = |part: &Json| URL_SAFE_NO_PAD.encode(part.to_string());
    let text = format!("{}.{}", encode(header), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(pair(seed).sign(text.as_bytes()));
    format!("{text}.{signature}")
}

fn claims() -> Json {
    json!({
        "iss": ISSUER, "sub": "ada", "aud": "todo", "exp": NOW + 600, "iat": NOW, "nonce": "n-1",
        "email": "Ada@example.org", "email_verified": true, "name": "Ada",
    })
}

fn read_at(token: &str, keys: &Json) -> Result<super::Person, IdTokenFault> {
    let now = Timestamp::from_micros(NOW * 1_000_000).expect("it is a time");
    let expected = Expected {
        issuer: ISSUER,
        client_id: "todo",
        nonce: "n-1",
        now,
    };
    read(token, keys, expected)
}

#[test]
fn a_good_token_says_who_it_is() {
    let keys = json!({"keys": [key(1, "one"), key(2, "two")]});
    let header = json!({"alg": "EdDSA", "kid": "two"});
    let person = read_at(&signed(&header, &claims(), 2), &keys).unwrap();
    assert_eq!((person.subject.as_str(), person.issuer.as_str()), ("ada", ISSUER));
    assert_eq!(person.verified_email.as_deref(), Some("Ada@example.org"));
    let mut unverified = claims();
    unverified["email_verified"] = json!(false);
    let person = read_at(&signed(&header, &unverified, 2), &keys).unwrap();
    assert_eq!(
        person.verified_email, None,
        "an address that anybody can claim is none"
    );
}

#[test]
fn claims_that_do_not_fit_are_refused() {
    let keys = json!({"keys": [key(1, "one")]});
    let header = json!({"alg": "EdDSA", "kid": "one"});
    for (name, value, fault) in [
        ("iss", json!("https://evil.example"), IdTokenFault::Issuer),
        ("iss", json!("https://login.example.org/"), IdTokenFault::Issuer),
        ("aud", json!("other"), IdTokenFault::Audience),
        ("aud", json!([]), IdTokenFault::Audience),
        ("aud", json!(["todo", "other"]), IdTokenFault::Audience),
        ("azp", json!("other"), IdTokenFault::Audience),
        ("exp", json!(NOW - 60), IdTokenFault::Time),
        ("iat", json!(NOW + 61), IdTokenFault::Time),
        ("nbf", json!(NOW + 61), IdTokenFault::Time),
        ("nonce", json!("n-2"), IdTokenFault::Nonce),
        ("nonce", Json::Null, IdTokenFault::Nonce),
        ("sub", json!(""), IdTokenFault::Subject),
        ("sub", json!("a".repeat(256)), IdTokenFault::Subject),
        ("exp", json!("soon"), IdTokenFault::Malformed),
    ] {
        let mut claims = claims();
        claims[name] = value.clone();
        let read = read_at(&signed(&header, &claims, 1), &keys);
        assert_eq!(read, Err(fault), "{name}: {value}");
    }
}

#[test]
fn tokens_cannot_choose_how_they_are_checked() {
    let keys = json!({"keys": [key(1, "one")]});
    let good = signed(&json!({"alg": "EdDSA", "kid": "one"}), &claims(), 1);
    let (text, signature) = good.rsplit_once('.').unwrap();
    let own = key(9, "one");
    for (what, token, fault) in [
        (
            "a key of their own",
            signed(&json!({"alg": "EdDSA", "kid": "one"}), &claims(), 9),
            IdTokenFault::Signature,
        ),
        (
            "their key in the header",
            signed(&json!({"alg": "EdDSA", "kid": "one", "jwk": own}), &claims(), 9),
            IdTokenFault::Signature,
        ),
        (
            "an unknown key",
            signed(&json!({"alg": "EdDSA", "kid": "two"}), &claims(), 9),
            IdTokenFault::UnknownKey,
        ),
        ("no signature", format!("{text}."), IdTokenFault::Signature),
        (
            "no algorithm",
            signed(&json!({"alg": "none"}), &claims(), 1),
            IdTokenFault::Algorithm,
        ),
        (
            "a symmetric one",
            signed(&json!({"alg": "HS256", "kid": "one"}), &claims(), 1),
            IdTokenFault::Algorithm,
        ),
        (
            "one of another type of key",
            signed(&json!({"alg": "RS256", "kid": "one"}), &claims(), 1),
            IdTokenFault::UnknownKey,
        ),
        (
            "an extension",
            signed(
                &json!({"alg": "EdDSA", "kid": "one", "crit": ["x"]}),
                &claims(),
                1,
            ),
            IdTokenFault::Algorithm,
        ),
        ("two parts", text.to_owned(), IdTokenFault::Malformed),
        ("nonsense", "nonsense".to_owned(), IdTokenFault::Malformed),
        ("too much", "a".repeat(40_000), IdTokenFault::Malformed),
        (
            "other claims",
            format!("{}A.{signature}", &text[..text.len() - 1]),
            IdTokenFault::Signature,
        ),
    ] {
        assert_eq!(read_at(&token, &keys).unwrap_err(), fault, "{what}");
    }
    // Of two keys that could be meant, none is.
    let both = json!({"keys": [key(1, "one"), key(1, "one")]});
    assert_eq!(read_at(&good, &both).unwrap_err(), IdTokenFault::UnknownKey);
    let for_encryption = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "enc", "kid": "one"}]});
    assert_eq!(
        read_at(&good, &for_encryption).unwrap_err(),
        IdTokenFault::UnknownKey
    );
    assert_eq!(read_at(&good, &json!({})).unwrap_err(), IdTokenFault::UnknownKey);
}
