//! `/oauth/token` with a refresh token: each works once, for its client and no more than was agreed to.

use super::*;

#[tokio::test]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_family() {
    let scene = scene().await;
    let tokens = scene.tokens(EVERYTHING).await;
    let first = text(&tokens, "refresh_token");
    let next = scene.refresh(&first, &[]).await;
    assert_eq!(next.status, 200, "{}", next.text());
    let next = next.json();
    assert_eq!(next["scope"], EVERYTHING);
    let second = text(&next, "refresh_token");
    assert_ne!(first, second);
    assert_eq!(scene.bearer(&next).get("/oauth/userinfo").await.status, 200);
    // Not at once: then the answer was lost on the way.
    scene.app.clock.advance_seconds(11);
    assert_eq!(
        refusal(&scene.refresh(&first, &[]).await),
        refused(400, "invalid_grant")
    );
    assert_eq!(
        refusal(&scene.refresh(&second, &[]).await),
        refused(400, "invalid_grant")
    );
    for tokens in [&tokens, &next] {
        assert_eq!(scene.bearer(tokens).get("/oauth/userinfo").await.status, 401);
    }
    assert_eq!(scene.entries("auth.refresh_token_reused").await, 1);
}

#[tokio::test]
async fn refreshing_gives_less_and_never_more() {
    let scene = scene().await;
    let tokens = scene.tokens("openid offline_access").await;
    let token = text(&tokens, "refresh_token");
    // The client may ask for these, but the user has not been asked.
    for more in [
        "openid offline_access email",
        "messages:read",
        "admin",
        "nonsense",
        " ",
    ] {
        let response = scene.refresh(&token, &[("scope", more)]).await;
        assert_eq!(refusal(&response), refused(400, "invalid_scope"), "{more}");
    }
    let less = scene.refresh(&token, &[("scope", "offline_access")]).await;
    assert_eq!(less.status, 200, "{}", less.text());
    let less = less.json();
    assert_eq!(
        (&less["scope"], &less["id_token"]),
        (&json!("offline_access"), &Json::Null)
    );
    assert_eq!(scene.bearer(&less).get("/oauth/userinfo").await.problem().0, 403);
    let whole = scene.refresh(&text(&less, "refresh_token"), &[]).await.json();
    assert_eq!(whole["scope"], "openid offline_access");
}

#[tokio::test]
async fn a_refresh_token_is_good_for_its_client_alone() {
    let scene = scene().await;
    let other = register(
        &scene.administrator,
        json!({"scopes": EVERYTHING.split(' ').collect::<Vec<_>>()}),
    )
    .await;
    let tokens = scene.tokens(EVERYTHING).await;
    let token = text(&tokens, "refresh_token");
    let (id, secret) = (text(&other, "id"), text(&other, "secret"));
    let stolen = [("client_id", &*id), ("client_secret", &*secret)];
    assert_eq!(
        refusal(&scene.refresh(&token, &stolen).await),
        refused(400, "invalid_grant")
    );
    let public = [("client_id", "mobile"), ("client_secret", "")];
    assert_eq!(
        refusal(&scene.refresh(&token, &public).await),
        refused(400, "invalid_grant")
    );
    // It makes no session of a person, and that of a person no tokens of a client.
    let body = json!({"refresh_token": token});
    let as_person = scene.app.anonymous().post("/api/v1/auth/refresh", body).await;
    assert_eq!(as_person.problem(), (401, "invalid_token".to_owned()));
    let body = json!({"email": "ada@example.org", "password": scene.app.password()});
    let own = scene
        .app
        .anonymous()
        .post("/api/v1/auth/sign-in", body)
        .await
        .json();
    let own = text(&own, "refresh_token");
    assert_eq!(
        refusal(&scene.refresh(&own, &[]).await),
        refused(400, "invalid_grant")
    );
    assert_eq!(
        refusal(&scene.refresh(&own, &public).await),
        refused(400, "invalid_grant")
    );
    // All of that has harmed neither.
    assert_eq!(scene.refresh(&token, &[]).await.status, 200);
    let body = json!({"refresh_token": own});
    assert_eq!(
        scene
            .app
            .anonymous()
            .post("/api/v1/auth/refresh", body)
            .await
            .status,
        200
    );
}
