//! Values that are not for everybody, asked for in every way there is (API3:2023; ASVS 8.2.3, 15.3.1). Fields with rules of
//! their own are in `fields`; here it is a hidden field, and what the server keeps of accounts.

use serde_json::json;

use super::{ADA, ROOMS_PATH};
use crate::rooms::{app, room};

#[tokio::test]
async fn a_hidden_value_comes_out_by_no_way() {
    let app = app();
    let admin = app.administrator().await;
    let ada = app.user(ADA).await;
    let room = room(&ada, "Kitchen").await;
    let path = format!("{ROOMS_PATH}/{room}");
    let set = ada.patch(&path, json!({"secret": "hunter2"})).await;
    assert_eq!(set.status, 200, "{}", set.text());
    assert_eq!(app.sql("SELECT secret FROM rooms").await, [["hunter2"]]);
    ada.create("messages", json!({"room": room, "text": "hello"}))
        .await;
    for client in [&ada, &admin] {
        for path in [
            path.clone(),
            format!("{path}?fields=secret"),
            format!("{path}?fields=name,secret"),
            format!("{path}?fields=*"),
            format!("{path}/history"),
            format!("{path}/history/2"),
            format!("{path}/history/compare?from=1&to=2"),
            format!("{path}/activity"),
            format!("{ROOMS_PATH}?fields=secret"),
            format!("{ROOMS_PATH}?sort=secret"),
            format!("{ROOMS_PATH}?sort=-secret"),
            format!("{ROOMS_PATH}?expand=secret"),
            format!("{ROOMS_PATH}?count=secret"),
            "/api/v1/records/messages?expand=room".to_owned(),
            "/api/v1/records/messages?expand=room&fields=room.secret".to_owned(),
            "/api/v1/changes".to_owned(),
            "/api/v1/audit".to_owned(),
            "/api/v1/audit/export?format=csv".to_owned(),
        ] {
            let answer = client.get(&path).await;
            assert!(!answer.text().contains("hunter2"), "{path}: {}", answer.text());
        }
        // Nor is it guessed letter by letter.
        for filter in [
            "secret == 'hunter2'",
            "secret.startsWith('h')",
            "secret != null",
            "size(secret) > 3",
            "friends.exists(f, f.secret == 'x')",
        ] {
            let answer = client.list("rooms", &[("filter", filter)]).await;
            assert_eq!(answer.problem().0, 400, "{filter}");
            let answer = client
                .list("messages", &[("filter", &format!("room.{filter}"))])
                .await;
            assert_eq!(answer.problem().0, 400, "{filter}");
        }
    }
}

#[tokio::test]
async fn what_is_kept_of_accounts_is_nobodys_to_read() {
    let app = app();
    let admin = app.administrator().await;
    let ada = app.user(ADA).await;
    for client in [&ada, &admin] {
        for path in [
            "/api/v1/auth/me".to_owned(),
            "/api/v1/auth/account".to_owned(),
            "/api/v1/auth/sessions".to_owned(),
            "/api/v1/records/users".to_owned(),
            format!("/api/v1/records/users/{}", ada.id()),
            format!("/api/v1/records/users/{}/history", ada.id()),
            "/api/v1/audit".to_owned(),
            "/api/v1/health".to_owned(),
            "/api/v1/openapi.json".to_owned(),
        ] {
            let text = client.get(&path).await.text();
            for word in [
                "$argon2",
                "password_hash",
                "token_hash",
                app.password(),
                client.token(),
            ] {
                assert!(!text.contains(word), "{path} has {word}");
            }
        }
        // The tables of the server are no collections.
        for table in [
            "_credentials",
            "_sessions",
            "_journal",
            "_keys",
            "sqlite_master",
            "pg_user",
        ] {
            let answer = client.get(&format!("/api/v1/records/{table}")).await;
            assert_eq!(answer.problem().0, 404, "{table}");
        }
        for filter in [
            "password_hash != null",
            "credentials.exists(c, true)",
            "_sessions.exists(s, true)",
        ] {
            let answer = client.list("users", &[("filter", filter)]).await;
            assert_eq!(answer.problem().0, 400, "{filter}");
        }
    }
}
