//! `GET /api/v1/audit`, `/api/v1/audit/export`, `/api/v1/audit/status` and `/api/v1/auth/activity`

mod own;

use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use crate::rooms::{app, room};

/// An administrator, and two people who do something.
async fn scene() -> (TestApp, Client, Client, String) {
    let app = app();
    let administrator = app.administrator().await;
    let ada = app.user_with("ada@example.org", json!({"name": "Ada"})).await;
    let room = room(&ada, "Kitchen").await;
    (app, administrator, ada, room)
}

fn kinds(page: &Json) -> Vec<String> {
    let items = page["items"].as_array().expect("a page has items");
    items
        .iter()
        .map(|item| item["kind"].as_str().expect("each has a kind").to_owned())
        .collect()
}

#[tokio::test]
async fn list_audit_entries() {
    let (app, administrator, ada, room) = scene().await;
    app.clock.advance_seconds(60);
    let path = format!("/api/v1/records/rooms/{room}");
    let changed = ada.patch(&path, json!({"name": "Attic", "secret": "owl"})).await;
    let page = administrator.get("/api/v1/audit?limit=1").await.json();
    let entry = page["items"][0].clone();
    assert_eq!(
        entry,
        json!({
            "seq": entry["seq"],
            "at": "2026-01-01T00:01:00.000000Z",
            "kind": "record.updated",
            "actor": {"kind": "user", "id": ada.id(), "label": "Ada"},
            "address": "127.0.0.1",
            "request_id": changed.header("x-request-id"),
            "collection": "rooms",
            "record_id": room,
            "version": 2,
            "release": entry["release"],
            "payload": {"old": {"name": "Kitchen"}, "new": {"name": "Attic"}},
            "withheld": ["secret"],
            "erased": false,
        })
    );
    assert!(!page.to_string().contains("owl"));

    // Every page goes on where the one before ended, and nothing is told twice or left out.
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = administrator
            .get(&format!("/api/v1/audit?limit=2{cursor}"))
            .await
            .json();
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["seq"].as_i64().unwrap()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let all = app.sql("SELECT seq FROM _journal ORDER BY seq DESC").await;
    let all: Vec<i64> = all.iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(seen, all);
}

/// Each filter, and the kinds of entries that it lets through.
fn filters(ada: &str, room: &str, request: &str) -> Vec<(String, Vec<&'static str>)> {
    vec![
        (
            format!("record={room}"),
            vec!["record.deleted", "record.updated", "record.created"],
        ),
        (
            "collection=memberships".to_owned(),
            vec!["record.deleted", "record.created"],
        ),
        (format!("request={request}"), vec!["record.updated"]),
        (
            format!("actor={ada}"),
            vec![
                "record.deleted",
                "record.deleted",
                "record.updated",
                "record.created",
                "record.created",
                "auth.signed_in",
            ],
        ),
        (
            "kind=auth.*".to_owned(),
            vec!["auth.signed_in", "auth.signed_in", "auth.administrator_created"],
        ),
        ("kind=record.updated".to_owned(), vec!["record.updated"]),
        (
            "kind=record.deleted&collection=rooms".to_owned(),
            vec!["record.deleted"],
        ),
        (
            "from=2026-01-01T00:01:00Z&to=2026-01-01T00:02:00Z".to_owned(),
            vec!["record.updated"],
        ),
        (
            "from=2026-01-01T00:01:30Z".to_owned(),
            vec!["record.deleted", "record.deleted"],
        ),
        (
            format!("actor={ada}&to=2026-01-01T00:01:30Z&kind=record.*"),
            vec!["record.updated", "record.created", "record.created"],
        ),
        ("collection=nothing".to_owned(), vec![]),
    ]
}

#[tokio::test]
async fn audit_filters() {
    let (app, administrator, ada, room) = scene().await;
    app.clock.advance_seconds(60);
    let path = format!("/api/v1/records/rooms/{room}");
    let request = ada.patch(&path, json!({"name": "Attic"})).await;
    let request = request.header("x-request-id").to_owned();
    app.clock.advance_seconds(60);
    ada.delete(&path).await;
    for (filter, wanted) in filters(&ada.id(), &room, &request) {
        let page = administrator.get(&format!("/api/v1/audit?{filter}")).await.json();
        assert_eq!(kinds(&page), wanted, "{filter}");
        assert_eq!(page["next_cursor"], json!(null), "{filter}");
        // The same, an entry at a time.
        let (mut one_by_one, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = administrator
                .get(&format!("/api/v1/audit?{filter}&limit=1{cursor}"))
                .await
                .json();
            one_by_one.extend(kinds(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(one_by_one, wanted, "{filter}");
    }
}

#[tokio::test]
async fn audit_refuses_what_makes_no_sense_and_whoever_is_no_administrator() {
    let (app, administrator, ada, _) = scene().await;
    for (filter, code) in [
        ("actor=me", "invalid_parameter"),
        ("record=x", "invalid_parameter"),
        ("request=1", "invalid_parameter"),
        ("kind=Auth", "invalid_parameter"),
        ("kind=*", "invalid_parameter"),
        ("from=yesterday", "invalid_parameter"),
        ("to=2026-01-01", "invalid_parameter"),
        ("cursor=x", "invalid_cursor"),
        ("cursor=-1", "invalid_cursor"),
        ("who=me", "unknown_parameter"),
    ] {
        let refused = administrator.get(&format!("/api/v1/audit?{filter}")).await;
        assert_eq!(refused.problem(), (400, code.to_owned()), "{filter}");
    }
    assert_eq!(ada.get("/api/v1/audit").await.problem().0, 403);
    assert_eq!(app.anonymous().get("/api/v1/audit").await.problem().0, 401);
}

#[tokio::test]
async fn export_audit_is_an_entry_itself() {
    let (app, administrator, ada, _) = scene().await;
    app.sql_write("UPDATE users SET name = '=1+1' WHERE name = 'Ada'")
        .await
        .unwrap();
    let path = "/api/v1/audit/export?kind=record.*&format=";
    let lines = administrator.get(&format!("{path}jsonl")).await;
    assert_eq!(lines.status, 200);
    assert_eq!(lines.header("content-type"), "application/x-ndjson");
    let listed = administrator.get("/api/v1/audit?kind=record.*").await.json();
    let exported: Vec<Json> = lines
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(Json::from(exported), listed["items"]);

    let csv = administrator.get(&format!("{path}csv")).await.text();
    let mut rows = csv.lines();
    assert_eq!(
        rows.next().unwrap(),
        "seq,at,kind,actor_kind,actor_id,actor_label,address,request_id,collection,record_id,version,release,erased,payload"
    );
    assert_eq!(rows.count(), listed["items"].as_array().unwrap().len());

    let entries = administrator
        .get("/api/v1/audit?kind=audit.exported")
        .await
        .json();
    assert_eq!(entries["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        entries["items"][1]["payload"],
        json!({"format": "jsonl", "filter": {"kind": "record.*"}})
    );
    let before = app.sql("SELECT count(*) FROM _journal").await;
    assert_eq!(ada.get(&format!("{path}csv")).await.problem().0, 403);
    assert_eq!(
        administrator.get("/api/v1/audit/export").await.problem(),
        (400, "invalid_parameter".to_owned())
    );
    assert_eq!(
        administrator.get(&format!("{path}xml")).await.problem(),
        (400, "invalid_parameter".to_owned())
    );
    assert_eq!(app.sql("SELECT count(*) FROM _journal").await, before);
}

#[tokio::test]
async fn read_audit_status_before_anything_is_sealed() {
    let (app, administrator, ada, _) = scene().await;
    let status = administrator.get("/api/v1/audit/status").await.json();
    let entries: i64 = app.sql("SELECT count(*) FROM _journal").await[0][0]
        .parse()
        .unwrap();
    assert_eq!(status["public_key"].as_str().unwrap().len(), 64);
    assert_eq!(
        (&status["checkpoint"], &status["sealed_seq"], &status["unsealed"]),
        (&json!(null), &json!(null), &json!(entries))
    );
    assert_eq!(ada.get("/api/v1/audit/status").await.problem().0, 403);
}

/// Who did what, from when the user came on, each with an address, a time and a request.
fn told_since_sign_up(items: &[Json], id: &str) -> Vec<String> {
    items
        .iter()
        .rev()
        .skip_while(|item| item["kind"] != "auth.signed_up" && item["record_id"] != id)
        .map(|item| {
            let who = match &item["actor"]["id"] {
                actor if actor == id => "ada",
                Json::Null => item["actor"]["kind"].as_str().expect("somebody acted"),
                _ => "administrator",
            };
            assert_eq!(item["address"], "127.0.0.1", "{item}");
            assert_eq!(item["at"], "2026-01-01T00:00:00.000000Z", "{item}");
            assert!(item["request_id"].is_string(), "{item}");
            format!("{who} {}", item["kind"].as_str().expect("each has a kind"))
        })
        .collect()
}

/// Who, when, from where, what, before and after: of everything that somebody may want to know one day.
#[tokio::test]
async fn every_act_of_note_is_an_entry() {
    let app = app();
    let administrator = app.administrator().await;
    let anonymous = app.anonymous();
    let credentials = json!({"email": "ada@example.org", "password": "correct horse"});
    anonymous.post("/api/v1/auth/sign-up", credentials.clone()).await;
    let session = anonymous.post("/api/v1/auth/sign-in", credentials).await.json();
    let ada = anonymous.with_token(session["access_token"].as_str().unwrap());
    let id = session["user"]["id"].as_str().unwrap();
    let room = ada.create("rooms", json!({"name": "Kitchen"})).await;
    ada.create(
        "memberships",
        json!({"room": room["id"], "user": id, "role": "owner"}),
    )
    .await;
    let path = format!("/api/v1/records/rooms/{}", room["id"].as_str().unwrap());
    administrator.patch(&path, json!({"name": "Attic"})).await;
    ada.delete(&path).await;
    ada.post(&format!("{path}/restore"), json!({})).await;
    ada.patch(&path, json!({"name": "Cellar"})).await;
    ada.post("/api/v1/records/users", json!({"email": "c@example.org"}))
        .await;
    mainstay_engine::audit::write_noticed(&app.environment).await;
    ada.post("/api/v1/auth/sign-out", json!({})).await;
    administrator.get("/api/v1/audit/export?format=csv").await;
    let promoted = json!({"administrator": true, "active": false});
    administrator
        .patch(&format!("/api/v1/records/users/{id}"), promoted)
        .await;

    let page = administrator.get("/api/v1/audit?limit=500").await.json();
    let items = page["items"].as_array().unwrap();
    let told = told_since_sign_up(items, id);
    assert_eq!(
        told,
        [
            "system record.created",
            "ada auth.signed_up",
            "ada auth.signed_in",
            "ada record.created",
            "ada record.created",
            "administrator record.updated",
            "ada record.deleted",
            "ada record.deleted",
            "ada record.restored",
            "ada record.restored",
            "ada record.updated",
            "ada access.refused",
            "ada auth.signed_out",
            "administrator audit.exported",
            "administrator auth.sessions_ended",
            "administrator record.updated",
            "administrator auth.role_changed",
        ]
    );
    assert_eq!(
        items[0]["payload"],
        json!({
            "old": {"administrator": false, "active": true},
            "new": {"administrator": true, "active": false},
        })
    );
    assert_eq!(
        items[5]["payload"],
        json!({"operation": "create_record", "code": "forbidden"})
    );
}

#[tokio::test]
async fn what_cannot_be_told_does_not_happen() {
    let (app, _, ada, room) = scene().await;
    app.sql_write("ALTER TABLE _journal RENAME TO kept")
        .await
        .unwrap();
    let path = format!("/api/v1/records/rooms/{room}");
    let before = app.sql("SELECT * FROM rooms").await;
    assert_eq!(ada.patch(&path, json!({"name": "Attic"})).await.status, 500);
    assert_eq!(ada.delete(&path).await.status, 500);
    let other = json!({"name": "Cellar"});
    assert_eq!(ada.post("/api/v1/records/rooms", other).await.status, 500);
    assert_eq!(app.sql("SELECT * FROM rooms").await, before);
}

#[tokio::test]
async fn no_way_of_the_api_changes_an_entry() {
    let (app, administrator, _, _) = scene().await;
    let before = app
        .sql("SELECT seq, at, kind, payload FROM _journal ORDER BY seq")
        .await;
    for path in [
        "/api/v1/audit",
        "/api/v1/audit/1",
        "/api/v1/records/_journal",
        "/api/v1/records/_journal/1",
    ] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let answer = administrator.send(method, path, Some(b"{}".to_vec())).await;
            assert!([404, 405].contains(&answer.status.as_u16()), "{method} {path}");
        }
    }
    assert_eq!(
        app.sql("SELECT seq, at, kind, payload FROM _journal ORDER BY seq")
            .await,
        before
    );
}
