//! What each level lets its holder do, as a user and by a link.

use mainstay_testkit::Client;
use serde_json::json;

use super::{Scene, scene};

/// What somebody may do with the note: read it, list it, read its history, comment on it, change it, share it, delete it;
/// read its part, add a part, and read its page.
async fn what_may(scene: &Scene, who: &Client) -> Vec<u16> {
    let note = scene.note_path();
    let part = json!({"note": scene.note, "text": "Salt"});
    let answers = [
        who.get(&note).await,
        who.get(&format!("{note}/history")).await,
        who.get(&format!("{note}/comments")).await,
        who.post(&format!("{note}/comments"), json!({"body": "Well"}))
            .await,
        who.patch(&note, json!({"title": "Cake"})).await,
        who.post(&format!("{note}/versions"), json!({"name": "Then"}))
            .await,
        who.get(&scene.shares_path()).await,
        who.post(&scene.shares_path(), json!({"level": "read"})).await,
        who.get(&format!("/api/v1/records/parts/{}", scene.part)).await,
        who.post("/api/v1/records/parts", part).await,
        who.get(&format!("/api/v1/records/pages/{}", scene.page)).await,
        who.delete(&note).await,
    ];
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    let listed = who.list("notes", &[]).await.column("id").len();
    statuses.push(u16::try_from(listed).expect("few"));
    statuses
}

const NOTHING: [u16; 13] = [404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 404, 404, 0];

#[tokio::test]
async fn each_level_lets_a_user_do_what_it_says() {
    let scene = scene().await;
    assert_eq!(what_may(&scene, &scene.guest).await, NOTHING);
    let share = scene.share_with_guest("read").await;
    let path = scene.share_path(&share);
    for (level, wanted) in [
        (
            "read",
            [200, 200, 200, 403, 403, 403, 403, 403, 200, 403, 404, 403, 1],
        ),
        (
            "comment",
            [200, 200, 200, 201, 403, 403, 403, 403, 200, 403, 404, 403, 1],
        ),
        (
            "edit",
            [200, 200, 200, 201, 200, 201, 403, 403, 200, 201, 404, 403, 1],
        ),
    ] {
        let changed = scene.owner.patch(&path, json!({"level": level})).await;
        assert_eq!(changed.status, 200, "{}", changed.text());
        assert_eq!(what_may(&scene, &scene.guest).await, wanted, "{level}");
        assert_eq!(what_may(&scene, &scene.hidden).await, NOTHING, "{level}");
    }
    assert_eq!(scene.owner.delete(&path).await.status, 204);
    assert_eq!(what_may(&scene, &scene.guest).await, NOTHING);
}

#[tokio::test]
async fn each_level_lets_the_holder_of_a_link_do_what_it_says() {
    let scene = scene().await;
    let nobody = scene.app.anonymous();
    for (level, wanted) in [
        (
            "read",
            [200, 200, 200, 401, 401, 401, 401, 401, 200, 401, 404, 401, 1],
        ),
        // What somebody says needs somebody to have said it.
        (
            "comment",
            [200, 200, 200, 401, 401, 401, 401, 401, 200, 401, 404, 401, 1],
        ),
        (
            "edit",
            [200, 200, 200, 401, 200, 201, 401, 401, 200, 201, 404, 401, 1],
        ),
    ] {
        let (share, holder) = scene.holder(&nobody, level).await;
        assert_eq!(what_may(&scene, &holder).await, wanted, "{level}");
        assert_eq!(scene.owner.delete(&scene.share_path(&share)).await.status, 204);
        assert_eq!(holder.get(&scene.note_path()).await.status, 404, "{level}");
    }
    // With an account and the link together.
    let (_, holder) = scene.holder(&scene.hidden, "comment").await;
    let wanted = [200, 200, 200, 201, 403, 403, 403, 403, 200, 403, 404, 403, 1];
    assert_eq!(what_may(&scene, &holder).await, wanted);
    assert_eq!(what_may(&scene, &scene.hidden).await, NOTHING);
}

#[tokio::test]
async fn rules_of_fields_go_on() {
    let scene = scene().await;
    scene.share_with_guest("edit").await;
    let seen = scene.guest.get(&scene.note_path()).await.json();
    assert_eq!((&seen["title"], seen.get("price")), (&json!("Bread"), None));
    let listed = scene.guest.list("notes", &[("filter", "price == 5")]).await;
    assert_eq!(listed.column("id").len(), 0);
}

#[tokio::test]
async fn whoever_edits_by_a_share_does_not_become_the_owner() {
    let scene = scene().await;
    scene.share_with_guest("edit").await;
    let note = scene.note_path();
    let taken = scene
        .guest
        .patch(&note, json!({"owner": scene.guest.id(), "title": "Mine"}))
        .await;
    assert_eq!(taken.problem(), (403, "forbidden".to_owned()));
    // The same value is no change of it.
    let kept = json!({"owner": scene.owner.id(), "title": "Ours"});
    assert_eq!(scene.guest.patch(&note, kept).await.status, 200);
    let record = scene.owner.get(&note).await.json();
    assert_eq!(
        (&record["owner"], &record["title"]),
        (&json!(scene.owner.id()), &json!("Ours"))
    );
    let handed = scene.owner.patch(&note, json!({"owner": scene.guest.id()})).await;
    assert_eq!(handed.status, 200, "{}", handed.text());
}
