//! Messages that are sent by hand, and pages of them; and what is tidied away.

use mainstay_engine::tidy::tidy;
use mainstay_testkit::Reply;
use serde_json::json;

use super::{Stage, path, text};

#[tokio::test]
async fn a_message_is_sent_again_under_its_id() {
    let mut stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    stage.note("one").await;
    let first = stage.receiver.next().await;
    let delivered = stage.wait_until_all(&webhook, "delivered", 1).await;
    stage.wait_seconds(60).await;
    let resend = path(
        &webhook,
        &format!("/deliveries/{}/resend", text(&delivered[0], "id")),
    );
    let answer = stage.admin.send("POST", &resend, None).await;
    assert_eq!(answer.status, 202);
    let again = stage.receiver.next().await;
    assert_eq!(
        (again.header("webhook-id"), &again.body),
        (first.header("webhook-id"), &first.body)
    );
    assert_eq!(again.header("webhook-timestamp"), "1767225660");
    let noted = stage.wait_for_attempts(&webhook, 2).await;
    assert_eq!(
        (&noted["state"], noted["attempts"].as_array().unwrap().len()),
        (&json!("delivered"), 2)
    );
    // One of another webhook is not there.
    let other = stage.webhook(json!({"kinds": ["data.exported"]})).await;
    let foreign = path(
        &other,
        &format!("/deliveries/{}/resend", text(&delivered[0], "id")),
    );
    assert_eq!(
        stage.admin.send("POST", &foreign, None).await.problem(),
        (404, "not_found".to_owned())
    );
    stage.stop().await;
}

#[tokio::test]
async fn a_test_is_sent_once() {
    let stage = Stage::set().await;
    let webhook = stage
        .webhook(json!({"collections": [], "kinds": ["data.exported"]}))
        .await;
    stage.receiver.reply(Reply::Status(500));
    let answer = stage.admin.send("POST", &path(&webhook, "/test"), None).await;
    assert_eq!(answer.status, 202);
    let sent = stage.receiver.next().await;
    assert_eq!(sent.header("webhook-id"), text(&answer.json(), "id"));
    let expected = json!({"type": "webhook.test", "timestamp": "2026-01-01T00:00:00.000000Z",
        "data": {"webhook_id": webhook["id"]}});
    assert_eq!(sent.json(), expected);
    let failed = stage.wait_until_all(&webhook, "failed", 1).await;
    assert_eq!(
        (&failed[0]["attempts_made"], &failed[0]["seq"]),
        (&json!(1), &json!(null))
    );
    stage.stop().await;
}

#[tokio::test]
async fn messages_come_in_pages_and_go_in_time() {
    let mut stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    for number in 0..3 {
        stage.note(&format!("note {number}")).await;
        stage.receiver.next().await;
    }
    let all = stage.wait_until_all(&webhook, "delivered", 3).await;
    let first = stage
        .admin
        .get(&path(&webhook, "/deliveries?limit=2"))
        .await
        .json();
    assert_eq!(first["items"].as_array().unwrap().as_slice(), &all[..2]);
    let rest = format!("/deliveries?limit=2&cursor={}", text(&first, "next_cursor"));
    let rest = stage.admin.get(&path(&webhook, &rest)).await.json();
    assert_eq!(rest, json!({"items": [all[2]], "next_cursor": null}));
    for (query, code) in [
        ("state=lost", "invalid_parameter"),
        ("cursor=nonsense", "invalid_cursor"),
        ("page=2", "unknown_parameter"),
    ] {
        let refused = stage
            .admin
            .get(&path(&webhook, &format!("/deliveries?{query}")))
            .await;
        assert_eq!(refused.problem(), (400, code.to_owned()));
    }
    stage.wait_seconds(29 * 86_400).await;
    tidy(&stage.app.environment).await.unwrap();
    assert_eq!(stage.deliveries(&webhook).await.len(), 3);
    stage.wait_seconds(86_401).await;
    tidy(&stage.app.environment).await.unwrap();
    assert!(stage.deliveries(&webhook).await.is_empty());
    stage.stop().await;
}
