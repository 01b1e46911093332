//! Session fixation: somebody is led to go on with what an attacker knows already (ASVS 7.2.4). That each sign-in makes a
//! new cookie is in `cookies.rs`; here it is every other thing that could be planted.

use mainstay_testkit::{Client, Post, TestApp};
use serde_json::json;

use super::{ADA, CLUB, EVE, ME, SIGN_IN};

fn own_page(app: &TestApp) -> Client {
    app.anonymous().with_header("sec-fetch-site", "same-origin")
}

/// Signs in with a cookie, and gives `name=value` of it.
async fn cookie_of(client: &Client, app: &TestApp, email: &str) -> String {
    let body = json!({"email": email, "password": app.password(), "session": "cookie"});
    let answer = client.post(SIGN_IN, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn a_session_of_the_attacker_never_becomes_that_of_the_victim() {
    let app = TestApp::start(CLUB);
    app.user(ADA).await;
    app.user(EVE).await;
    let planted = cookie_of(&own_page(&app), &app, EVE).await;
    let victim = own_page(&app).with_header("cookie", &planted);
    let given = cookie_of(&victim, &app, ADA).await;
    assert_ne!(given, planted);
    let who = async |cookie: &str| {
        let browser = own_page(&app).with_header("cookie", cookie);
        browser.get(ME).await.json()["email"]
            .as_str()
            .unwrap_or("nobody")
            .to_owned()
    };
    // The session that was planted ends where another one begins.
    assert_eq!(
        (who(&given).await.as_str(), who(&planted).await.as_str()),
        (ADA, "nobody")
    );
    // Two cookies of the name: a neighbour of the host has planted one, and neither is believed.
    for both in [format!("{planted}; {given}"), format!("{given}; {planted}")] {
        assert_eq!(who(&both).await, "nobody", "{both}");
    }
    // Without the prefix any neighbour could have set it, and no browser protects it (RFC 6265bis, 4.1.3.2).
    let value = given.strip_prefix("__Host-mainstay=").expect("it is the cookie");
    for name in [
        "mainstay",
        "__host-mainstay",
        "__HOST-MAINSTAY",
        "__Secure-mainstay",
        " __Host-mainstay ",
        "session",
    ] {
        assert_eq!(who(&format!("{name}={value}")).await, "nobody", "{name}");
    }
    assert_eq!(
        who(&format!("__Host-mainstay=\"{value}\"")).await,
        "nobody",
        "in quotes"
    );
}

#[tokio::test]
async fn no_session_begins_with_an_address() {
    let app = TestApp::start(CLUB);
    app.user(ADA).await;
    let cookie = cookie_of(&own_page(&app), &app, ADA).await;
    let value = cookie.strip_prefix("__Host-mainstay=").expect("it is the cookie");
    for query in [
        format!("__Host-mainstay={value}"),
        format!("session={value}"),
        format!("sid={value}"),
        format!(";jsessionid={value}"),
    ] {
        let answer = own_page(&app).get(&format!("{ME}?{query}")).await;
        assert!(answer.status.is_client_error(), "{query}: {}", answer.text());
        assert_eq!(answer.header("set-cookie"), "");
    }
    // A body does not say which session it wants.
    for name in ["session_id", "sid", "id", "access_token", "refresh_token"] {
        let body = json!({"email": ADA, "password": app.password(), name: value});
        let answer = own_page(&app).post(SIGN_IN, body).await;
        assert_eq!(answer.problem().0, 422, "{name}");
    }
}

/// A sign-in by mail that the attacker began does not end at the attacker, and theirs does not end at the victim's account.
#[tokio::test]
async fn a_sign_in_belongs_to_who_began_it() {
    let app = TestApp::start_mailing(CLUB);
    let post = Post::start(&app);
    app.user(ADA).await;
    app.user(EVE).await;
    let ask = async |email: &str| {
        let path = "/api/v1/auth/request-code";
        let asked = app.anonymous().post(path, json!({"email": email})).await.json();
        let challenge = asked["challenge"].as_str().expect("there is one").to_owned();
        (challenge, post.last_of(email, 1).await.code())
    };
    let ((hers, her_code), (theirs, their_code)) = (ask(ADA).await, ask(EVE).await);
    let enter = async |challenge: &str, code: &str| {
        let body = json!({"challenge": challenge, "code": code});
        let path = "/api/v1/auth/sign-in-with-code";
        app.anonymous().post(path, body).await
    };
    assert_eq!(enter(&hers, &their_code).await.problem().0, 400);
    assert_eq!(enter(&theirs, &her_code).await.problem().0, 400);
    let entered = enter(&theirs, &their_code).await;
    assert_eq!(entered.json()["user"]["email"], EVE);
    let entered = enter(&hers, &her_code).await;
    assert_eq!(entered.json()["user"]["email"], ADA);
}

/// Whoever was in before the password was changed is out after it, by whatever they held (ASVS 7.4.3).
#[tokio::test]
async fn what_was_stolen_before_a_new_password_is_worth_nothing_after_it() {
    let app = TestApp::start(CLUB);
    let ada = app.user(ADA).await;
    let cookie = cookie_of(&own_page(&app), &app, ADA).await;
    let body = json!({"email": ADA, "password": app.password()});
    let stolen = app.anonymous().post(SIGN_IN, body).await.json();
    let new = json!({"current_password": app.password(), "password": "another horse battery"});
    assert_eq!(ada.post("/api/v1/auth/password", new).await.status, 204);
    let token = stolen["access_token"].as_str().expect("there is a session");
    assert_eq!(app.anonymous().with_token(token).get(ME).await.problem().0, 401);
    let refresh = json!({"refresh_token": stolen["refresh_token"]});
    assert_eq!(
        app.anonymous()
            .post("/api/v1/auth/refresh", refresh)
            .await
            .problem()
            .0,
        401
    );
    let browser = own_page(&app).with_header("cookie", &cookie);
    assert_eq!(browser.get(ME).await.problem().0, 401);
}
