//! Keys: rotation while tokens are good, and tokens that name keys of somebody else

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::RandomSource as _;
use mainstay_engine::audit::public_key;
use mainstay_engine::keys::{KeyError, KeyPlace, Purpose, take_up_keys};
use mainstay_testkit::{Client, TestApp, TestRandom};
use ring::signature::Ed25519KeyPair;
use serde_json::{Value as Json, json};

use crate::rooms::app;

const ME: &str = "/api/v1/auth/me";

/// What `mainstay keys rotate` does.
pub(crate) fn rotate(app: &TestApp, purpose: Purpose) {
    // Not the chance that the application itself was made with.
    let random = TestRandom::starting_at(app.environment.new_id().as_bytes()[15].into());
    random.fill(&mut [0; 64]);
    change(app, |ring| {
        ring.rotated(purpose, app.environment.clock.now(), &random)
    });
}

/// What `mainstay keys remove` does.
pub(crate) fn remove(app: &TestApp, id: &str) {
    change(app, |ring| ring.without(id).expect("the key is retired"));
}

fn change(
    app: &TestApp,
    change: impl FnOnce(mainstay_engine::keys::KeyRing) -> mainstay_engine::keys::KeyRing,
) {
    let place = KeyPlace::File(app.keys().to_owned());
    let changed = place.change(|ring| Ok::<_, KeyError>(change(ring.expect("the application has keys"))));
    changed.expect("the file can be changed");
}

pub(crate) async fn take_up(app: &TestApp) {
    assert!(take_up_keys(&app.environment).await.expect("the keys are good"));
}

async fn sign_in(app: &TestApp) -> Client {
    let body = json!({"email": "ada@example.org", "password": app.password()});
    let session = app.anonymous().post("/api/v1/auth/sign-in", body).await.json();
    app.anonymous()
        .with_token(session["access_token"].as_str().expect("as the test made it"))
}

fn header_of(client: &Client) -> Json {
    let header = client.token().split('.').next().expect("as the test made it");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).expect("as the test made it"))
        .expect("as the test made it")
}

fn signing_ids(app: &TestApp) -> Vec<(String, &'static str)> {
    let ring = KeyPlace::File(app.keys().to_owned())
        .load()
        .expect("as the test made it")
        .expect("as the test made it");
    let signing = ring.keys().iter().filter(|key| key.purpose == Purpose::Signing);
    signing.map(|key| (key.id.clone(), key.state.as_str())).collect()
}

#[tokio::test]
async fn a_rotation_ends_no_token() {
    let app = app();
    app.user("ada@example.org").await;
    let before = sign_in(&app).await;
    let ids = signing_ids(&app);
    assert_eq!(header_of(&before)["kid"], ids[0].0.as_str());
    let beside = app.beside();
    rotate(&app, Purpose::Signing);
    assert!(
        !std::fs::metadata(app.keys())
            .expect("as the test made it")
            .permissions()
            .readonly()
    );
    take_up(&app).await;
    assert!(
        !take_up_keys(&app.environment).await.expect("as the test made it"),
        "they are taken up already"
    );
    let after = sign_in(&app).await;
    assert_eq!(
        header_of(&after)["kid"],
        ids[1].0.as_str(),
        "the next key is the active one"
    );
    for client in [&before, &after] {
        assert_eq!(client.get(ME).await.status, 200);
    }
    // Another process, which has not looked at the file yet, knew the key as the next one.
    if mainstay_testkit::TestDatabase::dialect() == mainstay_testkit::Dialect::Postgres {
        let there = beside.anonymous().with_token(after.token());
        assert_eq!(there.get(ME).await.status, 200);
    }
    remove(&app, &ids[0].0);
    take_up(&app).await;
    assert_eq!(before.get(ME).await.problem(), (401, "invalid_token".to_owned()));
    assert_eq!(after.get(ME).await.status, 200);
    let entries = app
        .sql("SELECT payload FROM _journal WHERE kind = 'keys.changed' ORDER BY seq")
        .await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    let told: Json = serde_json::from_str(&entries[0][0]).expect("as the test made it");
    assert_eq!(
        told["keys"].as_array().expect("as the test made it").len(),
        3,
        "{told}"
    );
    let ring = std::fs::read_to_string(app.keys()).expect("as the test made it");
    for secret in ring.lines().filter_map(|line| line.strip_prefix("secret = ")) {
        assert!(!app.is_stored(secret.trim_matches('"')).await);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_file_leaves_the_keys_in_use() {
    let app = app();
    app.user("ada@example.org").await;
    let client = sign_in(&app).await;
    let good = std::fs::read_to_string(app.keys()).expect("as the test made it");
    let short = good.replacen("secret = \"", "secret = \"AAAA\" #", 1);
    let second = good.rfind("[[keys]]").expect("as the test made it");
    for (bad, told) in [
        ("", "is not TOML as"),
        ("[[keys]]\nid = 1", "is not TOML as"),
        (
            &good[..good.find("[[keys]]").expect("as the test made it")],
            "is not TOML as",
        ),
        (short.as_str(), "has 3 bytes and needs 32"),
        (
            &good.replacen("active", "retired", 1),
            "there is no active signing key",
        ),
        (
            &good.replacen("next", "active", 1),
            "there are 2 active signing keys",
        ),
        (&format!("{good}\n{}", &good[second..]), "two keys have the id"),
    ] {
        std::fs::write(app.keys(), bad).expect("as the test made it");
        let error = take_up_keys(&app.environment).await.unwrap_err().to_string();
        assert!(
            error.starts_with("keys.file, ") && error.contains(told),
            "{error}"
        );
        assert_eq!(client.get(ME).await.status, 200);
    }
    std::fs::remove_file(app.keys()).expect("as the test made it");
    let gone = take_up_keys(&app.environment).await.unwrap_err();
    assert!(matches!(gone, KeyError::Missing(_)), "{gone}");
    let other = TestApp::start(&[("mainstay.toml", "name = \"other\"")]);
    rotate(&other, Purpose::Signing);
    let foreign = std::fs::read_to_string(other.keys())
        .expect("as the test made it")
        .replace("id = \"", "id = \"x");
    write_private(&app, &foreign);
    let error = take_up_keys(&app.environment).await.unwrap_err();
    assert!(matches!(error, KeyError::Foreign(_)), "{error}");
    assert_eq!(client.get(ME).await.status, 200);
}

fn write_private(app: &TestApp, text: &str) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(app.keys())
        .expect("as the test made it");
    file.write_all(text.as_bytes()).expect("as the test made it");
}

#[tokio::test]
async fn tokens_cannot_choose_their_key() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let claims = ada.token().split('.').nth(1).expect("as the test made it");
    let kid = header_of(&ada)["kid"]
        .as_str()
        .expect("as the test made it")
        .to_owned();
    let ids = signing_ids(&app);
    let mut seed = [0; 32];
    TestRandom::starting_at(77).fill(&mut seed);
    let own = Ed25519KeyPair::from_seed_unchecked(&seed).expect("as the test made it");
    let signed = |header: &Json, signature: &dyn Fn(&[u8]) -> Vec<u8>| {
        let text = format!("{}.{claims}", URL_SAFE_NO_PAD.encode(header.to_string()));
        let signature = URL_SAFE_NO_PAD.encode(signature(text.as_bytes()));
        format!("{text}.{signature}")
    };
    let by_own = |text: &[u8]| own.sign(text).as_ref().to_vec();
    // The public key as the secret of a symmetric signature.
    let by_hmac = |text: &[u8]| {
        let public = ring::signature::KeyPair::public_key(&own).as_ref().to_vec();
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &public);
        ring::hmac::sign(&key, text).as_ref().to_vec()
    };
    let header = |alg: &str, typ: &str, kid: &str| json!({"alg": alg, "typ": typ, "kid": kid});
    let x = URL_SAFE_NO_PAD.encode(ring::signature::KeyPair::public_key(&own).as_ref());
    let mut with_jwk = header("EdDSA", "at+jwt", &kid);
    with_jwk["jwk"] = json!({"kty": "OKP", "crv": "Ed25519", "x": x});
    let mut with_jku = header("EdDSA", "at+jwt", "own");
    with_jku["jku"] = json!("https://evil.example/keys.json");
    for (what, token) in [
        (
            "a key of their own",
            signed(&header("EdDSA", "at+jwt", &kid), &by_own),
        ),
        (
            "another key of ours",
            signed(&header("EdDSA", "at+jwt", &ids[1].0), &by_own),
        ),
        (
            "an unknown key",
            signed(&header("EdDSA", "at+jwt", "own"), &by_own),
        ),
        (
            "no key",
            signed(&json!({"alg": "EdDSA", "typ": "at+jwt"}), &by_own),
        ),
        ("their key in the header", signed(&with_jwk, &by_own)),
        ("the address of their key", signed(&with_jku, &by_own)),
        (
            "a symmetric signature",
            signed(&header("HS256", "at+jwt", &kid), &by_hmac),
        ),
        (
            "no algorithm",
            signed(&header("none", "at+jwt", &kid), &|_| Vec::new()),
        ),
        (
            "a path for a key",
            signed(&header("EdDSA", "at+jwt", "../../dev/null"), &by_own),
        ),
    ] {
        let response = app.anonymous().with_token(&token).get(ME).await;
        assert_eq!(response.problem(), (401, "invalid_token".to_owned()), "{what}");
    }
    assert_eq!(ada.get(ME).await.status, 200);
}

pub(crate) fn hex_of(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

#[tokio::test]
async fn the_key_of_the_audit_that_an_earlier_version_kept_plain_is_encrypted() {
    let app = app();
    let seed: Vec<u8> = (1..=32).collect();
    let hex = hex_of(&seed);
    let literal = match mainstay_testkit::TestDatabase::dialect() {
        mainstay_testkit::Dialect::Sqlite => format!("X'{hex}'"),
        mainstay_testkit::Dialect::Postgres => format!("'\\x{hex}'::bytea"),
    };
    let before = format!("INSERT INTO _keys (name, secret) VALUES ('audit', {literal})");
    assert_eq!(app.sql_write(&before).await, Ok(1));
    let started_again = app.beside();
    let public = public_key(&started_again.environment).await;
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("every 32 bytes are a seed");
    let expected = hex_of(ring::signature::KeyPair::public_key(&pair).as_ref());
    assert_eq!(public.expect("it can be read"), expected);
    // The private half lies there no more, and the public one, which checks seals, takes no key to be read.
    assert_eq!(
        app.sql("SELECT name FROM _keys ORDER BY name").await,
        [["audit_public"]]
    );
    assert_eq!(app.sql("SELECT name FROM _secrets").await, [["audit"]]);
    rotate(&app, Purpose::Encryption);
    take_up(&app).await;
    let resealed = mainstay_engine::keys::reseal(&app.environment).await;
    assert_eq!(resealed.expect("it can be encrypted anew"), 1);
}
