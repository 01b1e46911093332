//! Making, listing, changing and ending shares.

use serde_json::json;

use super::{Scene, scene, text};

#[tokio::test]
async fn a_share_is_made_listed_changed_and_ended() {
    let scene = scene().await;
    let made = scene
        .share(json!({"user": scene.guest.id(), "level": "comment", "title": "For you"}))
        .await;
    assert_eq!(
        made["user"],
        json!({"id": scene.guest.id(), "label": "g@example.org"})
    );
    assert_eq!((&made["link"], made.get("token")), (&json!(null), None));
    let link = scene.share(json!({"level": "read", "uses_max": 2})).await;
    assert_eq!(
        link["link"],
        json!({"has_password": false, "uses": 0, "uses_max": 2})
    );
    assert_eq!(text(&link["token"]).len(), 43);
    let listed = scene.owner.get(&scene.shares_path()).await;
    assert_eq!(listed.column("level"), ["comment", "read"]);
    assert!(!listed.text().contains(&text(&link["token"])));
    let changed = scene
        .owner
        .patch(
            &scene.share_path(&made),
            json!({"level": "edit", "expires_at": "2099-01-01T00:00:00Z"}),
        )
        .await
        .json();
    assert_eq!(changed["level"], "edit");
    assert_eq!(changed["expires_at"], "2099-01-01T00:00:00.000000Z");
    assert_eq!(scene.owner.delete(&scene.share_path(&link)).await.status, 204);
    assert_eq!(scene.owner.delete(&scene.share_path(&link)).await.status, 404);
    assert_eq!(
        scene.owner.get(&scene.shares_path()).await.column("id"),
        [text(&made["id"])]
    );
}

#[tokio::test]
async fn tokens_and_passwords_are_stored_as_hashes() {
    let scene = scene().await;
    let password = "a sentence for the link";
    let link = scene.share(json!({"level": "read", "password": password})).await;
    for secret in [text(&link["token"]), password.to_owned()] {
        assert!(!scene.app.is_stored(&secret).await, "{secret}");
    }
}

#[tokio::test]
async fn with_an_address_only_whom_one_may_see_is_found() {
    let scene = scene().await;
    let by = |email: &str| json!({"email": email, "level": "read"});
    let made = scene.share(by("G@example.org ")).await;
    assert_eq!(made["user"]["id"], json!(scene.guest.id()));
    let mut refusals = Vec::new();
    for email in ["h@example.org", "nobody@example.org"] {
        let refused = scene.owner.post(&scene.shares_path(), by(email)).await;
        let mut problem = refused.json();
        problem["request_id"] = json!(null);
        refusals.push((refused.status.as_u16(), problem));
    }
    assert_eq!(refusals[0], refusals[1]);
    assert_eq!(refusals[0].0, 422);
    let hidden = json!({"user": scene.hidden.id(), "level": "read"});
    let refused = scene.owner.post(&scene.shares_path(), hidden).await;
    assert_eq!(refused.problem(), (422, "relation_violation".to_owned()));
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let scene = scene().await;
    let body =
        json!({"user": scene.guest.id(), "password": "x", "expires_at": "2001-01-01T00:00:00Z", "note": 1});
    let refused = scene.owner.post(&scene.shares_path(), body).await.json();
    let errors = refused["errors"].as_array().expect("errors");
    let mut fields: Vec<String> = errors.iter().map(|error| text(&error["field"])).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["expires_at", "level", "note", "password"]);
    scene.share_with_guest("read").await;
    let again = json!({"user": scene.guest.id(), "level": "edit"});
    let refused = scene.owner.post(&scene.shares_path(), again).await;
    assert_eq!(refused.problem(), (409, "conflict".to_owned()));
    let unshared = format!("/api/v1/records/pages/{}/shares", scene.page);
    let refused = scene.owner.post(&unshared, json!({"level": "read"})).await;
    assert_eq!(refused.status, 404);
}

#[tokio::test]
async fn shares_are_not_written_as_records() {
    let scene = scene().await;
    let body = json!({"target": scene.note, "user": scene.guest.id(), "level": "edit"});
    for who in [&scene.owner, &scene.guest] {
        let refused = who.post("/api/v1/records/notes_shares", body.clone()).await;
        assert_eq!(refused.status, 403, "{}", refused.text());
    }
    let share = scene.share_with_guest("read").await;
    let path = format!("/api/v1/records/notes_shares/{}", text(&share["id"]));
    assert_eq!(scene.guest.get(&path).await.status, 200);
    assert_eq!(
        scene.guest.patch(&path, json!({"level": "edit"})).await.status,
        403
    );
    assert_eq!(scene.hidden.get(&path).await.status, 404);
}

#[tokio::test]
async fn what_is_shared_with_me_is_a_list() {
    let scene = scene().await;
    let mut notes = vec![scene.note.clone()];
    for number in 0..4 {
        let note = scene
            .owner
            .create("notes", json!({"title": format!("Note {number}")}))
            .await;
        notes.push(text(&note["id"]));
    }
    for note in &notes {
        let path = format!("/api/v1/records/notes/{note}/shares");
        let body = json!({"user": scene.guest.id(), "level": "read"});
        assert_eq!(scene.owner.post(&path, body).await.status, 201);
    }
    notes.reverse();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = scene
            .guest
            .get(&format!("/api/v1/shares/with-me?limit=2{cursor}"))
            .await;
        seen.extend(page.column("record_id"));
        match page.json()["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, notes);
    let all = scene.guest.get("/api/v1/shares/with-me").await;
    assert_eq!(all.column("label")[4], "Bread");
    assert_eq!(
        scene.owner.get("/api/v1/shares/with-me").await.column("id").len(),
        0
    );
    // What ends leaves the list: by its owner, by oneself, and with the record.
    let shares = all.column("id");
    let path = |note: &str, share: &str| format!("/api/v1/records/notes/{note}/shares/{share}");
    assert_eq!(scene.owner.delete(&path(&notes[0], &shares[0])).await.status, 204);
    assert_eq!(
        scene.hidden.delete(&path(&notes[1], &shares[1])).await.status,
        404
    );
    assert_eq!(scene.guest.delete(&path(&notes[1], &shares[1])).await.status, 204);
    assert_eq!(
        scene
            .owner
            .delete(&format!("/api/v1/records/notes/{}", notes[2]))
            .await
            .status,
        204
    );
    let left = scene.guest.get("/api/v1/shares/with-me").await;
    assert_eq!(left.column("record_id"), notes[3..]);
}

#[tokio::test]
async fn a_deleted_record_comes_back_without_its_shares() {
    let scene = scene().await;
    scene.share_with_guest("read").await;
    let (_, holder) = scene.holder(&scene.app.anonymous(), "read").await;
    assert_eq!(scene.owner.delete(&scene.note_path()).await.status, 204);
    let restored = scene
        .owner
        .send("POST", &format!("{}/restore", scene.note_path()), None)
        .await;
    assert_eq!(restored.status, 200, "{}", restored.text());
    for who in [&scene.guest, &holder] {
        assert_eq!(who.get(&scene.note_path()).await.status, 404);
    }
    mainstay_engine::tidy::tidy(&scene.app.environment)
        .await
        .expect("the house is kept");
    let links = scene.app.sql("SELECT count(*) FROM _share_links").await;
    assert_eq!(links, [["0"]]);
}

#[tokio::test]
async fn what_happens_to_shares_stands_in_the_journal_and_the_audit() {
    let scene = scene().await;
    let administrator = scene.app.administrator().await;
    let share = scene.share_with_guest("read").await;
    let path = scene.share_path(&share);
    scene.owner.patch(&path, json!({"level": "edit"})).await;
    scene.owner.delete(&path).await;
    let (link, holder) = scene.holder(&scene.app.anonymous(), "edit").await;
    holder
        .patch(&scene.note_path(), json!({"title": "By a link"}))
        .await;
    assert_eq!(
        kinds(&scene).await,
        [
            "share.created",
            "share.changed",
            "share.revoked",
            "share.created",
            "share.opened"
        ]
    );
    let audit = administrator
        .get(&format!(
            "/api/v1/audit?collection=notes&record={}&kind=record.updated",
            scene.note
        ))
        .await;
    let entry = &audit.json()["items"][0];
    assert_eq!(entry["actor"]["kind"], "anonymous");
    assert_eq!(entry["payload"]["by_share"], link["id"], "{}", audit.text());
    let activity = scene.owner.get(&format!("{}/activity", scene.note_path())).await;
    let sentences = activity.column("sentence");
    assert!(
        sentences.contains(&"o@example.org shared \"By a link\"".to_owned()),
        "{sentences:?}"
    );
    assert!(
        sentences.contains(&"Somebody opened a link to \"By a link\"".to_owned()),
        "{sentences:?}"
    );
}

async fn kinds(scene: &Scene) -> Vec<String> {
    let rows = scene
        .app
        .sql("SELECT kind FROM _journal WHERE kind LIKE 'share.%' ORDER BY seq")
        .await;
    rows.into_iter().flatten().collect()
}
