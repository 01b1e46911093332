//! Users of a plan, and their keys.

use mainstay_testkit::Client;
use serde_json::json;

use super::{PLANS, app, ask_until_refused, key_of, limited, read};

pub(super) async fn put_on_plan(administrator: &Client, user: &Client, plan: &str) {
    let path = format!("/api/v1/records/users/{}", user.id());
    let changed = administrator.patch(&path, json!({ "plan": plan })).await;
    assert_eq!(changed.status, 200);
}

#[tokio::test]
async fn users_of_a_plan_and_their_keys_have_limits_of_their_own() {
    let app = app(PLANS);
    let (ada, bob) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
    );
    let administrator = app.administrator().await;
    put_on_plan(&administrator, &ada, "pro").await;
    put_on_plan(&administrator, &bob, "free").await;
    let (of_ada, of_bob) = (key_of(&app, &ada).await, key_of(&app, &bob).await);
    // A key counts for its owner, too: of the five of the user four go with the key.
    let policy = "\"read-address\";q=12000;w=60, \"read-key-pro\";q=4;w=3600, \"read-user-pro\";q=5;w=3600";
    assert_eq!(ask_until_refused(&of_ada).await, (4, policy.to_owned()));
    let policy = "\"read-address\";q=12000;w=60, \"read-user-pro\";q=5;w=3600";
    assert_eq!(ask_until_refused(&ada).await, (1, policy.to_owned()));
    // The plan `free` is none of those with rates of their own.
    let policy = "\"read-address\";q=12000;w=60, \"read-key\";q=1;w=3600, \"read-user\";q=3;w=3600";
    assert_eq!(ask_until_refused(&of_bob).await, (1, policy.to_owned()));
    let policy = "\"read-address\";q=12000;w=60, \"read-user\";q=3;w=3600";
    assert_eq!(ask_until_refused(&bob).await, (2, policy.to_owned()));
    let refused = read(&ada).await;
    assert!(
        refused.json()["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("`read-user-pro`"))
    );
}

#[tokio::test]
async fn a_change_of_plan_holds_at_once_for_sessions_and_keys() {
    let app = app(PLANS);
    let ada = app.user("ada@example.org").await;
    let key = key_of(&app, &ada).await;
    assert_eq!(ask_until_refused(&key).await.0, 1);
    assert_eq!(ask_until_refused(&ada).await.0, 2);
    let administrator = app.administrator().await;
    put_on_plan(&administrator, &ada, "pro").await;
    let response = read(&ada).await;
    assert_eq!(
        response.status, 200,
        "the session goes on, with the rates of the plan"
    );
    assert!(response.header("ratelimit-policy").contains("\"read-user-pro\""));
    assert_eq!(read(&key).await.status, 200);
    // Nobody gives themselves a plan.
    let path = format!("/api/v1/records/users/{}", ada.id());
    assert_eq!(ada.patch(&path, json!({"plan": "free"})).await.status, 403);
    put_on_plan(&administrator, &ada, "free").await;
    assert_eq!(read(&ada).await.problem(), limited());
    assert_eq!(read(&key).await.problem(), limited());
}
