//! `GET /api/v1/definition`

use mainstay_testkit::TestApp;
use serde_json::{Value as Json, json};

use crate::documented::assert_documented;

const PATH: &str = "/api/v1/definition";

const ROOMS: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"rooms\"\nviews = true\n"),
    (
        "collections/rooms.toml",
        r#"# What is let.
label = "{name}"
share = true
soft_delete = true
[members]
roles = ["lead", "guest"]
[fields.name]
type = "text"
required = true
check = "record.name != 'none'"
[fields.floor]
type = "integer"
read = "auth.id != null"
index = true
[fields.pin]
type = "text"
hidden = true
read_only = true
[fields.above]
type = "relation"
to = "rooms"
back = "below"
on_delete = "set_null"
[rules]
list = "auth.id != null"
read = "record.created_by == auth.id"
"#,
    ),
];

fn named<'a>(list: &'a Json, name: &str) -> &'a Json {
    let found = list
        .as_array()
        .expect("the test has it")
        .iter()
        .find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("there is {name}"))
}

async fn read(app: &TestApp) -> Json {
    let answer = app.administrator().await.get(PATH).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn it_tells_all_that_the_files_say() {
    let app = TestApp::start(ROOMS);
    let definition = read(&app).await;
    assert_documented(&app, "ApplicationDefinition", &definition).await;
    assert_eq!(definition["writable"], false);
    let files = definition["files"].as_array().expect("the test has it");
    assert_eq!(
        files[0],
        json!({ "path": "collections/rooms.toml", "collection": "rooms", "text": ROOMS[1].1 })
    );
    assert_eq!(
        (&files[1]["path"], &files[1]["collection"]),
        (&json!("mainstay.toml"), &Json::Null)
    );
    assert_eq!(files.len(), 2, "what was made has no file");

    let rooms = named(&definition["collections"], "rooms");
    assert_eq!(rooms["file"], "collections/rooms.toml");
    assert_eq!(
        (&rooms["made_by"], &rooms["made_for"]),
        (&Json::Null, &Json::Null)
    );
    assert_eq!(
        rooms["rules"]["read"],
        json!({ "text": "record.created_by == auth.id", "line": 26, "column": 8 })
    );
    assert_eq!(rooms["rules"]["create"], Json::Null);
    assert_eq!(rooms["share"], "rooms_shares");
    let floor = named(&rooms["fields"], "floor");
    assert_eq!(
        (&floor["read"]["text"], &floor["line"]),
        (&json!("auth.id != null"), &json!(11))
    );
    assert_eq!(named(&rooms["fields"], "pin")["hidden"], true);
    assert_eq!(named(&rooms["fields"], "id")["line"], Json::Null);
    let above = named(&rooms["fields"], "above");
    assert_eq!(
        (&above["to"], &above["back"], &above["on_delete"]),
        (&json!("rooms"), &json!("below"), &json!("set_null"))
    );
    let check = named(&rooms["checks"], "name");
    assert_eq!(check["expression"]["text"], "record.name != 'none'");
    assert_eq!(
        (&check["field"], &check["in_table"]),
        (&json!("name"), &json!(true))
    );
    let indexes = rooms["indexes"].as_array().expect("the test has it");
    assert!(
        indexes.contains(&json!({ "fields": ["floor"], "unique": false })),
        "{indexes:?}"
    );
    assert_eq!(
        rooms["backs"][0],
        json!({ "name": "below", "collection": "rooms", "field": "above" })
    );
}

#[tokio::test]
async fn what_was_made_names_the_file_and_the_key() {
    let definition = read(&TestApp::start(ROOMS)).await;
    for (name, file, made_by, made_for) in [
        (
            "rooms_members",
            json!("collections/rooms.toml"),
            "members",
            json!("rooms"),
        ),
        (
            "rooms_shares",
            json!("collections/rooms.toml"),
            "share",
            json!("rooms"),
        ),
        ("views", json!("mainstay.toml"), "views", Json::Null),
        // Made for what was made itself.
        ("views_shares", Json::Null, "share", json!("views")),
    ] {
        let made = named(&definition["collections"], name);
        assert_eq!(made["file"], file, "{name}");
        assert_eq!(
            (&made["made_by"], &made["made_for"]),
            (&json!(made_by), &made_for),
            "{name}"
        );
        assert_eq!(made["fields"][0]["line"], Json::Null, "{name}");
    }
    let members = named(&definition["collections"], "rooms_members");
    assert!(members["rules"]["create"]["text"].is_string());
    assert_eq!(members["rules"]["create"]["line"], Json::Null);
    let users = named(&definition["collections"], "users");
    assert_eq!((&users["file"], &users["made_by"]), (&Json::Null, &Json::Null));
}

#[tokio::test]
async fn it_is_for_administrators() {
    let app = TestApp::start(ROOMS);
    let refused = app.anonymous().get(PATH).await.problem();
    assert_eq!(refused, (401, "unauthenticated".to_owned()));
    let refused = app.user("u@example.org").await.get(PATH).await.problem();
    assert_eq!(refused, (403, "forbidden".to_owned()));
    let administrator = app.administrator().await;
    let unknown = administrator.get(&format!("{PATH}?full=true")).await.problem();
    assert_eq!(unknown, (400, "unknown_parameter".to_owned()));
    // A key with a part of the rights sees nothing of it, one for administration the whole.
    for (scopes, status) in [(json!(["rooms:read"]), 403), (json!(["admin"]), 200)] {
        let made = administrator
            .post("/api/v1/api-keys", json!({ "name": "program", "scopes": scopes }))
            .await;
        let key = administrator.with_token(made.json()["key"].as_str().expect("the test has it"));
        let answer = key.get(PATH).await;
        assert_eq!(answer.status, status, "{scopes}");
        if status == 200 {
            let rooms = named(&answer.json()["collections"], "rooms").clone();
            assert_eq!(named(&rooms["fields"], "floor")["guarded"], true);
        }
    }
}
