//! Related records come with a number of statements that does not grow with the page.

use mainstay_testkit::{Client, TestApp};
use serde_json::json;

const FILES: [(&str, &str); 4] = [
    ("mainstay.toml", "name = \"expanded\""),
    (
        "collections/rooms.toml",
        r#"
fields.name = { type = "text", required = true }
fields.keepers = { type = "relation", to = "users", many = true, back = "kept" }
rules.read = "auth.id != null"
"#,
    ),
    (
        "collections/todos.toml",
        r#"
fields.title = { type = "text", required = true }
fields.room = { type = "relation", to = "rooms", required = true, back = "todos" }
fields.author = { type = "relation", to = "users", required = true, default = "auth.id" }
rules.list = "record.author == auth.id"
rules.read = "record.author == auth.id"
rules.create = "auth.id != null"
"#,
    ),
    (
        "collections/comments.toml",
        r#"
fields.body = { type = "text", required = true }
fields.todo = { type = "relation", to = "todos", required = true, back = "comments" }
rules.read = "record.todo.author == auth.id"
rules.create = "auth.id != null"
"#,
    ),
];

async fn make_todo(administrator: &Client, ann: &Client, number: usize) {
    let room = json!({"name": format!("Room {number}"), "keepers": [ann.id(), administrator.id()]});
    let room = administrator.create("rooms", room).await;
    let todo = ann
        .create("todos", json!({"title": format!("{number}"), "room": room["id"]}))
        .await;
    for body in ["first", "second"] {
        ann.create("comments", json!({"todo": todo["id"], "body": body}))
            .await;
    }
}

/// Statements of one page, and how many records it and its related ones hold.
async fn page(app: &TestApp, ann: &Client, limit: &str) -> (u64, usize) {
    let before = app.environment.db.statements_read();
    let expand = "room.keepers,room.todos,author,comments.todo";
    let page = ann.list("todos", &[("limit", limit), ("expand", expand)]).await;
    let statements = app.environment.db.statements_read() - before;
    let ids = page.text().matches("\"id\":").count();
    assert_eq!(
        page.json()["items"].as_array().map(Vec::len),
        limit.parse().ok(),
        "{}",
        page.text()
    );
    (statements, ids)
}

#[tokio::test]
async fn a_large_page_takes_as_many_statements_as_a_small_one() {
    let app = TestApp::start(&FILES);
    let administrator = app.administrator().await;
    let ann = app.user("ann@example.org").await;
    for number in 0..60 {
        make_todo(&administrator, &ann, number).await;
    }
    let (of_one, ids_of_one) = page(&app, &ann, "1").await;
    let (of_sixty, ids_of_sixty) = page(&app, &ann, "60").await;
    assert_eq!(ids_of_sixty, 60 * ids_of_one, "everything related comes along");
    // One for the list, one for each of the six steps, and what it takes to know who asks.
    assert!(of_one <= 10, "{of_one} statements");
    assert_eq!(of_one, of_sixty);
}
