//! A passkey is two factors in one.

use mainstay_testkit::{TestApp, files};
use serde_json::json;

use super::{ADA, CHOIR, ME, PASSKEYS, added, choir, nothing, options, sign_in};
use crate::second_factor::enrolled;

const STRICT: &str =
    "name = \"choir\"\n[auth]\nmethods = [\"password\", \"passkey\"]\nsecond_factor = \"everyone\"\n";

#[tokio::test]
async fn nobody_is_asked_for_a_code_after_a_passkey() {
    let app = choir();
    let (ada, _, _) = enrolled(&app).await;
    let authenticator = added(&ada).await;
    let session = sign_in(&app, &authenticator, nothing).await;
    assert_eq!(session.json()["token_type"], "Bearer");
    let password = json!({"email": ADA, "password": app.password()});
    let challenged = app.anonymous().post("/api/v1/auth/sign-in", password).await;
    assert!(challenged.json()["second_factor"]["challenge"].is_string());
}

#[tokio::test]
async fn who_must_have_a_second_factor_may_have_a_passkey() {
    let app = TestApp::start_with(files(&[("mainstay.toml", STRICT)]), options());
    let ada = app.user(ADA).await;
    let sessions = "/api/v1/auth/sessions";
    assert_eq!(
        ada.get(sessions).await.problem(),
        (403, "second_factor_required".to_owned())
    );
    assert_eq!(ada.get(PASSKEYS).await.status, 200);
    let authenticator = added(&ada).await;
    assert_eq!(ada.get(sessions).await.status, 200, "at once");
    // The password alone would be less, and could put another second factor in its place.
    let password = json!({"email": ADA, "password": app.password()});
    let refused = app
        .anonymous()
        .post("/api/v1/auth/sign-in", password.clone())
        .await;
    assert_eq!(refused.problem(), (403, "method_disabled".to_owned()));
    assert_eq!(sign_in(&app, &authenticator, nothing).await.status, 200);
    // Where nobody signs in with passkeys any more, nobody is kept outside by one.
    let without = STRICT.replace(", \"passkey\"", "");
    app.redefine(&[("mainstay.toml", &without)]).await;
    assert_eq!(sign_in_status(&app, password).await, 200);
    assert_eq!(ada.get(ME).await.status, 200);
}

async fn sign_in_status(app: &TestApp, body: serde_json::Value) -> u16 {
    let answer = app.anonymous().post("/api/v1/auth/sign-in", body).await;
    answer.status.as_u16()
}

#[tokio::test]
async fn an_administrator_helps_somebody_who_lost_theirs() {
    let app = TestApp::start_with(files(&[("mainstay.toml", CHOIR)]), options());
    let (ada, admin) = (app.user(ADA).await, app.administrator().await);
    let authenticator = added(&ada).await;
    let path = format!("/api/v1/users/{}/second-factor", ada.id());
    assert_eq!(ada.delete(&path).await.problem().0, 403);
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(admin.delete(&path).await.problem(), (409, "conflict".to_owned()));
    assert_eq!(ada.get(ME).await.problem().0, 401);
    assert_eq!(sign_in(&app, &authenticator, nothing).await.status, 401);
    let entry = "SELECT actor_kind FROM _journal WHERE kind = 'auth.passkey_removed'";
    assert_eq!(app.sql(entry).await, [["administrator"]]);
}
