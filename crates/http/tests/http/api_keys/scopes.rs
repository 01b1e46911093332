//! A key may do what its owner may, and of that what its scopes name: over every way in and out.

use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use super::{forbidden, make, text};
use crate::rooms::{app, room};

/// A room of an owner with a message, and another room that the owner does not see.
struct Scene {
    app: TestApp,
    owner: Client,
    room: String,
    message: String,
}

async fn scene() -> Scene {
    let app = app();
    let owner = app.user("o@example.org").await;
    let stranger = app.user("s@example.org").await;
    let elsewhere = room(&stranger, "Elsewhere").await;
    stranger
        .create("messages", json!({"room": elsewhere, "text": "secret"}))
        .await;
    let room = room(&owner, "Kitchen").await;
    let message = owner
        .create("messages", json!({"room": room, "text": "hello"}))
        .await;
    let message = text(&message, "id").to_owned();
    Scene {
        app,
        owner,
        room,
        message,
    }
}

#[tokio::test]
async fn each_operation_on_records_needs_its_scope() {
    let scene = scene().await;
    let one = format!("/api/v1/records/messages/{}", scene.message);
    let calls: [(&str, &str, String, Option<Json>, u16); 9] = [
        ("read", "GET", "/api/v1/records/messages".to_owned(), None, 200),
        ("read", "GET", one.clone(), None, 200),
        ("read", "GET", format!("{one}/history"), None, 200),
        ("read", "GET", format!("{one}/activity"), None, 200),
        (
            "comment",
            "POST",
            format!("{one}/comments"),
            Some(json!({"body": "Well"})),
            201,
        ),
        (
            "update",
            "PATCH",
            one.clone(),
            Some(json!({"text": "changed"})),
            200,
        ),
        (
            "create",
            "POST",
            "/api/v1/records/messages".to_owned(),
            Some(json!({"room": scene.room, "text": "new"})),
            201,
        ),
        ("delete", "DELETE", one.clone(), None, 204),
        ("delete", "POST", format!("{one}/restore"), None, 200),
    ];
    let actions = ["read", "create", "update", "delete", "comment"];
    for (needed, method, path, body, status) in &calls {
        // What is needed is not there, but everything else is: also for other collections.
        let others: Vec<String> = actions
            .iter()
            .filter(|action| *action != needed)
            .map(|action| format!("messages:{action}"))
            .chain(["rooms:*".to_owned()])
            .collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let (_, without) = make(&scene.owner, &others).await;
        let body = body.as_ref().map(|body| body.to_string().into_bytes());
        let refused = without.send(method, path, body.clone()).await;
        assert_eq!(refused.problem(), forbidden(), "{method} {path}");
        let detail = refused.json()["detail"].clone();
        let named = format!("`messages:{needed}`");
        assert!(
            detail.as_str().is_some_and(|detail| detail.contains(&named)),
            "{detail}"
        );
        // To write a record one has to read it; to comment on it as well.
        let scopes = [format!("messages:{needed}"), "messages:read".to_owned()];
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        let (_, with) = make(&scene.owner, &scopes).await;
        let response = with.send(method, path, body).await;
        assert_eq!(response.status, *status, "{method} {path}: {}", response.text());
    }
}

#[tokio::test]
async fn the_rules_of_the_owner_bind_the_key() {
    let scene = scene().await;
    let (_, key) = make(&scene.owner, &["*:*"]).await;
    let texts = key.list("messages", &[]).await.column("text");
    assert_eq!(texts, ["hello"]);
    let elsewhere = scene.app.sql("SELECT text FROM messages ORDER BY text").await;
    assert_eq!(elsewhere, [["hello"], ["secret"]]);
    let refused = key
        .post("/api/v1/records/users", json!({"email": "n@example.org"}))
        .await;
    assert_eq!(refused.problem(), forbidden());
}

#[tokio::test]
async fn what_is_not_in_the_scopes_is_not_reached_along_other_ways() {
    let scene = scene().await;
    let (_, key) = make(&scene.owner, &["messages:read", "messages:create"]).await;
    // Expanded, filtered by, or sorted by: the room is not there.
    let expanded = key.list("messages", &[("expand", "room")]).await.json();
    assert_eq!(
        expanded["items"][0]["expand"],
        json!({"room": null}),
        "{expanded}"
    );
    let by_room = [("filter", "room.name == 'Kitchen'")];
    assert_eq!(key.list("messages", &by_room).await.json()["items"], json!([]));
    let owner = scene.owner.list("messages", &by_room).await.json();
    assert_eq!(owner["items"].as_array().map(Vec::len), Some(1));
    // In a batch.
    let operations = json!([
        {"op": "create", "collection": "messages", "data": {"room": scene.room, "text": "new"}},
        {"op": "create", "collection": "rooms", "data": {"name": "Hall"}},
        {"op": "update", "collection": "messages", "id": scene.message, "data": {"text": "no"}},
        {"op": "delete", "collection": "messages", "id": scene.message},
    ]);
    let body = json!({"mode": "per_record", "operations": operations});
    let results = key.post("/api/v1/batch", body).await.json();
    let statuses: Vec<i64> = results["results"]
        .as_array()
        .expect("a result each")
        .iter()
        .filter_map(|result| result["status"].as_i64())
        .collect();
    assert_eq!(statuses, [201, 403, 403, 403], "{results}");
    // In the feed of changes.
    let feed = key.get("/api/v1/changes").await.json();
    let since = text(&feed, "next").to_owned();
    scene
        .owner
        .create("messages", json!({"room": scene.room, "text": "later"}))
        .await;
    let room = format!("/api/v1/records/rooms/{}", scene.room);
    scene.owner.patch(&room, json!({"name": "Hall"})).await;
    let news = key.get(&format!("/api/v1/changes?since={since}")).await;
    assert_eq!(news.column("collection"), ["messages"]);
    let named = key.get("/api/v1/changes?collections=rooms").await;
    assert_eq!(named.problem(), forbidden());
    // In the trash.
    let message = format!("/api/v1/records/messages/{}", scene.message);
    assert_eq!(scene.owner.delete(&message).await.status, 204);
    assert_eq!(key.get("/api/v1/trash").await.json()["items"], json!([]));
    assert_eq!(
        scene.owner.get("/api/v1/trash").await.json()["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn a_comment_needs_the_scope_of_its_record() {
    let scene = scene().await;
    let path = format!("/api/v1/records/messages/{}/comments", scene.message);
    let comment = scene.owner.post(&path, json!({"body": "Mine"})).await.json();
    let one = format!("/api/v1/comments/{}", text(&comment, "id"));
    let (_, key) = make(&scene.owner, &["messages:read", "rooms:comment"]).await;
    assert_eq!(
        key.patch(&one, json!({"body": "Theirs"})).await.problem(),
        forbidden()
    );
    let (_, key) = make(&scene.owner, &["messages:read", "messages:comment"]).await;
    assert_eq!(key.patch(&one, json!({"body": "Theirs"})).await.status, 200);
}

#[tokio::test]
async fn without_the_scope_admin_an_administrator_lends_no_more_than_records() {
    let scene = scene().await;
    let administrator = scene.app.administrator().await;
    let (_, records) = make(&administrator, &["messages:read", "users:update", "users:read"]).await;
    let mut texts = records.list("messages", &[]).await.column("text");
    texts.sort();
    assert_eq!(texts, ["hello", "secret"], "no rule binds the owner");
    assert_eq!(records.get("/api/v1/audit").await.problem(), forbidden());
    assert_eq!(records.get("/api/v1/webhooks").await.problem(), forbidden());
    let own = format!("/api/v1/records/users/{}", scene.owner.id());
    let promoted = records.patch(&own, json!({"administrator": true})).await;
    assert_eq!(
        promoted.problem(),
        (422, "validation_failed".to_owned()),
        "{}",
        promoted.text()
    );
    let (_, all) = make(&administrator, &["admin"]).await;
    assert_eq!(all.get("/api/v1/audit").await.status, 200);
    // The scope is worth what its owner is.
    let administrators = format!("/api/v1/records/users/{}", administrator.id());
    scene.app.user("x@example.org").await;
    let demoted = administrator
        .patch(&administrators, json!({"administrator": false}))
        .await;
    assert_eq!(demoted.status, 200, "{}", demoted.text());
    assert_eq!(all.get("/api/v1/audit").await.problem(), forbidden());
    assert_eq!(records.list("messages", &[]).await.json()["items"], json!([]));
}

#[tokio::test]
async fn the_journal_tells_which_key_acted() {
    let scene = scene().await;
    let (made, key) = make(&scene.owner, &["messages:*"]).await;
    let created = key
        .create("messages", json!({"room": scene.room, "text": "by key"}))
        .await;
    let told = scene
        .app
        .sql("SELECT actor_kind, payload FROM _journal WHERE kind = 'record.created' ORDER BY seq DESC LIMIT 1")
        .await;
    assert_eq!(told[0][0], "user");
    let payload: Json = serde_json::from_str(&told[0][1]).expect("a payload is JSON");
    assert_eq!(payload["key"], made["id"]);
    assert_eq!(payload["new"]["text"], "by key");
    let history = format!("/api/v1/records/messages/{}/history", text(&created, "id"));
    let entry = scene.owner.get(&history).await.json()["items"][0].clone();
    assert_eq!(entry["new"]["text"], "by key");
    assert_eq!(entry["actor"]["id"], scene.owner.id());
    let administrator = scene.app.administrator().await;
    let audit = administrator
        .get("/api/v1/audit?kind=record.created&collection=messages&limit=1")
        .await
        .json();
    assert_eq!(audit["items"][0]["payload"]["key"], made["id"]);
}

#[tokio::test]
async fn a_repeated_request_is_not_answered_with_what_the_owner_was_told() {
    let scene = scene().await;
    let body = json!({"mode": "per_record", "operations": [
        {"op": "create", "collection": "rooms", "data": {"name": "Hall"}}]});
    let repeated = |client: &Client| client.with_header("idempotency-key", "one");
    let owner = repeated(&scene.owner).post("/api/v1/batch", body.clone()).await;
    assert_eq!(owner.json()["results"][0]["status"], 201);
    let (_, key) = make(&scene.owner, &["messages:read"]).await;
    let told = repeated(&key).post("/api/v1/batch", body).await;
    assert_eq!(told.header("idempotency-replayed"), "");
    assert_eq!(told.json()["results"][0]["status"], 403);
}
