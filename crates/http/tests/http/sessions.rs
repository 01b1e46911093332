//! `/api/v1/auth/sessions` and `/api/v1/users/{id}/sessions`

use mainstay_engine::auth::write_session_uses;
use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use crate::rooms::app;

const PATH: &str = "/api/v1/auth/sessions";
const ME: &str = "/api/v1/auth/me";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const ENDED: &str =
    "SELECT actor_kind, payload FROM _journal WHERE kind = 'auth.sessions_ended' ORDER BY seq";

async fn sign_in(app: &TestApp, email: &str) -> (Client, Json) {
    let body = json!({"email": email, "password": app.password()});
    let visitor = app.anonymous();
    let session = visitor.post("/api/v1/auth/sign-in", body).await.json();
    (
        visitor.with_token(session["access_token"].as_str().expect("a session has a token")),
        session,
    )
}

async fn listed(client: &Client) -> Vec<Json> {
    let response = client.get(PATH).await;
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()["items"]
        .as_array()
        .expect("a list has items")
        .clone()
}

async fn id_of_current(client: &Client) -> String {
    let sessions = listed(client).await;
    let mut current = sessions.iter().filter(|session| session["current"] == true);
    let asks = current.next().expect("whoever asks has a session");
    let id = asks["id"].as_str().expect("a session has an id").to_owned();
    assert!(current.next().is_none(), "one of them asks");
    id
}

fn invalid() -> (u16, String) {
    (401, "invalid_token".to_owned())
}

#[tokio::test]
async fn a_user_sees_their_sessions() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let bob = app.user("bob@example.org").await;
    app.clock.advance_seconds(60);
    let browser = app.anonymous().with_header("user-agent", FIREFOX);
    let body = json!({"email": "ada@example.org", "password": app.password()});
    browser.post("/api/v1/auth/sign-in", body).await;
    let sessions = listed(&ada).await;
    let mut newest = sessions[0].clone();
    assert!(newest["id"].take().is_string());
    assert_eq!(
        newest,
        json!({
            "id": null,
            "created_at": "2026-01-01T00:01:00.000000Z",
            "last_used_at": "2026-01-01T00:01:00.000000Z",
            "expires_at": "2026-01-15T00:01:00.000000Z",
            "device": "Firefox on Linux",
            "address": "127.0.0.1",
            "current": false,
        })
    );
    assert_eq!(sessions.len(), 2);
    assert_eq!(
        (&sessions[1]["current"], &sessions[1]["device"]),
        (&json!(true), &Json::Null)
    );
    assert_eq!(listed(&bob).await.len(), 1, "others' sessions are not there");
    assert_eq!(ada.get(&format!("{PATH}?all=1")).await.problem().0, 400);
}

#[tokio::test]
async fn the_last_use_is_written_at_most_once_a_minute() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let used = async || {
        assert_eq!(ada.get(ME).await.status, 200);
        write_session_uses(&app.environment).await.unwrap();
        app.sql("SELECT last_used_at - created_at FROM _sessions").await[0][0].clone()
    };
    assert_eq!(used().await, "0");
    app.clock.advance_seconds(59);
    assert_eq!(used().await, "0");
    app.clock.advance_seconds(1);
    assert_eq!(used().await, "60000000");
    app.clock.advance_seconds(30);
    assert_eq!(used().await, "60000000");
    app.clock.advance_seconds(60);
    assert_eq!(used().await, "150000000");
}

#[tokio::test]
async fn one_session_is_ended() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let bob = app.user("bob@example.org").await;
    let (other, session) = sign_in(&app, "ada@example.org").await;
    let id = id_of_current(&other).await;
    let path = format!("{PATH}/{id}");
    assert_eq!(bob.delete(&path).await.problem(), (404, "not_found".to_owned()));
    assert_eq!(other.get(ME).await.status, 200, "it is not bob's");
    assert_eq!(ada.delete(&path).await.status, 204);
    assert_eq!(other.get(ME).await.problem(), invalid());
    let refresh = json!({"refresh_token": session["refresh_token"]});
    assert_eq!(other.post("/api/v1/auth/refresh", refresh).await.problem().0, 401);
    assert_eq!(ada.delete(&path).await.problem().0, 404);
    assert_eq!(ada.delete(&format!("{PATH}/nonsense")).await.problem().0, 404);
    assert_eq!(ada.get(ME).await.status, 200);
    assert_eq!(app.sql(ENDED).await, [["user", r#"{"sessions":1}"#]]);
}

#[tokio::test]
async fn all_other_sessions_are_ended() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let bob = app.user("bob@example.org").await;
    let (second, _) = sign_in(&app, "ada@example.org").await;
    let (third, _) = sign_in(&app, "ada@example.org").await;
    assert_eq!(ada.delete(PATH).await.status, 204);
    for ended in [&second, &third] {
        assert_eq!(ended.get(ME).await.problem(), invalid());
    }
    assert_eq!(ada.delete(PATH).await.status, 204);
    for living in [&ada, &bob] {
        assert_eq!(living.get(ME).await.status, 200);
    }
    assert_eq!(app.sql(ENDED).await, [["user", r#"{"sessions":2}"#]]);
}

#[tokio::test]
async fn an_administrator_ends_all_sessions_of_a_user() {
    let app = app();
    let (admin, ada) = (app.administrator().await, app.user("ada@example.org").await);
    let path = format!("/api/v1/users/{}/sessions", ada.id());
    assert_eq!(ada.delete(&path).await.problem(), (403, "forbidden".to_owned()));
    assert_eq!(ada.get(ME).await.status, 200);
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(ada.get(ME).await.problem(), invalid());
    assert_eq!(admin.get(ME).await.status, 200);
    let nobody = "/api/v1/users/0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c/sessions";
    assert_eq!(admin.delete(nobody).await.problem().0, 404);
    assert_eq!(app.sql(ENDED).await, [["administrator", r#"{"sessions":1}"#]]);
}

#[tokio::test]
async fn switching_a_user_off_ends_their_sessions_for_good() {
    let app = app();
    let (admin, ada) = (app.administrator().await, app.user("ada@example.org").await);
    let (_, session) = sign_in(&app, "ada@example.org").await;
    let path = format!("/api/v1/records/users/{}", ada.id());
    for active in [false, true] {
        let changed = admin.patch(&path, json!({"active": active})).await;
        assert_eq!(changed.status, 200, "{}", changed.text());
        assert_eq!(ada.get(ME).await.problem(), invalid());
        let refresh = json!({"refresh_token": session["refresh_token"]});
        let refreshed = ada
            .with_token(admin.token())
            .post("/api/v1/auth/refresh", refresh)
            .await;
        assert_eq!(refreshed.problem(), invalid());
    }
    assert_eq!(app.sql(ENDED).await, [["administrator", r#"{"sessions":2}"#]]);
    let (again, _) = sign_in(&app, "ada@example.org").await;
    assert_eq!(again.get(ME).await.status, 200);
}

#[tokio::test]
async fn ended_at_one_process_is_refused_by_the_other_within_a_second() {
    let app = app();
    let other = app.beside();
    let admin = app.administrator().await;
    for way in [
        "sign-out",
        "one",
        "others",
        "password",
        "administrator",
        "inactive",
    ] {
        let email = format!("{way}@example.org");
        let ada = app.user(&email).await;
        let (ending, _) = sign_in(&app, &email).await;
        let there = other.anonymous().with_token(ending.token());
        assert_eq!(there.get(ME).await.status, 200);
        let status = match way {
            "sign-out" => ending.send("POST", "/api/v1/auth/sign-out", None).await.status,
            "one" => {
                let id = id_of_current(&ending).await;
                ada.delete(&format!("{PATH}/{id}")).await.status
            }
            "others" => ada.delete(PATH).await.status,
            "password" => {
                let change = json!({"current_password": app.password(), "password": "another horse battery"});
                ada.post("/api/v1/auth/password", change).await.status
            }
            "administrator" => {
                let path = format!("/api/v1/users/{}/sessions", ada.id());
                admin.delete(&path).await.status
            }
            _ => {
                let path = format!("/api/v1/records/users/{}", ada.id());
                admin.patch(&path, json!({"active": false})).await.status
            }
        };
        assert!(status.is_success(), "{way}: {status}");
        assert_eq!(ending.get(ME).await.problem(), invalid(), "{way}");
        // Whoever was locked out locks out nobody in what is left of the second.
        assert_eq!(there.delete(PATH).await.problem(), invalid(), "{way}");
        app.clock.advance_seconds(1);
        assert_eq!(there.get(ME).await.problem(), invalid(), "{way}");
    }
}
