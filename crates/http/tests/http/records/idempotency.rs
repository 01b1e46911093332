//! `Idempotency-Key` on writes.

use serde_json::json;

use crate::rooms::{app, room};

#[tokio::test]
async fn the_same_request_twice_is_done_once() {
    let app = app();
    let (ada, bob) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
    );
    let keyed = ada.with_header("idempotency-key", "order-17");
    let first = keyed
        .post("/api/v1/records/rooms", json!({"name": "Kitchen"}))
        .await;
    let again = keyed
        .post("/api/v1/records/rooms", json!({"name": "Kitchen"}))
        .await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!(first.json(), again.json());
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(
        (
            first.header("idempotency-replayed"),
            again.header("idempotency-replayed")
        ),
        ("", "true")
    );
    assert_eq!(app.sql("SELECT count(*) FROM rooms").await, [["1"]]);
    let other = keyed
        .post("/api/v1/records/rooms", json!({"name": "Attic"}))
        .await;
    assert_eq!(other.problem(), (422, "idempotency_key_reused".to_owned()));
    // Another caller's key is another key.
    let theirs = bob.with_header("idempotency-key", "order-17");
    assert_eq!(
        theirs
            .post("/api/v1/records/rooms", json!({"name": "Attic"}))
            .await
            .status,
        201
    );
    let path = format!("/api/v1/records/rooms/{}", room(&ada, "Cellar").await);
    let delete = ada.with_header("idempotency-key", "delete-17");
    assert_eq!(delete.delete(&path).await.status, 204);
    assert_eq!(delete.delete(&path).await.status, 204);
    assert_eq!(
        ada.with_header("idempotency-key", &"x".repeat(256))
            .delete(&path)
            .await
            .problem()
            .0,
        400
    );
}

#[tokio::test]
async fn a_refused_request_may_be_tried_again() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let keyed = ada.with_header("idempotency-key", "k");
    assert_eq!(
        keyed
            .post("/api/v1/records/rooms", json!({"name": ""}))
            .await
            .status,
        422
    );
    assert_eq!(
        keyed
            .post("/api/v1/records/rooms", json!({"name": "Kitchen"}))
            .await
            .status,
        201
    );
}
