//! `POST /api/v1/comments/{id}/resolve` and `/reopen`

use serde_json::json;

use super::{Cast, path};

#[tokio::test]
async fn resolve_and_reopen_comment() {
    let cast = Cast::assemble().await;
    let thread = cast.say(&cast.member, "Hello").await;
    let resolve = format!("{}/resolve", path(&thread));
    cast.app.clock.advance_seconds(5);
    let response = cast.member.send("POST", &resolve, None).await;
    assert_eq!(response.status, 200, "{}", response.text());
    let mut wanted = thread.clone();
    wanted["version"] = json!(2);
    wanted["resolved_at"] = json!("2026-01-01T00:00:05.000000Z");
    wanted["resolved_by"] = json!(cast.member.id());
    assert_eq!(response.json(), wanted);
    // Whoever may change the record may do so too; a second time changes nothing.
    let again = cast.owner.send("POST", &resolve, None).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, wanted.clone()));
    let reopened = cast
        .owner
        .send("POST", &format!("{}/reopen", path(&thread)), None)
        .await;
    assert_eq!(reopened.status, 200);
    let mut open = thread.clone();
    open["version"] = json!(3);
    assert_eq!(reopened.json(), open);
    let entries = cast.entries().await;
    assert_eq!(
        entries[1..],
        [
            ("comment.resolved".to_owned(), json!({"comment": wanted})),
            ("comment.reopened".to_owned(), json!({"comment": open})),
        ]
    );
}

#[tokio::test]
async fn resolve_comment_refuses() {
    let cast = Cast::assemble().await;
    let thread = cast.say(&cast.owner, "Hello").await;
    let reply = cast.reply(&cast.member, &thread, "Reply").await;
    for (client, comment, status) in [
        (&cast.member, &thread, 403),
        (&cast.member, &reply, 403),
        (&cast.owner, &reply, 409),
        (&cast.stranger, &thread, 404),
    ] {
        for act in ["resolve", "reopen"] {
            let response = client
                .send("POST", &format!("{}/{act}", path(comment)), None)
                .await;
            assert_eq!(response.status, status, "{}", response.text());
        }
    }
    assert_eq!(cast.entries().await.len(), 2);
}
