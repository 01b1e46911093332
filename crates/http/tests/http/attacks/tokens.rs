//! Tokens that are signed, but not for this (API2:2023; ASVS 9.1.2, 9.2.1 to 9.2.3). Tokens with a forged signature, with
//! none, and with keys of somebody else are in `auth.rs` and `keys.rs`. Here the attacker has a signature of the right key:
//! from another application with the same keys, or of another kind of token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_testkit::{Client, Post, TestApp};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value as Json, json};

use super::{ADA, CLUB, ME, ROOMS_PATH, SIGN_IN};
use crate::rooms::app;

/// A key of the key file of an application.
struct Key {
    id: String,
    seed: Vec<u8>,
}

impl Key {
    fn of(app: &TestApp, purpose: &str, state: &str) -> Self {
        let text = std::fs::read_to_string(app.keys()).expect("the application has keys");
        let wanted = [format!("purpose = \"{purpose}\""), format!("state = \"{state}\"")];
        let key = text
            .split("[[keys]]")
            .find(|key| wanted.iter().all(|line| key.contains(line)))
            .expect("there is such a key");
        let value = |name: &str| {
            let line = key.lines().find_map(|line| line.strip_prefix(name));
            line.expect("the key has it").trim_matches('"').to_owned()
        };
        let seed = URL_SAFE_NO_PAD.decode(value("secret = "));
        Self {
            id: value("id = "),
            seed: seed.expect("secrets are base64url"),
        }
    }

    fn pair(&self) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&self.seed).expect("every 32 bytes are a seed")
    }

    fn header(&self) -> Json {
        json!({"alg": "EdDSA", "typ": "at+jwt", "kid": self.id})
    }

    fn token(&self, header: &str, claims: &str) -> String {
        token(header, claims, |text| self.pair().sign(text).as_ref().to_vec())
    }
}

fn token(header: &str, claims: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = URL_SAFE_NO_PAD.encode(sign(text.as_bytes()));
    format!("{text}.{signature}")
}

fn claims_of(client: &Client) -> Json {
    let claims = client.token().split('.').nth(1).expect("a token has three parts");
    let bytes = URL_SAFE_NO_PAD.decode(claims).expect("claims are base64url");
    serde_json::from_slice(&bytes).expect("claims are JSON")
}

async fn refuse(app: &TestApp, what: &str, token: &str) {
    let response = app.anonymous().with_token(token).get(ME).await;
    assert_eq!(response.problem(), (401, "invalid_token".to_owned()), "{what}");
}

#[tokio::test]
async fn a_token_for_something_else_is_refused_although_its_key_is_right() {
    let app = app();
    let ada = app.user(ADA).await;
    let key = Key::of(&app, "signing", "active");
    let (header, claims) = (key.header().to_string(), claims_of(&ada));
    let made = key.token(&header, &claims.to_string());
    let control = app.anonymous().with_token(&made).get(ME).await;
    assert_eq!(control.status, 200, "the test signs as the server does");
    for (what, name, value) in [
        ("another application", "aud", json!("other")),
        ("several applications", "aud", json!(["rooms", "other"])),
        ("a part of the name", "aud", json!("room")),
        ("no application", "aud", json!("")),
        ("null", "aud", Json::Null),
        ("another issuer", "iss", json!("https://evil.example")),
        ("ended", "exp", json!(0)),
        ("ended before everything", "exp", json!(i64::MIN)),
        ("an end beyond time", "exp", json!(i64::MAX)),
        ("an end as a text", "exp", json!("9999999999")),
        ("an end as a fraction", "exp", json!(9_999_999_999.5)),
        ("no user", "sub", json!("")),
        ("all users", "sub", json!("*")),
        ("nobody", "sub", json!("00000000-0000-0000-0000-000000000000")),
        ("no session", "sid", json!("")),
        (
            "a session that is none",
            "sid",
            json!("0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c"),
        ),
    ] {
        let mut changed = claims.clone();
        changed[name] = value;
        refuse(&app, what, &key.token(&header, &changed.to_string())).await;
    }
    for name in ["aud", "iss", "exp", "sub", "sid"] {
        let mut changed = claims.clone();
        changed.as_object_mut().expect("an object").remove(name);
        refuse(&app, name, &key.token(&header, &changed.to_string())).await;
    }
    // Readers of JSON disagree about which of two counts.
    let twice = claims.to_string().replacen('{', "{\"aud\":\"other\",", 1);
    refuse(&app, "two audiences", &key.token(&header, &twice)).await;
    let other = mainstay_testkit::TestApp::start(&[("mainstay.toml", "name = \"other\"")]);
    std::fs::copy(app.keys(), app.data().join("copy")).expect("the file can be read");
    refuse(&other, "the token of another installation", ada.token()).await;
}

#[tokio::test]
async fn a_token_of_another_kind_is_refused_although_its_key_is_right() {
    let app = app();
    let ada = app.user(ADA).await;
    let key = Key::of(&app, "signing", "active");
    let claims = claims_of(&ada).to_string();
    for (name, value) in [
        ("typ", json!("JWT")),
        ("typ", json!("id_token")),
        ("typ", json!("rt+jwt")),
        ("typ", json!("")),
        ("typ", Json::Null),
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("NONE")),
        ("alg", json!("")),
        ("alg", json!("eddsa")),
        ("alg", json!("Ed448")),
        ("alg", json!("HS256")),
        ("alg", json!(["EdDSA"])),
        ("kid", json!("")),
        ("kid", json!("' OR 1=1 --")),
        ("kid", json!("/dev/null")),
        ("kid", Json::Null),
    ] {
        let mut header = key.header();
        header[name] = value.clone();
        refuse(
            &app,
            &format!("{name} {value}"),
            &key.token(&header.to_string(), &claims),
        )
        .await;
        let header = header.to_string();
        refuse(
            &app,
            "without a signature",
            &token(&header, &claims, |_| Vec::new()),
        )
        .await;
    }
    // Text behind, before and between, and other spellings of the same bytes.
    let good = key.token(&key.header().to_string(), &claims);
    for bad in [
        format!("{good}="),
        format!("{good}."),
        format!(".{good}"),
        good.replace('.', ".."),
        good.replacen('.', ". ", 1),
        good.replace('-', "+").replace('_', "/") + "A",
    ] {
        refuse(&app, &bad, &bad).await;
    }
    let (start, last) = good.split_at(good.len() - 1);
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars() {
        if !last.starts_with(other) {
            refuse(&app, "another last character", &format!("{start}{other}")).await;
        }
    }
}

/// The public key as the secret of a symmetric signature, and a key that is for something else.
#[tokio::test]
async fn a_key_serves_its_own_purpose_alone() {
    let app = app();
    let ada = app.user(ADA).await;
    let key = Key::of(&app, "signing", "active");
    let claims = claims_of(&ada).to_string();
    let public = key.pair().public_key().as_ref().to_vec();
    let texts = [
        public.clone(),
        URL_SAFE_NO_PAD.encode(&public).into_bytes(),
        key.id.clone().into_bytes(),
        Vec::new(),
    ];
    for algorithm in ["HS256", "HS384", "HS512", "EdDSA"] {
        for secret in &texts {
            let mut header = key.header();
            header["alg"] = json!(algorithm);
            let forged = token(&header.to_string(), &claims, |text| {
                let kind = match algorithm {
                    "HS384" => ring::hmac::HMAC_SHA384,
                    "HS512" | "EdDSA" => ring::hmac::HMAC_SHA512,
                    _ => ring::hmac::HMAC_SHA256,
                };
                ring::hmac::sign(&ring::hmac::Key::new(kind, secret), text)
                    .as_ref()
                    .to_vec()
            });
            refuse(&app, algorithm, &forged).await;
        }
    }
    let encryption = Key::of(&app, "encryption", "active");
    let named = encryption.token(&encryption.header().to_string(), &claims);
    refuse(&app, "the key that encrypts", &named).await;
    let unnamed = encryption.token(&key.header().to_string(), &claims);
    refuse(&app, "the key that encrypts under another name", &unnamed).await;
}

/// Each secret opens what it was made for, and is looked for where it belongs.
#[tokio::test]
async fn no_secret_opens_what_another_one_is_for() {
    let app = TestApp::start_mailing(CLUB);
    let post = Post::start(&app);
    let ada = app.user(ADA).await;
    let visitor = app.anonymous();
    let body = json!({"email": ADA, "password": app.password()});
    let session = visitor.post(SIGN_IN, body).await.json();
    let text = |name: &str| session[name].as_str().expect("a session has it").to_owned();
    let (access, refresh) = (text("access_token"), text("refresh_token"));
    let asked = visitor
        .post("/api/v1/auth/request-code", json!({"email": ADA}))
        .await
        .json();
    let challenge = asked["challenge"].as_str().expect("there is one").to_owned();
    let code = post.last_of(ADA, 1).await.code();
    visitor
        .post("/api/v1/auth/request-password-reset", json!({"email": ADA}))
        .await;
    let reset = post.last_of(ADA, 2).await.secret();
    let body = json!({"name": "a", "scopes": ["*:*"]});
    let key = ada.post("/api/v1/api-keys", body).await.json()["key"].clone();
    let key = key.as_str().expect("it is shown once");

    for secret in [&refresh, &challenge, &code, &reset] {
        refuse(&app, "as an access token", secret).await;
        let cookie = visitor.with_header("cookie", &format!("__Host-mainstay={secret}"));
        assert_eq!(cookie.get(ME).await.problem().0, 401);
    }
    for secret in [access.as_str(), &challenge, &code, &reset, key] {
        let answer = visitor
            .post("/api/v1/auth/refresh", json!({"refresh_token": secret}))
            .await;
        assert_eq!(answer.problem().0, 401, "as a refresh token");
    }
    for secret in [access.as_str(), &refresh, &challenge, &code, key] {
        for (path, body) in [
            (
                "reset-password",
                json!({"token": secret, "password": "another horse battery"}),
            ),
            ("sign-in-with-link", json!({"token": secret})),
            ("verify-address", json!({"token": secret})),
            (
                "sign-in-with-code",
                json!({"challenge": secret, "code": "00000000"}),
            ),
        ] {
            if path == "sign-in-with-code" && *secret == *challenge {
                continue;
            }
            let answer = visitor.post(&format!("/api/v1/auth/{path}"), body).await;
            assert_eq!(answer.problem().0, 400, "{path}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_token_is_taken_from_its_own_header_alone() {
    let app = app();
    let ada = app.user(ADA).await;
    let visitor = app.anonymous();
    let access = ada.token();
    let body = json!({"name": "a", "scopes": ["*:*"]});
    let made = ada.post("/api/v1/api-keys", body).await.json();
    let key = made["key"].as_str().expect("it is shown once");
    // Addresses end up in logs and in the history of browsers: no token is taken from there (ASVS 14.2.1).
    for name in ["access_token", "token", "api_key", "authorization", "bearer"] {
        let answer = visitor.get(&format!("{ME}?{name}={access}")).await;
        assert!(answer.status.is_client_error(), "{name}: {}", answer.text());
        let answer = visitor.get(&format!("{ROOMS_PATH}?{name}={key}")).await;
        assert!(answer.status.is_client_error(), "{name}: {}", answer.text());
    }
    for name in [
        "x-access-token",
        "x-api-key",
        "x-auth-token",
        "proxy-authorization",
    ] {
        let bearer = visitor.with_header(name, &format!("Bearer {access}"));
        assert_eq!(bearer.get(ME).await.problem().0, 401, "{name}");
    }
    // Two tokens are one too many: a proxy in front may have looked at the other one.
    let twice = visitor
        .with_token(access)
        .with_header("authorization", "Bearer nonsense");
    assert_eq!(twice.get(ME).await.problem(), (401, "invalid_token".to_owned()));
}
