//! What the access token of a client is good for: its scopes bind it as those of an API key do.

use super::*;
use crate::rooms::room;

fn forbidden() -> (u16, String) {
    (403, "forbidden".to_owned())
}

#[tokio::test]
async fn a_client_reads_and_writes_what_its_user_may_within_its_scopes() {
    let scene = scene().await;
    let kitchen = room(&scene.user, "Kitchen").await;
    let message = json!({"room": kitchen, "text": "hello"});
    scene.user.create("messages", message.clone()).await;
    let stranger = scene.app.user("s@example.org").await;
    let elsewhere = room(&stranger, "Elsewhere").await;
    stranger
        .create("messages", json!({"room": elsewhere, "text": "secret"}))
        .await;

    let tokens = scene.tokens("messages:read").await;
    assert_eq!(tokens["id_token"], Json::Null);
    let client = scene.bearer(&tokens);
    assert_eq!(client.list("messages", &[]).await.column("text"), ["hello"]);
    // The room is in no scope: not in lists, not expanded, not in filters.
    let expanded = client.list("messages", &[("expand", "room")]).await.json();
    assert_eq!(
        expanded["items"][0]["expand"],
        json!({"room": null}),
        "{expanded}"
    );
    let by_room = [("filter", "room.name == 'Kitchen'")];
    assert_eq!(client.list("messages", &by_room).await.json()["items"], json!([]));
    let refused = client.list("rooms", &[]).await;
    assert_eq!(refused.problem(), forbidden());
    let detail = text(&refused.json(), "detail");
    assert_eq!(
        detail,
        "the access token of a client does not have the scope `rooms:read`"
    );
    let created = client.post("/api/v1/records/messages", message).await;
    assert_eq!(created.problem(), forbidden());
    assert_eq!(client.get(INFO).await.problem(), forbidden());
}

const INFO: &str = "/oauth/userinfo";

#[tokio::test]
async fn a_client_decides_nothing_about_its_user() {
    let scene = scene().await;
    let own = authorize_path("mobile", &[("redirect_uri", MOBILE), ("scope", "*:* openid")]);
    let code = led_to(&scene.browser.get(&own).await).1["code"].clone();
    let public = [
        ("client_id", "mobile"),
        ("client_secret", ""),
        ("redirect_uri", MOBILE),
        ("code", &code),
    ];
    let tokens = scene.exchange(&public).await.json();
    let client = scene.bearer(&tokens);
    let password = json!({"current_password": scene.app.password(), "password": "another horse"});
    for (method, path, body) in [
        ("GET", "/api/v1/auth/sessions", None),
        ("DELETE", "/api/v1/auth/sessions", None),
        ("GET", "/api/v1/auth/applications", None),
        ("GET", "/api/v1/api-keys", None),
        (
            "POST",
            "/api/v1/api-keys",
            Some(json!({"name": "K", "scopes": ["*:*"]})),
        ),
        ("POST", "/api/v1/auth/password", Some(password)),
        ("POST", "/api/v1/auth/totp", Some(json!({}))),
        ("GET", "/api/v1/clients", None),
        ("GET", "/api/v1/audit", None),
    ] {
        let body = body.map(|body| body.to_string().into_bytes());
        let response = client.send(method, path, body).await;
        assert_eq!(response.problem(), forbidden(), "{method} {path}");
    }
    // And the ID token is no access token.
    let id_token = text(&tokens, "id_token");
    let as_bearer = scene
        .app
        .anonymous()
        .with_token(&id_token)
        .get("/api/v1/auth/me")
        .await;
    assert_eq!(as_bearer.problem(), (401, "invalid_token".to_owned()));
    // Nor does a session of a person ask what clients may know.
    assert_eq!(scene.user.get(INFO).await.problem(), forbidden());
    assert_eq!(scene.app.anonymous().get(INFO).await.problem().0, 401);
}

#[tokio::test]
async fn an_administrator_lends_a_client_no_administration() {
    let scene = scene().await;
    room(&scene.user, "Kitchen").await;
    let browser = browser_of(&scene.app, "admin@example.org").await;
    let all = program(&scene.app, &scene.administrator, &browser, &["*:*"]).await;
    assert_eq!(all.get("/api/v1/audit").await.problem(), forbidden());
    assert_eq!(all.get("/api/v1/clients").await.problem(), forbidden());
    // The application's own may have it, if it says so.
    let path = authorize_path("mobile", &[("scope", "admin"), ("redirect_uri", MOBILE)]);
    let code = led_to(&browser.get(&path).await).1["code"].clone();
    let fields = [
        ("client_id", "mobile"),
        ("client_secret", ""),
        ("redirect_uri", MOBILE),
        ("code", &code),
    ];
    let own = scene.bearer(&scene.exchange(&fields).await.json());
    assert_eq!(own.get("/api/v1/audit").await.status, 200);
}

#[tokio::test]
async fn what_a_client_may_not_have_any_more_is_taken_at_once() {
    let scene = scene().await;
    let tokens = scene.tokens("openid offline_access messages:read").await;
    let client = scene.bearer(&tokens);
    assert_eq!(client.list("messages", &[]).await.status, 200);
    let path = format!("/api/v1/clients/{}", scene.id);
    let less = json!({"scopes": ["openid", "offline_access"]});
    assert_eq!(scene.administrator.patch(&path, less).await.status, 200);
    assert_eq!(client.list("messages", &[]).await.problem(), forbidden());
    assert_eq!(client.get(INFO).await.status, 200);
    let next = scene.refresh(&text(&tokens, "refresh_token"), &[]).await.json();
    assert_eq!(next["scope"], "openid offline_access");
}
