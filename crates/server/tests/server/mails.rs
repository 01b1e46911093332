//! Mails, taken by a public SMTP server.

use std::time::Duration;

use mainstay_engine::mail::start_sender;
use mainstay_engine::sending::SenderTimes;
use mainstay_testkit::TestApp;
use serde_json::{Value as Json, json};

use crate::process::Installation;
use crate::python::Python;

const ADA: &str = "ada@example.org";
const CHOIR: &[(&str, &str)] = &[
    (
        "mainstay.toml",
        "name = \"choir\"\ntitle = \"Chor & Bücher\"\n[auth]\nsign_up = true\n[mail]\nlanguage = \"de\"\n",
    ),
    ("collections/songs.toml", "[fields.title]\ntype = \"text\"\n"),
];
const TIMES: SenderTimes = SenderTimes {
    lease: Duration::from_mins(10),
    look_after: Duration::from_millis(20),
};

/// A server that takes mails, and its address.
fn server() -> (Python, String) {
    let server = Python::start("smtp_server.py");
    let port = server.next()["port"].clone();
    (server, format!("smtp://127.0.0.1:{port}"))
}

fn secret(mail: &Json) -> String {
    let text = mail["text"].as_str().expect("a mail has a text");
    let (_, rest) = text.split_once('#').expect("the text has a link");
    let (_, secret) = rest.split_once('=').expect("the link has a secret");
    secret.split_whitespace().next().unwrap_or_default().to_owned()
}

#[test]
fn a_server_takes_the_mails_of_the_binary_and_its_links_work() {
    let (smtp, url) = server();
    let installation = Installation::new(CHOIR);
    let settings = [
        ("MAINSTAY_MAIL__SMTP_URL", url.as_str()),
        ("MAINSTAY_MAIL__FROM", "Chor <no-reply@example.org>"),
        ("MAINSTAY_SERVER__PUBLIC_URL", "https://choir.example.org"),
    ];
    let mut server = installation.start(&settings);
    let mut connection = server.connect();
    let mut post = |path: &str, body: Json| {
        let path = format!("/api/v1/auth/{path}");
        let answer = connection.send("POST", &path, "", &body.to_string());
        answer.expect("it is answered").status
    };
    let account = json!({"email": ADA, "password": "correct horse battery"});
    assert_eq!(post("sign-up", account), 201);
    let mail = smtp.next();
    assert_eq!(
        (&mail["from"], &mail["to"]),
        (&json!("no-reply@example.org"), &json!([ADA]))
    );
    assert_eq!(mail["hello"], "example.org");
    assert_eq!(mail["headers"]["subject"], "Adresse für Chor & Bücher bestätigen");
    assert_eq!(mail["headers"]["from"], "Chor <no-reply@example.org>");
    assert_eq!(mail["headers"]["auto-submitted"], "auto-generated");
    assert!(mail["text"].as_str().unwrap().contains("Chor & Bücher"), "{mail}");
    assert!(
        mail["html"].as_str().unwrap().contains("Chor &amp; Bücher"),
        "{mail}"
    );
    assert!(
        mail["text"]
            .as_str()
            .unwrap()
            .contains("https://choir.example.org/console/link#verify=")
    );
    assert_eq!(post("verify-address", json!({"token": secret(&mail)})), 204);

    assert_eq!(post("request-password-reset", json!({"email": ADA})), 202);
    let mail = smtp.next();
    let reset = json!({"token": secret(&mail), "password": "another horse battery"});
    assert_eq!(post("reset-password", reset), 204);
    assert_eq!(
        smtp.next()["headers"]["subject"],
        "Ihr Passwort für Chor & Bücher wurde geändert"
    );
    let log = server.log_so_far();
    for kept_out in [ADA, &secret(&mail), "another horse"] {
        assert!(!log.contains(kept_out), "{kept_out} stands in the log");
    }
}

/// The clock of the application is the test's, so that hours of patience take no time. Waiting for the mail server blocks one
/// thread, and another one sends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_take_a_mail_now_is_asked_again() {
    let (mut smtp, url) = server();
    smtp.tell("451 busy");
    assert_eq!(smtp.next(), json!({"replies": 1}));
    let app = TestApp::start_mailing_over(&url, CHOIR);
    let sender = start_sender(&app.environment, TIMES).expect("it sends mails");
    let account = json!({"email": ADA, "password": "correct horse battery"});
    assert_eq!(
        app.anonymous().post("/api/v1/auth/sign-up", account).await.status,
        201
    );
    assert_eq!(smtp.next(), json!({"refused": "451 busy"}));
    wait_for(&app, "SELECT state || tries FROM _mail_outbox", "pending1").await;
    app.clock.advance_seconds(12);
    let mail = smtp.next();
    assert_eq!(mail["to"], json!([ADA]));
    wait_for(&app, "SELECT state || tries FROM _mail_outbox", "sent2").await;
    let body = json!({"token": secret(&mail)});
    assert_eq!(
        app.anonymous()
            .post("/api/v1/auth/verify-address", body)
            .await
            .status,
        204
    );
    sender.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_will_never_take_a_mail_is_asked_once() {
    let (mut smtp, url) = server();
    smtp.tell("554 go away");
    assert_eq!(smtp.next(), json!({"replies": 1}));
    let app = TestApp::start_mailing_over(&url, CHOIR);
    let sender = start_sender(&app.environment, TIMES).expect("it sends mails");
    let account = json!({"email": ADA, "password": "correct horse battery"});
    assert_eq!(
        app.anonymous().post("/api/v1/auth/sign-up", account).await.status,
        201
    );
    wait_for(&app, "SELECT state || tries FROM _mail_outbox", "failed1").await;
    let errors = app.sql("SELECT error FROM _mail_outbox").await;
    assert!(errors[0][0].contains("does not take the mail"), "{errors:?}");
    assert!(errors[0][0].contains("go away"), "{errors:?}");
    sender.stop().await;
}

async fn wait_for(app: &TestApp, sql: &'static str, value: &str) {
    let wait = async {
        while app.sql(sql).await != [[value]] {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), wait).await;
    waited.unwrap_or_else(|_| panic!("{sql} gives {value} in time"));
}
