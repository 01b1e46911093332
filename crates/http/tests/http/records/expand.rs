//! `expand` on one record and on lists.

use serde_json::json;

use crate::rooms::{app, room};

#[tokio::test]
async fn expand_one_many_and_back() {
    let app = app();
    let ada = app.user_with("ada@example.org", json!({"name": "Ada"})).await;
    let (kitchen, attic) = (room(&ada, "Kitchen").await, room(&ada, "Attic").await);
    ada.patch(
        &format!("/api/v1/records/rooms/{kitchen}"),
        json!({"friends": [attic]}),
    )
    .await;
    let first = ada
        .create("messages", json!({"room": kitchen, "text": "one"}))
        .await;
    ada.create(
        "messages",
        json!({"room": kitchen, "text": "two", "reply_to": first["id"]}),
    )
    .await;
    let page = ada
        .list(
            "messages",
            &[
                ("expand", "room.friends,created_by,reply_to,replies"),
                ("fields", "text"),
                ("sort", "text"),
            ],
        )
        .await;
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.json();
    let (one, two) = (&page["items"][0], &page["items"][1]);
    assert_eq!(
        one.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["expand", "id", "text"]
    );
    assert_eq!(one["expand"]["room"]["name"], "Kitchen");
    assert_eq!(one["expand"]["room"]["expand"]["friends"][0]["name"], "Attic");
    assert_eq!(one["expand"]["room"].get("secret"), None);
    assert_eq!(one["expand"]["created_by"]["name"], "Ada");
    assert_eq!(one["expand"]["reply_to"], json!(null));
    assert_eq!(one["expand"]["replies"][0]["text"], "two");
    assert_eq!(two["expand"]["reply_to"]["text"], "one");
    assert_eq!(two["expand"]["replies"], json!([]));
    let path = format!(
        "/api/v1/records/messages/{}?expand=room&fields=id",
        first["id"].as_str().unwrap()
    );
    let read = ada.get(&path).await;
    assert_eq!(read.json()["expand"]["room"]["name"], "Kitchen");
    assert_eq!(read.header("etag"), "\"1\"");
}

/// What a caller may not read stays out, whichever way it is reached.
#[tokio::test]
async fn expand_keeps_to_the_rules() {
    let app = app();
    let (ada, bob) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
    );
    let (kitchen, attic) = (room(&ada, "Kitchen").await, room(&ada, "Attic").await);
    ada.create("memberships", json!({"room": kitchen, "user": bob.id()}))
        .await;
    ada.patch(
        &format!("/api/v1/records/rooms/{kitchen}"),
        json!({"friends": [attic]}),
    )
    .await;
    let seen = bob
        .list("rooms", &[("expand", "friends,members.user")])
        .await
        .json();
    assert_eq!(seen["items"][0]["expand"]["friends"], json!([]));
    assert_eq!(seen["items"][0]["friends"], json!([attic]));
    let members = seen["items"][0]["expand"]["members"].as_array().unwrap();
    assert_eq!(members.len(), 2);
    assert_eq!(members[0]["expand"]["user"]["email"], "ada@example.org");
    ada.delete(&format!("/api/v1/records/rooms/{attic}")).await;
    let after = ada.list("rooms", &[("expand", "friends")]).await.json();
    assert_eq!(after["items"][0]["expand"]["friends"], json!([]));
}
