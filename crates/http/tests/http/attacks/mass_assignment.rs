//! Properties that a form does not show, sent along with those that it does (API3:2023; ASVS 15.3.3): what an operation is
//! not for, it refuses.

use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use super::{ADA, CLUB, ROOMS_PATH};
use crate::rooms::{app, room};

/// What would make somebody more than they are.
fn power() -> Vec<(&'static str, Json)> {
    vec![
        ("administrator", json!(true)),
        ("Administrator", json!(true)),
        ("is_admin", json!(true)),
        ("role", json!("admin")),
        ("active", json!(true)),
        ("rank", json!("chair")),
        ("verified_at", json!("2026-01-01T00:00:00Z")),
        ("service_account", json!(true)),
        ("password_hash", json!("$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA")),
        ("created_by", json!("0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c")),
        ("created_at", json!("2020-01-01T00:00:00Z")),
        ("version", json!(7)),
        ("user", json!({"administrator": true})),
        ("fields", json!({"administrator": true})),
        ("__proto__", json!({"administrator": true})),
        ("constructor", json!({"prototype": {"administrator": true}})),
    ]
}

const RANKS: &str = "SELECT email, rank, CAST(administrator AS text) FROM users WHERE email <> 'admin@example.org' ORDER BY email";

#[tokio::test]
async fn nobody_makes_themselves_more_than_they_are() {
    let app = TestApp::start_mailing(CLUB);
    let ada = app.user(ADA).await;
    let before = app.sql(RANKS).await;
    let own = format!("/api/v1/records/users/{}", ada.id());
    for (name, value) in power() {
        let mut body =
            json!({"email": "new@example.org", "password": "correct horse battery", "name": "New"});
        body[name] = value.clone();
        let answer = app.anonymous().post("/api/v1/auth/sign-up", body).await;
        assert_eq!(answer.problem().0, 422, "sign-up with {name}: {}", answer.text());
        let mut body = json!({"name": "Ada"});
        body[name] = value.clone();
        let answer = ada.patch(&own, body.clone()).await;
        assert!(answer.status.is_client_error(), "{name}: {}", answer.text());
        let operation =
            json!([{"op": "update", "collection": "users", "id": ada.id(), "if_version": 1, "data": body}]);
        let batch = json!({"mode": "per_record", "operations": operation});
        let answer = ada.post("/api/v1/batch", batch).await.json();
        assert!(
            answer["results"][0]["status"].as_u64() >= Some(400),
            "{name}: {answer}"
        );
        let answer = ada
            .post(
                "/api/v1/records/users",
                json!({"email": "n@example.org", name: value}),
            )
            .await;
        assert!(answer.status.is_client_error(), "{name}: {}", answer.text());
    }
    // One that counts beside one that is looked at: whichever a reader takes, it is refused.
    for text in [
        r#"{"name": "x", "administrator": false, "administrator": true}"#,
        r#"{"name": "x", "administrator": true, "administrator": false}"#,
        r#"{"name": "x", "\u0061dministrator": true}"#,
    ] {
        let answer = ada.send("PATCH", &own, Some(text.as_bytes().to_vec())).await;
        assert!(answer.status.is_client_error(), "{text}: {}", answer.text());
    }
    for query in [
        "administrator=true",
        "fields=administrator&administrator=true",
        "name=x",
    ] {
        let answer = ada
            .patch(&format!("{own}?{query}"), json!({"name": "Query"}))
            .await;
        assert!(answer.status.is_client_error(), "{query}: {}", answer.text());
    }
    assert_eq!(app.sql(RANKS).await, before, "nothing of it was taken");
    assert_eq!(
        ada.patch(&own, json!({"name": "Ada"})).await.status,
        200,
        "the rest may be changed"
    );
}

async fn refused(client: &Client, method: &str, path: &str, body: &Json) {
    let answer = client
        .send(method, path, Some(body.to_string().into_bytes()))
        .await;
    assert_eq!(answer.problem().0, 422, "{method} {path} {body}");
}

#[tokio::test]
async fn what_the_server_writes_nobody_else_does() {
    let app = app();
    let ada = app.user(ADA).await;
    let kitchen = room(&ada, "Kitchen").await;
    let path = format!("{ROOMS_PATH}/{kitchen}");
    for (name, value) in [
        ("created_by", json!("0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c")),
        ("updated_by", json!("0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c")),
        ("created_at", json!("2020-01-01T00:00:00Z")),
        ("updated_at", json!("2020-01-01T00:00:00Z")),
        ("deleted_at", json!("2020-01-01T00:00:00Z")),
        ("deleted_by", json!("0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c")),
        ("version", json!(99)),
        ("members", json!([])),
        ("messages", json!([])),
        ("rowid", json!(1)),
        ("_seq", json!(1)),
        ("NAME", json!("Other")),
        ("name ", json!("Other")),
        ("name\u{0}", json!("Other")),
    ] {
        let mut body = json!({"name": format!("Room {}", name.len())});
        body[name] = value;
        refused(&ada, "POST", ROOMS_PATH, &body).await;
        refused(&ada, "PATCH", &path, &body).await;
    }
    refused(
        &ada,
        "PATCH",
        &path,
        &json!({"id": "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c"}),
    )
    .await;
    let rows = app.sql("SELECT name FROM rooms").await;
    assert_eq!(rows, [["Kitchen"]]);
    // A field is as it was declared, whatever comes in its place (ASVS 15.3.5).
    for value in [json!({"$ne": null}), json!(["Other"]), json!(7), json!(true)] {
        refused(&ada, "PATCH", &path, &json!({"name": value})).await;
        let sign_in = json!({"email": ADA, "password": value});
        let answer = app.anonymous().post(super::SIGN_IN, sign_in).await;
        assert_eq!(answer.problem().0, 422, "{value}");
        let sign_in = json!({"email": value, "password": app.password()});
        let answer = app.anonymous().post(super::SIGN_IN, sign_in).await;
        assert_eq!(answer.problem().0, 422, "{value}");
    }
}
