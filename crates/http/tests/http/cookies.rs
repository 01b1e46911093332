//! Sessions of browsers: the cookie, and the requests that may act with it

use mainstay_http::AppOptions;
use mainstay_testkit::{Client, TestApp, TestResponse, files};
use serde_json::json;

use crate::rooms::{ROOMS, app};

const ME: &str = "/api/v1/auth/me";
const SESSION: &str = "/api/v1/auth/session";
const SIGN_IN: &str = "/api/v1/auth/sign-in";
const SIGN_OUT: &str = "/api/v1/auth/sign-out";
const SAME_ORIGIN: (&str, &str) = ("sec-fetch-site", "same-origin");
const CLEARED: &str = "__Host-mainstay=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax";

/// A page of our own host.
fn page(app: &TestApp) -> Client {
    app.anonymous().with_header(SAME_ORIGIN.0, SAME_ORIGIN.1)
}

async fn sign_in(app: &TestApp, client: &Client) -> TestResponse {
    let body = json!({"email": "ada@example.org", "password": app.password(), "session": "cookie"});
    client.post(SIGN_IN, body).await
}

/// `name=value` of the cookie that an answer sets.
fn pair(response: &TestResponse) -> String {
    let cookie = response.header("set-cookie");
    cookie.split(';').next().unwrap_or_default().to_owned()
}

async fn signed_in(app: &TestApp) -> String {
    app.user("ada@example.org").await;
    pair(&sign_in(app, &page(app)).await)
}

#[tokio::test]
async fn a_browser_gets_a_cookie_in_the_place_of_tokens() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let response = sign_in(&app, &page(&app)).await;
    assert_eq!(response.status, 200, "{}", response.text());
    let user = ada.get(ME).await.json();
    assert_eq!(response.json(), json!({"user": user}));
    let cookie = pair(&response);
    let secret = cookie.strip_prefix("__Host-mainstay=").unwrap();
    assert_eq!(secret.len(), 43, "256 bits");
    assert_eq!(
        response.header("set-cookie"),
        format!("{cookie}; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax")
    );
    let browser = page(&app).with_header("cookie", &format!("theme=dark; {cookie}; a=b"));
    assert_eq!(browser.get(ME).await.json(), user);
    assert_eq!(
        browser.create("rooms", json!({"name": "Made"})).await["created_by"],
        user["id"]
    );
    let sessions = browser.get("/api/v1/auth/sessions").await.json();
    assert_eq!(sessions["items"].as_array().unwrap().len(), 2);
    assert!(!app.is_stored(secret).await);
    for answer in [browser.get(ME).await, browser.get("/nowhere").await] {
        assert!(!answer.text().contains(secret));
        assert_eq!(answer.header("set-cookie"), "");
    }
    let unknown = json!({"email": "ada@example.org", "password": app.password(), "session": "jar"});
    assert_eq!(page(&app).post(SIGN_IN, unknown).await.problem().0, 422);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_clears_the_cookie() {
    let app = app();
    let browser = page(&app).with_header("cookie", &signed_in(&app).await);
    assert_eq!(browser.get(ME).await.status, 200);
    let response = browser.send("POST", SIGN_OUT, None).await;
    assert_eq!(
        (response.status.as_u16(), response.header("set-cookie")),
        (204, CLEARED)
    );
    assert_eq!(browser.get(ME).await.problem(), (401, "invalid_token".to_owned()));
    let again = browser.send("POST", SIGN_OUT, None).await;
    assert_eq!((again.problem().0, again.header("set-cookie")), (401, CLEARED));
    let bearer = app
        .user("bob@example.org")
        .await
        .send("POST", SIGN_OUT, None)
        .await;
    assert_eq!((bearer.status.as_u16(), bearer.header("set-cookie")), (204, ""));
}

#[tokio::test]
async fn a_page_asks_who_is_signed_in_and_nobody_is_no_error() {
    let app = app();
    let nobody = page(&app).get(SESSION).await;
    assert_eq!(
        (nobody.status.as_u16(), nobody.json()),
        (200, json!({"user": null}))
    );
    assert_eq!(
        nobody.header("cache-control"),
        page(&app).get(ME).await.header("cache-control")
    );
    let browser = page(&app).with_header("cookie", &signed_in(&app).await);
    let user = browser.get(ME).await.json();
    assert_eq!(browser.get(SESSION).await.json(), json!({"user": user}));
    let token = app.user("bob@example.org").await;
    assert_eq!(
        token.get(SESSION).await.json()["user"],
        token.get(ME).await.json()
    );
    // Whoever shows something that is not taken is told, and does not pass for nobody.
    browser.send("POST", SIGN_OUT, None).await;
    let ended = browser.get(SESSION).await.problem();
    assert_eq!(ended, (401, "invalid_token".to_owned()));
    let unknown = page(&app).get("/api/v1/auth/session?who=me").await.problem();
    assert_eq!(unknown.0, 400);
}

#[tokio::test]
async fn each_sign_in_makes_a_new_cookie() {
    let app = app();
    let first = signed_in(&app).await;
    let planted = format!("__Host-mainstay={}", "a".repeat(43));
    for old in [&first, &planted] {
        let response = sign_in(&app, &page(&app).with_header("cookie", old)).await;
        assert_eq!(response.status, 200, "{}", response.text());
        assert_ne!(&pair(&response), old);
    }
    let made_up = page(&app).with_header("cookie", &planted);
    assert_eq!(made_up.get(ME).await.problem(), (401, "invalid_token".to_owned()));
    let twice = page(&app).with_header("cookie", &format!("{first}; {planted}"));
    assert_eq!(twice.get(ME).await.problem(), (401, "invalid_token".to_owned()));
}

#[tokio::test]
async fn signing_in_again_ends_the_session_of_the_cookie_before() {
    let app = app();
    let first = signed_in(&app).await;
    let browser = page(&app).with_header("cookie", &first);
    assert_eq!(browser.get(ME).await.status, 200);
    // A wrong password ends nothing, nor does a session with tokens.
    for body in [
        json!({"email": "ada@example.org", "password": "wrong horse", "session": "cookie"}),
        json!({"email": "ada@example.org", "password": app.password()}),
    ] {
        browser.post(SIGN_IN, body).await;
        assert_eq!(browser.get(ME).await.status, 200);
    }
    let second = pair(&sign_in(&app, &browser).await);
    assert_eq!(browser.get(ME).await.problem(), (401, "invalid_token".to_owned()));
    let browser = page(&app).with_header("cookie", &second);
    assert_eq!(browser.get(ME).await.status, 200);
    // Somebody else at the same browser leaves nothing behind of whoever was there before.
    let bob = app.user("bob@example.org").await;
    let body = json!({"email": "bob@example.org", "password": app.password(), "session": "cookie"});
    let third = pair(&browser.post(SIGN_IN, body).await);
    assert_eq!(browser.get(ME).await.problem(), (401, "invalid_token".to_owned()));
    let browser = page(&app).with_header("cookie", &third);
    assert_eq!(browser.get(ME).await.json()["id"], bob.id());
    let told = app
        .sql("SELECT count(*) FROM _journal WHERE kind = 'auth.signed_out'")
        .await;
    assert_eq!(told, [["2"]]);
}

/// Headers of a request, and whether it may act with the cookie.
const CASES: &[(&[(&str, &str)], bool)] = &[
    (&[SAME_ORIGIN], true),
    (&[("sec-fetch-site", "none")], true),
    (&[("sec-fetch-site", "same-site")], false),
    (&[("sec-fetch-site", "cross-site")], false),
    (&[("sec-fetch-site", "")], false),
    (&[SAME_ORIGIN, ("sec-fetch-site", "cross-site")], false),
    (
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://a.test"),
            ("host", "a.test"),
        ],
        false,
    ),
    (&[], false),
    (&[("host", "a.test")], false),
    (&[("origin", "https://a.test"), ("host", "a.test")], true),
    (
        &[("origin", "https://a.test:8443"), ("host", "a.test:8443")],
        true,
    ),
    (
        &[("origin", "http://localhost:8090"), ("host", "localhost:8090")],
        true,
    ),
    (&[("origin", "http://a.test"), ("host", "a.test")], false),
    (&[("origin", "https://a.test:8443"), ("host", "a.test")], false),
    (&[("origin", "null"), ("host", "a.test")], false),
    (
        &[
            ("origin", "https://evil.test"),
            ("host", "a.test"),
            ("x-forwarded-host", "evil.test"),
        ],
        false,
    ),
    (
        &[
            ("origin", "https://evil.test"),
            ("host", "a.test"),
            ("host", "evil.test"),
        ],
        false,
    ),
];

#[tokio::test]
async fn only_pages_of_the_own_host_act_with_the_cookie() {
    let app = app();
    let cookie = signed_in(&app).await;
    let rooms = "/api/v1/records/rooms";
    let mut made = 0;
    for (number, (headers, allowed)) in CASES.iter().enumerate() {
        let anybody = headers.iter().fold(app.anonymous(), |client, (name, value)| {
            client.with_header(name, value)
        });
        let browser = anybody.with_header("cookie", &cookie);
        let response = browser
            .post(rooms, json!({"name": format!("Room {number}")}))
            .await;
        let sign_in = sign_in(&app, &anybody).await;
        if *allowed {
            assert_eq!(response.status, 201, "{headers:?}: {}", response.text());
            assert_eq!(sign_in.status, 200, "{headers:?}: {}", sign_in.text());
            made += 1;
        } else {
            let refused = (403, "cross_site_request".to_owned());
            assert_eq!(response.problem(), refused, "{headers:?}");
            assert_eq!(sign_in.problem(), refused, "{headers:?}");
            assert_eq!(sign_in.header("set-cookie"), "");
            let sign_out = browser.send("POST", SIGN_OUT, None).await;
            assert_eq!(
                (sign_out.problem(), sign_out.header("set-cookie")),
                (refused.clone(), "")
            );
            let upgrade = browser.with_header("upgrade", "websocket").get(ME).await;
            assert_eq!(upgrade.problem(), refused, "{headers:?}");
        }
        assert_eq!(browser.get(ME).await.status, 200, "{headers:?}");
    }
    let count = app.sql("SELECT count(*) FROM rooms").await;
    assert_eq!(count, [[made.to_string()]]);
}

#[tokio::test]
async fn tokens_work_as_before_beside_a_cookie() {
    let app = app();
    let cookie = signed_in(&app).await;
    let bob = app.user("bob@example.org").await;
    let with_both = bob
        .with_header("cookie", &cookie)
        .with_header("sec-fetch-site", "cross-site");
    assert_eq!(with_both.get(ME).await.json()["email"], "bob@example.org");
    with_both.create("rooms", json!({"name": "By bob"})).await;
    let secret = cookie.strip_prefix("__Host-mainstay=").unwrap();
    let as_token = app.anonymous().with_token(secret);
    assert_eq!(
        as_token.get(ME).await.problem(),
        (401, "invalid_token".to_owned())
    );
    let as_cookie = page(&app).with_header("cookie", &format!("__Host-mainstay={}", bob.token()));
    assert_eq!(
        as_cookie.get(ME).await.problem(),
        (401, "invalid_token".to_owned())
    );
    let bad = page(&app).with_header("cookie", &cookie).with_token("bad");
    assert_eq!(bad.get(ME).await.problem().0, 401, "a cookie is no second chance");
}

#[tokio::test]
async fn a_cookie_ends_with_its_session() {
    let text = "name = \"days\"\n[auth]\nsession_idle_days = 1\nrefresh_token_days = 2\n";
    let app = TestApp::start(&[("mainstay.toml", text)]);
    let ada = app.user("ada@example.org").await;
    let first = page(&app).with_header("cookie", &pair(&sign_in(&app, &page(&app)).await));
    let second = page(&app).with_header("cookie", &pair(&sign_in(&app, &page(&app)).await));
    assert_eq!(first.delete("/api/v1/auth/sessions").await.status, 204);
    for ended in [&ada, &second] {
        assert_eq!(ended.get(ME).await.problem().0, 401);
    }
    for _ in 0..2 {
        app.clock.advance_seconds(86_399);
        assert_eq!(first.get(ME).await.status, 200);
        let written = mainstay_engine::auth::write_session_uses(&app.environment).await;
        assert!(written.is_ok());
    }
    app.clock.advance_seconds(3);
    assert_eq!(first.get(ME).await.problem().0, 401, "two days are over");
    let third = page(&app).with_header("cookie", &pair(&sign_in(&app, &page(&app)).await));
    app.clock.advance_seconds(86_400);
    assert_eq!(third.get(ME).await.problem().0, 401, "nobody used it for a day");
}

#[tokio::test]
async fn pages_of_named_origins_get_no_credentials() {
    let cors_origins = vec!["https://page.test".to_owned()];
    let options = AppOptions {
        cors_origins,
        ..AppOptions::default()
    };
    let app = TestApp::start_with(files(ROOMS), options);
    let cookie = signed_in(&app).await;
    let page = app
        .anonymous()
        .with_header("origin", "https://page.test")
        .with_header("host", "a.test")
        .with_header("cookie", &cookie);
    let refused = page.post("/api/v1/records/rooms", json!({"name": "No"})).await;
    assert_eq!(refused.problem(), (403, "cross_site_request".to_owned()));
    assert_eq!(refused.header("access-control-allow-credentials"), "");
    mainstay_engine::audit::write_noticed(&app.environment).await;
    assert_eq!(
        app.sql("SELECT actor_kind, payload FROM _journal WHERE kind = 'access.refused'")
            .await,
        [[
            "anonymous",
            r#"{"code":"cross_site_request","operation":"create_record"}"#
        ]]
    );
    assert_eq!(page.get(ME).await.header("access-control-allow-credentials"), "");
}
