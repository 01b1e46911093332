//! What the feed tells when others' records decide.

use std::sync::Arc;

use mainstay_testkit::Client;
use serde_json::json;

use super::{Feed, NOTES, items, message, note, notes, reload, text, told};
use crate::rooms::{app, room};

/// Makes somebody a member; gives the membership.
async fn join(owner: &Client, room: &str, who: &Client) -> String {
    let body = json!({"room": room, "user": who.id()});
    text(&owner.create("memberships", body).await["id"])
}

#[tokio::test]
async fn a_membership_given_or_taken_calls_its_user_to_list_again() {
    let app = app();
    let (owner, guest, other) = (
        app.user("o@example.org").await,
        app.user("g@example.org").await,
        app.user("x@example.org").await,
    );
    let room = room(&owner, "Kitchen").await;
    message(&owner, &room, "hello").await;
    let (mut feed, mut others) = (
        Feed::begin(&app.environment, &guest, "messages").await,
        Feed::begin(&app.environment, &other, "messages").await,
    );
    let membership = join(&owner, &room, &guest).await;
    let said = message(&owner, &room, "while they list").await;
    assert_eq!(told(&feed.ask().await), reload(&["messages"]));
    assert_eq!(guest.list("messages", &[]).await.column("id").len(), 2);
    let next = message(&owner, &room, "after that").await;
    assert_eq!(told(&feed.ask().await), items(&[format!("{next}@1")]));

    owner
        .delete(&format!("/api/v1/records/memberships/{membership}"))
        .await;
    owner.delete(&format!("/api/v1/records/messages/{said}")).await;
    assert_eq!(told(&feed.ask().await), reload(&["messages"]));
    assert_eq!(guest.list("messages", &[]).await.column("id").len(), 0);
    assert_eq!(told(&feed.ask().await), items(&[]));
    assert_eq!(told(&others.ask().await), items(&[]), "it does not concern them");
}

/// The rules of now would let a new member see what was deleted before they came.
#[tokio::test]
async fn a_record_that_was_gone_before_a_client_could_see_it_is_not_told() {
    let app = app();
    let (owner, guest) = (app.user("o@example.org").await, app.user("g@example.org").await);
    let room = room(&owner, "Kitchen").await;
    let gone = message(&owner, &room, "not for guests").await;
    let mut feed = Feed::begin(&app.environment, &guest, "messages").await;
    owner.delete(&format!("/api/v1/records/messages/{gone}")).await;
    // Far enough behind the deletion that one answer does not reach it.
    for number in 0..60 {
        message(&owner, &room, &format!("{number}")).await;
    }
    join(&owner, &room, &guest).await;
    let mut more = true;
    while more {
        let answer = feed.ask_for(1).await;
        assert!(!answer.to_string().contains(&gone), "{answer}");
        assert_eq!(told(&answer).0, Vec::<String>::new());
        more = answer["more"] == true;
    }
    // Somebody else's position does not help either.
    let answer = guest
        .get(&format!(
            "/api/v1/changes?collections=messages&since=0.1.{}",
            guest.id()
        ))
        .await
        .json();
    assert_eq!(told(&answer), reload(&["messages"]));
}

#[tokio::test]
async fn a_position_of_somebody_else_or_of_another_server_starts_anew() {
    let app = notes();
    let (owner, other) = (app.user("o@example.org").await, app.user("x@example.org").await);
    let mut feed = Feed::begin(&app.environment, &owner, "notes").await;
    note(&owner, json!({"shared": true})).await;
    let mut taken = Feed {
        environment: Arc::clone(&app.environment),
        client: other.clone(),
        collections: "notes",
        next: feed.next.clone(),
    };
    assert_eq!(told(&taken.ask().await), reload(&["notes"]));
    assert_eq!(told(&taken.ask().await), items(&[]));

    let (_, rest) = feed.next.split_once('.').expect("a position has parts");
    feed.next = format!("1000000.{rest}");
    assert_eq!(told(&feed.ask().await), reload(&["notes"]));
    let after = note(&owner, json!({})).await;
    assert_eq!(told(&feed.ask().await), items(&[format!("{after}@1")]));
}

#[tokio::test]
async fn another_definition_starts_anew() {
    let app = notes();
    let (owner, other) = (app.user("o@example.org").await, app.user("x@example.org").await);
    let id = note(&owner, json!({"text": "a"})).await;
    let mut feed = Feed::begin(&app.environment, &other, "notes").await;
    let open: Vec<(&str, String)> = NOTES
        .iter()
        .map(|(path, text)| {
            (
                *path,
                text.replace("record.created_by == auth.id ||", "auth.id != null ||"),
            )
        })
        .collect();
    let open: Vec<(&str, &str)> = open.iter().map(|(path, text)| (*path, text.as_str())).collect();
    app.redefine(&open).await;
    assert_eq!(told(&feed.ask().await), reload(&["notes"]));
    owner
        .patch(&format!("/api/v1/records/notes/{id}"), json!({"text": "b"}))
        .await;
    assert_eq!(told(&feed.ask().await), items(&[format!("{id}@2")]));
}
