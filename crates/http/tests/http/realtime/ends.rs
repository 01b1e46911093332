//! How connections end.

use std::time::{Duration, Instant};

use mainstay_testkit::TestApp;
use serde_json::json;

use crate::live::{Live, told};
use crate::rooms::app;

#[tokio::test]
async fn signing_out_ends_the_connections_of_that_session_alone() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let session = live
        .app
        .anonymous()
        .post(
            "/api/v1/auth/sign-in",
            json!({"email": "o@example.org", "password": live.app.password()}),
        )
        .await
        .json();
    let again = owner.with_token(session["access_token"].as_str().unwrap());
    let (mut first, mut second) = (live.connect(&owner).await, live.connect(&again).await);
    let began = Instant::now();
    assert_eq!(owner.post("/api/v1/auth/sign-out", json!({})).await.status, 204);
    assert_eq!(first.closed().await, (4401, "signed_out".to_owned()));
    assert!(began.elapsed() < Duration::from_secs(1));
    told(&live).await;
    second.expect_silence().await;
    live.stop().await;
}

#[tokio::test]
async fn whoever_is_switched_off_or_gets_other_rights_is_let_go() {
    let live = Live::start(app()).await;
    let administrator = live.app.administrator().await;
    for (change, ending) in [
        (json!({"active": false}), (4401, "signed_out")),
        (json!({"administrator": true}), (4403, "rights_changed")),
    ] {
        let user = live.app.user(&format!("{}@example.org", ending.1)).await;
        let mut socket = live.connect(&user).await;
        let path = format!("/api/v1/records/users/{}", user.id());
        administrator.patch(&path, json!({"name": "Nora"})).await;
        told(&live).await;
        socket.expect_silence().await;
        assert_eq!(administrator.patch(&path, change).await.status, 200);
        assert_eq!(socket.closed().await, (ending.0, ending.1.to_owned()));
    }
    live.stop().await;
}

#[tokio::test]
async fn a_server_that_stops_sends_its_clients_elsewhere() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let mut socket = live.connect(&owner).await;
    let closes = tokio::spawn(async move { socket.closed().await });
    live.stop().await;
    assert_eq!(closes.await.unwrap(), (1012, "shutting_down".to_owned()));
}

#[tokio::test]
async fn whoever_does_not_read_is_dropped_and_nobody_else() {
    let large = [
        ("mainstay.toml", "name = \"large\"\n"),
        (
            "collections/papers.toml",
            "[fields.text]\ntype = \"text\"\nmax = 1000000\n[rules]\nlist = \"true\"\nread = \"true\"\n\
             create = \"auth.id != null\"\n",
        ),
    ];
    let live = Live::start(TestApp::start(&large)).await;
    let writer = live.app.user("w@example.org").await;
    let (mut slow, mut quick) = (live.connect(&writer).await, live.connect(&writer).await);
    slow.follow("p", "papers").await;
    quick.follow("p", "papers").await;
    assert_eq!(live.app.environment.realtime.connections(), 2);
    let text = "x".repeat(900_000);
    let mut written = 0;
    while live.app.environment.realtime.connections() == 2 {
        writer.create("papers", json!({"text": text})).await;
        assert_eq!(quick.event().await.0, "created");
        written += 1;
        assert!(written < 100, "what waits for one client is bounded");
    }
    writer.create("papers", json!({"text": text})).await;
    assert_eq!(quick.event().await.0, "created");
    live.stop().await;
}

#[tokio::test]
async fn a_message_that_is_too_big_and_too_many_end_a_connection() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let mut socket = live.connect(&owner).await;
    socket
        .send(json!({"type": "broadcast", "id": "x", "data": "x".repeat(70_000)}))
        .await;
    assert_eq!(socket.closed().await, (1009, "message_too_big".to_owned()));

    let mut socket = live.connect(&owner).await;
    for _ in 0..300 {
        socket.send(json!({"type": "unsubscribe", "id": "x"})).await;
    }
    assert_eq!(socket.closed().await, (4429, "too_many_messages".to_owned()));
    live.stop().await;
}
