//! `GET /api/v1/trash`, `POST /api/v1/trash/restore`, `DELETE /api/v1/trash/{collection}/{id}`, and what purges by itself

use mainstay_engine::tidy::tidy;
use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use crate::rooms::{ROOMS, app, room};

const DAY: i64 = 86_400;

fn id(record: &Json) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

/// The administrator after days: their first token has run out.
async fn signed_in_again(app: &TestApp) -> Client {
    let body = json!({"email": "admin@example.org", "password": app.password()});
    let session = app.anonymous().post("/api/v1/auth/sign-in", body).await.json();
    app.anonymous()
        .with_token(session["access_token"].as_str().expect("a session has a token"))
}

async fn delete(client: &Client, collection: &str, id: &str) {
    let deleted = client.delete(&format!("/api/v1/records/{collection}/{id}")).await;
    assert_eq!(deleted.status, 204, "{}", deleted.text());
}

/// A room with two messages is deleted after a message of its own.
async fn deleted_room(app: &TestApp, ada: &Client) -> (String, String) {
    let room_id = room(ada, "Kitchen").await;
    let gone = id(&ada
        .create("messages", json!({"room": room_id, "text": "gone before"}))
        .await);
    for text in ["a", "b"] {
        ada.create("messages", json!({"room": room_id, "text": text}))
            .await;
    }
    delete(ada, "messages", &gone).await;
    app.clock.advance_seconds(60);
    delete(ada, "rooms", &room_id).await;
    (room_id, gone)
}

#[tokio::test]
async fn trash_lists_each_deletion_once_for_who_may_undo_it() {
    let app = app();
    let (ada, eve, admin) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
        app.administrator().await,
    );
    let (room_id, gone) = deleted_room(&app, &ada).await;
    let trash = ada.get("/api/v1/trash").await.json();
    let by = json!({"kind": "user", "id": ada.id()});
    assert_eq!(
        trash,
        json!({"items": [
            {"collection": "rooms", "id": room_id, "label": "Kitchen", "deleted_at": "2026-01-01T00:01:00.000000Z",
             "deleted_by": by, "purge_at": "2026-01-31T00:01:00.000000Z",
             "took": {"memberships": 1, "messages": 2}, "waits_for": null},
            {"collection": "messages", "id": gone, "label": "gone before", "deleted_at": "2026-01-01T00:00:00.000000Z",
             "deleted_by": by, "purge_at": "2026-01-31T00:00:00.000000Z", "took": {}, "waits_for": null}],
            "next_cursor": null})
    );
    assert_eq!(eve.get("/api/v1/trash").await.json()["items"], json!([]));
    assert_eq!(
        app.anonymous().get("/api/v1/trash").await.json()["items"],
        json!([])
    );
    assert_eq!(
        admin.get("/api/v1/trash").await.column("id"),
        [room_id.clone(), gone.clone()]
    );
    // One collection, and pages.
    let messages = ada.get("/api/v1/trash?collection=messages").await;
    assert_eq!(messages.column("id"), std::slice::from_ref(&gone));
    let first = ada.get("/api/v1/trash?limit=1").await;
    assert_eq!(first.column("id"), std::slice::from_ref(&room_id));
    let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
    let second = ada.get(&format!("/api/v1/trash?limit=1&cursor={cursor}")).await;
    assert_eq!(second.column("id"), [gone]);
    for (wrong, code) in [
        ("cursor=x", "invalid_cursor"),
        ("limit=0", "invalid_parameter"),
        ("x=1", "unknown_parameter"),
    ] {
        let refused = ada.get(&format!("/api/v1/trash?{wrong}")).await;
        assert_eq!(refused.problem(), (400, code.to_owned()));
    }
    let unknown = ada.get("/api/v1/trash?collection=nothing").await;
    assert_eq!(unknown.problem().0, 404);
}

#[tokio::test]
async fn trash_restores_many_with_what_went_with_them() {
    let app = app();
    let (ada, eve) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
    );
    let (room_id, gone) = deleted_room(&app, &ada).await;
    let items = json!({"items": [
        {"collection": "messages", "id": gone}, {"collection": "rooms", "id": room_id},
        {"collection": "messages", "id": gone}, {"collection": "nothing", "id": gone}]});
    let foreign = eve.post("/api/v1/trash/restore", items.clone()).await.json();
    assert_eq!(foreign["results"][1]["status"], 404);
    let restored = ada
        .with_header("idempotency-key", "all of it")
        .post("/api/v1/trash/restore", items.clone())
        .await;
    let statuses: Vec<Json> = restored.json()["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["status"].clone())
        .collect();
    // The message belongs to a room that is deleted, until the room is back.
    assert_eq!(statuses, [409, 200, 200, 404]);
    let again = ada
        .with_header("idempotency-key", "all of it")
        .post("/api/v1/trash/restore", items)
        .await;
    assert_eq!(again.json(), restored.json());
    assert_eq!(ada.list("messages", &[]).await.column("id").len(), 3);
    assert_eq!(ada.get("/api/v1/trash").await.json()["items"], json!([]));
    assert_eq!(app.sql("SELECT count(*) FROM _trash").await, [["0"]]);
    let empty = ada.post("/api/v1/trash/restore", json!({"items": []})).await;
    assert_eq!(empty.problem(), (400, "too_many_operations".to_owned()));
    let wrong = ada.post("/api/v1/trash/restore", json!({})).await;
    assert_eq!(wrong.problem(), (400, "invalid_batch".to_owned()));
    // What has not the shape of an item is refused before anything is restored.
    let good = json!({"collection": "messages", "id": "00000000-0000-7000-8000-000000000000"});
    for (item, field) in [
        (json!(1), "items[1]"),
        (json!({"id": good["id"]}), "items[1].collection"),
        (json!({"collection": "messages", "id": "1"}), "items[1].id"),
        (
            json!({"collection": "messages", "id": good["id"], "x": 1}),
            "items[1].x",
        ),
    ] {
        let body = json!({"items": [good, item]});
        let refused = ada.post("/api/v1/trash/restore", body).await;
        assert_eq!(refused.status, 422, "{item}");
        assert_eq!(refused.json()["errors"][0]["field"], field, "{item}");
    }
}

#[tokio::test]
async fn purge_takes_everything_that_hangs_on_the_record() {
    let app = app();
    let (ada, bob, eve) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
        app.user("eve@example.org").await,
    );
    let (room_id, gone) = deleted_room(&app, &ada).await;
    let other = room(&bob, "Garage").await;
    let path = format!("/api/v1/trash/rooms/{room_id}");
    assert_eq!(eve.delete(&path).await.problem(), (404, "not_found".to_owned()));
    assert_eq!(app.anonymous().delete(&path).await.problem().0, 404);
    let living = format!("/api/v1/trash/rooms/{other}");
    assert_eq!(bob.delete(&living).await.problem(), (404, "not_found".to_owned()));
    let with_it = app
        .sql("SELECT count(*) FROM messages WHERE deleted_at IS NOT NULL")
        .await;
    assert_eq!(with_it, [["3"]]);

    assert_eq!(ada.delete(&path).await.status, 204);
    assert_eq!(app.sql("SELECT count(*) FROM messages").await, [["0"]]);
    assert_eq!(app.sql("SELECT count(*) FROM rooms").await, [["1"]]);
    assert_eq!(app.sql("SELECT count(*) FROM _trash").await, [["0"]]);
    // One entry each, without values; the one deleted before goes along, because it cannot be without its room.
    let entries = app
        .sql("SELECT collection, payload, count(*) FROM _journal WHERE kind = 'record.purged' GROUP BY 1, 2 ORDER BY 1")
        .await;
    assert_eq!(
        entries,
        [
            ["memberships", "{}", "1"],
            ["messages", "{}", "3"],
            ["rooms", "{}", "1"]
        ]
    );
    assert_eq!(ada.delete(&path).await.problem().0, 404);
    assert_eq!(
        ada.delete(&format!("/api/v1/trash/messages/{gone}"))
            .await
            .problem()
            .0,
        404
    );
    let restore = ada
        .post(&format!("/api/v1/records/rooms/{room_id}/restore"), json!({}))
        .await;
    assert_eq!(restore.problem().0, 404);
}

#[tokio::test]
async fn purge_of_what_went_with_another_names_the_way() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let admin = app.administrator().await;
    let room_id = room(&ada, "Kitchen").await;
    let message = id(&ada
        .create("messages", json!({"room": room_id, "text": "a"}))
        .await);
    delete(&ada, "rooms", &room_id).await;
    let part = admin.delete(&format!("/api/v1/trash/messages/{message}")).await;
    assert_eq!(part.problem(), (409, "conflict".to_owned()));
    assert_eq!(app.sql("SELECT count(*) FROM messages").await, [["1"]]);
}

/// Books keep their author, chapters forget their book.
const SHELF: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"shelf\""),
    (
        "collections/authors.toml",
        "label = \"{name}\"\nsoft_delete = true\ntrash_days = 7\n[fields.name]\ntype = \"text\"\nunique = true\n",
    ),
    (
        "collections/books.toml",
        "soft_delete = true\ntrash_days = 0\n[fields.author]\ntype = \"relation\"\nto = \"authors\"\n\
         on_delete = \"restrict\"\n[fields.lent]\ntype = \"relation\"\nto = \"readers\"\non_delete = \"set_null\"\n",
    ),
    (
        "collections/readers.toml",
        "soft_delete = true\ntrash_days = 1\n[fields.name]\ntype = \"text\"\n[fields.guest_of]\ntype = \"relation\"\n\
         to = \"readers\"\non_delete = \"cascade\"\n",
    ),
];

#[tokio::test]
async fn trash_is_purged_in_its_time_and_waits_for_what_is_held() {
    let app = TestApp::start(SHELF);
    let admin = app.administrator().await;
    let author = id(&admin.create("authors", json!({"name": "A"})).await);
    let reader = id(&admin.create("readers", json!({"name": "R"})).await);
    let book = id(&admin
        .create("books", json!({"author": author, "lent": reader}))
        .await);
    delete(&admin, "books", &book).await;
    delete(&admin, "authors", &author).await;
    delete(&admin, "readers", &reader).await;
    // Its name is free at once.
    let second = id(&admin.create("authors", json!({"name": "A"})).await);
    tidy(&app.environment).await.unwrap();
    assert_eq!(admin.get("/api/v1/trash").await.column("id").len(), 3);

    app.clock.advance_seconds(2 * DAY);
    tidy(&app.environment).await.unwrap();
    let admin = signed_in_again(&app).await;
    let trash = admin.get("/api/v1/trash").await;
    let mut left = trash.column("collection");
    left.sort();
    assert_eq!(left, ["authors", "books"]);
    // The deleted book lost its reader, with an entry that says so.
    assert_eq!(
        app.sql("SELECT count(*) FROM books WHERE lent IS NULL").await,
        [["1"]]
    );
    let emptied = admin
        .get(&format!("/api/v1/records/books/{book}/history?limit=1"))
        .await
        .json();
    assert_eq!(emptied["items"][0]["old"], json!({"lent": reader}));
    assert_eq!(
        emptied["items"][0]["actor"],
        json!({"kind": "system", "id": null})
    );

    app.clock.advance_seconds(30 * DAY);
    tidy(&app.environment).await.unwrap();
    let admin = signed_in_again(&app).await;
    let authors = admin.get("/api/v1/trash?collection=authors").await.json();
    assert_eq!(
        authors["items"][0]["waits_for"],
        "it cannot go for good: a record of books still points to it through `author`"
    );
    let held = admin.delete(&format!("/api/v1/trash/authors/{author}")).await;
    assert_eq!(held.problem(), (409, "restricted".to_owned()));
    // Books stay for ever, until somebody says otherwise; then the author may go.
    let books = admin.get("/api/v1/trash?collection=books").await.json();
    assert_eq!(books["items"][0]["purge_at"], json!(null));
    assert_eq!(
        admin.delete(&format!("/api/v1/trash/books/{book}")).await.status,
        204
    );
    tidy(&app.environment).await.unwrap();
    assert_eq!(admin.get("/api/v1/trash").await.json()["items"], json!([]));
    assert_eq!(admin.list("authors", &[]).await.column("id"), [second]);
}

/// More records than go at once: each slice leaves the tree whole but for its leaves, and the rest still goes.
#[tokio::test]
async fn a_large_tree_is_purged_in_slices() {
    let app = TestApp::start(SHELF);
    let admin = app.administrator().await;
    let host = id(&admin.create("readers", json!({"name": "host"})).await);
    for batch in 0..2 {
        let operations: Vec<Json> = (0..600)
            .map(|number| {
                json!({"op": "create", "collection": "readers",
                "data": {"name": format!("{batch}.{number}"), "guest_of": host}})
            })
            .collect();
        let made = admin
            .post(
                "/api/v1/batch",
                json!({"mode": "all_or_nothing", "operations": operations}),
            )
            .await;
        assert_eq!(made.status, 200, "{}", made.text());
    }
    delete(&admin, "readers", &host).await;
    let took = admin.get("/api/v1/trash").await.json()["items"][0]["took"].clone();
    assert_eq!(took, json!({"readers": 1200}));
    app.clock.advance_seconds(2 * DAY);
    tidy(&app.environment).await.unwrap();
    assert_eq!(app.sql("SELECT count(*) FROM readers").await, [["0"]]);
    let entries = app
        .sql("SELECT count(*), count(DISTINCT record_id) FROM _journal WHERE kind = 'record.purged'")
        .await;
    assert_eq!(entries, [["1201", "1201"]]);
}

/// Renamed while something is in the trash: it is found under the name of today.
#[tokio::test]
async fn trash_follows_renames() {
    let app = TestApp::start(SHELF);
    let admin = app.administrator().await;
    let author = id(&admin.create("authors", json!({"name": "A"})).await);
    delete(&admin, "authors", &author).await;
    let mut files: Vec<(&str, String)> = SHELF
        .iter()
        .map(|(path, text)| (*path, (*text).to_owned()))
        .collect();
    files[1] = (
        "collections/writers.toml",
        format!("was = \"authors\"\n{}", files[1].1),
    );
    files[2].1 = files[2].1.replace("to = \"authors\"", "to = \"writers\"");
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    app.redefine(&files).await;
    let trash = admin.get("/api/v1/trash?collection=writers").await;
    assert_eq!(trash.column("collection"), ["writers"]);
    assert_eq!(
        admin
            .delete(&format!("/api/v1/trash/writers/{author}"))
            .await
            .status,
        204
    );
    assert_eq!(app.sql("SELECT count(*) FROM _trash").await, [["0"]]);
}

#[tokio::test]
async fn what_is_being_removed_for_good_does_not_come_back() {
    let app = TestApp::start(ROOMS);
    let ada = app.user("ada@example.org").await;
    let (room_id, _) = deleted_room(&app, &ada).await;
    app.sql_write("UPDATE _trash SET purging = 1 WHERE collection = 'rooms'")
        .await
        .unwrap();
    let restore = ada
        .post(&format!("/api/v1/records/rooms/{room_id}/restore"), json!({}))
        .await;
    assert_eq!(restore.problem(), (409, "conflict".to_owned()));
    // The housekeeping goes on with it, whatever its time.
    tidy(&app.environment).await.unwrap();
    assert_eq!(app.sql("SELECT count(*) FROM rooms").await, [["0"]]);
}
