//! Refused acts and views: entries, and never more than the disk can take.

use mainstay_core::Actor;
use mainstay_core::{Code, RecordId, limits};
use mainstay_engine::audit::{RunningNoticed, note_refusal, write_noticed};
use mainstay_engine::{Context, RequestOrigin};
use mainstay_testkit::TestApp;
use serde_json::json;

const NOTES: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"notes\"\n"),
    (
        "collections/notes.toml",
        "log_reads = true\n[fields.title]\ntype = \"text\"\n[rules]\nread = \"true\"\nlist = \"true\"\n",
    ),
];

fn anonymous(app: &TestApp, address: &str) -> Context {
    app.environment.request_context(RequestOrigin {
        actor: Actor::ANONYMOUS,
        request_id: RecordId::from_slice(&[7; 16]).unwrap(),
        address: Some(address.to_owned()),
        method: "POST",
        operation: "create_record",
        cost: std::sync::Arc::default(),
        position: None,
    })
}

async fn refusals(app: &TestApp) -> Vec<Vec<String>> {
    app.sql("SELECT address, payload FROM _journal WHERE kind = 'access.refused' ORDER BY seq")
        .await
}

#[tokio::test]
async fn the_same_refusal_within_a_minute_is_counted() {
    let app = TestApp::start(NOTES);
    for _ in 0..1_000 {
        app.anonymous()
            .post("/api/v1/records/notes", json!({"title": "x"}))
            .await;
    }
    write_noticed(&app.environment).await;
    let first = "{\"code\":\"unauthenticated\",\"operation\":\"create_record\"}";
    assert_eq!(refusals(&app).await, [["127.0.0.1", first]]);
    app.clock.advance_seconds(60);
    write_noticed(&app.environment).await;
    let counted = "{\"code\":\"unauthenticated\",\"operation\":\"create_record\",\"repeated\":999}";
    assert_eq!(
        refusals(&app).await,
        [["127.0.0.1", first], ["127.0.0.1", counted]]
    );
    // What is not found is not refused.
    let missing = "/api/v1/records/notes/0195a3c1-7c1e-7b52-9c8e-2f6b3d1a4e55";
    assert_eq!(app.anonymous().get(missing).await.status, 404);
    app.clock.advance_seconds(60);
    write_noticed(&app.environment).await;
    assert_eq!(refusals(&app).await.len(), 2);
}

#[tokio::test]
async fn a_flood_from_everywhere_is_bounded_and_what_is_lost_is_counted() {
    let app = TestApp::start(NOTES);
    let flood = limits::REFUSALS_OPEN_MAX + 5_000;
    for number in 0..flood {
        let ctx = anonymous(&app, &format!("2001:db8::{number:x}"));
        note_refusal(&ctx, Code::Unauthenticated, None, None);
        if number.is_multiple_of(100) {
            write_noticed(&app.environment).await;
        }
    }
    write_noticed(&app.environment).await;
    assert_eq!(refusals(&app).await.len(), limits::REFUSALS_OPEN_MAX);
    app.clock.advance_seconds(60);
    write_noticed(&app.environment).await;
    note_refusal(&anonymous(&app, "192.0.2.7"), Code::Unauthenticated, None, None);
    write_noticed(&app.environment).await;
    let written = refusals(&app).await;
    assert_eq!(written.len(), limits::REFUSALS_OPEN_MAX + 1);
    let lost: u64 = written
        .iter()
        .filter_map(|row| serde_json::from_str::<serde_json::Value>(&row[1]).unwrap()["lost"].as_u64())
        .sum();
    assert_eq!(lost, 5_000);
}

#[tokio::test]
async fn a_refused_operation_of_a_batch_is_an_entry() {
    let app = TestApp::start(NOTES);
    let ada = app.user("ada@example.org").await;
    let batch = json!({"mode": "per_record", "operations": [
        {"op": "create", "collection": "notes", "data": {"title": "x"}}]});
    assert_eq!(ada.post("/api/v1/batch", batch).await.status, 200);
    write_noticed(&app.environment).await;
    let rows = app
        .sql("SELECT collection, payload FROM _journal WHERE kind = 'access.refused'")
        .await;
    assert_eq!(
        rows,
        [[
            "notes",
            "{\"code\":\"forbidden\",\"operation\":\"batch_records\"}"
        ]]
    );
}

#[tokio::test]
async fn views_are_told_once_a_minute_for_each_reader_and_record() {
    let app = TestApp::start(NOTES);
    let administrator = app.administrator().await;
    let ada = app.user("ada@example.org").await;
    let note = administrator.create("notes", json!({"title": "x"})).await;
    let path = format!("/api/v1/records/notes/{}", note["id"].as_str().unwrap());
    for _ in 0..3 {
        assert_eq!(ada.get(&path).await.status, 200);
    }
    ada.get("/api/v1/records/notes").await;
    app.clock.advance_seconds(61);
    ada.get(&path).await;
    administrator.get(&path).await;
    let running = RunningNoticed::start(&app.environment);
    running.stop().await;
    let rows = app
        .sql("SELECT actor_kind, version, payload FROM _journal WHERE kind = 'record.viewed' ORDER BY seq")
        .await;
    assert_eq!(
        rows,
        [
            ["user", "1", "{}"],
            ["user", "1", "{}"],
            ["administrator", "1", "{}"]
        ]
    );
    // They are no changes.
    let history = administrator.get(&format!("{path}/history")).await;
    assert_eq!(history.column("kind"), ["record.created"]);
    let activity = administrator.get(&format!("{path}/activity")).await;
    assert_eq!(activity.column("kind"), ["record.created"]);
}
