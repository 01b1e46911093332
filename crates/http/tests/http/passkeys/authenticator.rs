//! An authenticator with the browser in front of it, made from the standard alone (Web Authentication, Level 3). It says
//! whatever a test wants.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cbor4ii::core::Value;
use cbor4ii::core::enc::Encode;
use cbor4ii::core::utils::BufWriter;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value as Json, json};

pub(super) const HOST: &str = "choir.example.org";
pub(super) const ORIGIN: &str = "https://choir.example.org";

pub(super) const PRESENT: u8 = 1;
pub(super) const VERIFIED: u8 = 4;
pub(super) const ELIGIBLE: u8 = 8;
pub(super) const BACKED_UP: u8 = 16;
pub(super) const WITH_CREDENTIAL: u8 = 64;
pub(super) const WITH_EXTENSIONS: u8 = 128;

/// A passkey in a device.
pub(super) struct Authenticator {
    key: Key,
    pub(super) credential: Vec<u8>,
    /// Whose it is, once it was made.
    pub(super) handle: Vec<u8>,
}

enum Key {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(Box<RsaKeyPair>),
}

/// What goes into an answer; a test changes it.
pub(super) struct Says {
    pub(super) kind: &'static str,
    pub(super) challenge: String,
    pub(super) origin: String,
    pub(super) cross_origin: bool,
    pub(super) host: String,
    pub(super) flags: u8,
    pub(super) count: u32,
    pub(super) credential: Vec<u8>,
    pub(super) handle: Vec<u8>,
    /// A number in the place of that of the algorithm.
    pub(super) algorithm: Option<i128>,
    /// What follows the authenticator data.
    pub(super) more: Vec<u8>,
}

impl Authenticator {
    pub(super) fn new() -> Self {
        let random = chance();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random);
        let made = made.expect("a key can be made");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, made.as_ref(), &random);
        Self::with(Key::Es256(key.expect("it was made just now")))
    }

    pub(super) fn ed25519() -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&chance()).expect("a key can be made");
        let key = Ed25519KeyPair::from_pkcs8(made.as_ref()).expect("it was made just now");
        Self::with(Key::EdDsa(key))
    }

    /// With a key for tests alone, since one takes long to make.
    pub(super) fn rsa() -> Self {
        let text: String = include_str!("rsa_key.txt").split_whitespace().collect();
        let bytes = STANDARD.decode(text).expect("the file is base64");
        let key = RsaKeyPair::from_pkcs8(&bytes).expect("the file is a key");
        Self::with(Key::Rs256(Box::new(key)))
    }

    fn with(key: Key) -> Self {
        let mut credential = vec![0; 32];
        ring::rand::SecureRandom::fill(&chance(), &mut credential).expect("there is chance");
        Self {
            key,
            credential,
            handle: Vec::new(),
        }
    }

    /// `RegistrationResponseJSON` for the options of an answer.
    pub(super) fn make(&mut self, options: &Json, change: impl FnOnce(&mut Says)) -> Json {
        let options = &options["public_key"];
        self.handle = decoded(&options["user"]["id"]);
        let flags = PRESENT | VERIFIED | WITH_CREDENTIAL;
        let mut says = self.says("webauthn.create", options, flags);
        change(&mut says);
        let mut data = says.authenticator_data();
        if says.flags & WITH_CREDENTIAL != 0 {
            data.extend([7; 16]);
            let length = u16::try_from(says.credential.len()).expect("ids are short");
            data.extend(length.to_be_bytes());
            data.extend(&says.credential);
            data.extend(encoded(&self.public_key(says.algorithm)));
        }
        data.extend(&says.more);
        let attestation = Value::Map(vec![
            (text("fmt"), text("none")),
            (text("attStmt"), Value::Map(Vec::new())),
            (text("authData"), Value::Bytes(data.clone())),
        ]);
        let id = URL_SAFE_NO_PAD.encode(&says.credential);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(says.client_data()),
                "attestationObject": URL_SAFE_NO_PAD.encode(encoded(&attestation)),
                "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "transports": ["internal", "hybrid"],
            },
        })
    }

    /// `AuthenticationResponseJSON` for the options of an answer.
    pub(super) fn sign(&self, options: &Json, change: impl FnOnce(&mut Says)) -> Json {
        let options = &options["public_key"];
        let mut says = self.says("webauthn.get", options, PRESENT | VERIFIED);
        change(&mut says);
        let mut data = says.authenticator_data();
        data.extend(&says.more);
        let client_data = says.client_data();
        let mut message = data.clone();
        message.extend(digest(&SHA256, client_data.as_bytes()).as_ref());
        let id = URL_SAFE_NO_PAD.encode(&says.credential);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
                "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "signature": URL_SAFE_NO_PAD.encode(self.signature(&message)),
                "userHandle": URL_SAFE_NO_PAD.encode(&says.handle),
            },
        })
    }

    fn says(&self, kind: &'static str, options: &Json, flags: u8) -> Says {
        Says {
            kind,
            challenge: options["challenge"]
                .as_str()
                .expect("there is a challenge")
                .to_owned(),
            origin: ORIGIN.to_owned(),
            cross_origin: false,
            host: HOST.to_owned(),
            flags,
            count: 0,
            credential: self.credential.clone(),
            handle: self.handle.clone(),
            algorithm: None,
            more: Vec::new(),
        }
    }

    fn public_key(&self, algorithm: Option<i128>) -> Value {
        let (mut members, own) = match &self.key {
            Key::Es256(key) => {
                let point = key.public_key().as_ref();
                let coordinates = [
                    (-1, number(1)),
                    (-2, bytes(&point[1..33])),
                    (-3, bytes(&point[33..])),
                ];
                (vec![(1, number(2))].into_iter().chain(coordinates).collect(), -7)
            }
            Key::EdDsa(key) => {
                let point = bytes(key.public_key().as_ref());
                (vec![(1, number(1)), (-1, number(6)), (-2, point)], -8)
            }
            Key::Rs256(key) => {
                let key: ring::rsa::PublicKeyComponents<Vec<u8>> = key.public().into();
                (
                    vec![(1, number(3)), (-1, bytes(&key.n)), (-2, bytes(&key.e))],
                    -257,
                )
            }
        };
        members.push((3, number(algorithm.unwrap_or(own))));
        Value::Map(
            members
                .into_iter()
                .map(|(name, value)| (number(name), value))
                .collect(),
        )
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = chance();
        match &self.key {
            Key::Es256(key) => key.sign(&random, message).expect("it signs").as_ref().to_vec(),
            Key::EdDsa(key) => key.sign(message).as_ref().to_vec(),
            Key::Rs256(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .expect("it signs");
                signature
            }
        }
    }
}

impl Says {
    fn client_data(&self) -> String {
        json!({
            "type": self.kind,
            "challenge": self.challenge,
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
            "other_keys_can_be_added_here": "do not compare clientDataJSON against a template",
        })
        .to_string()
    }

    fn authenticator_data(&self) -> Vec<u8> {
        let mut data = digest(&SHA256, self.host.as_bytes()).as_ref().to_vec();
        data.push(self.flags);
        data.extend(self.count.to_be_bytes());
        data
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "its keys are its own, and nothing follows from them"
)]
fn chance() -> SystemRandom {
    SystemRandom::new()
}

/// CBOR of a value.
pub(super) fn encoded(value: &Value) -> Vec<u8> {
    let mut writer = BufWriter::new(Vec::new());
    value.encode(&mut writer).expect("there is room");
    writer.into_inner()
}

fn decoded(text: &Json) -> Vec<u8> {
    let text = text.as_str().expect("it is a text");
    URL_SAFE_NO_PAD.decode(text).expect("it is base64url")
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn number(number: i128) -> Value {
    Value::Integer(number)
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}
