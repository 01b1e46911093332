//! Requests that a page of another site has a browser send (ASVS 3.5.1 to 3.5.3). Which origins may act with the cookie is
//! in `cookies.rs`, live connections are in `realtime/cookies.rs`, the headers of CORS in `cors.rs`. Here it is what such a
//! page can send without anybody being asked first, the forms and links, while everything else about them looks right.

use mainstay_http::{AppOptions, OPERATIONS};
use mainstay_testkit::{Client, TestApp, files};
use serde_json::json;

use super::{ADA, ME, ROOMS_PATH, SIGN_IN};
use crate::rooms::{ROOMS, app};

/// A browser that Ada is signed in with, and the page that it shows.
async fn browser(app: &TestApp, site: &str) -> Client {
    let own = app.anonymous().with_header("sec-fetch-site", "same-origin");
    let body = json!({"email": ADA, "password": app.password(), "session": "cookie"});
    let signed_in = own.post(SIGN_IN, body).await;
    let cookie = signed_in.header("set-cookie");
    let pair = cookie.split(';').next().unwrap_or_default();
    app.anonymous()
        .with_header("cookie", pair)
        .with_header("sec-fetch-site", site)
}

/// The types of a body that a form or a script may send to anywhere without asking (Fetch, 2.2.2).
#[tokio::test]
async fn a_form_is_no_request_of_the_api() {
    let app = app();
    app.user(ADA).await;
    for site in ["same-origin", "cross-site"] {
        let browser = browser(&app, site).await;
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=a",
            "text/plain; application/json",
            "application/jsonp",
            "text/json",
            "",
        ] {
            let form = browser.with_header("content-type", kind);
            let body = br#"{"name": "Made by a form"}"#.to_vec();
            let answer = form.send("POST", ROOMS_PATH, Some(body)).await;
            assert!(
                matches!(answer.problem().0, 403 | 415),
                "{site} {kind}: {}",
                answer.text()
            );
        }
    }
    // Nor is somebody signed in, as the attacker, by one (login CSRF).
    let credentials = format!(
        r#"{{"email": "{ADA}", "password": "{}", "session": "cookie"}}"#,
        app.password()
    );
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let form = app.anonymous().with_header("content-type", kind);
        let answer = form
            .send("POST", SIGN_IN, Some(credentials.clone().into_bytes()))
            .await;
        assert_eq!(
            (answer.problem().0, answer.header("set-cookie")),
            (415, ""),
            "{kind}"
        );
    }
    assert_eq!(app.sql("SELECT count(*) FROM rooms").await, [["0"]]);
}

/// How much there is of what a request could add to.
const STATE: &str =
    "SELECT (SELECT count(*) FROM _journal WHERE kind NOT LIKE 'access.%'), (SELECT count(*) FROM _sessions),
        (SELECT count(*) FROM users), (SELECT count(*) FROM rooms)";

/// A link or an image is a GET with the cookie, from wherever it is: reading must be all that it does.
#[tokio::test]
async fn a_link_changes_nothing() {
    let app = app();
    app.user(ADA).await;
    let browser = browser(&app, "cross-site").await;
    let id = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c";
    let before = app.sql(STATE).await;
    for operation in OPERATIONS {
        let path = operation
            .path
            .replace("{collection}", "rooms")
            .replace("{id}", id);
        let path = path
            .replace("{version}", "1")
            .replace("{version_id}", id)
            .replace("{delivery_id}", id);
        if operation.method.as_str() == "GET" {
            // Live connections stay open: theirs are in realtime/cookies.rs.
            if operation.path.starts_with("/api/v1/realtime") {
                continue;
            }
            let answer = browser.get(&path).await;
            assert_eq!(answer.header("set-cookie"), "", "{}", operation.id);
            assert_eq!(
                answer.header("access-control-allow-origin"),
                "",
                "{}",
                operation.id
            );
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            continue;
        }
        // What changes something is not done for a GET, and not for a page of another site.
        let asked = browser.get(&path).await;
        assert!(
            !asked.status.is_success() || is_read_too(operation.path),
            "{}",
            operation.id
        );
        let body = operation.body.is_some().then(|| b"{}".to_vec());
        let answer = browser.send(operation.method.as_str(), &path, body).await;
        assert!(
            answer.status.is_client_error(),
            "{}: {}",
            operation.id,
            answer.status
        );
    }
    assert_eq!(app.sql(STATE).await, before);
    assert_eq!(browser.get(ME).await.status, 200);
}

/// Has the path a GET of its own?
fn is_read_too(path: &str) -> bool {
    OPERATIONS
        .iter()
        .any(|operation| operation.path == path && operation.method.as_str() == "GET")
}

#[tokio::test]
async fn an_origin_is_named_letter_by_letter() {
    let options = AppOptions {
        cors_origins: vec!["https://page.test".to_owned()],
        ..AppOptions::default()
    };
    let app = TestApp::start_with(files(ROOMS), options);
    for origin in [
        "https://page.test.evil.test",
        "https://evilpage.test",
        "https://page.test:8443",
        "http://page.test",
        "https://sub.page.test",
        "https://page.test/",
        "https://PAGE.test",
        "https://page.test%00.evil.test",
        "https://page.test, https://evil.test",
        "null",
        "*",
        "file://",
    ] {
        let page = app.anonymous().with_header("origin", origin);
        for answer in [
            page.get(ROOMS_PATH).await,
            page.with_header("access-control-request-method", "DELETE")
                .send("OPTIONS", ROOMS_PATH, None)
                .await,
        ] {
            assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
            assert_eq!(answer.header("access-control-allow-credentials"), "", "{origin}");
        }
    }
    // Data is no script: there is no function that a page could have it called with.
    let scripted = app.anonymous().get(&format!("{ROOMS_PATH}?callback=steal")).await;
    assert_eq!(scripted.problem().0, 400);
    assert!(!scripted.text().starts_with("steal("));
}
