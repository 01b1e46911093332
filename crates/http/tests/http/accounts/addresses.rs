//! Addresses: confirming them, and taking another one.

use mainstay_testkit::{Client, Post, TestApp};
use serde_json::{Value as Json, json};

use super::{ADA, ask, choir, sign_in};

const NEW: &str = "ada.berg@example.net";

async fn verified(client: &Client) -> bool {
    let account = client.get("/api/v1/auth/account").await.json();
    !account["verified_at"].is_null()
}

async fn with_secret(client: &Client, path: &str, secret: &str) -> (u16, Json) {
    let answer = client
        .post(&format!("/api/v1/auth/{path}"), json!({"token": secret}))
        .await;
    let status = answer.status.as_u16();
    (
        status,
        if status == 204 {
            Json::Null
        } else {
            answer.json()["code"].clone()
        },
    )
}

#[tokio::test]
async fn signing_up_sends_a_link_that_confirms_the_address() {
    let (app, post) = choir();
    let account = json!({"email": ADA, "password": "correct horse", "name": "Visit https://evil.example"});
    let visitor = app
        .anonymous()
        .with_header("accept-language", "de-AT,de;q=0.9,en;q=0.8");
    let session = visitor.post("/api/v1/auth/sign-up", account).await.json();
    let ada = app
        .anonymous()
        .with_token(session["access_token"].as_str().unwrap());
    assert!(!verified(&ada).await);
    let mail = post.last_of(ADA, 1).await;
    assert!(mail.text.contains("Öffnen Sie diesen Link"), "{}", mail.text);
    // Whoever signs up with somebody else's address says nothing in a mail of ours.
    assert!(!mail.whole.contains("evil"), "{}", mail.whole);
    assert_eq!(
        with_secret(&app.anonymous(), "verify-address", "wrong").await.0,
        400
    );
    assert_eq!(
        with_secret(&app.anonymous(), "verify-address", &mail.secret())
            .await
            .0,
        204
    );
    assert!(verified(&ada).await);
    let again = with_secret(&app.anonymous(), "verify-address", &mail.secret()).await;
    assert_eq!(again, (400, json!("invalid_secret")));
    let asked = ada.send("POST", "/api/v1/auth/request-verification", None).await;
    assert_eq!(asked.problem(), (409, "conflict".to_owned()));
}

#[tokio::test]
async fn another_link_is_sent_to_whoever_asks() {
    let (app, post) = choir();
    let ada = app.user(ADA).await;
    let asked = ada.send("POST", "/api/v1/auth/request-verification", None).await;
    assert_eq!(asked.status, 202, "{}", asked.text());
    let secret = post.last_of(ADA, 1).await.secret();
    app.clock.advance_seconds(24 * 3_600);
    assert_eq!(
        with_secret(&app.anonymous(), "verify-address", &secret).await.0,
        400
    );
    let nobody = app
        .anonymous()
        .send("POST", "/api/v1/auth/request-verification", None)
        .await;
    assert_eq!(nobody.problem(), (401, "unauthenticated".to_owned()));
}

#[tokio::test]
async fn a_new_address_is_taken_once_it_is_confirmed_and_the_old_one_is_told() {
    let (app, post) = choir();
    let ada = app.user(ADA).await;
    ask(&app.anonymous(), "request-password-reset", json!({"email": ADA})).await;
    let reset = post.last_of(ADA, 1).await.secret();
    let wrong = json!({"password": "wrong horse", "email": NEW});
    let refused = ada.post("/api/v1/auth/request-address-change", wrong).await;
    assert_eq!(refused.problem(), (401, "invalid_credentials".to_owned()));
    let change = json!({"password": app.password(), "email": " Ada.Berg@example.net"});
    ask(&ada, "request-address-change", change).await;
    let mail = post.last_of(NEW, 1).await;
    assert_eq!(ada.get("/api/v1/auth/me").await.json()["email"], ADA);
    assert_eq!(
        with_secret(&app.anonymous(), "confirm-address-change", &mail.secret())
            .await
            .0,
        204
    );
    assert_eq!(ada.get("/api/v1/auth/me").await.json()["email"], NEW);
    assert!(verified(&ada).await);
    assert_eq!(sign_in(&app, NEW, app.password()).await, 200);
    assert_eq!(sign_in(&app, ADA, app.password()).await, 401);
    let told = post.last_of(ADA, 2).await;
    assert_eq!(told.subject, "Your address at Choir was changed");
    assert!(!told.whole.contains(NEW), "{}", told.whole);
    // A link that went to the old address is of no use any more.
    let body = json!({"token": reset, "password": "another horse battery"});
    let late = app.anonymous().post("/api/v1/auth/reset-password", body).await;
    assert_eq!(late.problem(), (400, "invalid_secret".to_owned()));
}

#[tokio::test]
async fn an_address_that_somebody_has_is_not_taken_and_not_told() {
    let (app, post) = choir();
    let ada = app.user(ADA).await;
    app.user(NEW).await;
    let change = json!({"password": app.password(), "email": NEW});
    ask(&ada, "request-address-change", change).await;
    let secret = post.last_of(NEW, 1).await.secret();
    let taken = with_secret(&app.anonymous(), "confirm-address-change", &secret).await;
    assert_eq!(taken, (409, json!("unique_violation")));
    assert_eq!(ada.get("/api/v1/auth/me").await.json()["email"], ADA);
}

#[tokio::test]
async fn what_is_for_confirmed_addresses_alone_is_refused_to_others() {
    let app = TestApp::start_mailing(&[
        ("mainstay.toml", "name = \"choir\"\n[auth]\nsign_up = true\n"),
        (
            "collections/songs.toml",
            "[fields.title]\ntype = \"text\"\n[rules]\nlist = \"auth.verified\"\nread = \"auth.verified\"\n\
             create = \"auth.verified\"\nupdate = \"!auth.verified\"\n",
        ),
    ]);
    let post = Post::start(&app);
    let admin = app.administrator().await;
    let song = admin.create("songs", json!({"title": "Canon"})).await;
    let song = format!("/api/v1/records/songs/{}", song["id"].as_str().unwrap());
    let account = json!({"email": ADA, "password": "correct horse"});
    let session = app.anonymous().post("/api/v1/auth/sign-up", account).await.json();
    let ada = app
        .anonymous()
        .with_token(session["access_token"].as_str().unwrap());
    let seen = async |client: &Client| {
        let created = client
            .post("/api/v1/records/songs", json!({"title": "Fugue"}))
            .await;
        let listed = client.get("/api/v1/records/songs").await.json();
        let read = client.get(&song).await;
        let items = listed["items"].as_array().unwrap().len();
        (created.status.as_u16(), items, read.status.as_u16())
    };
    assert_eq!(seen(&app.anonymous()).await, (401, 0, 404));
    assert_eq!(seen(&ada).await, (403, 0, 404));
    with_secret(
        &app.anonymous(),
        "verify-address",
        &post.last_of(ADA, 1).await.secret(),
    )
    .await;
    assert_eq!(seen(&ada).await, (201, 2, 200));
    app.sql_write("UPDATE users SET email = 'eve@example.org' WHERE NOT administrator")
        .await
        .unwrap();
    assert_eq!(seen(&ada).await, (403, 0, 404));
}

#[tokio::test]
async fn any_other_change_of_the_address_begins_its_confirmation_anew() {
    let (app, post) = choir();
    let ada = app.user(ADA).await;
    let asked = ada.send("POST", "/api/v1/auth/request-verification", None).await;
    assert_eq!(asked.status, 202);
    with_secret(
        &app.anonymous(),
        "verify-address",
        &post.last_of(ADA, 1).await.secret(),
    )
    .await;
    assert!(verified(&ada).await);
    let admin = app.administrator().await;
    let path = format!("/api/v1/records/users/{}", ada.id());
    assert_eq!(admin.patch(&path, json!({"email": NEW})).await.status, 200);
    assert!(!verified(&ada).await);
    assert_eq!(
        post.last_of(ADA, 2).await.subject,
        "Your address at Choir was changed"
    );
    assert_eq!(admin.patch(&path, json!({"email": ADA})).await.status, 200);
    assert!(verified(&ada).await, "the address was confirmed before");
}

#[tokio::test]
async fn nobody_but_administrators_changes_an_address_in_a_record() {
    let (app, _) = choir();
    let (ada, administrator) = (app.user(ADA).await, app.administrator().await);
    let path = format!("/api/v1/records/users/{}", ada.id());
    let refused = ada.patch(&path, json!({"email": NEW})).await;
    assert_eq!(refused.problem(), (422, "validation_failed".to_owned()));
    let problem = refused.json();
    assert_eq!(problem["errors"][0]["field"], "email");
    let message = problem["errors"][0]["message"].as_str().expect("it is a text");
    assert!(
        message.contains("/api/v1/auth/request-address-change"),
        "{message}"
    );
    let batch = json!({"mode": "all_or_nothing", "operations": [
        {"op": "update", "collection": "users", "id": ada.id(), "data": {"email": NEW}},
    ]});
    let batch = ada.post("/api/v1/batch", batch).await;
    assert!(
        batch.text().contains("request-address-change"),
        "{}",
        batch.text()
    );
    assert_eq!(ada.get("/api/v1/auth/me").await.json()["email"], ADA);
    // What is there already is no change, and whoever administers may change it.
    let same = ada.patch(&path, json!({"email": ADA, "name": "Ada"})).await;
    assert_eq!(same.status, 200, "{}", same.text());
    assert_eq!(
        administrator.patch(&path, json!({"email": NEW})).await.status,
        200
    );
}
