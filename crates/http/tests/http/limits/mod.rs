//! How often anybody may ask: 429, its headers, and what of it is in the journal.

mod plans;
mod shared;

use mainstay_engine::audit::write_noticed;
use mainstay_http::{AppOptions, ForwardedHeader};
use mainstay_testkit::{Client, TestApp, TestResponse, files};
use serde_json::json;

const COLLECTION: &str = r#"
    [fields.text]
    type = "text"
    [rules]
    list = "true"
    read = "true"
    create = "auth.id != null"
"#;
const USERS: &str = r#"
    [fields.plan]
    type = "select"
    options = ["free", "pro"]
    write = "false"
    [rules]
    read = "record.id == auth.id"
    update = "record.id == auth.id"
"#;
const PLANS: &str = r#"
    [limits]
    plan = "plan"
    read = { per_user = "3/1h", per_key = "1/1h" }
    [limits.plans.pro]
    read = { per_user = "5/1h", per_key = "4/1h" }
"#;
const HITS: &str =
    "SELECT actor_kind, address, payload FROM _journal WHERE kind = 'access.rate_limited' ORDER BY seq";

fn definition(limits: &str) -> Vec<(&'static str, String)> {
    vec![
        ("mainstay.toml", format!("name = \"notes\"\n{limits}")),
        ("collections/notes.toml", COLLECTION.to_owned()),
        ("collections/users.toml", USERS.to_owned()),
    ]
}

fn app_with(limits: &str, options: AppOptions) -> TestApp {
    let definition = definition(limits);
    let definition: Vec<(&str, &str)> = definition
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    TestApp::start_with(files(&definition), options)
}

fn app(limits: &str) -> TestApp {
    app_with(limits, AppOptions::default())
}

async fn read(client: &Client) -> TestResponse {
    client.get("/api/v1/records/notes").await
}

fn limited() -> (u16, String) {
    (429, "rate_limited".to_owned())
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_to_wait() {
    let app = app("[limits.read]\nper_address = \"3/1m\"");
    let client = app.anonymous();
    for remaining in [2, 1, 0] {
        let response = read(&client).await;
        assert_eq!(response.status, 200);
        assert_eq!(response.header("ratelimit-policy"), "\"read-address\";q=3;w=60");
        let full_in = 20 * (3 - remaining);
        let standing = format!("\"read-address\";r={remaining};t={full_in}");
        assert_eq!(response.header("ratelimit"), standing);
    }
    let refused = read(&client).await;
    assert_eq!(refused.problem(), limited());
    assert_eq!(refused.header("retry-after"), "20");
    assert_eq!(refused.header("ratelimit"), "\"read-address\";r=0;t=60");
    // What there is not counts as well, and what others ask for does not.
    assert_eq!(client.get("/api/v1/nothing").await.problem(), limited());
    assert_eq!(read(&client.at("192.0.2.7")).await.status, 200);
    assert_eq!(client.post("/api/v1/records/notes", json!({})).await.status, 401);
    for _ in 0..10 {
        assert_eq!(client.get("/livez").await.status, 200);
    }
    app.clock.advance_seconds(20);
    assert_eq!(read(&client).await.status, 200);
    assert_eq!(read(&client).await.problem(), limited());
}

#[tokio::test]
async fn a_user_is_counted_wherever_they_are() {
    let app = app("[limits.write]\nper_user = \"2/1m\"");
    let ada = app.user("ada@example.org").await;
    let bob = app.user("bob@example.org").await;
    ada.create("notes", json!({"text": "one"})).await;
    let second = ada.at("192.0.2.7").post("/api/v1/records/notes", json!({})).await;
    assert_eq!(second.status, 201);
    assert_eq!(
        second.header("ratelimit-policy"),
        "\"write-address\";q=12000;w=60, \"write-user\";q=2;w=60"
    );
    let refused = ada.at("192.0.2.8").post("/api/v1/records/notes", json!({})).await;
    assert_eq!(refused.problem(), limited());
    assert_eq!(refused.header("retry-after"), "30");
    assert_eq!(
        app.sql("SELECT count(*) FROM notes").await,
        [["2"]],
        "a refused write is none"
    );
    assert_eq!(read(&ada).await.status, 200);
    bob.create("notes", json!({})).await;
}

#[tokio::test]
async fn a_key_is_counted_beside_its_owner() {
    let app = app("[limits.read]\nper_user = \"3/1m\"\nper_key = \"2/1m\"");
    let ada = app.user("ada@example.org").await;
    let mut keys = Vec::new();
    for name in ["one", "other"] {
        let body = json!({"name": name, "scopes": ["*:read"]});
        let made = ada.post("/api/v1/api-keys", body).await.json();
        keys.push(
            app.anonymous()
                .with_token(made["key"].as_str().expect("it is shown once")),
        );
    }
    assert_eq!(read(&keys[0]).await.status, 200);
    assert_eq!(read(&keys[0]).await.status, 200);
    let refused = read(&keys[0]).await;
    assert_eq!(refused.problem(), limited());
    assert!(refused.header("ratelimit").contains("\"read-key\";r=0;t=60"));
    // The other key has one request left, because their owner has.
    assert_eq!(read(&keys[1]).await.status, 200);
    assert_eq!(read(&keys[1]).await.problem(), limited());
    assert_eq!(read(&ada).await.problem(), limited());
}

#[tokio::test]
async fn without_limits_nothing_is_counted() {
    let app = app("[limits]\nenabled = false\nread = { per_address = \"1/1h\" }");
    for _ in 0..3 {
        let response = read(&app.anonymous()).await;
        assert_eq!(response.status, 200);
        assert_eq!(
            (response.header("ratelimit"), response.header("ratelimit-policy")),
            ("", "")
        );
    }
}

#[tokio::test]
async fn a_limit_that_is_changed_holds_at_once() {
    let app = app("[limits.read]\nper_address = \"1/1h\"");
    assert_eq!(read(&app.anonymous()).await.status, 200);
    assert_eq!(read(&app.anonymous()).await.problem(), limited());
    let wider = definition("[limits.read]\nper_address = \"off\"");
    let wider: Vec<(&str, &str)> = wider.iter().map(|(path, text)| (*path, text.as_str())).collect();
    app.redefine(&wider).await;
    assert_eq!(read(&app.anonymous()).await.status, 200);
}

#[tokio::test]
async fn a_forged_header_does_not_help() {
    let limits = "[limits.read]\nper_address = \"1/1h\"";
    let direct = app(limits);
    assert_eq!(read(&direct.anonymous()).await.status, 200);
    for (name, value) in [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.1")] {
        let forging = direct.anonymous().with_header(name, value);
        assert_eq!(read(&forging).await.problem(), limited(), "{name}");
    }
    let options = AppOptions {
        trusted_proxies: vec!["127.0.0.0/8".parse().expect("a network")],
        forwarded_header: ForwardedHeader::XForwardedFor,
        ..AppOptions::default()
    };
    let behind = app_with(limits, options);
    let from = |value: &str| behind.anonymous().with_header("x-forwarded-for", value);
    assert_eq!(read(&from("192.0.2.1")).await.status, 200);
    assert_eq!(read(&from("192.0.2.2")).await.status, 200);
    assert_eq!(read(&from("203.0.113.9, 192.0.2.1")).await.problem(), limited());
    assert_eq!(read(&from("192.0.2.1, 127.0.0.2")).await.problem(), limited());
}

#[tokio::test]
async fn the_journal_tells_it_once_a_minute_for_each_address() {
    let app = app("[limits.read]\nper_address = \"1/1h\"\n[limits.write]\nper_user = \"1/1h\"");
    let ada = app.user("ada@example.org").await.at("192.0.2.7");
    ada.create("notes", json!({})).await;
    let visitor = app.anonymous();
    read(&visitor).await;
    for _ in 0..5 {
        assert_eq!(read(&visitor).await.problem(), limited());
        assert_eq!(
            ada.post("/api/v1/records/notes", json!({})).await.problem(),
            limited()
        );
    }
    write_noticed(&app.environment).await;
    let told = app.sql(HITS).await;
    assert_eq!(
        told,
        [
            [
                "anonymous",
                "127.0.0.1",
                r#"{"limit":"address","operation":"list_records"}"#
            ],
            [
                "user",
                "192.0.2.7",
                r#"{"limit":"user","operation":"create_record"}"#
            ],
        ]
    );
    app.clock.advance_seconds(61);
    read(&visitor).await;
    write_noticed(&app.environment).await;
    assert_eq!(app.sql(HITS).await.len(), 3, "the next minute has its own");
    let administrator = app.administrator().await.at("192.0.2.9");
    let audit = administrator.get("/api/v1/audit?kind=access.rate_limited").await;
    assert_eq!(audit.column("kind").len(), 3);
}

async fn key_of(app: &TestApp, user: &Client) -> Client {
    let body = json!({"name": "key", "scopes": ["*:read"]});
    let made = user.post("/api/v1/api-keys", body).await.json();
    let key = made["key"].as_str().expect("it is shown once").to_owned();
    app.anonymous().with_token(&key)
}

/// Requests that are done until one is refused, with the policies of the last that was done.
async fn ask_until_refused(client: &Client) -> (usize, String) {
    let mut policy = String::new();
    for done in 0..10 {
        let response = read(client).await;
        if response.status == 429 {
            assert_eq!(response.problem(), limited());
            return (done, policy);
        }
        response.header("ratelimit-policy").clone_into(&mut policy);
    }
    panic!("nothing was refused: {policy}");
}
