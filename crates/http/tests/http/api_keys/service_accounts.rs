//! Users that nobody can sign in as.

use mainstay_engine::auth::{self, HeldWith};
use serde_json::json;

use super::{PATH, make_with, text};
use crate::rooms::app;

const SERVICE_ACCOUNTS: &str = "/api/v1/service-accounts";

#[tokio::test]
async fn a_service_account_acts_through_its_keys_alone() {
    let app = app();
    let administrator = app.administrator().await;
    let made = administrator
        .post(SERVICE_ACCOUNTS, json!({"email": "robot@example.org"}))
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let robot = made.json();
    let id = text(&robot, "id").to_owned();
    let listed = administrator.get(SERVICE_ACCOUNTS).await;
    assert_eq!(listed.column("email"), ["robot@example.org"]);
    let body = json!({"name": "Robot", "scopes": ["rooms:*"], "owner": id});
    let (key, client) = make_with(&administrator, body).await;
    assert_eq!(key["owner"], robot["id"]);
    let room = client.create("rooms", json!({"name": "Workshop"})).await;
    assert_eq!(room["created_by"], robot["id"]);
    let theirs = format!("{PATH}?owner={id}");
    assert_eq!(administrator.get(&theirs).await.column("name"), ["Robot"]);
    let one = format!("{PATH}/{}", text(&key, "id"));
    assert_eq!(administrator.delete(&one).await.status, 204);
    assert_eq!(client.get("/api/v1/records/rooms").await.status, 401);
}

#[tokio::test]
async fn nobody_signs_in_as_a_service_account() {
    let app = app();
    let administrator = app.administrator().await;
    let robot = administrator
        .post(SERVICE_ACCOUNTS, json!({"email": "robot@example.org"}))
        .await
        .json();
    // Even if it gets a password in some way.
    let human = app.user("human@example.org").await;
    let id = text(&robot, "id").to_owned();
    let copied = app
        .sql_write(&format!(
            "INSERT INTO _credentials (user_id, password_hash, changed_at)
             SELECT s.user_id, c.password_hash, c.changed_at FROM _service_accounts AS s, _credentials AS c
             WHERE c.user_id = (SELECT id FROM users WHERE email = '{}')",
            "human@example.org"
        ))
        .await;
    assert_eq!(copied, Ok(1), "{id} {}", human.id());
    let body = json!({"email": "robot@example.org", "password": app.password()});
    for session in ["tokens", "cookie"] {
        let mut body = body.clone();
        body["session"] = json!(session);
        let client = app.anonymous().with_header("sec-fetch-site", "same-origin");
        let refused = client.post("/api/v1/auth/sign-in", body).await;
        assert_eq!(refused.problem(), (401, "invalid_credentials".to_owned()));
    }
    let ctx = app.environment.system_context();
    let inside = auth::sign_in(
        &ctx,
        "robot@example.org",
        app.password().to_owned(),
        HeldWith::Tokens,
    )
    .await;
    assert!(inside.is_err());
    assert_eq!(app.sql("SELECT count(*) FROM _sessions").await, [["2"]]);
}
