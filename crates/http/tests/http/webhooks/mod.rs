//! Webhooks: endpoints, the messages that they get, and what becomes of these.

mod endpoints;
mod failures;
mod messages;
mod processes;
mod resend;
mod secrets;

use std::time::{Duration, Instant};

use mainstay_engine::readers::{ReaderTimes, RunningReaders};
use mainstay_engine::sending::{RunningSender, SenderTimes};
use mainstay_engine::webhooks;
use mainstay_testkit::{Client, Received, Receiver, TestApp};
use serde_json::{Value as Json, json};

const PATIENCE: Duration = Duration::from_secs(20);
/// The sender looks at the clock of the test, which nobody wakes it for.
const TIMES: SenderTimes = SenderTimes {
    lease: Duration::from_mins(10),
    look_after: Duration::from_millis(20),
};

const NOTES: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"notes\"\n"),
    (
        "collections/notes.toml",
        "soft_delete = true\n[fields.title]\ntype = \"text\"\nrequired = true\n[fields.size]\ntype = \"integer\"\n\
         [fields.private]\ntype = \"text\"\nhidden = true\n[fields.others]\ntype = \"relation\"\nto = \"notes\"\nmany = true\n",
    ),
    ("collections/others.toml", "[fields.name]\ntype = \"text\"\n"),
];

/// An application that sends, its administrator, and a server that is sent to.
struct Stage {
    app: TestApp,
    admin: Client,
    receiver: Receiver,
    readers: RunningReaders,
    /// None while it is dead.
    sender: Option<RunningSender>,
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start_reaching_private(NOTES);
        let readers = vec![webhooks::reader(&app.environment)];
        Self {
            admin: app.administrator().await,
            receiver: Receiver::start().await,
            readers: RunningReaders::start(&app.environment, readers, ReaderTimes::default()),
            sender: Some(webhooks::start_sender(&app.environment, TIMES)),
            app,
        }
    }

    /// Makes an endpoint at the receiver.
    async fn webhook(&self, more: Json) -> Json {
        let mut body = json!({"url": self.receiver.url(), "kinds": ["record.*"], "collections": ["notes"]});
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let made = self.admin.post("/api/v1/webhooks", body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()
    }

    async fn note(&self, title: &str) -> Json {
        self.admin
            .create("notes", json!({"title": title, "private": "nobody's business"}))
            .await
    }

    /// Lets time pass; the session ends meanwhile, and another one begins.
    async fn wait_seconds(&mut self, seconds: i64) {
        self.app.clock.advance_seconds(seconds);
        let body = json!({"email": "admin@example.org", "password": self.app.password()});
        let session = self
            .app
            .anonymous()
            .post("/api/v1/auth/sign-in", body)
            .await
            .json();
        self.admin = self.admin.with_token(text(&session, "access_token"));
    }

    async fn read(&self, webhook: &Json) -> Json {
        self.admin.get(&path(webhook, "")).await.json()
    }

    async fn deliveries(&self, webhook: &Json) -> Vec<Json> {
        let page = self.admin.get(&path(webhook, "/deliveries")).await;
        page.json()["items"].as_array().expect("a page has items").clone()
    }

    /// Waits until what is known of the messages of an endpoint is as wanted.
    async fn wait_for(&self, webhook: &Json, wanted: impl Fn(&[Json]) -> bool) -> Vec<Json> {
        let began = Instant::now();
        loop {
            let found = self.deliveries(webhook).await;
            if wanted(&found) {
                return found;
            }
            assert!(began.elapsed() < PATIENCE, "waited in vain: {found:#?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until an endpoint has been switched off.
    async fn wait_until_off(&self, webhook: &Json) -> Json {
        self.wait_until(webhook, |now| now["enabled"] == false).await
    }

    /// Waits until so many messages wait.
    async fn wait_until_pending(&self, webhook: &Json, count: i64) {
        self.wait_until(webhook, |now| now["pending"] == count).await;
    }

    async fn wait_until(&self, webhook: &Json, reached: impl Fn(&Json) -> bool) -> Json {
        let began = Instant::now();
        loop {
            let now = self.read(webhook).await;
            if reached(&now) {
                return now;
            }
            assert!(began.elapsed() < PATIENCE, "waited in vain: {now}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until every message is in this state.
    async fn wait_until_all(&self, webhook: &Json, state: &str, count: usize) -> Vec<Json> {
        let all = |found: &[Json]| found.len() == count && found.iter().all(|one| one["state"] == state);
        self.wait_for(webhook, all).await
    }

    /// Waits until so many attempts with the newest message have been noted.
    async fn wait_for_attempts(&self, webhook: &Json, attempts: u64) -> Json {
        let noted = |found: &[Json]| found.first().is_some_and(|one| one["attempts_made"] == attempts);
        self.wait_for(webhook, noted).await[0].clone()
    }

    async fn stop(self) {
        if let Some(sender) = self.sender {
            sender.stop().await;
        }
        self.readers.stop().await;
        assert!(self.receiver.is_empty(), "something came that nobody expected");
    }
}

fn path(webhook: &Json, rest: &str) -> String {
    format!("/api/v1/webhooks/{}{rest}", text(webhook, "id"))
}

fn text<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap_or_else(|| panic!("no {name}: {json}"))
}

/// The titles of records that messages are about.
fn title(received: &Received) -> String {
    text(&received.json()["data"]["record"], "title").to_owned()
}
