//! Several processes on one database.

use serde_json::json;

use super::message;
use crate::live::{Live, text, told};
use crate::rooms::{app, room};

#[tokio::test]
async fn what_is_written_at_one_process_is_heard_at_the_other() {
    let first = app();
    let second = Live::start(first.beside()).await;
    let first = Live::start(first).await;
    let owner = first.app.user("o@example.org").await;
    let kitchen = room(&owner, "Kitchen").await;
    told(&second).await;
    let mut socket = second.connect(&owner).await;
    socket.follow("m", "messages").await;
    let id = message(&owner, &kitchen, "hello").await;
    let (name, record, _) = socket.event().await;
    assert_eq!((name.as_str(), &record), ("created", &id));
    // Signed out at one, let go at the other.
    owner.post("/api/v1/auth/sign-out", json!({})).await;
    assert_eq!(socket.closed().await, (4401, "signed_out".to_owned()));
    second.stop().await;
    first.stop().await;
}

#[tokio::test]
async fn a_room_is_the_same_in_every_process() {
    let first = app();
    let second = Live::start(first.beside()).await;
    let first = Live::start(first).await;
    let (owner, guest) = (
        first.app.user("o@example.org").await,
        first.app.user("g@example.org").await,
    );
    let kitchen = room(&owner, "Kitchen").await;
    owner
        .create("memberships", json!({"room": kitchen, "user": guest.id()}))
        .await;
    let (before, _) = (told(&first).await, told(&second).await);
    let wish = json!({"to": "presence", "collection": "rooms", "record": kitchen});
    let mut here = first.connect(&owner).await;
    here.subscribe("p", wish.clone()).await;
    let me = text(&here.next().await["member"]);
    here.send(json!({"type": "presence", "id": "p", "state": {"at": 3}}))
        .await;

    let mut there = second.connect(&guest).await;
    there.subscribe("q", wish).await;
    let other = text(&there.next().await["member"]);
    let joined = there.next().await["joined"].clone();
    assert_eq!(
        (&joined["member"], &joined["user"]),
        (&json!(me), &json!(owner.id()))
    );
    // The state may have been on its way when the other process asked.
    if joined["state"] != json!({"at": 3}) {
        assert_eq!(there.next().await["changed"]["state"], json!({"at": 3}));
    }
    assert_eq!(here.next().await["joined"]["member"], other);
    there
        .send(json!({"type": "broadcast", "id": "q", "data": "hello"}))
        .await;
    assert_eq!(
        here.next().await,
        json!({"type": "broadcast", "id": "p", "member": other, "user": guest.id(), "data": "hello"})
    );
    here.send(json!({"type": "unsubscribe", "id": "p"})).await;
    assert_eq!(there.next().await["left"], me);

    let wish = json!({"to": "presence", "collection": "rooms", "record": kitchen});
    here.subscribe("again", wish).await;
    assert_eq!(here.next().await["type"], "presence");
    assert_eq!(there.next().await["joined"]["user"], owner.id());
    assert_eq!(here.next().await["joined"]["member"], other);
    // Killed: it says nothing any more, not even that it goes.
    second.kill().await;
    assert_eq!(here.next().await["left"], other);
    assert_eq!(told(&first).await, before, "nothing of it is in the journal");
    first.stop().await;
}
