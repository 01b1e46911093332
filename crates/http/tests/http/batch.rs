//! `POST /api/v1/batch`

use serde_json::{Value as Json, json};

use crate::rooms::{app, room};

fn statuses(json: &Json) -> Vec<u64> {
    let results = json["results"].as_array().expect("a batch has results");
    results
        .iter()
        .map(|result| result["status"].as_u64().expect("a result has a status"))
        .collect()
}

#[tokio::test]
async fn batch_per_record_tells_each_outcome() {
    let app = app();
    let (ada, bob) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
    );
    let room_id = room(&ada, "Kitchen").await;
    let theirs = room(&bob, "Attic").await;
    let message = ada
        .create("messages", json!({"room": room_id, "text": "a"}))
        .await;
    let operations = json!([
        {"op": "create", "collection": "messages", "data": {"room": room_id, "text": "b"}},
        {"op": "create", "collection": "messages", "data": {"room": theirs, "text": "c"}},
        {"op": "create", "collection": "messages", "data": {"room": room_id, "text": ""}},
        {"op": "update", "collection": "messages", "id": message["id"], "if_version": 9, "data": {"text": "d"}},
        {"op": "update", "collection": "messages", "id": message["id"], "if_version": 1, "data": {"text": "e"}},
        {"op": "delete", "collection": "messages", "id": message["id"]},
        {"op": "restore", "collection": "messages", "id": message["id"]},
        {"op": "paint", "collection": "messages"},
        {"op": "create", "collection": "ghosts", "data": {}},
        7,
    ]);
    let response = ada
        .post(
            "/api/v1/batch",
            json!({"mode": "per_record", "operations": operations}),
        )
        .await;
    assert_eq!(response.status, 200, "{}", response.text());
    let json = response.json();
    assert_eq!(
        statuses(&json),
        [201, 403, 422, 412, 200, 204, 200, 400, 404, 400]
    );
    assert_eq!(json["results"][0]["record"]["text"], "b");
    assert_eq!(json["results"][1]["problem"]["code"], "forbidden");
    assert_eq!(json["results"][2]["problem"]["errors"][0]["field"], "text");
    assert_eq!(
        app.sql("SELECT text FROM messages ORDER BY id").await,
        [["e"], ["b"]]
    );
}

#[tokio::test]
async fn batch_all_or_nothing_undoes_everything() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    let before = app.sql("SELECT count(*) FROM _journal").await;
    let operations = json!([
        {"op": "create", "collection": "messages", "data": {"room": room_id, "text": "a"}},
        {"op": "create", "collection": "messages", "data": {"room": room_id, "text": ""}},
    ]);
    let response = ada
        .post(
            "/api/v1/batch",
            json!({"mode": "all_or_nothing", "operations": operations}),
        )
        .await;
    assert_eq!(response.problem(), (422, "validation_failed".to_owned()));
    assert_eq!(response.json()["errors"][0]["field"], "operations[1].data.text");
    assert_eq!(app.sql("SELECT count(*) FROM messages").await, [["0"]]);
    assert_eq!(app.sql("SELECT count(*) FROM _journal").await, before);
}

#[tokio::test]
async fn batch_check_tells_outcomes_and_writes_nothing() {
    let app = app();
    let (ada, bob) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
    );
    let room_id = room(&ada, "Kitchen").await;
    let theirs = room(&bob, "Attic").await;
    let id = "0195a3d0-0000-7000-8000-000000000009";
    // What is refused is an entry all the same: a check is a way to probe rules.
    let entries = "SELECT count(*) FROM _journal WHERE kind <> 'access.refused'";
    let before = app.sql(entries).await;
    let operations = json!([
        {"op": "create", "collection": "messages", "data": {"id": id, "room": room_id, "text": "a"}},
        {"op": "create", "collection": "messages", "data": {"id": id, "room": room_id, "text": "again"}},
        {"op": "create", "collection": "messages", "data": {"room": theirs, "text": "b"}},
        {"op": "create", "collection": "messages", "data": {"room": room_id, "text": ""}},
        {"op": "update", "collection": "messages", "id": id, "if_version": 1, "data": {"text": "c"}},
    ]);
    let keyed = ada.with_header("idempotency-key", "a check");
    let body = |mode: &str| json!({"mode": mode, "operations": operations});
    let checked = keyed.post("/api/v1/batch", body("check")).await;
    assert_eq!(statuses(&checked.json()), [201, 409, 403, 422, 200]);
    assert_eq!(app.sql("SELECT count(*) FROM messages").await, [["0"]]);
    assert_eq!(app.sql(entries).await, before);
    // Nothing of it is remembered, either: the same again is checked again, and can be done.
    assert_eq!(
        statuses(&keyed.post("/api/v1/batch", body("check")).await.json()),
        [201, 409, 403, 422, 200]
    );
    assert_eq!(
        statuses(&ada.post("/api/v1/batch", body("per_record")).await.json()),
        [201, 409, 403, 422, 200]
    );
    assert_eq!(app.sql("SELECT text FROM messages").await, [["c"]]);
}

#[tokio::test]
async fn batch_is_idempotent_by_key() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    let operations: Vec<Json> = (0..1_000)
        .map(|number| json!({"op": "create", "collection": "messages", "data": {"room": room_id, "text": number.to_string()}}))
        .collect();
    let body = json!({"mode": "all_or_nothing", "operations": operations});
    let keyed = ada.with_header("idempotency-key", "thousand");
    let first = keyed.post("/api/v1/batch", body.clone()).await;
    assert_eq!(statuses(&first.json()), vec![201; 1_000]);
    assert_eq!(keyed.post("/api/v1/batch", body).await.json(), first.json());
    assert_eq!(app.sql("SELECT count(*) FROM messages").await, [["1000"]]);
}

#[tokio::test]
async fn batches_that_cannot_be() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let many = vec![json!({}); 1_001];
    for (body, code) in [
        (json!({"operations": [{}]}), "invalid_batch"),
        (json!({"mode": "some", "operations": [{}]}), "invalid_batch"),
        (json!({"mode": "per_record"}), "invalid_batch"),
        (
            json!({"mode": "per_record", "operations": []}),
            "too_many_operations",
        ),
        (
            json!({"mode": "per_record", "operations": many}),
            "too_many_operations",
        ),
        (
            json!({"mode": "per_record", "operations": [{}], "dry": true}),
            "unknown_field",
        ),
    ] {
        assert_eq!(ada.post("/api/v1/batch", body).await.problem().1, code);
    }
}
