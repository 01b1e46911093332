//! Comments, follows and notifications.

mod create;
mod edit;
mod follow;
mod list;
mod notifications;
mod reactions;
mod resolve;

use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use crate::rooms::{app, room};

/// A room with two people in it, and somebody who is not.
struct Cast {
    app: TestApp,
    owner: Client,
    member: Client,
    stranger: Client,
    room: String,
}

impl Cast {
    async fn assemble() -> Self {
        let app = app();
        let owner = app.user_with("o@example.org", json!({"name": "Olga"})).await;
        let member = app.user_with("m@example.org", json!({"name": "Max"})).await;
        let stranger = app.user_with("s@example.org", json!({"name": "Sven"})).await;
        let room = room(&owner, "Kitchen").await;
        owner
            .create("memberships", json!({"room": room, "user": member.id()}))
            .await;
        Self {
            app,
            owner,
            member,
            stranger,
            room,
        }
    }

    /// The path of the room's comments.
    fn comments(&self) -> String {
        format!("/api/v1/records/rooms/{}/comments", self.room)
    }

    fn follow(&self) -> String {
        format!("/api/v1/records/rooms/{}/follow", self.room)
    }

    /// Comments on the room and gives the comment.
    async fn say(&self, who: &Client, body: &str) -> Json {
        self.post(who, json!({"body": body})).await
    }

    async fn reply(&self, who: &Client, to: &Json, body: &str) -> Json {
        self.post(who, json!({"body": body, "parent": to["id"]})).await
    }

    async fn post(&self, who: &Client, body: Json) -> Json {
        let response = who.post(&self.comments(), body).await;
        assert_eq!(response.status, 201, "{}", response.text());
        response.json()
    }

    async fn threads(&self, parameters: &str) -> Json {
        let response = self.owner.get(&format!("{}{parameters}", self.comments())).await;
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()
    }

    /// Kind, actor and payload of every entry about comments.
    async fn entries(&self) -> Vec<(String, Json)> {
        let rows = self
            .app
            .sql("SELECT kind, payload FROM _journal WHERE kind LIKE 'comment.%' ORDER BY seq")
            .await;
        let payload = |text: &str| serde_json::from_str(text).expect("a payload is JSON");
        rows.into_iter()
            .map(|row| (row[0].clone(), payload(&row[1])))
            .collect()
    }
}

fn path(comment: &Json) -> String {
    format!(
        "/api/v1/comments/{}",
        comment["id"].as_str().expect("a comment has an id")
    )
}

/// The bodies of the threads, each with its replies in brackets.
fn bodies(page: &Json) -> Vec<String> {
    let said = |comment: &Json| comment["body"].as_str().unwrap_or("(deleted)").to_owned();
    let threads = page["items"].as_array().expect("a page has items").iter();
    threads
        .map(|thread| {
            let replies = thread["replies"].as_array().expect("a thread has replies");
            let replies: Vec<String> = replies.iter().map(said).collect();
            format!("{} [{}]", said(thread), replies.join(", "))
        })
        .collect()
}
