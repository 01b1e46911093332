//! `/api/v1/auth/totp`, `/api/v1/auth/second-factor`, `/api/v1/auth/recovery-codes`, and signing in with two factors

mod secrets;
mod ways_in;

use mainstay_engine::keys::reseal;
use mainstay_testkit::{Client, TestApp, TestResponse};
use ring::hmac;
use serde_json::{Value as Json, json};

use crate::rooms::app;

const ME: &str = "/api/v1/auth/me";
const SIGN_IN: &str = "/api/v1/auth/sign-in";
const COMPLETE: &str = "/api/v1/auth/sign-in/second-factor";
const TOTP: &str = "/api/v1/auth/totp";
const CONFIRM: &str = "/api/v1/auth/totp/confirm";
const REMOVE: &str = "/api/v1/auth/totp/remove";
const CODES: &str = "/api/v1/auth/recovery-codes";
const STATE: &str = "/api/v1/auth/second-factor";

/// An authenticator app, made from RFC 6238 alone.
pub(crate) struct Authenticator {
    secret: Vec<u8>,
}

impl Authenticator {
    pub(crate) fn scan(answer: &Json) -> Self {
        let secret = answer["secret"].as_str().expect("a secret is shown");
        let uri = answer["uri"].as_str().expect("an address is shown");
        assert!(uri.starts_with("otpauth://totp/"), "{uri}");
        assert!(uri.contains(&format!("secret={secret}&")), "{uri}");
        let mut bits = 0_u64;
        let (mut held, mut bytes) = (0, Vec::new());
        for letter in secret.bytes() {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'2'..=b'7' => letter - b'2' + 26,
                _ => panic!("{secret} is not base32"),
            };
            bits = (bits << 5) | u64::from(value);
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes.push(u8::try_from((bits >> held) & 0xff).expect("as the test made it"));
            }
        }
        assert_eq!(bytes.len(), 20, "160 bits");
        Self { secret: bytes }
    }

    /// The code that is shown now, or `steps` later.
    pub(crate) fn code(&self, app: &TestApp, steps: i64) -> String {
        let seconds = app.environment.clock.now().seconds();
        let counter = (seconds / 30 + steps).to_be_bytes();
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &counter);
        let at = usize::from(tag.as_ref()[19] & 15);
        let word: [u8; 4] = tag.as_ref()[at..at + 4].try_into().expect("as the test made it");
        format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
    }
}

async fn password_step(app: &TestApp) -> TestResponse {
    let body = json!({"email": "ada@example.org", "password": app.password()});
    app.anonymous().post(SIGN_IN, body).await
}

/// The challenge of a sign-in with the right password.
async fn challenge(app: &TestApp) -> String {
    let response = password_step(app).await;
    assert_eq!(response.status, 200, "{}", response.text());
    let body = response.json();
    assert!(body["access_token"].is_null() && body["user"].is_null(), "{body}");
    assert_eq!(body["second_factor"]["expires_in"], 300);
    body["second_factor"]["challenge"]
        .as_str()
        .expect("as the test made it")
        .to_owned()
}

async fn complete(app: &TestApp, challenge: &str, code: &str) -> TestResponse {
    let body = json!({"challenge": challenge, "code": code});
    app.anonymous().post(COMPLETE, body).await
}

/// Ada with an authenticator that works, and her recovery codes.
pub(crate) async fn enrolled(app: &TestApp) -> (Client, Authenticator, Vec<String>) {
    let ada = app.user("ada@example.org").await;
    let begun = ada.post(TOTP, json!({})).await;
    assert_eq!(begun.status, 201, "{}", begun.text());
    let authenticator = Authenticator::scan(&begun.json());
    let confirmed = ada
        .post(CONFIRM, json!({"code": authenticator.code(app, 0)}))
        .await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    let codes = confirmed.json()["recovery_codes"].clone();
    (
        ada,
        authenticator,
        serde_json::from_value(codes).expect("as the test made it"),
    )
}

async fn kinds(app: &TestApp) -> Vec<String> {
    let rows = app
        .sql("SELECT kind FROM _journal WHERE kind LIKE 'auth.%' ORDER BY seq")
        .await;
    rows.into_iter().flatten().collect()
}

#[tokio::test]
async fn signing_in_takes_a_password_and_a_code() {
    let app = app();
    let (ada, authenticator, codes) = enrolled(&app).await;
    assert_eq!(
        ada.get(ME).await.status,
        200,
        "the session that set it up goes on"
    );
    let state = ada.get(STATE).await.json();
    assert_eq!(state["recovery_codes_left"], 10);
    assert_eq!((codes.len(), &state["required"]), (10, &json!(false)));
    assert_eq!(state["totp"]["since"], "2026-01-01T00:00:00.000000Z");
    let waiting = challenge(&app).await;
    app.clock.advance_seconds(30);
    let session = complete(&app, &waiting, &authenticator.code(&app, 0)).await;
    assert_eq!(session.status, 200, "{}", session.text());
    let token = session.json()["access_token"]
        .as_str()
        .expect("as the test made it")
        .to_owned();
    assert_eq!(app.anonymous().with_token(&token).get(ME).await.status, 200);
    // Both are used up.
    let again = complete(&app, &waiting, &authenticator.code(&app, 1)).await;
    assert_eq!(again.problem(), (401, "invalid_credentials".to_owned()));
    assert_eq!(
        kinds(&app).await,
        ["auth.signed_in", "auth.second_factor_added", "auth.signed_in"]
    );
    let payload = "SELECT payload FROM _journal WHERE kind = 'auth.signed_in' ORDER BY seq DESC LIMIT 1";
    assert_eq!(app.sql(payload).await, [[r#"{"second_factor":"totp"}"#]]);
    for secret in [waiting.as_str(), codes[0].as_str()] {
        assert!(!app.is_stored(secret).await);
    }
    let bytes = String::from_utf8_lossy(&authenticator.secret).into_owned();
    assert!(!app.is_stored(&bytes).await, "the secret is encrypted");
}

#[tokio::test]
async fn a_browser_gets_its_cookie_with_the_second_step() {
    let app = app();
    let (_, authenticator, _) = enrolled(&app).await;
    let page = app.anonymous().with_header("sec-fetch-site", "same-origin");
    let body = json!({"email": "ada@example.org", "password": app.password(), "session": "cookie"});
    let first = page.post(SIGN_IN, body).await;
    assert_eq!(first.header("set-cookie"), "", "one factor is no session");
    let challenge = first.json()["second_factor"]["challenge"].clone();
    app.clock.advance_seconds(30);
    let body = json!({"challenge": challenge, "code": authenticator.code(&app, 0), "session": "cookie"});
    let foreign = app.anonymous().with_header("sec-fetch-site", "cross-site");
    assert_eq!(
        foreign.post(COMPLETE, body.clone()).await.problem(),
        (403, "cross_site_request".to_owned())
    );
    let second = page.post(COMPLETE, body).await;
    assert_eq!(second.status, 200, "{}", second.text());
    assert!(second.header("set-cookie").starts_with("__Host-mainstay="));
}

#[tokio::test]
async fn a_code_works_once_and_for_a_minute_or_so() {
    let app = app();
    let (_, authenticator, _) = enrolled(&app).await;
    let used = authenticator.code(&app, 0);
    let waiting = challenge(&app).await;
    // It was used to set up the authenticator.
    assert_eq!(complete(&app, &waiting, &used).await.status, 401);
    let next = authenticator.code(&app, 1);
    assert_eq!(complete(&app, &waiting, &next).await.status, 200, "clocks differ");
    app.clock.advance_seconds(30);
    let again = challenge(&app).await;
    assert_eq!(
        complete(&app, &again, &next).await.status,
        401,
        "used in another sign-in"
    );
    let old = authenticator.code(&app, 2);
    app.clock.advance_seconds(120);
    assert_eq!(complete(&app, &again, &old).await.status, 401, "too old");
    assert_eq!(
        complete(&app, &again, &authenticator.code(&app, 0)).await.status,
        200
    );
    let refused = kinds(&app).await;
    let refused = refused
        .iter()
        .filter(|kind| *kind == "auth.second_factor_refused");
    assert_eq!(refused.count(), 3);
}

#[tokio::test]
async fn five_wrong_codes_end_a_sign_in_and_so_do_five_minutes() {
    let app = app();
    let (_, authenticator, _) = enrolled(&app).await;
    app.clock.advance_seconds(60);
    let right = authenticator.code(&app, 0);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let waiting = challenge(&app).await;
    for _ in 0..5 {
        assert_eq!(complete(&app, &waiting, wrong).await.status, 401);
    }
    assert_eq!(
        complete(&app, &waiting, &right).await.status,
        401,
        "too many were wrong"
    );
    let late = challenge(&app).await;
    app.clock.advance_seconds(300);
    let response = complete(&app, &late, &authenticator.code(&app, 0)).await;
    assert_eq!(response.problem(), (401, "invalid_credentials".to_owned()));
    assert_eq!(
        complete(&app, "made up", &authenticator.code(&app, 0))
            .await
            .status,
        401
    );
    app.clock.advance_seconds(1);
    mainstay_engine::tidy::tidy(&app.environment)
        .await
        .expect("as the test made it");
    assert_eq!(app.sql("SELECT count(*) FROM _challenges").await, [["0"]]);
}

#[tokio::test]
async fn a_recovery_code_works_once() {
    let app = app();
    let (ada, authenticator, codes) = enrolled(&app).await;
    let recover = async |challenge: &str, code: &str| {
        let body = json!({"challenge": challenge, "recovery_code": code});
        app.anonymous().post(COMPLETE, body).await
    };
    let typed = format!(" {} ", codes[3].to_uppercase().replace('-', " "));
    assert_eq!(recover(&challenge(&app).await, &typed).await.status, 200);
    let again = recover(&challenge(&app).await, &codes[3]).await;
    assert_eq!(again.problem(), (401, "invalid_credentials".to_owned()));
    assert_eq!(ada.get(STATE).await.json()["recovery_codes_left"], 9);
    let fresh = ada.post(CODES, json!({})).await.json();
    let fresh: Vec<String> =
        serde_json::from_value(fresh["recovery_codes"].clone()).expect("as the test made it");
    assert_eq!(
        recover(&challenge(&app).await, &codes[4]).await.status,
        401,
        "replaced"
    );
    assert_eq!(recover(&challenge(&app).await, &fresh[4]).await.status, 200);
    let both = json!({"challenge": challenge(&app).await, "recovery_code": fresh[5], "code": authenticator.code(&app, 1)});
    assert_eq!(app.anonymous().post(COMPLETE, both).await.problem().0, 422);
    let kinds = kinds(&app).await;
    for kind in ["auth.recovery_code_used", "auth.recovery_codes_made"] {
        assert!(kinds.iter().any(|found| found == kind), "{kinds:?}");
    }
}

#[tokio::test]
async fn setting_up_ends_other_sessions_and_removing_takes_a_proof() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let thief = password_step(&app).await.json();
    let thief = app
        .anonymous()
        .with_token(thief["access_token"].as_str().expect("as the test made it"));
    assert_eq!(thief.get(ME).await.status, 200);
    app.clock.advance_seconds(601);
    let refresh = app.user("bob@example.org").await;
    drop(refresh);
    let session = password_step(&app).await.json();
    let ada = ada.with_token(session["access_token"].as_str().expect("as the test made it"));
    let authenticator = Authenticator::scan(&ada.post(TOTP, json!({})).await.json());
    assert_eq!(
        password_step(&app).await.json()["second_factor"],
        json!(null),
        "not confirmed"
    );
    let wrong = ada.post(CONFIRM, json!({"code": "12345"})).await;
    assert_eq!(wrong.problem(), (401, "invalid_credentials".to_owned()));
    let code = authenticator.code(&app, 0);
    assert_eq!(ada.post(CONFIRM, json!({"code": code})).await.status, 200);
    assert_eq!(thief.get(ME).await.problem().0, 401);
    assert_eq!(
        ada.post(TOTP, json!({})).await.problem(),
        (409, "conflict".to_owned())
    );
    app.clock.advance_seconds(599);
    let ada = ada.with_token(&renewed(&app, &session).await);
    app.clock.advance_seconds(2);
    for path in [REMOVE, CODES] {
        let stale = ada.post(path, json!({})).await;
        assert_eq!(stale.problem(), (403, "fresh_sign_in_required".to_owned()));
        let wrong = ada.post(path, json!({"current_password": "wrong"})).await;
        assert_eq!(wrong.problem(), (401, "invalid_credentials".to_owned()));
    }
    let waiting = challenge(&app).await;
    let proof = json!({"current_password": app.password()});
    assert_eq!(ada.post(REMOVE, proof.clone()).await.status, 204);
    assert_eq!(
        ada.post(REMOVE, proof).await.problem(),
        (409, "conflict".to_owned())
    );
    assert_eq!(
        complete(&app, &waiting, &authenticator.code(&app, 0))
            .await
            .status,
        401
    );
    assert_eq!(password_step(&app).await.json()["token_type"], "Bearer");
    assert_eq!(app.sql("SELECT count(*) FROM _recovery_codes").await, [["0"]]);
}

/// Another access token of a session.
async fn renewed(app: &TestApp, session: &Json) -> String {
    let body = json!({"refresh_token": session["refresh_token"]});
    let refreshed = app.anonymous().post("/api/v1/auth/refresh", body).await.json();
    refreshed["access_token"]
        .as_str()
        .expect("as the test made it")
        .to_owned()
}

#[tokio::test]
async fn a_changed_password_ends_what_waits_for_a_code() {
    let app = app();
    let (ada, authenticator, _) = enrolled(&app).await;
    let waiting = challenge(&app).await;
    let body = json!({"current_password": app.password(), "password": "another horse battery"});
    assert_eq!(ada.post("/api/v1/auth/password", body).await.status, 204);
    app.clock.advance_seconds(30);
    let response = complete(&app, &waiting, &authenticator.code(&app, 0)).await;
    assert_eq!(response.problem(), (401, "invalid_credentials".to_owned()));
}

#[tokio::test]
async fn an_application_can_want_one_of_administrators() {
    let text = "name = \"strict\"\n[auth]\nsecond_factor = \"administrators\"\n";
    let app = TestApp::start(&[("mainstay.toml", text)]);
    let (admin, ada) = (app.administrator().await, app.user("ada@example.org").await);
    assert_eq!(ada.get("/api/v1/auth/sessions").await.status, 200);
    for (method, path) in [
        ("GET", "/api/v1/records/users"),
        ("GET", "/api/v1/health"),
        ("DELETE", "/api/v1/auth/sessions"),
    ] {
        let refused = admin.send(method, path, None).await;
        assert_eq!(
            refused.problem(),
            (403, "second_factor_required".to_owned()),
            "{path}"
        );
    }
    let live = admin.get("/api/v1/realtime/events?subscribe=%7B%7D").await;
    assert_eq!(live.problem(), (403, "second_factor_required".to_owned()));
    assert_eq!(admin.get(ME).await.status, 200);
    assert_eq!(admin.get(STATE).await.json()["required"], true);
    let authenticator = Authenticator::scan(&admin.post(TOTP, json!({})).await.json());
    let code = authenticator.code(&app, 0);
    assert_eq!(admin.post(CONFIRM, json!({"code": code})).await.status, 200);
    assert_eq!(admin.get("/api/v1/health").await.status, 200, "at once");
    let path = format!("/api/v1/records/users/{}", ada.id());
    assert_eq!(
        admin.patch(&path, json!({"administrator": true})).await.status,
        200
    );
    let promoted = ada.get("/api/v1/auth/sessions").await;
    assert_eq!(promoted.problem(), (403, "second_factor_required".to_owned()));
}

#[tokio::test]
async fn an_administrator_helps_somebody_who_lost_theirs() {
    let app = app();
    let (ada, _, _) = enrolled(&app).await;
    let (admin, bob) = (app.administrator().await, app.user("bob@example.org").await);
    let path = format!("/api/v1/users/{}/second-factor", ada.id());
    assert_eq!(bob.delete(&path).await.problem().0, 403);
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(ada.get(ME).await.problem().0, 401);
    assert_eq!(password_step(&app).await.json()["token_type"], "Bearer");
    let entry = "SELECT actor_kind FROM _journal WHERE kind = 'auth.second_factor_removed'";
    assert_eq!(app.sql(entry).await, [["administrator"]]);
}
