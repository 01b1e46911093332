//! Every failure has one shape, whatever it is and wherever it happens.

use mainstay_http::AppOptions;
use mainstay_testkit::{TestApp, files};

use crate::rooms::{ROOMS, app};

#[tokio::test]
async fn failures_before_any_handler() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let rooms = "/api/v1/records/rooms";
    assert_eq!(
        ada.get("/nowhere").await.problem(),
        (404, "unknown_route".to_owned())
    );
    assert_eq!(
        ada.get("/api/v1/records").await.problem(),
        (404, "unknown_route".to_owned())
    );
    let method = ada.send("PUT", rooms, None).await;
    assert_eq!(method.problem(), (405, "method_not_allowed".to_owned()));
    assert_eq!(method.header("allow"), "GET,HEAD,POST");
    for body in [
        "",
        "{",
        "[]",
        "7",
        "\"a\"",
        "{\"name\": }",
        "{\"name\": \"\\ud800\"}",
        "{\"a\":1}}",
    ] {
        let response = ada.send("POST", rooms, Some(body.as_bytes().to_vec())).await;
        assert_eq!(response.problem(), (400, "invalid_json".to_owned()), "{body}");
    }
    let deep = format!("{{\"name\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(
        ada.send("POST", rooms, Some(deep.into_bytes())).await.problem().1,
        "invalid_json"
    );
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "",
    ] {
        let typed = ada.with_header("content-type", content_type);
        assert_eq!(
            typed.send("POST", rooms, Some(b"{}".to_vec())).await.problem(),
            (415, "unsupported_media_type".to_owned())
        );
    }
    let utf8 = ada.with_header("content-type", "application/json; charset=utf-8");
    assert_eq!(
        utf8.send("POST", rooms, Some(br#"{"name":"Kitchen"}"#.to_vec()))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn a_body_over_the_limit() {
    let app = TestApp::start_with(
        files(ROOMS),
        AppOptions {
            body_bytes_max: 1_000,
            ..AppOptions::default()
        },
    );
    let ada = app.user("ada@example.org").await;
    let body = format!("{{\"name\": \"{}\"}}", "x".repeat(1_000));
    let response = ada
        .send("POST", "/api/v1/records/rooms", Some(body.into_bytes()))
        .await;
    assert_eq!(response.problem(), (413, "payload_too_large".to_owned()));
}

#[tokio::test]
async fn an_internal_failure_tells_nothing_of_its_cause() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    app.sql_write("DROP TABLE messages").await.unwrap();
    let response = ada.get("/api/v1/records/messages").await;
    assert_eq!(response.problem(), (500, "internal".to_owned()));
    assert!(
        !response.text().contains("messages") && !response.text().contains("table"),
        "{}",
        response.text()
    );
}

#[tokio::test]
async fn every_answer_carries_the_request_id_and_the_security_headers() {
    let app = app();
    for path in [
        "/livez",
        "/nowhere",
        "/api/v1/records/rooms",
        "/docs",
        "/api/v1/openapi.json",
    ] {
        let response = app.anonymous().get(path).await;
        assert_eq!(response.header("x-request-id").len(), 36, "{path}");
        assert_eq!(response.header("x-content-type-options"), "nosniff");
        assert_eq!(response.header("referrer-policy"), "no-referrer");
        assert!(
            response
                .header("content-security-policy")
                .contains("frame-ancestors 'none'")
        );
        assert!(!response.header("content-security-policy").contains("unsafe"));
        assert!(!response.header("cache-control").is_empty());
        assert_eq!(response.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn every_code_has_a_status_of_a_failure() {
    for code in mainstay_core::Code::ALL {
        let status = mainstay_http::status_of(code);
        assert!(status.is_client_error() || status.is_server_error(), "{code:?}");
    }
}
