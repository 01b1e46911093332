//! `PATCH` and `DELETE /api/v1/comments/{id}`

use serde_json::json;

use super::{Cast, bodies, path};

#[tokio::test]
async fn edit_comment() {
    let cast = Cast::assemble().await;
    let comment = cast.say(&cast.member, "Hello").await;
    cast.app.clock.advance_seconds(5);
    let body = format!("Hello @[Olga]({})", cast.owner.id());
    let response = cast
        .member
        .with_header("if-match", "\"1\"")
        .patch(&path(&comment), json!({"body": body}))
        .await;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.header("etag"), "\"2\"");
    let mut wanted = comment.clone();
    wanted["body"] = json!(body);
    wanted["mentions"] = json!([cast.owner.id()]);
    wanted["version"] = json!(2);
    wanted["edited_at"] = json!("2026-01-01T00:00:05.000000Z");
    assert_eq!(response.json(), wanted);
    let entries = cast.entries().await;
    assert_eq!(
        entries[1],
        (
            "comment.edited".to_owned(),
            json!({"comment": wanted, "old": {"body": "Hello", "mentions": []}})
        )
    );
    // The same text is no change.
    let same = cast.member.patch(&path(&comment), json!({"body": body})).await;
    assert_eq!((same.status.as_u16(), same.json()), (200, wanted));
    let stale = cast
        .member
        .with_header("if-match", "\"1\"")
        .patch(&path(&comment), json!({"body": "Bye"}))
        .await;
    assert_eq!(stale.problem(), (412, "version_mismatch".to_owned()));
    let empty = cast.member.patch(&path(&comment), json!({"body": ""})).await;
    assert_eq!(empty.problem(), (422, "validation_failed".to_owned()));
    for (client, status) in [(&cast.owner, 403), (&cast.stranger, 404)] {
        let response = client.patch(&path(&comment), json!({"body": "Bye"})).await;
        assert_eq!(response.status, status);
    }
    let nonsense = cast
        .member
        .patch("/api/v1/comments/x", json!({"body": "Bye"}))
        .await;
    assert_eq!(nonsense.problem(), (404, "not_found".to_owned()));
    assert_eq!(cast.entries().await.len(), 2);
}

#[tokio::test]
async fn whoever_left_cannot_edit_any_more() {
    let cast = Cast::assemble().await;
    let comment = cast.say(&cast.member, "Hello").await;
    let memberships = cast.owner.list("memberships", &[]).await.json();
    let items = memberships["items"].as_array().unwrap();
    let theirs = items
        .iter()
        .find(|item| item["user"] == cast.member.id())
        .unwrap();
    cast.owner
        .delete(&format!(
            "/api/v1/records/memberships/{}",
            theirs["id"].as_str().unwrap()
        ))
        .await;
    let edit = cast.member.patch(&path(&comment), json!({"body": "Bye"})).await;
    assert_eq!(edit.problem(), (404, "not_found".to_owned()));
    let delete = cast.member.delete(&path(&comment)).await;
    assert_eq!(delete.problem(), (404, "not_found".to_owned()));
    assert_eq!(bodies(&cast.threads("").await), ["Hello []"]);
}

#[tokio::test]
async fn delete_comment() {
    let cast = Cast::assemble().await;
    let plain = cast.say(&cast.member, "Plain").await;
    let other = cast.say(&cast.owner, "Not theirs").await;
    let refused = cast.member.delete(&path(&other)).await;
    assert_eq!(refused.problem(), (403, "forbidden".to_owned()));
    let stale = cast
        .member
        .with_header("if-match", "\"7\"")
        .delete(&path(&plain))
        .await;
    assert_eq!(stale.problem(), (412, "version_mismatch".to_owned()));
    // The owner may delete the room, and so what others say about it.
    let keyed = cast.owner.with_header("idempotency-key", "d");
    assert_eq!(keyed.delete(&path(&plain)).await.status, 204);
    let again = keyed.delete(&path(&plain)).await;
    assert_eq!(
        (again.status.as_u16(), again.header("idempotency-replayed")),
        (204, "true")
    );
    assert_eq!(bodies(&cast.threads("").await), ["Not theirs []"]);
    let entries = cast.entries().await;
    let (kind, payload) = entries.last().unwrap();
    assert_eq!(kind, "comment.deleted");
    let comment = &payload["comment"];
    assert_eq!(
        (&comment["id"], &comment["body"], &comment["version"]),
        (&plain["id"], &json!(null), &json!(2))
    );
    assert_eq!(comment["deleted_at"], "2026-01-01T00:00:00.000000Z");
    assert_eq!(cast.app.sql("SELECT count(*) FROM _comments").await, [["1"]]);
}

#[tokio::test]
async fn a_deleted_comment_with_replies_leaves_its_place() {
    let cast = Cast::assemble().await;
    let text = format!("Root @[Max]({})", cast.member.id());
    let root = cast.say(&cast.owner, &text).await;
    let reply = cast.reply(&cast.member, &root, "Reply").await;
    cast.member
        .send("PUT", &format!("{}/reactions/ok", path(&root)), None)
        .await;
    assert_eq!(cast.owner.delete(&path(&root)).await.status, 204);
    let page = cast.threads("").await;
    assert_eq!(bodies(&page), ["(deleted) [Reply]"]);
    assert_eq!(page["totals"], json!({"threads": 1, "open": 1, "comments": 1}));
    let left = &page["items"][0];
    assert_eq!(
        (&left["mentions"], &left["reactions"]),
        (&json!([]), &json!([])),
        "{left}"
    );
    assert_eq!(
        cast.app.sql("SELECT count(*) FROM _comment_reactions").await,
        [["0"]]
    );
    for (method, rest, body) in [
        ("PATCH", "", Some(b"{\"body\": \"x\"}".to_vec())),
        ("DELETE", "", None),
        ("PUT", "/reactions/ok", None),
    ] {
        let response = cast
            .owner
            .send(method, &format!("{}{rest}", path(&root)), body)
            .await;
        assert_eq!(response.problem(), (409, "conflict".to_owned()), "{method}");
    }
    cast.reply(&cast.member, &root, "Another").await;
    assert_eq!(cast.member.delete(&path(&reply)).await.status, 204);
    assert_eq!(bodies(&cast.threads("").await), ["(deleted) [Another]"]);
    // With the last reply the place goes too.
    let last = cast.threads("").await["items"][0]["replies"][0].clone();
    assert_eq!(cast.member.delete(&path(&last)).await.status, 204);
    assert!(bodies(&cast.threads("").await).is_empty());
    assert_eq!(cast.app.sql("SELECT count(*) FROM _comments").await, [["0"]]);
}
