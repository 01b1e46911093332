//! Saving, listing and removing versions.

use mainstay_testkit::TestApp;
use serde_json::json;

use super::{at, files, id, tree};
use crate::rooms::{app, room};

#[tokio::test]
async fn versions_are_saved_listed_and_removed() {
    let app = TestApp::start(&files());
    let (ada, eve) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
    );
    let tree = tree(&ada).await;
    let path = tree.path();
    let once = ada.with_header("idempotency-key", "first");
    let body = json!({"name": "First", "description": "As agreed"});
    let saved = once.post(&path, body.clone()).await;
    assert_eq!(saved.status, 201, "{}", saved.text());
    let version = saved.json();
    assert_eq!(
        version,
        json!({"id": version["id"], "name": "First", "description": "As agreed",
            "at": "2026-01-01T00:00:00.000000Z", "actor": {"kind": "user", "id": ada.id()}})
    );
    let again = once.post(&path, body).await;
    assert_eq!(
        (again.json(), again.header("idempotency-replayed")),
        (version.clone(), "true")
    );
    let second = tree.save(&ada, "Second").await;
    let listed = eve.get(&format!("{path}?limit=1")).await;
    assert_eq!(listed.column("name"), ["Second"]);
    let cursor = listed.json()["next_cursor"].as_str().unwrap().to_owned();
    let rest = eve.get(&format!("{path}?cursor={cursor}")).await;
    assert_eq!(
        (rest.column("name"), &rest.json()["next_cursor"]),
        (vec!["First".to_owned()], &json!(null))
    );
    assert_eq!(eve.get(&format!("{path}/{}", id(&version))).await.json(), version);
    assert_eq!(
        eve.get(&format!("{path}?cursor=x")).await.problem(),
        (400, "invalid_cursor".to_owned())
    );

    assert_eq!(
        eve.post(&path, json!({"name": "Mine"})).await.problem(),
        (403, "forbidden".to_owned())
    );
    for (body, code) in [
        (json!({}), "validation_failed"),
        (json!({"name": " "}), "validation_failed"),
        (json!({"name": "x", "y": 1}), "unknown_field"),
        (json!({"name": "x", "description": 1}), "validation_failed"),
    ] {
        assert_eq!(ada.post(&path, body).await.problem(), (422, code.to_owned()));
    }
    // A version belongs to its root alone.
    let foreign = format!(
        "{}/{second}",
        path.replace(&tree.list, &tree.flour).replace("lists", "items")
    );
    assert_eq!(ada.get(&foreign).await.problem().0, 404);
    let remove = format!("{path}/{second}");
    assert_eq!(eve.delete(&remove).await.problem(), (403, "forbidden".to_owned()));
    assert_eq!(ada.delete(&remove).await.status, 204);
    assert_eq!(ada.delete(&remove).await.problem().0, 404);
    assert_eq!(app.sql("SELECT count(*) FROM _version_records").await, [["4"]]);
    let kinds = app
        .sql("SELECT kind, count(*) FROM _journal WHERE kind LIKE 'version.%' GROUP BY 1 ORDER BY 1")
        .await;
    assert_eq!(kinds, [["version.removed", "1"], ["version.saved", "2"]]);
    // They are no part of the record's history.
    let history = ada.get(&format!("{}/history", at("lists", &tree.list))).await;
    assert_eq!(history.column("kind"), ["record.created"]);
}

#[tokio::test]
async fn users_are_no_part_of_a_version() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let admin = app.administrator().await;
    room(&ada, "Kitchen").await;
    let saved = admin
        .post(
            &format!("{}/versions", at("users", &ada.id())),
            json!({"name": "Me"}),
        )
        .await;
    assert_eq!(saved.problem(), (409, "conflict".to_owned()));
    assert_eq!(app.sql("SELECT count(*) FROM _versions").await, [["0"]]);
}
