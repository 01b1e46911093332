//! What the feed tells of records.

use serde_json::json;

use super::{Feed, items, message, note, notes, text, told};
use crate::rooms::{app, room};

#[tokio::test]
async fn each_record_is_told_once_as_it_is_now() {
    let app = app();
    let (owner, stranger) = (app.user("o@example.org").await, app.user("s@example.org").await);
    let room = room(&owner, "Kitchen").await;
    let (mut feed, mut deaf) = (
        Feed::begin(&app.environment, &owner, "messages").await,
        Feed::begin(&app.environment, &stranger, "messages").await,
    );
    let first = message(&owner, &room, "first").await;
    let second = message(&owner, &room, "second").await;
    let path = format!("/api/v1/records/messages/{first}");
    owner.patch(&path, json!({"text": "changed"})).await;

    let answer = feed.ask().await;
    let seq = answer["items"][0]["seq"].as_i64().expect("it has a number");
    let shown = owner.get(&path).await.json();
    assert_eq!(
        answer["items"][0],
        json!({"seq": seq, "collection": "messages", "record_id": first, "version": 2, "record": shown})
    );
    assert_eq!(
        told(&answer),
        items(&[format!("{first}@2"), format!("{second}@1")])
    );
    assert_eq!(answer["more"], false);
    assert_eq!(told(&feed.ask().await), items(&[]), "nothing twice");
    assert_eq!(told(&deaf.ask().await), items(&[]));
}

#[tokio::test]
async fn deletions_are_told_and_taken_back() {
    let app = app();
    let owner = app.user("o@example.org").await;
    let room = room(&owner, "Kitchen").await;
    let id = message(&owner, &room, "hello").await;
    let path = format!("/api/v1/records/messages/{id}");
    let mut feed = Feed::begin(&app.environment, &owner, "messages").await;
    owner.delete(&path).await;
    let answer = feed.ask().await;
    let seq = answer["items"][0]["seq"].as_i64().expect("it has a number");
    assert_eq!(
        answer["items"],
        json!([{"seq": seq, "collection": "messages", "record_id": id, "deleted": true}])
    );
    owner.send("POST", &format!("{path}/restore"), None).await;
    assert_eq!(told(&feed.ask().await), items(&[format!("{id}@3")]));

    // What came and went in between may have been in a list that the client read behind its position.
    let brief = message(&owner, &room, "brief").await;
    owner.delete(&format!("/api/v1/records/messages/{brief}")).await;
    assert_eq!(told(&feed.ask().await), items(&[format!("-{brief}")]));
}

#[tokio::test]
async fn what_is_deleted_for_good_is_told_to_those_who_saw_it() {
    let app = notes();
    let (owner, other) = (app.user("o@example.org").await, app.user("x@example.org").await);
    let shared = note(&owner, json!({"shared": true})).await;
    let private = note(&owner, json!({})).await;
    let (mut feed, mut others) = (
        Feed::begin(&app.environment, &owner, "notes").await,
        Feed::begin(&app.environment, &other, "notes").await,
    );
    for id in [&shared, &private] {
        let gone = owner.delete(&format!("/api/v1/records/notes/{id}")).await;
        assert_eq!(gone.status, 204);
    }
    assert_eq!(
        told(&feed.ask().await),
        items(&[format!("-{shared}"), format!("-{private}")])
    );
    assert_eq!(told(&others.ask().await), items(&[format!("-{shared}")]));
}

#[tokio::test]
async fn a_record_that_leaves_the_rule_is_gone_and_one_that_enters_it_is_there() {
    let app = notes();
    let (owner, other) = (app.user("o@example.org").await, app.user("x@example.org").await);
    let id = note(&owner, json!({"text": "a", "shared": true})).await;
    let path = format!("/api/v1/records/notes/{id}");
    let mut feed = Feed::begin(&app.environment, &other, "notes").await;
    owner.patch(&path, json!({"shared": false, "text": "b"})).await;
    assert_eq!(told(&feed.ask().await), items(&[format!("-{id}")]));
    owner.patch(&path, json!({"text": "c"})).await;
    assert_eq!(told(&feed.ask().await), items(&[]));
    owner.patch(&path, json!({"shared": true})).await;
    let answer = feed.ask().await;
    assert_eq!(told(&answer), items(&[format!("{id}@4")]));
    assert_eq!(answer["items"][0]["record"]["text"], "c");
}

#[tokio::test]
async fn administrators_hear_of_everything_and_anonymous_clients_of_what_is_public() {
    let app = notes();
    let owner = app.user("o@example.org").await;
    let administrator = app.administrator().await;
    let (mut all, mut public) = (
        Feed::begin(&app.environment, &administrator, "notes,drafts").await,
        Feed::begin(&app.environment, &app.anonymous(), "notes").await,
    );
    let private = note(&owner, json!({"secret": "s"})).await;
    let open = note(&owner, json!({"public": true, "secret": "s"})).await;
    let draft = administrator.create("drafts", json!({"text": "d"})).await;
    let draft = text(&draft["id"]);
    let answer = all.ask().await;
    assert_eq!(
        told(&answer),
        items(&[format!("{private}@1"), format!("{open}@1"), format!("{draft}@1")])
    );
    let record = &answer["items"][0]["record"];
    assert_eq!(record.get("secret"), None, "hidden from administrators, too");
    let list = administrator.list("notes", &[("sort", "created_at,id")]).await;
    assert_eq!(record, &list.json()["items"][0]);
    assert_eq!(told(&public.ask().await), items(&[format!("{open}@1")]));
}
