//! What a client sees: by filter, by rule, and by others' changes.

use mainstay_testkit::TestApp;
use serde_json::json;

use super::message;
use crate::live::{Live, text, told};
use crate::rooms::{app, room};

/// Notes that belong to somebody, and can be given away.
const NOTES: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"notes\"\n"),
    (
        "collections/notes.toml",
        r#"
            soft_delete = true
            [fields.owner]
            type = "relation"
            to = "users"
            on_delete = "cascade"
            [fields.readers]
            type = "relation"
            to = "users"
            many = true
            [fields.text]
            type = "text"
            [fields.secret]
            type = "text"
            hidden = true
            [rules]
            list = "record.owner == auth.id || auth.id in record.readers"
            read = "record.owner == auth.id || auth.id in record.readers"
            create = "auth.id != null"
            update = "record.owner == auth.id"
            delete = "record.owner == auth.id"
        "#,
    ),
];

fn notes() -> TestApp {
    TestApp::start(NOTES)
}

#[tokio::test]
async fn records_enter_and_leave_a_filter() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let room = room(&owner, "Kitchen").await;
    told(&live).await;
    let mut socket = live.connect(&owner).await;
    let filter = format!("room == '{room}' && stars >= 3");
    socket
        .subscribe(
            "m",
            json!({"to": "records", "collection": "messages", "filter": filter, "fields": "stars"}),
        )
        .await;
    let id = message(&owner, &room, "hello").await;
    let path = format!("/api/v1/records/messages/{id}");
    told(&live).await;
    for (change, expected) in [
        (json!({"stars": 3, "price": "1.00"}), "entered"),
        (json!({"stars": 5}), "updated"),
        (json!({"stars": 2}), "left"),
        (json!({"stars": 4}), "entered"),
    ] {
        owner.patch(&path, change.clone()).await;
        let (name, record, event) = socket.event().await;
        assert_eq!((name.as_str(), &record), (expected, &id), "{change}");
        if expected == "left" {
            assert_eq!(event.get("record"), None);
        } else {
            assert_eq!(event["record"], json!({"id": id, "stars": change["stars"]}));
        }
    }
    owner.patch(&path, json!({"text": "not shown"})).await;
    assert_eq!(socket.event().await.0, "updated");
    owner.delete(&path).await;
    assert_eq!(socket.event().await.0, "deleted");
    told(&live).await;
    socket.expect_silence().await;
    live.stop().await;
}

#[tokio::test]
async fn a_record_that_is_given_away_leaves_one_and_enters_another() {
    let live = Live::start(notes()).await;
    let (giver, taker, reader) = (
        live.app.user("g@example.org").await,
        live.app.user("t@example.org").await,
        live.app.user("r@example.org").await,
    );
    told(&live).await;
    let (mut gives, mut takes, mut reads) = (
        live.connect(&giver).await,
        live.connect(&taker).await,
        live.connect(&reader).await,
    );
    for socket in [&mut gives, &mut takes, &mut reads] {
        socket.follow("n", "notes").await;
    }
    let note = giver
        .create(
            "notes",
            json!({"owner": giver.id(), "text": "a", "readers": [reader.id()]}),
        )
        .await;
    let path = format!("/api/v1/records/notes/{}", text(&note["id"]));
    assert_eq!(gives.event().await.0, "created");
    let (name, _, event) = reads.event().await;
    assert_eq!((name.as_str(), &event["record"]), ("created", &note));

    giver.patch(&path, json!({"readers": []})).await;
    assert_eq!(gives.event().await.0, "updated");
    let (name, _, event) = reads.event().await;
    assert_eq!((name.as_str(), event.get("record")), ("left", None));

    giver.patch(&path, json!({"owner": taker.id()})).await;
    let (name, _, event) = gives.event().await;
    assert_eq!((name.as_str(), event.get("record")), ("left", None));
    let (name, _, event) = takes.event().await;
    assert_eq!(
        (name.as_str(), &event["record"]["text"]),
        ("entered", &json!("a"))
    );

    taker.patch(&path, json!({"text": "b"})).await;
    assert_eq!(takes.event().await.0, "updated");
    taker.delete(&path).await;
    assert_eq!(takes.event().await.0, "deleted");
    told(&live).await;
    for socket in [&mut gives, &mut takes, &mut reads] {
        socket.expect_silence().await;
    }
    live.stop().await;
}

#[tokio::test]
async fn hidden_fields_are_never_told_and_administrators_see_all_else() {
    let live = Live::start(notes()).await;
    let (owner, administrator) = (
        live.app.user("o@example.org").await,
        live.app.administrator().await,
    );
    told(&live).await;
    let (mut hears, mut all) = (live.connect(&owner).await, live.connect(&administrator).await);
    hears.follow("n", "notes").await;
    all.subscribe(
        "n",
        json!({"to": "records", "collection": "notes", "filter": "text != 'b'"}),
    )
    .await;
    owner
        .create(
            "notes",
            json!({"owner": owner.id(), "text": "a", "secret": "hush"}),
        )
        .await;
    for socket in [&mut hears, &mut all] {
        let (name, _, event) = socket.event().await;
        assert_eq!(name, "created");
        assert!(!event.to_string().contains("hush"), "{event}");
        assert_eq!(event["record"].get("secret"), None);
    }
    hears
        .send(json!({"type": "subscribe", "id": "s", "to": "records", "collection": "notes", "filter": "secret == 'hush'"}))
        .await;
    let answer = hears.next().await;
    assert_eq!(
        (&answer["type"], &answer["id"], &answer["code"]),
        (&json!("ended"), &json!("s"), &json!("invalid_filter"))
    );
    live.stop().await;
}

#[tokio::test]
async fn whoever_becomes_a_member_lists_again_and_others_do_not() {
    let live = Live::start(app()).await;
    let (owner, guest, stranger) = (
        live.app.user("o@example.org").await,
        live.app.user("g@example.org").await,
        live.app.user("s@example.org").await,
    );
    let room = room(&owner, "Kitchen").await;
    message(&owner, &room, "before").await;
    told(&live).await;
    let (mut joins, mut deaf) = (live.connect(&guest).await, live.connect(&stranger).await);
    joins.follow("m", "messages").await;
    deaf.follow("m", "messages").await;
    let membership = owner
        .create("memberships", json!({"room": room, "user": guest.id()}))
        .await;
    let seq = told(&live).await;
    assert_eq!(
        joins.next().await,
        json!({"type": "reload", "id": "m", "seq": seq, "reason": "visibility_changed"})
    );
    message(&owner, &room, "meanwhile").await;
    assert_eq!(joins.event().await.0, "created");

    owner
        .delete(&format!(
            "/api/v1/records/memberships/{}",
            text(&membership["id"])
        ))
        .await;
    assert_eq!(joins.next().await["type"], "reload");
    message(&owner, &room, "after").await;
    told(&live).await;
    joins.expect_silence().await;
    deaf.expect_silence().await;
    live.stop().await;
}

#[tokio::test]
async fn a_change_elsewhere_that_no_rule_reads_means_nothing() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let kitchen = room(&owner, "Kitchen").await;
    told(&live).await;
    let mut socket = live.connect(&owner).await;
    socket.follow("m", "messages").await;
    owner
        .patch(
            &format!("/api/v1/records/rooms/{kitchen}"),
            json!({"name": "Hall"}),
        )
        .await;
    owner.create("rooms", json!({"name": "Cellar"})).await;
    told(&live).await;
    socket.expect_silence().await;
    live.stop().await;
}

#[tokio::test]
async fn a_filter_sees_only_what_its_client_may_read() {
    let live = Live::start(app()).await;
    let (owner, guest) = (
        live.app.user("o@example.org").await,
        live.app.user("g@example.org").await,
    );
    let kitchen = room(&owner, "Kitchen").await;
    let administrator = live.app.administrator().await;
    told(&live).await;
    let (mut own, mut other) = (live.connect(&owner).await, live.connect(&guest).await);
    // The guest may read no user but themselves; the owner is the only member.
    let wish = json!({"to": "records", "collection": "rooms", "filter": "created_by.name == 'Olga'"});
    own.subscribe("r", wish.clone()).await;
    other.subscribe("r", wish).await;
    administrator
        .patch(
            &format!("/api/v1/records/users/{}", owner.id()),
            json!({"name": "Olga"}),
        )
        .await;
    told(&live).await;
    // What the filter reads of others has changed.
    assert_eq!(own.next().await["type"], "reload");
    assert_eq!(other.next().await["type"], "reload");
    owner
        .patch(
            &format!("/api/v1/records/rooms/{kitchen}"),
            json!({"name": "Hall"}),
        )
        .await;
    assert_eq!(own.event().await.0, "updated");
    told(&live).await;
    other.expect_silence().await;
    live.stop().await;
}

#[tokio::test]
async fn one_record_is_followed_by_whoever_may_read_it() {
    let live = Live::start(app()).await;
    let (owner, guest) = (
        live.app.user("o@example.org").await,
        live.app.user("g@example.org").await,
    );
    let room = room(&owner, "Kitchen").await;
    let id = message(&owner, &room, "hello").await;
    told(&live).await;
    let (mut own, mut other) = (live.connect(&owner).await, live.connect(&guest).await);
    let wish = json!({"to": "records", "collection": "messages", "record": id});
    own.subscribe("one", wish.clone()).await;
    let mut refused = wish;
    refused["type"] = json!("subscribe");
    refused["id"] = json!("one");
    other.send(refused).await;
    let ended = other.next().await;
    assert_eq!(
        (&ended["type"], &ended["code"]),
        (&json!("ended"), &json!("not_found"))
    );

    message(&owner, &room, "another").await;
    owner
        .patch(
            &format!("/api/v1/records/messages/{id}"),
            json!({"text": "changed"}),
        )
        .await;
    let (name, record, _) = own.event().await;
    assert_eq!((name.as_str(), &record), ("updated", &id));
    own.send(json!({"type": "unsubscribe", "id": "one"})).await;
    own.expect_silence().await;
    owner.delete(&format!("/api/v1/records/messages/{id}")).await;
    told(&live).await;
    own.expect_silence().await;
    live.stop().await;
}
