//! Links: password, use count, end, and what they cannot be used for.

use serde_json::json;

use super::{open, scene, text, with_grant};

const PASSWORD: &str = "a sentence for the link";

#[tokio::test]
async fn a_link_is_opened_so_often_and_no_more() {
    let scene = scene().await;
    let nobody = scene.app.anonymous();
    let link = scene.share(json!({"level": "read", "uses_max": 2})).await;
    let first = open(&nobody, &link, None).await;
    assert_eq!(
        (&first["collection"], &first["record_id"], &first["level"]),
        (&json!("notes"), &json!(scene.note), &json!("read"))
    );
    open(&nobody, &link, None).await;
    let token = json!({"token": link["token"]});
    let refused = nobody.post("/api/v1/shares/open", token).await;
    assert_eq!(refused.problem(), (404, "not_found".to_owned()));
    // Who opened it before has it still.
    assert_eq!(
        with_grant(&nobody, &first).get(&scene.note_path()).await.status,
        200
    );
    let listed = scene.owner.get(&scene.shares_path()).await.json();
    assert_eq!(listed["items"][0]["link"]["uses"], 2);
}

#[tokio::test]
async fn a_link_with_a_password_needs_it() {
    let scene = scene().await;
    let nobody = scene.app.anonymous().at("192.0.2.1");
    let link = scene.share(json!({"level": "read", "password": PASSWORD})).await;
    let without = nobody
        .post("/api/v1/shares/open", json!({"token": link["token"]}))
        .await;
    assert_eq!(without.problem(), (422, "validation_failed".to_owned()));
    let wrong = json!({"token": link["token"], "password": "another sentence"});
    let refused = nobody.post("/api/v1/shares/open", wrong).await;
    assert_eq!(refused.problem(), (401, "invalid_credentials".to_owned()));
    let opened = open(&nobody, &link, Some(PASSWORD)).await;
    assert_eq!(
        with_grant(&nobody, &opened).get(&scene.note_path()).await.status,
        200
    );
    let listed = scene.owner.get(&scene.shares_path()).await.json();
    assert_eq!(
        listed["items"][0]["link"],
        json!({"has_password": true, "uses": 1, "uses_max": null})
    );
    let weak = json!({"level": "read", "password": "12345678"});
    assert_eq!(scene.owner.post(&scene.shares_path(), weak).await.status, 422);
}

#[tokio::test]
async fn passwords_cannot_be_tried_out() {
    let scene = scene().await;
    let stranger = scene.app.anonymous().at("192.0.2.7");
    let link = scene.share(json!({"level": "read", "password": PASSWORD})).await;
    let attempt = |word: &str| json!({"token": link["token"], "password": word});
    let mut refused = 0;
    for number in 0..12 {
        let answer = stranger
            .post("/api/v1/shares/open", attempt(&format!("guess number {number}")))
            .await;
        refused += usize::from(answer.problem() == (429, "too_many_attempts".to_owned()));
    }
    assert!(refused > 0);
    let right = stranger.post("/api/v1/shares/open", attempt(PASSWORD)).await;
    assert_eq!(right.problem(), (429, "too_many_attempts".to_owned()));
    // Elsewhere it is opened.
    open(&scene.app.anonymous().at("198.51.100.1"), &link, Some(PASSWORD)).await;
}

#[tokio::test]
async fn what_has_expired_gives_nothing_at_once() {
    let scene = scene().await;
    let nobody = scene.app.anonymous();
    let now = scene.app.environment.clock.now();
    let soon = now.saturating_add_micros(60_000_000).to_string();
    scene
        .share(json!({"user": scene.guest.id(), "level": "edit", "expires_at": soon}))
        .await;
    let link = scene.share(json!({"level": "read", "expires_at": soon})).await;
    let holder = with_grant(&nobody, &open(&nobody, &link, None).await);
    assert_eq!(scene.guest.get(&scene.note_path()).await.status, 200);
    scene.app.clock.advance_seconds(61);
    assert_eq!(scene.guest.get(&scene.note_path()).await.status, 404);
    assert_eq!(scene.guest.list("notes", &[]).await.column("id").len(), 0);
    // The grant ends with the share.
    assert_eq!(holder.get(&scene.note_path()).await.problem().0, 401);
    let again = nobody
        .post("/api/v1/shares/open", json!({"token": link["token"]}))
        .await;
    assert_eq!(again.status, 404);
    assert_eq!(scene.owner.get(&scene.shares_path()).await.column("id").len(), 0);
    // Nothing has removed them yet, and nobody is in the way of a new one.
    scene.share_with_guest("read").await;
    assert_eq!(scene.guest.get(&scene.note_path()).await.status, 200);
    let ended = mainstay_engine::shares::end_expired(&scene.app.environment).await;
    assert_eq!(ended.expect("they can be ended"), 1);
    assert_eq!(scene.guest.get(&scene.note_path()).await.status, 200);
}

#[tokio::test]
async fn a_grant_ends_after_some_time() {
    let scene = scene().await;
    let (link, holder) = scene.holder(&scene.app.anonymous(), "read").await;
    scene.app.clock.advance_seconds(3_599);
    assert_eq!(holder.get(&scene.note_path()).await.status, 200);
    scene.app.clock.advance_seconds(1);
    assert_eq!(
        holder.get(&scene.note_path()).await.problem(),
        (401, "invalid_token".to_owned())
    );
    let again = with_grant(
        &scene.app.anonymous(),
        &open(&scene.app.anonymous(), &link, None).await,
    );
    assert_eq!(again.get(&scene.note_path()).await.status, 200);
}

#[tokio::test]
async fn a_grant_is_of_its_record_and_nothing_else() {
    let scene = scene().await;
    let other = scene.owner.create("notes", json!({"title": "Other"})).await;
    let (link, holder) = scene.holder(&scene.app.anonymous(), "edit").await;
    let path = format!("/api/v1/records/notes/{}", text(&other["id"]));
    assert_eq!(holder.get(&path).await.status, 404);
    assert_eq!(holder.get("/api/v1/shares/with-me").await.status, 401);
    let token = scene.owner.token();
    let grant = text(&open(&scene.app.anonymous(), &link, None).await["grant"]);
    // A grant is no access token, an access token is no grant, and the token of a link is neither.
    let nobody = scene.app.anonymous();
    for wrong in [token, &text(&link["token"]), "", &grant[1..]] {
        let refused = nobody
            .with_header("mainstay-share", wrong)
            .get(&scene.note_path())
            .await;
        assert_eq!(refused.problem(), (401, "invalid_token".to_owned()), "{wrong}");
    }
    assert_eq!(nobody.with_token(&grant).get("/api/v1/auth/me").await.status, 401);
    // A link to a part of the collection's parts goes with it, and no filter shows more.
    let parts = holder.list("parts", &[("filter", "note.title != ''")]).await;
    assert_eq!(parts.column("text"), ["Flour"]);
}
