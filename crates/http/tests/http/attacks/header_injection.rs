//! Line ends where a value goes into a header: of an answer (response splitting), of a mail (SMTP injection, ASVS 1.3.11),
//! of a request that the server sends.

use mainstay_testkit::{Client, Post, TestApp};
use serde_json::{Value as Json, json};

use super::{ADA, CLUB, ROOMS_PATH, mails, send_raw, statuses};
use crate::live::Live;
use crate::rooms::app;

/// Encoded ends of a line, with a header behind them.
const BREAKS: [&str; 8] = [
    "%0d%0aX-Injected:%20yes",
    "%0aX-Injected:%20yes",
    "%0dX-Injected:%20yes",
    "%0d%0a%0d%0a<script>alert(1)</script>",
    "%E5%98%8A%E5%98%8DX-Injected:%20yes",
    "%u000d%u000aX-Injected:%20yes",
    "%250d%250aX-Injected:%20yes",
    "%00%0d%0aX-Injected:%20yes",
];

#[tokio::test]
async fn no_part_of_an_address_becomes_a_header() {
    let live = Live::start(app()).await;
    for injected in BREAKS {
        for path in [
            format!("/{injected}"),
            format!("/docs{injected}"),
            format!("/docs/{injected}"),
            format!("/api/v1/records/{injected}"),
            format!("/api/v1/records/rooms/{injected}"),
            format!("/api/v1/records/rooms/{injected}/history/{injected}"),
            format!("/api/v1/records/rooms?cursor={injected}"),
            format!("/api/v1/records/rooms?{injected}=1"),
            format!("/api/v1/comments/{injected}/reactions/{injected}"),
            format!("/api/v1/auth/providers/{injected}/sign-in?return_to=/{injected}"),
            format!("/api/v1/auth/providers/work/callback?state={injected}&error={injected}"),
            format!("/api/v1/audit/export?format={injected}"),
        ] {
            let request = format!("GET {path} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            let answer = send_raw(&live, request).await;
            let (head, _) = answer.split_once("\r\n\r\n").expect("an answer has a head");
            assert_eq!(statuses(&answer).len(), 1, "{path}: {answer}");
            assert!(!head.to_ascii_lowercase().contains("injected"), "{path}: {head}");
            assert!(!head.contains("script"), "{path}: {head}");
            let kind = head.to_ascii_lowercase();
            assert!(
                !kind.contains("text/html") || !answer.contains("<script>alert"),
                "{path}"
            );
        }
    }
    live.stop().await;
}

/// What a client says of itself is not said back, whatever it is.
#[tokio::test]
async fn no_header_of_a_request_is_one_of_its_answer() {
    let app = app();
    let ada = app.user(ADA).await;
    for name in [
        "x-request-id",
        "x-correlation-id",
        "traceparent",
        "origin",
        "referer",
        "user-agent",
        "accept-language",
        "cookie",
    ] {
        for client in [&ada, &app.anonymous()] {
            let marked = client.with_header(name, "marked-by-the-client");
            for answer in [marked.get(ROOMS_PATH).await, marked.get("/nowhere").await] {
                for (header, value) in &answer.headers {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    assert!(!value.contains("marked-by-the-client"), "{name} in {header}");
                }
                assert!(!answer.text().contains("marked-by-the-client"), "{name}");
            }
        }
    }
    // Where a record is, is told by its id and by nothing that somebody wrote.
    let room = ada
        .post(ROOMS_PATH, json!({"name": "a\r\nX-Injected: yes"}))
        .await;
    assert!(room.header("x-injected").is_empty());
    if room.status == 201 {
        let id = room.json()["id"].as_str().expect("it has one").to_owned();
        assert_eq!(room.header("location"), format!("{ROOMS_PATH}/{id}"));
    }
}

const ADDRESSES: [&str; 14] = [
    "ada@example.org\r\nBcc: eve@example.org",
    "ada@example.org\nBcc: eve@example.org",
    "ada@example.org\rBcc: eve@example.org",
    "ada@example.org\r\n.\r\nMAIL FROM:<eve@example.org>",
    "ada@example.org>\r\nRCPT TO:<eve@example.org",
    "\"ada\r\nBcc: eve\"@example.org",
    "ada@example.org, eve@example.org",
    "ada@example.org;eve@example.org",
    "ada@example.org eve@example.org",
    "Ada <ada@example.org>",
    "<ada@example.org>",
    "ada@example.org\u{2028}Bcc: eve@example.org",
    "ada@example.org\u{0}@eve.example.org",
    "ada@eve@example.org",
];

async fn refused(client: &Client, path: &str, body: Json) {
    let answer = client.post(path, body.clone()).await;
    assert_eq!(answer.problem().0, 422, "{path} {body}");
}

#[tokio::test]
async fn no_address_is_more_than_one_address() {
    let app = TestApp::start_mailing(CLUB);
    let post = Post::start(&app);
    let admin = app.administrator().await;
    let ada = app.user(ADA).await;
    let visitor = app.anonymous();
    for address in ADDRESSES {
        let email = json!({"email": address});
        for path in ["request-password-reset", "request-code", "request-link"] {
            refused(&visitor, &format!("/api/v1/auth/{path}"), email.clone()).await;
        }
        let sign_up = json!({"email": address, "password": "correct horse battery"});
        refused(&visitor, "/api/v1/auth/sign-up", sign_up).await;
        let change = json!({"email": address, "password": app.password()});
        refused(&ada, "/api/v1/auth/request-address-change", change).await;
        refused(&admin, "/api/v1/invitations", email.clone()).await;
        refused(&admin, "/api/v1/records/users", email.clone()).await;
        refused(&admin, "/api/v1/service-accounts", email).await;
    }
    assert_eq!(app.sql("SELECT count(*) FROM _mail_outbox").await, [["0"]]);
    drop(post);
    assert!(mails(&app).is_empty());
}

/// Names of people, devices and languages go into mails, too.
#[tokio::test]
async fn no_text_becomes_a_header_of_a_mail() {
    let app = TestApp::start_mailing(CLUB);
    let post = Post::start(&app);
    let bad = "Ada\r\nBcc: eve@example.org\r\n\r\n<script>alert(1)</script>";
    let admin = app.administrator_with(json!({"name": bad})).await;
    let ada = app.user_with(ADA, json!({"name": bad})).await;
    let guest = json!({"email": "guest@example.org", "fields": {"name": bad}});
    let invited = admin.post("/api/v1/invitations", guest).await;
    assert_eq!(invited.status, 201, "{}", invited.text());
    let odd = app
        .anonymous()
        .with_header("user-agent", "<script>alert(1)</script> Bcc: eve@example.org")
        .with_header(
            "accept-language",
            "de\tBcc: eve@example.org, ../../../etc/passwd;q=1",
        );
    let asked = odd
        .post("/api/v1/auth/request-password-reset", json!({"email": ADA}))
        .await;
    assert_eq!(asked.status, 202, "{}", asked.text());
    post.wait_for(ADA, 1).await;
    post.wait_for("guest@example.org", 1).await;
    // A new device is told by mail, with what it says of itself.
    let firefox =
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 <script>alert(1)</script>";
    for device in [
        "curl/8.0",
        "<script>alert(1)</script>/1 Bcc: eve@example.org",
        firefox,
    ] {
        let visitor = app.anonymous().with_header("user-agent", device);
        let body = json!({"email": ADA, "password": app.password()});
        assert_eq!(visitor.post(super::SIGN_IN, body).await.status, 200);
    }
    post.wait_for(ADA, 2).await;
    drop((post, ada));
    for mail in mails(&app) {
        let (head, _) = mail.split_once("\r\n\r\n").expect("a mail has a head");
        for line in head.split("\r\n") {
            let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            assert!(!matches!(name.as_str(), "bcc" | "cc" | "x-injected"), "{head}");
            assert!(!line.contains('\n') && !line.contains('\r'), "{head}");
        }
        assert_eq!(head.matches("\r\nTo: ").count(), 1, "{head}");
        // In the part that is plain text it is a text as any other.
        let (_, page) = mail.split_once("text/html").expect("a mail has a page, too");
        assert!(!page.contains("<script>"), "{page}");
    }
}
