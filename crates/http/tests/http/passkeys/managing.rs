//! `GET /api/v1/auth/passkeys`, `PATCH /api/v1/auth/passkeys/{id}` and `POST /api/v1/auth/passkeys/{id}/remove`

use mainstay_testkit::{Client, Post, TestApp};
use serde_json::{Value as Json, json};

use super::authenticator::Authenticator;
use super::{ADA, BOB, CHOIR, PASSKEYS, add, added, choir, kinds, nothing, options, sign_in};

fn path(passkey: &Json) -> String {
    format!("{PASSKEYS}/{}", passkey["id"].as_str().expect("it has an id"))
}

async fn remove(client: &Client, passkey: &Json) -> (u16, String) {
    let answer = client.post(&format!("{}/remove", path(passkey)), json!({})).await;
    match answer.status.as_u16() {
        204 => (204, String::new()),
        _ => answer.problem(),
    }
}

#[tokio::test]
async fn one_renames_and_removes_ones_own_alone() {
    let app = choir();
    let (ada, bob) = (app.user(ADA).await, app.user(BOB).await);
    let mut authenticator = Authenticator::new();
    let passkey = add(&ada, &mut authenticator).await;
    let renamed = ada.patch(&path(&passkey), json!({"name": "Telephone"})).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text());
    assert_eq!(ada.get(PASSKEYS).await.json()["items"], json!([renamed.json()]));
    assert_eq!(renamed.json()["name"], "Telephone");
    for name in ["", " ", "two\nlines", &"x".repeat(101)] {
        let refused = ada.patch(&path(&passkey), json!({"name": name})).await;
        assert_eq!(refused.problem(), (422, "validation_failed".to_owned()), "{name}");
    }
    let refused = bob.patch(&path(&passkey), json!({"name": "Mine"})).await;
    assert_eq!(refused.problem(), (404, "not_found".to_owned()));
    assert_eq!(remove(&bob, &passkey).await, (404, "not_found".to_owned()));
    assert_eq!(sign_in(&app, &authenticator, nothing).await.status, 200);
    assert_eq!(remove(&ada, &passkey).await.0, 204);
    assert_eq!(remove(&ada, &passkey).await, (404, "not_found".to_owned()));
    let gone = sign_in(&app, &authenticator, nothing).await;
    assert_eq!(gone.problem(), (401, "invalid_credentials".to_owned()));
    assert_eq!(
        kinds(&app).await[2..],
        [
            "auth.passkey_added",
            "auth.passkey_renamed",
            "auth.signed_in",
            "auth.passkey_removed"
        ]
    );
}

#[tokio::test]
async fn removing_takes_a_fresh_proof() {
    let app = choir();
    let ada = app.user(ADA).await;
    let passkey = add(&ada, &mut Authenticator::new()).await;
    let old = "UPDATE _sessions SET created_at = created_at - 601000000";
    assert_eq!(app.sql_write(old).await, Ok(1));
    assert_eq!(
        remove(&ada, &passkey).await,
        (403, "fresh_sign_in_required".to_owned())
    );
    let begin = ada.post(super::BEGIN, json!({})).await;
    assert_eq!(begin.problem(), (403, "fresh_sign_in_required".to_owned()));
    let path = format!("{}/remove", path(&passkey));
    let proved = ada.post(&path, json!({"current_password": app.password()})).await;
    assert_eq!(proved.status, 204, "{}", proved.text());
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let only = "name = \"choir\"\n[auth]\nmethods = [\"passkey\"]\n";
    let app = choir();
    let ada = app.user(ADA).await;
    let (one, two) = (
        add(&ada, &mut Authenticator::new()).await,
        add(&ada, &mut Authenticator::new()).await,
    );
    app.redefine(&[("mainstay.toml", only)]).await;
    assert_eq!(remove(&ada, &one).await.0, 204);
    assert_eq!(remove(&ada, &two).await, (409, "conflict".to_owned()));
    assert_eq!(ada.get(PASSKEYS).await.json()["items"], json!([two]));
    // A password is another way, where people have one and sign in with it.
    app.redefine(&[("mainstay.toml", CHOIR)]).await;
    assert_eq!(app.sql_write("DELETE FROM _credentials").await, Ok(1));
    assert_eq!(remove(&ada, &two).await, (409, "conflict".to_owned()));
    let linked = "INSERT INTO _identities (issuer, subject, user_id, linked_at)
                  SELECT 'https://login.example.org', 'ada', id, 0 FROM users";
    assert_eq!(app.sql_write(linked).await, Ok(1));
    assert_eq!(
        remove(&ada, &two).await,
        (409, "conflict".to_owned()),
        "no such provider"
    );
    let provider = "[auth.providers.work]\nissuer = \"https://login.example.org\"\nclient_id = \"choir\"\n";
    app.redefine(&[("mainstay.toml", &format!("{CHOIR}{provider}"))])
        .await;
    assert_eq!(remove(&ada, &two).await.0, 204);
}

#[tokio::test]
async fn somebody_who_is_gone_leaves_no_passkey() {
    let app = choir();
    let (ada, admin) = (app.user(ADA).await, app.administrator().await);
    added(&ada).await;
    let deleted = admin.delete(&format!("/api/v1/users/{}/account", ada.id())).await;
    assert_eq!(deleted.status, 204, "{}", deleted.text());
    assert_eq!(app.sql("SELECT count(*) FROM _passkeys").await, [["0"]]);
}

#[tokio::test]
async fn passkeys_that_come_and_go_are_told_by_mail() {
    let app = TestApp::start_mailing_with(&[("mainstay.toml", CHOIR)], options());
    let post = Post::start(&app);
    let ada = app.user(ADA).await.at("192.0.2.7");
    let passkey = add(&ada, &mut Authenticator::new()).await;
    let mail = post.last_of(ADA, 1).await;
    assert_eq!(mail.subject, "A passkey was added at Choir");
    for part in ["Passkey", "2026-01-01 00:00 UTC", "192.0.2.7"] {
        assert!(mail.text.contains(part), "{}", mail.text);
    }
    ada.patch(&path(&passkey), json!({"name": "Telephone"})).await;
    assert_eq!(remove(&ada, &passkey).await.0, 204);
    let mail = post.last_of(ADA, 2).await;
    assert_eq!(mail.subject, "A passkey was removed at Choir");
    assert!(mail.text.contains("Telephone"), "{}", mail.text);
}
