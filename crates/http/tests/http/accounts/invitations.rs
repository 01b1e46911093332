//! Inviting people.

use mainstay_testkit::{Client, TestApp, TestResponse};
use serde_json::{Value as Json, json};

use super::{ADA, choir, kinds, sign_in};

const PASSWORD: &str = "another horse battery";

async fn invite(admin: &Client, body: Json) -> TestResponse {
    admin.post("/api/v1/invitations", body).await
}

async fn accept(app: &TestApp, token: &str, more: Json) -> TestResponse {
    let mut body = json!({"token": token, "password": PASSWORD});
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    app.anonymous().post("/api/v1/auth/accept-invitation", body).await
}

#[tokio::test]
async fn who_is_invited_by_mail_chooses_a_password_and_is_what_the_invitation_says() {
    let (app, post) = choir();
    let admin = app.administrator().await;
    let fields = json!({"voice": "alto", "name": "Ada"});
    let invited = invite(&admin, json!({"email": ADA, "fields": fields})).await;
    assert_eq!(invited.status, 201, "{}", invited.text());
    let invitation = invited.json();
    assert!(invitation.get("link").is_none());
    assert_eq!(
        invited.header("location"),
        format!("/api/v1/invitations/{}", invitation["id"].as_str().unwrap())
    );
    assert_eq!(
        admin.get("/api/v1/invitations").await.json()["items"],
        json!([invitation])
    );
    let mail = post.last_of(ADA, 1).await;
    assert_eq!(mail.subject, "You are invited to Choir");
    let secret = mail.secret();
    assert!(!app.is_stored(&secret).await);

    for (more, code) in [
        (json!({"email": "eve@example.org"}), "validation_failed"),
        (json!({"administrator": true}), "validation_failed"),
        (json!({"password": "short"}), "validation_failed"),
    ] {
        let refused = accept(&app, &secret, more).await;
        assert_eq!(refused.problem(), (422, code.to_owned()));
    }
    let accepted = accept(&app, &secret, json!({"name": "Somebody else"})).await;
    assert_eq!(accepted.status, 201, "{}", accepted.text());
    let user = accepted.json()["user"].clone();
    assert_eq!(
        (
            &user["email"],
            &user["voice"],
            &user["name"],
            &user["administrator"]
        ),
        (&json!(ADA), &json!("alto"), &json!("Ada"), &json!(false))
    );
    assert_eq!(user["created_by"], admin.id());
    let ada = app
        .anonymous()
        .with_token(accepted.json()["access_token"].as_str().unwrap());
    assert!(ada.get("/api/v1/auth/account").await.json()["verified_at"].is_string());
    assert_eq!(sign_in(&app, ADA, PASSWORD).await, 200);
    assert_eq!(
        accept(&app, &secret, json!({})).await.problem(),
        (400, "invalid_secret".to_owned())
    );
    assert_eq!(admin.get("/api/v1/invitations").await.json()["items"], json!([]));
    let kinds = kinds(&app).await;
    assert!(kinds.contains(&"auth.invited".to_owned()), "{kinds:?}");
    assert!(
        kinds.contains(&"auth.invitation_accepted".to_owned()),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn a_link_is_shown_once_and_does_not_confirm_the_address() {
    let (app, post) = choir();
    let admin = app.administrator().await;
    let fields = json!({"administrator": true});
    let invited = invite(&admin, json!({"email": ADA, "by": "link", "fields": fields}))
        .await
        .json();
    let link = invited["link"].as_str().unwrap();
    let secret = link
        .strip_prefix("https://tests.example.org/console/link#invitation=")
        .unwrap();
    assert!(!app.is_stored(secret).await);
    assert!(
        admin.get("/api/v1/invitations").await.json()["items"][0]
            .get("link")
            .is_none()
    );
    let accepted = accept(&app, secret, json!({})).await;
    assert_eq!(accepted.status, 201, "{}", accepted.text());
    assert_eq!(accepted.json()["user"]["administrator"], true);
    let ada = app
        .anonymous()
        .with_token(accepted.json()["access_token"].as_str().unwrap());
    assert!(ada.get("/api/v1/auth/account").await.json()["verified_at"].is_null());
    assert!(post.mails_to(ADA).is_empty());
}

#[tokio::test]
async fn invitations_are_revoked_replaced_and_run_out() {
    let (app, _post) = choir();
    let admin = app.administrator().await;
    let link = async |email: &str| {
        let invited = invite(&admin, json!({"email": email, "by": "link"})).await.json();
        let secret = invited["link"]
            .as_str()
            .unwrap()
            .split_once('=')
            .unwrap()
            .1
            .to_owned();
        (invited["id"].as_str().unwrap().to_owned(), secret)
    };
    let invalid = (400, "invalid_secret".to_owned());
    let (_, first) = link(ADA).await;
    let (second_id, second) = link(ADA).await;
    assert_eq!(accept(&app, &first, json!({})).await.problem(), invalid);
    let path = format!("/api/v1/invitations/{second_id}");
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(accept(&app, &second, json!({})).await.problem(), invalid);
    assert_eq!(admin.delete(&path).await.problem(), (404, "not_found".to_owned()));
    let (_, third) = link(ADA).await;
    app.clock.advance_seconds(7 * 24 * 3_600);
    assert_eq!(accept(&app, &third, json!({})).await.problem(), invalid);
    assert_eq!(app.sql("SELECT count(*) FROM users").await, [["1"]]);
}

#[tokio::test]
async fn only_administrators_invite_and_faults_are_told_at_once() {
    let (app, _post) = choir();
    let ben = app.user("ben@example.org").await;
    let refused = invite(&ben, json!({"email": ADA})).await;
    assert_eq!(refused.problem(), (403, "forbidden".to_owned()));
    assert_eq!(ben.get("/api/v1/invitations").await.status, 403);
    let admin = app.administrator().await;
    for (body, status) in [
        (json!({"email": "ben@example.org"}), 422),
        (json!({"email": "ada"}), 422),
        (json!({"email": ADA, "fields": {"voice": "tenor"}}), 422),
        (json!({"email": ADA, "fields": {"shoe_size": 39}}), 422),
        (json!({"email": ADA, "fields": 1}), 422),
        (json!({"email": ADA, "by": "pigeon"}), 422),
        (json!({"email": ADA, "more": 1}), 422),
        (json!({}), 422),
    ] {
        let refused = invite(&admin, body.clone()).await;
        let expected = if body["email"] == "ben@example.org" {
            409
        } else {
            status
        };
        assert_eq!(refused.problem().0, expected, "{body}");
    }
    assert_eq!(app.sql("SELECT count(*) FROM _invitations").await, [["0"]]);
}
