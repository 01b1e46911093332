//! Senders that are killed, and several of them on one database.

use std::collections::BTreeSet;

use mainstay_engine::sending::SenderTimes;
use mainstay_engine::webhooks;
use mainstay_testkit::Reply;
use serde_json::json;

use super::{Stage, TIMES, text, title};

#[tokio::test]
async fn what_a_killed_sender_was_at_is_sent_again() {
    let mut stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    stage.receiver.reply(Reply::Silence);
    stage.note("one").await;
    let first = stage.receiver.next().await;
    // Not stopped in order: the answer is never known.
    drop(stage.sender.take());
    assert_eq!(
        stage.admin.get(&super::path(&webhook, "")).await.json()["pending"],
        1
    );
    // The lease of the killed one has to end first.
    stage.wait_seconds(601).await;
    stage.sender = Some(webhooks::start_sender(&stage.app.environment, TIMES));
    let again = stage.receiver.next().await;
    assert_eq!(
        (again.header("webhook-id"), &again.body),
        (first.header("webhook-id"), &first.body)
    );
    let delivered = stage.wait_until_all(&webhook, "delivered", 1).await;
    assert_eq!(delivered[0]["attempts_made"], 1);
    stage.stop().await;
}

#[tokio::test]
async fn processes_share_the_work_and_send_nothing_twice() {
    const NOTES: usize = 60;
    let stage = Stage::set().await;
    let other = stage.app.beside();
    let beside = webhooks::start_sender(&other.environment, SenderTimes { ..TIMES });
    let webhooks = [
        stage.webhook(json!({})).await,
        stage.webhook(json!({})).await,
        stage.webhook(json!({})).await,
    ];
    for number in 0..NOTES {
        stage.note(&number.to_string()).await;
    }
    let (mut ids, mut titles) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..NOTES * webhooks.len() {
        let received = stage.receiver.next().await;
        assert!(
            ids.insert(received.header("webhook-id").to_owned()),
            "{} came twice",
            title(&received)
        );
        titles.insert(title(&received));
    }
    assert_eq!(titles.len(), NOTES);
    for webhook in &webhooks {
        let delivered = |found: &[serde_json::Value]| found.iter().all(|one| one["state"] == "delivered");
        for one in stage.wait_for(webhook, delivered).await {
            assert_eq!(one["attempts_made"], 1, "{}", text(&one, "id"));
        }
    }
    beside.stop().await;
    stage.stop().await;
}
