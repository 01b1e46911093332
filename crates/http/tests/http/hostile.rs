//! Input that means harm.

use serde_json::json;

use crate::rooms::{app, room};

const HOSTILE: &[&str] = &[
    "'",
    "\"",
    "' OR 1=1 --",
    "'; DROP TABLE rooms; --",
    "\\",
    "%",
    "_",
    "?1",
    "$1",
    ":a",
    "@a",
    "\u{0}",
    "\u{202e}",
    "name\" --",
    "1; SELECT 1",
    "/*",
    "x' UNION SELECT password_hash FROM _credentials --",
    "<script>alert(1)</script>",
];

/// A corpus through every parameter changes nothing and never reaches the database's parser.
#[tokio::test]
async fn no_parameter_reaches_the_database_as_sql() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    for text in HOSTILE {
        for parameter in [
            "filter", "sort", "fields", "expand", "cursor", "limit", "count", "deleted", text,
        ] {
            let response = ada.list("rooms", &[(parameter, text)]).await;
            assert!(
                response.status.is_client_error(),
                "{parameter}={text}: {}",
                response.text()
            );
        }
        let quoted = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\0', "");
        for filter in [
            format!("name == '{quoted}'"),
            format!("name.contains('{quoted}')"),
            format!("name.matches('{quoted}')"),
        ] {
            let response = ada.list("rooms", &[("filter", &filter)]).await;
            assert_ne!(response.status.as_u16() / 100, 5, "{filter}: {}", response.text());
        }
        let path: String = text
            .bytes()
            .fold(String::new(), |path, byte| path + &format!("%{byte:02X}"));
        for path in [
            format!("/api/v1/records/{path}"),
            format!("/api/v1/records/rooms/{path}"),
        ] {
            assert_eq!(ada.get(&path).await.status, 404, "{path}");
        }
    }
    assert_eq!(
        app.sql("SELECT count(*), min(name) FROM rooms").await,
        [["1", "Kitchen"]]
    );
    assert_eq!(
        ada.get(&format!("/api/v1/records/rooms/{room_id}")).await.status,
        200
    );
}

#[tokio::test]
async fn hostile_texts_are_stored_and_given_back_as_they_are() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    for text in HOSTILE {
        let response = ada
            .post("/api/v1/records/messages", json!({"room": room_id, "text": text}))
            .await;
        if text.contains('\0') {
            assert_eq!(response.status, 422);
            continue;
        }
        assert_eq!(response.json()["text"], *text);
        assert_eq!(ada.get(response.header("location")).await.json()["text"], *text);
        let literal = text.replace('\\', "\\\\").replace('\'', "\\'");
        let found = ada
            .list("messages", &[("filter", &format!("text == '{literal}'"))])
            .await;
        assert_eq!(found.column("text"), [*text], "{text}");
    }
}

/// A filter must not find out what the rules hide: along relations it sees only what its author may read.
#[tokio::test]
async fn filters_do_not_see_past_the_rules() {
    let app = app();
    let (ada, bob) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
    );
    let (kitchen, vault) = (room(&ada, "Kitchen").await, room(&ada, "Vault").await);
    ada.create("memberships", json!({"room": kitchen, "user": bob.id()}))
        .await;
    ada.patch(
        &format!("/api/v1/records/rooms/{kitchen}"),
        json!({"friends": [vault]}),
    )
    .await;
    ada.create("messages", json!({"room": vault, "text": "the treasure"}))
        .await;
    for filter in [
        "friends.exists(f, f.name == 'Vault')",
        "friends.exists(f, f.messages.exists(m, m.text.contains('treasure')))",
        "size(friends) == 1",
    ] {
        assert_eq!(
            ada.list("rooms", &[("filter", filter)]).await.column("name"),
            ["Kitchen"],
            "{filter}"
        );
        assert_eq!(
            bob.list("rooms", &[("filter", filter)]).await.column("name"),
            Vec::<String>::new(),
            "{filter}"
        );
    }
    // Nobody is somebody: absence is not a match.
    let open = app
        .anonymous()
        .list("rooms", &[("filter", "created_by != auth.id")])
        .await;
    assert_eq!(open.column("name"), Vec::<String>::new());
}

#[tokio::test]
async fn expressions_that_would_explode_are_refused() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let mut nested = "stars == 1".to_owned();
    for _ in 0..60 {
        nested = format!("({nested} ? true : false)");
    }
    let long = vec!["stars == 1"; 400].join(" || ");
    let deep = format!("{}stars == 1{}", "(".repeat(2_000), ")".repeat(2_000));
    let chain = format!("{}true", "!".repeat(4_000));
    for filter in [nested, long, deep, chain, "x".repeat(5_000)] {
        let response = ada.list("messages", &[("filter", &filter)]).await;
        assert_eq!(
            response.problem(),
            (400, "invalid_filter".to_owned()),
            "{}",
            &filter[..40]
        );
    }
}
