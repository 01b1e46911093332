//! `POST /api/v1/auth/passkeys/begin` and `POST /api/v1/auth/passkeys`

use cbor4ii::core::Value;
use serde_json::{Value as Json, json};

use super::authenticator::{
    Authenticator, BACKED_UP, ELIGIBLE, PRESENT, Says, VERIFIED, WITH_CREDENTIAL, WITH_EXTENSIONS, encoded,
    text,
};
use super::{
    ADA, BEGIN, BOB, ME, PASSKEYS, UNKNOWN, add, added, begin, begin_sign_in, choir, kinds, nothing, options,
};
use mainstay_testkit::{TestApp, files};

#[tokio::test]
async fn a_browser_is_asked_for_a_passkey_that_is_found_without_a_name() {
    let app = choir();
    let ada = app.user(ADA).await;
    let first = added(&ada).await;
    let begun = begin(&ada).await;
    let challenge = begun["public_key"]["challenge"].clone();
    assert_eq!(challenge.as_str().expect("it is a text").len(), 43, "32 bytes");
    assert_eq!(begun["expires_in"], 300);
    let mut wanted = json!({
        "rp": {"id": "choir.example.org", "name": "Choir"},
        "user": {"id": begun["public_key"]["user"]["id"], "name": ADA, "displayName": ADA},
        "challenge": challenge,
        "pubKeyCredParams": [
            {"type": "public-key", "alg": -8},
            {"type": "public-key", "alg": -7},
            {"type": "public-key", "alg": -257},
        ],
        "timeout": 300_000,
        "excludeCredentials": [{"type": "public-key"}],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "attestation": "none",
    });
    let known = begun["public_key"]["excludeCredentials"][0]["id"].clone();
    wanted["excludeCredentials"][0]["id"] = known.clone();
    assert_eq!(begun["public_key"], wanted);
    // What the authenticator has is not made twice.
    let mut again = Authenticator::new();
    again.credential = first.credential;
    assert_eq!(again.make(&begun, nothing)["id"], known);
}

#[tokio::test]
async fn a_passkey_is_added_and_listed() {
    let app = choir();
    let ada = app.user(ADA).await.with_header(
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    );
    let begun = begin(&ada).await;
    let mut authenticator = Authenticator::new();
    let made = authenticator.make(&begun, |says| says.flags |= ELIGIBLE | BACKED_UP);
    let answer = ada.post(PASSKEYS, json!({"credential": made})).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let passkey = answer.json();
    let wanted = json!({
        "id": passkey["id"],
        "name": "Firefox on Linux",
        "created_at": "2026-01-01T00:00:00.000000Z",
        "last_used_at": null,
        "backed_up": true,
    });
    assert_eq!(passkey, wanted);
    assert_eq!(ada.get(PASSKEYS).await.json(), json!({"items": [wanted]}));
    let named = authenticator_made(&begin(&ada).await);
    let named = ada
        .post(PASSKEYS, json!({"credential": named, "name": " Telephone "}))
        .await;
    assert_eq!(named.json()["name"], "Telephone");
    assert_eq!(
        kinds(&app).await,
        ["auth.signed_in", "auth.passkey_added", "auth.passkey_added"]
    );
    let stored = app
        .sql("SELECT backup_eligible, backed_up FROM _passkeys ORDER BY id")
        .await;
    assert_eq!(stored, [["1", "1"], ["0", "0"]]);
    let challenge = begun["public_key"]["challenge"].as_str().expect("it is a text");
    assert!(!app.is_stored(challenge).await);
    let bob = app.user(BOB).await;
    assert_eq!(bob.get(PASSKEYS).await.json(), json!({"items": []}));
}

fn authenticator_made(begun: &Json) -> Json {
    Authenticator::new().make(begun, nothing)
}

#[tokio::test]
async fn what_was_not_made_as_it_was_asked_for_is_refused() {
    type Change = fn(&mut Says);
    #[rustfmt::skip]
    let cases: [(&str, Change); 14] = [
        ("made for something else", |says| says.kind = "webauthn.get"),
        ("another origin", |says| says.origin = "https://evil.example".to_owned()),
        ("another origin", |says| says.origin = "http://choir.example.org".to_owned()),
        ("another origin", |says| says.origin = "https://choir.example.org:8443".to_owned()),
        ("another origin", |says| says.cross_origin = true),
        ("another host", |says| says.host = "example.org".to_owned()),
        ("nobody was there", |says| says.flags = VERIFIED | WITH_CREDENTIAL),
        ("did not make sure who", |says| says.flags = PRESENT | WITH_CREDENTIAL),
        ("copies of the key", |says| says.flags |= BACKED_UP),
        ("not what an authenticator sends", |says| says.flags = PRESENT | VERIFIED),
        ("not what an authenticator sends", |says| says.more = vec![0]),
        ("not what an authenticator sends", |says| says.credential = vec![1; 1_024]),
        ("not known here", |says| says.algorithm = Some(-47)),
        ("challenge", |says| says.challenge = UNKNOWN.to_owned()),
    ];
    let app = choir();
    let ada = app.user(ADA).await;
    for (number, (message, change)) in cases.into_iter().enumerate() {
        let made = Authenticator::new().make(&begin(&ada).await, change);
        let refused = ada.post(PASSKEYS, json!({"credential": made})).await;
        assert_eq!(
            refused.problem(),
            (422, "validation_failed".to_owned()),
            "{number}"
        );
        let said = refused.json()["errors"][0]["message"].to_string();
        assert!(said.contains(message), "{number}: {said}");
    }
    let response = json!({"clientDataJSON": "e30", "attestationObject": "oA"});
    for nonsense in [
        json!({}),
        json!("text"),
        json!({"id": "AA", "response": {"clientDataJSON": "!", "attestationObject": "AA"}}),
        json!({"id": "AA", "response": response}),
    ] {
        let refused = ada.post(PASSKEYS, json!({"credential": nonsense})).await;
        assert_eq!(refused.problem(), (422, "validation_failed".to_owned()));
    }
    assert_eq!(ada.get(PASSKEYS).await.json()["items"], json!([]));
    assert_eq!(kinds(&app).await, ["auth.signed_in"]);
}

#[tokio::test]
async fn extensions_that_nobody_asked_for_are_let_be() {
    let app = choir();
    let ada = app.user(ADA).await;
    let said = encoded(&Value::Map(vec![(text("credProtect"), Value::Integer(2))]));
    let made = Authenticator::new().make(&begin(&ada).await, |says| {
        says.flags |= WITH_EXTENSIONS;
        says.more = said;
    });
    assert_eq!(ada.post(PASSKEYS, json!({"credential": made})).await.status, 201);
}

#[tokio::test]
async fn a_challenge_is_for_one_session_and_once_and_for_five_minutes() {
    let app = choir();
    let (ada, bob) = (app.user(ADA).await, app.user(BOB).await);
    let body = json!({"email": ADA, "password": app.password()});
    let other = app.anonymous().post("/api/v1/auth/sign-in", body).await.json();
    let other = app
        .anonymous()
        .with_token(other["access_token"].as_str().expect("there is a token"));
    let begun = begin(&ada).await;
    for thief in [&bob, &other] {
        let made = authenticator_made(&begin(&ada).await);
        let refused = thief.post(PASSKEYS, json!({"credential": made})).await;
        assert_eq!(refused.problem(), (422, "validation_failed".to_owned()));
    }
    let late = begin(&ada).await;
    let mut authenticator = Authenticator::new();
    let made = json!({"credential": authenticator.make(&begun, nothing)});
    assert_eq!(ada.post(PASSKEYS, made.clone()).await.status, 201);
    assert_eq!(ada.post(PASSKEYS, made).await.problem().0, 422, "answered before");
    // That of a sign-in is for nothing else.
    let mut sign_in = begin_sign_in(&app).await;
    sign_in["public_key"]["user"] = late["public_key"]["user"].clone();
    let made = json!({"credential": authenticator_made(&sign_in)});
    assert_eq!(ada.post(PASSKEYS, made).await.problem().0, 422);
    app.clock.advance_seconds(300);
    let made = json!({"credential": authenticator_made(&late)});
    assert_eq!(ada.post(PASSKEYS, made).await.problem().0, 422, "too late");
    assert_eq!(app.sql("SELECT count(*) FROM _passkeys").await, [["1"]]);
    begin_sign_in(&app).await;
    app.clock.advance_seconds(301);
    mainstay_engine::tidy::tidy(&app.environment)
        .await
        .expect("as the test made it");
    assert_eq!(app.sql("SELECT count(*) FROM _passkey_challenges").await, [["0"]]);
}

#[tokio::test]
async fn a_credential_is_known_once() {
    let app = choir();
    let (ada, bob) = (app.user(ADA).await, app.user(BOB).await);
    let of_ada = added(&ada).await;
    let mut stolen = Authenticator::new();
    stolen.credential = of_ada.credential.clone();
    let made = stolen.make(&begin(&bob).await, nothing);
    let refused = bob.post(PASSKEYS, json!({"credential": made})).await;
    assert_eq!(refused.problem(), (409, "conflict".to_owned()));
    assert_eq!(super::sign_in(&app, &of_ada, nothing).await.status, 200);
}

#[tokio::test]
async fn adding_takes_a_fresh_proof_and_the_first_one_ends_other_sessions() {
    let app = choir();
    app.user(ADA).await;
    let body = json!({"email": ADA, "password": app.password()});
    let session = async || {
        let session = app
            .anonymous()
            .post("/api/v1/auth/sign-in", body.clone())
            .await
            .json();
        let token = session["access_token"]
            .as_str()
            .expect("there is a token")
            .to_owned();
        app.anonymous().with_token(&token)
    };
    let thief = session().await;
    app.clock.advance_seconds(599);
    let late = session().await;
    app.clock.advance_seconds(2);
    let refused = thief.post(BEGIN, json!({})).await;
    assert_eq!(refused.problem().1, "invalid_token", "the token has run out");
    let wrong = late.post(BEGIN, json!({"current_password": "wrong"})).await;
    assert_eq!(wrong.problem(), (401, "invalid_credentials".to_owned()));
    add(&late, &mut Authenticator::new()).await;
    assert_eq!(app.sql("SELECT count(*) FROM _sessions").await, [["1"]]);
    // The second one does not: they may have begun with the first.
    session().await;
    add(&late, &mut Authenticator::new()).await;
    assert_eq!(app.sql("SELECT count(*) FROM _sessions").await, [["2"]]);
    assert_eq!(late.get(ME).await.status, 200);
}

#[tokio::test]
async fn there_is_an_end_to_how_many_one_may_have() {
    let app = choir();
    let ada = app.user(ADA).await;
    for _ in 0..20 {
        added(&ada).await;
    }
    assert_eq!(
        ada.post(BEGIN, json!({})).await.problem(),
        (409, "conflict".to_owned())
    );
}

#[tokio::test]
async fn passkeys_are_for_applications_that_have_them_and_servers_that_know_their_name() {
    let password = TestApp::start_with(files(&[("mainstay.toml", "name = \"choir\"\n")]), options());
    let ada = password.user(ADA).await;
    let refused = ada.post(BEGIN, json!({})).await;
    assert_eq!(refused.problem(), (403, "method_disabled".to_owned()));
    let nameless = TestApp::start(&[("mainstay.toml", super::CHOIR)]);
    let ada = nameless.user(ADA).await;
    let refused = ada.post(BEGIN, json!({})).await;
    assert_eq!(refused.problem(), (503, "unavailable".to_owned()));
}
