//! `POST /api/v1/auth/password`, what a password may be, and what a wrong one tells

use std::time::{Duration, Instant};

use mainstay_engine::audit::write_noticed;
use mainstay_testkit::{Client, TestApp};
use serde_json::json;

use crate::rooms::{app, field_errors};

const PATH: &str = "/api/v1/auth/password";
const NEW: &str = "another horse battery";

async fn sign_in(app: &TestApp, password: &str) -> (u16, Client) {
    let body = json!({"email": "ada@example.org", "password": password});
    let response = app.anonymous().post("/api/v1/auth/sign-in", body).await;
    let token = response.json()["access_token"]
        .as_str()
        .unwrap_or("none")
        .to_owned();
    (response.status.as_u16(), app.anonymous().with_token(&token))
}

#[tokio::test]
async fn a_user_changes_their_password() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let bob = app.user("bob@example.org").await;
    let (_, other) = sign_in(&app, app.password()).await;
    let body = json!({"current_password": app.password(), "password": NEW});
    let changed = ada.post(PATH, body.clone()).await;
    assert_eq!(changed.status, 204, "{}", changed.text());
    assert_eq!(
        ada.get("/api/v1/auth/me").await.status,
        200,
        "this session goes on"
    );
    assert_eq!(bob.get("/api/v1/auth/me").await.status, 200);
    assert_eq!(other.get("/api/v1/auth/me").await.problem().0, 401);
    assert_eq!(sign_in(&app, app.password()).await.0, 401);
    write_noticed(&app.environment).await;
    assert_eq!(sign_in(&app, NEW).await.0, 200);
    let again = ada.post(PATH, body).await;
    assert_eq!(again.problem(), (401, "invalid_credentials".to_owned()));
    write_noticed(&app.environment).await;
    let entries = "SELECT kind, actor_kind FROM _journal WHERE kind LIKE 'auth.%' AND seq >
        (SELECT seq FROM _journal WHERE kind = 'auth.password_changed') ORDER BY seq";
    assert_eq!(
        app.sql(entries).await,
        [
            ["auth.sessions_ended", "user"],
            ["auth.sign_in_refused", "anonymous"],
            ["auth.signed_in", "user"],
            ["auth.sign_in_refused", "user"],
        ]
    );
    assert!(!app.is_stored(NEW).await);
}

#[tokio::test]
async fn a_password_is_not_changed_without_the_current_one() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let (_, other) = sign_in(&app, app.password()).await;
    for (body, status) in [
        (json!({"current_password": "wrong horse", "password": NEW}), 401),
        (
            json!({"current_password": app.password(), "password": "short"}),
            422,
        ),
        (
            json!({"current_password": app.password(), "password": "password1"}),
            422,
        ),
        (
            json!({"current_password": app.password(), "password": "ada@example.org"}),
            422,
        ),
        (json!({"password": NEW}), 422),
        (
            json!({"current_password": app.password(), "password": NEW, "email": "x"}),
            422,
        ),
    ] {
        let refused = ada.post(PATH, body.clone()).await;
        assert_eq!(refused.problem().0, status, "{body}");
    }
    let body = json!({"current_password": app.password(), "password": NEW});
    assert_eq!(app.anonymous().post(PATH, body).await.problem().0, 401);
    assert_eq!(sign_in(&app, NEW).await.0, 401);
    assert_eq!(other.get("/api/v1/auth/me").await.status, 200);
    assert_eq!(
        app.sql(
            "SELECT count(*) FROM _journal WHERE kind IN ('auth.password_changed', 'auth.sessions_ended')"
        )
        .await,
        [["0"]]
    );
}

#[tokio::test]
async fn easy_passwords_make_no_account() {
    let app = app();
    let code = app.environment.setup.reveal().to_owned();
    for password in ["short", "Password1", "eve@example.org", "rooms rooms rooms"] {
        let account = json!({"email": "eve@example.org", "password": password});
        let refused = app.anonymous().post("/api/v1/auth/sign-up", account).await;
        assert_eq!(
            field_errors(&refused),
            ["password validation_failed"],
            "{password}"
        );
        let account = json!({"code": code, "email": "eve@example.org", "password": password});
        let refused = app.anonymous().post("/api/v1/setup", account).await;
        assert_eq!(
            field_errors(&refused),
            ["password validation_failed"],
            "{password}"
        );
    }
    assert_eq!(app.sql("SELECT count(*) FROM users").await, [["0"]]);
}

#[tokio::test]
async fn a_password_is_taken_as_it_was_typed() {
    let app = app();
    let typed = " Zwei Wörter é ";
    let account = json!({"email": "ada@example.org", "password": typed});
    let made = app.anonymous().post("/api/v1/auth/sign-up", account).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(sign_in(&app, typed).await.0, 200);
    for other in [typed.trim(), &typed.to_lowercase(), " Zwei Wo\u{308}rter é "] {
        assert_eq!(sign_in(&app, other).await.0, 401, "{other}");
    }
}

/// Without work for an unknown address its answer would come some twenty times sooner. The two take turns, so that a busy
/// machine slows both.
#[tokio::test]
async fn an_unknown_address_takes_as_long_as_a_wrong_password() {
    const SAMPLES: usize = 9;
    let app = app();
    app.user("ada@example.org").await;
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..SAMPLES {
        for (email, took) in ["ada@example.org", "bob@example.org"].iter().zip(&mut took) {
            let body = json!({"email": email, "password": "wrong horse"});
            let began = Instant::now();
            let response = app.anonymous().post("/api/v1/auth/sign-in", body).await;
            took.push(began.elapsed());
            assert_eq!(response.problem(), (401, "invalid_credentials".to_owned()));
        }
    }
    let [known, unknown] = took.map(|mut took| -> Duration {
        took.sort_unstable();
        took[SAMPLES / 2]
    });
    assert!(
        known < unknown * 4 && unknown < known * 4,
        "{known:?} and {unknown:?}"
    );
}
