//! Texts that a browser or a spreadsheet would run: wherever they come out they are texts.

use mainstay_core::{Actor, ActorKind};
use mainstay_engine::data::{ExportFormat, export_records};
use mainstay_http::AppOptions;
use mainstay_testkit::{Client, Post, TestApp, TestResponse};
use serde_json::json;

use crate::oauth::{authorize_path, browser_with};

const SCRIPTS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</title></textarea></style><script>alert(1)</script>",
    "<a href=\"javascript:alert(1)\">here</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "{{constructor.constructor('alert(1)')()}}",
    "=HYPERLINK(\"https://evil.example\", \"here\")",
    "=1+1|cmd",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
];
/// Beginnings of what is run when it stands in a page as it is.
const RUN: [&str; 5] = [
    "<script>alert",
    "<img",
    "<svg/onload",
    "<iframe",
    "<a href=\"javascript",
];

const TITLE: &str = "</title><script>alert(1)</script>";

fn app() -> TestApp {
    let toml = format!("name = \"notes\"\ntitle = \"{TITLE}\"\n[auth]\nsign_up = true\n");
    let definition = [
        ("mainstay.toml", toml.as_str()),
        (
            "collections/notes.toml",
            "title = \"<script>alert(2)</script>\"\nlabel = \"{line}\"\ncomments = true\n[fields.line]\ntype = \"text\"\n\
             description = \"<script>alert(3)</script>\"\n[fields.page]\ntype = \"text\"\nmultiline = true\nrich = true\n\
             [fields.anything]\ntype = \"json\"\n",
        ),
        (
            "collections/users.toml",
            "label = \"{name}\"\n[fields.name]\ntype = \"text\"\n",
        ),
    ];
    let options = AppOptions {
        public_url: Some("https://notes.example.org".to_owned()),
        ..AppOptions::default()
    };
    TestApp::start_mailing_with(&definition, options)
}

fn expect_no_page(what: &str, answer: &TestResponse) {
    let kind = answer.header("content-type");
    assert!(
        kind.starts_with("application/json") || kind.starts_with("application/problem+json"),
        "{what}: {kind}"
    );
    expect_strict(what, answer);
}

/// Whatever stands in the answer: it runs nothing, and is taken for nothing else than it says.
fn expect_strict(what: &str, answer: &TestResponse) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
}

fn encoded(text: &str) -> String {
    text.bytes()
        .fold(String::new(), |path, byte| path + &format!("%{byte:02X}"))
}

#[tokio::test]
async fn in_records_and_problems_they_are_json() {
    let app = app();
    let admin = app.administrator().await;
    for script in SCRIPTS {
        let input = json!({"line": script.trim(), "page": script, "anything": {*script: [script]}});
        let note = admin.create("notes", input.clone()).await;
        let path = format!("/api/v1/records/notes/{}", note["id"].as_str().expect("an id"));
        let said = admin
            .post(
                &format!("{path}/comments"),
                json!({"body": format!("a {script}")}),
            )
            .await;
        assert_eq!(said.status, 201, "{}", said.text());
        for end in ["", "/history", "/activity", "/comments", "/versions"] {
            expect_no_page(script, &admin.get(&format!("{path}{end}")).await);
        }
        let read = admin.get(&path).await.json();
        for (name, value) in input.as_object().expect("an object") {
            assert_eq!(read[name], *value, "it is given back as it is");
        }
        for path in [
            format!("/{}", encoded(script)),
            format!("/api/v1/records/{}", encoded(script)),
            format!("/api/v1/records/notes?filter={}", encoded(script)),
            format!("/api/v1/records/notes?{}=1", encoded(script)),
        ] {
            let answer = admin.get(&path).await;
            assert!(answer.status.is_client_error(), "{path}");
            expect_no_page(script, &answer);
        }
        let answer = admin.post("/api/v1/records/notes", json!({*script: 1})).await;
        assert_eq!(answer.status, 422);
        expect_no_page(script, &answer);
    }
    expect_no_page("a list", &admin.list("notes", &[]).await);
}

#[tokio::test]
async fn a_spreadsheet_runs_none_of_them() {
    let app = app();
    let admin = app.administrator().await;
    for script in SCRIPTS {
        admin
            .create("notes", json!({"line": script.trim(), "page": script}))
            .await;
    }
    let owner = Actor {
        kind: ActorKind::Administrator,
        id: admin.id().parse().ok(),
    };
    let ctx = app.environment.system_context().acting_as(owner);
    let mut out = Vec::new();
    export_records(&ctx, "notes", ExportFormat::Csv, &mut out)
        .await
        .expect("an administrator exports");
    let out = String::from_utf8(out).expect("it is text");
    for begin in ['=', '+', '-', '@', '\t', '\r'] {
        for cell in [format!(",{begin}"), format!(",\"{begin}")] {
            assert!(!out.contains(&cell), "{cell:?}: {out}");
        }
    }
    assert!(out.contains("'=HYPERLINK") && out.contains("'@SUM"), "{out}");
}

fn expect_inert(what: &str, page: &str) {
    for run in RUN {
        assert!(!page.contains(run), "{what}: {run}: {page}");
    }
    assert!(
        !page.contains("alert(2)</script>") && !page.contains("alert(3)</script>"),
        "{what}: {page}"
    );
}

async fn expect_inert_page(client: &Client, path: &str) {
    let answer = client.get(path).await;
    assert!(
        answer.header("content-type").starts_with("text/html"),
        "{path}: {}",
        answer.text()
    );
    expect_inert(path, &answer.text());
    expect_strict(path, &answer);
}

#[tokio::test]
async fn in_pages_and_mails_they_are_written_out() {
    let app = app();
    let post = Post::start(&app);
    expect_inert_page(&app.anonymous(), "/console/set-up").await;
    expect_inert_page(&app.anonymous(), "/docs").await;
    let admin = app.administrator_with(json!({"name": SCRIPTS[2]})).await;
    let browser = browser_with(&app, "admin@example.org", app.password()).await;
    for script in SCRIPTS {
        let client = json!({"name": script.trim(), "redirects": ["https://time.example.org/back?from=rooms"],
            "scopes": ["openid", "notes:read"]});
        let made = admin.post("/api/v1/clients", client).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let id = made.json()["id"].as_str().expect("an id").to_owned();
        let more = [("scope", "openid notes:read"), ("state", *script)];
        expect_inert_page(&browser, &authorize_path(&id, &more)).await;
        let more = [("scope", "openid notes:read"), ("redirect_uri", *script)];
        let refused = browser.get(&authorize_path(&id, &more)).await;
        expect_inert(script, &refused.text());
        expect_strict(script, &refused);
    }
    for (number, script) in SCRIPTS.iter().enumerate() {
        let email = format!("u{number}@example.org");
        app.user_with(&email, json!({"name": script.trim()})).await;
        let body = json!({"email": email});
        let asked = app
            .anonymous()
            .post("/api/v1/auth/request-password-reset", body)
            .await;
        assert_eq!(asked.status, 202, "{}", asked.text());
        let mail = post.last_of(&email, 1).await;
        let (_, page) = mail
            .whole
            .split_once("text/html")
            .expect("a mail has a page, too");
        expect_inert(script, page);
    }
}
