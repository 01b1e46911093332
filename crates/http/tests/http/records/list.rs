//! `GET /api/v1/records/{collection}`

use serde_json::json;

use crate::rooms::{app, room};

#[tokio::test]
async fn list_records_shows_each_caller_their_own() {
    let app = app();
    let (ada, bob, eve) = (
        app.user("ada@example.org").await,
        app.user("bob@example.org").await,
        app.user("eve@example.org").await,
    );
    let kitchen = room(&ada, "Kitchen").await;
    room(&bob, "Attic").await;
    ada.create("memberships", json!({"room": kitchen, "user": bob.id()}))
        .await;
    assert_eq!(ada.list("rooms", &[]).await.column("name"), ["Kitchen"]);
    assert_eq!(bob.list("rooms", &[]).await.column("name"), ["Attic", "Kitchen"]);
    assert_eq!(eve.list("rooms", &[]).await.column("name"), Vec::<String>::new());
    assert_eq!(
        app.anonymous().list("rooms", &[]).await.column("name"),
        Vec::<String>::new()
    );
    assert_eq!(
        app.administrator().await.list("rooms", &[]).await.column("name"),
        ["Attic", "Kitchen"]
    );
    // No rule at all: nobody but administrators.
    let users = eve.list("memberships", &[("filter", "role == 'owner'")]).await;
    assert_eq!(users.column("id"), Vec::<String>::new());
}

#[tokio::test]
async fn list_records_with_filters() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    for (text, stars, price, due) in [
        ("Apple", Some(5), Some("9.99"), None),
        ("banana", Some(1), Some("0.50"), Some("2026-02-01T00:00:00Z")),
        ("Cherry", None, Some("9.99"), Some("2025-01-01T00:00:00Z")),
        ("date", None, None, None),
    ] {
        let tags = if text == "Apple" {
            json!(["red", "green"])
        } else {
            json!(null)
        };
        let body =
            json!({"room": room_id, "text": text, "stars": stars, "price": price, "due": due, "tags": tags});
        ada.create("messages", body).await;
    }
    let by_room = format!("room == '{room_id}'");
    for (filter, wanted) in [
        ("stars == 5", vec!["Apple"]),
        ("record.stars != 5", vec!["banana", "Cherry", "date"]),
        ("stars < 5", vec!["banana"]),
        ("!(stars < 5)", vec!["Apple"]),
        ("stars == null", vec!["Cherry", "date"]),
        ("has(stars) && stars > 1", vec!["Apple"]),
        ("price >= 9.99", vec!["Apple", "Cherry"]),
        (
            "text.startsWith('Ch') || text.endsWith('na')",
            vec!["banana", "Cherry"],
        ),
        ("text.contains('an')", vec!["banana"]),
        ("text.lowerAscii().matches('^[a-b]')", vec!["Apple", "banana"]),
        ("text.size() == 4 && size(text) < 5", vec!["date"]),
        ("text in ['date', 'Apple', 'none']", vec!["Apple", "date"]),
        ("due < now()", vec!["Cherry"]),
        ("due > now() && due < now() + duration('960h')", vec!["banana"]),
        ("due == timestamp('2025-01-01T00:00:00Z')", vec!["Cherry"]),
        ("'red' in tags", vec!["Apple"]),
        ("tags.exists(t, t == 'green')", vec!["Apple"]),
        ("room.name == 'Kitchen' && stars != null", vec!["Apple", "banana"]),
        (
            "room.members.exists(m, m.role == 'owner' && m.user == auth.id)",
            vec!["Apple", "banana", "Cherry", "date"],
        ),
        (
            "stars > 2 ? price > 5.0 : text == 'banana'",
            vec!["Apple", "banana"],
        ),
        (
            "created_by == auth.id && created_at <= now()",
            vec!["Apple", "banana", "Cherry", "date"],
        ),
        (by_room.as_str(), vec!["Apple", "banana", "Cherry", "date"]),
        ("replies.size() == 0", vec!["Apple", "banana", "Cherry", "date"]),
    ] {
        let response = ada.list("messages", &[("filter", filter)]).await;
        assert_eq!(response.status, 200, "{filter}: {}", response.text());
        assert_eq!(response.column("text"), wanted, "{filter}");
    }
}

#[tokio::test]
async fn list_records_with_filters_that_cannot_be() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    for filter in [
        "colour == 'red'",
        "stars == 'five'",
        "stars ==",
        "secret == 'x'",
        "room.secret == 'x'",
        "stars",
        "text.size(1)",
        "exists(text)",
        "room == 'no-id'",
        "kind()",
        "tags == ['red']",
        "(((((",
        "text.matches('(')",
        "input.text == 'a'",
        "room.members",
        "1 == 1 &&",
        "'a' + 1 == 'a'",
    ] {
        let response = ada.list("messages", &[("filter", filter)]).await;
        assert_eq!(response.problem(), (400, "invalid_filter".to_owned()), "{filter}");
        assert!(
            response.json()["errors"][0]["message"]
                .as_str()
                .unwrap()
                .starts_with("column "),
            "{filter}"
        );
    }
}

#[tokio::test]
async fn list_records_sorted() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    for (text, stars) in [("b", Some(2)), ("a", None), ("c", Some(2)), ("d", Some(1))] {
        ada.create(
            "messages",
            json!({"room": room_id, "text": text, "stars": stars, "price": "1"}),
        )
        .await;
    }
    for (sort, wanted) in [
        ("text", ["a", "b", "c", "d"]),
        ("-text", ["d", "c", "b", "a"]),
        ("stars,text", ["a", "d", "b", "c"]),
        ("-stars,text", ["b", "c", "d", "a"]),
        ("-stars,-text", ["c", "b", "d", "a"]),
        ("id", ["b", "a", "c", "d"]),
        ("-id", ["d", "c", "a", "b"]),
    ] {
        assert_eq!(
            ada.list("messages", &[("sort", sort)]).await.column("text"),
            wanted,
            "{sort}"
        );
    }
    for sort in ["tags", "secret", "colour", "", "text,", "a,b,c,d,e,f"] {
        assert_eq!(
            ada.list("messages", &[("sort", sort)]).await.problem(),
            (400, "invalid_parameter".to_owned())
        );
    }
}

#[tokio::test]
async fn list_records_with_fields_and_count() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    let room_id = room(&ada, "Kitchen").await;
    for text in ["a", "b", "c"] {
        ada.create("messages", json!({"room": room_id, "text": text}))
            .await;
    }
    let response = ada
        .list(
            "messages",
            &[("fields", "text"), ("count", "true"), ("limit", "2")],
        )
        .await
        .json();
    assert_eq!(response["count"], 3);
    assert_eq!(response["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        response["items"][0]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["id", "text"]
    );
    assert_eq!(ada.list("messages", &[]).await.json().get("count"), None);
}

#[tokio::test]
async fn list_records_with_parameters_that_cannot_be() {
    let app = app();
    let ada = app.user("ada@example.org").await;
    for (name, value, code) in [
        ("limit", "0", "invalid_parameter"),
        ("limit", "501", "invalid_parameter"),
        ("limit", "ten", "invalid_parameter"),
        ("page", "2", "unknown_parameter"),
        ("cursor", "nonsense", "invalid_cursor"),
        ("count", "maybe", "invalid_parameter"),
        ("expand", "secret", "invalid_parameter"),
        ("fields", "colour", "invalid_parameter"),
        ("filter", "", "invalid_parameter"),
    ] {
        let response = ada.list("messages", &[(name, value)]).await;
        assert_eq!(response.problem(), (400, code.to_owned()), "{name}={value}");
    }
    let twice = ada.get("/api/v1/records/rooms?limit=1&limit=2").await;
    assert_eq!(twice.problem(), (400, "invalid_parameter".to_owned()));
}
