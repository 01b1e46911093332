//! Objects of others, by their ids and by everything that leads to them (API1:2023; ASVS 8.2.2). Each operation as each
//! role is in `authorisation.rs`; here the attacker holds something true, such as a cursor, an id or a key of a repeated
//! request, and it is somebody else's.

use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use super::{ADA, EVE, ROOMS_PATH};
use crate::rooms::{app, room};

async fn cast() -> (TestApp, Client, Client) {
    let app = app();
    let (ada, eve) = (app.user(ADA).await, app.user(EVE).await);
    (app, ada, eve)
}

fn id(json: &Json) -> &str {
    json["id"].as_str().expect("it has an id")
}

#[tokio::test]
async fn sessions_and_keys_of_others_are_out_of_reach() {
    let (_app, ada, eve) = cast().await;
    let sessions = ada.get("/api/v1/auth/sessions").await.json();
    let session = id(&sessions["items"][0]).to_owned();
    let ended = eve.delete(&format!("/api/v1/auth/sessions/{session}")).await;
    assert_eq!(ended.problem().0, 404);
    let ended = eve.delete(&format!("/api/v1/users/{}/sessions", ada.id())).await;
    assert_eq!(ended.problem().0, 403);
    assert_eq!(ada.get(super::ME).await.status, 200);
    let key = ada
        .post("/api/v1/api-keys", json!({"name": "a", "scopes": ["*:*"]}))
        .await
        .json();
    let listed = eve.get(&format!("/api/v1/api-keys?owner={}", ada.id())).await;
    assert!(listed.status.is_client_error(), "{}", listed.text());
    let made = eve
        .post(
            "/api/v1/api-keys",
            json!({"name": "a", "scopes": ["*:*"], "owner": ada.id()}),
        )
        .await;
    assert!(made.status.is_client_error(), "{}", made.text());
    assert_eq!(
        eve.delete(&format!("/api/v1/api-keys/{}", id(&key)))
            .await
            .problem()
            .0,
        404
    );
    let activity = eve.get(&format!("/api/v1/activity?user={}", ada.id())).await;
    assert!(
        activity.status.is_client_error() || activity.json()["items"] == json!([]),
        "{}",
        activity.text()
    );
    assert!(!eve.get("/api/v1/auth/activity").await.text().contains(&ada.id()));
}

#[tokio::test]
async fn records_of_others_are_not_reached_from_the_side() {
    let (app, ada, eve) = cast().await;
    let (hers, own) = (room(&ada, "Vault").await, room(&eve, "Attic").await);
    let message = ada
        .create("messages", json!({"room": hers, "text": "treasure"}))
        .await;
    let message = id(&message).to_owned();
    let operations = json!([
        {"op": "update", "collection": "messages", "id": message, "if_version": 1, "data": {"text": "mine"}},
        {"op": "delete", "collection": "messages", "id": message},
        {"op": "restore", "collection": "messages", "id": message},
        {"op": "delete", "collection": "rooms", "id": hers},
    ]);
    let batch = json!({"mode": "per_record", "operations": operations});
    let answered = eve.post("/api/v1/batch", batch).await.json();
    for result in answered["results"].as_array().expect("a batch has results") {
        assert_eq!(result["status"], 404, "{answered}");
    }
    for path in [
        "history",
        "history/1",
        "activity",
        "comments",
        "follow",
        "versions",
    ] {
        let answer = eve
            .get(&format!("/api/v1/records/messages/{message}/{path}"))
            .await;
        assert_eq!(answer.problem().0, 404, "{path}");
        // Through a record that she may see.
        let answer = eve
            .get(&format!("/api/v1/records/rooms/{own}/../{hers}/{path}"))
            .await;
        assert_eq!(answer.problem().0, 404, "{path}");
    }
    assert_eq!(app.sql("SELECT text FROM messages").await, [["treasure"]]);
    for path in [
        "/api/v1/trash",
        "/api/v1/changes",
        "/api/v1/notifications",
        ROOMS_PATH,
    ] {
        assert!(!eve.get(path).await.text().contains(&hers), "{path}");
    }
    ada.delete(&format!("/api/v1/records/messages/{message}")).await;
    assert_eq!(
        eve.delete(&format!("/api/v1/trash/messages/{message}"))
            .await
            .problem()
            .0,
        404
    );
    assert!(!eve.get("/api/v1/trash").await.text().contains(&message));
}

#[tokio::test]
async fn what_cannot_be_seen_is_not_told_by_a_refusal() {
    let (_app, ada, eve) = cast().await;
    let (hers, own) = (room(&ada, "Vault").await, room(&eve, "Attic").await);
    let message = ada
        .create("messages", json!({"room": hers, "text": "treasure"}))
        .await;
    // Moved into: the answer is that of what does not exist. Whether a record may be pointed at that its author cannot read
    // is a matter of rules (docs/definition.md).
    let nothing = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c";
    for (collection, base) in [
        ("messages", json!({"text": "x"})),
        ("memberships", json!({"user": eve.id()})),
    ] {
        let mut answers = Vec::new();
        for target in [hers.as_str(), nothing] {
            let mut body = base.clone();
            body["room"] = json!(target);
            let answer = eve.post(&format!("/api/v1/records/{collection}"), body).await;
            answers.push((answer.problem(), answer.json()["detail"].clone()));
        }
        assert_eq!(answers[0].0.0, 403, "{collection}");
        assert_eq!(answers[0], answers[1], "{collection} tells what there is");
    }
    let reply = json!({"room": own, "text": "x", "reply_to": id(&message)});
    assert!(
        eve.post("/api/v1/records/messages", reply)
            .await
            .status
            .is_client_error()
    );
}

#[tokio::test]
async fn what_was_handed_to_somebody_else_opens_nothing() {
    let (_app, ada, eve) = cast().await;
    for name in ["A", "B", "C"] {
        room(&ada, name).await;
    }
    let page = ada.list("rooms", &[("limit", "1")]).await.json();
    let cursor = page["next_cursor"].as_str().expect("there are more").to_owned();
    let stolen = eve.list("rooms", &[("limit", "1"), ("cursor", &cursor)]).await;
    assert!(
        stolen.status.is_client_error() || stolen.json()["items"] == json!([]),
        "{}",
        stolen.text()
    );
    // The answer to a repeated request is kept for whoever sent it.
    let body = json!({"name": "Kept"});
    let first = ada
        .with_header("idempotency-key", "k")
        .post(ROOMS_PATH, body.clone())
        .await;
    let again = eve
        .with_header("idempotency-key", "k")
        .post(ROOMS_PATH, body)
        .await;
    assert_eq!(again.header("idempotency-replayed"), "");
    assert_eq!(again.problem().0, 409, "the name is taken");
    assert!(!again.text().contains(id(&first.json())), "{}", again.text());
    let etag = first.header("etag").to_owned();
    let path = format!("{ROOMS_PATH}/{}", id(&first.json()));
    let probe = eve.with_header("if-none-match", &etag).get(&path).await;
    assert_eq!(probe.problem().0, 404, "not even that it is unchanged");
    let probe = eve
        .with_header("if-match", &etag)
        .patch(&path, json!({"name": "X"}))
        .await;
    assert_eq!(probe.problem().0, 404);
}
