//! Poisoned links: a request for a mail that says of itself which host it is for, so that the link in the mail leads there
//! with its secret (ASVS 4.1.3). `accounts/reset.rs` has it for the client of the tests; here it is each mail, over a real
//! connection, and whatever else tells addresses.

use mainstay_testkit::{Post, TestApp};
use serde_json::json;

use super::{ADA, CLUB, mails, send_raw, statuses};
use crate::live::Live;

const EVIL: &str = "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\n\
    X-Forwarded-Port: 666\r\nX-Forwarded-Server: evil.example\r\nX-Forwarded-Prefix: /evil.example\r\n\
    X-Host: evil.example\r\nX-Original-Host: evil.example\r\nX-HTTP-Host-Override: evil.example\r\n\
    Forwarded: for=192.0.2.1;host=evil.example;proto=http\r\nOrigin: https://evil.example\r\n\
    Referer: https://evil.example/\r\n";

#[tokio::test]
async fn no_mail_leads_where_a_request_says() {
    let live = Live::start(TestApp::start_mailing(CLUB)).await;
    let post = Post::start(&live.app);
    let admin = live.app.administrator().await;
    let ada = live.app.user(ADA).await;
    let signed_up = json!({"email": "new@example.org", "password": "correct horse battery"});
    let invited = json!({"email": "guest@example.org"});
    let changed = json!({"email": "ada@example.net", "password": live.app.password()});
    for (operation, token, body) in [
        ("auth/request-password-reset", None, json!({"email": ADA})),
        ("auth/request-link", None, json!({"email": ADA})),
        ("auth/request-code", None, json!({"email": ADA})),
        ("auth/request-verification", Some(&ada), json!({})),
        ("auth/request-address-change", Some(&ada), changed),
        ("auth/sign-up", None, signed_up),
        ("invitations", Some(&admin), invited),
    ] {
        let body = if operation.ends_with("verification") {
            String::new()
        } else {
            body.to_string()
        };
        let token = token.map_or(String::new(), |client| {
            format!("Authorization: Bearer {}\r\n", client.token())
        });
        for target in ["", "http://evil.example"] {
            let request = format!(
                "POST {target}/api/v1/{operation} HTTP/1.1\r\n{EVIL}{token}Content-Type: application/json\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let answer = send_raw(&live, &request).await;
            let status = statuses(&answer);
            assert!(matches!(status[..], [201 | 202 | 409]), "{operation}: {answer}");
            assert!(!answer.contains("evil.example"), "{operation}: {answer}");
        }
    }
    for (address, count) in [
        (ADA, 7),
        ("ada@example.net", 2),
        ("new@example.org", 1),
        ("guest@example.org", 1),
    ] {
        post.wait_for(address, count.min(5)).await;
    }
    for mail in mails(&live.app) {
        assert!(!mail.contains("evil"), "{mail}");
    }
    let link = json!({"email": "other@example.org", "by": "link"});
    let forging = admin
        .with_header("host", "evil.example")
        .with_header("x-forwarded-host", "evil.example");
    let invited = forging.post("/api/v1/invitations", link).await.json();
    let link = invited["link"].as_str().expect("it is shown");
    assert!(link.starts_with("https://tests.example.org/"), "{link}");
    drop(post);
    live.stop().await;
}

#[tokio::test]
async fn no_answer_says_the_host_back() {
    let live = Live::start(TestApp::start_mailing(CLUB)).await;
    for path in [
        "/",
        "/docs",
        "/console/link",
        "/console/set-up",
        "/api/v1/openapi.json",
        "/nowhere",
        "/livez",
        "/api/v1/auth/me",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\n{EVIL}Connection: close\r\n\r\n");
        let answer = send_raw(&live, request).await;
        assert_eq!(statuses(&answer).len(), 1, "{path}: {answer}");
        assert!(!answer.contains("evil.example"), "{path}: {answer}");
    }
    live.stop().await;
}
