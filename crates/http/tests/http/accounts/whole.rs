//! An account from its first day on, as its owner goes through it, and what somebody tries at each step who is not them.
//! Each step alone, with everything that can go wrong at it, is in the files beside this one.

use mainstay_testkit::{Client, Post, TestApp};
use serde_json::{Value as Json, json};

use super::{ADA, ask, sign_in};

const CHOIR: &[(&str, &str)] = &[
    (
        "mainstay.toml",
        "name = \"choir\"\ntitle = \"Choir\"\n[auth]\nsign_up = true\n",
    ),
    (
        "collections/users.toml",
        "[fields.role]\ntype = \"select\"\noptions = [\"singer\", \"leader\"]\ndefault = \"singer\"\n\
         write = \"auth.role == 'leader'\"\n[rules]\nread = \"auth.id != null\"\nupdate = \"record.id == auth.id\"\n",
    ),
    (
        "collections/songs.toml",
        "[fields.title]\ntype = \"text\"\n[rules]\nlist = \"record.created_by == auth.id\"\n\
         read = \"record.created_by == auth.id\"\ncreate = \"auth.role == 'leader'\"\nupdate = \"true\"\n",
    ),
];
const FIRST: &str = "correct horse battery";
const SECOND: &str = "another horse battery";
const SONGS: &str = "/api/v1/records/songs";

fn text(json: &Json, name: &str) -> String {
    json[name].as_str().expect("it is a text").to_owned()
}

async fn with_secret(app: &TestApp, operation: &str, body: Json) -> u16 {
    let answer = app
        .anonymous()
        .post(&format!("/api/v1/auth/{operation}"), body)
        .await;
    answer.status.as_u16()
}

async fn refresh(app: &TestApp, session: &Json) -> (u16, Json) {
    let body = json!({"refresh_token": session["refresh_token"]});
    let answer = app.anonymous().post("/api/v1/auth/refresh", body).await;
    (answer.status.as_u16(), answer.json())
}

#[tokio::test]
async fn an_account_goes_from_sign_up_to_sign_out_and_nobody_else_comes_in() {
    let app = TestApp::start_mailing(CHOIR);
    let post = Post::start(&app);
    let eve = app.user("eve@example.org").await;
    let id = confirmed(&app, &post).await;

    // Signing in, and going on with the session.
    assert_eq!(sign_in(&app, ADA, "wrong horse battery").await, 401);
    let body = json!({"email": ADA, "password": FIRST});
    let session = app.anonymous().post("/api/v1/auth/sign-in", body).await.json();
    let (status, next) = refresh(&app, &session).await;
    assert_eq!(status, 200, "{next}");
    let ada = app.anonymous().with_token(&text(&next, "access_token"));

    let key = role_and_rows(&app, &ada, &eve, &id).await;
    new_password(&app, &post, &ada, &next).await;

    // A key lasts until it is taken back, and only its owner takes it back.
    let body = json!({"email": ADA, "password": SECOND});
    let last = app.anonymous().post("/api/v1/auth/sign-in", body).await.json();
    let ada = app.anonymous().with_token(&text(&last, "access_token"));
    let path = format!("/api/v1/api-keys/{}", text(&key, "id"));
    let program = app.anonymous().with_token(&text(&key, "key"));
    assert_eq!(eve.delete(&path).await.status, 404);
    assert_eq!(program.list("songs", &[]).await.status, 200);
    assert_eq!(ada.delete(&path).await.status, 204);
    assert_eq!(program.list("songs", &[]).await.status, 401);

    // Signing out ends the session, with everything that was ever got by it.
    assert_eq!(ada.send("POST", "/api/v1/auth/sign-out", None).await.status, 204);
    assert_eq!(ada.get("/api/v1/auth/me").await.status, 401);
    assert_eq!(refresh(&app, &last).await.0, 401);
}

/// Signing up, and the address is confirmed with the link that was sent there.
async fn confirmed(app: &TestApp, post: &Post) -> String {
    let account = json!({"email": ADA, "password": FIRST});
    let mut greedy = account.clone();
    greedy["role"] = json!("leader");
    let sign_up = async |body: &Json| app.anonymous().post("/api/v1/auth/sign-up", body.clone()).await;
    assert!(sign_up(&greedy).await.status.is_client_error());
    let begun = sign_up(&account).await;
    assert_eq!(begun.status, 201, "{}", begun.text());
    assert!(sign_up(&account).await.status.is_client_error(), "there is one");
    let id = text(&begun.json()["user"], "id");
    let secret = post.last_of(ADA, 1).await.secret();
    for (token, status) in [("guessed", 400), (secret.as_str(), 204), (secret.as_str(), 400)] {
        let found = with_secret(app, "verify-address", json!({"token": token})).await;
        assert_eq!(found, status, "{token}");
    }
    id
}

/// A role is in force with the next request; the rows of others stay out of sight, for a key as well.
async fn role_and_rows(app: &TestApp, ada: &Client, eve: &Client, id: &str) -> Json {
    let song = json!({"title": "Ave"});
    assert_eq!(ada.post(SONGS, song.clone()).await.problem().0, 403);
    let own = format!("/api/v1/records/users/{id}");
    let leader = json!({"role": "leader"});
    for who in [ada, eve] {
        assert_eq!(who.patch(&own, leader.clone()).await.problem().0, 403);
    }
    let administrator = app.administrator().await;
    assert_eq!(administrator.patch(&own, leader).await.status, 200);
    let song = ada.create("songs", song).await;
    let path = format!("{SONGS}/{}", text(&song, "id"));
    assert_eq!(eve.get(&path).await.problem().0, 404);
    assert_eq!(eve.patch(&path, json!({"title": "Mine"})).await.problem().0, 404);
    let asked = json!({"name": "Print", "scopes": ["songs:read"]});
    let key = ada.post("/api/v1/api-keys", asked.clone()).await.json();
    let program = app.anonymous().with_token(&text(&key, "key"));
    assert_eq!(program.list("songs", &[]).await.column("title"), ["Ave"]);
    assert_eq!(
        program.patch(&path, json!({"title": "Salve"})).await.problem().0,
        403
    );
    assert_eq!(program.post("/api/v1/api-keys", asked).await.problem().0, 403);
    let demoted = administrator.patch(&own, json!({"role": "singer"})).await;
    assert_eq!(demoted.status, 200);
    assert_eq!(ada.post(SONGS, json!({"title": "Salve"})).await.problem().0, 403);
    key
}

/// A forgotten password: the link works once, and what was got with the one before is worth nothing.
async fn new_password(app: &TestApp, post: &Post, ada: &Client, session: &Json) {
    ask(&app.anonymous(), "request-password-reset", json!({"email": ADA})).await;
    let secret = post.last_of(ADA, 2).await.secret();
    for (token, status) in [("guessed", 400), (secret.as_str(), 204), (secret.as_str(), 400)] {
        let body = json!({"token": token, "password": SECOND});
        let found = with_secret(app, "reset-password", body).await;
        assert_eq!(found, status, "{token}");
    }
    assert_eq!(sign_in(app, ADA, FIRST).await, 401);
    assert_eq!(ada.get("/api/v1/auth/me").await.status, 401);
    assert_eq!(refresh(app, session).await.0, 401);
}
