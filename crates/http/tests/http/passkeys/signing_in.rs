//! `POST /api/v1/auth/sign-in-with-passkey/begin` and `POST /api/v1/auth/sign-in-with-passkey`

use serde_json::{Value as Json, json};

use super::authenticator::{Authenticator, BACKED_UP, ELIGIBLE, PRESENT, Says, VERIFIED, WITH_CREDENTIAL};
use super::{
    ADA, BEGIN_SIGN_IN, BOB, ME, PASSKEYS, SIGN_IN, UNKNOWN, add, added, begin, begin_sign_in, choir, kinds,
    nothing, reasons, sign_in,
};

#[tokio::test]
async fn somebody_signs_in_without_a_name_with_each_kind_of_key() {
    for mut authenticator in [
        Authenticator::new(),
        Authenticator::ed25519(),
        Authenticator::rsa(),
    ] {
        let app = choir();
        let ada = app.user(ADA).await;
        add(&ada, &mut authenticator).await;
        app.clock.advance_seconds(60);
        let session = sign_in(&app, &authenticator, nothing).await;
        assert_eq!(session.status, 200, "{}", session.text());
        let session = session.json();
        assert_eq!(session["user"]["email"], ADA);
        let token = session["access_token"].as_str().expect("there is a token");
        let me = app.anonymous().with_token(token).get(ME).await;
        assert_eq!(me.json()["id"], json!(ada.id()));
        assert_eq!(
            kinds(&app).await,
            ["auth.signed_in", "auth.passkey_added", "auth.signed_in"]
        );
        let payload = "SELECT payload FROM _journal WHERE kind = 'auth.signed_in' ORDER BY seq DESC LIMIT 1";
        assert_eq!(app.sql(payload).await, [[r#"{"second_factor":"passkey"}"#]]);
        let used = ada.get(PASSKEYS).await.json()["items"][0]["last_used_at"].clone();
        assert_eq!(used, "2026-01-01T00:01:00.000000Z");
    }
}

#[tokio::test]
async fn what_is_asked_for_says_nothing_of_anybody() {
    let app = choir();
    added(&app.user(ADA).await).await;
    let begun = begin_sign_in(&app).await;
    let wanted = json!({
        "public_key": {
            "challenge": begun["public_key"]["challenge"],
            "timeout": 300_000,
            "rpId": "choir.example.org",
            "userVerification": "required",
        },
        "expires_in": 300,
    });
    assert_eq!(begun, wanted);
    let with_name = app
        .anonymous()
        .post(&format!("{BEGIN_SIGN_IN}?email={ADA}"), json!({}))
        .await;
    assert_eq!(with_name.problem(), (400, "unknown_parameter".to_owned()));
}

#[tokio::test]
async fn a_browser_gets_a_cookie() {
    let app = choir();
    let authenticator = added(&app.user(ADA).await).await;
    let page = app.anonymous().with_header("sec-fetch-site", "same-origin");
    let signed = authenticator.sign(&begin_sign_in(&app).await, nothing);
    let body = json!({"credential": signed, "session": "cookie"});
    let foreign = app.anonymous().with_header("sec-fetch-site", "cross-site");
    assert_eq!(
        foreign.post(SIGN_IN, body.clone()).await.problem(),
        (403, "cross_site_request".to_owned())
    );
    let answer = page.post(SIGN_IN, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("set-cookie").starts_with("__Host-mainstay="));
    assert_eq!(answer.json()["user"]["email"], ADA);
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same_and_the_journal_says_why() {
    type Change = fn(&mut Says);
    #[rustfmt::skip]
    let cases: [(&str, Change); 11] = [
        ("type", |says| says.kind = "webauthn.create"),
        ("origin", |says| says.origin = "https://evil.example".to_owned()),
        ("origin", |says| says.cross_origin = true),
        ("relying_party", |says| says.host = "evil.example".to_owned()),
        ("user_presence", |says| says.flags = VERIFIED),
        ("user_verification", |says| says.flags = PRESENT),
        ("backup", |says| says.flags |= ELIGIBLE),
        ("backup", |says| says.flags |= BACKED_UP),
        ("malformed", |says| says.flags |= WITH_CREDENTIAL),
        ("malformed", |says| says.more = vec![0xa0]),
        ("challenge", |says| says.challenge = UNKNOWN.to_owned()),
    ];
    let app = choir();
    let authenticator = added(&app.user(ADA).await).await;
    let stranger = Authenticator::new();
    let unknown = sign_in(&app, &stranger, nothing).await;
    let same = |answer: &Json| {
        let mut answer = answer.clone();
        answer["request_id"] = json!(null);
        answer
    };
    assert_eq!(unknown.problem(), (401, "invalid_credentials".to_owned()));
    let mut wanted = Vec::new();
    for (reason, change) in cases {
        let refused = sign_in(&app, &authenticator, change).await;
        assert_eq!(same(&refused.json()), same(&unknown.json()), "{reason}");
        wanted.push(reason);
    }
    assert_eq!(reasons(&app).await, wanted);
    assert_eq!(app.sql("SELECT count(*) FROM _sessions").await, [["1"]]);
    assert_eq!(sign_in(&app, &authenticator, nothing).await.status, 200);
}

#[tokio::test]
async fn only_the_right_key_signs_for_its_owner() {
    let app = choir();
    let (ada, bob) = (app.user(ADA).await, app.user(BOB).await);
    let (of_ada, of_bob) = (added(&ada).await, added(&bob).await);
    // Bob's key under the name of Ada's, and Ada's for Bob.
    let forged = sign_in(&app, &of_bob, |says| {
        says.credential.clone_from(&of_ada.credential);
        says.handle.clone_from(&of_ada.handle);
    });
    assert_eq!(forged.await.problem(), (401, "invalid_credentials".to_owned()));
    let as_other = sign_in(&app, &of_ada, |says| says.handle.clone_from(&of_bob.handle));
    assert_eq!(as_other.await.problem(), (401, "invalid_credentials".to_owned()));
    let nobody = sign_in(&app, &of_ada, |says| says.handle = Vec::new());
    assert_eq!(nobody.await.problem(), (401, "invalid_credentials".to_owned()));
    assert_eq!(reasons(&app).await, ["signature", "user", "user"]);
    // What was signed cannot be changed afterwards.
    let mut changed = of_ada.sign(&begin_sign_in(&app).await, nothing);
    let other = of_ada.sign(&begin_sign_in(&app).await, |says| says.count = 9);
    changed["response"]["authenticatorData"] = other["response"]["authenticatorData"].clone();
    let answer = app
        .anonymous()
        .post(SIGN_IN, json!({"credential": changed}))
        .await;
    assert_eq!(answer.problem(), (401, "invalid_credentials".to_owned()));
}

#[tokio::test]
async fn a_challenge_is_answered_once_and_in_time_and_for_what_it_was_made() {
    let app = choir();
    let ada = app.user(ADA).await;
    let authenticator = added(&ada).await;
    let signed = json!({"credential": authenticator.sign(&begin_sign_in(&app).await, nothing)});
    assert_eq!(app.anonymous().post(SIGN_IN, signed.clone()).await.status, 200);
    let replayed = app.anonymous().post(SIGN_IN, signed).await;
    assert_eq!(replayed.problem(), (401, "invalid_credentials".to_owned()));
    let of_adding = json!({"credential": authenticator.sign(&begin(&ada).await, nothing)});
    assert_eq!(app.anonymous().post(SIGN_IN, of_adding).await.problem().0, 401);
    let late = json!({"credential": authenticator.sign(&begin_sign_in(&app).await, nothing)});
    app.clock.advance_seconds(300);
    assert_eq!(app.anonymous().post(SIGN_IN, late).await.problem().0, 401);
    assert_eq!(reasons(&app).await, ["challenge"; 3]);
    // A wrong answer uses it up, too.
    let begun = begin_sign_in(&app).await;
    let wrong = authenticator.sign(&begun, |says| says.origin = "https://evil.example".to_owned());
    assert_eq!(
        app.anonymous()
            .post(SIGN_IN, json!({"credential": wrong}))
            .await
            .status,
        401
    );
    let right = authenticator.sign(&begun, nothing);
    assert_eq!(
        app.anonymous()
            .post(SIGN_IN, json!({"credential": right}))
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn a_counter_goes_on_or_stays_at_zero() {
    let app = choir();
    let ada = app.user(ADA).await;
    let authenticator = added(&ada).await;
    for (count, status) in [
        (0, 200),
        (0, 200),
        (5, 200),
        (5, 401),
        (4, 401),
        (0, 401),
        (6, 200),
    ] {
        let answer = sign_in(&app, &authenticator, |says| says.count = count).await;
        assert_eq!(answer.status, status, "{count}: {}", answer.text());
    }
    assert_eq!(reasons(&app).await, ["counter"; 3]);
    assert_eq!(app.sql("SELECT sign_count FROM _passkeys").await, [["6"]]);
}

#[tokio::test]
async fn a_copy_is_noted_and_who_is_not_active_stays_outside() {
    let app = choir();
    let (ada, admin) = (app.user(ADA).await, app.administrator().await);
    let mut authenticator = Authenticator::new();
    let made = authenticator.make(&begin(&ada).await, |says| says.flags |= ELIGIBLE);
    assert_eq!(ada.post(PASSKEYS, json!({"credential": made})).await.status, 201);
    let copied = sign_in(&app, &authenticator, |says| says.flags |= ELIGIBLE | BACKED_UP).await;
    assert_eq!(copied.status, 200, "{}", copied.text());
    assert_eq!(ada.get(PASSKEYS).await.json()["items"][0]["backed_up"], true);
    let path = format!("/api/v1/records/users/{}", ada.id());
    assert_eq!(admin.patch(&path, json!({"active": false})).await.status, 200);
    let refused = sign_in(&app, &authenticator, |says| says.flags |= ELIGIBLE).await;
    assert_eq!(refused.problem(), (401, "invalid_credentials".to_owned()));
}

#[tokio::test]
async fn nonsense_is_told_as_such() {
    let app = choir();
    let authenticator = added(&app.user(ADA).await).await;
    for (part, wrong) in [
        ("signature", json!(null)),
        ("authenticatorData", json!("!")),
        ("userHandle", json!("A".repeat(2_000))),
    ] {
        let mut signed = authenticator.sign(&begin_sign_in(&app).await, nothing);
        signed["response"][part] = wrong;
        let refused = app.anonymous().post(SIGN_IN, json!({"credential": signed})).await;
        assert_eq!(refused.problem(), (422, "validation_failed".to_owned()), "{part}");
    }
    for body in [json!({}), json!({"credential": {}, "email": ADA})] {
        assert_eq!(app.anonymous().post(SIGN_IN, body).await.problem().0, 422);
    }
    let mut signed = authenticator.sign(&begin_sign_in(&app).await, nothing);
    for garbage in ["", "AAAA", "____"] {
        signed["response"]["clientDataJSON"] = json!(garbage);
        let refused = app.anonymous().post(SIGN_IN, json!({"credential": signed})).await;
        assert_eq!(refused.problem(), (401, "invalid_credentials".to_owned()));
    }
}

#[tokio::test]
async fn another_process_takes_the_answer_to_a_challenge() {
    let app = choir();
    let other = app.beside();
    let authenticator = added(&app.user(ADA).await).await;
    let signed = json!({"credential": authenticator.sign(&begin_sign_in(&app).await, nothing)});
    assert_eq!(other.anonymous().post(SIGN_IN, signed.clone()).await.status, 200);
    assert_eq!(app.anonymous().post(SIGN_IN, signed).await.status, 401);
}
