//! `GET /api/v1/changes`

mod asking;
mod feed;
mod late;
mod random;
mod sight;

use std::sync::Arc;

use mainstay_engine::Environment;
use mainstay_store::journal;
use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

/// How often a feed is asked again that is held up, as it is by transactions of other tests in the same cluster; each time
/// takes half a second.
const PATIENCE: usize = 100;

/// Notes that their owner sees, and others while they are shared; they are deleted for good.
const NOTES: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"notes\"\n"),
    (
        "collections/notes.toml",
        r#"
            [fields.text]
            type = "text"
            [fields.shared]
            type = "boolean"
            [fields.public]
            type = "boolean"
            [fields.secret]
            type = "text"
            hidden = true
            [rules]
            list = "record.created_by == auth.id || record.public == true || (auth.id != null && record.shared == true)"
            read = "auth.id != null"
            create = "auth.id != null"
            update = "record.created_by == auth.id"
            delete = "record.created_by == auth.id"
        "#,
    ),
    (
        "collections/drafts.toml",
        r#"
            [fields.text]
            type = "text"
            [rules]
            create = "auth.id != null"
        "#,
    ),
];

fn notes() -> TestApp {
    TestApp::start(NOTES)
}

/// Makes a note and gives its id.
async fn note(client: &Client, body: Json) -> String {
    text(&client.create("notes", body).await["id"])
}

async fn message(client: &Client, room: &str, said: &str) -> String {
    text(
        &client
            .create("messages", json!({"room": room, "text": said}))
            .await["id"],
    )
}

/// A client's place in the feed.
struct Feed {
    environment: Arc<Environment>,
    client: Client,
    collections: &'static str,
    next: String,
}

impl Feed {
    /// Takes the position of now, behind everything that is there.
    async fn begin(environment: &Arc<Environment>, client: &Client, collections: &'static str) -> Self {
        for _ in 0..PATIENCE {
            let feed = Self::begin_amid(environment, client, collections).await;
            if feed.is_at_the_end().await {
                return feed;
            }
        }
        panic!("there is no position behind everything");
    }

    /// Takes a position while others write: nothing will be missed, but it may lie before something that is there.
    async fn begin_amid(environment: &Arc<Environment>, client: &Client, collections: &'static str) -> Self {
        let answer = get(client, &format!("/api/v1/changes?collections={collections}")).await;
        let next = text(&answer["next"]);
        assert_eq!(
            answer,
            json!({"items": [], "next": next, "reload": [], "more": false})
        );
        Self {
            environment: Arc::clone(environment),
            client: client.clone(),
            collections,
            next,
        }
    }

    async fn ask(&mut self) -> Json {
        self.ask_for(500).await
    }

    /// Asks until an answer says something, or there is nothing.
    async fn ask_for(&mut self, limit: u32) -> Json {
        for _ in 0..PATIENCE {
            let answer = self.ask_once(limit).await;
            let is_empty = answer["items"] == json!([]) && answer["reload"] == json!([]);
            if !is_empty || answer["more"] == false && self.is_at_the_end().await {
                return answer;
            }
        }
        panic!("the feed does not go on from {}", self.next);
    }

    async fn ask_once(&mut self, limit: u32) -> Json {
        let (collections, next) = (self.collections, &self.next);
        let path = format!("/api/v1/changes?collections={collections}&since={next}&limit={limit}");
        let answer = get(&self.client, &path).await;
        self.next = text(&answer["next"]);
        answer
    }

    /// The number that the position is behind.
    fn seq(&self) -> i64 {
        let (seq, _) = self.next.split_once('.').expect("a position has parts");
        seq.parse().expect("it begins with a number")
    }

    async fn is_at_the_end(&self) -> bool {
        let newest = self.environment.db.read(journal::newest).await;
        newest.expect("the journal can be read") == self.seq()
    }
}

/// An answer of the feed, perhaps after some in which it could not say where it stands.
async fn get(client: &Client, path: &str) -> Json {
    for _ in 0..PATIENCE {
        let answer = client.get(path).await;
        if answer.status == 200 {
            return answer.json();
        }
        assert_eq!(answer.problem(), (503, "unavailable".to_owned()));
    }
    panic!("there is no answer to {path}");
}

fn text(json: &Json) -> String {
    json.as_str().expect("it is a text").to_owned()
}

/// An answer in short: ids with their versions, `-` before those that are gone, and what to list again.
fn told(answer: &Json) -> (Vec<String>, Vec<String>) {
    let items = answer["items"].as_array().expect("an answer has items");
    let items = items.iter().map(|item| {
        let id = text(&item["record_id"]);
        match item.get("deleted") {
            Some(_) => {
                assert_eq!(item.as_object().map(serde_json::Map::len), Some(4), "{item}");
                format!("-{id}")
            }
            None => format!("{id}@{}", item["version"]),
        }
    });
    let reload = answer["reload"].as_array().expect("an answer has reload");
    (items.collect(), reload.iter().map(text).collect())
}

/// What `told` says when these records are told of, and nothing is to be listed again.
fn items(items: &[String]) -> (Vec<String>, Vec<String>) {
    (items.to_vec(), Vec::new())
}

/// What `told` says when these collections are to be listed again, and that is all.
fn reload(collections: &[&str]) -> (Vec<String>, Vec<String>) {
    (Vec::new(), collections.iter().map(ToString::to_string).collect())
}
