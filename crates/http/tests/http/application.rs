//! `GET /api/v1/application`

use std::path::Path;

use mainstay_testkit::TestApp;
use serde_json::{Value as Json, json};

use crate::rooms::app;

const PATH: &str = "/api/v1/application";

/// Every type of field with all that can be said of it, and collections that are made for others.
const PLANS: &[(&str, &str)] = &[
    (
        "mainstay.toml",
        "name = \"plans\"\ntitle = \"Plans\"\ndescription = \"What is to come.\"\n\
         [auth]\nsign_up = true\nmethods = [\"password\", \"email_code\"]\n",
    ),
    (
        "collections/plans.toml",
        r#"
title = "Plans"
description = "One plan each."
label = "{name}: {level}"
soft_delete = true
comments = true
trash_days = 7
share = true
order = "-due"
[members]
roles = ["lead", "guest"]
[fields.name]
type = "text"
title = "Name"
description = "Short."
required = true
min = 2
max = 40
pattern = '^[A-Z]'
unique = true
[fields.notes]
type = "text"
multiline = true
rich = true
read = "record.created_by == auth.id"
[fields.count]
type = "integer"
min = -1
max = 5
default = 3
[fields.free]
type = "integer"
[fields.part]
type = "number"
min = 0.5
[fields.price]
type = "decimal"
precision = 6
scale = 2
min = "0.50"
default = "12.50"
[fields.done]
type = "boolean"
required = true
default = false
[fields.due]
type = "datetime"
default = "now()"
[fields.day]
type = "date"
[fields.level]
type = "select"
options = ["low", "high"]
default = "low"
[fields.tags]
type = "multi_select"
options = ["a", "b"]
max = 2
default = ["a"]
[fields.shape]
type = "json"
schema = { type = "object" }
[fields.mail]
type = "email"
[fields.link]
type = "url"
[fields.owner]
type = "relation"
to = "users"
default = "auth.id"
write_once = true
on_delete = "set_null"
[fields.others]
type = "relation"
to = "plans"
many = true
back = "named_by"
[fields.pin]
type = "text"
hidden = true
[fields.unseen]
type = "text"
hidden = true
read_only = true
[fields.unseen_parent]
type = "relation"
to = "plans"
hidden = true
back = "unseen_children"
[rules]
list = "auth.id != null"
read = "auth.id == record.owner && record.pin != 'a secret of the rules'"
create = "auth.id != null"
"#,
    ),
];

async fn read(app: &TestApp) -> Json {
    let answer = app.anonymous().get(PATH).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn collection<'a>(application: &'a Json, name: &str) -> &'a Json {
    let mut collections = application["collections"].as_array().into_iter().flatten();
    let found = collections.find(|collection| collection["name"] == name);
    found.unwrap_or_else(|| panic!("there is a collection {name}"))
}

/// `MAINSTAY_RENEW=1 cargo nextest run -p mainstay-http application` writes the file anew; read the difference before you
/// keep it.
#[tokio::test]
async fn it_tells_what_the_application_is() {
    let application = read(&TestApp::start(PLANS)).await;
    let told = format!("{application:#}\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/application.json");
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch for whoever runs the test, not a setting of the product"
    )]
    let renew = std::env::var_os("MAINSTAY_RENEW").is_some();
    if renew {
        std::fs::write(&path, &told).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert!(
        told == expected,
        "it differs from application.json; if it is meant, run the test again with MAINSTAY_RENEW=1\n{told}"
    );
}

#[tokio::test]
async fn it_is_as_the_document_says() {
    let app = TestApp::start(PLANS);
    let application = read(&app).await;
    let mut schema = app.anonymous().get("/api/v1/openapi.json").await.json();
    schema["$ref"] = json!("#/components/schemas/Application");
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&application)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let mut wrong = application;
    wrong["collections"][0]["fields"][0]["type"] = json!("other");
    assert!(!validator.is_valid(&wrong));
}

#[tokio::test]
async fn what_is_hidden_is_told_only_where_it_can_be_given() {
    let application = read(&TestApp::start(PLANS)).await;
    let plans = collection(&application, "plans");
    let hidden = plans["fields"].as_array().unwrap().iter();
    let hidden: Vec<&Json> = hidden.filter(|field| field["hidden"] == true).collect();
    let names: Vec<&Json> = hidden.iter().map(|field| &field["name"]).collect();
    assert_eq!(names, ["pin", "unseen_parent"]);
    let text = application.to_string();
    assert!(!text.contains("unseen_children"), "{text}");
    assert!(!text.contains("\"unseen\""), "{text}");
    assert!(!text.contains("a secret of the rules"), "{text}");
}

#[tokio::test]
async fn a_reader_who_has_it_is_told_so_until_it_changes() {
    let app = app();
    let anonymous = app.anonymous();
    let first = anonymous.get(PATH).await;
    assert_eq!(first.header("cache-control"), "no-cache");
    assert_eq!(first.json()["auth"]["set_up"], false);
    let tag = first.header("etag").to_owned();
    let again = anonymous.with_header("if-none-match", &tag);
    let unchanged = again.get(PATH).await;
    assert_eq!((unchanged.status.as_u16(), unchanged.text().as_str()), (304, ""));
    assert_eq!(unchanged.header("etag"), tag);
    // Not the definition alone: now there is an administrator.
    app.administrator().await;
    let set_up = again.get(PATH).await;
    assert_eq!(
        (set_up.status.as_u16(), &set_up.json()["auth"]["set_up"]),
        (200, &json!(true))
    );
    let unknown = anonymous.get(&format!("{PATH}?full=true")).await;
    assert_eq!(unknown.problem(), (400, "unknown_parameter".to_owned()));
}

/// The shapes that the client checks answers against are those of the module that `mainstay types` writes.
#[tokio::test]
async fn its_schema_is_that_of_the_client() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps/todo");
    let application = read(&TestApp::start_folder(&folder)).await;
    let schema = &application["schema"];
    assert_eq!(schema["session"]["members"]["user"], json!({ "record": "users" }));
    assert_eq!(schema["collections"]["todos"]["fields"]["title"], "text");
    let definition =
        mainstay_core::definition::Definition::read(mainstay_testkit::read_folder(&folder)).unwrap();
    let module = mainstay_http::application_types(&definition);
    let (_, constant) = module.split_once("RuntimeSchema<Schema> = ").unwrap();
    assert_eq!(
        &from_typescript(constant.trim_end().trim_end_matches(';')),
        schema
    );
}

/// An object literal as Prettier writes it, without comments and with texts that have no quotes in them.
fn from_typescript(literal: &str) -> Json {
    let named =
        regex::Regex::new(r"(?m)([{,]|^)(\s*)([A-Za-z_][A-Za-z0-9_]*):").expect("it is an expression");
    let named = named.replace_all(literal, "$1$2\"$3\":");
    let trailing = regex::Regex::new(r",(\s*[}\]])").expect("it is an expression");
    serde_json::from_str(&trailing.replace_all(&named, "$1")).expect("it is JSON then")
}
