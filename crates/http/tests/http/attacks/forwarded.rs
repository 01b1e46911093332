//! Forged forwarding headers (ASVS 4.1.3, 15.3.4): whoever can choose their address guesses without end, and blames others.
//! Limits, networks of administrators and of keys have theirs in `limits.rs`, `administration.rs` and
//! `api_keys/addresses.rs`.

use mainstay_engine::audit::write_noticed;
use serde_json::json;

use super::{ADA, SIGN_IN};
use crate::rooms::app;

/// Headers in which one proxy or another says whom it speaks for.
const HEADERS: &[(&str, &str)] = &[
    ("x-forwarded-for", "?"),
    ("forwarded", "for=?"),
    ("x-real-ip", "?"),
    ("x-client-ip", "?"),
    ("true-client-ip", "?"),
    ("cf-connecting-ip", "?"),
    ("fastly-client-ip", "?"),
    ("x-cluster-client-ip", "?"),
    ("x-original-forwarded-for", "?"),
    ("x-originating-ip", "?"),
    ("via", "1.1 ?"),
];
const THIEF: &str = "203.0.113.66";

#[tokio::test]
async fn nobody_guesses_on_with_an_address_that_they_made_up() {
    let app = app();
    app.user(ADA).await;
    let mut refused = None;
    for attempt in 0..12 {
        let mut thief = app.anonymous().at(THIEF);
        for (name, value) in HEADERS {
            thief = thief.with_header(name, &value.replace('?', &format!("198.51.100.{attempt}")));
        }
        let guess = json!({"email": ADA, "password": format!("guess number {attempt}")});
        let answer = thief.post(SIGN_IN, guess).await;
        refused = Some(answer.problem());
    }
    assert_eq!(refused, Some((429, "too_many_attempts".to_owned())));
    // Whom they named is not kept out by it.
    let right = json!({"email": ADA, "password": app.password()});
    for number in 0..12 {
        let named = app.anonymous().at(&format!("198.51.100.{number}"));
        assert_eq!(named.post(SIGN_IN, right.clone()).await.status, 200);
    }
    write_noticed(&app.environment).await;
    let addresses = app
        .sql("SELECT DISTINCT address FROM _journal WHERE kind = 'auth.sign_in_refused'")
        .await;
    assert_eq!(addresses, [[THIEF]], "the journal names who it was");
}

#[tokio::test]
async fn a_session_is_listed_with_the_address_that_it_came_from() {
    let app = app();
    app.user(ADA).await;
    let mut forging = app.anonymous().at(THIEF);
    for (name, value) in HEADERS {
        forging = forging.with_header(name, &value.replace('?', "127.0.0.1"));
    }
    let right = json!({"email": ADA, "password": app.password()});
    let session = forging.post(SIGN_IN, right).await.json();
    let token = session["access_token"].as_str().expect("there is a session");
    let listed = app
        .anonymous()
        .with_token(token)
        .get("/api/v1/auth/sessions")
        .await;
    assert!(listed.text().contains(THIEF), "{}", listed.text());
    let told = app
        .sql("SELECT address FROM _journal WHERE kind = 'auth.signed_in' ORDER BY seq DESC LIMIT 1")
        .await;
    assert_eq!(told, [[THIEF]]);
}
