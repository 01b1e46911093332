//! Attempts that fail, and what follows.

use mainstay_core::limits::WEBHOOK_PENDING_MAX;
use mainstay_engine::readers::{ReaderTimes, RunningReaders};
use mainstay_engine::webhooks;
use mainstay_testkit::{Dialect, Receiver, Reply, TestApp, TestDatabase};
use serde_json::json;

use super::{NOTES, Stage, TIMES, path, text, title};

/// The pauses of the specification, in seconds.
const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

#[tokio::test]
async fn a_message_is_sent_by_the_schedule_until_no_attempt_is_left() {
    let mut stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    for _ in 0..10 {
        stage.receiver.reply(Reply::Text(500, "x".repeat(5_000)));
    }
    stage.note("one").await;
    let first = stage.receiver.next().await;
    for (attempts, pause) in (1..).zip(PAUSES) {
        let noted = stage.wait_for_attempts(&webhook, attempts).await;
        assert_eq!(noted["state"], "pending");
        // A tenth of the pause at most comes on top.
        stage.wait_seconds(pause - 1).await;
        let before = stage.deliveries(&webhook).await;
        assert_eq!(before[0]["attempts_made"], attempts);
        stage.wait_seconds(pause / 10 + 2).await;
        let again = stage.receiver.next().await;
        assert_eq!(again.header("webhook-id"), first.header("webhook-id"));
        assert_eq!(again.body, first.body);
        assert_ne!(
            again.header("webhook-timestamp"),
            first.header("webhook-timestamp")
        );
        assert_ne!(
            again.header("webhook-signature"),
            first.header("webhook-signature")
        );
    }
    let failed = stage.wait_until_all(&webhook, "failed", 1).await;
    assert_eq!(
        (&failed[0]["attempts_made"], &failed[0]["next_attempt_at"]),
        (&json!(10), &json!(null))
    );
    let attempts = failed[0]["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 10);
    assert_eq!(attempts[0]["status"], 500);
    assert_eq!(
        attempts[0]["error"],
        "the answer was 500, and only 200 to 299 is success"
    );
    assert_eq!(attempts[0]["answer"], "x".repeat(1_024));
    let listed = stage
        .admin
        .get(&path(&webhook, "/deliveries?state=failed"))
        .await
        .json();
    assert_eq!(listed["items"][0]["id"], failed[0]["id"]);
    let listed = stage
        .admin
        .get(&path(&webhook, "/deliveries?state=pending"))
        .await
        .json();
    assert_eq!(listed, json!({"items": [], "next_cursor": null}));
    stage.stop().await;
}

#[tokio::test]
async fn a_message_that_fails_holds_no_other_back() {
    let mut stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    stage
        .receiver
        .reply(Reply::With(503, "retry-after", "120".to_owned()));
    stage.note("one").await;
    assert_eq!(title(&stage.receiver.next().await), "one");
    let failing = stage.wait_for_attempts(&webhook, 1).await;
    // Later than the schedule says, as the answer asked.
    assert_eq!(failing["next_attempt_at"], "2026-01-01T00:02:00.000000Z");
    assert_eq!(
        stage.read(&webhook).await["failing_since"],
        "2026-01-01T00:00:00.000000Z"
    );
    stage.note("two").await;
    assert_eq!(title(&stage.receiver.next().await), "two");
    stage
        .wait_for(&webhook, |found| found[0]["state"] == "delivered")
        .await;
    assert_eq!(stage.read(&webhook).await["failing_since"], json!(null));
    stage.wait_seconds(120).await;
    assert_eq!(title(&stage.receiver.next().await), "one");
    stage.wait_until_all(&webhook, "delivered", 2).await;
    stage.stop().await;
}

#[tokio::test]
async fn who_is_gone_is_switched_off() {
    let stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    stage.receiver.reply(Reply::Status(410));
    stage.note("one").await;
    stage.receiver.next().await;
    stage.wait_until_all(&webhook, "failed", 1).await;
    let now = stage.read(&webhook).await;
    assert_eq!((&now["enabled"], &now["pending"]), (&json!(false), &json!(0)));
    assert!(text(&now, "disabled_reason").contains("410"));
    let journal = stage
        .app
        .sql("SELECT kind, payload FROM _journal WHERE kind = 'webhook.disabled'")
        .await;
    assert_eq!(journal.len(), 1);
    assert!(journal[0][1].contains("410"));
    stage.note("two").await;
    let test = stage.admin.send("POST", &path(&webhook, "/test"), None).await;
    assert_eq!(test.problem(), (409, "conflict".to_owned()));
    let changed = stage
        .admin
        .patch(&path(&webhook, ""), json!({"enabled": true}))
        .await
        .json();
    assert_eq!(changed["disabled_reason"], json!(null));
    stage.note("three").await;
    assert_eq!(title(&stage.receiver.next().await), "three");
    stage
        .wait_for(&webhook, |found| found[0]["state"] == "delivered")
        .await;
    stage.stop().await;
}

#[tokio::test]
async fn days_of_failures_switch_an_endpoint_off() {
    let mut stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    stage.receiver.reply(Reply::Status(500));
    stage.receiver.reply(Reply::Status(500));
    stage.note("one").await;
    stage.receiver.next().await;
    stage.wait_for_attempts(&webhook, 1).await;
    stage.wait_seconds(5 * 86_400).await;
    stage.receiver.next().await;
    stage.wait_for_attempts(&webhook, 2).await;
    let now = stage.read(&webhook).await;
    assert_eq!(now["disabled_reason"], "every attempt has failed for 5 days");
    assert_eq!((&now["enabled"], &now["pending"]), (&json!(false), &json!(1)));
    stage.stop().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    let elsewhere = stage.receiver.url().replace("/hooks", "/elsewhere");
    stage.receiver.reply(Reply::With(307, "location", elsewhere));
    stage.note("one").await;
    assert_eq!(stage.receiver.next().await.path, "/hooks");
    let failed = stage.wait_for_attempts(&webhook, 1).await;
    assert_eq!(
        (&failed["state"], &failed["attempts"][0]["status"]),
        (&json!("pending"), &json!(307))
    );
    assert!(text(&failed["attempts"][0], "error").contains("redirect"));
    stage.stop().await;
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_sent_nothing() {
    let app = TestApp::start(NOTES);
    let readers = RunningReaders::start(
        &app.environment,
        vec![webhooks::reader(&app.environment)],
        ReaderTimes::default(),
    );
    let stage = Stage {
        admin: app.administrator().await,
        receiver: Receiver::start().await,
        readers,
        sender: Some(webhooks::start_sender(&app.environment, TIMES)),
        app,
    };
    let url = format!("https://localhost:{}/hooks", stage.receiver.port());
    let webhook = stage.webhook(json!({"url": url})).await;
    stage.note("one").await;
    let failed = stage.wait_for_attempts(&webhook, 1).await;
    let error = text(&failed["attempts"][0], "error");
    assert!(error.contains("not on the public internet"), "{error}");
    assert_eq!(failed["attempts"][0]["status"], json!(null));
    stage.stop().await;
}

#[tokio::test]
async fn an_endpoint_for_which_too_much_waits_is_switched_off() {
    let stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    let id = text(&webhook, "id").replace('-', "");
    let new_id = match TestDatabase::dialect() {
        Dialect::Sqlite => ("randomblob(16)", format!("x'{id}'")),
        Dialect::Postgres => ("gen_random_uuid()", format!("'{id}'::uuid")),
    };
    let fill = format!(
        "INSERT INTO _webhook_deliveries (id, webhook_id, kind, body, state, made, tries, due_at, created_at, attempts)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})
         SELECT {}, {}, 'webhook.test', '{{}}', 'pending', 0, 0, 9000000000000000, 0, '[]' FROM n",
        WEBHOOK_PENDING_MAX - 1,
        new_id.0,
        new_id.1
    );
    stage.app.sql_write(&fill).await.unwrap();
    stage.note("last").await;
    assert_eq!(title(&stage.receiver.next().await), "last");
    stage.wait_until_pending(&webhook, WEBHOOK_PENDING_MAX - 1).await;
    stage.receiver.reply(Reply::Status(500));
    stage.note("fills it").await;
    assert_eq!(title(&stage.receiver.next().await), "fills it");
    stage.wait_until_pending(&webhook, WEBHOOK_PENDING_MAX).await;
    stage.note("too many").await;
    let now = stage.wait_until_off(&webhook).await;
    assert_eq!(now["pending"], WEBHOOK_PENDING_MAX);
    assert!(text(&now, "disabled_reason").starts_with("10000 messages wait for it already"));
    stage.stop().await;
}
