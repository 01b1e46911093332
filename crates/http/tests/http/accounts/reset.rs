//! A password that was forgotten.

use std::time::{Duration, Instant};

use mainstay_testkit::{Post, TestApp};
use serde_json::json;

use super::{ADA, CHOIR, ask, choir, kinds, sign_in};

const NEW: &str = "another horse battery";

#[tokio::test]
async fn a_link_sets_a_new_password_once_and_ends_every_session() {
    let (app, post) = choir();
    let ada = app.user(ADA).await;
    ask(
        &app.anonymous(),
        "request-password-reset",
        json!({"email": " ADA@example.org"}),
    )
    .await;
    let mail = post.last_of(ADA, 1).await;
    assert_eq!(mail.subject, "Choose a new password for Choir");
    assert!(
        mail.text
            .contains("https://tests.example.org/console/link#reset="),
        "{}",
        mail.text
    );
    let secret = mail.secret();
    assert!(!app.is_stored(&secret).await, "the secret stands in the database");

    let body = json!({"token": secret, "password": NEW});
    let weak = json!({"token": secret, "password": "12345678"});
    let refused = app.anonymous().post("/api/v1/auth/reset-password", weak).await;
    assert_eq!(refused.problem(), (422, "validation_failed".to_owned()));
    let done = app
        .anonymous()
        .post("/api/v1/auth/reset-password", body.clone())
        .await;
    assert_eq!(done.status, 204, "{}", done.text());
    assert_eq!(
        ada.get("/api/v1/auth/me").await.problem(),
        (401, "invalid_token".to_owned())
    );
    assert_eq!(sign_in(&app, ADA, app.password()).await, 401);
    assert_eq!(sign_in(&app, ADA, NEW).await, 200);
    let again = app.anonymous().post("/api/v1/auth/reset-password", body).await;
    assert_eq!(again.problem(), (400, "invalid_secret".to_owned()));
    assert_eq!(
        kinds(&app).await,
        [
            "auth.signed_in",
            "auth.password_reset",
            "auth.sessions_ended",
            "auth.signed_in"
        ]
    );
    let told = post.last_of(ADA, 2).await;
    assert_eq!(told.subject, "Your password for Choir was changed");
    assert!(told.text.contains("127.0.0.1"), "{}", told.text);
}

#[tokio::test]
async fn links_run_out_and_belong_to_their_purpose_and_address() {
    let (app, post) = choir();
    app.user(ADA).await;
    ask(&app.anonymous(), "request-password-reset", json!({"email": ADA})).await;
    let secret = post.last_of(ADA, 1).await.secret();
    let try_with = async |path: &str, secret: &str| {
        let mut body = json!({"token": secret});
        if path == "reset-password" {
            body["password"] = json!(NEW);
        }
        app.anonymous()
            .post(&format!("/api/v1/auth/{path}"), body)
            .await
            .problem()
    };
    let invalid = (400, "invalid_secret".to_owned());
    for path in ["verify-address", "confirm-address-change", "sign-in-with-link"] {
        assert_eq!(try_with(path, &secret).await, invalid, "{path}");
    }
    app.clock.advance_seconds(30 * 60);
    assert_eq!(try_with("reset-password", &secret).await, invalid);

    ask(&app.anonymous(), "request-password-reset", json!({"email": ADA})).await;
    let secret = post.last_of(ADA, 2).await.secret();
    app.sql_write("UPDATE users SET email = 'eve@example.org'")
        .await
        .unwrap();
    assert_eq!(try_with("reset-password", &secret).await, invalid);
    assert_eq!(try_with("reset-password", "").await, invalid);
    assert_eq!(sign_in(&app, "eve@example.org", NEW).await, 401);
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let (app, post) = choir();
    let ada = app.user(ADA).await;
    app.sql_write("UPDATE users SET active = FALSE").await.unwrap();
    app.user("ben@example.org").await;
    let visitor = app.anonymous();
    let mut answers = Vec::new();
    for email in [ADA, "ben@example.org", "nobody@example.org"] {
        let body = json!({"email": email});
        let answer = visitor.post("/api/v1/auth/request-password-reset", body).await;
        answers.push((answer.status, answer.body));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    post.last_of("ben@example.org", 1).await;
    let state = "SELECT count(*) FROM _mail_outbox WHERE state = 'pending'";
    wait_until(&app, state, "0").await;
    assert!(post.mails_to(ADA).is_empty() && post.mails_to("nobody@example.org").is_empty());
    assert_eq!(app.sql("SELECT count(*) FROM _account_tokens").await, [["1"]]);
    assert!(ada.get("/api/v1/auth/me").await.status == 401);
}

/// The work is the same, and done before anybody is looked up. The two take turns, so that a busy machine slows both.
#[tokio::test]
async fn an_unknown_address_takes_as_long_as_a_known_one() {
    const SAMPLES: usize = 25;
    // Nothing sends meanwhile: that would be measured as well.
    let app = TestApp::start_mailing(CHOIR);
    let mut took = [Vec::new(), Vec::new()];
    for sample in 0..SAMPLES {
        let known = format!("known{sample}@example.org");
        app.sql_write(&format!(
            "INSERT INTO users (id, version, created_at, updated_at, email, administrator, active)
             SELECT {}, 1, 0, 0, '{known}', FALSE, TRUE",
            id_literal(sample)
        ))
        .await
        .unwrap();
        let unknown = format!("other{sample}@example.org");
        for (email, took) in [known, unknown].iter().zip(&mut took) {
            let began = Instant::now();
            ask(
                &app.anonymous(),
                "request-password-reset",
                json!({"email": email}),
            )
            .await;
            took.push(began.elapsed());
        }
    }
    let [known, unknown] = took.map(|mut took| -> Duration {
        took.sort_unstable();
        took[SAMPLES / 2]
    });
    assert!(
        known < unknown * 4 && unknown < known * 4,
        "{known:?} and {unknown:?}"
    );
    // What they cost the database is the same to the row.
    let rows = app
        .sql("SELECT count(*), count(user_id) FROM _mail_outbox WHERE kind = 'reset_password'")
        .await;
    assert_eq!(rows, [["50", "0"]]);
}

fn id_literal(number: usize) -> String {
    let digits = format!("0198c5a27a3e7cc19b1e{number:012x}");
    match mainstay_testkit::TestDatabase::dialect() {
        mainstay_testkit::Dialect::Sqlite => format!("x'{digits}'"),
        mainstay_testkit::Dialect::Postgres => format!("'{digits}'::uuid"),
    }
}

#[tokio::test]
async fn a_request_says_nothing_of_where_the_link_leads() {
    let (app, post) = choir();
    app.user(ADA).await;
    let visitor = app
        .anonymous()
        .with_header("host", "evil.example.net")
        .with_header("x-forwarded-host", "evil.example.net")
        .with_header("origin", "https://evil.example.net");
    ask(&visitor, "request-password-reset", json!({"email": ADA})).await;
    let mail = post.last_of(ADA, 1).await;
    assert!(!mail.whole.contains("evil"), "{}", mail.whole);
    for email in [
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org,eve@example.org",
        "ada",
        "",
    ] {
        let answer = visitor
            .post("/api/v1/auth/request-password-reset", json!({"email": email}))
            .await;
        assert_eq!(answer.problem(), (422, "validation_failed".to_owned()), "{email}");
    }
}

#[tokio::test]
async fn an_address_is_sent_a_handful_of_mails_an_hour() {
    let (app, post) = choir();
    app.user(ADA).await;
    for _ in 0..8 {
        ask(&app.anonymous(), "request-password-reset", json!({"email": ADA})).await;
    }
    post.wait_for(ADA, 5).await;
    wait_until(
        &app,
        "SELECT count(*) FROM _mail_outbox WHERE state = 'pending'",
        "0",
    )
    .await;
    assert_eq!(post.mails_to(ADA).len(), 5);
    app.clock.advance_seconds(3_601);
    ask(&app.anonymous(), "request-password-reset", json!({"email": ADA})).await;
    // Of links that were sent before, each that has not run out still works.
    post.last_of(ADA, 6).await;
}

#[tokio::test]
async fn without_mail_nothing_is_promised() {
    let app = TestApp::start(CHOIR);
    app.user(ADA).await;
    for path in ["request-password-reset", "request-code", "request-link"] {
        let answer = app
            .anonymous()
            .post(&format!("/api/v1/auth/{path}"), json!({"email": ADA}))
            .await;
        assert_eq!(
            answer.problem(),
            (501, "mail_not_configured".to_owned()),
            "{path}"
        );
    }
    assert_eq!(app.sql("SELECT count(*) FROM _mail_outbox").await, [["0"]]);
}

#[tokio::test]
async fn where_nobody_signs_in_with_a_password_none_is_reset() {
    let app = TestApp::start_mailing(&[(
        "mainstay.toml",
        "name = \"x\"\n[auth]\nmethods = [\"magic_link\"]\n",
    )]);
    let _post = Post::start(&app);
    for (path, body) in [
        ("request-password-reset", json!({"email": ADA})),
        ("reset-password", json!({"token": "x", "password": NEW})),
        ("sign-in", json!({"email": ADA, "password": NEW})),
        ("request-code", json!({"email": ADA})),
        ("sign-in-with-code", json!({"challenge": "x", "code": "1"})),
    ] {
        let answer = app.anonymous().post(&format!("/api/v1/auth/{path}"), body).await;
        assert_eq!(answer.problem(), (403, "method_disabled".to_owned()), "{path}");
    }
}

/// Until a query gives this one value.
pub(super) async fn wait_until(app: &TestApp, sql: &'static str, value: &str) {
    let wait = async {
        while app.sql(sql).await != [[value]] {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), wait).await;
    waited.unwrap_or_else(|_| panic!("{sql} gives {value} in time"));
}
