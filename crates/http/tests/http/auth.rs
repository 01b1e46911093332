//! `/api/v1/auth/...` and `/api/v1/setup`

use serde_json::json;

use crate::rooms::app;

#[tokio::test]
async fn sign_up_sign_in_and_me() {
    let app = app();
    let visitor = app.anonymous();
    let body = json!({"email": "Ada@Example.org", "password": "correct horse", "name": "Ada"});
    let response = visitor.post("/api/v1/auth/sign-up", body.clone()).await;
    assert_eq!(response.status, 201, "{}", response.text());
    let session = response.json();
    assert_eq!(
        (&session["token_type"], &session["expires_in"]),
        (&json!("Bearer"), &json!(600))
    );
    assert_eq!(session["user"]["email"], "ada@example.org");
    assert_eq!(session["user"]["created_by"], session["user"]["id"]);
    let me = visitor
        .with_token(session["access_token"].as_str().unwrap())
        .get("/api/v1/auth/me")
        .await;
    assert_eq!(me.json(), session["user"]);
    let again = visitor.post("/api/v1/auth/sign-up", body).await;
    assert_eq!(again.problem(), (409, "unique_violation".to_owned()));
    let sign_in = visitor
        .post(
            "/api/v1/auth/sign-in",
            json!({"email": " ADA@example.org", "password": "correct horse"}),
        )
        .await;
    assert_eq!(sign_in.status, 200);
    let stored = app.sql("SELECT password_hash FROM _credentials").await;
    assert!(
        stored[0][0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{stored:?}"
    );
    assert_eq!(
        app.sql("SELECT kind FROM _journal WHERE kind LIKE 'auth%' ORDER BY seq")
            .await,
        [["auth.signed_up"], ["auth.signed_in"],]
    );
    assert!(app.is_stored("auth.signed_up").await, "what is stored is found");
    for secret in [
        "correct horse",
        session["access_token"].as_str().unwrap(),
        session["refresh_token"].as_str().unwrap(),
    ] {
        assert!(!app.is_stored(secret).await, "{secret}");
    }
}

#[tokio::test]
async fn sign_up_cannot_make_administrators() {
    let app = app();
    let body = json!({"email": "eve@example.org", "password": "correct horse", "administrator": true});
    let response = app.anonymous().post("/api/v1/auth/sign-up", body).await;
    assert_eq!(response.status, 422, "{}", response.text());
    assert_eq!(app.sql("SELECT count(*) FROM users").await, [["0"]]);
}

#[tokio::test]
async fn sign_up_switched_off() {
    let app = mainstay_testkit::TestApp::start(&[("mainstay.toml", "name = \"closed\"")]);
    let body = json!({"email": "eve@example.org", "password": "correct horse"});
    let response = app.anonymous().post("/api/v1/auth/sign-up", body).await;
    assert_eq!(response.problem(), (403, "sign_up_disabled".to_owned()));
}

#[tokio::test]
async fn sign_in_with_a_wrong_password_or_address() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let wrong = ada
        .post(
            "/api/v1/auth/sign-in",
            json!({"email": "ada@example.org", "password": "wrong horse"}),
        )
        .await;
    let unknown = ada
        .post(
            "/api/v1/auth/sign-in",
            json!({"email": "bob@example.org", "password": "wrong horse"}),
        )
        .await;
    assert_eq!(wrong.problem(), (401, "invalid_credentials".to_owned()));
    assert_eq!(wrong.json()["detail"], unknown.json()["detail"]);
    let impossible = ada
        .post(
            "/api/v1/auth/sign-in",
            json!({"email": "ada@example.org\0", "password": "wrong horse"}),
        )
        .await;
    assert_eq!(impossible.json()["detail"], wrong.json()["detail"]);
    // The two for addresses that nobody has are the same again.
    mainstay_engine::audit::write_noticed(&app.environment).await;
    app.clock.advance_seconds(60);
    mainstay_engine::audit::write_noticed(&app.environment).await;
    let refused = app
        .sql("SELECT payload FROM _journal WHERE kind = 'auth.sign_in_refused' ORDER BY seq")
        .await;
    assert_eq!(
        refused,
        [
            ["{\"operation\":\"sign_in\"}"],
            ["{\"operation\":\"sign_in\"}"],
            ["{\"operation\":\"sign_in\",\"repeated\":1}"]
        ]
    );
    let short = app
        .anonymous()
        .post(
            "/api/v1/auth/sign-up",
            json!({"email": "b@example.org", "password": "short"}),
        )
        .await;
    assert_eq!(short.problem(), (422, "validation_failed".to_owned()));
}

#[tokio::test]
async fn sign_out_ends_the_session_at_once() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let other = app
        .anonymous()
        .post(
            "/api/v1/auth/sign-in",
            json!({"email": "ada@example.org", "password": app.password()}),
        )
        .await
        .json();
    assert_eq!(ada.get("/api/v1/auth/me").await.status, 200);
    assert_eq!(ada.send("POST", "/api/v1/auth/sign-out", None).await.status, 204);
    assert_eq!(
        ada.get("/api/v1/auth/me").await.problem(),
        (401, "invalid_token".to_owned())
    );
    let bearer = app
        .anonymous()
        .with_token(other["access_token"].as_str().unwrap());
    assert_eq!(bearer.get("/api/v1/auth/me").await.status, 200);
    assert_eq!(
        app.anonymous()
            .send("POST", "/api/v1/auth/sign-out", None)
            .await
            .problem()
            .0,
        401
    );
}

#[tokio::test]
async fn access_tokens_that_are_not_ours_are_refused() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let other = mainstay_testkit::TestApp::start(&[("mainstay.toml", "name = \"other\"")]);
    let stranger = other.user("ada@example.org").await;
    let (head, signature) = ada.token().rsplit_once('.').unwrap();
    let (header, claims) = head.split_once('.').unwrap();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    let forged = [
        String::from("nonsense"),
        format!("{header}.{claims}."),
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{header}.{}A.{signature}", &claims[..claims.len() - 1]),
        stranger.token().to_owned(),
        "a".repeat(5_000),
        format!("{}.{}", ada.token(), signature),
    ];
    for token in &forged {
        let response = app
            .anonymous()
            .with_token(token)
            .get("/api/v1/records/rooms")
            .await;
        assert_eq!(response.problem(), (401, "invalid_token".to_owned()), "{token}");
        assert!(response.header("www-authenticate").contains("invalid_token"));
    }
    let basic = app
        .anonymous()
        .with_header("authorization", "Basic YTpi")
        .get("/api/v1/records/rooms")
        .await;
    assert_eq!(basic.problem().0, 401);
    app.clock.advance_seconds(601);
    assert_eq!(
        ada.get("/api/v1/auth/me").await.problem(),
        (401, "invalid_token".to_owned())
    );
}

#[tokio::test]
async fn a_user_who_is_switched_off_or_promoted_is_so_at_once() {
    let app = app();
    let (admin, ada) = (app.administrator().await, app.user("ada@example.org").await);
    let path = format!("/api/v1/records/users/{}", ada.id());
    assert_eq!(
        ada.get("/api/v1/health").await.problem(),
        (403, "forbidden".to_owned())
    );
    assert_eq!(
        admin.patch(&path, json!({"administrator": true})).await.status,
        200
    );
    assert_eq!(ada.get("/api/v1/health").await.status, 200);
    assert_eq!(admin.patch(&path, json!({"active": false})).await.status, 200);
    assert_eq!(
        ada.get("/api/v1/health").await.problem(),
        (401, "invalid_token".to_owned())
    );
    let sign_in = json!({"email": "ada@example.org", "password": app.password()});
    assert_eq!(ada.post("/api/v1/auth/sign-in", sign_in).await.status, 401);
}

#[tokio::test]
async fn the_first_administrator_needs_the_code() {
    let app = app();
    let body = |code: &str| json!({"code": code, "email": "root@example.org", "password": "correct horse"});
    let visitor = app.anonymous();
    let wrong = visitor.post("/api/v1/setup", body("aaaa-bbbb-cccc-dddd")).await;
    assert_eq!(wrong.problem(), (422, "validation_failed".to_owned()));
    let code = app.environment.setup.reveal().to_owned();
    let done = visitor.post("/api/v1/setup", body(&code)).await;
    assert_eq!(done.status, 201, "{}", done.text());
    let admin = visitor.with_token(done.json()["access_token"].as_str().unwrap());
    assert_eq!(admin.get("/api/v1/health").await.status, 200);
    assert_eq!(
        visitor.post("/api/v1/setup", body(&code)).await.problem(),
        (409, "setup_done".to_owned())
    );
}

/// Every route that is not declared public refuses whoever has no token.
#[tokio::test]
async fn every_route_but_the_public_ones_needs_a_token() {
    let app = app();
    let visitor = app.anonymous();
    let id = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c";
    for operation in mainstay_http::OPERATIONS {
        if operation.access == mainstay_http::Access::Anyone {
            continue;
        }
        let path = operation
            .path
            .replace("{collection}", "rooms")
            .replace("{id}", id);
        let body = operation.body.is_some().then(|| b"{}".to_vec());
        let bad = visitor
            .with_token("bad")
            .send(operation.method.as_str(), &path, body)
            .await;
        assert_eq!(
            bad.problem(),
            (401, "invalid_token".to_owned()),
            "{} {path}",
            operation.id
        );
    }
}
