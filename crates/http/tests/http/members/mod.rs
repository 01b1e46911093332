//! `[members]`: scoped roles, their own collection, and who keeps them.

use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use crate::live::{Live, told};

const PROJECTS: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"projects\"\n"),
    (
        "collections/projects.toml",
        r#"
            label = "{name}"
            soft_delete = true
            [fields.name]
            type = "text"
            required = true
            [fields.budget]
            type = "integer"
            read = "record.members.includes(auth.id, 'owner', 'manager')"
            write = "record.members.includes(auth.id, 'owner')"
            [members]
            roles = ["owner", "manager", "reader"]
            managers = ["manager"]
            [rules]
            list = "record.members.includes(auth.id)"
            read = "record.members.includes(auth.id)"
            create = "auth.id != null"
            update = "record.members.includes(auth.id, 'owner', 'manager')"
            delete = "record.members.includes(auth.id, 'owner')"
        "#,
    ),
    (
        "collections/tasks.toml",
        r#"
            [fields.project]
            type = "relation"
            to = "projects"
            required = true
            back = "tasks"
            [fields.text]
            type = "text"
            [rules]
            list = "record.project.members.includes(auth.id)"
            read = "record.project.members.includes(auth.id)"
            create = "input.project.members.includes(auth.id, 'owner', 'manager')"
        "#,
    ),
];

/// A project of the first, with the second as manager and the third as reader; the fourth is a stranger.
struct Scene {
    app: TestApp,
    people: [Client; 4],
    project: String,
    memberships: [String; 3],
}

fn text(json: &Json) -> String {
    json.as_str().expect("a text").to_owned()
}

async fn scene() -> Scene {
    let app = TestApp::start(PROJECTS);
    let people = [
        app.user("o@example.org").await,
        app.user("m@example.org").await,
        app.user("r@example.org").await,
        app.user("s@example.org").await,
    ];
    let [owner, manager, reader, _] = &people;
    let project = text(&owner.create("projects", json!({"name": "Bridge"})).await["id"]);
    let own = owner.list("projects_members", &[]).await.column("id");
    let second = add(owner, &project, manager, Some("manager")).await;
    let third = add(manager, &project, reader, None).await;
    let memberships = [own[0].clone(), second, third];
    Scene {
        app,
        people,
        project,
        memberships,
    }
}

async fn add(by: &Client, project: &str, who: &Client, role: Option<&str>) -> String {
    let mut body = json!({"parent": project, "user": who.id()});
    if let Some(role) = role {
        body["role"] = json!(role);
    }
    text(&by.create("projects_members", body).await["id"])
}

fn member(id: &str) -> String {
    format!("/api/v1/records/projects_members/{id}")
}

#[tokio::test]
async fn whoever_creates_a_record_owns_it() {
    let scene = scene().await;
    let [owner, _, reader, stranger] = &scene.people;
    let members = reader.list("projects_members", &[("sort", "role")]).await;
    assert_eq!(members.column("role"), ["manager", "owner", "reader"]);
    assert_eq!(stranger.list("projects_members", &[]).await.column("id").len(), 0);
    assert_eq!(stranger.list("projects", &[]).await.column("id").len(), 0);
    let expanded = reader
        .list("projects", &[("expand", "members.user")])
        .await
        .json();
    let shown = expanded["items"][0]["expand"]["members"].as_array().map(Vec::len);
    assert_eq!(shown, Some(3));
    // Another role in another project.
    let second = stranger.create("projects", json!({"name": "Tunnel"})).await;
    add(stranger, &text(&second["id"]), owner, None).await;
    let own = owner
        .list(
            "projects_members",
            &[("filter", "user == auth.id"), ("sort", "role")],
        )
        .await;
    assert_eq!(own.column("role"), ["owner", "reader"]);
    let others = format!("/api/v1/records/projects/{}", text(&second["id"]));
    let refused = owner.patch(&others, json!({"name": "x"})).await;
    assert_eq!(refused.status, 403);
    // By an administrator as well, and by nobody without an account.
    let administrator = scene.app.administrator().await;
    administrator.create("projects", json!({"name": "Road"})).await;
    let own = administrator
        .list("projects_members", &[("filter", "user == auth.id")])
        .await;
    assert_eq!(own.column("role"), ["owner"]);
}

#[tokio::test]
async fn roles_decide_who_manages_whom() {
    let scene = scene().await;
    let [owner, manager, reader, stranger] = &scene.people;
    let [first, second, third] = &scene.memberships;
    let status = |client: &Client, id: &str, role: &'static str| {
        let (client, path) = (client.clone(), member(id));
        async move { client.patch(&path, json!({"role": role})).await.status.as_u16() }
    };
    assert_eq!(status(reader, third, "owner").await, 403);
    assert_eq!(status(stranger, third, "owner").await, 404);
    assert_eq!(status(manager, third, "manager").await, 200);
    assert_eq!(
        status(manager, third, "owner").await,
        403,
        "only owners make owners"
    );
    assert_eq!(status(manager, first, "reader").await, 403);
    assert_eq!(status(owner, third, "reader").await, 200);
    let twice = json!({"parent": scene.project, "user": manager.id()});
    assert_eq!(
        owner.post("/api/v1/records/projects_members", twice).await.status,
        409
    );
    let refused = json!({"parent": scene.project, "user": stranger.id()});
    assert_eq!(
        reader
            .post("/api/v1/records/projects_members", refused)
            .await
            .status,
        403
    );
    assert_eq!(reader.delete(&member(second)).await.status, 403);
    assert_eq!(
        reader.delete(&member(third)).await.status,
        204,
        "everybody may leave"
    );
    assert_eq!(
        reader
            .get(&format!("/api/v1/records/projects/{}", scene.project))
            .await
            .status,
        404
    );
    let back = reader
        .send("POST", &format!("{}/restore", member(third)), None)
        .await;
    assert_eq!(back.status, 404, "and does not come back alone");
    assert_eq!(owner.delete(&member(second)).await.status, 204);
    assert_eq!(manager.get(&member(second)).await.status, 404);
}

#[tokio::test]
async fn somebody_is_always_an_owner() {
    let scene = scene().await;
    let [owner, _, reader, _] = &scene.people;
    let [first, _, third] = &scene.memberships;
    let left = owner.delete(&member(first)).await;
    assert_eq!(left.problem(), (409, "conflict".to_owned()));
    let demoted = owner.patch(&member(first), json!({"role": "reader"})).await;
    assert_eq!(demoted.problem(), (409, "conflict".to_owned()));
    let administrator = scene.app.administrator().await;
    assert_eq!(administrator.delete(&member(first)).await.status, 409);
    // In one batch the new owner comes first.
    let handed_over = json!({"mode": "all_or_nothing", "operations": [
        {"op": "update", "collection": "projects_members", "id": third, "data": {"role": "owner"}},
        {"op": "delete", "collection": "projects_members", "id": first},
    ]});
    assert_eq!(owner.post("/api/v1/batch", handed_over).await.status, 200);
    assert_eq!(reader.get(&member(third)).await.json()["role"], "owner");
    // With the record its members go, and an owner goes with them.
    let project = format!("/api/v1/records/projects/{}", scene.project);
    assert_eq!(reader.delete(&project).await.status, 204);
    assert_eq!(
        administrator
            .send("POST", &format!("{project}/restore"), None)
            .await
            .status,
        200
    );
    assert_eq!(reader.get(&member(third)).await.json()["role"], "owner");
}

/// Whoever comes second finds that they are the last, whatever the other one has seen.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_owners_who_leave_at_the_same_moment_one_stays() {
    let scene = scene().await;
    let [owner, manager, ..] = &scene.people;
    for _ in 0..10 {
        let project = text(&owner.create("projects", json!({"name": "Race"})).await["id"]);
        let filter = format!("parent == '{project}'");
        let own = owner
            .list("projects_members", &[("filter", &filter)])
            .await
            .column("id");
        let other = add(owner, &project, manager, Some("owner")).await;
        let leave = |client: &Client, id: &str| {
            let (client, path) = (client.clone(), member(id));
            tokio::spawn(async move { client.delete(&path).await.status.as_u16() })
        };
        let (one, two) = (leave(owner, &own[0]), leave(manager, &other));
        let mut left = [one.await.expect("it ends"), two.await.expect("it ends")];
        left.sort_unstable();
        assert_eq!(left, [204, 409]);
    }
}

#[tokio::test]
async fn a_role_is_in_force_at_once_and_in_the_journal() {
    let scene = scene().await;
    let [owner, manager, reader, _] = &scene.people;
    let [_, _, third] = &scene.memberships;
    let project = format!("/api/v1/records/projects/{}", scene.project);
    assert_eq!(
        owner.patch(&project, json!({"budget": 9})).await.json()["budget"],
        9
    );
    assert_eq!(manager.patch(&project, json!({"budget": 1})).await.status, 403);
    assert_eq!(manager.get(&project).await.json()["budget"], 9);
    assert!(reader.get(&project).await.json().get("budget").is_none());
    let task = json!({"project": scene.project, "text": "Pillar"});
    assert_eq!(
        reader.post("/api/v1/records/tasks", task.clone()).await.status,
        403
    );
    owner.patch(&member(third), json!({"role": "manager"})).await;
    assert_eq!(reader.get(&project).await.json()["budget"], 9);
    assert_eq!(reader.post("/api/v1/records/tasks", task).await.status, 201);
    let filter = "members.includes(auth.id, 'manager')";
    assert_eq!(
        reader
            .list("projects", &[("filter", filter)])
            .await
            .column("id")
            .len(),
        1
    );
    assert_eq!(
        owner
            .list("projects", &[("filter", filter)])
            .await
            .column("id")
            .len(),
        0
    );
    let administrator = scene.app.administrator().await;
    let told = administrator
        .get("/api/v1/audit?kind=auth.role_changed")
        .await
        .json();
    let payload = &told["items"][0]["payload"];
    assert_eq!(
        (&payload["old"]["role"], &payload["new"]["role"]),
        (&json!("reader"), &json!("manager"))
    );
}

#[tokio::test]
async fn whoever_is_removed_hears_nothing_more() {
    let live = Live::start(TestApp::start(PROJECTS)).await;
    let (owner, reader) = (
        live.app.user("o@example.org").await,
        live.app.user("r@example.org").await,
    );
    let project = text(&owner.create("projects", json!({"name": "Bridge"})).await["id"]);
    let membership = add(&owner, &project, &reader, None).await;
    told(&live).await;
    let mut socket = live.connect(&reader).await;
    socket.follow("t", "tasks").await;
    let task = json!({"project": project, "text": "Pillar"});
    owner.create("tasks", task.clone()).await;
    assert_eq!(socket.event().await.0, "created");
    assert_eq!(owner.delete(&member(&membership)).await.status, 204);
    assert_eq!(socket.next().await["reason"], "visibility_changed");
    owner.create("tasks", task).await;
    told(&live).await;
    socket.expect_silence().await;
    live.stop().await;
}
