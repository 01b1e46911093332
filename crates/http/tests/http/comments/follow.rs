//! `/api/v1/records/{collection}/{id}/follow`

use mainstay_testkit::Client;
use serde_json::json;

use super::Cast;

async fn follows(cast: &Cast, who: &Client) -> bool {
    let response = who.get(&cast.follow()).await;
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()["following"]
        .as_bool()
        .expect("the answer says it")
}

#[tokio::test]
async fn follow_and_unfollow_record() {
    let cast = Cast::assemble().await;
    assert!(!follows(&cast, &cast.member).await);
    for _ in 0..2 {
        let response = cast.member.send("PUT", &cast.follow(), None).await;
        assert_eq!(
            (response.status.as_u16(), response.json()),
            (200, json!({"following": true}))
        );
    }
    assert!(follows(&cast, &cast.member).await && !follows(&cast, &cast.owner).await);
    let response = cast.member.send("DELETE", &cast.follow(), None).await;
    assert_eq!(response.json(), json!({"following": false}));
    assert!(!follows(&cast, &cast.member).await);
    for method in ["GET", "PUT", "DELETE"] {
        let response = cast.stranger.send(method, &cast.follow(), None).await;
        assert_eq!(response.problem(), (404, "not_found".to_owned()), "{method}");
    }
}

#[tokio::test]
async fn commenting_and_being_mentioned_follow() {
    let cast = Cast::assemble().await;
    cast.say(&cast.owner, &format!("@[Max]({})", cast.member.id()))
        .await;
    assert!(follows(&cast, &cast.owner).await && follows(&cast, &cast.member).await);
    // Whoever has said that they do not want to is not made to.
    cast.member.send("DELETE", &cast.follow(), None).await;
    cast.say(&cast.owner, &format!("@[Max]({})", cast.member.id()))
        .await;
    cast.say(&cast.member, "Yes?").await;
    assert!(!follows(&cast, &cast.member).await);
}

#[tokio::test]
async fn followers_are_bounded() {
    let cast = Cast::assemble().await;
    for number in 0..200 {
        let follow = format!(
            "INSERT INTO _follows (record_id, collection, user_id, following, at)
             SELECT id, 'rooms', CAST({} AS {}), 1, 0 FROM rooms",
            if cast.app.environment.db.path().is_some() {
                format!("x'{number:032x}'")
            } else {
                format!("'{number:032x}'")
            },
            if cast.app.environment.db.path().is_some() {
                "blob"
            } else {
                "uuid"
            },
        );
        cast.app.sql_write(&follow).await.unwrap();
    }
    let full = cast.member.send("PUT", &cast.follow(), None).await;
    assert_eq!(full.problem(), (409, "conflict".to_owned()));
    // Saying something goes on.
    cast.say(&cast.member, "Hello").await;
    assert!(!follows(&cast, &cast.member).await);
}
