//! `POST /api/v1/records/{collection}`

use mainstay_testkit::{Dialect, TestDatabase};
use serde_json::{Value as Json, json};

use crate::rooms::{app, field_errors, room};

#[tokio::test]
async fn create_record() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room = room(&ada, "Kitchen").await;
    let body =
        json!({"room": room, "text": "Tea?\nNow.", "price": "3.50", "stars": 4, "tags": ["blue", "red"]});
    let response = ada.post("/api/v1/records/messages", body).await;
    assert_eq!(response.status, 201, "{}", response.text());
    let record = response.json();
    let id = record["id"].as_str().unwrap();
    assert_eq!(response.header("etag"), "\"1\"");
    assert_eq!(
        response.header("location"),
        format!("/api/v1/records/messages/{id}")
    );
    let wanted = json!({
        "id": id, "version": 1, "created_at": "2026-01-01T00:00:00.000000Z",
        "updated_at": "2026-01-01T00:00:00.000000Z", "created_by": ada.id(), "deleted_at": null,
        "room": room, "text": "Tea?\nNow.", "reply_to": null, "stars": 4, "price": "3.50", "due": null,
        "tags": ["red", "blue"],
    });
    assert_eq!(record, wanted);
    assert_eq!(ada.get(response.header("location")).await.json(), wanted);
    let journal = app
        .sql("SELECT kind, actor_kind, version, collection FROM _journal ORDER BY seq DESC LIMIT 1")
        .await;
    assert_eq!(journal, [["record.created", "user", "1", "messages"]]);
}

#[tokio::test]
async fn create_record_without_membership() {
    let app = app();
    let (ada, eve) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
    );
    let room = room(&ada, "Kitchen").await;
    let before = app.sql("SELECT count(*) FROM _journal").await;
    let response = eve
        .post("/api/v1/records/messages", json!({"room": room, "text": "hi"}))
        .await;
    assert_eq!(response.problem(), (403, "forbidden".to_owned()));
    assert_eq!(app.sql("SELECT count(*) FROM messages").await, [["0"]]);
    assert_eq!(app.sql("SELECT count(*) FROM _journal").await, before);
}

#[tokio::test]
async fn create_record_anonymously() {
    let app = app();
    let response = app
        .anonymous()
        .post("/api/v1/records/rooms", json!({"name": "Kitchen"}))
        .await;
    assert_eq!(response.problem(), (401, "unauthenticated".to_owned()));
    assert_eq!(response.header("www-authenticate"), r#"Bearer realm="mainstay""#);
}

/// Nobody may make themselves the owner of a room that has none of them: the rule sees memberships as they were.
#[tokio::test]
async fn create_record_that_would_authorise_itself() {
    let app = app();
    let (ada, eve) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
    );
    let room = room(&ada, "Kitchen").await;
    let body = json!({"room": room, "user": eve.id(), "role": "owner"});
    assert_eq!(
        eve.post("/api/v1/records/memberships", body).await.problem().0,
        403
    );
}

#[tokio::test]
async fn create_record_with_every_kind_of_mistake() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let body = json!({
        "room": "no-id", "text": "", "stars": 6, "price": 3.5, "due": "yesterday", "tags": ["red", "red"],
        "version": 7, "colour": "red",
    });
    let response = ada.post("/api/v1/records/messages", body).await;
    assert_eq!(response.problem(), (422, "validation_failed".to_owned()));
    let mut fields = field_errors(&response);
    fields.sort();
    assert_eq!(
        fields,
        [
            "colour unknown_field",
            "due validation_failed",
            "price validation_failed",
            "room validation_failed",
            "stars validation_failed",
            "tags validation_failed",
            "text validation_failed",
            "version validation_failed",
        ]
    );
    assert_eq!(app.sql("SELECT count(*) FROM messages").await, [["0"]]);
}

#[tokio::test]
async fn create_record_without_a_required_field() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let response = ada.post("/api/v1/records/rooms", json!({"kind": null})).await;
    let mut fields = field_errors(&response);
    fields.sort();
    assert_eq!(fields, ["kind validation_failed", "name validation_failed"]);
}

#[tokio::test]
async fn create_record_whose_unique_value_is_taken() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    room(&ada, "Kitchen").await;
    let response = ada
        .post("/api/v1/records/rooms", json!({"name": "Kitchen"}))
        .await;
    assert_eq!(response.problem(), (409, "unique_violation".to_owned()));
    assert_eq!(field_errors(&response), ["name unique_violation"]);
}

#[tokio::test]
async fn create_record_that_points_nowhere() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room = room(&ada, "Kitchen").await;
    let nowhere = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c";
    let response = ada
        .post(
            "/api/v1/records/messages",
            json!({"room": room, "text": "a", "reply_to": nowhere}),
        )
        .await;
    assert_eq!(response.problem(), (422, "relation_violation".to_owned()));
    assert_eq!(field_errors(&response), ["reply_to relation_violation"]);
    let response = ada
        .post(
            "/api/v1/records/rooms",
            json!({"name": "Attic", "friends": [room, nowhere]}),
        )
        .await;
    assert_eq!(field_errors(&response), ["friends relation_violation"]);
    assert_eq!(app.sql("SELECT count(*) FROM rooms").await, [["1"]]);
}

#[tokio::test]
async fn create_record_that_breaks_a_check() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let (kitchen, attic) = (room(&ada, "Kitchen").await, room(&ada, "Attic").await);
    let response = ada
        .post(
            "/api/v1/records/messages",
            json!({"room": kitchen, "text": "a", "stars": 1}),
        )
        .await;
    assert_eq!(response.problem(), (422, "check_violation".to_owned()));
    assert_eq!(
        response.json()["errors"][0]["message"],
        "a message with stars needs a price"
    );
    let first = ada
        .create("messages", json!({"room": attic, "text": "above"}))
        .await;
    let body = json!({"room": kitchen, "text": "a", "reply_to": first["id"]});
    let response = ada.post("/api/v1/records/messages", body).await;
    assert_eq!(field_errors(&response), ["reply_in_room check_violation"]);
    assert_eq!(app.sql("SELECT count(*) FROM messages").await, [["1"]]);
}

#[tokio::test]
async fn create_record_with_an_id_of_the_clients() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let id = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c";
    let body = json!({"id": id, "name": "Kitchen"});
    assert_eq!(ada.create("rooms", body.clone()).await["id"], id);
    let again = ada
        .post("/api/v1/records/rooms", json!({"id": id, "name": "Attic"}))
        .await;
    assert_eq!(again.problem(), (409, "unique_violation".to_owned()));
}

#[tokio::test]
async fn create_record_with_a_hidden_field_and_many_relations() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let (kitchen, attic) = (room(&ada, "Kitchen").await, room(&ada, "Attic").await);
    let body = json!({"name": "Cellar", "secret": "key", "friends": [attic, kitchen]});
    let record = ada.create("rooms", body).await;
    assert_eq!(record["friends"], json!([attic, kitchen]));
    assert_eq!(record.get("secret"), None);
    assert_eq!(
        app.sql("SELECT secret FROM rooms WHERE name = 'Cellar'").await,
        [["key"]]
    );
    let payload = app
        .sql("SELECT payload FROM _journal ORDER BY seq DESC LIMIT 1")
        .await;
    let payload: Json = serde_json::from_str(&payload[0][0]).unwrap();
    assert_eq!(payload["new"]["secret"], "key");
}

/// What the API refuses, direct SQL cannot write either.
#[tokio::test]
async fn direct_sql_cannot_write_what_the_api_refuses() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    ada.create("messages", json!({"room": room_id, "text": "fine"}))
        .await;
    let of_engine = match TestDatabase::dialect() {
        Dialect::Sqlite => [
            ("stars = 'many'", "INTEGER column"),
            ("room = x'00000000000000000000000000000000'", "ForeignKey"),
            ("id = x'00'", "messages.id.id"),
        ],
        Dialect::Postgres => [
            ("stars = 'many'", "type bigint"),
            ("room = '00000000-0000-0000-0000-000000000000'", "ForeignKey"),
            ("id = '00'", "type uuid"),
        ],
    };
    for (set, constraint) in [
        ("text = ''", "messages.text.length"),
        ("stars = 6, price = 1", "messages.stars.range"),
        ("text = NULL", "NotNull"),
        ("stars = 1, price = NULL", "messages.check.stars_need_price"),
        ("tags = '{}'", "messages.tags.list"),
    ]
    .into_iter()
    .chain(of_engine)
    {
        let error = app
            .sql_write(&format!("UPDATE messages SET {set}"))
            .await
            .unwrap_err();
        assert!(error.contains(constraint), "{set}: {error}");
    }
    let error = app.sql_write("UPDATE rooms SET kind = 'ajar'").await.unwrap_err();
    assert!(error.contains("rooms.kind.option"), "{error}");
}
