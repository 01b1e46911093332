//! Whoever something is shared with is told: by a notification, and a user by mail.

use std::time::Duration;

use mainstay_engine::notifications::notifier;
use mainstay_engine::readers::{ReaderTimes, RunningReaders};
use mainstay_testkit::{Post, TestApp};
use serde_json::json;

use super::groups::TEAMS;
use super::{NOTES, Scene, scene_in, text};

const QUIET: &str = "name = \"notes\"\ntitle = \"Notes\"\n[mail]\nshares = false\n";

/// Shares a note with the guest, and one with the guest's team. What was written to the guest stands in the outbox.
async fn shared(settings: &'static str) -> (Scene, Vec<Vec<String>>) {
    let mut files = NOTES.to_vec();
    files[0] = ("mainstay.toml", settings);
    files.push(TEAMS);
    let scene = scene_in(TestApp::start_mailing(&files)).await;
    let team = text(&scene.owner.create("teams", json!({"name": "Bakers"})).await["id"]);
    let member = json!({"parent": team, "user": scene.guest.id()});
    scene.owner.create("teams_members", member).await;
    let times = ReaderTimes {
        look_after: Duration::from_millis(20),
        ..ReaderTimes::default()
    };
    let readers = vec![notifier(&scene.app.environment)];
    let running = RunningReaders::start(&scene.app.environment, readers, times);
    let begun = "SELECT count(*) FROM _readers WHERE name = 'notifications'";
    wait_for(&scene.app, begun, "1").await;
    scene.share_with_guest("read").await;
    scene.share(json!({"group": team, "level": "edit"})).await;
    // A link is nobody's, and one's own share is no news.
    scene.share(json!({"level": "read"})).await;
    scene
        .share(json!({"user": scene.owner.id(), "level": "read"}))
        .await;
    let behind = "SELECT CASE WHEN seq = (SELECT max(seq) FROM _journal) THEN 0 ELSE 1 END
        FROM _readers WHERE name = 'notifications'";
    wait_for(&scene.app, behind, "0").await;
    running.stop().await;
    let mails = scene
        .app
        .sql("SELECT kind, address FROM _mail_outbox WHERE kind = 'record_shared'")
        .await;
    (scene, mails)
}

async fn wait_for(app: &TestApp, sql: &'static str, wanted: &str) {
    let look = async {
        while app.sql(sql).await[0][0] != wanted {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::live::BOUND, look)
        .await
        .expect("it comes to that");
}

#[tokio::test]
async fn what_is_shared_with_somebody_they_are_told() {
    let (scene, mails) = shared("name = \"notes\"\ntitle = \"Notes\"\n").await;
    let told = scene.guest.get("/api/v1/notifications").await;
    let sentence = "o@example.org shared \"Bread\" with you".to_owned();
    assert_eq!(told.column("sentence"), [sentence.clone(), sentence]);
    assert_eq!(told.column("reason"), ["shared", "shared"]);
    let own = scene.owner.get("/api/v1/notifications").await;
    assert_eq!(own.column("id").len(), 0);
    // By mail only what was shared with oneself: groups are large.
    assert_eq!(mails, [["record_shared", "g@example.org"]]);
    let post = Post::start(&scene.app);
    let mail = post.last_of("g@example.org", 1).await;
    assert_eq!(mail.subject, "Something was shared with you at Notes");
    // What people say themselves does not stand in mails that others get.
    assert!(mail.text.contains("Notes."), "{}", mail.text);
    assert!(!mail.text.contains("Bread"), "{}", mail.text);
}

#[tokio::test]
async fn an_application_may_want_no_such_mails() {
    let (scene, mails) = shared(QUIET).await;
    let told = scene.guest.get("/api/v1/notifications").await;
    assert_eq!(told.column("reason"), ["shared", "shared"]);
    assert_eq!(mails.len(), 0);
}
