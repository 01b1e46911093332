//! Live updates of shared records, and their end.

use std::time::{Duration, Instant};

use mainstay_engine::shares::RunningShares;
use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use super::{NOTES, Scene, open, scene_in, text};
use crate::live::{Live, Socket, told};

/// A scene that is listened to.
struct Watched {
    live: Live,
    owner: Client,
    guest: Client,
    hidden: Client,
    nobody: Client,
    note: String,
}

async fn watched() -> Watched {
    let scene = scene_in(TestApp::start(NOTES)).await;
    let nobody = scene.app.anonymous();
    let Scene {
        app,
        owner,
        guest,
        hidden,
        note,
        ..
    } = scene;
    Watched {
        live: Live::start(app).await,
        owner,
        guest,
        hidden,
        nobody,
        note,
    }
}

impl Watched {
    fn path(&self) -> String {
        format!("/api/v1/records/notes/{}", self.note)
    }

    async fn share(&self, body: Json) -> Json {
        let shared = self.owner.post(&format!("{}/shares", self.path()), body).await;
        assert_eq!(shared.status, 201, "{}", shared.text());
        // Whoever follows from now on does not hear of it any more.
        told(&self.live).await;
        shared.json()
    }

    async fn share_with_guest(&self) -> Json {
        self.share(json!({"user": self.guest.id(), "level": "read"}))
            .await
    }

    async fn revoke(&self, share: &Json) {
        let path = format!("{}/shares/{}", self.path(), text(&share["id"]));
        assert_eq!(self.owner.delete(&path).await.status, 204);
    }

    async fn rename(&self, title: &str) {
        let changed = self.owner.patch(&self.path(), json!({"title": title})).await;
        assert_eq!(changed.status, 200);
    }

    async fn follow_note(&self, socket: &mut Socket) {
        let wish = json!({"to": "records", "collection": "notes", "record": self.note});
        socket.subscribe("n", wish).await;
    }

    /// A connection with the grant of a link and nothing else.
    async fn connect_with(&self, grant: &Json) -> Socket {
        let mut socket = self.live.connect_with(self.live.request()).await;
        socket.send(json!({"type": "authenticate", "share": grant})).await;
        assert_eq!(socket.next().await, json!({"type": "ready", "user": null}));
        socket
    }
}

/// The next two messages, within two seconds: to look at the note again, and to list the collection again. There is
/// nothing to see then, and nothing to hear.
async fn hears_the_end(socket: &mut Socket) {
    let begun = Instant::now();
    let mut heard = vec![socket.next().await, socket.next().await];
    assert!(begun.elapsed() < Duration::from_secs(2), "{heard:?}");
    heard.sort_by_key(|message| text(&message["id"]));
    assert_eq!(
        (&heard[0]["id"], &heard[0]["type"]),
        (&json!("all"), &json!("reload")),
        "{heard:?}"
    );
    assert_eq!(
        (&heard[1]["id"], &heard[1]["type"]),
        (&json!("n"), &json!("reload")),
        "{heard:?}"
    );
}

#[tokio::test]
async fn a_share_begins_and_ends_what_its_user_hears() {
    let watched = watched().await;
    let mut guest = watched.live.connect(&watched.guest).await;
    let mut stranger = watched.live.connect(&watched.hidden).await;
    guest.follow("all", "notes").await;
    stranger.follow("all", "notes").await;
    let share = watched.share_with_guest().await;
    assert_eq!(guest.next().await["type"], "reload");
    watched.follow_note(&mut guest).await;
    watched.rename("Cake").await;
    for _ in 0..2 {
        let (name, id, event) = guest.event().await;
        assert_eq!((name.as_str(), &id), ("updated", &watched.note), "{event}");
        assert_eq!(
            (&event["record"]["title"], event["record"].get("price")),
            (&json!("Cake"), None)
        );
    }
    watched.revoke(&share).await;
    hears_the_end(&mut guest).await;
    watched.rename("Pie").await;
    guest.expect_silence().await;
    // It concerned nobody else.
    stranger.expect_silence().await;
}

#[tokio::test]
async fn a_link_is_followed_until_it_is_revoked() {
    let watched = watched().await;
    let link = watched.share(json!({"level": "read"})).await;
    let other = watched.share(json!({"level": "read"})).await;
    let opened = open(&watched.nobody, &link, None).await;
    let mut holder = watched.connect_with(&opened["grant"]).await;
    let opened = open(&watched.nobody, &other, None).await;
    let mut second = watched.connect_with(&opened["grant"]).await;
    for socket in [&mut holder, &mut second] {
        watched.follow_note(socket).await;
        socket.follow("all", "notes").await;
    }
    watched.rename("Cake").await;
    for socket in [&mut holder, &mut second] {
        for _ in 0..2 {
            assert_eq!(socket.event().await.0, "updated");
        }
    }
    watched.revoke(&link).await;
    hears_the_end(&mut holder).await;
    watched.rename("Pie").await;
    // The other link goes on, and was not called to list again.
    for _ in 0..2 {
        assert_eq!(second.event().await.0, "updated");
    }
    holder.expect_silence().await;
}

#[tokio::test]
async fn an_end_that_comes_with_time_ends_subscriptions_too() {
    let watched = watched().await;
    let clock = std::sync::Arc::clone(&watched.live.app.clock);
    let running = RunningShares::start(&watched.live.app.environment);
    let soon = watched
        .live
        .app
        .environment
        .clock
        .now()
        .saturating_add_micros(30_000_000);
    let share = json!({"user": watched.guest.id(), "level": "read", "expires_at": soon.to_string()});
    watched.share(share).await;
    let mut guest = watched.live.connect(&watched.guest).await;
    watched.follow_note(&mut guest).await;
    guest.follow("all", "notes").await;
    clock.advance_seconds(30);
    hears_the_end(&mut guest).await;
    let entries = watched
        .live
        .app
        .sql("SELECT kind FROM _journal WHERE kind LIKE 'share.%' ORDER BY seq")
        .await;
    assert_eq!(entries, [["share.created"], ["share.expired"]]);
    running.stop().await;
}

#[tokio::test]
async fn comments_and_activity_of_a_shared_record_are_heard_and_end() {
    let watched = watched().await;
    let share = watched.share_with_guest().await;
    let mut guest = watched.live.connect(&watched.guest).await;
    let wish = |to: &str| json!({"to": to, "collection": "notes", "record": watched.note});
    guest.subscribe("c", wish("comments")).await;
    let comments = format!("{}/comments", watched.path());
    watched.owner.post(&comments, json!({"body": "Hello"})).await;
    assert_eq!(guest.event().await.0, "comment.created");
    watched.revoke(&share).await;
    assert_eq!(guest.next().await["type"], "ended");
}

#[tokio::test]
async fn a_connection_ends_with_the_grant_and_goes_on_with_a_newer_one() {
    let watched = watched().await;
    let link = watched.share(json!({"level": "read"})).await;
    let first = open(&watched.nobody, &link, None).await;
    let mut holder = watched.connect_with(&first["grant"]).await;
    let other = watched.share(json!({"level": "edit"})).await;
    watched.live.app.clock.advance_seconds(1_800);
    let second = open(&watched.nobody, &link, None).await;
    holder
        .send(json!({"type": "authenticate", "share": second["grant"]}))
        .await;
    assert_eq!(holder.next().await["type"], "ready");
    // Another share's grant is for another connection.
    let other = open(&watched.nobody, &other, None).await;
    holder
        .send(json!({"type": "authenticate", "share": other["grant"]}))
        .await;
    assert_eq!(holder.next().await["type"], "problem");
    let wrong = json!({"type": "authenticate", "share": "made up"});
    let mut stranger = watched.live.connect_with(watched.live.request()).await;
    stranger.send(wrong).await;
    let refused = stranger.next().await;
    assert_eq!(refused["code"], "invalid_token", "{refused}");
}
