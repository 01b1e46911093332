//! How the feed is asked.

use mainstay_core::limits::{CHANGES_ENTRIES_MAX, CHANGES_LOOKED_AT_MAX};
use serde_json::json;

use super::{Feed, PATIENCE, items, note, notes, reload, told};

#[tokio::test]
async fn an_answer_has_so_many_items_and_the_rest_follows() {
    let app = notes();
    let owner = app.user("o@example.org").await;
    let mut feed = Feed::begin(&app.environment, &owner, "notes").await;
    let mut wanted = Vec::new();
    for _ in 0..7 {
        wanted.push(format!("{}@1", note(&owner, json!({})).await));
    }
    let mut given = Vec::new();
    for (count, more) in [(3, true), (3, true), (1, false)] {
        let answer = feed.ask_for(3).await;
        assert_eq!(answer["more"], more);
        let (part, _) = told(&answer);
        assert_eq!(part.len(), count);
        given.extend(part);
    }
    assert_eq!(given, wanted);
}

/// Entries that say nothing to the client are passed over, and do not cost again.
#[tokio::test]
async fn a_stretch_of_others_entries_is_passed_over() {
    let app = notes();
    let administrator = app.administrator().await;
    let mut feed = Feed::begin(&app.environment, &administrator, "notes").await;
    let operation = json!({"op": "create", "collection": "drafts", "data": {"text": "d"}});
    for _ in 0..3 {
        let operations = vec![operation.clone(); 1_000];
        let batch = json!({"mode": "all_or_nothing", "operations": operations});
        assert_eq!(administrator.post("/api/v1/batch", batch).await.status, 200);
    }
    let id = note(&administrator, json!({})).await;
    let mut steps = Vec::new();
    let answer = loop {
        let before = feed.seq();
        let answer = feed.ask_once(20).await;
        steps.push(feed.seq() - before);
        if answer["items"] != json!([]) {
            break answer;
        }
        assert!(steps.len() < PATIENCE, "{steps:?}");
    };
    assert_eq!(told(&answer), items(&[format!("{id}@1")]));
    let longest = steps.iter().max().expect("it was asked");
    let looked_at = i64::try_from(CHANGES_LOOKED_AT_MAX).expect("it is a small number");
    assert!((looked_at..2 * looked_at).contains(longest), "{steps:?}");
}

#[tokio::test]
async fn who_comes_too_late_lists_again() {
    let app = notes();
    let administrator = app.administrator().await;
    let mut feed = Feed::begin(&app.environment, &administrator, "notes,drafts").await;
    let operation = json!({"op": "create", "collection": "drafts", "data": {"text": "d"}});
    let batch = json!({"mode": "all_or_nothing", "operations": vec![operation; 1_000]});
    for _ in 0..=CHANGES_ENTRIES_MAX / 1_000 {
        assert_eq!(
            administrator.post("/api/v1/batch", batch.clone()).await.status,
            200
        );
    }
    assert_eq!(told(&feed.ask().await), reload(&["drafts", "notes"]));
    assert_eq!(told(&feed.ask().await), items(&[]));
}

#[tokio::test]
async fn collections_are_those_that_may_be_listed() {
    let app = notes();
    let user = app.user("u@example.org").await;
    let without = user.get("/api/v1/changes").await.json();
    assert_eq!(without["items"], json!([]));
    let refused = |path: &'static str| {
        let user = user.clone();
        async move { user.get(path).await.problem() }
    };
    assert_eq!(
        refused("/api/v1/changes?collections=notes,nothing").await,
        (404, "not_found".to_owned())
    );
    assert_eq!(
        refused("/api/v1/changes?collections=drafts").await,
        (403, "forbidden".to_owned())
    );
    assert_eq!(
        app.anonymous()
            .get("/api/v1/changes?collections=drafts")
            .await
            .problem(),
        (401, "unauthenticated".to_owned())
    );
    for (parameters, code) in [
        ("since=", "invalid_parameter"),
        ("since=now", "invalid_cursor"),
        ("since=1.1", "invalid_cursor"),
        ("since=-1.1.anonymous", "invalid_cursor"),
        ("since=99999999999999999999.1.anonymous", "invalid_cursor"),
        ("collections=", "invalid_parameter"),
        ("limit=0", "invalid_parameter"),
        ("limit=501", "invalid_parameter"),
        ("filter=true", "unknown_parameter"),
    ] {
        assert_eq!(
            user.get(&format!("/api/v1/changes?{parameters}")).await.problem(),
            (400, code.to_owned()),
            "{parameters}"
        );
    }
}
