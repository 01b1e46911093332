//! `/api/v1/api-keys` and `/api/v1/service-accounts`, and what a key may do.

mod addresses;
mod lifecycle;
mod live;
mod scopes;
mod service_accounts;

use mainstay_testkit::Client;
use serde_json::{Value as Json, json};

const PATH: &str = "/api/v1/api-keys";

/// Makes a key, and gives its description with a client that uses it.
async fn make(owner: &Client, scopes: &[&str]) -> (Json, Client) {
    make_with(owner, json!({"name": "Export", "scopes": scopes})).await
}

async fn make_with(owner: &Client, body: Json) -> (Json, Client) {
    let response = owner.post(PATH, body).await;
    assert_eq!(response.status, 201, "{}", response.text());
    let made = response.json();
    let client = owner.with_token(text(&made, "key"));
    (made, client)
}

fn text<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().expect("it is a text")
}

fn invalid() -> (u16, String) {
    (401, "invalid_token".to_owned())
}

fn forbidden() -> (u16, String) {
    (403, "forbidden".to_owned())
}

fn not_found() -> (u16, String) {
    (404, "not_found".to_owned())
}
