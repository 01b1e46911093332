//! Who has an account, told by how long an answer takes (API2:2023; ASVS 6.3.8).
//!
//! Kinds of addresses take turns, in an order that changes, so that a busy machine slows all of them; medians are compared,
//! and a difference has to show again in larger samples before it counts.

use std::time::{Duration, Instant};

use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use super::{ADA, CLUB, SIGN_IN};

/// How often each kind is asked for, in one sample after the other while the medians are apart.
const SAMPLES: [usize; 4] = [11, 21, 41, 61];
/// Medians further apart than this are different work. Hashing a password takes about twenty times the rest.
const RATIO_MAX: f64 = 1.6;
/// What writing a row takes varies by itself; a look-up more, or a mail made at once, is more than that.
const RATIO_OF_WRITES_MAX: f64 = 2.0;

/// An account that works, none, one that is switched off, and one that nobody signs in with.
const KINDS: [&str; 4] = [ADA, "nobody@example.org", "gone@example.org", "robot@example.org"];

async fn stage() -> TestApp {
    // Nothing sends mails meanwhile: that would be measured, too.
    let app = TestApp::start_mailing(CLUB);
    let admin = app.administrator().await;
    app.user(ADA).await;
    let gone = app.user("gone@example.org").await;
    let path = format!("/api/v1/records/users/{}", gone.id());
    assert_eq!(admin.patch(&path, json!({"active": false})).await.status, 200);
    let robot = json!({"email": "robot@example.org"});
    assert_eq!(admin.post("/api/v1/service-accounts", robot).await.status, 201);
    app
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// The median of each kind, in the order of [`KINDS`].
async fn measure(
    app: &TestApp,
    samples: usize,
    path: &str,
    body: &impl Fn(&str) -> Json,
    status: u16,
) -> [f64; 4] {
    let mut times: [Vec<Duration>; 4] = Default::default();
    for round in 0..samples {
        // Nobody waits, and no limit is reached, from an address that asks once an hour.
        app.clock.advance_seconds(3_601);
        for turn in 0..KINDS.len() {
            let kind = (round + turn) % KINDS.len();
            let visitor: Client = app.anonymous().at(&format!("198.51.100.{}", 1 + round));
            let body = body(KINDS[kind]);
            let began = Instant::now();
            let answer = visitor.post(path, body).await;
            times[kind].push(began.elapsed());
            assert_eq!(answer.status, status, "{}: {}", KINDS[kind], answer.text());
        }
    }
    times.map(median)
}

async fn expect_alike(path: &str, ratio_max: f64, body: impl Fn(&str) -> Json, status: u16) {
    let app = stage().await;
    // What is done once, at the first request, is no difference.
    measure(&app, 2, path, &body, status).await;
    let mut seen = Vec::new();
    for samples in SAMPLES {
        let medians = measure(&app, samples, path, &body, status).await;
        let shortest = medians.iter().copied().fold(f64::INFINITY, f64::min);
        let longest = medians.iter().copied().fold(0.0, f64::max);
        if longest < shortest * ratio_max {
            return;
        }
        seen.push(medians);
    }
    panic!("{path} tells {KINDS:?} apart, in seconds: {seen:?}");
}

#[tokio::test]
async fn a_sign_in_takes_the_same_time_for_everybody() {
    let body = |email: &str| json!({"email": email, "password": "wrong horse battery"});
    expect_alike(SIGN_IN, RATIO_MAX, body, 401).await;
}

#[tokio::test]
async fn asking_for_a_new_password_takes_the_same_time_for_everybody() {
    let body = |email: &str| json!({"email": email});
    expect_alike(
        "/api/v1/auth/request-password-reset",
        RATIO_OF_WRITES_MAX,
        body,
        202,
    )
    .await;
}

#[tokio::test]
async fn asking_for_a_code_takes_the_same_time_for_everybody() {
    let body = |email: &str| json!({"email": email});
    expect_alike("/api/v1/auth/request-code", RATIO_OF_WRITES_MAX, body, 202).await;
}

#[tokio::test]
async fn asking_for_a_link_takes_the_same_time_for_everybody() {
    let body = |email: &str| json!({"email": email});
    expect_alike("/api/v1/auth/request-link", RATIO_OF_WRITES_MAX, body, 202).await;
}
