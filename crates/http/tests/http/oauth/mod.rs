//! Clients that sign people in here: what they are led through, what they get, and when it ends.

mod authorize;
mod clients;
mod ends;
mod exchange;
mod metadata;
mod refresh;
mod scopes;
mod sign_in;

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_http::{AppOptions, Console};
use mainstay_testkit::{Client, TestApp, TestResponse, files};
use serde_json::{Value as Json, json};

use crate::rooms::ROOMS;

const ISSUER: &str = "https://rooms.example.org";
const BACK: &str = "https://time.example.org/back?from=rooms";
const MOBILE: &str = "https://rooms.example.org/app/back";
const VERIFIER: &str = "a-verifier-of-the-test-that-is-long-enough-0123";
const EVERYTHING: &str = "openid profile email offline_access messages:read";
/// What the application declares of its own.
const OWN: &str = r#"
[auth.clients.mobile]
title = "Rooms for phones"
redirects = ["https://rooms.example.org/app/back", "http://127.0.0.1/back", "org.example.rooms:/back"]
scopes = ["openid", "offline_access", "*:*", "admin"]
"#;

type Fields = BTreeMap<String, String>;

/// An application with a client of a third party, and a user in front of a browser.
struct Scene {
    app: TestApp,
    administrator: Client,
    user: Client,
    browser: Client,
    id: String,
    secret: String,
}

fn app() -> TestApp {
    app_with(None)
}

fn app_with(console: Option<Arc<Console>>) -> TestApp {
    let toml = format!("{}{OWN}", ROOMS[0].1);
    let mut definition: Vec<(&str, &str)> = ROOMS.to_vec();
    definition[0].1 = &toml;
    let options = AppOptions {
        public_url: Some(ISSUER.to_owned()),
        console,
        ..AppOptions::default()
    };
    TestApp::start_with(files(&definition), options)
}

async fn scene() -> Scene {
    let app = app();
    let administrator = app.administrator().await;
    let user = app.user_with("ada@example.org", json!({"name": "Ada"})).await;
    let browser = browser_of(&app, "ada@example.org").await;
    let made = register(
        &administrator,
        json!({"scopes": EVERYTHING.split(' ').collect::<Vec<_>>()}),
    )
    .await;
    Scene {
        browser,
        id: text(&made, "id"),
        secret: text(&made, "secret"),
        app,
        administrator,
        user,
    }
}

async fn register(administrator: &Client, more: Json) -> Json {
    let mut body = json!({"name": "Time <tracker>", "redirects": [BACK]});
    let more = more.as_object().expect("more is an object").clone();
    body.as_object_mut().expect("it is an object").extend(more);
    let made = administrator.post("/api/v1/clients", body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()
}

fn text(json: &Json, name: &str) -> String {
    json[name].as_str().expect("it is a text").to_owned()
}

/// A browser on a page of our own host, without a session.
fn page(app: &TestApp) -> Client {
    app.anonymous().with_header("sec-fetch-site", "same-origin")
}

async fn browser_of(app: &TestApp, email: &str) -> Client {
    browser_with(app, email, app.password()).await
}

/// A browser in which somebody has signed in.
pub(crate) async fn browser_with(app: &TestApp, email: &str, password: &str) -> Client {
    let body = json!({"email": email, "password": password, "session": "cookie"});
    let response = page(app).post("/api/v1/auth/sign-in", body).await;
    assert_eq!(response.status, 200, "{}", response.text());
    with_cookie(&page(app), &response)
}

/// The browser with the cookie that an answer sets.
fn with_cookie(browser: &Client, response: &TestResponse) -> Client {
    let cookie = response
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or_default();
    assert!(cookie.starts_with("__Host-mainstay="), "{cookie}");
    browser.with_header("cookie", cookie)
}

async fn form(client: &Client, path: &str, fields: &[(&str, &str)]) -> TestResponse {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    client
        .with_header("content-type", "application/x-www-form-urlencoded")
        .send("POST", path, Some(body.into_bytes()))
        .await
}

fn challenge_of(verifier: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
    URL_SAFE_NO_PAD.encode(digest)
}

/// The address that a client leads a browser to. An empty value leaves a parameter out.
pub(crate) fn authorize_path(client: &str, more: &[(&str, &str)]) -> String {
    let challenge = challenge_of(VERIFIER);
    let mut fields: Vec<(&str, &str)> = vec![
        ("client_id", client),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", EVERYTHING),
        ("state", "a state & more"),
        ("nonce", "a nonce"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    format!("/oauth/authorize?{query}")
}

/// Where an answer leads, and what stands in the query there.
fn led_to(response: &TestResponse) -> (String, Fields) {
    assert_eq!(response.status, 303, "{}", response.text());
    let location = response.header("location");
    let (path, query) = location.split_once('?').unwrap_or((location, ""));
    let fields = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    (path.to_owned(), fields)
}

/// A program with an access token: one of the application's own, so that nobody in front of the browser is asked.
pub(crate) async fn program(
    app: &TestApp,
    administrator: &Client,
    browser: &Client,
    scopes: &[&str],
) -> Client {
    let made = register(administrator, json!({"scopes": scopes, "own": true})).await;
    let path = authorize_path(&text(&made, "id"), &[("scope", &scopes.join(" "))]);
    let (_, given) = led_to(&browser.get(&path).await);
    let fields = [
        ("client_id", made["id"].as_str().unwrap_or_default()),
        ("client_secret", made["secret"].as_str().unwrap_or_default()),
        ("grant_type", "authorization_code"),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("code", &given["code"]),
    ];
    let tokens = form(&app.anonymous(), "/oauth/token", &fields).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    app.anonymous().with_token(&text(&tokens.json(), "access_token"))
}

impl Scene {
    fn path(&self, more: &[(&str, &str)]) -> String {
        authorize_path(&self.id, more)
    }

    async fn allow(&self, more: &[(&str, &str)]) -> TestResponse {
        let fields = [("decision", "allow"), ("user", &self.user.id())];
        form(&self.browser, &self.path(more), &fields).await
    }

    /// A code for these scopes, which the user allows.
    async fn code(&self, scope: &str) -> String {
        let (_, fields) = led_to(&self.allow(&[("scope", scope)]).await);
        fields["code"].clone()
    }

    /// Asks for tokens as the client of the scene. An empty value leaves a parameter out.
    async fn exchange(&self, fields: &[(&str, &str)]) -> TestResponse {
        let mut all: Vec<(&str, &str)> = vec![
            ("client_id", &self.id),
            ("client_secret", &self.secret),
            ("grant_type", "authorization_code"),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in fields {
            all.retain(|(known, _)| known != name);
            if !value.is_empty() {
                all.push((name, value));
            }
        }
        form(&self.app.anonymous(), "/oauth/token", &all).await
    }

    async fn tokens(&self, scope: &str) -> Json {
        let code = self.code(scope).await;
        let response = self.exchange(&[("code", &code)]).await;
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()
    }

    async fn refresh(&self, token: &str, more: &[(&str, &str)]) -> TestResponse {
        let mut fields = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("redirect_uri", ""),
            ("code_verifier", ""),
        ];
        fields.extend(more);
        self.exchange(&fields).await
    }

    fn bearer(&self, tokens: &Json) -> Client {
        self.app.anonymous().with_token(&text(tokens, "access_token"))
    }

    /// How often this kind stands in the journal.
    async fn entries(&self, kind: &str) -> usize {
        let kinds = self.app.sql("SELECT kind FROM _journal").await;
        kinds.iter().filter(|row| row[0] == kind).count()
    }
}

/// Status and error of a token endpoint.
fn refusal(response: &TestResponse) -> (u16, String) {
    let json = response.json();
    assert!(json["error_description"].is_string(), "{json}");
    assert_eq!(response.header("cache-control"), "no-store");
    (response.status.as_u16(), text(&json, "error"))
}

fn refused(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}
