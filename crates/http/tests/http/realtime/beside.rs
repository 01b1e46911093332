//! Activity and presence: what hangs on a record.

use serde_json::json;

use super::message;
use crate::live::{Live, text, told};
use crate::rooms::{app, room};

#[tokio::test]
async fn activity_tells_who_did_what_and_ends_with_the_sight_of_the_record() {
    let live = Live::start(app()).await;
    let (owner, guest) = (
        live.app.user("o@example.org").await,
        live.app.user("g@example.org").await,
    );
    let kitchen = room(&owner, "Kitchen").await;
    let id = message(&owner, &kitchen, "hello").await;
    let membership = owner
        .create("memberships", json!({"room": kitchen, "user": guest.id()}))
        .await;
    told(&live).await;
    let mut socket = live.connect(&guest).await;
    let wish = json!({"to": "activity", "collection": "messages", "record": id});
    let since = socket.subscribe("a", wish).await;
    owner
        .patch(
            &format!("/api/v1/records/messages/{id}"),
            json!({"text": "changed"}),
        )
        .await;
    let event = socket.next().await;
    assert!(event["seq"].as_i64().unwrap() > since);
    let at = event["at"].clone();
    assert!(at.is_string());
    let expected = json!({
        "type": "event", "id": "a", "seq": event["seq"], "event": "record.updated", "record_id": id, "version": 2,
        "at": at, "actor": {"kind": "user", "id": owner.id()},
    });
    assert_eq!(event, expected);

    owner
        .delete(&format!(
            "/api/v1/records/memberships/{}",
            text(&membership["id"])
        ))
        .await;
    let ended = socket.next().await;
    assert_eq!(
        (&ended["type"], &ended["id"], &ended["code"]),
        (&json!("ended"), &json!("a"), &json!("not_found"))
    );
    owner
        .patch(
            &format!("/api/v1/records/messages/{id}"),
            json!({"text": "secret"}),
        )
        .await;
    told(&live).await;
    socket.expect_silence().await;
    live.stop().await;
}

#[tokio::test]
async fn comments_come_as_they_stand_to_whoever_may_read_the_record() {
    let live = Live::start(app()).await;
    let (owner, stranger) = (
        live.app.user("o@example.org").await,
        live.app.user("s@example.org").await,
    );
    let kitchen = room(&owner, "Kitchen").await;
    let id = message(&owner, &kitchen, "hello").await;
    told(&live).await;
    let wish = json!({"to": "comments", "collection": "messages", "record": id});
    let mut socket = live.connect(&owner).await;
    socket.subscribe("c", wish.clone()).await;
    let mut outside = live.connect(&stranger).await;
    let mut ask = wish;
    ask["type"] = json!("subscribe");
    ask["id"] = json!("c");
    outside.send(ask).await;
    assert_eq!(outside.next().await["code"], "not_found");

    let path = format!("/api/v1/records/messages/{id}/comments");
    let comment = owner.post(&path, json!({"body": "Is it so?"})).await.json();
    let event = socket.next().await;
    assert_eq!(event["event"], "comment.created");
    assert_eq!(event["record_id"], json!(id));
    assert_eq!(event["payload"], json!({"comment": comment}));
    // A change of the record itself is no comment.
    owner
        .patch(&format!("/api/v1/records/messages/{id}"), json!({"text": "so"}))
        .await;
    told(&live).await;
    socket.expect_silence().await;
    outside.expect_silence().await;
    live.stop().await;
}

#[tokio::test]
async fn the_end_of_a_record_is_its_last_activity() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let kitchen = room(&owner, "Kitchen").await;
    let id = message(&owner, &kitchen, "hello").await;
    told(&live).await;
    let mut socket = live.connect(&owner).await;
    for to in ["activity", "comments", "presence"] {
        socket
            .subscribe(to, json!({"to": to, "collection": "messages", "record": id}))
            .await;
    }
    assert_eq!(socket.next().await["type"], "presence");
    owner.delete(&format!("/api/v1/records/messages/{id}")).await;
    assert_eq!(socket.next().await["event"], "record.deleted");
    let mut ended = Vec::new();
    for _ in 0..3 {
        let message = socket.next().await;
        assert_eq!(message["code"], "not_found");
        ended.push(text(&message["id"]));
    }
    ended.sort_unstable();
    assert_eq!(ended, ["activity", "comments", "presence"]);
    live.stop().await;
}

#[tokio::test]
async fn two_in_a_room_see_each_other_come_say_something_and_go() {
    let live = Live::start(app()).await;
    let (owner, guest) = (
        live.app.user("o@example.org").await,
        live.app.user("g@example.org").await,
    );
    let kitchen = room(&owner, "Kitchen").await;
    owner
        .create("memberships", json!({"room": kitchen, "user": guest.id()}))
        .await;
    let before = told(&live).await;
    let wish = json!({"to": "presence", "collection": "rooms", "record": kitchen});
    let mut first = live.connect(&owner).await;
    first.subscribe("p", wish.clone()).await;
    let alone = first.next().await;
    let me = text(&alone["member"]);
    assert_eq!(
        alone,
        json!({"type": "presence", "id": "p", "member": me, "members": []})
    );
    first
        .send(json!({"type": "presence", "id": "p", "state": {"at": 3}}))
        .await;

    let mut second = live.connect(&guest).await;
    second.subscribe("q", wish.clone()).await;
    let there = second.next().await;
    let other = text(&there["member"]);
    assert_eq!(
        there["members"],
        json!([{"member": me, "user": owner.id(), "state": {"at": 3}}])
    );
    let joined = json!({"member": other, "user": guest.id(), "state": null});
    assert_eq!(
        first.next().await,
        json!({"type": "presence", "id": "p", "joined": joined})
    );

    second
        .send(json!({"type": "presence", "id": "q", "state": {"typing": true}}))
        .await;
    let changed = json!({"member": other, "user": guest.id(), "state": {"typing": true}});
    assert_eq!(
        first.next().await,
        json!({"type": "presence", "id": "p", "changed": changed})
    );
    first
        .send(json!({"type": "broadcast", "id": "p", "data": {"x": 1}}))
        .await;
    assert_eq!(
        second.next().await,
        json!({"type": "broadcast", "id": "q", "member": me, "user": owner.id(), "data": {"x": 1}})
    );
    second.close().await;
    assert_eq!(
        first.next().await,
        json!({"type": "presence", "id": "p", "left": other})
    );
    let after = live
        .app
        .environment
        .db
        .read(mainstay_store::journal::newest)
        .await
        .unwrap();
    assert_eq!(after, before, "nothing of it is in the journal");
    live.stop().await;
}

#[tokio::test]
async fn a_room_is_closed_to_strangers_and_to_what_is_too_large() {
    let live = Live::start(app()).await;
    let (owner, stranger) = (
        live.app.user("o@example.org").await,
        live.app.user("s@example.org").await,
    );
    let kitchen = room(&owner, "Kitchen").await;
    told(&live).await;
    let wish = json!({"to": "presence", "collection": "rooms", "record": kitchen});
    let mut first = live.connect(&owner).await;
    first.subscribe("p", wish).await;
    assert_eq!(first.next().await["members"], json!([]));
    first
        .send(json!({"type": "presence", "id": "p", "state": "x".repeat(5_000)}))
        .await;
    assert_eq!(first.next().await["code"], "payload_too_large");

    let mut outside = live.connect(&stranger).await;
    outside
        .send(json!({"type": "subscribe", "id": "p", "to": "presence", "collection": "rooms", "record": kitchen}))
        .await;
    assert_eq!(outside.next().await["code"], "not_found");

    first.expect_silence().await;
    live.stop().await;
}
