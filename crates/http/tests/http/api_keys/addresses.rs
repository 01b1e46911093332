//! Where a key may be used, and that its owner hears of places that are new.

use mainstay_engine::audit::write_noticed;
use mainstay_engine::auth::write_key_uses;
use serde_json::json;

use super::{make, make_with, text};
use crate::rooms::app;

const ROOMS: &str = "/api/v1/records/rooms";

#[tokio::test]
async fn a_key_is_refused_outside_its_networks() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let body = json!({"name": "a", "scopes": ["*:*"], "networks": ["192.0.2.0/24", "2001:db8::/32"]});
    let (made, key) = make_with(&ada, body).await;
    assert_eq!(made["networks"], json!(["192.0.2.0/24", "2001:db8::/32"]));
    assert_eq!(key.at("192.0.2.7").get(ROOMS).await.status, 200);
    assert_eq!(key.at("2001:db8:1::7").get(ROOMS).await.status, 200);
    let refused = (403, "address_refused".to_owned());
    let elsewhere = key.at("198.51.100.1");
    assert_eq!(elsewhere.get(ROOMS).await.problem(), refused);
    let forging = elsewhere.with_header("x-forwarded-for", "192.0.2.7");
    assert_eq!(forging.get(ROOMS).await.problem(), refused);
    write_noticed(&app.environment).await;
    let told = app
        .sql("SELECT address, record_id = actor_id, payload FROM _journal WHERE kind = 'auth.key_address_refused'")
        .await;
    let id = text(&made, "id");
    let payload = format!(r#"{{"key":"{id}","operation":"list_records"}}"#);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0][0].as_str(), told[0][2].as_str()),
        ("198.51.100.1", payload.as_str())
    );
    let activity = ada
        .get("/api/v1/auth/activity?kind=auth.key_address_refused")
        .await;
    assert_eq!(activity.column("address"), ["198.51.100.1"], "the owner sees it");
}

#[tokio::test]
async fn a_new_address_is_told_once() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let (_, key) = make(&ada, &["*:*"]).await;
    let told = "SELECT address FROM _journal WHERE kind = 'auth.key_new_address' ORDER BY seq";
    for address in ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2"] {
        assert_eq!(key.at(address).get(ROOMS).await.status, 200);
    }
    write_noticed(&app.environment).await;
    assert_eq!(app.sql(told).await, [["192.0.2.2"]], "the first is nothing new");
    write_key_uses(&app.environment).await.expect("it can be written");
    // Looked up again, by this process or another one.
    app.clock.advance_seconds(120);
    for address in ["192.0.2.2", "192.0.2.3"] {
        key.at(address).get(ROOMS).await;
    }
    write_noticed(&app.environment).await;
    assert_eq!(app.sql(told).await, [["192.0.2.2"], ["192.0.2.3"]]);
}
