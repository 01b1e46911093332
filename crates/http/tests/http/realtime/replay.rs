//! What a client missed, and what it is told only once.

use std::collections::HashMap;
use std::sync::Arc;

use mainstay_core::limits;
use serde_json::json;

use super::message;
use crate::live::{Live, text, told};
use crate::rooms::{app, room};

#[tokio::test]
async fn what_was_missed_is_told_before_what_comes() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let room = room(&owner, "Kitchen").await;
    told(&live).await;
    let mut socket = live.connect(&owner).await;
    let since = socket.follow("m", "messages").await;
    socket.close().await;
    let (first, second) = (
        message(&owner, &room, "one").await,
        message(&owner, &room, "two").await,
    );
    owner.delete(&format!("/api/v1/records/messages/{first}")).await;
    told(&live).await;

    let mut socket = live.connect(&owner).await;
    let wish = json!({"to": "records", "collection": "messages", "since": since});
    let position = socket.subscribe("m", wish.clone()).await;
    // The first is gone already. Whoever listed before it went has it, and must hear of it.
    let (name, record, event) = socket.event().await;
    assert_eq!((name.as_str(), &record), ("deleted", &first));
    assert_eq!(event.get("record"), None);
    let (name, record, event) = socket.event().await;
    assert_eq!((name.as_str(), &record), ("created", &second));
    let seen = event["seq"].as_i64().unwrap();
    assert!(seen > since && seen <= position);
    let third = message(&owner, &room, "three").await;
    assert_eq!(socket.event().await.1, third);
    told(&live).await;
    socket.expect_silence().await;

    let mut wish = wish;
    wish["since"] = json!(position);
    let mut again = live.connect(&owner).await;
    again.subscribe("m", wish).await;
    assert_eq!(again.event().await.1, third);
    again.expect_silence().await;
    live.stop().await;
}

#[tokio::test]
async fn nothing_is_missed_or_told_twice_while_others_write() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let room = Arc::new(room(&owner, "Kitchen").await);
    told(&live).await;
    let mut socket = live.connect(&owner).await;
    let mut since = socket.follow("m", "messages").await;
    socket.close().await;
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (owner, room) = (owner.clone(), Arc::clone(&room));
            tokio::spawn(async move {
                let mut written = Vec::new();
                for number in 0..25 {
                    written.push(message(&owner, &room, &format!("{writer} {number}")).await);
                }
                written
            })
        })
        .collect();
    // Comes and goes while they write, each time with the last number that it has seen.
    let mut heard: HashMap<String, usize> = HashMap::new();
    while heard.len() < 100 {
        let mut socket = live.connect(&owner).await;
        let wish = json!({"to": "records", "collection": "messages", "since": since});
        socket.subscribe("m", wish).await;
        for _ in 0..7.min(100 - heard.len()) {
            let (name, record, event) = socket.event().await;
            assert_eq!(name, "created");
            let seq = event["seq"].as_i64().unwrap();
            assert!(seq > since, "in the order of the journal");
            since = seq;
            *heard.entry(record).or_default() += 1;
        }
        socket.close().await;
    }
    for writer in writers {
        for id in writer.await.unwrap() {
            assert_eq!(heard.get(&id), Some(&1));
        }
    }
    live.stop().await;
}

#[tokio::test]
async fn whoever_is_too_far_behind_lists_again() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let room = room(&owner, "Kitchen").await;
    told(&live).await;
    let mut socket = live.connect(&owner).await;
    let since = socket.follow("m", "messages").await;
    // Entries of something else, past the API: only their number matters.
    let entries = format!(
        "INSERT INTO _journal (at, kind, actor_kind, release, payload, payload_hash)
         SELECT j.at, 'data.exported', 'system', j.release, '{{}}', j.payload_hash
         FROM _journal AS j, (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {})
                              SELECT n FROM c) AS numbers
         WHERE j.seq = {since}",
        limits::REALTIME_REPLAY_ENTRIES_MAX
    );
    live.app.sql_write(&entries).await.unwrap();
    for number in 0..6 {
        message(&owner, &room, &format!("{number}")).await;
    }
    let newest = told(&live).await;
    for (since, reload) in [(since, true), (newest + 1_000, true), (newest - 5, false)] {
        let mut other = live.connect(&owner).await;
        let wish = json!({"to": "records", "collection": "messages", "since": since});
        let position = other.subscribe("m", wish).await;
        let answer = other.next().await;
        if reload {
            let expected = json!({"type": "reload", "id": "m", "seq": position, "reason": "too_far_behind"});
            assert_eq!(answer, expected);
        } else {
            assert_eq!(text(&answer["event"]), "created");
        }
    }
    live.stop().await;
}

#[tokio::test]
async fn changes_in_a_short_time_become_one() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let room = room(&owner, "Kitchen").await;
    let old = message(&owner, &room, "old").await;
    told(&live).await;
    let mut socket = live.connect(&owner).await;
    socket
        .subscribe(
            "m",
            json!({"to": "records", "collection": "messages", "coalesce_ms": 2_000}),
        )
        .await;
    let path = |id: &str| format!("/api/v1/records/messages/{id}");
    let gone = message(&owner, &room, "gone").await;
    let new = message(&owner, &room, "new").await;
    for number in 0..5 {
        owner
            .patch(&path(&old), json!({"text": format!("old {number}")}))
            .await;
        owner
            .patch(&path(&new), json!({"text": format!("new {number}")}))
            .await;
    }
    owner.delete(&path(&gone)).await;
    let (name, record, _) = socket.event().await;
    assert_eq!((name.as_str(), &record), ("deleted", &gone));
    let (name, record, event) = socket.event().await;
    assert_eq!(
        (name.as_str(), &record, &event["record"]["text"]),
        ("created", &new, &json!("new 4"))
    );
    let (name, record, event) = socket.event().await;
    assert_eq!(
        (name.as_str(), &record, &event["record"]["text"]),
        ("updated", &old, &json!("old 4"))
    );
    told(&live).await;
    socket.expect_silence().await;
    live.stop().await;
}

#[tokio::test]
async fn what_came_and_went_is_told_to_whoever_could_have_listed_it() {
    let live = Live::start(app()).await;
    let (owner, guest, stranger) = (
        live.app.user("o@example.org").await,
        live.app.user("g@example.org").await,
        live.app.user("s@example.org").await,
    );
    let room = room(&owner, "Kitchen").await;
    let since = told(&live).await;
    let gone = message(&owner, &room, "gone").await;
    owner.delete(&format!("/api/v1/records/messages/{gone}")).await;
    let membership = owner
        .create("memberships", json!({"room": room, "user": guest.id()}))
        .await;
    owner
        .delete(&format!(
            "/api/v1/records/memberships/{}",
            text(&membership["id"])
        ))
        .await;
    told(&live).await;

    let wish = json!({"to": "records", "collection": "messages", "since": since});
    let mut hears = live.connect(&owner).await;
    hears.subscribe("m", wish.clone()).await;
    let (name, record, event) = hears.event().await;
    assert_eq!((name.as_str(), &record), ("deleted", &gone));
    assert_eq!(event.get("record"), None);
    // The guest may have listed the room while it was open to them.
    let mut was_there = live.connect(&guest).await;
    was_there.subscribe("m", wish.clone()).await;
    assert_eq!(was_there.next().await["type"], "reload");
    let mut deaf = live.connect(&stranger).await;
    deaf.subscribe("m", wish).await;
    for socket in [&mut hears, &mut was_there, &mut deaf] {
        socket.expect_silence().await;
    }
    live.stop().await;
}

#[tokio::test]
async fn no_event_overtakes_a_call_to_list_again() {
    let live = Live::start(app()).await;
    let (owner, guest) = (
        live.app.user("o@example.org").await,
        live.app.user("g@example.org").await,
    );
    let (kitchen, cellar) = (room(&owner, "Kitchen").await, room(&owner, "Cellar").await);
    told(&live).await;
    let mut socket = live.connect(&guest).await;
    socket.follow("m", "messages").await;
    let join = async |room: &str| {
        owner
            .create("memberships", json!({"room": room, "user": guest.id()}))
            .await;
        told(&live).await
    };
    join(&kitchen).await;
    assert_eq!(socket.next().await["type"], "reload");
    // The second one waits for half a second after the first, if it comes so soon.
    let joined = join(&cellar).await;
    message(&owner, &kitchen, "meanwhile").await;
    told(&live).await;
    let next = socket.next().await;
    assert_eq!(next["type"], "reload");
    assert!(next["seq"].as_i64().unwrap() >= joined);
    live.stop().await;
}
