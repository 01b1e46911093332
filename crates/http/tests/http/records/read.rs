//! `GET /api/v1/records/{collection}/{id}`

use serde_json::json;

use crate::rooms::{app, room};

#[tokio::test]
async fn read_record() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room = room(&ada, "Kitchen").await;
    let response = ada.get(&format!("/api/v1/records/rooms/{room}")).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.json()["name"], "Kitchen");
    assert_eq!(response.header("etag"), "\"1\"");
    let again = ada
        .with_header("if-none-match", "\"1\"")
        .get(&format!("/api/v1/records/rooms/{room}"))
        .await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
}

#[tokio::test]
async fn read_record_outside_the_rule() {
    let app = app();
    let (ada, eve) = (
        app.user("ada@example.org").await,
        app.user("eve@example.org").await,
    );
    let room = room(&ada, "Kitchen").await;
    let path = format!("/api/v1/records/rooms/{room}");
    for stranger in [&eve, &app.anonymous()] {
        let hidden = stranger.get(&path).await;
        let missing = stranger
            .get("/api/v1/records/rooms/0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c")
            .await;
        assert_eq!(hidden.problem(), (404, "not_found".to_owned()));
        assert_eq!(hidden.json()["detail"], missing.json()["detail"]);
    }
    assert_eq!(app.administrator().await.get(&path).await.status, 200);
}

#[tokio::test]
async fn read_record_that_cannot_be() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    assert_eq!(
        ada.get("/api/v1/records/rooms/17").await.problem(),
        (404, "not_found".to_owned())
    );
    assert_eq!(
        ada.get("/api/v1/records/ghosts/17").await.problem(),
        (404, "not_found".to_owned())
    );
    let id = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c";
    let response = ada.get(&format!("/api/v1/records/rooms/{id}?colour=red")).await;
    assert_eq!(response.problem(), (400, "unknown_parameter".to_owned()));
}

#[tokio::test]
async fn read_record_with_some_fields() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room = room(&ada, "Kitchen").await;
    let response = ada
        .get(&format!("/api/v1/records/rooms/{room}?fields=name,version"))
        .await;
    assert_eq!(
        response.json(),
        json!({"id": room, "version": 1, "name": "Kitchen"})
    );
    let hidden = ada
        .get(&format!("/api/v1/records/rooms/{room}?fields=secret"))
        .await;
    assert_eq!(hidden.problem(), (400, "invalid_parameter".to_owned()));
}
