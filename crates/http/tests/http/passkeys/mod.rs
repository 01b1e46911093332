//! `/api/v1/auth/passkeys` and `/api/v1/auth/sign-in-with-passkey`

mod adding;
mod authenticator;
mod factors;
mod managing;
mod signing_in;

use authenticator::{Authenticator, ORIGIN, Says};
use mainstay_http::AppOptions;
use mainstay_testkit::{Client, TestApp, TestResponse, files};
use serde_json::{Value as Json, json};

const ME: &str = "/api/v1/auth/me";
const PASSKEYS: &str = "/api/v1/auth/passkeys";
const BEGIN: &str = "/api/v1/auth/passkeys/begin";
const SIGN_IN: &str = "/api/v1/auth/sign-in-with-passkey";
const BEGIN_SIGN_IN: &str = "/api/v1/auth/sign-in-with-passkey/begin";
const ADA: &str = "ada@example.org";
const BOB: &str = "bob@example.org";

/// A challenge that nobody made.
const UNKNOWN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

const CHOIR: &str = "name = \"choir\"\ntitle = \"Choir\"\n[auth]\nmethods = [\"password\", \"passkey\"]\n";

fn options() -> AppOptions {
    AppOptions {
        public_url: Some(ORIGIN.to_owned()),
        ..AppOptions::default()
    }
}

fn choir() -> TestApp {
    TestApp::start_with(files(&[("mainstay.toml", CHOIR)]), options())
}

fn nothing(_: &mut Says) {}

/// What the authenticator of somebody who is signed in is asked for.
async fn begin(client: &Client) -> Json {
    let begun = client.post(BEGIN, json!({})).await;
    assert_eq!(begun.status, 200, "{}", begun.text());
    begun.json()
}

/// A passkey of somebody who is signed in.
async fn added(client: &Client) -> Authenticator {
    let mut authenticator = Authenticator::new();
    add(client, &mut authenticator).await;
    authenticator
}

async fn add(client: &Client, authenticator: &mut Authenticator) -> Json {
    let made = authenticator.make(&begin(client).await, nothing);
    let added = client.post(PASSKEYS, json!({"credential": made})).await;
    assert_eq!(added.status, 201, "{}", added.text());
    added.json()
}

/// What any authenticator is asked for.
async fn begin_sign_in(app: &TestApp) -> Json {
    let begun = app.anonymous().post(BEGIN_SIGN_IN, json!({})).await;
    assert_eq!(begun.status, 200, "{}", begun.text());
    begun.json()
}

async fn sign_in(
    app: &TestApp,
    authenticator: &Authenticator,
    change: impl FnOnce(&mut Says),
) -> TestResponse {
    let signed = authenticator.sign(&begin_sign_in(app).await, change);
    let body = json!({"credential": signed});
    app.anonymous().post(SIGN_IN, body).await
}

async fn kinds(app: &TestApp) -> Vec<String> {
    let rows = app
        .sql("SELECT kind FROM _journal WHERE kind LIKE 'auth.%' ORDER BY seq")
        .await;
    rows.into_iter().flatten().collect()
}

/// Why passkeys were refused, in order.
async fn reasons(app: &TestApp) -> Vec<String> {
    let rows = app
        .sql("SELECT payload FROM _journal WHERE kind = 'auth.passkey_refused' ORDER BY seq")
        .await;
    let reason = |row: Vec<String>| {
        let payload: Json = serde_json::from_str(&row[0]).expect("payloads are JSON");
        payload["reason"].as_str().expect("there is a reason").to_owned()
    };
    rows.into_iter().map(reason).collect()
}
