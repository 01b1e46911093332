//! `PUT /api/v1/definition/collections/{name}`

use std::path::Path;

use mainstay_http::{Administration, AppOptions};
use mainstay_testkit::{Client, TestApp, files};
use serde_json::{Value as Json, json};

use crate::documented::assert_documented;

const FILES: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"notes\"\n"),
    (
        "collections/notes.toml",
        "# What we think of.\n[fields.text]\ntype = \"text\"\n[fields.colour]\ntype = \"text\"\n",
    ),
];

fn start(folder: &Path, writable: bool) -> TestApp {
    for (path, text) in FILES {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("the test has it")).expect("the test has it");
        std::fs::write(path, text).expect("the test has it");
    }
    let options = AppOptions {
        administration: Administration {
            folder: Some(folder.to_owned()),
            writable,
            ..Administration::default()
        },
        ..AppOptions::default()
    };
    TestApp::start_with(files(FILES), options)
}

async fn put(client: &Client, name: &str, body: &Json) -> mainstay_testkit::TestResponse {
    let path = format!("/api/v1/definition/collections/{name}");
    client
        .send("PUT", &path, Some(body.to_string().into_bytes()))
        .await
}

fn notes(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("collections/notes.toml")).expect("the test has it")
}

#[tokio::test]
async fn a_change_is_looked_at_and_then_written() {
    let folder = tempfile::tempdir().expect("the test has it");
    let app = start(folder.path(), true);
    let administrator = app.administrator().await;
    let definition = administrator.get("/api/v1/definition").await.json();
    assert_eq!(definition["writable"], true);
    let text = format!("{}[fields.due]\ntype = \"date\"\n", FILES[1].1);
    let mut body = json!({ "text": text, "before": definition["digest"], "dry_run": true });
    let looked = put(&administrator, "notes", &body).await;
    assert_eq!(looked.status, 200, "{}", looked.text());
    let looked = looked.json();
    assert_documented(&app, "DefinitionChange", &looked).await;
    assert_eq!(
        (
            &looked["written"],
            &looked["errors"],
            &looked["losses"],
            &looked["refused"]
        ),
        (&json!(false), &json!([]), &json!([]), &json!([]))
    );
    assert_eq!(looked["steps"], json!(["add notes.due (date)"]));
    assert_eq!(notes(folder.path()), FILES[1].1, "nothing is written yet");
    body["dry_run"] = json!(false);
    let written = put(&administrator, "notes", &body).await.json();
    assert_eq!(
        (&written["written"], &written["digest"]),
        (&json!(true), &looked["digest"])
    );
    assert_eq!(notes(folder.path()), text, "comments and all");
    let left = std::fs::read_dir(folder.path().join("collections"))
        .expect("the test has it")
        .count();
    assert_eq!(left, 1, "nothing is left beside it");
    let entry = administrator
        .get("/api/v1/audit?kind=schema.definition_edited")
        .await
        .json();
    assert_eq!(entry["items"][0]["actor"]["id"], json!(administrator.id()));
    // Whoever watches the folder has not put it in force: what is there now is not what they have seen.
    let again = put(&administrator, "notes", &json!({ "text": "" })).await;
    assert_eq!(again.problem(), (409, "conflict".to_owned()));
}

#[tokio::test]
async fn faults_are_told_with_their_lines_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("the test has it");
    let app = start(folder.path(), true);
    let administrator = app.administrator().await;
    let body = json!({ "text": "[fields.text]\ntype = \"txt\"\n" });
    let faulty = put(&administrator, "notes", &body).await.json();
    assert_documented(&app, "DefinitionChange", &faulty).await;
    assert_eq!(
        (&faulty["written"], &faulty["digest"]),
        (&json!(false), &Json::Null)
    );
    let error = &faulty["errors"][0];
    assert_eq!(
        (&error["path"], &error["line"], &error["column"]),
        (&json!("collections/notes.toml"), &json!(2), &json!(8))
    );
    // Of the other files too: this one is gone from a relation.
    let body = json!({ "text": "[fields.note]\ntype = \"relation\"\nto = \"note\"\n" });
    let faulty = put(&administrator, "lists", &body).await.json();
    assert_eq!(faulty["errors"][0]["path"], "collections/lists.toml");
    assert!(!folder.path().join("collections/lists.toml").exists());
    assert_eq!(notes(folder.path()), FILES[1].1);
}

#[tokio::test]
async fn what_loses_values_has_to_be_said() {
    let folder = tempfile::tempdir().expect("the test has it");
    let app = start(folder.path(), true);
    let administrator = app.administrator().await;
    let mut body = json!({ "text": "[fields.text]\ntype = \"text\"\n" });
    let kept = put(&administrator, "notes", &body).await.json();
    assert_eq!(
        (&kept["written"], &kept["losses"]),
        (&json!(false), &json!(["stop using notes.colour"]))
    );
    assert_eq!(notes(folder.path()), FILES[1].1);
    body["accept_loss"] = json!(true);
    let lost = put(&administrator, "notes", &body).await.json();
    assert_eq!(lost["written"], true);
    assert!(
        app.environment
            .accepted_loss
            .covers(lost["digest"].as_str().expect("the test has it"))
    );
}

#[tokio::test]
async fn what_could_be_a_rename_is_not_guessed() {
    let folder = tempfile::tempdir().expect("the test has it");
    let app = start(folder.path(), true);
    let administrator = app.administrator().await;
    let text = FILES[1].1.replace("[fields.colour]", "[fields.color]");
    let asked = put(
        &administrator,
        "notes",
        &json!({ "text": text, "accept_loss": true }),
    )
    .await
    .json();
    assert_eq!(asked["written"], false);
    let refused = asked["refused"][0].as_str().expect("the test has it");
    assert!(
        refused.contains("notes.colour is gone") && refused.contains("was = \"colour\""),
        "{refused}"
    );
    let renamed = text.replace("[fields.color]", "[fields.color]\nwas = \"colour\"");
    let done = put(&administrator, "notes", &json!({ "text": renamed }))
        .await
        .json();
    assert_eq!(
        (&done["written"], &done["steps"]),
        (&json!(true), &json!(["rename notes.colour to color"]))
    );
}

#[tokio::test]
async fn production_refuses_and_so_does_any_other_place() {
    let folder = tempfile::tempdir().expect("the test has it");
    let app = start(folder.path(), false);
    let administrator = app.administrator().await;
    let body = json!({ "text": "" });
    let refused = put(&administrator, "notes", &body).await;
    assert_eq!(refused.problem(), (409, "conflict".to_owned()));
    assert_eq!(notes(folder.path()), FILES[1].1);

    let folder = tempfile::tempdir().expect("the test has it");
    let app = start(folder.path(), true);
    let administrator = app.administrator().await;
    let user = app.user("u@example.org").await;
    assert_eq!(put(&user, "notes", &body).await.status, 403);
    assert_eq!(put(&app.anonymous(), "notes", &body).await.status, 401);
    for name in [
        "..%2Fmainstay",
        "..%2F..%2Fevil",
        "a.b",
        ".notes",
        "Notes",
        "%00",
        "notes%2F..%2Fx",
    ] {
        let refused = put(&administrator, name, &body).await;
        assert_eq!(refused.status, 404, "{name}: {}", refused.text());
    }
    // A link leads to another place.
    let elsewhere = folder.path().join("elsewhere.toml");
    std::fs::write(&elsewhere, FILES[1].1).expect("the test has it");
    let path = folder.path().join("collections/notes.toml");
    std::fs::remove_file(&path).expect("the test has it");
    std::os::unix::fs::symlink(&elsewhere, &path).expect("the test has it");
    let linked = put(
        &administrator,
        "notes",
        &json!({ "text": "", "accept_loss": true }),
    )
    .await;
    assert_eq!(linked.problem(), (409, "conflict".to_owned()));
    assert_eq!(
        std::fs::read_to_string(&elsewhere).expect("the test has it"),
        FILES[1].1
    );
    // A key is for programs, and no program changes what an application is.
    let made = administrator
        .post(
            "/api/v1/api-keys",
            json!({ "name": "program", "scopes": ["admin"] }),
        )
        .await;
    let key = administrator.with_token(made.json()["key"].as_str().expect("the test has it"));
    assert_eq!(put(&key, "notes", &body).await.status, 403);
    for (body, field) in [
        (json!({}), "text"),
        (json!({ "text": 1 }), "text"),
        (json!({ "text": "", "dry_run": "yes" }), "dry_run"),
        (json!({ "text": "", "path": "x" }), "path"),
    ] {
        let refused = put(&administrator, "notes", &body).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert_eq!(refused.json()["errors"][0]["field"], field);
    }
}
