//! Shares with groups: whoever is a member has them, for as long as they are.

use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use super::{NOTES, Scene, scene_in, text};
use crate::live::Live;

/// What makes teams groups.
pub(super) const TEAMS: (&str, &str) = (
    "collections/teams.toml",
    r#"
        label = "{name}"
        soft_delete = true
        [fields.name]
        type = "text"
        required = true
        [members]
        roles = ["lead", "member"]
        group = true
        [rules]
        list = "record.members.includes(auth.id)"
        read = "record.members.includes(auth.id)"
        create = "auth.id != null"
        update = "record.members.includes(auth.id, 'lead')"
        delete = "record.members.includes(auth.id, 'lead')"
    "#,
);

/// A team of the owner of the note, in which nobody else is yet.
struct Teams {
    scene: Scene,
    team: String,
}

async fn teams() -> Teams {
    let mut files = NOTES.to_vec();
    files.push(TEAMS);
    let scene = scene_in(TestApp::start(&files)).await;
    let team = text(&scene.owner.create("teams", json!({"name": "Bakers"})).await["id"]);
    Teams { scene, team }
}

impl Teams {
    /// Lets somebody into the team; gives the membership.
    async fn join(&self, who: &Client) -> String {
        let body = json!({"parent": self.team, "user": who.id()});
        text(&self.scene.owner.create("teams_members", body).await["id"])
    }

    async fn leave(&self, membership: &str) {
        leave(&self.scene.owner, membership).await;
    }

    async fn share(&self, level: &str) -> Json {
        self.scene
            .share(json!({"group": self.team, "level": level}))
            .await
    }

    async fn status(&self, who: &Client) -> u16 {
        who.get(&self.scene.note_path()).await.status.as_u16()
    }
}

async fn leave(lead: &Client, membership: &str) {
    let path = format!("/api/v1/records/teams_members/{membership}");
    assert_eq!(lead.delete(&path).await.status, 204);
}

#[tokio::test]
async fn members_have_what_is_shared_with_their_group() {
    let teams = teams().await;
    let scene = &teams.scene;
    let share = teams.share("edit").await;
    assert_eq!(share["group"], json!({"id": teams.team, "label": "Bakers"}));
    assert_eq!((&share["user"], &share["link"]), (&json!(null), &json!(null)));
    assert_eq!(teams.status(&scene.guest).await, 404);
    let membership = teams.join(&scene.guest).await;
    assert_eq!(teams.status(&scene.guest).await, 200);
    assert_eq!(
        scene.guest.list("notes", &[]).await.column("id"),
        std::slice::from_ref(&scene.note)
    );
    assert_eq!(
        scene.guest.list("parts", &[]).await.column("id"),
        std::slice::from_ref(&scene.part)
    );
    assert_eq!(scene.guest.list("pages", &[]).await.column("id").len(), 0);
    let history = scene.guest.get(&format!("{}/history", scene.note_path())).await;
    assert_eq!(history.status, 200);
    let changed = scene
        .guest
        .patch(&scene.note_path(), json!({"title": "Cake"}))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let comments = format!("{}/comments", scene.note_path());
    assert_eq!(
        scene.guest.post(&comments, json!({"body": "Hm"})).await.status,
        201
    );
    let with_me = scene.guest.get("/api/v1/shares/with-me").await;
    assert_eq!(with_me.column("record_id"), std::slice::from_ref(&scene.note));
    // Members see the share, strangers do not; what it does not give, it does not give.
    let own = format!("/api/v1/records/notes_shares/{}", text(&share["id"]));
    assert_eq!(scene.guest.get(&own).await.status, 200);
    assert_eq!(scene.hidden.get(&own).await.status, 404);
    assert_eq!(scene.guest.delete(&scene.note_path()).await.status, 403);
    assert_eq!(scene.guest.delete(&scene.share_path(&share)).await.status, 403);
    assert_eq!(
        scene
            .guest
            .patch(&scene.note_path(), json!({"owner": scene.guest.id()}))
            .await
            .status,
        403
    );
    teams.leave(&membership).await;
    assert_eq!(teams.status(&scene.guest).await, 404);
    assert_eq!(scene.guest.list("notes", &[]).await.column("id").len(), 0);
    assert_eq!(scene.guest.list("parts", &[]).await.column("id").len(), 0);
    assert_eq!(
        scene.guest.get("/api/v1/shares/with-me").await.column("id").len(),
        0
    );
}

#[tokio::test]
async fn the_level_of_a_group_counts_and_ends() {
    let teams = teams().await;
    let scene = &teams.scene;
    teams.join(&scene.guest).await;
    let share = teams.share("read").await;
    let rename = json!({"title": "Cake"});
    assert_eq!(
        scene.guest.patch(&scene.note_path(), rename.clone()).await.status,
        403
    );
    let comments = format!("{}/comments", scene.note_path());
    assert_eq!(
        scene.guest.post(&comments, json!({"body": "Hm"})).await.status,
        403
    );
    let raised = scene
        .owner
        .patch(
            &scene.share_path(&share),
            json!({"level": "edit", "expires_at": "2099-01-01T00:00:00Z"}),
        )
        .await;
    assert_eq!(raised.json()["group"]["id"], json!(teams.team));
    assert_eq!(scene.guest.patch(&scene.note_path(), rename).await.status, 200);
    assert_eq!(scene.owner.delete(&scene.share_path(&share)).await.status, 204);
    assert_eq!(teams.status(&scene.guest).await, 404);
}

#[tokio::test]
async fn a_group_that_is_deleted_takes_its_shares_along() {
    let teams = teams().await;
    let scene = &teams.scene;
    teams.join(&scene.guest).await;
    teams.share("read").await;
    let path = format!("/api/v1/records/teams/{}", teams.team);
    assert_eq!(scene.owner.delete(&path).await.status, 204);
    assert_eq!(teams.status(&scene.guest).await, 404);
    // The rule asks for members, who are gone until then.
    let administrator = scene.app.administrator().await;
    let restored = administrator.send("POST", &format!("{path}/restore"), None).await;
    assert_eq!(restored.status, 200, "{}", restored.text());
    assert_eq!(teams.status(&scene.guest).await, 404);
    assert_eq!(scene.owner.get(&scene.shares_path()).await.column("id").len(), 0);
}

#[tokio::test]
async fn only_a_group_that_one_may_see_is_found_and_once() {
    let teams = teams().await;
    let scene = &teams.scene;
    let others = text(&scene.guest.create("teams", json!({"name": "Millers"})).await["id"]);
    for group in [others, scene.note.clone()] {
        let refused = scene
            .owner
            .post(&scene.shares_path(), json!({"group": group, "level": "read"}))
            .await;
        assert_eq!(refused.problem(), (422, "relation_violation".to_owned()));
    }
    teams.share("read").await;
    let again = json!({"group": teams.team, "level": "edit"});
    let refused = scene.owner.post(&scene.shares_path(), again).await;
    assert_eq!(refused.problem(), (409, "conflict".to_owned()));
    let two = json!({"group": teams.team, "user": scene.guest.id(), "password": "x", "level": "read"});
    let refused = scene.owner.post(&scene.shares_path(), two).await.json();
    let errors = refused["errors"].as_array().expect("errors");
    let mut fields: Vec<String> = errors.iter().map(|error| text(&error["field"])).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["group", "password"]);
}

#[tokio::test]
async fn without_groups_none_can_be_named() {
    let scene = super::scene().await;
    let body = json!({"group": scene.note, "level": "read"});
    let refused = scene.owner.post(&scene.shares_path(), body).await;
    assert_eq!(refused.problem(), (422, "validation_failed".to_owned()));
}

#[tokio::test]
async fn whoever_leaves_or_joins_a_group_hears_so() {
    let Teams { scene, team } = teams().await;
    let (owner, guest, hidden, note) = (scene.owner, scene.guest, scene.hidden, scene.note);
    let note_path = format!("/api/v1/records/notes/{note}");
    let shared = owner
        .post(
            &format!("{note_path}/shares"),
            json!({"group": team, "level": "read"}),
        )
        .await;
    assert_eq!(shared.status, 201, "{}", shared.text());
    let live = Live::start(scene.app).await;
    let mut member = live.connect(&guest).await;
    let mut stranger = live.connect(&hidden).await;
    member.follow("all", "notes").await;
    stranger.follow("all", "notes").await;
    // Joining is news to whoever joins alone.
    let joined = owner
        .create("teams_members", json!({"parent": team, "user": guest.id()}))
        .await;
    assert_eq!(member.next().await["type"], "reload");
    let follow = |to: &str| json!({"to": to, "collection": "notes", "record": note});
    member.subscribe("n", follow("records")).await;
    member.subscribe("c", follow("comments")).await;
    let rename = |title: &str| json!({"title": title});
    assert_eq!(owner.patch(&note_path, rename("Cake")).await.status, 200);
    for _ in 0..2 {
        let (name, id, event) = member.event().await;
        assert_eq!((name.as_str(), &id), ("updated", &note), "{event}");
    }
    // So is leaving: all that was followed ends at once.
    leave(&owner, &text(&joined["id"])).await;
    let mut heard = vec![member.next().await, member.next().await, member.next().await];
    heard.sort_by_key(|message| text(&message["id"]));
    let types: Vec<&str> = heard
        .iter()
        .filter_map(|message| message["type"].as_str())
        .collect();
    assert_eq!(types, ["reload", "ended", "reload"], "{heard:?}");
    assert_eq!(owner.patch(&note_path, rename("Pie")).await.status, 200);
    member.expect_silence().await;
    stranger.expect_silence().await;
}

#[tokio::test]
async fn revoking_the_share_of_a_group_ends_what_its_members_follow() {
    let teams = teams().await;
    teams.join(&teams.scene.guest).await;
    let share = teams.share("read").await;
    let share_path = teams.scene.share_path(&share);
    let Scene {
        app,
        owner,
        guest,
        note,
        ..
    } = teams.scene;
    let live = Live::start(app).await;
    let mut member = live.connect(&guest).await;
    member.follow("all", "notes").await;
    assert_eq!(owner.delete(&share_path).await.status, 204);
    assert_eq!(member.next().await["type"], "reload");
    let path = format!("/api/v1/records/notes/{note}");
    assert_eq!(owner.patch(&path, json!({"title": "Pie"})).await.status, 200);
    member.expect_silence().await;
}

#[tokio::test]
async fn the_feed_of_a_member_has_the_note_and_loses_it() {
    let teams = teams().await;
    let scene = &teams.scene;
    teams.share("read").await;
    let membership = teams.join(&scene.guest).await;
    let mut feed = "/api/v1/changes?collections=notes".to_owned();
    let start = scene.guest.get(&feed).await;
    assert_eq!(start.status, 200, "{}", start.text());
    feed = format!("{feed}&since={}", text(&start.json()["next"]));
    scene
        .owner
        .patch(&scene.note_path(), json!({"title": "Cake"}))
        .await;
    let told = ask_until(&scene.guest, &feed, |answer| answer["items"] != json!([])).await;
    assert_eq!(told["items"][0]["record"]["title"], json!("Cake"), "{told}");
    feed = format!("/api/v1/changes?collections=notes&since={}", text(&told["next"]));
    teams.leave(&membership).await;
    let told = ask_until(&scene.guest, &feed, |answer| answer["reload"] != json!([])).await;
    assert_eq!((&told["reload"], &told["items"]), (&json!(["notes"]), &json!([])));
    assert_eq!(scene.guest.list("notes", &[]).await.column("id").len(), 0);
}

/// Asks the feed until its answer is the one that is waited for: transactions of others may hold it up, and each time takes
/// half a second then.
async fn ask_until(client: &Client, feed: &str, is_it: impl Fn(&Json) -> bool) -> Json {
    for _ in 0..100 {
        let answer = client.get(feed).await.json();
        if is_it(&answer) {
            return answer;
        }
    }
    panic!("the feed does not say so: {feed}");
}
