//! Whatever happens, in whatever order: what a client keeps by its events is what it would list.

use std::collections::BTreeMap;

use mainstay_core::RandomSource;
use mainstay_testkit::{Client, TestRandom};
use serde_json::{Value as Json, json};

use super::message;
use crate::live::{Live, Socket, text, told};
use crate::rooms::{app, room};

const PEOPLE: usize = 20;
const WRITERS: usize = 4;
const STEPS: usize = 60;
/// Odd ones of the people follow only messages with many stars.
const FILTER: &str = "stars >= 3";

/// What one client has of the messages.
struct Kept {
    client: Client,
    socket: Socket,
    filtered: bool,
    records: BTreeMap<String, Json>,
}

impl Kept {
    async fn list(&self) -> BTreeMap<String, Json> {
        let mut parameters = vec![("limit", "500")];
        if self.filtered {
            parameters.push(("filter", FILTER));
        }
        let list = self.client.list("messages", &parameters).await.json();
        let items = list["items"].as_array().expect("a list has items").clone();
        items.into_iter().map(|item| (text(&item["id"]), item)).collect()
    }

    /// Takes messages in until the answer to a question that was asked now.
    async fn catch_up(&mut self) {
        self.socket
            .send(json!({"type": "presence", "id": "nobody knows", "state": null}))
            .await;
        loop {
            let message = self.socket.next().await;
            match message["type"].as_str().unwrap_or_default() {
                "problem" => break,
                "reload" => self.records = self.list().await,
                "event" => self.take(&message),
                other => panic!("{other}"),
            }
        }
    }

    fn take(&mut self, event: &Json) {
        let id = text(&event["record_id"]);
        let known = self
            .records
            .get(&id)
            .and_then(|record| record["version"].as_i64());
        if known.is_some_and(|known| known > event["version"].as_i64().unwrap_or(0)) {
            return;
        }
        match event.get("record") {
            Some(record) => self.records.insert(id, record.clone()),
            None => self.records.remove(&id),
        };
    }
}

#[tokio::test]
async fn what_clients_keep_is_what_they_would_list() {
    let live = Live::start(app()).await;
    let owner = live.app.user("owner@example.org").await;
    let mut rooms = Vec::new();
    for number in 0..3 {
        rooms.push(room(&owner, &format!("Room {number}")).await);
    }
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let client = live.app.user(&format!("p{number}@example.org")).await;
        let mut socket = live.connect(&client).await;
        let filtered = number % 2 == 1;
        let mut wish = json!({"to": "records", "collection": "messages"});
        if filtered {
            wish["filter"] = json!(FILTER);
        }
        socket.subscribe("m", wish).await;
        people.push(Kept {
            client,
            socket,
            filtered,
            records: BTreeMap::new(),
        });
    }
    let ids: Vec<String> = people.iter().map(|person| person.client.id()).collect();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (owner, rooms, ids) = (owner.clone(), rooms.clone(), ids.clone());
            tokio::spawn(async move { write(&owner, &rooms, &ids, writer).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    told(&live).await;
    for person in &mut people {
        // A call to list again may be held back for half a second.
        for _ in 0..2 {
            person.catch_up().await;
            if person.records == person.list().await {
                break;
            }
            let message = person.socket.next().await;
            assert_eq!(message["type"], "reload", "nothing else comes late");
            person.records = person.list().await;
        }
        assert_eq!(person.records, person.list().await);
    }
    live.stop().await;
}

async fn write(owner: &Client, rooms: &[String], people: &[String], writer: usize) {
    let random = TestRandom::default();
    let chance = |max: usize| {
        let mut bytes = [0; 8];
        random.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) >> 33).unwrap_or(0) % max
    };
    for _ in 0..writer * 1_000 {
        chance(2);
    }
    let (mut messages, mut memberships): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for step in 0..STEPS {
        let room = &rooms[chance(rooms.len())];
        match chance(8) {
            0..3 => messages.push(message(owner, room, &format!("{writer} {step}")).await),
            3..5 if !messages.is_empty() => {
                let id = &messages[chance(messages.len())];
                let change = json!({"stars": chance(6), "price": "1.00"});
                owner
                    .patch(&format!("/api/v1/records/messages/{id}"), change)
                    .await;
            }
            5 if !messages.is_empty() => {
                let id = &messages[chance(messages.len())];
                owner.delete(&format!("/api/v1/records/messages/{id}")).await;
            }
            6 => {
                let body = json!({"room": room, "user": people[chance(people.len())]});
                let made = owner.post("/api/v1/records/memberships", body).await;
                if made.status == 201 {
                    memberships.push(text(&made.json()["id"]));
                }
            }
            7 if !memberships.is_empty() => {
                let id = memberships.swap_remove(chance(memberships.len()));
                owner.delete(&format!("/api/v1/records/memberships/{id}")).await;
            }
            _ => {}
        }
    }
}
