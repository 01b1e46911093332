//! Live updates with a key: its scopes decide, and its end is that of its connections.

use serde_json::json;

use super::{PATH, make, text};
use crate::live::Live;
use crate::rooms::{app, room};

#[tokio::test]
async fn a_key_hears_what_its_scopes_and_the_rules_let_it() {
    let app = app();
    let owner = app.user("o@example.org").await;
    let stranger = app.user("s@example.org").await;
    let kitchen = room(&owner, "Kitchen").await;
    let elsewhere = room(&stranger, "Elsewhere").await;
    let (_, key) = make(&owner, &["messages:read"]).await;
    let live = Live::start(app).await;
    let mut socket = live.connect(&key).await;
    socket
        .subscribe("m", json!({"to": "records", "collection": "messages"}))
        .await;
    socket
        .send(json!({"type": "subscribe", "id": "r", "to": "records", "collection": "rooms"}))
        .await;
    let ended = socket.next().await;
    assert_eq!(
        (&ended["type"], &ended["id"]),
        (&json!("ended"), &json!("r")),
        "{ended}"
    );
    stranger
        .create("messages", json!({"room": elsewhere, "text": "secret"}))
        .await;
    let heard = owner
        .create("messages", json!({"room": kitchen, "text": "hello"}))
        .await;
    let event = socket.next().await;
    assert_eq!(event["record"]["id"], heard["id"], "{event}");
    live.stop().await;
}

#[tokio::test]
async fn connections_end_with_their_key() {
    let app = app();
    let owner = app.user("o@example.org").await;
    let (made, key) = make(&owner, &["*:read"]).await;
    let (_, other) = make(&owner, &["*:read"]).await;
    let live = Live::start(app).await;
    let mut taken_back = live.connect(&key).await;
    let mut kept = live.connect(&other).await;
    kept.subscribe("r", json!({"to": "records", "collection": "rooms"}))
        .await;
    let one = format!("{PATH}/{}", text(&made, "id"));
    assert_eq!(owner.delete(&one).await.status, 204);
    taken_back.closed().await;
    let room = owner.create("rooms", json!({"name": "Kitchen"})).await;
    owner
        .create("memberships", json!({"room": room["id"], "user": owner.id()}))
        .await;
    assert!(kept.next().await.is_object(), "the other key goes on");
    live.stop().await;
}
