//! `GET /api/v1/records/{collection}/{id}/activity` and `GET /api/v1/activity`

use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use crate::rooms::{app, room};

fn sentences(page: &Json) -> Vec<String> {
    let items = page["items"].as_array().expect("a page has items");
    items
        .iter()
        .map(|item| item["sentence"].as_str().expect("each has a sentence").to_owned())
        .collect()
}

async fn member(app: &TestApp, owner: &Client, room: &str, name: &str) -> Client {
    let email = format!("{}@example.org", name.to_lowercase());
    let client = app.user_with(&email, json!({"name": name})).await;
    owner
        .create("memberships", json!({"room": room, "user": client.id()}))
        .await;
    client
}

#[tokio::test]
async fn record_activity_in_sentences() {
    let app = TestApp::start(crate::rooms::ROOMS);
    let ada = app.user_with("ada@example.org", json!({"name": "Ada"})).await;
    let id = room(&ada, "Kitchen").await;
    let path = format!("/api/v1/records/rooms/{id}");
    app.clock.advance_seconds(5);
    ada.patch(&path, json!({"kind": "closed", "secret": "owl"})).await;
    ada.patch(&path, json!({"name": "Attic", "kind": "open"})).await;
    ada.patch(&path, json!({"secret": "cat"})).await;
    ada.delete(&path).await;
    ada.post(&format!("{path}/restore"), json!({})).await;
    let page = ada.get(&format!("{path}/activity")).await.json();
    assert_eq!(
        sentences(&page),
        [
            "Ada restored \"Attic\"",
            "Ada deleted \"Attic\"",
            "Ada changed \"Attic\"",
            "Ada changed Name from Kitchen to Attic and changed Kind from closed to open in \"Attic\"",
            "Ada changed Kind from open to closed in \"Attic\"",
            "Ada created \"Attic\" in Rooms",
        ]
    );
    let entry = page["items"][4].clone();
    assert_eq!(
        entry,
        json!({
            "seq": entry["seq"],
            "at": "2026-01-01T00:00:05.000000Z",
            "kind": "record.updated",
            "actor": {"kind": "user", "id": ada.id(), "label": "Ada"},
            "collection": "rooms",
            "record_id": id,
            "version": 2,
            "label": "Attic",
            "fields": [{"name": "kind", "title": "Kind", "old": "open", "new": "closed"}],
            "erased": false,
            "sentence": "Ada changed Kind from open to closed in \"Attic\"",
        })
    );
    assert!(!page.to_string().contains("owl") && !page.to_string().contains("cat\""));
    // The same entries as in the audit.
    let administrator = app.administrator().await;
    let audit = administrator
        .get(&format!("/api/v1/audit?record={id}"))
        .await
        .column("seq");
    assert_eq!(ada.get(&format!("{path}/activity")).await.column("seq"), audit);
    let deleted = ada.get(&format!("{path}/activity?kind=record.deleted")).await;
    assert_eq!(deleted.column("kind"), ["record.deleted"]);
    let first = ada.get(&format!("{path}/activity?limit=2")).await.json();
    let next = first["next_cursor"].as_str().unwrap();
    let rest = ada
        .get(&format!("{path}/activity?cursor={next}"))
        .await
        .column("seq");
    assert_eq!(rest, audit[2..]);
    // For somebody who may not read the record it is not there.
    let eve = app.user_with("eve@example.org", json!({"name": "Eve"})).await;
    for path in [format!("{path}/activity"), format!("{path}/activity?tree=true")] {
        assert_eq!(eve.get(&path).await.problem(), (404, "not_found".to_owned()));
    }
}

#[tokio::test]
async fn activity_of_a_tree_has_what_lies_under_a_record() {
    let app = TestApp::start(crate::rooms::ROOMS);
    let ada = app.user_with("ada@example.org", json!({"name": "Ada"})).await;
    let kitchen = room(&ada, "Kitchen").await;
    let attic = room(&ada, "Attic").await;
    let ben = member(&app, &ada, &kitchen, "Ben").await;
    let message = ben
        .create("messages", json!({"room": kitchen, "text": "hello"}))
        .await;
    ada.create("messages", json!({"room": attic, "text": "elsewhere"}))
        .await;
    ben.delete(&format!(
        "/api/v1/records/messages/{}",
        message["id"].as_str().unwrap()
    ))
    .await;
    let tree = |client: &Client| {
        let client = client.clone();
        let path = format!("/api/v1/records/rooms/{kitchen}/activity?tree=true&limit=100");
        async move { client.get(&path).await.json() }
    };
    let seen = tree(&ben).await;
    let about: Vec<(&str, &str)> = seen["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            (
                item["collection"].as_str().unwrap(),
                item["kind"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        about,
        [
            ("messages", "record.deleted"),
            ("messages", "record.created"),
            ("memberships", "record.created"),
            ("memberships", "record.created"),
            ("rooms", "record.created"),
        ]
    );
    assert!(!seen.to_string().contains("elsewhere"));
    // A deleted message may be restored by whoever wrote it; for the others it is gone, and with it what happened to it.
    let seen = tree(&ada).await;
    assert!(!seen.to_string().contains("messages"), "{seen}");
}

#[tokio::test]
async fn user_activity_shows_what_the_caller_may_read() {
    let app = TestApp::start(crate::rooms::ROOMS);
    let ada = app.user_with("ada@example.org", json!({"name": "Ada"})).await;
    let kitchen = room(&ada, "Kitchen").await;
    room(&ada, "Diary").await;
    let ben = member(&app, &ada, &kitchen, "Ben").await;
    let eve = app.user_with("eve@example.org", json!({"name": "Eve"})).await;
    let path = format!("/api/v1/activity?user={}", ada.id());
    let seen = ben.get(&path).await.json();
    assert_eq!(
        sentences(&seen).last().map(String::as_str),
        Some("Ada created \"Kitchen\" in Rooms")
    );
    assert!(!seen.to_string().contains("Diary"), "{seen}");
    let own = ada.get("/api/v1/activity?user=me&kind=record.created").await;
    assert!(own.text().contains("Diary"));
    let administrator = app.administrator().await;
    let audit = administrator
        .get(&format!("/api/v1/audit?actor={}&kind=record.*", ada.id()))
        .await
        .column("seq");
    assert_eq!(ada.get("/api/v1/activity?user=me").await.column("seq"), audit);
    assert_eq!(eve.get(&path).await.problem(), (404, "not_found".to_owned()));
    assert_eq!(
        app.anonymous().get("/api/v1/activity?user=me").await.problem().0,
        401
    );
    assert_eq!(
        ada.get("/api/v1/activity").await.problem(),
        (400, "invalid_parameter".to_owned())
    );
    assert_eq!(
        ada.get("/api/v1/activity?user=you").await.problem(),
        (400, "invalid_parameter".to_owned())
    );
}

/// Ada's name is known to those who share a room with her, and to nobody else.
#[tokio::test]
async fn whoever_may_not_be_known_is_somebody() {
    let app = TestApp::start(crate::rooms::ROOMS);
    let ada = app.user_with("ada@example.org", json!({"name": "Ada"})).await;
    let administrator = app.administrator().await;
    let id = room(&ada, "Kitchen").await;
    let ben = member(&app, &ada, &id, "Ben").await;
    administrator
        .patch(&format!("/api/v1/records/rooms/{id}"), json!({"name": "Attic"}))
        .await;
    let page = ben
        .get(&format!("/api/v1/records/rooms/{id}/activity"))
        .await
        .json();
    assert_eq!(
        sentences(&page),
        [
            "Somebody changed Name from Kitchen to Attic in \"Attic\"",
            "Ada created \"Attic\" in Rooms"
        ]
    );
    assert_eq!(page["items"][0]["actor"]["label"], json!(null));
}

#[tokio::test]
async fn activity_of_a_record_that_is_gone_for_good_takes_its_label_from_the_entry() {
    let app = TestApp::start(&[
        ("mainstay.toml", "name = \"notes\"\n"),
        (
            "collections/notes.toml",
            "label = \"{title}\"\n[fields.title]\ntype = \"text\"\n[rules]\nread = \"true\"\n",
        ),
    ]);
    let administrator = app.administrator().await;
    let note = administrator.create("notes", json!({"title": "Old news"})).await;
    let path = format!("/api/v1/records/notes/{}", note["id"].as_str().unwrap());
    administrator.delete(&path).await;
    let page = administrator.get(&format!("{path}/activity")).await.json();
    let labels: Vec<&Json> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["label"])
        .collect();
    assert_eq!(labels, [&json!("Old news"), &json!("Old news")]);
    assert_eq!(
        app.anonymous().get(&format!("{path}/activity")).await.problem().0,
        404
    );
    assert_eq!(
        administrator
            .get("/api/v1/records/notes/0195a3c1-7c1e-7b52-9c8e-2f6b3d1a4e55/activity")
            .await
            .problem()
            .0,
        404
    );
}

#[tokio::test]
async fn nothing_but_changes_is_shown() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let page = ada
        .get(&format!("/api/v1/records/users/{}/activity", ada.id()))
        .await;
    assert_eq!(page.column("kind"), ["record.created"]);
}
