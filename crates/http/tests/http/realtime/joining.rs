//! How a connection begins, and what it may say.

use mainstay_http::AppOptions;
use mainstay_testkit::TestApp;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;

use crate::live::{Live, within};
use crate::rooms::{ROOMS, app};

#[tokio::test]
async fn the_first_message_says_who_the_client_is() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let mut socket = live.connect_with(live.request()).await;
    socket
        .send(json!({"type": "authenticate", "token": owner.token()}))
        .await;
    assert_eq!(socket.next().await, json!({"type": "ready", "user": owner.id()}));
    // A newer token of the same session is welcome, somebody else's is not.
    socket
        .send(json!({"type": "authenticate", "token": owner.token()}))
        .await;
    assert_eq!(socket.next().await, json!({"type": "ready", "user": owner.id()}));
    let other = live.app.user("x@example.org").await;
    socket
        .send(json!({"type": "authenticate", "token": other.token()}))
        .await;
    assert_eq!(socket.next().await["code"], "invalid_token");

    let mut nobody = live.connect_with(live.request()).await;
    nobody
        .send(json!({"type": "subscribe", "id": "m", "to": "records", "collection": "messages"}))
        .await;
    assert_eq!(nobody.next().await, json!({"type": "ready", "user": null}));
    assert_eq!(nobody.next().await["type"], "subscribed");

    let mut bad = live.connect_with(live.request()).await;
    bad.send(json!({"type": "authenticate", "token": "made.up.token"}))
        .await;
    assert_eq!(bad.next().await["code"], "invalid_token");
    assert_eq!(bad.closed().await, (4401, "authentication_failed".to_owned()));
    live.stop().await;
}

#[tokio::test]
async fn pages_of_other_origins_are_refused() {
    let options = AppOptions {
        cors_origins: vec!["https://app.example.org".to_owned()],
        ..AppOptions::default()
    };
    let live = Live::start(TestApp::start_with(mainstay_testkit::files(ROOMS), options)).await;
    let own = format!("http://{}", live.address);
    for (origin, status) in [
        ("https://app.example.org", 101),
        (own.as_str(), 101),
        ("https://evil.example.org", 403),
    ] {
        let mut request = live.request();
        request.headers_mut().insert("origin", origin.parse().unwrap());
        request
            .headers_mut()
            .insert("sec-websocket-protocol", "mainstay.v1".parse().unwrap());
        let stream = TcpStream::connect(live.address).await.unwrap();
        let connected = within(tokio_tungstenite::client_async(request, stream)).await;
        let got = match connected {
            Ok((_, response)) => {
                assert_eq!(response.headers()["sec-websocket-protocol"], "mainstay.v1");
                response.status().as_u16()
            }
            Err(Error::Http(response)) => response.status().as_u16(),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(got, status, "{origin}");
    }
    live.stop().await;
}

#[tokio::test]
async fn what_cannot_be_understood_is_said_and_does_no_harm() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let mut socket = live.connect(&owner).await;
    let subscribe = |more: serde_json::Value| {
        let mut wish = json!({"type": "subscribe", "id": "x", "to": "records", "collection": "messages"});
        for (key, value) in more.as_object().unwrap() {
            wish[key] = value.clone();
        }
        wish
    };
    for (message, kind, code) in [
        (json!([]), "problem", "invalid_json"),
        (json!({"type": "sing"}), "problem", "invalid_parameter"),
        (json!({"type": "unsubscribe"}), "problem", "invalid_parameter"),
        (
            subscribe(json!({"colour": "red"})),
            "problem",
            "unknown_parameter",
        ),
        (subscribe(json!({"to": "moon"})), "problem", "invalid_parameter"),
        (subscribe(json!({"since": -1})), "problem", "invalid_parameter"),
        (
            subscribe(json!({"coalesce_ms": 99_999})),
            "problem",
            "invalid_parameter",
        ),
        (
            subscribe(json!({"to": "presence"})),
            "problem",
            "invalid_parameter",
        ),
        (
            subscribe(json!({"id": "n".repeat(65)})),
            "problem",
            "invalid_parameter",
        ),
        (subscribe(json!({"collection": "nowhere"})), "ended", "not_found"),
        (
            subscribe(json!({"filter": "nothing == 1"})),
            "ended",
            "invalid_filter",
        ),
        (
            subscribe(json!({"filter": "updated_at == null"})),
            "ended",
            "invalid_filter",
        ),
        (
            subscribe(json!({"fields": "nothing"})),
            "ended",
            "invalid_parameter",
        ),
        (subscribe(json!({"record": "no id"})), "problem", "not_found"),
    ] {
        socket.send(message.clone()).await;
        let answer = socket.next().await;
        assert_eq!(
            (&answer["type"], &answer["code"]),
            (&json!(kind), &json!(code)),
            "{message}"
        );
        assert!(answer["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    }
    socket.follow("m", "messages").await;
    socket.send(subscribe(json!({"id": "m"}))).await;
    assert_eq!(socket.next().await["code"], "invalid_parameter");
    live.stop().await;
}
