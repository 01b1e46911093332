//! Signing in with wrong passwords: each attempt waits longer, and then none is taken for a time.

use mainstay_engine::audit::write_noticed;
use mainstay_testkit::{Client, TestApp, TestResponse};
use serde_json::json;

use crate::rooms::app;

const LOCKS: &str =
    "SELECT address, collection, payload FROM _journal WHERE kind = 'auth.attempts_locked' ORDER BY seq";
const ADA: &str = "ada@example.org";

async fn sign_in(client: &Client, email: &str, password: &str) -> TestResponse {
    let body = json!({"email": email, "password": password});
    client.post("/api/v1/auth/sign-in", body).await
}

async fn wrong(client: &Client, email: &str) -> (u16, String) {
    sign_in(client, email, "wrong password").await.problem()
}

fn refused() -> (u16, String) {
    (401, "invalid_credentials".to_owned())
}

fn too_many() -> (u16, String) {
    (429, "too_many_attempts".to_owned())
}

/// As many wrong passwords as lead to a lock, each as soon as it is taken.
async fn lock_out(app: &TestApp, client: &Client, email: &str) {
    for _ in 0..10 {
        assert_eq!(wrong(client, email).await, refused());
    }
    for attempt in 11..=20 {
        assert_eq!(wrong(client, email).await, refused(), "attempt {attempt}");
        app.clock.advance_seconds(60);
    }
}

#[tokio::test]
async fn wrong_passwords_slow_down_and_then_lock() {
    let app = app();
    app.user(ADA).await;
    let thief = app.anonymous().at("192.0.2.7");
    for _ in 0..11 {
        assert_eq!(wrong(&thief, ADA).await, refused());
    }
    let mut waits = Vec::new();
    for _ in 0..8 {
        let told = sign_in(&thief, ADA, app.password()).await;
        assert_eq!(told.problem(), too_many(), "a right password has to wait, too");
        let wait: i64 = told.header("retry-after").parse().expect("seconds");
        waits.push(wait);
        app.clock.advance_seconds(wait - 1);
        assert_eq!(wrong(&thief, ADA).await, too_many());
        app.clock.advance_seconds(1);
        assert_eq!(wrong(&thief, ADA).await, refused());
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
    app.clock.advance_seconds(60);
    assert_eq!(wrong(&thief, ADA).await, refused());
    let locked = sign_in(&thief, ADA, app.password()).await;
    assert_eq!(
        (locked.problem(), locked.header("retry-after")),
        (too_many(), "900")
    );
    write_noticed(&app.environment).await;
    assert_eq!(
        app.sql(LOCKS).await,
        [[
            "192.0.2.7",
            "users",
            r#"{"locked":"address_at_account","operation":"sign_in"}"#
        ]]
    );
    app.clock.advance_seconds(900);
    assert_eq!(sign_in(&thief, ADA, app.password()).await.status, 200);
    // What failed before is forgotten with it.
    for _ in 0..10 {
        assert_eq!(wrong(&thief, ADA).await, refused());
    }
}

#[tokio::test]
async fn whoever_is_elsewhere_is_not_locked_out() {
    let app = app();
    app.user(ADA).await;
    app.user("bob@example.org").await;
    let thief = app.anonymous().at("192.0.2.7");
    lock_out(&app, &thief, ADA).await;
    assert_eq!(wrong(&thief, ADA).await, too_many());
    let elsewhere = sign_in(&app.anonymous().at("198.51.100.1"), ADA, app.password()).await;
    assert_eq!(elsewhere.status, 200, "the owner from another address");
    let other = sign_in(&thief, "bob@example.org", app.password()).await;
    assert_eq!(other.status, 200, "another account from the same address");
    // An account that there is not is locked in the same way.
    lock_out(&app, &thief, "nobody@example.org").await;
    assert_eq!(wrong(&thief, "nobody@example.org").await, too_many());
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_locked_out_of_all() {
    let app = app();
    app.user(ADA).await;
    let thief = app.anonymous().at("2001:db8::7");
    for number in 0..100 {
        let told = wrong(&thief, &format!("user{number}@example.org")).await;
        assert_eq!(told, refused(), "attempt {number}");
        app.clock.advance_seconds(if number < 50 { 0 } else { 60 });
    }
    let locked = sign_in(&thief, ADA, app.password()).await;
    assert_eq!(locked.problem(), too_many());
    let neighbour = sign_in(&app.anonymous().at("2001:db8::8"), ADA, app.password()).await;
    assert_eq!(
        neighbour.problem(),
        too_many(),
        "it has the other addresses of its network, too"
    );
    assert_eq!(sign_in(&app.anonymous(), ADA, app.password()).await.status, 200);
    write_noticed(&app.environment).await;
    let told = app.sql(LOCKS).await;
    assert_eq!(
        told,
        [[
            "2001:db8::7",
            "null",
            r#"{"locked":"address","operation":"sign_in"}"#
        ]]
    );
}

#[tokio::test]
async fn many_addresses_slow_each_other_down_and_leave_the_owner_alone() {
    let app = app();
    app.user(ADA).await;
    let owner = app.anonymous().at("198.51.100.1");
    assert_eq!(sign_in(&owner, ADA, app.password()).await.status, 200);
    for number in 0..101 {
        let bot = app.anonymous().at(&format!("10.0.{number}.1"));
        assert_eq!(wrong(&bot, ADA).await, refused(), "attempt {number}");
    }
    let bot = app.anonymous().at("10.1.0.1");
    assert_eq!(wrong(&bot, ADA).await, too_many());
    assert_eq!(sign_in(&owner, ADA, app.password()).await.status, 200);
    app.clock.advance_seconds(60);
    let elsewhere = app.anonymous().at("198.51.100.2");
    assert_eq!(
        sign_in(&elsewhere, ADA, app.password()).await.status,
        200,
        "it is never locked"
    );
}

#[tokio::test]
async fn at_the_same_time_no_more_are_taken() {
    let app = app();
    app.user(ADA).await;
    let thief = app.anonymous().at("192.0.2.7");
    let attempts: Vec<_> = (0..40)
        .map(|_| {
            let thief = thief.clone();
            tokio::spawn(async move { wrong(&thief, ADA).await })
        })
        .collect();
    let mut looked_at = 0;
    for attempt in attempts {
        let told = attempt.await.expect("no panic");
        looked_at += usize::from(told == refused());
    }
    assert!(looked_at <= 11, "{looked_at} passwords were looked at");
}

#[tokio::test]
async fn processes_agree_on_who_is_locked_out() {
    let app = app();
    app.user(ADA).await;
    let thief = app.anonymous().at("192.0.2.7");
    lock_out(&app, &thief, ADA).await;
    let other = app.beside();
    assert_eq!(wrong(&other.anonymous().at("192.0.2.7"), ADA).await, too_many());
    let owner = other.anonymous().at("198.51.100.1");
    assert_eq!(sign_in(&owner, ADA, app.password()).await.status, 200);
}
