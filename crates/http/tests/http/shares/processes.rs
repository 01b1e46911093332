//! Several processes on one database: what one revokes, the others end.

use mainstay_store::Dialect;
use mainstay_testkit::{TestApp, TestDatabase};
use serde_json::json;

use super::{NOTES, scene_in, text};
use crate::live::Live;

#[tokio::test]
async fn what_one_process_revokes_another_ends() {
    assert_eq!(
        TestDatabase::dialect(),
        Dialect::Postgres,
        "a file is one process's alone: scripts/test-postgres starts a server"
    );
    let scene = scene_in(TestApp::start(NOTES)).await;
    let there = Live::start(scene.app.beside()).await;
    let share = scene.share_with_guest("read").await;
    let here = Live::start(scene.app).await;
    let mut guest = there.connect(&scene.guest).await;
    let wish = json!({"to": "records", "collection": "notes", "record": scene.note});
    guest.subscribe("n", wish).await;
    let path = format!(
        "/api/v1/records/notes/{}/shares/{}",
        scene.note,
        text(&share["id"])
    );
    assert_eq!(scene.owner.delete(&path).await.status, 204);
    assert_eq!(guest.next().await["type"], "reload");
    assert_eq!(
        scene
            .guest
            .get(&format!("/api/v1/records/notes/{}", scene.note))
            .await
            .status,
        404
    );
    drop(here);
}
