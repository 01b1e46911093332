//! `/api/v1/external-keys`: keys of other services, written and never read back.

use mainstay_engine::external_keys::external_keys_of;
use mainstay_engine::keys::{Purpose, reseal};
use mainstay_engine::tidy::tidy;
use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use crate::rooms::app;

const PATH: &str = "/api/v1/external-keys";
const KEY: &str = "sk-live-0123456789abcdefghij-a1b2";
const NEXT: &str = "sk-live-9876543210abcdefghij-c3d4";

async fn add(user: &Client) -> Json {
    let response = user.post(PATH, json!({"service": "mapbox", "key": KEY})).await;
    assert_eq!(response.status, 201, "{}", response.text());
    let key = response.json();
    assert_eq!(
        response.header("location"),
        format!("{PATH}/{}", text(&key, "id"))
    );
    key
}

fn text<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().expect("it is a text")
}

/// What the application would ask the service with.
async fn used(app: &TestApp, user: &Client) -> Vec<String> {
    let user = user.id().parse().expect("it is an id");
    let keys = external_keys_of(&app.environment, user, "mapbox").await;
    let keys = keys.expect("they can be read");
    assert!(!format!("{keys:?}").contains("sk-live"), "they print as nothing");
    keys.iter().map(|key| key.reveal().to_owned()).collect()
}

#[tokio::test]
async fn a_key_is_written_and_read_back_masked() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let added = add(&ada).await;
    assert_eq!(added["hint"], "…a1b2");
    assert_eq!(added["service"], "mapbox");
    assert_eq!(ada.get(PATH).await.json(), json!({ "items": [added] }));
    assert_eq!(used(&app, &ada).await, [KEY]);
    let short = ada
        .post(PATH, json!({"service": "short", "key": "12345678"}))
        .await;
    assert_eq!(short.json()["hint"], "…", "of a short key an end would tell much");
    let again = ada.post(PATH, json!({"service": "mapbox", "key": NEXT})).await;
    assert_eq!(again.problem(), (409, "conflict".to_owned()));
    assert_eq!(used(&app, &ada).await, [KEY]);
}

#[tokio::test]
async fn nothing_that_can_be_read_has_the_key() {
    let app = app();
    let (ada, administrator) = (app.user("ada@example.org").await, app.administrator().await);
    // Told to somebody else, and answered again to whoever repeats the request.
    let webhook = json!({"url": "https://example.org/hook", "kinds": ["auth.*"]});
    assert_eq!(administrator.post("/api/v1/webhooks", webhook).await.status, 201);
    let added = add(&ada.with_header("idempotency-key", "once")).await;
    let rotate = format!("{PATH}/{}/rotate", text(&added, "id"));
    assert_eq!(ada.post(&rotate, json!({"key": NEXT})).await.status, 201);
    // In the whole database it does not stand: not in the journal, of which history, audit, feeds, live updates and webhooks
    // are readers, and in no table that an export or a copy writes out.
    for key in [KEY, NEXT, "0123456789abcdefghij", "9876543210abcdefghij"] {
        assert!(!app.is_stored(key).await);
    }
    for client in [&ada, &administrator] {
        for path in [
            PATH.to_owned(),
            "/api/v1/auth/me".to_owned(),
            "/api/v1/auth/activity".to_owned(),
            "/api/v1/audit".to_owned(),
            "/api/v1/audit/export?format=csv".to_owned(),
            "/api/v1/changes".to_owned(),
            "/api/v1/records/users".to_owned(),
            format!("/api/v1/records/users/{}", ada.id()),
            format!("/api/v1/records/users/{}/history", ada.id()),
        ] {
            let answer = client.get(&path).await.text();
            assert!(
                !answer.contains("sk-live") && !answer.contains("abcdefghij"),
                "{path}"
            );
        }
    }
    let told = app
        .sql("SELECT kind, payload FROM _journal WHERE kind LIKE 'auth.external_key_%' ORDER BY seq")
        .await;
    let kinds: Vec<&str> = told.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(kinds, ["auth.external_key_added", "auth.external_key_rotated"]);
    assert!(
        told.iter()
            .all(|row| row[1].contains("mapbox") && !row[1].contains("a1b2"))
    );
    let audit = administrator
        .get("/api/v1/audit?kind=auth.external_key_added")
        .await;
    assert_eq!(audit.column("kind").len(), 1);
    // It is no field: nobody filters or sorts by it.
    for parameters in [("filter", "external_key != null"), ("sort", "external_key")] {
        let answer = administrator.list("users", &[parameters]).await;
        assert_eq!(answer.status, 400);
    }
}

#[tokio::test]
async fn a_successor_is_used_while_the_old_key_stays_for_a_time() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let added = add(&ada).await;
    let rotate = format!("{PATH}/{}/rotate", text(&added, "id"));
    let response = ada
        .post(&rotate, json!({"key": NEXT, "overlap_seconds": 60}))
        .await;
    assert_eq!(response.status, 201, "{}", response.text());
    let successor = response.json();
    assert_eq!(
        (text(&successor, "hint"), text(&successor, "service")),
        ("…c3d4", "mapbox")
    );
    assert_eq!(used(&app, &ada).await, [NEXT, KEY], "the newest first");
    let listed = ada.get(PATH).await.json();
    assert_eq!(listed["items"][0]["replaced_by"], successor["id"]);
    assert_eq!(listed["items"][0]["expires_at"], "2026-01-01T00:01:00.000000Z");
    let again = ada.post(&rotate, json!({"key": NEXT})).await;
    assert_eq!(again.problem(), (409, "conflict".to_owned()));
    app.clock.advance_seconds(60);
    assert_eq!(used(&app, &ada).await, [NEXT]);
    assert_eq!(ada.get(PATH).await.json(), json!({ "items": [successor] }));
    tidy(&app.environment).await.expect("it can be tidied");
    let left = app
        .sql("SELECT count(*) FROM _secrets WHERE name LIKE 'external_key/%'")
        .await;
    assert_eq!(left, [["1"]]);
    let one = format!("{PATH}/{}", text(&successor, "id"));
    assert_eq!(ada.delete(&one).await.status, 204);
    assert_eq!(ada.delete(&one).await.status, 404);
    assert!(used(&app, &ada).await.is_empty());
    let left = app
        .sql("SELECT count(*) FROM _secrets WHERE name LIKE 'external_key/%'")
        .await;
    assert_eq!(left, [["0"]]);
}

#[tokio::test]
async fn a_key_is_its_users_alone() {
    let app = app();
    let (ada, bob) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
    );
    let administrator = app.administrator().await;
    let added = add(&ada).await;
    let one = format!("{PATH}/{}", text(&added, "id"));
    for other in [&bob, &administrator] {
        assert_eq!(other.get(PATH).await.json(), json!({ "items": [] }));
        let rotated = other.post(&format!("{one}/rotate"), json!({"key": NEXT})).await;
        assert_eq!(rotated.problem(), (404, "not_found".to_owned()));
        assert_eq!(other.delete(&one).await.problem(), (404, "not_found".to_owned()));
    }
    let made = ada
        .post("/api/v1/api-keys", json!({"name": "all", "scopes": ["*:*"]}))
        .await;
    let program = ada.with_token(text(&made.json(), "key"));
    assert_eq!(program.get(PATH).await.problem(), (403, "forbidden".to_owned()));
    let added = program.post(PATH, json!({"service": "mine", "key": NEXT})).await;
    assert_eq!(added.problem(), (403, "forbidden".to_owned()));
    assert_eq!(used(&app, &ada).await, [KEY]);
    // Whoever is deleted takes them along.
    let gone = format!("/api/v1/users/{}/account", ada.id());
    let deleted = administrator.delete(&gone).await;
    assert_eq!(deleted.status, 204, "{}", deleted.text());
    for count in [
        "SELECT count(*) FROM _external_keys",
        "SELECT count(*) FROM _secrets WHERE name LIKE 'external_key/%'",
    ] {
        assert_eq!(app.sql(count).await, [["0"]]);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_key_is_told_without_it() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let response = ada
        .post(
            PATH,
            json!({"service": "Map box", "key": "sk live with spaces", "colour": "red"}),
        )
        .await;
    assert_eq!(response.problem(), (422, "validation_failed".to_owned()));
    assert!(!response.text().contains("sk live"));
    let problem = response.json();
    let errors = problem["errors"].as_array().expect("a list");
    let fields: Vec<&str> = errors.iter().map(|error| text(error, "field")).collect();
    assert_eq!(fields, ["colour", "service", "key"]);
    for key in ["short", &"a".repeat(4_097), "schlüssel-mit-umlaut"] {
        let response = ada.post(PATH, json!({"service": "mapbox", "key": key})).await;
        assert_eq!(response.status, 422, "{key}");
    }
    assert_eq!(app.sql("SELECT count(*) FROM _external_keys").await, [["0"]]);
}

#[tokio::test]
async fn keys_follow_a_rotation_of_the_key_that_encrypts_them() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    add(&ada).await;
    let sealed = "SELECT key_id FROM _secrets WHERE name LIKE 'external_key/%'";
    let before = app.sql(sealed).await;
    crate::keys::rotate(&app, Purpose::Encryption);
    crate::keys::take_up(&app).await;
    assert_eq!(used(&app, &ada).await, [KEY], "the retired key still reads it");
    reseal(&app.environment).await.expect("it can be encrypted anew");
    assert_ne!(app.sql(sealed).await, before);
    crate::keys::remove(&app, &before[0][0]);
    crate::keys::take_up(&app).await;
    assert_eq!(used(&app, &ada).await, [KEY]);
    // Put under the name of another key, it is none.
    let moved = "UPDATE _secrets SET name = name || '0' WHERE name LIKE 'external_key/%'";
    assert_eq!(app.sql_write(moved).await, Ok(1));
    let user = ada.id().parse().expect("it is an id");
    assert!(external_keys_of(&app.environment, user, "mapbox").await.is_err());
}
