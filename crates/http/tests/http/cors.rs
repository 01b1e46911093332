//! Pages of other origins.

use mainstay_http::AppOptions;
use mainstay_testkit::{TestApp, files};

use crate::rooms::{ROOMS, app};

#[tokio::test]
async fn no_other_origin_may_call_by_default() {
    let app = app();
    let page = app.anonymous().with_header("origin", "https://example.org");
    let preflight = page.with_header("access-control-request-method", "POST");
    let response = preflight.send("OPTIONS", "/api/v1/records/rooms", None).await;
    assert_eq!(response.problem(), (405, "method_not_allowed".to_owned()));
    assert_eq!(page.get("/livez").await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_named_origin_may_call_and_others_may_not() {
    let cors_origins = vec!["https://example.org".to_owned()];
    let app = TestApp::start_with(
        files(ROOMS),
        AppOptions {
            cors_origins,
            ..AppOptions::default()
        },
    );
    for (origin, allowed) in [
        ("https://example.org", true),
        ("https://example.org.evil.test", false),
        ("null", false),
    ] {
        let page = app.anonymous().with_header("origin", origin);
        let wanted = if allowed { origin } else { "" };
        let answer = page.get("/api/v1/records/rooms").await;
        assert_eq!(answer.header("access-control-allow-origin"), wanted);
        assert_eq!(answer.header("vary"), "origin");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        let preflight = page.with_header("access-control-request-method", "PATCH");
        let response = preflight.send("OPTIONS", "/api/v1/records/rooms", None).await;
        assert_eq!(response.status, if allowed { 204 } else { 405 });
        assert_eq!(response.header("access-control-allow-origin"), wanted);
        assert_eq!(
            response.header("access-control-allow-methods").contains("PATCH"),
            allowed
        );
    }
}
