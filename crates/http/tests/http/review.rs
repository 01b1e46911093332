//! What a hostile reader found once, and must not find again.

use mainstay_testkit::{Dialect, TestApp, TestDatabase};
use serde_json::{Value as Json, json};

use crate::rooms::{app, field_errors, room};

const DIARY: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"diary\"\n[auth]\nsign_up = true\n"),
    (
        "collections/notes.toml",
        "[fields.body]\ntype = \"text\"\nmax = 1_000_000\n[rules]\nlist = \"record.created_by == auth.id\"\n\
         read = \"record.created_by == auth.id\"\ncreate = \"auth.id != null\"\ndelete = \"record.created_by == auth.id\"\n",
    ),
    (
        "collections/teams.toml",
        "[fields.name]\ntype = \"text\"\n[fields.parent]\ntype = \"relation\"\nto = \"teams\"\non_delete = \"cascade\"\n\
         back = \"kids\"\n[fields.other]\ntype = \"relation\"\nto = \"teams\"\n[rules]\nlist = \"true\"\nread = \"true\"\n",
    ),
    (
        "collections/users.toml",
        "[fields.team]\ntype = \"relation\"\nto = \"teams\"\non_delete = \"cascade\"\n[rules]\nread = \"record.id == auth.id\"\n\
         delete = \"record.id == auth.id\"\n",
    ),
];

fn id(record: &Json) -> &str {
    record["id"].as_str().expect("a record has an id")
}

#[tokio::test]
async fn nobody_takes_over_the_id_of_a_removed_user() {
    let app = TestApp::start(DIARY);
    let ada = app.user("ada@example.org").await;
    ada.create("notes", json!({"body": "private"})).await;
    assert_eq!(
        ada.delete(&format!("/api/v1/records/users/{}", ada.id()))
            .await
            .status,
        204
    );
    assert_eq!(
        ada.get("/api/v1/auth/me").await.problem(),
        (401, "invalid_token".to_owned())
    );
    for table in ["_credentials", "_sessions", "_refresh_tokens"] {
        let sql: &'static str = format!("SELECT count(*) FROM {table}").leak();
        assert_eq!(app.sql(sql).await, [["0"]], "{table}");
    }
    let body = json!({"id": ada.id(), "email": "eve@example.org", "password": "correct horse"});
    let response = app.anonymous().post("/api/v1/auth/sign-up", body).await;
    assert_eq!(field_errors(&response), ["id validation_failed"]);
    let admin = app.administrator().await;
    let taken = json!({"id": ada.id(), "email": "e@example.org"});
    let again = admin.post("/api/v1/records/users", taken);
    assert_eq!(again.await.problem(), (409, "unique_violation".to_owned()));
}

#[tokio::test]
async fn nobody_inherits_the_history_of_a_removed_record() {
    let app = TestApp::start(DIARY);
    let (ada, bob) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
    );
    let note = ada.create("notes", json!({"body": "my secret diary"})).await;
    let path = format!("/api/v1/records/notes/{}", id(&note));
    assert_eq!(ada.delete(&path).await.status, 204);
    let response = bob
        .post("/api/v1/records/notes", json!({"id": id(&note), "body": "mine"}))
        .await;
    assert_eq!(response.problem(), (409, "unique_violation".to_owned()));
    assert_eq!(bob.get(&format!("{path}/history")).await.problem().0, 404);
}

#[tokio::test]
async fn a_user_who_goes_with_something_else_is_signed_out() {
    let app = TestApp::start(DIARY);
    let admin = app.administrator().await;
    let team = admin.create("teams", json!({"name": "a"})).await;
    let ada = app.user_with("ada@example.org", json!({"team": id(&team)})).await;
    assert_eq!(ada.get("/api/v1/auth/me").await.status, 200);
    assert_eq!(
        admin
            .delete(&format!("/api/v1/records/teams/{}", id(&team)))
            .await
            .status,
        204
    );
    assert_eq!(
        ada.get("/api/v1/records/notes").await.problem(),
        (401, "invalid_token".to_owned())
    );
}

/// A change takes effect even when whoever asked for it does not wait for the answer.
#[tokio::test]
async fn a_user_is_switched_off_though_the_caller_went_away() {
    let app = app();
    let (admin, ada) = (app.administrator().await, app.user("ada@example.org").await);
    assert_eq!(ada.get("/api/v1/auth/me").await.status, 200);
    let path = format!("/api/v1/records/users/{}", ada.id());
    // Known from now on: the next request has nothing to read first.
    assert_eq!(admin.get("/api/v1/auth/me").await.status, 200);
    let request = admin.patch(&path, json!({"active": false}));
    // Polled once: the write is queued, and then nobody is there any more.
    let mut request = Box::pin(request);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let _pending = std::future::Future::poll(request.as_mut(), &mut context);
    drop(request);
    // The writer works through its queue in order.
    admin.create("rooms", json!({"name": "next"})).await;
    assert_eq!(
        ada.get("/api/v1/auth/me").await.problem(),
        (401, "invalid_token".to_owned())
    );
}

#[tokio::test]
async fn what_may_not_be_read_is_not_told_by_a_refused_change() {
    let app = app();
    let (ada, eve) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
    );
    let room_id = room(&ada, "Kitchen").await;
    let members = ada.list("memberships", &[]).await.json();
    let path = format!("/api/v1/records/memberships/{}", id(&members["items"][0]));
    for guess in [&room_id, &ada.id()] {
        assert_eq!(eve.patch(&path, json!({"room": guess})).await.problem().0, 404);
    }
    // Nor by a refused creation: the same answer whether the target exists or not.
    let known = ada
        .create("messages", json!({"room": room_id, "text": "a"}))
        .await;
    for target in [id(&known), "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c"] {
        let body = json!({"room": room_id, "text": "x", "reply_to": target});
        assert_eq!(eve.post("/api/v1/records/messages", body).await.problem().0, 403);
    }
}

#[tokio::test]
async fn filters_that_make_long_texts_are_stopped() {
    let app = TestApp::start(DIARY);
    let ada = app.user("ada@example.org").await;
    for _ in 0..3 {
        ada.create("notes", json!({"body": "x".repeat(900_000)})).await;
    }
    let sum = vec!["body"; 60].join("+");
    let filter = format!("size({sum})+size({sum})==1");
    let began = std::time::Instant::now();
    assert!(
        ada.list("notes", &[("filter", &filter)])
            .await
            .status
            .is_client_error()
    );
    // Rows that the rule hides are not even looked at.
    let eve = app.user("eve@example.org").await;
    assert_eq!(
        eve.list("notes", &[("filter", &filter)]).await.column("id"),
        Vec::<String>::new()
    );
    assert!(began.elapsed().as_secs() < 10, "took {:?}", began.elapsed());
}

#[tokio::test]
async fn pages_of_long_texts_end_early_and_go_on() {
    let app = TestApp::start(DIARY);
    let ada = app.user("ada@example.org").await;
    for _ in 0..12 {
        ada.create("notes", json!({"body": "x".repeat(900_000)})).await;
    }
    let (mut seen, mut pages, mut cursor) = (0, 0, String::new());
    loop {
        let page = ada.get(&format!("/api/v1/records/notes?limit=500{cursor}")).await;
        assert!(page.body.len() < 10_000_000, "{} bytes", page.body.len());
        seen += page.column("id").len();
        pages += 1;
        match page.json()["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((seen, pages), (12, 2));
}

#[tokio::test]
async fn triangles_and_circles_can_be_deleted() {
    let app = TestApp::start(DIARY);
    let admin = app.administrator().await;
    let top = admin.create("teams", json!({"name": "top"})).await;
    let left = admin.create("teams", json!({"parent": id(&top)})).await;
    admin
        .create("teams", json!({"parent": id(&top), "other": id(&left)}))
        .await;
    admin
        .create("teams", json!({"parent": id(&left), "other": id(&top)}))
        .await;
    assert_eq!(
        admin
            .delete(&format!("/api/v1/records/teams/{}", id(&top)))
            .await
            .status,
        204
    );
    let first = admin.create("teams", json!({"name": "a"})).await;
    let second = admin.create("teams", json!({"parent": id(&first)})).await;
    let path = format!("/api/v1/records/teams/{}", id(&first));
    assert_eq!(
        admin.patch(&path, json!({"parent": id(&second)})).await.status,
        200
    );
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(app.sql("SELECT count(*) FROM teams").await, [["0"]]);
    assert_eq!(
        app.sql("SELECT count(*) FROM _journal WHERE kind = 'record.deleted'")
            .await,
        [["6"]]
    );
}

#[tokio::test]
async fn restoring_keeps_to_the_checks() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let (kitchen, attic) = (room(&ada, "Kitchen").await, room(&ada, "Attic").await);
    let above = ada
        .create("messages", json!({"room": kitchen, "text": "above"}))
        .await;
    let reply = ada
        .create(
            "messages",
            json!({"room": kitchen, "text": "reply", "reply_to": id(&above)}),
        )
        .await;
    let path = format!("/api/v1/records/messages/{}", id(&reply));
    assert_eq!(ada.delete(&path).await.status, 204);
    let literal = |id: &str| match TestDatabase::dialect() {
        Dialect::Sqlite => format!("x'{}'", id.replace('-', "")),
        Dialect::Postgres => format!("'{id}'"),
    };
    let moved = format!(
        "UPDATE messages SET room = {} WHERE id = {}",
        literal(&attic),
        literal(id(&above))
    );
    app.sql_write(&moved).await.expect("the statement is valid");
    let restored = ada.post(&format!("{path}/restore"), json!({})).await;
    assert_eq!(field_errors(&restored), ["reply_in_room check_violation"]);
}
