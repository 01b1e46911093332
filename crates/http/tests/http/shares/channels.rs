//! Every way out says the same of a shared record: batches, exports, the feed, relations.

use serde_json::json;

use super::{scene, text};

#[tokio::test]
async fn the_feed_tells_what_was_shared_and_what_is_not_any_more() {
    let scene = scene().await;
    let begun = scene.guest.get("/api/v1/changes?collections=notes").await.json();
    let share = scene.share_with_guest("read").await;
    let since =
        |json: &serde_json::Value| format!("/api/v1/changes?collections=notes&since={}", text(&json["next"]));
    let told = scene.guest.get(&since(&begun)).await.json();
    assert_eq!(told["reload"], json!(["notes"]), "{told}");
    let mine = scene.hidden.get("/api/v1/changes?collections=notes").await.json();
    scene.owner.delete(&scene.share_path(&share)).await;
    let told = scene.guest.get(&since(&told)).await.json();
    assert_eq!(told["reload"], json!(["notes"]), "{told}");
    // It concerns nobody else.
    let told = scene.hidden.get(&since(&mine)).await.json();
    assert_eq!(told["reload"], json!([]), "{told}");
}

#[tokio::test]
async fn a_batch_asks_the_same_rules() {
    let scene = scene().await;
    let change = |title: &str| {
        json!({"mode": "per_record", "operations": [
            {"op": "update", "collection": "notes", "id": scene.note, "data": {"title": title}},
            {"op": "delete", "collection": "notes", "id": scene.note},
        ]})
    };
    let statuses = async |title: &str| {
        let answer = scene.guest.post("/api/v1/batch", change(title)).await.json();
        let results = answer["results"].as_array().expect("results").clone();
        results
            .iter()
            .map(|result| result["status"].as_i64().unwrap_or(0))
            .collect::<Vec<_>>()
    };
    assert_eq!(statuses("One").await, [404, 404]);
    let share = scene.share_with_guest("read").await;
    assert_eq!(statuses("Two").await, [403, 403]);
    scene
        .owner
        .patch(&scene.share_path(&share), json!({"level": "edit"}))
        .await;
    assert_eq!(statuses("Three").await, [200, 403]);
}

#[tokio::test]
async fn a_shared_record_is_reached_along_relations_and_what_hangs_on_it_by_its_own_rules() {
    let scene = scene().await;
    scene.share_with_guest("read").await;
    let listed = scene
        .guest
        .list("notes", &[("expand", "parts,pages,owner")])
        .await
        .json();
    let expanded = &listed["items"][0]["expand"];
    assert_eq!(expanded["parts"][0]["text"], "Flour");
    assert_eq!(expanded["pages"], json!([]));
    let parts = scene.guest.list("parts", &[("expand", "note")]).await.json();
    assert_eq!(parts["items"][0]["expand"]["note"]["title"], "Bread");
    assert_eq!(
        scene
            .guest
            .list("parts", &[("filter", "note.title == 'Bread'")])
            .await
            .column("id")
            .len(),
        1
    );
    assert_eq!(scene.hidden.list("parts", &[]).await.column("id").len(), 0);
    assert_eq!(
        scene
            .guest
            .list("notes", &[("filter", "record.shared()")])
            .await
            .column("id")
            .len(),
        1
    );
    assert_eq!(
        scene
            .owner
            .list("notes", &[("filter", "record.shared()")])
            .await
            .column("id")
            .len(),
        0
    );
}

#[tokio::test]
async fn a_key_has_of_its_owners_shares_what_its_scopes_leave() {
    let scene = scene().await;
    scene.share_with_guest("edit").await;
    let made = json!({"name": "Reader", "scopes": ["notes:read"]});
    let key = scene.guest.post("/api/v1/api-keys", made).await.json();
    let program = scene.app.anonymous().with_token(&text(&key["key"]));
    assert_eq!(program.get(&scene.note_path()).await.status, 200);
    assert_eq!(
        program
            .patch(&scene.note_path(), json!({"title": "No"}))
            .await
            .status,
        403
    );
    assert_eq!(
        program
            .post(&scene.shares_path(), json!({"level": "read"}))
            .await
            .status,
        403
    );
    let other = json!({"name": "Other", "scopes": ["parts:read"]});
    let key = scene.guest.post("/api/v1/api-keys", other).await.json();
    let program = scene.app.anonymous().with_token(&text(&key["key"]));
    assert_eq!(program.get(&scene.note_path()).await.status, 403);
    assert_eq!(program.list("parts", &[]).await.column("text"), ["Flour"]);
}
