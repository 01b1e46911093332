//! Every way in asks for the second factor; keys are no way in.

use mainstay_testkit::{Post, TestApp};
use serde_json::{Value as Json, json};

use super::{COMPLETE, ME, challenge, complete, enrolled};
use crate::rooms::app;

const ADA: &str = "ada@example.org";

fn challenge_in(answer: &Json) -> &str {
    assert!(
        answer["access_token"].is_null() && answer["user"].is_null(),
        "{answer}"
    );
    answer["second_factor"]["challenge"]
        .as_str()
        .expect("there is a challenge")
}

#[tokio::test]
async fn what_comes_by_mail_is_one_of_two_factors() {
    let text = "name = \"choir\"\n[auth]\nmethods = [\"password\", \"email_code\", \"magic_link\"]\n";
    let app = TestApp::start_mailing(&[("mainstay.toml", text)]);
    let post = Post::start(&app);
    let (_, authenticator, _) = enrolled(&app).await;
    post.last_of(ADA, 1).await;
    let stranger = app.anonymous();
    let asked = stranger
        .post("/api/v1/auth/request-code", json!({"email": ADA}))
        .await;
    let code = post.last_of(ADA, 2).await.code();
    let body = json!({"challenge": asked.json()["challenge"], "code": code});
    let by_code = stranger
        .post("/api/v1/auth/sign-in-with-code", body.clone())
        .await;
    stranger
        .post("/api/v1/auth/request-link", json!({"email": ADA}))
        .await;
    let link = json!({"token": post.last_of(ADA, 3).await.secret()});
    let by_link = stranger
        .post("/api/v1/auth/sign-in-with-link", link.clone())
        .await;
    assert_eq!(app.sql("SELECT count(*) FROM _sessions").await, [["1"]]);
    for answer in [by_code, by_link] {
        assert_eq!(answer.status, 200, "{}", answer.text());
        app.clock.advance_seconds(30);
        let completed = complete(&app, challenge_in(&answer.json()), &authenticator.code(&app, 0)).await;
        assert_eq!(completed.status, 200, "{}", completed.text());
    }
    // What was shown first is used up.
    let used = (400, "invalid_secret".to_owned());
    let again = stranger.post("/api/v1/auth/sign-in-with-code", body).await;
    assert_eq!(again.problem(), used);
    let again = stranger.post("/api/v1/auth/sign-in-with-link", link).await;
    assert_eq!(again.problem(), used);
}

#[tokio::test]
async fn wrong_codes_lock_out_who_has_one_challenge_after_the_other() {
    let app = app();
    let (_, authenticator, _) = enrolled(&app).await;
    app.clock.advance_seconds(60);
    let right = authenticator.code(&app, 0);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let thief = app.anonymous().at("192.0.2.7");
    for _ in 0..11 {
        let body = json!({"challenge": challenge(&app).await, "code": wrong});
        let refused = thief.post(COMPLETE, body).await;
        assert_eq!(refused.problem(), (401, "invalid_credentials".to_owned()));
    }
    let body = json!({"challenge": challenge(&app).await, "code": right});
    let told = thief.post(COMPLETE, body.clone()).await;
    assert_eq!(told.problem(), (429, "too_many_attempts".to_owned()));
    assert_eq!(told.header("retry-after"), "1");
    let elsewhere = app.anonymous().at("198.51.100.9");
    assert_eq!(elsewhere.post(COMPLETE, body).await.status, 200);
}

#[tokio::test]
async fn a_key_is_no_session_that_could_lack_a_second_factor() {
    let optional = "name = \"strict\"\n[auth]\nsecond_factor = \"optional\"\n";
    let app = TestApp::start(&[("mainstay.toml", optional)]);
    let ada = app.user(ADA).await;
    let body = json!({"name": "Export", "scopes": ["*:read"]});
    let made = ada.post("/api/v1/api-keys", body.clone()).await.json();
    let key = made["key"].as_str().expect("the key is shown");
    assert_eq!(ada.get(ME).await.status, 200);
    let everyone = "name = \"strict\"\n[auth]\nsecond_factor = \"everyone\"\n";
    app.redefine(&[("mainstay.toml", everyone)]).await;
    let refused = ada.get("/api/v1/auth/sessions").await;
    assert_eq!(refused.problem(), (403, "second_factor_required".to_owned()));
    let refused = ada.post("/api/v1/api-keys", body).await;
    assert_eq!(refused.problem(), (403, "second_factor_required".to_owned()));
    assert_eq!(app.anonymous().with_token(key).get(ME).await.status, 200);
}
