//! Made, shown once, listed, used, replaced, taken back.

use mainstay_engine::auth::write_key_uses;
use serde_json::json;

use super::{PATH, forbidden, invalid, make, make_with, not_found, text};
use crate::rooms::app;

const ENTRIES: &str = "SELECT kind, payload FROM _journal WHERE kind LIKE 'auth.key_%' ORDER BY seq";

#[tokio::test]
async fn a_key_is_shown_once_and_kept_as_a_hash() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let (made, key) = make(&ada, &["rooms:read"]).await;
    let secret = text(&made, "key");
    assert!(secret.starts_with("mk_") && secret.len() == 67, "{secret}");
    assert_eq!(made["owner"], ada.id());
    assert_eq!(made["scopes"], json!(["rooms:read"]));
    assert_eq!(key.get("/api/v1/records/rooms").await.status, 200);
    let listed = ada.get(PATH).await;
    let mut expected = made.clone();
    expected.as_object_mut().expect("an object").remove("key");
    assert_eq!(listed.json(), json!({"items": [expected]}));
    assert!(!app.is_stored(secret).await);
    let told = app.sql(ENTRIES).await;
    assert_eq!(told[0][0], "auth.key_created");
    assert!(told[0][1].contains("rooms:read") && !told[0][1].contains(secret));
}

#[tokio::test]
async fn what_is_wrong_with_a_key_is_told_at_once() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let body = json!({"name": " ", "scopes": ["rooms:write", "halls:read"], "networks": ["here"],
        "expires_at": "2025-01-01T00:00:00Z", "owner": 3, "colour": "red"});
    let response = ada.post(PATH, body).await;
    assert_eq!(response.problem(), (422, "validation_failed".to_owned()));
    let errors = response.json()["errors"].clone();
    let fields: Vec<&str> = errors
        .as_array()
        .expect("a list")
        .iter()
        .map(|error| text(error, "field"))
        .collect();
    assert_eq!(
        fields,
        [
            "colour",
            "name",
            "scopes",
            "scopes",
            "networks",
            "expires_at",
            "owner"
        ]
    );
    let admin = ada.post(PATH, json!({"name": "a", "scopes": ["admin"]})).await;
    assert_eq!(admin.problem(), (422, "validation_failed".to_owned()));
    assert_eq!(app.sql("SELECT count(*) FROM _api_keys").await, [["0"]]);
}

#[tokio::test]
async fn a_successor_takes_over_while_the_old_key_works_for_a_time() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let (made, old) = make(&ada, &["rooms:read"]).await;
    let rotate = format!("{PATH}/{}/rotate", text(&made, "id"));
    let response = ada.post(&rotate, json!({"overlap_seconds": 120})).await;
    assert_eq!(response.status, 201, "{}", response.text());
    let successor = response.json();
    assert_eq!(successor["scopes"], made["scopes"]);
    assert_eq!(successor["expires_at"], json!(null));
    let new = app.anonymous().with_token(text(&successor, "key"));
    let rooms = "/api/v1/records/rooms";
    assert_eq!((old.get(rooms).await.status, new.get(rooms).await.status).0, 200);
    let listed = ada.get(PATH).await.json();
    assert_eq!(listed["items"][0]["replaced_by"], successor["id"]);
    assert_eq!(
        ada.post(&rotate, json!({})).await.problem(),
        (409, "conflict".to_owned())
    );
    app.clock.advance_seconds(119);
    assert_eq!(old.get(rooms).await.status, 200);
    app.clock.advance_seconds(1);
    assert_eq!(old.get(rooms).await.problem(), invalid());
    assert_eq!(new.get(rooms).await.status, 200);
    assert_eq!(ada.get(PATH).await.column("id"), [text(&successor, "id")]);
}

#[tokio::test]
async fn a_key_that_is_taken_back_or_has_expired_is_refused_at_once() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let (made, key) = make(&ada, &["*:*"]).await;
    let until = json!({"name": "b", "scopes": ["*:*"], "expires_at": "2026-01-01T01:00:00Z"});
    let (_, short) = make_with(&ada, until).await;
    let rooms = "/api/v1/records/rooms";
    assert_eq!(
        (key.get(rooms).await.status, short.get(rooms).await.status).1,
        200
    );
    let response = ada.delete(&format!("{PATH}/{}", text(&made, "id"))).await;
    assert_eq!(response.status, 204);
    assert_eq!(key.get(rooms).await.problem(), invalid());
    app.clock.advance_seconds(3_600);
    assert_eq!(short.get(rooms).await.problem(), invalid());
    let kinds: Vec<String> = app
        .sql(ENTRIES)
        .await
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    assert_eq!(
        kinds,
        ["auth.key_created", "auth.key_created", "auth.key_revoked"]
    );
}

#[tokio::test]
async fn a_key_ends_with_its_owner() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let administrator = app.administrator().await;
    let (_, key) = make(&ada, &["*:*"]).await;
    let rooms = "/api/v1/records/rooms";
    assert_eq!(key.get(rooms).await.status, 200);
    let own = format!("/api/v1/records/users/{}", ada.id());
    let off = administrator.patch(&own, json!({"active": false})).await;
    assert_eq!(off.status, 200, "{}", off.text());
    assert_eq!(key.get(rooms).await.problem(), invalid());
    administrator.patch(&own, json!({"active": true})).await;
    assert_eq!(key.get(rooms).await.status, 200);
    assert_eq!(administrator.delete(&own).await.status, 204);
    assert_eq!(key.get(rooms).await.problem(), invalid());
    assert_eq!(app.sql("SELECT count(*) FROM _api_keys").await, [["0"]]);
}

#[tokio::test]
async fn keys_of_others_do_not_exist() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let bob = app.user("bob@example.org").await;
    let administrator = app.administrator().await;
    let (made, key) = make(&ada, &["*:*"]).await;
    let one = format!("{PATH}/{}", text(&made, "id"));
    let theirs = format!("{PATH}?owner={}", ada.id());
    for other in [&bob, &administrator] {
        assert_eq!(other.delete(&one).await.problem(), not_found());
        assert_eq!(
            other.post(&format!("{one}/rotate"), json!({})).await.problem(),
            not_found()
        );
        assert_eq!(other.get(&theirs).await.problem(), not_found());
        assert_eq!(other.get(PATH).await.json(), json!({"items": []}));
        let body = json!({"name": "a", "scopes": ["*:*"], "owner": ada.id()});
        assert_eq!(other.post(PATH, body).await.problem(), not_found());
    }
    assert_eq!(key.get("/api/v1/records/rooms").await.status, 200);
}

#[tokio::test]
async fn no_key_manages_keys_or_what_is_for_people() {
    let app = app();
    let administrator = app.administrator().await;
    let (made, key) = make(&administrator, &["admin"]).await;
    let one = format!("{PATH}/{}", text(&made, "id"));
    assert_eq!(
        key.post(PATH, json!({"name": "a", "scopes": ["admin"]}))
            .await
            .problem(),
        forbidden()
    );
    assert_eq!(
        key.post(&format!("{one}/rotate"), json!({})).await.problem(),
        forbidden()
    );
    assert_eq!(key.delete(&one).await.problem(), forbidden());
    for path in [
        "/api/v1/auth/sessions",
        "/api/v1/auth/activity",
        "/api/v1/notifications",
        PATH,
    ] {
        assert_eq!(key.get(path).await.problem(), forbidden(), "{path}");
    }
    let change = json!({"current_password": app.password(), "password": "another sentence"});
    assert_eq!(
        key.post("/api/v1/auth/password", change).await.problem(),
        forbidden()
    );
    assert_eq!(
        key.send("POST", "/api/v1/auth/sign-out", None).await.problem(),
        forbidden()
    );
}

#[tokio::test]
async fn the_last_use_is_noted() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let (made, key) = make(&ada, &["*:read"]).await;
    assert_eq!(
        (&made["last_used_at"], &made["last_address"]),
        (&json!(null), &json!(null))
    );
    app.clock.advance_seconds(30);
    key.at("192.0.2.7").get("/api/v1/records/rooms").await;
    write_key_uses(&app.environment).await.expect("it can be written");
    let used = ada.get(PATH).await.json()["items"][0].clone();
    assert_eq!(used["last_used_at"], "2026-01-01T00:00:30.000000Z");
    assert_eq!(used["last_address"], "192.0.2.7");
    let written = app.sql("SELECT last_used_at FROM _api_keys").await;
    key.at("192.0.2.7").get("/api/v1/records/rooms").await;
    write_key_uses(&app.environment).await.expect("it can be written");
    assert_eq!(
        app.sql("SELECT last_used_at FROM _api_keys").await,
        written,
        "once a minute is enough"
    );
}
