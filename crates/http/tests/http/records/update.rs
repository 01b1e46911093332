//! `PATCH /api/v1/records/{collection}/{id}`

use serde_json::json;

use crate::rooms::{app, field_errors, room};

#[tokio::test]
async fn update_record() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room = room(&ada, "Kitchen").await;
    let message = ada
        .create(
            "messages",
            json!({"room": room, "text": "Tea?", "stars": 1, "price": "2"}),
        )
        .await;
    app.clock.advance_seconds(60);
    let path = format!("/api/v1/records/messages/{}", message["id"].as_str().unwrap());
    let response = ada.patch(&path, json!({"text": "Coffee?", "stars": null})).await;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.header("etag"), "\"2\"");
    let record = response.json();
    assert_eq!(
        (&record["text"], &record["stars"], &record["price"]),
        (&json!("Coffee?"), &json!(null), &json!("2.00"))
    );
    assert_eq!(record["updated_at"], "2026-01-01T00:01:00.000000Z");
    assert_eq!(record["created_at"], message["created_at"]);
    assert_eq!(ada.get(&path).await.json(), record);
}

#[tokio::test]
async fn update_record_that_stays_the_same() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room = room(&ada, "Kitchen").await;
    let before = app.sql("SELECT count(*) FROM _journal").await;
    let response = ada
        .patch(
            &format!("/api/v1/records/rooms/{room}"),
            json!({"name": "Kitchen"}),
        )
        .await;
    assert_eq!(
        (response.status.as_u16(), response.header("etag")),
        (200, "\"1\"")
    );
    assert_eq!(app.sql("SELECT count(*) FROM _journal").await, before);
}

#[tokio::test]
async fn update_record_at_another_version() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room = room(&ada, "Kitchen").await;
    let path = format!("/api/v1/records/rooms/{room}");
    let first = ada.with_header("if-match", "\"1\"");
    assert_eq!(first.patch(&path, json!({"name": "Attic"})).await.status, 200);
    let stale = first.patch(&path, json!({"name": "Cellar"})).await;
    assert_eq!(stale.problem(), (412, "version_mismatch".to_owned()));
    assert_eq!(
        first.delete(&path).await.problem(),
        (412, "version_mismatch".to_owned())
    );
    assert_eq!(app.sql("SELECT name, version FROM rooms").await, [["Attic", "2"]]);
    let nonsense = ada
        .with_header("if-match", "soon")
        .patch(&path, json!({"name": "Cellar"}))
        .await;
    assert_eq!(nonsense.problem(), (400, "invalid_parameter".to_owned()));
}

#[tokio::test]
async fn update_record_that_may_only_be_read() {
    let app = app();
    let (ada, bob, eve) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
        app.user("eve@example.org").await,
    );
    let room = room(&ada, "Kitchen").await;
    ada.create("memberships", json!({"room": room, "user": bob.id()}))
        .await;
    let path = format!("/api/v1/records/rooms/{room}");
    assert_eq!(
        bob.patch(&path, json!({"name": "Mine"})).await.problem(),
        (403, "forbidden".to_owned())
    );
    assert_eq!(
        eve.patch(&path, json!({"name": "Mine"})).await.problem(),
        (404, "not_found".to_owned())
    );
    assert_eq!(
        app.anonymous()
            .patch(&path, json!({"name": "Mine"}))
            .await
            .problem()
            .0,
        404
    );
    assert_eq!(app.sql("SELECT name FROM rooms").await, [["Kitchen"]]);
    // A collection without a rule for updates: nobody but administrators.
    let membership = app.sql("SELECT id FROM memberships LIMIT 1").await[0][0].clone();
    let id = format!(
        "{}-{}-{}-{}-{}",
        &membership[..8],
        &membership[8..12],
        &membership[12..16],
        &membership[16..20],
        &membership[20..]
    );
    let refused = ada
        .patch(
            &format!("/api/v1/records/memberships/{id}"),
            json!({"role": "member"}),
        )
        .await;
    assert_eq!(refused.problem(), (403, "forbidden".to_owned()));
}

#[tokio::test]
async fn update_record_write_once_and_read_only_fields() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let (kitchen, attic) = (room(&ada, "Kitchen").await, room(&ada, "Attic").await);
    let message = ada
        .create("messages", json!({"room": kitchen, "text": "a"}))
        .await;
    let path = format!("/api/v1/records/messages/{}", message["id"].as_str().unwrap());
    let moved = ada.patch(&path, json!({"room": attic})).await;
    assert_eq!(field_errors(&moved), ["room validation_failed"]);
    let forged = ada.patch(&path, json!({"created_by": null, "id": attic})).await;
    assert_eq!(forged.problem().0, 422);
    assert_eq!(ada.get(&path).await.json(), message);
}

#[tokio::test]
async fn update_record_into_a_circle() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room = room(&ada, "Kitchen").await;
    let first = ada.create("messages", json!({"room": room, "text": "1"})).await;
    let second = ada
        .create(
            "messages",
            json!({"room": room, "text": "2", "reply_to": first["id"]}),
        )
        .await;
    let path = format!("/api/v1/records/messages/{}", first["id"].as_str().unwrap());
    for target in [&first, &second] {
        let response = ada.patch(&path, json!({"reply_to": target["id"]})).await;
        assert_eq!(field_errors(&response), ["reply_to check_violation"]);
    }
}

#[tokio::test]
async fn update_record_many_relation() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let (kitchen, attic) = (room(&ada, "Kitchen").await, room(&ada, "Attic").await);
    let path = format!("/api/v1/records/rooms/{kitchen}");
    assert_eq!(
        ada.patch(&path, json!({"friends": [attic, kitchen]}))
            .await
            .json()["friends"],
        json!([attic, kitchen])
    );
    assert_eq!(
        ada.patch(&path, json!({"friends": [kitchen]})).await.json()["version"],
        3
    );
    assert_eq!(ada.get(&path).await.json()["friends"], json!([kitchen]));
}
