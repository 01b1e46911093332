//! When what a client was given ends.

use super::*;
use crate::live::Live;
use crate::rooms::room;

const INFO: &str = "/oauth/userinfo";

async fn lives(scene: &Scene, tokens: &Json) -> bool {
    match scene.bearer(tokens).get(INFO).await.status.as_u16() {
        200 => true,
        401 => false,
        status => panic!("{status}"),
    }
}

#[tokio::test]
async fn access_tokens_end_by_themselves() {
    let scene = scene().await;
    let tokens = scene.tokens(EVERYTHING).await;
    scene.app.clock.advance_seconds(599);
    assert!(lives(&scene, &tokens).await);
    scene.app.clock.advance_seconds(1);
    assert!(!lives(&scene, &tokens).await);
    let next = scene.refresh(&text(&tokens, "refresh_token"), &[]).await.json();
    assert!(lives(&scene, &next).await);
}

#[tokio::test]
async fn without_offline_access_they_end_with_the_session_of_the_browser() {
    let scene = scene().await;
    let within = scene.tokens("openid").await;
    assert_eq!(within["refresh_token"], Json::Null);
    let lasting = scene.tokens("openid offline_access").await;
    assert!(lives(&scene, &within).await && lives(&scene, &lasting).await);
    let waiting = scene.code("openid").await;
    let out = scene.browser.send("POST", "/api/v1/auth/sign-out", None).await;
    assert_eq!(out.status, 204);
    assert!(!lives(&scene, &within).await);
    assert!(lives(&scene, &lasting).await);
    let late = scene.exchange(&[("code", &waiting)]).await;
    assert_eq!(refusal(&late), refused(400, "invalid_grant"));
}

#[tokio::test]
async fn users_see_the_applications_that_they_have_let_in_and_take_it_back() {
    let scene = scene().await;
    assert_eq!(
        scene.user.get("/api/v1/auth/applications").await.json(),
        json!({"items": []})
    );
    let tokens = scene.tokens("openid offline_access").await;
    let waiting = scene.code("openid").await;
    let listed = scene.user.get("/api/v1/auth/applications").await.json();
    let item = &listed["items"][0];
    assert_eq!(item["client"], scene.id);
    assert_eq!(item["name"], "Time <tracker>");
    assert_eq!(item["scopes"], json!(["openid", "offline_access"]));
    assert_eq!((&item["own"], &item["sessions"]), (&json!(false), &json!(1)));
    assert!(
        item["agreed_at"].is_string() && item["last_used_at"].is_string(),
        "{item}"
    );
    let one = format!("/api/v1/auth/applications/{}", scene.id);
    let other = scene.app.user("bob@example.org").await;
    assert_eq!(other.delete(&one).await.problem().0, 404);
    assert!(lives(&scene, &tokens).await);
    assert_eq!(scene.user.delete(&one).await.status, 204);
    assert!(!lives(&scene, &tokens).await);
    let refresh = scene.refresh(&text(&tokens, "refresh_token"), &[]).await;
    assert_eq!(refusal(&refresh), refused(400, "invalid_grant"));
    assert_eq!(
        refusal(&scene.exchange(&[("code", &waiting)]).await),
        refused(400, "invalid_grant")
    );
    assert_eq!(scene.entries("auth.consent_revoked").await, 1);
    assert_eq!(
        scene.user.get("/api/v1/auth/applications").await.json(),
        json!({"items": []})
    );
    assert_eq!(scene.user.delete(&one).await.problem().0, 404);
    // From here on the user is asked again.
    assert_eq!(scene.browser.get(&scene.path(&[])).await.status, 200);
}

#[tokio::test]
async fn they_end_with_their_session_their_user_and_their_client() {
    let scene = scene().await;
    let tokens = scene.tokens("openid offline_access").await;
    let sessions = scene.user.get("/api/v1/auth/sessions").await.json();
    let of_client = sessions["items"].as_array().unwrap().iter();
    let id = of_client
        .clone()
        .find(|item| item["device"] == "Time <tracker>")
        .unwrap()["id"]
        .clone();
    let path = format!("/api/v1/auth/sessions/{}", id.as_str().unwrap());
    assert_eq!(scene.user.delete(&path).await.status, 204);
    assert!(!lives(&scene, &tokens).await);

    let tokens = scene.tokens("openid offline_access").await;
    let client = format!("/api/v1/clients/{}", scene.id);
    let removed = scene.administrator.delete(&client).await;
    assert_eq!(removed.status, 204, "{}", removed.text());
    assert!(!lives(&scene, &tokens).await);
    let refresh = scene.refresh(&text(&tokens, "refresh_token"), &[]).await;
    assert_eq!(refusal(&refresh), refused(400, "invalid_client"));
    assert_eq!(scene.entries("auth.client_removed").await, 1);
}

#[tokio::test]
async fn they_end_when_the_user_is_switched_off() {
    let scene = scene().await;
    let tokens = scene.tokens("openid offline_access").await;
    let waiting = scene.code("openid").await;
    assert!(lives(&scene, &tokens).await);
    let user = format!("/api/v1/records/users/{}", scene.user.id());
    let off = scene.administrator.patch(&user, json!({"active": false})).await;
    assert_eq!(off.status, 200, "{}", off.text());
    assert!(!lives(&scene, &tokens).await);
    for response in [
        scene.refresh(&text(&tokens, "refresh_token"), &[]).await,
        scene.exchange(&[("code", &waiting)]).await,
    ] {
        assert_eq!(refusal(&response), refused(400, "invalid_grant"));
    }
}

#[tokio::test]
async fn clients_give_back_what_they_were_given() {
    let scene = scene().await;
    let tokens = scene.tokens("openid offline_access").await;
    let other = register(&scene.administrator, json!({"scopes": ["openid"]})).await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    let as_client = async |path: &str, id: &str, secret: &str, token: &str| {
        let mut fields = vec![("client_id", id), ("token", token)];
        if !secret.is_empty() {
            fields.push(("client_secret", secret));
        }
        form(&scene.app.anonymous(), path, &fields).await
    };
    let own = async |path: &str, token: &str| as_client(path, &scene.id, &scene.secret, token).await;
    let (other_id, other_secret) = (text(&other, "id"), text(&other, "secret"));

    let told = own("/oauth/introspect", &access).await.json();
    assert_eq!(
        (&told["active"], &told["scope"], &told["sub"], &told["client_id"]),
        (
            &json!(true),
            &json!("openid offline_access"),
            &json!(scene.user.id()),
            &json!(scene.id)
        )
    );
    assert_eq!(own("/oauth/introspect", &refresh).await.json()["active"], true);
    let inactive = json!({"active": false});
    for (id, secret) in [(&*other_id, &*other_secret)] {
        assert_eq!(
            as_client("/oauth/introspect", id, secret, &access).await.json(),
            inactive
        );
        assert_eq!(
            as_client("/oauth/introspect", id, secret, &refresh).await.json(),
            inactive
        );
    }
    let public = as_client("/oauth/introspect", "mobile", "", &access).await;
    assert_eq!(refusal(&public), refused(400, "invalid_client"));

    // What is another client's, or unknown, is left as it is.
    assert_eq!(
        as_client("/oauth/revoke", &other_id, &other_secret, &refresh)
            .await
            .status,
        200
    );
    assert_eq!(own("/oauth/revoke", "made up").await.status, 200);
    let wrong = as_client("/oauth/revoke", &scene.id, "wrong", &refresh).await;
    assert_eq!(refusal(&wrong), refused(400, "invalid_client"));
    assert!(lives(&scene, &tokens).await);
    assert_eq!(own("/oauth/revoke", &access).await.status, 200);
    assert!(!lives(&scene, &tokens).await);
    let next = scene.refresh(&refresh, &[]).await.json();
    assert!(lives(&scene, &next).await);
    let refresh = text(&next, "refresh_token");
    assert_eq!(own("/oauth/revoke", &refresh).await.status, 200);
    assert!(!lives(&scene, &next).await);
    assert_eq!(own("/oauth/introspect", &refresh).await.json(), inactive);
    assert_eq!(
        refusal(&scene.refresh(&refresh, &[]).await),
        refused(400, "invalid_grant")
    );
}

#[tokio::test]
async fn connections_end_with_what_they_were_opened_with() {
    let scene = scene().await;
    let kitchen = room(&scene.user, "Kitchen").await;
    let tokens = scene.tokens("openid offline_access messages:read").await;
    let client = scene.user.with_token(&text(&tokens, "access_token"));
    let Scene { app, user, id, .. } = scene;
    let live = Live::start(app).await;
    let mut socket = live.connect(&client).await;
    let messages = json!({"to": "records", "collection": "messages"});
    socket.subscribe("m", messages).await;
    let message = json!({"room": kitchen, "text": "hello"});
    let heard = user.create("messages", message).await;
    assert_eq!(socket.next().await["record"]["id"], heard["id"]);
    let taken_back = user.delete(&format!("/api/v1/auth/applications/{id}")).await;
    assert_eq!(taken_back.status, 204);
    socket.closed().await;
    live.stop().await;
}
