//! `PUT` and `DELETE /api/v1/comments/{id}/reactions/{emoji}`

use serde_json::json;

use super::{Cast, path};

const THUMB: &str = "%F0%9F%91%8D";

#[tokio::test]
async fn add_and_remove_reaction() {
    let cast = Cast::assemble().await;
    let comment = cast.say(&cast.owner, "Hello").await;
    let thumb = format!("{}/reactions/{THUMB}", path(&comment));
    let first = cast.member.send("PUT", &thumb, None).await;
    assert_eq!(first.status, 200, "{}", first.text());
    // No new version: whoever edits meanwhile has missed nothing.
    let mut wanted = comment.clone();
    wanted["reactions"] = json!([{"emoji": "👍", "users": [cast.member.id()]}]);
    assert_eq!(first.json(), wanted);
    let again = cast.member.send("PUT", &thumb, None).await;
    assert_eq!(again.json(), wanted);
    cast.app.clock.advance_seconds(1);
    let other = cast.owner.send("PUT", &thumb, None).await.json();
    assert_eq!(
        other["reactions"],
        json!([{"emoji": "👍", "users": [cast.member.id(), cast.owner.id()]}])
    );
    let back = cast.member.send("DELETE", &thumb, None).await;
    assert_eq!(back.status, 200);
    assert_eq!(
        back.json()["reactions"],
        json!([{"emoji": "👍", "users": [cast.owner.id()]}])
    );
    assert_eq!(cast.member.send("DELETE", &thumb, None).await.json(), back.json());
    let entries = cast.entries().await;
    let kinds: Vec<&str> = entries.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "comment.created",
            "comment.reacted",
            "comment.reacted",
            "comment.unreacted"
        ]
    );
    assert_eq!(entries[1].1, json!({"comment": wanted, "emoji": "👍"}));
}

#[tokio::test]
async fn add_reaction_refuses() {
    let cast = Cast::assemble().await;
    let comment = cast.say(&cast.owner, "Hello").await;
    let reactions = format!("{}/reactions", path(&comment));
    let long = "x".repeat(33);
    for emoji in ["a%20b", "%00", "%0A", long.as_str()] {
        let response = cast
            .owner
            .send("PUT", &format!("{reactions}/{emoji}"), None)
            .await;
        assert_eq!(
            response.problem(),
            (422, "validation_failed".to_owned()),
            "{emoji}"
        );
    }
    let response = cast.stranger.send("PUT", &format!("{reactions}/ok"), None).await;
    assert_eq!(response.status, 404);
    for number in 0..20 {
        let response = cast
            .owner
            .send("PUT", &format!("{reactions}/{number}"), None)
            .await;
        assert_eq!(response.status, 200);
    }
    let beyond = cast.member.send("PUT", &format!("{reactions}/20"), None).await;
    assert_eq!(beyond.problem(), (409, "conflict".to_owned()));
    let known = cast.member.send("PUT", &format!("{reactions}/7"), None).await;
    assert_eq!(known.status, 200);
    assert_eq!(
        cast.app.sql("SELECT count(*) FROM _comment_reactions").await,
        [["21"]]
    );
}
