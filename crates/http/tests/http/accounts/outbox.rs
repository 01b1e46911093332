//! Mails on their way, and what administrators see of them.

use std::time::Duration;

use mainstay_engine::mail::start_sender;
use mainstay_engine::sending::SenderTimes;
use mainstay_testkit::{Client, Post, TestApp};
use serde_json::{Value as Json, json};

use super::reset::wait_until;
use super::{ADA, CHOIR, ask, choir};

const TIMES: SenderTimes = SenderTimes {
    lease: Duration::from_secs(1),
    look_after: Duration::from_millis(20),
};

async fn mails(admin: &Client, query: &str) -> Vec<Json> {
    let answer = admin.get(&format!("/api/v1/mails{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let json = answer.json();
    json["items"].as_array().expect("a page has items").clone()
}

#[tokio::test]
async fn administrators_see_what_became_of_mails_and_not_what_they_said() {
    let (app, post) = choir();
    let admin = app.administrator().await;
    let ada = app.user(ADA).await;
    ask(&app.anonymous(), "request-password-reset", json!({"email": ADA})).await;
    let secret = post.last_of(ADA, 1).await.secret();
    ask(
        &app.anonymous(),
        "request-password-reset",
        json!({"email": "nobody@example.org"}),
    )
    .await;
    wait_until(
        &app,
        "SELECT count(*) FROM _mail_outbox WHERE state = 'dropped'",
        "1",
    )
    .await;
    let listed = admin.get("/api/v1/mails").await;
    assert!(!listed.text().contains(&secret));
    let sent = mails(&admin, "?state=sent").await;
    let expected = json!({
        "id": sent[0]["id"], "kind": "reset_password", "address": ADA, "user": null, "state": "sent", "tries": 1,
        "created_at": "2026-01-01T00:00:00.000000Z", "next_attempt_at": null,
        "finished_at": "2026-01-01T00:00:00.000000Z", "error": null,
    });
    assert_eq!(sent, [expected]);
    let page = admin.get("/api/v1/mails?limit=1").await.json();
    let rest = mails(
        &admin,
        &format!("?cursor={}", page["next_cursor"].as_str().unwrap()),
    )
    .await;
    assert_eq!(rest, sent);
    assert_eq!(
        ada.get("/api/v1/mails").await.problem(),
        (403, "forbidden".to_owned())
    );
    assert_eq!(
        admin.get("/api/v1/mails?state=lost").await.problem(),
        (400, "invalid_parameter".to_owned())
    );
}

#[tokio::test]
async fn a_mail_that_is_not_taken_is_tried_again_and_given_up_with_its_reason() {
    // Nothing listens there.
    let app = TestApp::start_mailing_over("smtp://127.0.0.1:1", CHOIR);
    let admin = app.administrator().await;
    app.user(ADA).await;
    let sender = start_sender(&app.environment, TIMES).unwrap();
    ask(&app.anonymous(), "request-password-reset", json!({"email": ADA})).await;
    wait_until(&app, "SELECT tries FROM _mail_outbox", "1").await;
    let waiting = mails(&admin, "?state=pending").await;
    assert!(
        waiting[0]["error"]
            .as_str()
            .unwrap()
            .contains("cannot take the mail now"),
        "{waiting:?}"
    );
    assert!(waiting[0]["next_attempt_at"].as_str().unwrap() > "2026-01-01T00:00:10");
    app.clock.advance_seconds(30);
    wait_until(&app, "SELECT tries FROM _mail_outbox", "2").await;
    app.clock.advance_seconds(30 * 60);
    wait_until(&app, "SELECT state FROM _mail_outbox", "failed").await;
    let failed = app.sql("SELECT error FROM _mail_outbox").await;
    assert!(failed[0][0].contains("cannot take the mail now"), "{failed:?}");
    sender.stop().await;
}

#[tokio::test]
async fn a_mail_is_written_with_its_act_or_not_at_all() {
    let (app, post) = choir();
    app.user(ADA).await;
    let taken = json!({"email": ADA, "password": "correct horse"});
    assert_eq!(
        app.anonymous().post("/api/v1/auth/sign-up", taken).await.status,
        409
    );
    assert_eq!(app.sql("SELECT count(*) FROM _mail_outbox").await, [["0"]]);
    assert!(post.mails_to(ADA).is_empty());
}

#[tokio::test]
async fn what_a_stopped_sender_left_is_sent_by_the_next() {
    let app = TestApp::start_mailing(CHOIR);
    app.user(ADA).await;
    ask(&app.anonymous(), "request-password-reset", json!({"email": ADA})).await;
    let post = Post::start(&app);
    post.last_of(ADA, 1).await;
}

#[tokio::test]
async fn processes_share_the_mails_and_send_none_twice() {
    const MAILS: usize = 24;
    let app = TestApp::start_mailing(CHOIR);
    let other = app.beside();
    for number in 0..MAILS {
        let email = format!("singer{number}@example.org");
        app.user(&email).await;
        ask(
            &app.anonymous(),
            "request-password-reset",
            json!({"email": email}),
        )
        .await;
    }
    let post = Post::start(&app);
    let sender = start_sender(&other.environment, TIMES).unwrap();
    wait_until(
        &app,
        "SELECT count(*) FROM _mail_outbox WHERE state = 'sent'",
        "24",
    )
    .await;
    let tries = app.sql("SELECT DISTINCT tries FROM _mail_outbox").await;
    assert_eq!(tries, [["1"]]);
    for number in 0..MAILS {
        let email = format!("singer{number}@example.org");
        assert_eq!(post.mails_to(&email).len(), 1, "{email}");
    }
    sender.stop().await;
}

#[tokio::test]
async fn finished_mails_and_what_has_run_out_go_in_time() {
    let (app, post) = choir();
    app.user(ADA).await;
    ask(&app.anonymous(), "request-password-reset", json!({"email": ADA})).await;
    post.last_of(ADA, 1).await;
    ask(
        &app.anonymous(),
        "request-password-reset",
        json!({"email": "nobody@example.org"}),
    )
    .await;
    wait_until(
        &app,
        "SELECT count(*) FROM _mail_outbox WHERE state = 'dropped'",
        "1",
    )
    .await;
    let rest = async || {
        mainstay_engine::tidy::tidy(&app.environment).await.unwrap();
        let counts = app
            .sql("SELECT (SELECT count(*) FROM _mail_outbox), (SELECT count(*) FROM _account_tokens)")
            .await;
        counts[0].join(" ")
    };
    assert_eq!(rest().await, "2 1");
    app.clock.advance_seconds(3_601);
    assert_eq!(rest().await, "1 0");
    app.clock.advance_seconds(15 * 24 * 3_600);
    assert_eq!(rest().await, "0 0");
}
