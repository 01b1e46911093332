//! Signing in with what comes by mail.

use mainstay_testkit::{Client, ReceivedMail, TestApp, TestResponse};
use serde_json::json;

use super::reset::wait_until;
use super::{ADA, ask, choir, sign_in};

async fn challenge(client: &Client, email: &str) -> String {
    let answer = client
        .post("/api/v1/auth/request-code", json!({"email": email}))
        .await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let json = answer.json();
    assert_eq!(json["expires_in"], 600);
    json["challenge"]
        .as_str()
        .expect("there is a challenge")
        .to_owned()
}

async fn with_code(app: &TestApp, challenge: &str, code: &str) -> TestResponse {
    let body = json!({"challenge": challenge, "code": code});
    app.anonymous().post("/api/v1/auth/sign-in-with-code", body).await
}

#[tokio::test]
async fn a_code_signs_in_once_on_the_device_that_asked() {
    let (app, post) = choir();
    app.user(ADA).await;
    let mine = challenge(&app.anonymous(), ADA).await;
    let others = challenge(&app.anonymous(), ADA).await;
    let mails = post.wait_for(ADA, 2).await;
    let codes: Vec<String> = mails.iter().map(ReceivedMail::code).collect();
    assert_ne!(mine, others);
    // Which mail belongs to which challenge is not told; one of the two codes fits mine.
    let mut statuses = Vec::new();
    for code in &codes {
        statuses.push(with_code(&app, &mine, &format!(" {code} ")).await.status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    for code in &codes {
        let again = with_code(&app, &mine, code).await;
        assert_eq!(again.problem(), (400, "invalid_secret".to_owned()));
        assert!(!app.is_stored(code).await);
    }
}

#[tokio::test]
async fn a_session_by_code_is_like_any_other() {
    let (app, post) = choir();
    app.user(ADA).await;
    let challenge = challenge(&app.anonymous(), ADA).await;
    let code = post.last_of(ADA, 1).await.code();
    let session = with_code(&app, &challenge, &code).await.json();
    let ada = app
        .anonymous()
        .with_token(session["access_token"].as_str().unwrap());
    assert_eq!(ada.get("/api/v1/auth/me").await.json(), session["user"]);
    let account = ada.get("/api/v1/auth/account").await.json();
    assert!(
        account["verified_at"].is_string(),
        "whoever reads the mail has the address"
    );
    assert_eq!(
        account["methods"],
        json!(["password", "email_code", "magic_link"])
    );
    // An administrator made the account: its password stays.
    assert_eq!(sign_in(&app, ADA, app.password()).await, 200);
}

#[tokio::test]
async fn codes_are_guessed_five_times_and_run_out() {
    let (app, post) = choir();
    app.user(ADA).await;
    let first = challenge(&app.anonymous(), ADA).await;
    let code = post.last_of(ADA, 1).await.code();
    let wrong = if code == "00000000" {
        "11111111"
    } else {
        "00000000"
    };
    for _ in 0..5 {
        let refused = with_code(&app, &first, wrong).await;
        assert_eq!(refused.problem(), (400, "invalid_secret".to_owned()));
    }
    assert_eq!(with_code(&app, &first, &code).await.status, 400);
    let second = challenge(&app.anonymous(), ADA).await;
    let code = post.last_of(ADA, 2).await.code();
    app.clock.advance_seconds(600);
    assert_eq!(with_code(&app, &second, &code).await.status, 400);
    let unknown = challenge(&app.anonymous(), "nobody@example.org").await;
    assert_eq!(with_code(&app, &unknown, &code).await.status, 400);
    assert_eq!(unknown.len(), second.len());
}

#[tokio::test]
async fn a_link_signs_in_once_with_tokens_or_a_cookie() {
    let (app, post) = choir();
    app.user(ADA).await;
    ask(&app.anonymous(), "request-link", json!({"email": ADA})).await;
    let secret = post.last_of(ADA, 1).await.secret();
    let browser = app.anonymous().with_header("sec-fetch-site", "same-origin");
    let body = json!({"token": secret, "session": "cookie"});
    let foreign = app.anonymous().with_header("sec-fetch-site", "cross-site");
    let refused = foreign.post("/api/v1/auth/sign-in-with-link", body.clone()).await;
    assert_eq!(refused.problem(), (403, "cross_site_request".to_owned()));
    let begun = browser.post("/api/v1/auth/sign-in-with-link", body.clone()).await;
    assert_eq!(begun.status, 200, "{}", begun.text());
    assert!(begun.header("set-cookie").starts_with("__Host-mainstay="));
    assert!(begun.json().get("access_token").is_none());
    let again = browser.post("/api/v1/auth/sign-in-with-link", body).await;
    assert_eq!(again.problem(), (400, "invalid_secret".to_owned()));
    ask(
        &app.anonymous(),
        "request-link",
        json!({"email": "nobody@example.org"}),
    )
    .await;
    wait_until(
        &app,
        "SELECT count(*) FROM _mail_outbox WHERE state = 'pending'",
        "0",
    )
    .await;
    assert!(post.mails_to("nobody@example.org").is_empty());
}

#[tokio::test]
async fn who_signed_up_with_somebody_elses_address_is_out_once_they_come() {
    let (app, post) = choir();
    let account = json!({"email": ADA, "password": "correct horse"});
    let stranger = app.anonymous().post("/api/v1/auth/sign-up", account).await.json();
    let stranger = app
        .anonymous()
        .with_token(stranger["access_token"].as_str().unwrap());
    ask(&app.anonymous(), "request-link", json!({"email": ADA})).await;
    let secret = post.last_of(ADA, 2).await.secret();
    let ada = app
        .anonymous()
        .post("/api/v1/auth/sign-in-with-link", json!({"token": secret}))
        .await;
    assert_eq!(ada.status, 200, "{}", ada.text());
    assert_eq!(stranger.get("/api/v1/auth/me").await.status, 401);
    assert_eq!(sign_in(&app, ADA, "correct horse").await, 401);
    let ada = app
        .anonymous()
        .with_token(ada.json()["access_token"].as_str().unwrap());
    assert_eq!(
        ada.get("/api/v1/auth/account").await.json()["has_password"],
        false
    );
}

#[tokio::test]
async fn who_is_switched_off_is_sent_nothing_and_let_in_by_nothing() {
    let (app, post) = choir();
    let ada = app.user(ADA).await;
    ask(&app.anonymous(), "request-link", json!({"email": ADA})).await;
    let secret = post.last_of(ADA, 1).await.secret();
    let admin = app.administrator().await;
    let path = format!("/api/v1/records/users/{}", ada.id());
    let song = ada.create("songs", json!({"title": "Canon"})).await;
    assert_eq!(admin.patch(&path, json!({"active": false})).await.status, 200);
    assert_eq!(ada.get("/api/v1/auth/me").await.status, 401);
    let body = json!({"token": secret});
    let refused = app
        .anonymous()
        .post("/api/v1/auth/sign-in-with-link", body.clone())
        .await;
    assert_eq!(refused.problem(), (400, "invalid_secret".to_owned()));
    ask(&app.anonymous(), "request-link", json!({"email": ADA})).await;
    wait_until(
        &app,
        "SELECT count(*) FROM _mail_outbox WHERE state = 'pending'",
        "0",
    )
    .await;
    assert_eq!(post.mails_to(ADA).len(), 1);
    let stands = admin
        .get(&format!("/api/v1/records/songs/{}", song["id"].as_str().unwrap()))
        .await;
    assert_eq!(stands.json()["created_by"], ada.id());
    assert_eq!(admin.patch(&path, json!({"active": true})).await.status, 200);
    assert_eq!(sign_in(&app, ADA, app.password()).await, 200);
}
