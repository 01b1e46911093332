//! `POST /api/v1/records/{collection}/{id}/comments`

use mainstay_testkit::TestApp;
use serde_json::json;

use super::{Cast, bodies, path};
use crate::rooms::{ROOMS, field_errors};

#[tokio::test]
async fn create_comment() {
    let cast = Cast::assemble().await;
    let response = cast
        .member
        .post(
            &cast.comments(),
            json!({"body": "Is **this** ready?", "field": "name"}),
        )
        .await;
    assert_eq!(response.status, 201, "{}", response.text());
    assert_eq!(response.header("etag"), "\"1\"");
    let comment = response.json();
    let wanted = json!({
        "id": comment["id"],
        "collection": "rooms",
        "record_id": cast.room,
        "parent": null,
        "field": "name",
        "author": cast.member.id(),
        "body": "Is **this** ready?",
        "mentions": [],
        "reactions": [],
        "version": 1,
        "created_at": "2026-01-01T00:00:00.000000Z",
        "edited_at": null,
        "resolved_at": null,
        "resolved_by": null,
        "deleted_at": null,
    });
    assert_eq!(comment, wanted);
    let reply = cast.reply(&cast.owner, &comment, "Not yet").await;
    assert_eq!(reply["parent"], comment["id"]);
    // An answer to a reply joins its thread.
    let second = cast.reply(&cast.member, &reply, "When?").await;
    assert_eq!(second["parent"], comment["id"]);
    assert_eq!(
        bodies(&cast.threads("").await),
        ["Is **this** ready? [Not yet, When?]"]
    );

    let entries = cast.entries().await;
    assert_eq!(entries.len(), 3);
    assert_eq!(
        entries[0],
        ("comment.created".to_owned(), json!({"comment": comment}))
    );
    let about = "SELECT DISTINCT collection, version FROM _journal WHERE kind = 'comment.created'";
    assert_eq!(cast.app.sql(about).await, [["rooms", "null"]]);
    // The record is as it was, and its history knows nothing of it.
    let history = cast
        .owner
        .get(&format!("/api/v1/records/rooms/{}/history", cast.room))
        .await;
    assert_eq!(history.column("kind"), ["record.created"]);
}

#[tokio::test]
async fn create_comment_with_bad_input() {
    let cast = Cast::assemble().await;
    let long = "x".repeat(10_001);
    for (body, errors) in [
        (json!({}), vec!["body validation_failed"]),
        (json!({"body": " \n "}), vec!["body validation_failed"]),
        (json!({"body": 1}), vec!["body validation_failed"]),
        (json!({"body": "a\u{0}"}), vec!["body validation_failed"]),
        (json!({"body": long}), vec!["body validation_failed"]),
        (
            json!({"body": "a", "colour": 1, "parent": 3, "field": "secret"}),
            vec![
                "parent validation_failed",
                "field validation_failed",
                "colour unknown_field",
            ],
        ),
        (
            json!({"body": "a", "parent": cast.room}),
            vec!["parent relation_violation"],
        ),
    ] {
        let response = cast.owner.post(&cast.comments(), body.clone()).await;
        assert_eq!(response.status, 422, "{body}");
        assert_eq!(field_errors(&response), errors, "{body}");
    }
    let thread = cast.say(&cast.owner, "About all of it").await;
    let about_a_field = json!({"body": "a", "parent": thread["id"], "field": "name"});
    let response = cast.owner.post(&cast.comments(), about_a_field).await;
    assert_eq!(field_errors(&response), ["field validation_failed"]);
    // Comments of another record cannot be answered here.
    let other = crate::rooms::room(&cast.owner, "Attic").await;
    let elsewhere = format!("/api/v1/records/rooms/{other}/comments");
    let response = cast
        .owner
        .post(&elsewhere, json!({"body": "a", "parent": thread["id"]}))
        .await;
    assert_eq!(field_errors(&response), ["parent relation_violation"]);
    assert_eq!(cast.entries().await.len(), 1);
}

#[tokio::test]
async fn create_comment_needs_a_reader_with_an_account() {
    let cast = Cast::assemble().await;
    let say = json!({"body": "Hello"});
    for (client, problem) in [
        (&cast.stranger, (404, "not_found".to_owned())),
        (&cast.app.anonymous(), (404, "not_found".to_owned())),
    ] {
        let response = client.post(&cast.comments(), say.clone()).await;
        assert_eq!(response.problem(), problem);
    }
    let off = format!("/api/v1/records/users/{}/comments", cast.owner.id());
    let response = cast.owner.post(&off, say.clone()).await;
    assert_eq!(response.problem(), (404, "not_found".to_owned()));
    assert!(
        response.text().contains("has no `comments`"),
        "{}",
        response.text()
    );
    assert!(cast.entries().await.is_empty());
}

#[tokio::test]
async fn create_comment_under_a_rule() {
    let mut files = ROOMS.to_vec();
    let pages = "
        comments = true
        [fields.open]
        type = \"boolean\"
        [rules]
        read = \"true\"
        create = \"auth.id != null\"
        comment = \"record.open && request.method in ['POST', 'PUT']\"
    ";
    files.push(("collections/pages.toml", pages));
    let app = TestApp::start(&files);
    let (ada, admin) = (app.user("a@example.org").await, app.administrator().await);
    let say = json!({"body": "Hello"});
    for (open, wanted) in [(true, [401, 201, 201]), (false, [401, 403, 201])] {
        let page = ada.create("pages", json!({"open": open})).await;
        let comments = format!("/api/v1/records/pages/{}/comments", page["id"].as_str().unwrap());
        let clients = [app.anonymous(), ada.clone(), admin.clone()];
        for (client, wanted) in clients.iter().zip(wanted) {
            let response = client.post(&comments, say.clone()).await;
            assert_eq!(response.status, wanted, "open: {open}: {}", response.text());
            if wanted == 201 {
                let reaction = format!("{}/reactions/ok", path(&response.json()));
                assert_eq!(client.send("PUT", &reaction, None).await.status, 200);
            }
        }
        // Everybody may read what is said.
        assert_eq!(app.anonymous().get(&comments).await.status, 200);
    }
}

#[tokio::test]
async fn create_comment_twice_with_one_key() {
    let cast = Cast::assemble().await;
    let keyed = cast.member.with_header("idempotency-key", "k");
    let first = keyed.post(&cast.comments(), json!({"body": "Once"})).await;
    let again = keyed.post(&cast.comments(), json!({"body": "Once"})).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!(first.json(), again.json());
    assert_eq!(again.header("idempotency-replayed"), "true");
    let other = keyed.post(&cast.comments(), json!({"body": "Twice"})).await;
    assert_eq!(other.problem(), (422, "idempotency_key_reused".to_owned()));
    assert_eq!(bodies(&cast.threads("").await), ["Once []"]);
    assert_eq!(cast.entries().await.len(), 1);
}

#[tokio::test]
async fn a_thread_has_an_end() {
    let cast = Cast::assemble().await;
    let thread = cast.say(&cast.owner, "Begin").await;
    let many =
        "INSERT INTO _comments (id, collection, record_id, thread_id, author_id, body, version, created_at)
        SELECT r.id, c.collection, c.record_id, c.thread_id, c.author_id, 'x', 1, 0
        FROM _comments AS c CROSS JOIN users AS r";
    let admin = cast.app.administrator().await;
    for number in 0..195 {
        admin
            .create("users", json!({"email": format!("u{number}@example.org")}))
            .await;
    }
    // One for each user: 199 of them.
    cast.app.sql_write(many).await.unwrap();
    cast.reply(&cast.owner, &thread, "The last").await;
    let beyond = json!({"body": "One more", "parent": thread["id"]});
    let response = cast.owner.post(&cast.comments(), beyond).await;
    assert_eq!(response.problem(), (409, "conflict".to_owned()));
    cast.say(&cast.owner, "A new thread").await;
}

#[tokio::test]
async fn mentions_are_those_who_may_read() {
    let cast = Cast::assemble().await;
    let link = |id: &str| format!("@[Somebody]({id})");
    let gone = "0195a3bf-11d0-7d1f-a1a0-0c4a6e1f7b20";
    // Known to the owner by another room, but not in this one.
    let other = crate::rooms::room(&cast.owner, "Attic").await;
    cast.owner
        .create("memberships", json!({"room": other, "user": cast.stranger.id()}))
        .await;
    let text = [
        cast.member.id(),
        cast.stranger.id(),
        gone.to_owned(),
        cast.owner.id(),
    ]
    .map(|id| link(&id))
    .join(" ");
    let comment = cast.say(&cast.owner, &text).await;
    let mut wanted = [cast.member.id(), cast.owner.id()];
    wanted.sort();
    assert_eq!(comment["mentions"], json!(wanted));
    assert_eq!(comment["body"], text);
    let many: Vec<String> = (0..21)
        .map(|number| link(&format!("0195a3bf-11d0-7d1f-a1a0-0c4a6e1f7b{number:02}")))
        .collect();
    let response = cast
        .owner
        .post(&cast.comments(), json!({"body": many.join(" ")}))
        .await;
    assert_eq!(field_errors(&response), ["body validation_failed"]);
    // An administrator may read the room, and the owner cannot see administrators.
    let admin = cast.app.administrator().await;
    let comment = cast.say(&cast.owner, &link(&admin.id())).await;
    assert_eq!(comment["mentions"], json!([]));
}
