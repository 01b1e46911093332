//! `GET /api/v1/realtime`: who hears what.

mod beside;
mod cookies;
mod ends;
mod joining;
mod processes;
mod random;
mod replay;
mod sight;
mod stream;

use mainstay_testkit::Client;
use serde_json::json;

use crate::live::{Live, text, told};
use crate::rooms::{app, room};

pub(crate) async fn message(client: &Client, room: &str, body: &str) -> String {
    text(
        &client
            .create("messages", json!({"room": room, "text": body}))
            .await["id"],
    )
}

#[tokio::test]
async fn members_hear_of_messages_and_strangers_of_nothing() {
    let live = Live::start(app()).await;
    let (owner, stranger) = (
        live.app.user("o@example.org").await,
        live.app.user("s@example.org").await,
    );
    let room = room(&owner, "Kitchen").await;
    told(&live).await;
    let (mut hears, mut deaf) = (live.connect(&owner).await, live.connect(&stranger).await);
    let began = hears.follow("m", "messages").await;
    deaf.follow("m", "messages").await;

    let id = message(&owner, &room, "hello").await;
    let shown = owner.get(&format!("/api/v1/records/messages/{id}")).await.json();
    let (name, record, event) = hears.event().await;
    assert_eq!((name.as_str(), &record), ("created", &id));
    let seq = event["seq"].as_i64().unwrap();
    assert!(seq > began);
    assert_eq!(
        event,
        json!({"type": "event", "id": "m", "seq": seq, "event": "created", "record_id": id, "version": 1, "record": shown})
    );

    owner
        .patch(
            &format!("/api/v1/records/messages/{id}"),
            json!({"text": "changed"}),
        )
        .await;
    let (name, _, event) = hears.event().await;
    assert_eq!(
        (name.as_str(), &event["record"]["text"], &event["version"]),
        ("updated", &json!("changed"), &json!(2))
    );

    owner.delete(&format!("/api/v1/records/messages/{id}")).await;
    let (name, _, event) = hears.event().await;
    assert_eq!((name.as_str(), event.get("record")), ("deleted", None));

    owner
        .send("POST", &format!("/api/v1/records/messages/{id}/restore"), None)
        .await;
    let (name, _, event) = hears.event().await;
    assert_eq!(
        (name.as_str(), &event["record"]["text"]),
        ("restored", &json!("changed"))
    );

    told(&live).await;
    deaf.expect_silence().await;
    hears.expect_silence().await;
    live.stop().await;
}
