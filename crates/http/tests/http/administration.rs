//! `server.admin_networks`: from where alone administrators are administrators.

use mainstay_engine::audit::write_noticed;
use mainstay_http::AppOptions;
use mainstay_testkit::{Client, TestApp, files};
use serde_json::json;

use crate::rooms::ROOMS;

const REFUSED: &str =
    "SELECT actor_kind, address, payload FROM _journal WHERE kind = 'access.administration_refused'
     ORDER BY seq";
const INSIDE: &str = "10.1.2.3";
const OUTSIDE: &str = "192.0.2.7";

fn app() -> TestApp {
    let options = AppOptions {
        admin_networks: vec!["10.0.0.0/8".parse().expect("a network")],
        trusted_proxies: vec!["127.0.0.1".parse().expect("a network")],
        ..AppOptions::default()
    };
    TestApp::start_with(files(ROOMS), options)
}

fn refused() -> (u16, String) {
    (403, "address_refused".to_owned())
}

#[tokio::test]
async fn administration_is_refused_from_elsewhere() {
    let app = app();
    let administrator = app.administrator().await;
    let (inside, outside) = (administrator.at(INSIDE), administrator.at(OUTSIDE));
    for path in [
        "/api/v1/audit",
        "/api/v1/webhooks",
        "/api/v1/health",
        "/api/v1/service-accounts",
    ] {
        assert_eq!(inside.get(path).await.status, 200, "{path}");
        assert_eq!(outside.get(path).await.problem(), refused(), "{path}");
    }
    write_noticed(&app.environment).await;
    let told = app.sql(REFUSED).await;
    assert_eq!(told.len(), 4);
    assert_eq!(
        told[0],
        [
            "user",
            OUTSIDE,
            r#"{"code":"address_refused","operation":"list_audit_entries"}"#
        ]
    );
    let mut path = String::from("/api/v1/audit?kind=access.administration_refused&actor=");
    path.push_str(&administrator.id());
    assert_eq!(inside.get(&path).await.column("address"), [OUTSIDE; 4]);
}

#[tokio::test]
async fn a_forged_header_does_not_help() {
    let app = app();
    let administrator = app.administrator().await;
    let forging = administrator.at(OUTSIDE).with_header("x-forwarded-for", INSIDE);
    assert_eq!(forging.get("/api/v1/audit").await.problem(), refused());
    // Through the proxy that is declared it is believed, as far as the proxy itself said it.
    let proxied = |value: &str| administrator.with_header("x-forwarded-for", value);
    assert_eq!(proxied(INSIDE).get("/api/v1/audit").await.status, 200);
    let both = format!("{INSIDE}, {OUTSIDE}");
    assert_eq!(proxied(&both).get("/api/v1/audit").await.problem(), refused());
}

#[tokio::test]
async fn elsewhere_an_administrator_is_a_user_as_any_other() {
    let app = app();
    let administrator = app.administrator().await;
    let owner = app.user("o@example.org").await;
    let room = owner.create("rooms", json!({"name": "Kitchen"})).await;
    let path = format!("/api/v1/records/rooms/{}", room["id"].as_str().expect("an id"));
    let sees = async |client: Client| client.get(&path).await.status.as_u16();
    assert_eq!(sees(administrator.at(INSIDE)).await, 200);
    assert_eq!(sees(administrator.at(OUTSIDE)).await, 404);
    let own = administrator.at(OUTSIDE).get("/api/v1/auth/me").await;
    assert_eq!(own.status, 200, "who they are stays true");
    // Nor do they make a key there that is more, and one that they have is no more.
    let body = json!({"name": "all", "scopes": ["admin"]});
    let (here, there) = (administrator.at(INSIDE), administrator.at(OUTSIDE));
    let refused = there.post("/api/v1/api-keys", body.clone()).await;
    assert_eq!(refused.problem(), (422, "validation_failed".to_owned()));
    let made = here.post("/api/v1/api-keys", body).await.json();
    let key = administrator.with_token(made["key"].as_str().expect("it is shown once"));
    assert_eq!(sees(key.at(INSIDE)).await, 200);
    assert_eq!(sees(key.at(OUTSIDE)).await, 404);
    assert_eq!(
        key.at(OUTSIDE).get("/api/v1/audit").await.problem(),
        (403, "address_refused".to_owned())
    );
}

#[tokio::test]
async fn the_first_administrator_is_made_inside() {
    let app = app();
    let code = app.environment.setup.reveal();
    let body = json!({"code": code, "email": "a@example.org", "password": "correct horse battery"});
    let visitor = app.anonymous();
    let outside = visitor.at(OUTSIDE).post("/api/v1/setup", body.clone()).await;
    assert_eq!(outside.problem(), refused());
    assert_eq!(visitor.at(INSIDE).post("/api/v1/setup", body).await.status, 201);
}
