//! `POST /api/v1/auth/refresh`

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use mainstay_testkit::{Client, Dialect, TestApp, TestDatabase, TestResponse};
use serde_json::{Value as Json, json};

use crate::rooms::app;

const REUSED: &str = "SELECT count(*) FROM _journal WHERE kind = 'auth.refresh_token_reused'";
const SESSIONS: &str = "SELECT count(*) FROM _sessions";

async fn sign_in(app: &TestApp) -> Json {
    let body = json!({"email": "ada@example.org", "password": app.password()});
    app.anonymous().post("/api/v1/auth/sign-in", body).await.json()
}

async fn refresh(client: &Client, session: &Json) -> TestResponse {
    let body = json!({"refresh_token": session["refresh_token"]});
    client.post("/api/v1/auth/refresh", body).await
}

fn bearer(app: &TestApp, session: &Json) -> Client {
    app.anonymous()
        .with_token(session["access_token"].as_str().expect("a session has a token"))
}

fn invalid() -> (u16, String) {
    (401, "invalid_token".to_owned())
}

#[tokio::test]
async fn refresh_tokens_work_once() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let session = sign_in(&app).await;
    let next = refresh(&ada, &session).await;
    assert_eq!(next.status, 200);
    let next = next.json();
    assert_ne!(next["refresh_token"], session["refresh_token"]);
    let bearer = bearer(&app, &next);
    assert_eq!(bearer.get("/api/v1/auth/me").await.status, 200);
    // The old one again: somebody has a copy, so the session is over, also for the newer tokens.
    app.clock.advance_seconds(10);
    assert_eq!(refresh(&ada, &session).await.problem(), invalid());
    assert_eq!(refresh(&ada, &next).await.problem(), invalid());
    assert_eq!(bearer.get("/api/v1/auth/me").await.problem(), invalid());
    assert_eq!(app.sql(REUSED).await, [["1"]]);
    let made_up = json!({"refresh_token": "made up"});
    assert_eq!(refresh(&ada, &made_up).await.problem(), invalid());
    assert_eq!(
        app.sql(SESSIONS).await,
        [["1"]],
        "that of the test itself goes on"
    );
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let session = sign_in(&app).await;
    let lost = refresh(&ada, &session).await.json();
    app.clock.advance_seconds(9);
    let again = refresh(&ada, &session).await;
    assert_eq!(again.status, 200, "{}", again.text());
    let again = again.json();
    assert_ne!(again["refresh_token"], lost["refresh_token"]);
    let next = refresh(&ada, &again).await;
    assert_eq!(next.status, 200, "{}", next.text());
    let working = app
        .sql("SELECT count(*) FROM _refresh_tokens WHERE used_at IS NULL GROUP BY session_id")
        .await;
    assert_eq!(working, [["1"], ["1"]]);
    assert_eq!(app.sql(REUSED).await, [["0"]]);
    // What was given for it has been used, so nobody asks for a lost answer any more.
    assert_eq!(refresh(&ada, &session).await.problem(), invalid());
    assert_eq!(refresh(&ada, &next.json()).await.problem(), invalid());
    assert_eq!(app.sql(REUSED).await, [["1"]]);
}

#[tokio::test]
async fn a_token_that_was_replaced_ends_the_session() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let session = sign_in(&app).await;
    let first = refresh(&ada, &session).await.json();
    let second = refresh(&ada, &session).await.json();
    assert_eq!(refresh(&ada, &first).await.problem(), invalid());
    assert_eq!(refresh(&ada, &second).await.problem(), invalid());
    assert_eq!(
        bearer(&app, &second).get("/api/v1/auth/me").await.problem(),
        invalid()
    );
    assert_eq!(app.sql(REUSED).await, [["1"]]);
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_a_few_times_only() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let session = sign_in(&app).await;
    for _ in 0..6 {
        assert_eq!(refresh(&ada, &session).await.status, 200);
    }
    assert_eq!(refresh(&ada, &session).await.problem(), invalid());
    assert_eq!(app.sql(REUSED).await, [["1"]]);
}

/// Whoever got a session goes on with it as long as it works. Nothing that begins after a refusal may succeed.
async fn race(client: Client, session: Json, refused: Arc<AtomicBool>, succeeded: Arc<AtomicUsize>) {
    let mut session = session;
    loop {
        let after_refusal = refused.load(Ordering::SeqCst);
        let response = refresh(&client, &session).await;
        if response.status != 200 {
            assert_eq!(response.problem(), invalid());
            refused.store(true, Ordering::SeqCst);
            return;
        }
        assert!(!after_refusal, "a token of a session that has ended worked");
        succeeded.fetch_add(1, Ordering::SeqCst);
        session = response.json();
    }
}

async fn hundred_race(apps: &[&TestApp]) {
    let app = apps[0];
    app.user("ada@example.org").await;
    let session = sign_in(app).await;
    let (refused, succeeded) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
    let clients = (0..100).map(|number| {
        let client = apps[number % apps.len()].anonymous();
        tokio::spawn(race(
            client,
            session.clone(),
            Arc::clone(&refused),
            Arc::clone(&succeeded),
        ))
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.expect("nothing succeeds after a refusal");
    }
    assert!(succeeded.load(Ordering::SeqCst) > 0);
    assert_eq!(app.sql(REUSED).await, [["1"]]);
    assert_eq!(
        app.sql(SESSIONS).await,
        [["1"]],
        "that of the test itself goes on"
    );
    assert_eq!(app.sql("SELECT count(*) FROM _refresh_tokens").await, [["1"]]);
    assert_eq!(refresh(&app.anonymous(), &session).await.problem(), invalid());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_clients_race_with_one_token() {
    hundred_race(&[&app()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_clients_of_two_processes_race_with_one_token() {
    assert_eq!(TestDatabase::dialect(), Dialect::Postgres);
    let app = app();
    hundred_race(&[&app, &app.beside()]).await;
}

#[tokio::test]
async fn sessions_end_when_they_are_not_used_and_when_they_are_old() {
    let text = "name = \"days\"\n[auth]\nsession_idle_days = 1\nrefresh_token_days = 3\n";
    let app = TestApp::start(&[("mainstay.toml", text)]);
    app.user("ada@example.org").await;
    let visitor = app.anonymous();
    let day = 86_400;
    let mut session = sign_in(&app).await;
    for _ in 0..3 {
        app.clock.advance_seconds(day - 1);
        let next = refresh(&visitor, &session).await;
        assert_eq!(next.status, 200, "{}", next.text());
        session = next.json();
    }
    assert_eq!(bearer(&app, &session).get("/api/v1/auth/me").await.status, 200);
    app.clock.advance_seconds(3);
    assert_eq!(
        bearer(&app, &session).get("/api/v1/auth/me").await.problem(),
        invalid()
    );
    assert_eq!(refresh(&visitor, &session).await.problem(), invalid());
    let idle = sign_in(&app).await;
    app.clock.advance_seconds(day);
    assert_eq!(refresh(&visitor, &idle).await.problem(), invalid());
    assert_eq!(app.sql(REUSED).await, [["0"]], "nobody is suspected");
}
