//! A collection that is renamed keeps its shares and its members, over every release that knows one of the names.

use mainstay_core::Definition;
use mainstay_engine::ShapeFrom;
use mainstay_testkit::{TestApp, files};
use serde_json::json;

use super::{open, text, with_grant};

const APPLICATION: (&str, &str) = ("mainstay.toml", "name = \"pages\"");
const USERS: (&str, &str) = ("collections/users.toml", "[rules]\nread = \"true\"\n");
const TEAMS: &str =
    "[members]\nroles = [\"lead\", \"member\"]\ngroup = true\n[rules]\nread = \"true\"\ncreate = \"true\"\n";
const PAGES: &str = "share = true\n[rules]\nread = \"record.created_by == auth.id\"\nupdate = \"record.created_by == \
                     auth.id\"\ncreate = \"auth.id != null\"\n";

#[tokio::test]
async fn shares_and_members_move_with_what_they_are_of() {
    let app = TestApp::start(&[
        APPLICATION,
        USERS,
        ("collections/pages.toml", PAGES),
        ("collections/teams.toml", TEAMS),
    ]);
    let owner = app.user("o@example.org").await;
    let guest = app.user("g@example.org").await;
    let team = text(&owner.create("teams", json!({})).await["id"]);
    let member = json!({"parent": team, "user": guest.id()});
    owner.create("teams_members", member).await;
    let page = text(&owner.create("pages", json!({})).await["id"]);
    let path = |name: &str| format!("/api/v1/records/{name}/{page}");
    let mut made = Vec::new();
    for body in [json!({"group": team, "level": "read"}), json!({"level": "edit"})] {
        let share = owner.post(&format!("{}/shares", path("pages")), body).await;
        assert_eq!(share.status, 201, "{}", share.text());
        made.push(share.json());
    }
    let link = made.pop().expect("the second");
    // There, on, and back again.
    for (name, was, groups, were) in [
        ("leaves", "pages", "crews", "teams"),
        ("sheets", "leaves", "gangs", "crews"),
        ("pages", "sheets", "teams", "gangs"),
    ] {
        let renamed = [
            format!("was = \"{was}\"\n{PAGES}"),
            format!("was = \"{were}\"\n{TEAMS}"),
        ];
        let paths = [
            format!("collections/{name}.toml"),
            format!("collections/{groups}.toml"),
        ];
        let definition = Definition::read(files(&[
            APPLICATION,
            USERS,
            (&paths[0], &renamed[0]),
            (&paths[1], &renamed[1]),
        ]));
        app.environment
            .reload(definition.expect("it is valid"), ShapeFrom::Production)
            .await
            .expect("the database takes it");
        assert_eq!(guest.get(&path(name)).await.status, 200, "{name}");
        let shares = owner.get(&format!("{}/shares", path(name))).await;
        assert_eq!(shares.column("level"), ["read", "edit"], "{name}");
        let nobody = app.anonymous();
        let opened = open(&nobody, &link, None).await;
        assert_eq!(opened["collection"], name);
        let holder = with_grant(&nobody, &opened);
        assert_eq!(holder.get(&path(name)).await.status, 200);
        let members = owner.list(&format!("{groups}_members"), &[]).await;
        assert_eq!(members.column("role"), ["lead", "member"], "{name}");
    }
}
