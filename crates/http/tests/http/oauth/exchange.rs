//! `/oauth/token` with a code: what a client gets, and everything that it is refused for.

use base64::engine::general_purpose::STANDARD;

use super::*;

#[tokio::test]
async fn a_code_leads_to_tokens() {
    let scene = scene().await;
    let code = scene.code(EVERYTHING).await;
    let response = scene.exchange(&[("code", &code)]).await;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.header("cache-control"), "no-store");
    let tokens = response.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 600);
    assert_eq!(tokens["scope"], EVERYTHING);
    assert!(text(&tokens, "access_token").starts_with("mo_"));
    for secret in ["access_token", "refresh_token"] {
        assert!(!scene.app.is_stored(&text(&tokens, secret)).await, "{secret}");
    }
    assert_eq!(scene.entries("auth.client_signed_in").await, 1);
    let info = scene.bearer(&tokens).get("/oauth/userinfo").await.json();
    let wanted = json!({
        "sub": scene.user.id(), "name": "Ada", "email": "ada@example.org", "email_verified": false,
    });
    assert_eq!(info, wanted);
    let sessions = scene.user.get("/api/v1/auth/sessions").await.json();
    let devices: Vec<&Json> = sessions["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["device"])
        .collect();
    assert!(devices.contains(&&json!("Time <tracker>")), "{sessions}");
}

#[tokio::test]
async fn a_client_says_who_it_is_in_one_of_three_ways() {
    let scene = scene().await;
    let basic = |id: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let by_header = |value: &str| scene.app.anonymous().with_header("authorization", value);
    let code = scene.code("openid").await;
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("code", &*code),
    ];
    for bad in [
        basic(&scene.id, "wrong"),
        basic("nobody", &scene.secret),
        basic("mobile", ""),
        "Basic ###".to_owned(),
        "Bearer x".to_owned(),
    ] {
        let response = form(&by_header(&bad), "/oauth/token", &fields).await;
        assert_eq!(refusal(&response), refused(401, "invalid_client"), "{bad}");
        assert!(response.header("www-authenticate").starts_with("Basic"));
    }
    let good = basic(&scene.id, &scene.secret);
    fields.push(("client_secret", &scene.secret));
    let both = form(&by_header(&good), "/oauth/token", &fields).await;
    assert_eq!(refusal(&both), refused(400, "invalid_request"));
    fields.pop();
    let response = form(&by_header(&good), "/oauth/token", &fields).await;
    assert_eq!(response.status, 200, "{}", response.text());
    for bad in [
        [("client_secret", ""), ("client_id", &*scene.id)],
        [("client_secret", "wrong"), ("client_id", &scene.id)],
        [("client_secret", &scene.secret), ("client_id", "mobile")],
        [("client_secret", &scene.secret), ("client_id", "")],
    ] {
        let response = scene.exchange(&[bad[0], bad[1], ("code", &code)]).await;
        assert_eq!(refusal(&response), refused(400, "invalid_client"), "{bad:?}");
    }
    // A client without a secret shows none.
    let own = authorize_path("mobile", &[("redirect_uri", MOBILE), ("scope", "openid")]);
    let code = led_to(&scene.browser.get(&own).await).1["code"].clone();
    let public = [
        ("client_id", "mobile"),
        ("client_secret", ""),
        ("redirect_uri", MOBILE),
        ("code", &code),
    ];
    assert_eq!(scene.exchange(&public).await.status, 200);
}

#[tokio::test]
async fn a_code_is_good_for_its_client_its_address_and_its_verifier_alone() {
    let scene = scene().await;
    let other = register(&scene.administrator, json!({"scopes": ["openid"]})).await;
    let (id, secret) = (text(&other, "id"), text(&other, "secret"));
    let code = scene.code("openid").await;
    for (wrong, error) in [
        (vec![("code_verifier", "")], "invalid_grant"),
        (
            vec![(
                "code_verifier",
                "another-verifier-of-the-test-that-is-long-enough",
            )],
            "invalid_grant",
        ),
        (vec![("code_verifier", &*challenge_of(VERIFIER))], "invalid_grant"),
        (
            vec![("redirect_uri", "https://time.example.org/back")],
            "invalid_grant",
        ),
        (
            vec![("client_id", &*id), ("client_secret", &*secret)],
            "invalid_grant",
        ),
        (vec![("code", "")], "invalid_request"),
        (vec![("code", "made up")], "invalid_grant"),
        (vec![("grant_type", "")], "invalid_request"),
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (
            vec![("grant_type", "client_credentials")],
            "unsupported_grant_type",
        ),
        (vec![("grant_type", "implicit")], "unsupported_grant_type"),
        (vec![("resource", "https://elsewhere.example")], "invalid_target"),
    ] {
        let mut fields = vec![("code", &*code)];
        fields.extend(wrong.clone());
        let response = scene.exchange(&fields).await;
        assert_eq!(refusal(&response), refused(400, error), "{wrong:?}");
    }
    let twice = format!("grant_type=authorization_code&code={code}&code={code}");
    let response = scene
        .app
        .anonymous()
        .with_header("content-type", "application/x-www-form-urlencoded")
        .send("POST", "/oauth/token", Some(twice.into_bytes()))
        .await;
    assert_eq!(refusal(&response), refused(400, "invalid_request"));
    let json = scene
        .app
        .anonymous()
        .post("/oauth/token", json!({"code": code}))
        .await;
    assert_eq!(json.problem().0, 415);
    // None of it has used the code up.
    assert_eq!(scene.exchange(&[("code", &code)]).await.status, 200);
}

#[tokio::test]
async fn a_code_ends_after_a_minute() {
    let scene = scene().await;
    let code = scene.code("openid").await;
    scene.app.clock.advance_seconds(59);
    assert_eq!(scene.exchange(&[("code", &code)]).await.status, 200);
    let code = scene.code("openid").await;
    scene.app.clock.advance_seconds(60);
    let late = scene.exchange(&[("code", &code)]).await;
    assert_eq!(refusal(&late), refused(400, "invalid_grant"));
}

#[tokio::test]
async fn a_code_that_comes_again_takes_back_what_it_gave() {
    let scene = scene().await;
    let code = scene.code(EVERYTHING).await;
    let tokens = scene.exchange(&[("code", &code)]).await.json();
    let bearer = scene.bearer(&tokens);
    assert_eq!(bearer.get("/oauth/userinfo").await.status, 200);
    let again = scene.exchange(&[("code", &code)]).await;
    assert_eq!(refusal(&again), refused(400, "invalid_grant"));
    assert_eq!(
        bearer.get("/oauth/userinfo").await.problem(),
        (401, "invalid_token".to_owned())
    );
    let refresh = scene.refresh(&text(&tokens, "refresh_token"), &[]).await;
    assert_eq!(refusal(&refresh), refused(400, "invalid_grant"));
    assert_eq!(scene.entries("auth.code_reused").await, 1);
    // The user's own session goes on.
    assert_eq!(scene.browser.get("/api/v1/auth/me").await.status, 200);
}
