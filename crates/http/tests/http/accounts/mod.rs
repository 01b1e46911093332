//! What happens to accounts by mail.

mod addresses;
mod deletion;
mod invitations;
mod outbox;
mod reset;
mod security;
mod sign_in;
mod templates;
mod whole;

use mainstay_testkit::{Client, Post, TestApp};
use serde_json::{Value as Json, json};

const ADA: &str = "ada@example.org";

/// Anyone may sign up, and everybody may see everybody.
const CHOIR: &[(&str, &str)] = &[
    (
        "mainstay.toml",
        "name = \"choir\"\ntitle = \"Choir\"\n[auth]\nsign_up = true\nmethods = [\"password\", \"email_code\", \"magic_link\"]\n",
    ),
    (
        "collections/users.toml",
        "[fields.name]\ntype = \"text\"\n[fields.voice]\ntype = \"select\"\noptions = [\"alto\", \"bass\"]\nread_only = true\n\
         [rules]\nlist = \"true\"\nread = \"true\"\nupdate = \"record.id == auth.id\"\n",
    ),
    (
        "collections/songs.toml",
        "[fields.title]\ntype = \"text\"\n[fields.singer]\ntype = \"relation\"\nto = \"users\"\n[rules]\nlist = \"true\"\n\
         read = \"true\"\ncreate = \"auth.id != null\"\n",
    ),
];

/// An application that sends mails.
fn choir() -> (TestApp, Post) {
    let app = TestApp::start_mailing(CHOIR);
    let post = Post::start(&app);
    (app, post)
}

async fn ask(client: &Client, operation: &str, body: Json) {
    let answer = client.post(&format!("/api/v1/auth/{operation}"), body).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
}

/// Signs in, and gives the status.
async fn sign_in(app: &TestApp, email: &str, password: &str) -> u16 {
    let body = json!({"email": email, "password": password});
    let answer = app.anonymous().post("/api/v1/auth/sign-in", body).await;
    answer.status.as_u16()
}

async fn kinds(app: &TestApp) -> Vec<String> {
    let kinds = app
        .sql("SELECT kind FROM _journal WHERE kind LIKE 'auth.%' ORDER BY seq")
        .await;
    kinds.into_iter().flatten().collect()
}
