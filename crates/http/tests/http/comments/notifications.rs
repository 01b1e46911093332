//! `/api/v1/notifications`: who is told what, and what they see of it.

use std::time::{Duration, Instant};

use mainstay_engine::notifications::notifier;
use mainstay_engine::readers::{ReaderTimes, RunningReaders};
use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

use super::{Cast, path};

const PATIENCE: Duration = Duration::from_secs(20);

/// The reader at work.
struct Notifier(RunningReaders);

impl Notifier {
    async fn start(app: &TestApp) -> Self {
        let times = ReaderTimes {
            look_after: Duration::from_millis(20),
            ..ReaderTimes::default()
        };
        let running = RunningReaders::start(&app.environment, vec![notifier(&app.environment)], times);
        let begun = "SELECT count(*) FROM _readers WHERE name = 'notifications'";
        wait_for(app, begun, "1").await;
        Self(running)
    }

    /// Waits until everything is told.
    async fn settle(&self, app: &TestApp) {
        let behind = "SELECT CASE WHEN seq = (SELECT max(seq) FROM _journal) THEN 0 ELSE 1 END
            FROM _readers WHERE name = 'notifications'";
        wait_for(app, behind, "0").await;
    }
}

async fn wait_for(app: &TestApp, sql: &'static str, wanted: &str) {
    let began = Instant::now();
    while app.sql(sql).await[0][0] != wanted {
        assert!(began.elapsed() < PATIENCE, "{sql} never gives {wanted}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn notifications(client: &Client, parameters: &str) -> Json {
    let response = client.get(&format!("/api/v1/notifications{parameters}")).await;
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()
}

/// The sentences, the newest first.
async fn told(client: &Client) -> Vec<String> {
    let page = notifications(client, "").await;
    let items = page["items"].as_array().expect("a page has items").iter();
    let sentence = |item: &Json| item["sentence"].as_str().expect("it is a text").to_owned();
    items.map(sentence).collect()
}

async fn unread(client: &Client) -> Json {
    client.get("/api/v1/notifications/count").await.json()
}

async fn follow(cast: &Cast, client: &Client) {
    assert_eq!(client.send("PUT", &cast.follow(), None).await.status, 200);
}

#[tokio::test]
async fn people_are_told_for_one_reason_and_not_of_their_own_acts() {
    let cast = Cast::assemble().await;
    let third = cast.app.user_with("t@example.org", json!({"name": "Tea"})).await;
    cast.owner
        .create("memberships", json!({"room": cast.room, "user": third.id()}))
        .await;
    cast.say(&cast.member, "Before anybody was told").await;
    let notifier = Notifier::start(&cast.app).await;
    follow(&cast, &cast.owner).await;
    cast.app.clock.advance_seconds(5);
    let body = format!("Look, @[Tea]({})", third.id());
    let thread = cast.say(&cast.member, &body).await;
    let reply = cast.reply(&cast.owner, &thread, "I look").await;
    cast.owner
        .send("POST", &format!("{}/resolve", path(&thread)), None)
        .await;
    cast.owner
        .patch(
            &format!("/api/v1/records/rooms/{}", cast.room),
            json!({"name": "Big kitchen"}),
        )
        .await;
    notifier.settle(&cast.app).await;

    assert_eq!(told(&cast.owner).await, ["Max commented on \"Big kitchen\""]);
    assert_eq!(
        told(&cast.member).await,
        [
            "Olga changed \"Big kitchen\"",
            "Olga resolved a thread on \"Big kitchen\"",
            "Olga replied in a thread on \"Big kitchen\"",
        ]
    );
    // Mentioned, and so a follower.
    assert_eq!(
        told(&third).await,
        [
            "Olga changed \"Big kitchen\"",
            "Olga resolved a thread on \"Big kitchen\"",
            "Olga commented on \"Big kitchen\"",
            "Max mentioned you in a comment on \"Big kitchen\"",
        ]
    );
    assert!(told(&cast.stranger).await.is_empty());

    let page = notifications(&cast.member, "?limit=1").await;
    assert_eq!(page["items"][0]["reason"], "changed");
    let rest = format!("?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    let item = notifications(&cast.member, &rest).await["items"][1].clone();
    let wanted = json!({
        "id": item["id"],
        "at": "2026-01-01T00:00:05.000000Z",
        "reason": "replied",
        "seq": item["seq"],
        "collection": "rooms",
        "record_id": cast.room,
        "comment_id": reply["id"],
        "label": "Big kitchen",
        "actor": {"id": cast.owner.id(), "label": "Olga"},
        "changes": 1,
        "sentence": "Olga replied in a thread on \"Big kitchen\"",
        "read_at": null,
    });
    assert_eq!(item, wanted);
    let sql = "SELECT n.seq FROM _notifications AS n JOIN _journal AS j ON j.seq = n.seq
        WHERE n.reason = 'replied' AND j.kind = 'comment.created'";
    assert_eq!(cast.app.sql(sql).await, [[item["seq"].to_string()]]);
    notifier.0.stop().await;
}

#[tokio::test]
async fn nobody_is_told_of_what_they_may_not_read() {
    let cast = Cast::assemble().await;
    let notifier = Notifier::start(&cast.app).await;
    follow(&cast, &cast.member).await;
    cast.say(&cast.owner, "Seen").await;
    notifier.settle(&cast.app).await;
    assert_eq!(told(&cast.member).await, ["Olga commented on \"Kitchen\""]);
    assert_eq!(unread(&cast.member).await, json!({"unread": 1, "more": false}));

    let memberships = cast.owner.list("memberships", &[]).await.json();
    let items = memberships["items"].as_array().unwrap();
    let theirs = items
        .iter()
        .find(|item| item["user"] == cast.member.id())
        .unwrap();
    let membership = format!("/api/v1/records/memberships/{}", theirs["id"].as_str().unwrap());
    assert_eq!(cast.owner.delete(&membership).await.status, 204);
    cast.say(&cast.owner, "Unseen").await;
    notifier.settle(&cast.app).await;
    assert!(told(&cast.member).await.is_empty());
    assert_eq!(unread(&cast.member).await, json!({"unread": 0, "more": false}));
    assert_eq!(cast.app.sql("SELECT count(*) FROM _notifications").await, [["1"]]);
    // Back in the room, what was told before is there again.
    let admin = cast.app.administrator().await;
    let back = admin.post(&format!("{membership}/restore"), json!({})).await;
    assert_eq!(back.status, 200, "{}", back.text());
    assert_eq!(told(&cast.member).await, ["Olga commented on \"Kitchen\""]);
    notifier.0.stop().await;
}

#[tokio::test]
async fn changes_in_a_row_are_one_notification() {
    let cast = Cast::assemble().await;
    let notifier = Notifier::start(&cast.app).await;
    follow(&cast, &cast.member).await;
    let record = format!("/api/v1/records/rooms/{}", cast.room);
    let change = async |name: &str| {
        let response = cast.owner.patch(&record, json!({"name": name})).await;
        assert_eq!(response.status, 200, "{}", response.text());
    };
    change("A").await;
    cast.app.clock.advance_seconds(50);
    change("B").await;
    cast.app.clock.advance_seconds(60);
    change("C").await;
    // What nobody can see is no change.
    cast.owner.patch(&record, json!({"secret": "x"})).await;
    notifier.settle(&cast.app).await;
    assert_eq!(told(&cast.member).await, ["Olga changed \"C\" 3 times"]);
    cast.app.clock.advance_seconds(61);
    change("D").await;
    notifier.settle(&cast.app).await;
    assert_eq!(
        told(&cast.member).await,
        ["Olga changed \"D\"", "Olga changed \"D\" 3 times"]
    );
    // One that was read does not grow any more.
    cast.member.post("/api/v1/notifications/read", json!({})).await;
    change("E").await;
    notifier.settle(&cast.app).await;
    assert_eq!(unread(&cast.member).await, json!({"unread": 1, "more": false}));
    notifier.0.stop().await;
}

#[tokio::test]
async fn edits_tell_only_whom_they_mention_anew() {
    let cast = Cast::assemble().await;
    let notifier = Notifier::start(&cast.app).await;
    let comment = cast.say(&cast.owner, "Hello").await;
    let edit = async |body: String| {
        let response = cast.owner.patch(&path(&comment), json!({"body": body})).await;
        assert_eq!(response.status, 200);
    };
    cast.app.clock.advance_seconds(1);
    edit(format!("Hello @[Max]({})", cast.member.id())).await;
    edit(format!("Hello again @[Max]({})", cast.member.id())).await;
    notifier.settle(&cast.app).await;
    assert_eq!(
        told(&cast.member).await,
        ["Olga mentioned you in a comment on \"Kitchen\""]
    );
    // With the comment goes what was said of it.
    assert_eq!(cast.owner.delete(&path(&comment)).await.status, 204);
    assert!(told(&cast.member).await.is_empty());
    notifier.0.stop().await;
}

#[tokio::test]
async fn deletions_are_told_and_actors_may_stay_nameless() {
    let cast = Cast::assemble().await;
    let admin = cast.app.administrator().await;
    let notifier = Notifier::start(&cast.app).await;
    let message = cast
        .member
        .create("messages", json!({"room": cast.room, "text": "Hello\nyou"}))
        .await;
    let record = format!("/api/v1/records/messages/{}", message["id"].as_str().unwrap());
    let follow = format!("{record}/follow");
    assert_eq!(cast.owner.send("PUT", &follow, None).await.status, 200);
    assert_eq!(admin.delete(&record).await.status, 204);
    notifier.settle(&cast.app).await;
    // Nobody in the room can see the administrator.
    assert_eq!(told(&cast.owner).await, ["Somebody deleted \"Hello you\""]);
    let item = notifications(&cast.owner, "").await["items"][0].clone();
    assert_eq!(item["actor"], json!({"id": admin.id(), "label": null}));
    // Whoever unfollowed is told nothing more.
    assert_eq!(
        admin.post(&format!("{record}/restore"), json!({})).await.status,
        200
    );
    assert_eq!(cast.owner.send("DELETE", &follow, None).await.status, 200);
    assert_eq!(admin.delete(&record).await.status, 204);
    notifier.settle(&cast.app).await;
    assert_eq!(told(&cast.owner).await.len(), 1);
    notifier.0.stop().await;
}

#[tokio::test]
async fn mark_notifications_read() {
    let cast = Cast::assemble().await;
    let notifier = Notifier::start(&cast.app).await;
    follow(&cast, &cast.member).await;
    for body in ["One", "Two", "Three", "Four"] {
        cast.say(&cast.owner, body).await;
    }
    notifier.settle(&cast.app).await;
    notifier.0.stop().await;
    let page = notifications(&cast.member, "").await;
    let id = |position: usize| page["items"][position]["id"].clone();
    let read = async |client: &Client, body: Json| {
        let response = client.post("/api/v1/notifications/read", body).await;
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()["marked"].clone()
    };
    // Other people's are passed over.
    assert_eq!(read(&cast.owner, json!({"ids": [id(0), id(1)]})).await, json!(0));
    cast.app.clock.advance_seconds(7);
    assert_eq!(read(&cast.member, json!({"ids": [id(0)]})).await, json!(1));
    assert_eq!(read(&cast.member, json!({"ids": [id(0)]})).await, json!(0));
    assert_eq!(read(&cast.member, json!({"up_to": id(2)})).await, json!(2));
    let left = notifications(&cast.member, "?unread=true").await;
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
    assert_eq!(left["items"][0]["id"], id(1));
    assert_eq!(unread(&cast.member).await, json!({"unread": 1, "more": false}));
    let all = notifications(&cast.member, "").await;
    assert_eq!(all["items"][0]["read_at"], "2026-01-01T00:00:07.000000Z");
    assert_eq!(read(&cast.member, json!({})).await, json!(1));
    assert_eq!(unread(&cast.member).await, json!({"unread": 0, "more": false}));
    for body in [
        json!({"ids": [id(0)], "up_to": id(0)}),
        json!({"ids": ["x"]}),
        json!({"ids": id(0)}),
        json!({"up_to": 3}),
        json!({"all": true}),
    ] {
        let response = cast.member.post("/api/v1/notifications/read", body.clone()).await;
        assert_eq!(
            response.problem(),
            (422, "validation_failed".to_owned()),
            "{body}"
        );
    }
    let visitor = cast.app.anonymous().get("/api/v1/notifications").await;
    assert_eq!(visitor.problem(), (401, "unauthenticated".to_owned()));
    let nonsense = cast.member.get("/api/v1/notifications?cursor=1").await;
    assert_eq!(nonsense.problem(), (400, "invalid_cursor".to_owned()));
}

#[tokio::test]
async fn counting_ends_at_a_hundred() {
    let cast = Cast::assemble().await;
    let notifier = Notifier::start(&cast.app).await;
    follow(&cast, &cast.member).await;
    for number in 0..101 {
        cast.say(&cast.owner, &number.to_string()).await;
    }
    notifier.settle(&cast.app).await;
    notifier.0.stop().await;
    assert_eq!(unread(&cast.member).await, json!({"unread": 100, "more": true}));
}

#[tokio::test]
async fn notifications_have_their_time() {
    const DAY: u64 = 86_400;
    let cast = Cast::assemble().await;
    let notifier = Notifier::start(&cast.app).await;
    follow(&cast, &cast.member).await;
    for body in ["One", "Two"] {
        cast.say(&cast.owner, body).await;
    }
    notifier.settle(&cast.app).await;
    notifier.0.stop().await;
    let first = notifications(&cast.member, "").await["items"][0]["id"].clone();
    cast.member
        .post("/api/v1/notifications/read", json!({"ids": [first]}))
        .await;
    for (days, left) in [(89, "2"), (2, "1"), (273, "1"), (2, "0")] {
        cast.app.clock.advance_seconds(i64::try_from(days * DAY).unwrap());
        mainstay_engine::tidy::tidy(&cast.app.environment).await.unwrap();
        assert_eq!(
            cast.app.sql("SELECT count(*) FROM _notifications").await,
            [[left]],
            "{days}"
        );
    }
}
