//! What an endpoint is told, and what not.

use mainstay_core::definition::Definition;
use mainstay_engine::ShapeFrom;
use mainstay_store::schema::Loss;
use mainstay_testkit::files;
use serde_json::json;

use super::{NOTES, Stage, path, text, title};

#[tokio::test]
async fn changes_of_records_are_told() {
    let mut stage = Stage::set().await;
    stage.note("before").await;
    let webhook = stage.webhook(json!({})).await;
    let note = stage.note("first").await;
    let record = format!("/api/v1/records/notes/{}", text(&note, "id"));
    let created = stage.receiver.next().await;
    assert_eq!(
        (created.path.as_str(), created.header("content-type")),
        ("/hooks", "application/json")
    );
    assert_eq!(
        created.header("host"),
        format!("127.0.0.1:{}", stage.receiver.port())
    );
    let seq = created.json()["data"]["seq"].clone();
    assert!(seq.is_i64());
    let request_id = created.json()["data"]["request_id"].clone();
    let actor = json!({"kind": "administrator", "id": stage.admin.id()});
    let expected = json!({
        "type": "record.created",
        "timestamp": "2026-01-01T00:00:00.000000Z",
        "data": {"seq": seq, "collection": "notes", "record_id": note["id"], "version": 1, "actor": actor,
            "request_id": request_id, "record": note, "old": null},
    });
    assert_eq!(created.json(), expected);

    stage.wait_seconds(1).await;
    let changed = stage
        .admin
        .patch(&record, json!({"title": "second", "private": "still"}))
        .await
        .json();
    let updated = stage.receiver.next().await.json();
    assert_eq!(
        (&updated["type"], &updated["data"]["record"]),
        (&json!("record.updated"), &changed)
    );
    assert_eq!(updated["data"]["old"], json!({"title": "first"}));
    assert_eq!(updated["data"]["version"], 2);

    stage.admin.delete(&record).await;
    let deleted = stage.receiver.next().await.json();
    assert_eq!(deleted["type"], "record.deleted");
    assert_eq!(deleted["data"]["record"]["title"], "second");
    stage.admin.send("POST", &format!("{record}/restore"), None).await;
    let restored = stage.receiver.next().await.json();
    assert_eq!(
        (&restored["type"], &restored["data"]["record"]["title"]),
        (&json!("record.restored"), &json!("second"))
    );
    for message in [&created.json(), &updated, &deleted, &restored] {
        assert!(!message.to_string().contains("private"), "{message}");
    }
    let delivered = stage.wait_until_all(&webhook, "delivered", 4).await;
    assert_eq!(delivered[3]["id"], created.header("webhook-id"));
    assert_eq!(delivered[3]["attempts"][0]["status"], 204);
    stage.stop().await;
}

#[tokio::test]
async fn a_record_is_told_as_the_change_left_it() {
    let stage = Stage::set().await;
    let note = stage.note("one").await;
    let webhook = stage.webhook(json!({})).await;
    // One transaction, so that the reader meets the first change when the others have been made.
    let id = text(&note, "id");
    let change = |data| json!({"op": "update", "collection": "notes", "id": id, "data": data});
    let operations = [
        change(json!({"title": "two", "size": 1})),
        change(json!({"title": "three"})),
        change(json!({"size": 2})),
        json!({"op": "delete", "collection": "notes", "id": id}),
    ];
    let body = json!({"mode": "all_or_nothing", "operations": operations});
    assert_eq!(stage.admin.post("/api/v1/batch", body).await.status, 200);
    let mut told = Vec::new();
    for _ in 0..4 {
        let data = stage.receiver.next().await.json()["data"].clone();
        let record = &data["record"];
        told.push(json!([
            record["version"],
            record["title"],
            record["size"],
            record["deleted_at"],
            data["old"]
        ]));
    }
    assert_eq!(
        told,
        [
            json!([2, "two", 1, null, {"title": "one", "size": null}]),
            json!([3, "three", 1, null, {"title": "two"}]),
            json!([4, "three", 2, null, {"size": 1}]),
            json!([4, "three", 2, null, null]),
        ]
    );
    stage.wait_until_all(&webhook, "delivered", 4).await;
    stage.stop().await;
}

#[tokio::test]
async fn a_record_that_is_too_large_is_left_out() {
    let stage = Stage::set().await;
    let webhook = stage.webhook(json!({})).await;
    // Four bytes each: one such title fits a message, and two do not.
    let note = stage.note(&"\u{1f33e}".repeat(10_000)).await;
    assert_eq!(stage.receiver.next().await.json()["data"]["record"], note);
    let record = format!("/api/v1/records/notes/{}", text(&note, "id"));
    stage
        .admin
        .patch(&record, json!({"title": "\u{1f35e}".repeat(10_000)}))
        .await;
    let data = stage.receiver.next().await.json()["data"].clone();
    assert_eq!((&data["record"], &data["old"]), (&json!(null), &json!(null)));
    assert_eq!((&data["record_id"], &data["version"]), (&note["id"], &json!(2)));
    stage.wait_until_all(&webhook, "delivered", 2).await;
    stage.stop().await;
}

#[tokio::test]
async fn an_endpoint_gets_what_it_asks_for() {
    let stage = Stage::set().await;
    let large = stage
        .webhook(json!({"filter": "size > 3", "kinds": ["record.created"]}))
        .await;
    let auth = stage
        .webhook(json!({"collections": [], "kinds": ["auth.*"]}))
        .await;
    let off = stage.webhook(json!({"enabled": false})).await;
    for (title, size) in [("small", json!(3)), ("large", json!(4)), ("none", json!(null))] {
        let note = stage
            .admin
            .create("notes", json!({"title": title, "size": size}))
            .await;
        let record = format!("/api/v1/records/notes/{}", text(&note, "id"));
        stage.admin.patch(&record, json!({"size": 9})).await;
    }
    stage.admin.create("others", json!({"name": "somebody"})).await;
    assert_eq!(title(&stage.receiver.next().await), "large");
    stage.app.user("ada@example.org").await;
    let told = stage.receiver.next().await.json();
    assert_eq!(told["type"], "auth.signed_in");
    assert!(!told.to_string().contains("ada@example.org"), "{told}");
    assert_eq!(
        (&told["data"]["record"], &told["data"]["old"]),
        (&json!(null), &json!(null))
    );
    stage.wait_until_all(&large, "delivered", 1).await;
    stage.wait_until_all(&auth, "delivered", 1).await;
    assert!(stage.deliveries(&off).await.is_empty());
    // Switched on, it gets what happens from then on.
    stage.admin.patch(&path(&off, ""), json!({"enabled": true})).await;
    stage.note("after").await;
    assert_eq!(title(&stage.receiver.next().await), "after");
    stage.wait_until_all(&off, "delivered", 1).await;
    stage.stop().await;
}

#[tokio::test]
async fn an_endpoint_that_fits_the_definition_no_more_is_switched_off() {
    let stage = Stage::set().await;
    let webhook = stage.webhook(json!({"filter": "size > 3"})).await;
    let without = NOTES
        .iter()
        .map(|(path, text)| (*path, text.replace("[fields.size]\ntype = \"integer\"\n", "")));
    let without: Vec<(&str, String)> = without.collect();
    let without: Vec<(&str, &str)> = without
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    let definition = Definition::read(files(&without)).unwrap();
    let shape = ShapeFrom::Definition(Loss::Allow.into());
    stage.app.environment.reload(definition, shape).await.unwrap();
    stage.note("now").await;
    let now = stage.wait_until_off(&webhook).await;
    assert!(text(&now, "disabled_reason").starts_with("the filter does not fit the definition any more"));
    let journal = stage
        .app
        .sql("SELECT actor_kind FROM _journal WHERE kind = 'webhook.disabled'")
        .await;
    assert_eq!(journal, [["system"]]);
    assert!(stage.deliveries(&webhook).await.is_empty());
    stage.stop().await;
}

#[tokio::test]
async fn without_endpoints_a_change_costs_no_other_write() {
    let stage = Stage::set().await;
    let writes = || stage.app.environment.db.write_stats().groups_and_jobs().1;
    let before = writes();
    for number in 0..20 {
        stage.note(&format!("note {number}")).await;
    }
    assert_eq!(writes() - before, 20);
    stage.stop().await;
}
