//! `GET /api/v1/records/{collection}/{id}/history`

use serde_json::json;

use crate::rooms::{app, room};

#[tokio::test]
async fn record_history() {
    let app = app();
    let (ada, eve) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
    );
    let room_id = room(&ada, "Kitchen").await;
    let path = format!("/api/v1/records/rooms/{room_id}");
    app.clock.advance_seconds(5);
    let changed = ada.patch(&path, json!({"name": "Attic", "secret": "x"})).await;
    let history = ada.get(&format!("{path}/history?limit=1")).await.json();
    let entry = &history["items"][0];
    assert_eq!(entry["kind"], "record.updated");
    assert_eq!(entry["version"], 2);
    assert_eq!(entry["at"], "2026-01-01T00:00:05.000000Z");
    assert_eq!(entry["actor"], json!({"kind": "user", "id": ada.id()}));
    assert_eq!(entry["request_id"], changed.header("x-request-id"));
    assert_eq!(
        (&entry["old"], &entry["new"]),
        (&json!({"name": "Kitchen"}), &json!({"name": "Attic"}))
    );
    let cursor = history["next_cursor"].as_str().unwrap();
    let rest = ada.get(&format!("{path}/history?cursor={cursor}")).await.json();
    assert_eq!(rest["items"][0]["kind"], "record.created");
    assert_eq!(rest["items"][0]["new"]["name"], "Kitchen");
    assert_eq!(rest["items"][0]["new"].get("secret"), None);
    assert_eq!(rest["next_cursor"], json!(null));
    assert_eq!(
        eve.get(&format!("{path}/history")).await.problem(),
        (404, "not_found".to_owned())
    );
    assert_eq!(
        ada.get(&format!("{path}/history?cursor=x")).await.problem(),
        (400, "invalid_cursor".to_owned())
    );
    ada.delete(&path).await;
    assert_eq!(
        ada.get(&format!("{path}/history")).await.json()["items"][0]["kind"],
        "record.deleted"
    );
}

/// Whoever may see a user does not therefore see when they signed in.
#[tokio::test]
async fn history_of_a_user_holds_changes_alone() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let history = ada
        .get(&format!("/api/v1/records/users/{}/history", ada.id()))
        .await
        .json();
    let kinds: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["kind"].clone())
        .collect();
    assert_eq!(kinds, ["record.created"]);
}
