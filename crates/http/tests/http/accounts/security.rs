//! Mails that tell people what happened to their account.

use mainstay_core::Actor;
use mainstay_store::journal::{Entry, Kind, Origin, append};
use mainstay_store::{Priority, WriteTx};
use mainstay_testkit::{Post, TestApp};
use serde_json::json;

use super::{ADA, choir};
use crate::second_factor::enrolled;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/18.0 Safari/605.1.15";

#[tokio::test]
async fn a_new_device_is_told_and_a_known_one_is_not() {
    let (app, post) = choir();
    app.user(ADA).await;
    let body = json!({"email": ADA, "password": app.password()});
    for device in [FIREFOX, FIREFOX, SAFARI, FIREFOX, SAFARI] {
        let visitor = app.anonymous().with_header("user-agent", device);
        assert_eq!(
            visitor.post("/api/v1/auth/sign-in", body.clone()).await.status,
            200
        );
    }
    // The one after it shows that the others were looked at.
    let visitor = app.anonymous().with_header("user-agent", "curl/8.0");
    assert_eq!(visitor.post("/api/v1/auth/sign-in", body).await.status, 200);
    let mails = post.wait_for(ADA, 2).await;
    let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["New sign-in to Choir"; 2]);
    assert!(mails[0].text.contains("Safari on macOS"), "{}", mails[0].text);
    assert!(mails[1].text.contains("curl"), "{}", mails[1].text);
    assert!(
        mails[0].text.contains("2026-01-01 00:00 UTC"),
        "{}",
        mails[0].text
    );
}

#[tokio::test]
async fn a_changed_password_and_a_token_used_twice_are_told() {
    let (app, post) = choir();
    let ada = app.user(ADA).await;
    let change = json!({"current_password": app.password(), "password": "another horse battery"});
    assert_eq!(ada.post("/api/v1/auth/password", change).await.status, 204);
    assert_eq!(
        post.last_of(ADA, 1).await.subject,
        "Your password for Choir was changed"
    );
    let account = json!({"email": ADA, "password": "another horse battery"});
    let session = app.anonymous().post("/api/v1/auth/sign-in", account).await.json();
    let refresh = json!({"refresh_token": session["refresh_token"]});
    assert_eq!(
        app.anonymous()
            .post("/api/v1/auth/refresh", refresh.clone())
            .await
            .status,
        200
    );
    app.clock.advance_seconds(60);
    assert_eq!(
        app.anonymous().post("/api/v1/auth/refresh", refresh).await.status,
        401
    );
    assert_eq!(post.last_of(ADA, 2).await.subject, "A session at Choir was ended");
}

#[tokio::test]
async fn second_factors_that_come_and_go_are_told() {
    let (app, post) = choir();
    let (ada, _, codes) = enrolled(&app).await;
    let mail = post.last_of(ADA, 1).await;
    assert_eq!(mail.subject, "An authenticator was added at Choir");
    let account = json!({"email": ADA, "password": app.password()});
    let first = app.anonymous().post("/api/v1/auth/sign-in", account).await.json();
    let body = json!({"challenge": first["second_factor"]["challenge"], "recovery_code": codes[0]});
    let visitor = app.anonymous().at("192.0.2.7");
    let answer = visitor.post("/api/v1/auth/sign-in/second-factor", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mail = post.last_of(ADA, 2).await;
    assert_eq!(mail.subject, "A recovery code was used at Choir");
    for part in ["2026-01-01 00:00 UTC", "192.0.2.7"] {
        assert!(mail.text.contains(part), "{}", mail.text);
    }
    let removed = ada.post("/api/v1/auth/totp/remove", json!({})).await;
    assert_eq!(removed.status, 204, "{}", removed.text());
    assert_eq!(
        post.last_of(ADA, 3).await.subject,
        "The authenticator was removed at Choir"
    );
}

#[tokio::test]
async fn a_provider_whose_word_is_enough_from_now_on_is_told() {
    let provider = "[auth.providers.work]\ntitle = \"Example Ltd\"\nissuer = \"https://login.example.org\"\nclient_id = \"c\"\n";
    let text = format!("name = \"choir\"\ntitle = \"Choir\"\n[mail]\nlanguage = \"de\"\n{provider}");
    let app = TestApp::start_mailing(&[("mainstay.toml", &text)]);
    let post = Post::start(&app);
    let (ada, new) = (app.user(ADA).await, app.user("new@example.org").await);
    // As it is written when somebody comes back from a provider; a test of the client does that with a real one.
    for (user, is_new) in [(new, true), (ada, false)] {
        let payload = json!({"provider": "work", "issuer": "https://login.example.org", "is_new": is_new});
        let user = user.id().parse().expect("it is an id");
        let at = app.environment.clock.now();
        let entry = move |tx: &mut WriteTx<'_>| {
            let entry = Entry {
                at,
                kind: Kind::IdentityLinked,
                actor: Actor::ANONYMOUS,
                origin: &Origin::default(),
                collection: Some("users"),
                record_id: Some(user),
                version: None,
                payload: &payload.to_string(),
            };
            append(tx, &entry)
        };
        let db = &app.environment.db;
        db.write(Priority::Interactive, entry)
            .await
            .expect("it is written");
    }
    let mail = post.last_of(ADA, 1).await;
    assert_eq!(mail.subject, "Anmeldung bei Choir mit Example Ltd");
    assert_eq!(post.mails_to("new@example.org"), []);
}

#[tokio::test]
async fn what_happens_to_other_records_is_told_to_nobody() {
    let (app, post) = choir();
    let ada = app.user(ADA).await;
    ada.create("songs", json!({"title": "Canon"})).await;
    let path = format!("/api/v1/records/users/{}", ada.id());
    assert_eq!(ada.patch(&path, json!({"name": "Ada"})).await.status, 200);
    let change = json!({"current_password": app.password(), "password": "another horse battery"});
    assert_eq!(ada.post("/api/v1/auth/password", change).await.status, 204);
    post.last_of(ADA, 1).await;
}
