//! Saved views: records of a collection that `views = true` makes, shared as any record is.

use mainstay_testkit::{Client, TestApp, TestResponse};
use serde_json::{Value as Json, json};

use crate::live::Live;

const SETTINGS: &str = "name = \"tasks\"\nviews = true\n";
const USERS: &str = "soft_delete = true\n[rules]\nread = \"true\"\nlist = \"true\"\n";
const TASKS: &str = r#"
    label = "{title}"
    [fields.title]
    type = "text"
    required = true
    [fields.due]
    type = "datetime"
    [fields.owner]
    type = "relation"
    to = "users"
    default = "auth.id"
    [rules]
    list = "record.owner == auth.id"
    read = "record.owner == auth.id"
    create = "auth.id != null"
"#;
const SECRETS: &str = "[fields.word]\ntype = \"text\"\n";
const APPLICATION: &[(&str, &str)] = &[
    ("mainstay.toml", SETTINGS),
    ("collections/users.toml", USERS),
    ("collections/tasks.toml", TASKS),
    ("collections/secrets.toml", SECRETS),
];

struct Scene {
    app: TestApp,
    owner: Client,
    guest: Client,
    view: String,
}

async fn scene() -> Scene {
    let app = TestApp::start(APPLICATION);
    let owner = app.user("o@example.org").await;
    let guest = app.user("g@example.org").await;
    let view = json!({
        "name": "Late", "collection": "tasks", "kind": "board", "filter": "record.due < now()", "sort": "-due,title",
        "fields": "title,due", "options": {"group": "due"},
    });
    let view = text(&owner.create("views", view).await["id"]);
    Scene {
        app,
        owner,
        guest,
        view,
    }
}

impl Scene {
    fn path(&self) -> String {
        format!("/api/v1/records/views/{}", self.view)
    }

    async fn share(&self, body: Json) -> Json {
        let shared = self.owner.post(&format!("{}/shares", self.path()), body).await;
        assert_eq!(shared.status, 201, "{}", shared.text());
        shared.json()
    }
}

fn text(json: &Json) -> String {
    json.as_str().expect("a text").to_owned()
}

/// The fields that an answer says something is wrong with, with the codes.
fn faults(refused: &TestResponse) -> Vec<(String, String)> {
    let problem = refused.json();
    let errors = problem["errors"].as_array().expect("errors");
    let fault = |error: &Json| (text(&error["field"]), text(&error["code"]));
    errors.iter().map(fault).collect()
}

fn fault(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

#[tokio::test]
async fn a_view_is_its_owners_alone() {
    let scene = scene().await;
    let view = scene.owner.get(&scene.path()).await.json();
    assert_eq!(view["owner"], json!(scene.owner.id()));
    assert_eq!(
        (&view["kind"], &view["options"]["group"]),
        (&json!("board"), &json!("due"))
    );
    assert_eq!(scene.guest.get(&scene.path()).await.status, 404);
    assert_eq!(scene.guest.list("views", &[]).await.column("id").len(), 0);
    let theirs = json!({"name": "x", "collection": "tasks", "owner": scene.owner.id()});
    assert_eq!(
        scene.guest.post("/api/v1/records/views", theirs).await.status,
        403
    );
    let anonymous = scene.app.anonymous();
    assert_eq!(anonymous.get(&scene.path()).await.status, 404);
    let nobodys = json!({"name": "x", "collection": "tasks"});
    assert_eq!(anonymous.post("/api/v1/records/views", nobodys).await.status, 422);
    let administrator = scene.app.administrator().await;
    let renamed = administrator.patch(&scene.path(), json!({"name": "Later"})).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text());
    assert_eq!(scene.owner.delete(&scene.path()).await.status, 204);
}

#[tokio::test]
async fn what_a_view_says_of_its_collection_is_looked_at() {
    let scene = scene().await;
    let make = async |body: Json| scene.owner.post("/api/v1/records/views", body).await;
    // What is not there and what one may not list is the same.
    for collection in ["tusks", "secrets"] {
        let refused = make(json!({"name": "x", "collection": collection})).await;
        assert_eq!(refused.status, 422);
        assert_eq!(faults(&refused), [fault("collection", "validation_failed")]);
    }
    let wrong = json!({"name": "x", "collection": "tasks", "filter": "record.duo == null", "sort": "owners", "fields": "a"});
    let refused = make(wrong).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(
        faults(&refused),
        [
            fault("filter", "invalid_filter"),
            fault("sort", "invalid_parameter"),
            fault("fields", "invalid_parameter")
        ]
    );
    let refused = scene
        .owner
        .patch(&scene.path(), json!({"filter": "record.title == 1"}))
        .await;
    assert_eq!(faults(&refused), [fault("filter", "invalid_filter")]);
    let refused = scene.owner.patch(&scene.path(), json!({"kind": "pie"})).await;
    assert_eq!(refused.status, 422);
    let refused = scene
        .owner
        .patch(&scene.path(), json!({"collection": "users"}))
        .await;
    assert_eq!(faults(&refused), [fault("collection", "validation_failed")]);
    let views = scene.app.sql("SELECT count(*) FROM views").await;
    assert_eq!(views, [["1"]]);
}

#[tokio::test]
async fn a_view_is_shared_and_shows_only_what_its_viewer_may_see() {
    let scene = scene().await;
    scene.owner.create("tasks", json!({"title": "Mine"})).await;
    let share = scene
        .share(json!({"user": scene.guest.id(), "level": "read"}))
        .await;
    let view = scene.guest.get(&scene.path()).await.json();
    assert_eq!(view["filter"], "record.due < now()");
    assert_eq!(
        scene
            .guest
            .list("tasks", &[("fields", "title,due")])
            .await
            .column("id")
            .len(),
        0
    );
    let with_me = scene.guest.get("/api/v1/shares/with-me").await;
    assert_eq!(
        (with_me.column("collection"), with_me.column("label")),
        (vec!["views".to_owned()], vec!["Late".to_owned()])
    );
    let rename = json!({"name": "Overdue"});
    assert_eq!(scene.guest.patch(&scene.path(), rename.clone()).await.status, 403);
    let share_path = format!("{}/shares/{}", scene.path(), text(&share["id"]));
    scene.owner.patch(&share_path, json!({"level": "comment"})).await;
    let comments = format!("{}/comments", scene.path());
    let said = scene.guest.post(&comments, json!({"body": "Nice"})).await;
    assert_eq!(said.status, 201, "{}", said.text());
    scene.owner.patch(&share_path, json!({"level": "edit"})).await;
    assert_eq!(scene.guest.patch(&scene.path(), rename).await.status, 200);
    let taken = scene
        .guest
        .patch(&scene.path(), json!({"owner": scene.guest.id()}))
        .await;
    assert_eq!(taken.status, 403);
    assert_eq!(scene.guest.delete(&scene.path()).await.status, 403);
    // A link opens the view, and none of the records.
    let link = scene.share(json!({"level": "read"})).await;
    let opened = scene
        .app
        .anonymous()
        .post("/api/v1/shares/open", json!({"token": link["token"]}))
        .await;
    let holder = scene
        .app
        .anonymous()
        .with_header("mainstay-share", &text(&opened.json()["grant"]));
    assert_eq!(holder.get(&scene.path()).await.status, 200);
    assert_eq!(holder.list("tasks", &[]).await.column("id").len(), 0);
}

#[tokio::test]
async fn a_shared_view_is_followed_until_its_share_ends() {
    let scene = scene().await;
    let share = scene
        .share(json!({"user": scene.guest.id(), "level": "read"}))
        .await;
    let path = scene.path();
    let Scene {
        app,
        owner,
        guest,
        view,
    } = scene;
    let live = Live::start(app).await;
    let mut socket = live.connect(&guest).await;
    socket.follow("views", "views").await;
    assert_eq!(owner.patch(&path, json!({"name": "Overdue"})).await.status, 200);
    let (name, id, event) = socket.event().await;
    assert_eq!((name.as_str(), &id), ("updated", &view), "{event}");
    let share = format!("{path}/shares/{}", text(&share["id"]));
    assert_eq!(owner.delete(&share).await.status, 204);
    assert_eq!(socket.next().await["type"], "reload");
    assert_eq!(owner.patch(&path, json!({"name": "Late"})).await.status, 200);
    socket.expect_silence().await;
}

#[tokio::test]
async fn a_view_outlives_the_rename_of_its_collection() {
    let scene = scene().await;
    let renamed = format!("was = \"tasks\"\n{TASKS}");
    scene
        .app
        .redefine(&[
            ("mainstay.toml", SETTINGS),
            ("collections/users.toml", USERS),
            ("collections/jobs.toml", &renamed),
            ("collections/secrets.toml", SECRETS),
        ])
        .await;
    let changed = scene.owner.patch(&scene.path(), json!({"sort": "title"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    // Views are kept under one name, whichever of the two they are made with.
    for name in ["jobs", "tasks"] {
        let made = scene
            .owner
            .create("views", json!({"name": name, "collection": name}))
            .await;
        assert_eq!(made["collection"], "tasks");
    }
}
