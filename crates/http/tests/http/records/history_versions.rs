//! `GET .../history/{version}`, `GET .../history/compare` and `POST .../history/{version}/put-back`

use mainstay_testkit::Client;
use serde_json::{Value as Json, json};

use crate::rooms::{app, field_errors, room};

/// A message with three versions: made, priced, and said otherwise by somebody else.
async fn message(ada: &Client) -> String {
    let room_id = room(ada, "Kitchen").await;
    let message = ada
        .create(
            "messages",
            json!({"room": room_id, "text": "Flour", "tags": ["red"]}),
        )
        .await;
    let path = format!(
        "/api/v1/records/messages/{}",
        message["id"].as_str().expect("a record has an id")
    );
    let priced = ada
        .patch(
            &path,
            json!({"price": "1.50", "stars": 2, "due": "2026-03-01T08:00:00Z"}),
        )
        .await;
    assert_eq!(priced.status, 200, "{}", priced.text());
    path
}

#[tokio::test]
async fn read_version_gives_the_whole_record_as_it_was() {
    let app = app();
    let (ada, eve) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
    );
    let path = message(&ada).await;
    let second = ada.get(&path).await.json();
    app.clock.advance_seconds(5);
    let third = ada
        .patch(&path, json!({"text": "Rye flour", "tags": []}))
        .await
        .json();
    let mut answers: Vec<Json> = Vec::new();
    for version in 1..=3 {
        answers.push(ada.get(&format!("{path}/history/{version}")).await.json());
    }
    // The present, and what it was when it was the present, to the last key.
    assert_eq!(answers[2]["record"], third);
    assert_eq!(answers[1]["record"], second);
    let first = &answers[0]["record"];
    assert_eq!(
        (&first["text"], &first["price"], &first["version"]),
        (&json!("Flour"), &json!(null), &json!(1))
    );
    let mut keys: Vec<&String> = answers[2].as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(
        keys,
        [
            "actor",
            "at",
            "erased",
            "kind",
            "record",
            "request_id",
            "seq",
            "version"
        ]
    );
    assert_eq!(answers[2]["at"], "2026-01-01T00:00:05.000000Z");
    assert_eq!(answers[2]["actor"], json!({"kind": "user", "id": ada.id()}));
    for wrong in ["4", "0", "-1", "x", "99999999999999999999"] {
        let missing = ada.get(&format!("{path}/history/{wrong}")).await;
        assert_eq!(missing.problem(), (404, "not_found".to_owned()), "{wrong}");
    }
    let hidden = eve.get(&format!("{path}/history/1")).await;
    assert_eq!(hidden.problem(), (404, "not_found".to_owned()));
    let known = ada.get(&format!("{path}/history/1?x=1")).await;
    assert_eq!(known.problem(), (400, "unknown_parameter".to_owned()));
}

#[tokio::test]
async fn compare_versions_tells_who_changed_each_field_last() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let admin = app.administrator().await;
    let path = message(&ada).await;
    ada.patch(&path, json!({"stars": 3})).await;
    app.clock.advance_seconds(60);
    let by = admin.patch(&path, json!({"stars": 4, "text": "Flour"})).await;
    let compared = ada.get(&format!("{path}/history/compare?from=2")).await.json();
    let fields = compared["fields"].as_array().unwrap();
    assert_eq!(fields.len(), 1, "{compared}");
    let stars = &fields[0];
    assert_eq!(
        (&stars["field"], &stars["old"], &stars["new"]),
        (&json!("stars"), &json!(2), &json!(4))
    );
    assert_eq!(stars["changed"]["version"], 4);
    assert_eq!(
        stars["changed"]["actor"],
        json!({"kind": "administrator", "id": admin.id()})
    );
    assert_eq!(stars["changed"]["request_id"], by.header("x-request-id"));
    assert_eq!(
        (&compared["from"]["version"], &compared["to"]["version"]),
        (&json!(2), &json!(4))
    );
    let same = ada
        .get(&format!("{path}/history/compare?from=3&to=3"))
        .await
        .json();
    assert_eq!(same["fields"], json!([]));
    for wrong in ["", "?from=x", "?from=3&to=2", "?from=1&to=0", "?from=1&from=2"] {
        let refused = ada.get(&format!("{path}/history/compare{wrong}")).await;
        assert_eq!(
            refused.problem(),
            (400, "invalid_parameter".to_owned()),
            "{wrong}"
        );
    }
    let missing = ada.get(&format!("{path}/history/compare?from=1&to=9")).await;
    assert_eq!(missing.problem().0, 404);
}

#[tokio::test]
async fn the_past_never_shows_hidden_fields() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    let path = format!("/api/v1/records/rooms/{room_id}");
    ada.patch(&path, json!({"secret": "sesame", "kind": "closed"}))
        .await;
    ada.patch(&path, json!({"secret": "other"})).await;
    for rest in [
        "history",
        "history/2",
        "history/3",
        "history/compare?from=1",
        "history/compare?from=2",
    ] {
        let answer = ada.get(&format!("{path}/{rest}")).await;
        assert_eq!(answer.status, 200, "{rest}");
        let text = answer.text();
        assert!(
            !text.contains("sesame") && !text.contains("secret"),
            "{rest}: {text}"
        );
    }
    // Nor does putting everything back touch them.
    let back = ada.post(&format!("{path}/history/1/put-back"), json!({})).await;
    assert_eq!(
        (back.status.as_u16(), &back.json()["kind"]),
        (200, &json!("open"))
    );
    assert_eq!(app.sql("SELECT secret FROM rooms").await, [["other"]]);
    let named = ada
        .post(
            &format!("{path}/history/2/put-back"),
            json!({"fields": ["secret"]}),
        )
        .await;
    assert_eq!(named.problem(), (422, "validation_failed".to_owned()));
    assert_eq!(field_errors(&named), ["secret unknown_field"]);
}

#[tokio::test]
async fn put_back_is_a_change_like_any_other() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let path = message(&ada).await;
    ada.patch(
        &path,
        json!({"text": "Rye flour", "stars": null, "tags": ["blue"]}),
    )
    .await;
    let stale = ada
        .with_header("if-match", "\"2\"")
        .post(&format!("{path}/history/1/put-back"), json!({}))
        .await;
    assert_eq!(stale.problem(), (412, "version_mismatch".to_owned()));
    let some = ada
        .with_header("if-match", "\"3\"")
        .post(
            &format!("{path}/history/2/put-back"),
            json!({"fields": ["stars", "tags"]}),
        )
        .await;
    assert_eq!(some.status, 200, "{}", some.text());
    let record = some.json();
    assert_eq!(
        (
            &record["text"],
            &record["stars"],
            &record["tags"],
            &record["version"]
        ),
        (&json!("Rye flour"), &json!(2), &json!(["red"]), &json!(4))
    );
    assert_eq!(some.header("etag"), "\"4\"");
    let once = ada.with_header("idempotency-key", "back to the first");
    let all = once.post(&format!("{path}/history/1/put-back"), json!({})).await;
    let again = once.post(&format!("{path}/history/1/put-back"), json!({})).await;
    assert_eq!((all.status.as_u16(), all.json()), (200, again.json()));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(
        (&all.json()["text"], &all.json()["price"]),
        (&json!("Flour"), &json!(null))
    );
    // Nothing is erased: five versions, five entries.
    let history = ada.get(&format!("{path}/history")).await;
    assert_eq!(history.column("version"), ["5", "4", "3", "2", "1"]);
    let unknown = ada
        .post(
            &format!("{path}/history/1/put-back"),
            json!({"fields": ["colour"]}),
        )
        .await;
    assert_eq!(field_errors(&unknown), ["colour unknown_field"]);
    let read_only = ada
        .post(
            &format!("{path}/history/1/put-back"),
            json!({"fields": ["version"]}),
        )
        .await;
    assert_eq!(field_errors(&read_only), ["version validation_failed"]);
    let nonsense = ada
        .post(&format!("{path}/history/1/put-back"), json!({"fields": "text"}))
        .await;
    assert_eq!(nonsense.problem(), (422, "validation_failed".to_owned()));
    let other = ada
        .post(&format!("{path}/history/1/put-back"), json!({"field": []}))
        .await;
    assert_eq!(other.problem(), (422, "unknown_field".to_owned()));
}

#[tokio::test]
async fn put_back_refuses_what_no_longer_fits() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let path = message(&ada).await;
    let room_id = ada.get(&path).await.json()["room"].clone();
    let root = ada
        .create("messages", json!({"room": room_id, "text": "Root"}))
        .await;
    ada.patch(&path, json!({"reply_to": root["id"]})).await;
    ada.patch(&path, json!({"reply_to": null})).await;
    let root_path = format!("/api/v1/records/messages/{}", root["id"].as_str().unwrap());
    assert_eq!(ada.delete(&root_path).await.status, 204);
    let gone = ada.post(&format!("{path}/history/3/put-back"), json!({})).await;
    assert_eq!(gone.problem(), (422, "relation_violation".to_owned()));
    assert_eq!(field_errors(&gone), ["reply_to relation_violation"]);
    // Stars alone break the check that wants a price.
    ada.patch(&path, json!({"stars": null, "price": null})).await;
    let broken = ada
        .post(
            &format!("{path}/history/2/put-back"),
            json!({"fields": ["stars"]}),
        )
        .await;
    assert_eq!(broken.problem(), (422, "check_violation".to_owned()));
    assert_eq!(ada.get(&path).await.json()["version"], 5);
}

#[tokio::test]
async fn the_past_of_deleted_records() {
    let app = app();
    let (ada, bob, admin) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
        app.administrator().await,
    );
    let path = message(&ada).await;
    let room_id = ada.get(&path).await.json()["room"].clone();
    ada.create("memberships", json!({"room": room_id, "user": bob.id()}))
        .await;
    assert_eq!(bob.get(&format!("{path}/history/1")).await.status, 200);
    ada.delete(&path).await;
    let deleted = ada.get(&format!("{path}/history/3")).await.json();
    assert_eq!(deleted["kind"], "record.deleted");
    assert_eq!(deleted["record"]["deleted_at"], "2026-01-01T00:00:00.000000Z");
    assert_eq!(
        ada.get(&format!("{path}/history/2")).await.json()["record"]["price"],
        "1.50"
    );
    assert_eq!(bob.get(&format!("{path}/history/1")).await.problem().0, 404);
    let back = ada.post(&format!("{path}/history/1/put-back"), json!({})).await;
    assert_eq!(back.problem(), (409, "conflict".to_owned()));
    assert!(back.text().contains("restore it first"), "{}", back.text());
    // Gone for good: for administrators alone.
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(
        ada.delete(&format!("/api/v1/trash/messages/{id}")).await.status,
        204
    );
    assert_eq!(ada.get(&format!("{path}/history/1")).await.problem().0, 404);
    assert_eq!(
        admin.get(&format!("{path}/history/2")).await.json()["record"]["price"],
        "1.50"
    );
    assert_eq!(admin.get(&format!("{path}/history/4")).await.problem().0, 404);
    let compared = admin.get(&format!("{path}/history/compare?from=1")).await.json();
    assert_eq!(compared["to"]["version"], 3);
    let back = admin.post(&format!("{path}/history/1/put-back"), json!({})).await;
    assert_eq!(back.problem(), (409, "conflict".to_owned()));
}

/// Renamed collections and fields: the past stands under the names of today.
#[tokio::test]
async fn the_past_follows_renames() {
    let first = [
        ("mainstay.toml", "name = \"shelf\""),
        (
            "collections/books.toml",
            "[fields.title]\ntype = \"text\"\n[fields.pages]\ntype = \"integer\"\n[fields.note]\ntype = \"text\"\n",
        ),
    ];
    let app = mainstay_testkit::TestApp::start(&first);
    let admin = app.administrator().await;
    let book = admin
        .create("books", json!({"title": "Rye", "pages": 10, "note": "x"}))
        .await;
    let id = book["id"].as_str().unwrap();
    admin
        .patch(
            &format!("/api/v1/records/books/{id}"),
            json!({"title": "Rye bread"}),
        )
        .await;
    let second = [
        ("mainstay.toml", "name = \"shelf\""),
        (
            "collections/volumes.toml",
            "was = \"books\"\n[fields.name]\ntype = \"text\"\nwas = \"title\"\n[fields.pages]\ntype = \"integer\"\n\
             [fields.colour]\ntype = \"text\"\ndefault = \"grey\"\n",
        ),
    ];
    app.redefine(&second).await;
    let path = format!("/api/v1/records/volumes/{id}");
    admin.patch(&path, json!({"name": "Spelt"})).await;
    let history = admin.get(&format!("{path}/history")).await;
    assert_eq!(history.column("version"), ["3", "2", "1"]);
    assert_eq!(history.json()["items"][1]["old"], json!({"name": "Rye"}));
    assert_eq!(
        history.json()["items"][2]["new"]["name"],
        "Rye",
        "the creation under the name of today"
    );
    let was = admin.get(&format!("{path}/history/1")).await.json()["record"].clone();
    assert_eq!((&was["name"], &was["pages"]), (&json!("Rye"), &json!(10)));
    // What was not there then, and what is no more, is not in it.
    assert_eq!(
        (was.get("colour"), was.get("note"), was.get("title")),
        (None, None, None)
    );
    let back = admin
        .post(&format!("{path}/history/1/put-back"), json!({}))
        .await
        .json();
    assert_eq!((&back["name"], &back["colour"]), (&json!("Rye"), &json!("grey")));
    // An id of a collection with another name stands for one record for ever, too.
    let again = admin.post("/api/v1/records/volumes", json!({"id": id})).await;
    assert_eq!(again.problem(), (409, "unique_violation".to_owned()));
}
