//! Whatever happens, in whatever order: a list and what the feed tells after it are what the server has.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mainstay_core::RandomSource;
use mainstay_testkit::{Client, TestRandom};
use serde_json::{Value as Json, json};

use super::{Feed, text};
use crate::rooms::{app, room};

const PEOPLE: usize = 6;
const WRITERS: usize = 4;
const STEPS: usize = 40;
const COLLECTIONS: [&str; 3] = ["rooms", "memberships", "messages"];

/// What one client keeps, by collection and id.
struct Kept {
    client: Client,
    records: BTreeMap<(String, String), Json>,
    /// To be listed again once there is no more.
    reload: Vec<String>,
}

impl Kept {
    async fn list(&self, collection: &str) -> BTreeMap<(String, String), Json> {
        let list = self.client.list(collection, &[("limit", "500")]).await.json();
        let items = list["items"].as_array().expect("a list has items").clone();
        let record = |item: Json| ((collection.to_owned(), text(&item["id"])), item);
        items.into_iter().map(record).collect()
    }

    async fn list_again(&mut self, collection: &str) {
        let listed = self.list(collection).await;
        self.records.retain(|(of, _), _| of != collection);
        self.records.extend(listed);
    }

    /// Asks until there is no more.
    async fn follow(&mut self, feed: &mut Feed, limit: u32) {
        loop {
            let answer = feed.ask_for(limit).await;
            for item in answer["items"].as_array().expect("an answer has items") {
                let key = (text(&item["collection"]), text(&item["record_id"]));
                match item.get("record") {
                    Some(record) => self.records.insert(key, record.clone()),
                    None => self.records.remove(&key),
                };
            }
            let reload = answer["reload"].as_array().expect("an answer has reload");
            self.reload.extend(reload.iter().map(text));
            if answer["more"] == false {
                break;
            }
        }
        for collection in std::mem::take(&mut self.reload) {
            self.list_again(&collection).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_and_the_changes_after_it_are_what_the_server_has() {
    let app = app();
    let owner = app.user("owner@example.org").await;
    let mut rooms = Vec::new();
    for number in 0..3 {
        rooms.push(room(&owner, &format!("Room {number}")).await);
    }
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(app.user(&format!("p{number}@example.org")).await);
    }
    let ids: Vec<String> = people.iter().map(Client::id).collect();
    let done = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (owner, rooms, ids) = (owner.clone(), rooms.clone(), ids.clone());
            tokio::spawn(async move { write(&owner, &rooms, &ids, writer).await })
        })
        .collect();
    people.push(owner.clone());
    people.push(app.administrator().await);
    // They begin in the middle of it, and ask in steps of their own.
    let followers: Vec<_> = (1..)
        .zip(people)
        .map(|(number, client)| {
            let limit = number * 7;
            let (environment, done) = (Arc::clone(&app.environment), Arc::clone(&done));
            tokio::spawn(async move {
                let mut feed = Feed::begin_amid(&environment, &client, "rooms,memberships,messages").await;
                let mut kept = Kept {
                    client,
                    records: BTreeMap::new(),
                    reload: Vec::new(),
                };
                for collection in COLLECTIONS {
                    kept.list_again(collection).await;
                }
                loop {
                    // Read before asking: what was written until then is there.
                    let last = done.load(Ordering::SeqCst);
                    kept.follow(&mut feed, limit).await;
                    if last {
                        return kept;
                    }
                    // Short reads are done where they are asked, and others want to run, too.
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no writer panics");
    }
    done.store(true, Ordering::SeqCst);
    for follower in followers {
        let kept = follower.await.expect("no follower panics");
        let mut wanted = BTreeMap::new();
        for collection in COLLECTIONS {
            wanted.extend(kept.list(collection).await);
        }
        assert_eq!(kept.records, wanted);
    }
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
        match chance(9) {
            0..3 => {
                let body = json!({"room": room, "text": format!("{writer} {step}")});
                messages.push(text(&owner.create("messages", body).await["id"]));
            }
            3 if !messages.is_empty() => {
                let path = format!("/api/v1/records/messages/{}", messages[chance(messages.len())]);
                owner
                    .patch(&path, json!({"stars": chance(6), "price": "1.00"}))
                    .await;
            }
            4 if !messages.is_empty() => {
                let path = format!("/api/v1/records/messages/{}", messages[chance(messages.len())]);
                owner.delete(&path).await;
            }
            5 if !messages.is_empty() => {
                let id = &messages[chance(messages.len())];
                owner
                    .send("POST", &format!("/api/v1/records/messages/{id}/restore"), None)
                    .await;
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
            8 => {
                let name = json!({"name": format!("Room {writer} {step}")});
                owner.patch(&format!("/api/v1/records/rooms/{room}"), name).await;
            }
            _ => {}
        }
    }
}
