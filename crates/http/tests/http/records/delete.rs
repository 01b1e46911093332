//! `DELETE /api/v1/records/{collection}/{id}` and `POST .../restore`

use serde_json::json;

use crate::rooms::{app, room};

#[tokio::test]
async fn delete_record_and_restore_it_with_what_went_with_it() {
    let app = app();
    let (ada, eve) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
    );
    let room_id = room(&ada, "Kitchen").await;
    let message = ada
        .create("messages", json!({"room": room_id, "text": "stays"}))
        .await;
    let gone = ada
        .create("messages", json!({"room": room_id, "text": "gone before"}))
        .await;
    let gone_path = format!("/api/v1/records/messages/{}", gone["id"].as_str().unwrap());
    assert_eq!(ada.delete(&gone_path).await.status, 204);
    app.clock.advance_seconds(60);

    let path = format!("/api/v1/records/rooms/{room_id}");
    let deleted = ada.delete(&path).await;
    assert_eq!((deleted.status.as_u16(), deleted.body.len()), (204, 0));
    assert_eq!(ada.get(&path).await.problem().0, 404);
    assert_eq!(ada.delete(&path).await.problem().0, 404);
    assert_eq!(ada.list("messages", &[]).await.column("id"), Vec::<String>::new());
    assert_eq!(
        app.sql("SELECT count(*) FROM messages WHERE deleted_at IS NULL")
            .await,
        [["0"]]
    );
    // Its name is free again, and the deleted one is listed for whoever may restore it.
    let second = room(&ada, "Kitchen").await;
    let taken = ada.post(&format!("{path}/restore"), json!({})).await;
    assert_eq!(taken.problem(), (409, "unique_violation".to_owned()));
    assert_eq!(
        ada.delete(&format!("/api/v1/records/rooms/{second}"))
            .await
            .status,
        204
    );
    assert_eq!(
        eve.post(&format!("{path}/restore"), json!({})).await.problem().0,
        404
    );

    let restored = ada.send("POST", &format!("{path}/restore"), None).await;
    assert_eq!(restored.status, 200, "{}", restored.text());
    assert_eq!(restored.json()["deleted_at"], json!(null));
    assert_eq!(restored.json()["version"], 3);
    assert_eq!(
        ada.list("messages", &[]).await.column("id"),
        [message["id"].as_str().unwrap()]
    );
    assert_eq!(ada.get(&gone_path).await.problem().0, 404);
    let kinds = app.sql("SELECT kind, collection, count(*) FROM _journal WHERE kind IN ('record.deleted', 'record.restored')
        GROUP BY 1, 2 ORDER BY 1, 2").await;
    assert_eq!(
        kinds,
        [
            ["record.deleted", "memberships", "2"],
            ["record.deleted", "messages", "2"],
            ["record.deleted", "rooms", "2"],
            ["record.restored", "memberships", "1"],
            ["record.restored", "messages", "1"],
            ["record.restored", "rooms", "1"],
        ]
    );
}

#[tokio::test]
async fn deleted_records_are_listed_for_who_may_restore_them() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    let message = ada
        .create("messages", json!({"room": room_id, "text": "a"}))
        .await;
    let id = message["id"].as_str().unwrap();
    ada.delete(&format!("/api/v1/records/messages/{id}")).await;
    assert_eq!(
        ada.list("messages", &[("deleted", "true")]).await.column("id"),
        [id]
    );
    let bob = app.user("bob@example.org").await;
    ada.create("memberships", json!({"room": room_id, "user": bob.id()}))
        .await;
    assert_eq!(
        bob.list("messages", &[("deleted", "true")]).await.column("id"),
        Vec::<String>::new()
    );
    let never = app
        .user("eve@example.org")
        .await
        .list("users", &[("deleted", "true")])
        .await;
    assert_eq!(never.problem(), (400, "invalid_parameter".to_owned()));
}

#[tokio::test]
async fn delete_record_that_may_not_be_deleted() {
    let app = app();
    let (ada, bob) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
    );
    let room_id = room(&ada, "Kitchen").await;
    ada.create("memberships", json!({"room": room_id, "user": bob.id()}))
        .await;
    let message = ada
        .create("messages", json!({"room": room_id, "text": "a"}))
        .await;
    let path = format!("/api/v1/records/messages/{}", message["id"].as_str().unwrap());
    assert_eq!(bob.delete(&path).await.problem(), (403, "forbidden".to_owned()));
    assert_eq!(app.anonymous().delete(&path).await.problem().0, 404);
    assert_eq!(ada.get(&path).await.status, 200);
}

#[tokio::test]
async fn delete_record_for_good_with_restrict_and_set_null() {
    let app = mainstay_testkit::TestApp::start(&[
        ("mainstay.toml", "name = \"shelf\""),
        ("collections/authors.toml", "[fields.name]\ntype = \"text\"\n"),
        (
            "collections/books.toml",
            "[fields.author]\ntype = \"relation\"\nto = \"authors\"\n[fields.sequel_of]\ntype = \"relation\"\nto = \"books\"\non_delete = \"set_null\"\n[fields.by_many]\ntype = \"relation\"\nto = \"authors\"\nmany = true\non_delete = \"cascade\"\n",
        ),
    ]);
    let admin = app.administrator().await;
    let author = admin.create("authors", json!({"name": "A"})).await;
    let other = admin.create("authors", json!({"name": "B"})).await;
    let first = admin
        .create("books", json!({"author": author["id"], "by_many": [other["id"]]}))
        .await;
    let second = admin.create("books", json!({"sequel_of": first["id"]})).await;
    let path = |collection: &str, record: &serde_json::Value| {
        format!("/api/v1/records/{collection}/{}", record["id"].as_str().unwrap())
    };
    let held = admin.delete(&path("authors", &author)).await;
    assert_eq!(held.problem(), (409, "restricted".to_owned()));
    assert!(
        held.json()["detail"]
            .as_str()
            .unwrap()
            .contains("records of books still point here")
    );
    assert_eq!(admin.delete(&path("authors", &other)).await.status, 204);
    assert_eq!(
        admin.get(&path("books", &first)).await.json()["by_many"],
        json!([])
    );
    assert_eq!(admin.delete(&path("books", &first)).await.status, 204);
    let left = admin.get(&path("books", &second)).await.json();
    assert_eq!((&left["sequel_of"], &left["version"]), (&json!(null), &json!(2)));
    let restore = admin
        .post(&format!("{}/restore", path("books", &first)), json!({}))
        .await;
    assert_eq!(restore.problem(), (409, "conflict".to_owned()));
    assert_eq!(app.sql("SELECT count(*) FROM books").await, [["1"]]);
}

#[tokio::test]
async fn a_deletion_that_would_take_too_much_along_is_refused() {
    let app = mainstay_testkit::TestApp::start(&[
        ("mainstay.toml", "name = \"wood\"\n"),
        ("collections/trees.toml", "[fields.name]\ntype = \"text\"\n"),
        (
            "collections/leaves.toml",
            "[fields.tree]\ntype = \"relation\"\nto = \"trees\"\non_delete = \"cascade\"\n",
        ),
    ]);
    let admin = app.administrator().await;
    let tree = admin.create("trees", json!({"name": "Oak"})).await;
    admin.create("leaves", json!({"tree": tree["id"]})).await;
    let id = match app.environment.db.path() {
        Some(_) => "randomblob(16)",
        None => "gen_random_uuid()",
    };
    let others = "version, created_at, updated_at, created_by, tree";
    let double = format!("INSERT INTO leaves (id, {others}) SELECT {id}, {others} FROM leaves");
    let mut leaves = 1;
    while leaves <= mainstay_core::limits::CASCADE_RECORDS_MAX {
        leaves += app.sql_write(&double).await.expect("leaves grow");
    }
    let path = format!("/api/v1/records/trees/{}", tree["id"].as_str().unwrap());
    let refused = admin.delete(&path).await;
    assert_eq!(refused.problem(), (409, "too_many_cascades".to_owned()));
    assert_eq!(admin.get(&path).await.status, 200);
    let left = app.sql("SELECT count(*) FROM leaves").await;
    assert_eq!(left, [[leaves.to_string()]]);
}
