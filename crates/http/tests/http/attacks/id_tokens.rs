//! A provider whose word is forged, is for somebody else, or belongs to another sign-in (API2:2023; ASVS 9.1.2, 10.1.2,
//! 10.2.2, 10.5.1 to 10.5.4). The whole way is gone: the server asks a provider that says what the attacker wants.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_testkit::{Receiver, Reply, TestApp, TestResponse};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value as Json, json};

use super::ADA;

const BACK: &str = "http://127.0.0.1:8400/back";
const BEGIN: &str = "/api/v1/auth/providers/work/begin";
const COMPLETE: &str = "/api/v1/auth/providers/work/complete";

/// An application, and the provider that it believes.
struct Scene {
    app: TestApp,
    provider: Receiver,
    issuer: String,
    pair: Ed25519KeyPair,
}

/// A sign-in that somebody has begun.
struct Begun {
    secret: String,
    state: String,
    nonce: String,
}

impl Scene {
    async fn set() -> Self {
        let provider = Receiver::start().await;
        let issuer = format!("http://127.0.0.1:{}", provider.port());
        let text = format!(
            "name = \"staff\"\n[auth]\nsign_up = true\n[auth.providers.work]\nissuer = \"{issuer}\"\n\
             client_id = \"todo\"\nredirects = [\"{BACK}\"]\n"
        );
        let app = TestApp::start_reaching_private(&[("mainstay.toml", text.as_str())]);
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("every 32 bytes are a seed");
        provider.reply(Reply::Text(200, metadata(&issuer).to_string()));
        Self {
            app,
            provider,
            issuer,
            pair,
        }
    }

    fn keys(&self) -> Json {
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref());
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": "one", "x": x}]})
    }

    async fn begin(&self) -> Begun {
        let begun = self
            .app
            .anonymous()
            .post(BEGIN, json!({"redirect_uri": BACK}))
            .await;
        assert_eq!(begun.status, 200, "{}", begun.text());
        let begun = begun.json();
        let url = begun["url"].as_str().expect("there is an address").to_owned();
        let query = url.split_once('?').expect("it asks for something").1.to_owned();
        let parameter = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let found = pairs.find(|(known, _)| known == name);
            found.expect("the address has it").1.into_owned()
        };
        Begun {
            secret: begun["secret"].as_str().expect("there is one").to_owned(),
            state: parameter("state"),
            nonce: parameter("nonce"),
        }
    }

    fn claims(&self, begun: &Begun) -> Json {
        let now = self.app.environment.clock.now().seconds();
        json!({"iss": self.issuer, "sub": "s-1", "aud": "todo", "exp": now + 300, "iat": now, "nonce": begun.nonce,
            "email": "new@example.org", "email_verified": true})
    }

    fn sign(&self, header: &Json, claims: &Json) -> String {
        signed(header, claims, |text| self.pair.sign(text).as_ref().to_vec())
    }

    /// Comes back from the provider, which gives this token for the code.
    async fn complete(&self, begun: &Begun, token: &str) -> TestResponse {
        let said = json!({"access_token": "a", "token_type": "Bearer", "id_token": token});
        self.provider.reply(Reply::Text(200, said.to_string()));
        self.come_back(begun, json!({})).await
    }

    async fn come_back(&self, begun: &Begun, more: Json) -> TestResponse {
        let mut body = json!({"secret": begun.secret, "state": begun.state, "code": "c"});
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        self.app.anonymous().post(COMPLETE, body).await
    }

    /// The right way, which fetches the keys that are kept from then on.
    async fn sign_in(&self) -> TestResponse {
        let begun = self.begin().await;
        let token = self.sign(&header(), &self.claims(&begun));
        let said = json!({"access_token": "a", "token_type": "Bearer", "id_token": token});
        self.provider.reply(Reply::Text(200, said.to_string()));
        self.provider.reply(Reply::Text(200, self.keys().to_string()));
        self.come_back(&begun, json!({})).await
    }

    async fn expect_refused(&self, what: &str, answer: &TestResponse) {
        assert_eq!(
            answer.problem(),
            (401, "invalid_credentials".to_owned()),
            "{what}"
        );
        assert_eq!(
            self.app.sql("SELECT count(*) FROM _sessions").await,
            [["1"]],
            "{what}"
        );
    }
}

fn metadata(issuer: &str) -> Json {
    json!({"issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys")})
}

fn header() -> Json {
    json!({"alg": "EdDSA", "typ": "JWT", "kid": "one"})
}

fn signed(header: &Json, claims: &Json, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(text.as_bytes()));
    format!("{text}.{signature}")
}

#[tokio::test]
async fn what_a_provider_says_for_something_else_is_not_believed() {
    let scene = Scene::set().await;
    assert_eq!(scene.sign_in().await.status, 200, "the test does it right");
    let now = scene.app.environment.clock.now().seconds();
    let other = scene.begin().await;
    for (what, name, value) in [
        ("for another application", "aud", json!("other")),
        ("for several", "aud", json!(["todo", "other"])),
        ("for nobody", "aud", json!([])),
        ("for an object", "aud", json!({"todo": true})),
        ("given to another application", "azp", json!("other")),
        ("of another issuer", "iss", json!("https://evil.example")),
        (
            "of an issuer that looks like it",
            "iss",
            json!(format!("{}/", scene.issuer)),
        ),
        ("of another sign-in", "nonce", json!(other.nonce)),
        ("of no sign-in", "nonce", Json::Null),
        ("ended", "exp", json!(now - 61)),
        ("of tomorrow", "iat", json!(now + 86_400)),
        ("not good yet", "nbf", json!(now + 86_400)),
        ("about nobody", "sub", json!("")),
        ("about a name with a zero byte", "sub", json!("s-1\u{0}")),
    ] {
        let begun = scene.begin().await;
        let mut claims = scene.claims(&begun);
        claims[name] = value;
        let answer = scene.complete(&begun, &scene.sign(&header(), &claims)).await;
        scene.expect_refused(what, &answer).await;
    }
}

#[tokio::test]
async fn what_somebody_else_signed_is_not_believed() {
    let scene = Scene::set().await;
    assert_eq!(scene.sign_in().await.status, 200, "the test does it right");
    let own = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).expect("every 32 bytes are a seed");
    let own_x = URL_SAFE_NO_PAD.encode(own.public_key().as_ref());
    let with = |name: &str, value: Json| {
        let mut header = header();
        header[name] = value;
        header
    };
    let headers = [
        header(),
        with("jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": own_x})),
        with("jku", json!("https://evil.example/keys")),
        with("x5u", json!("https://evil.example/certificate")),
        with("kid", json!("other")),
        with("kid", Json::Null),
        with("alg", json!("ES256")),
        with("alg", json!("RS256")),
    ];
    for header in &headers {
        let begun = scene.begin().await;
        let token = signed(header, &scene.claims(&begun), |text| {
            own.sign(text).as_ref().to_vec()
        });
        scene
            .expect_refused(&header.to_string(), &scene.complete(&begun, &token).await)
            .await;
    }
    // The public key of the provider, which everybody knows, as the secret of a symmetric signature.
    let public = scene.pair.public_key().as_ref().to_vec();
    for secret in [
        public.clone(),
        URL_SAFE_NO_PAD.encode(&public).into_bytes(),
        Vec::new(),
    ] {
        let begun = scene.begin().await;
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
        let token = signed(&with("alg", json!("HS256")), &scene.claims(&begun), |text| {
            ring::hmac::sign(&key, text).as_ref().to_vec()
        });
        scene
            .expect_refused("a symmetric signature", &scene.complete(&begun, &token).await)
            .await;
    }
    for algorithm in ["none", "None", "nOnE", ""] {
        let begun = scene.begin().await;
        let token = signed(&with("alg", json!(algorithm)), &scene.claims(&begun), |_| {
            Vec::new()
        });
        scene
            .expect_refused(algorithm, &scene.complete(&begun, &token).await)
            .await;
    }
    // An extension that must be understood, and is not (RFC 7515, 4.1.11).
    let begun = scene.begin().await;
    let token = scene.sign(&with("crit", json!(["exp"])), &scene.claims(&begun));
    scene
        .expect_refused("crit", &scene.complete(&begun, &token).await)
        .await;
}

/// The way back counts for whoever began, once, and from the provider that they went to.
#[tokio::test]
async fn a_way_back_is_not_anybody_elses() {
    let scene = Scene::set().await;
    assert_eq!(scene.sign_in().await.status, 200, "the test does it right");
    let (hers, theirs) = (scene.begin().await, scene.begin().await);
    // What it says of itself, the code and its keys.
    for _ in 0..3 {
        scene.provider.next().await;
    }
    for (what, more) in [
        ("another state", json!({"state": theirs.state})),
        ("no state", json!({"state": ""})),
        ("another secret", json!({"secret": theirs.secret})),
        ("no secret", json!({"secret": ""})),
    ] {
        scene
            .expect_refused(what, &scene.come_back(&hers, more).await)
            .await;
        assert!(
            scene.provider.is_empty(),
            "{what}: no code is shown to the provider"
        );
    }
    let mixed_up = scene
        .come_back(&hers, json!({"iss": "https://evil.example"}))
        .await;
    scene.expect_refused("another provider", &mixed_up).await;
    let again = scene.come_back(&hers, json!({})).await;
    scene.expect_refused("a second time", &again).await;
    scene.app.clock.advance_seconds(3_600);
    let late = scene.come_back(&theirs, json!({})).await;
    scene.expect_refused("too late", &late).await;
    for bad in [
        "https://evil.example/",
        "http://127.0.0.1:8400/back/..",
        "http://127.0.0.1:8400/back?a",
        "javascript:alert(1)",
    ] {
        let begun = scene
            .app
            .anonymous()
            .post(BEGIN, json!({"redirect_uri": bad}))
            .await;
        assert_eq!(begun.problem().0, 422, "{bad}");
    }
}

/// Somebody has an address at a provider that never asked whether it is theirs.
#[tokio::test]
async fn an_address_that_nobody_verified_opens_no_account() {
    let scene = Scene::set().await;
    let known = scene.sign_in().await.json();
    let address = known["user"]["email"].clone();
    let come_back = async |subject: &str, email: &Json, verified: Option<Json>| {
        let begun = scene.begin().await;
        let mut claims = scene.claims(&begun);
        (claims["sub"], claims["email"]) = (json!(subject), email.clone());
        match verified {
            Some(verified) => claims["email_verified"] = verified,
            None => drop(
                claims
                    .as_object_mut()
                    .expect("an object")
                    .remove("email_verified"),
            ),
        }
        scene.complete(&begun, &scene.sign(&header(), &claims)).await
    };
    let unlinked = (403, "account_not_linked".to_owned());
    for verified in [
        Some(json!(false)),
        Some(json!("false")),
        Some(json!("True")),
        Some(json!(0)),
        Some(json!(1)),
        Some(json!("yes")),
        Some(json!([true])),
        Some(Json::Null),
        None,
    ] {
        let answer = come_back("thief", &address, verified.clone()).await;
        assert_eq!(answer.problem(), unlinked, "{verified:?}: {}", answer.text());
        let answer = come_back("thief", &json!("nobody@example.org"), verified.clone()).await;
        assert_eq!(answer.problem(), unlinked, "{verified:?}: {}", answer.text());
    }
    // It was that alone: who has verified the address at the provider is let in.
    let answer = come_back("same person", &address, Some(json!(true))).await;
    assert_eq!(
        answer.json()["user"]["id"],
        known["user"]["id"],
        "{}",
        answer.text()
    );
    // Verified there, but not here: whoever signed up here with it may be the thief.
    scene.app.user(ADA).await;
    let answer = come_back("other", &json!(ADA), Some(json!(true))).await;
    assert_eq!(answer.problem(), unlinked);
}
