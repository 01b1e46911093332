//! What goes out by itself: live updates, the changes feed.

use serde_json::{Value as Json, json};

use super::{draft, exams, mark, path, people, told};
use crate::live::{self, Live};

#[tokio::test]
async fn each_follower_hears_of_what_they_may_read() {
    let live = Live::start(exams()).await;
    let (teacher, pupil) = people(&live.app).await;
    let administrator = live.app.administrator().await;
    live::told(&live).await;
    let mut teachers = live.connect(&teacher).await;
    let mut pupils = live.connect(&pupil).await;
    let mut administrators = live.connect(&administrator).await;
    for socket in [&mut teachers, &mut pupils, &mut administrators] {
        socket.follow("e", "exams").await;
    }
    let exam = draft(&teacher, &pupil).await;
    assert_eq!(told(&teachers.event().await.2["record"]).len(), 4);
    assert_eq!(told(&administrators.event().await.2["record"]).len(), 5);
    let (_, _, event) = pupils.event().await;
    assert_eq!(told(&event["record"]), [""; 0]);
    assert_eq!(event["record"], pupil.get(&path(&exam)).await.json());

    teacher.patch(&path(&exam), json!({"state": "released"})).await;
    let (name, _, event) = pupils.event().await;
    assert_eq!(
        (name.as_str(), told(&event["record"])),
        ("updated", vec!["answer", "examiner"])
    );

    // Of a change elsewhere that shows more of the record, or less, its followers are called to look again.
    let marker = mark(&teacher, &exam, &pupil).await;
    let call = |message: &Json| (message["type"].clone(), message["reason"].clone());
    let called = (json!("reload"), json!("visibility_changed"));
    assert_eq!(call(&pupils.next().await), called);
    assert_eq!(told(&pupil.get(&path(&exam)).await.json()).len(), 3);
    let gone = teacher.delete(&format!("/api/v1/records/markers/{marker}")).await;
    assert_eq!(gone.status, 204);
    assert_eq!(call(&pupils.next().await), called);
    live.stop().await;
}

/// In a filter a value is what its reader may read of it, and moves with that.
#[tokio::test]
async fn a_subscription_does_not_tell_by_its_filter() {
    let live = Live::start(exams()).await;
    let (teacher, pupil) = people(&live.app).await;
    live::told(&live).await;
    let mut pupils = live.connect(&pupil).await;
    let wish = json!({"to": "records", "collection": "exams", "filter": "answer == 'Lima'", "fields": "title,answer"});
    pupils.subscribe("e", wish).await;
    let exam = draft(&teacher, &pupil).await;
    live::told(&live).await;
    pupils.expect_silence().await;
    teacher.patch(&path(&exam), json!({"state": "released"})).await;
    let (name, _, event) = pupils.event().await;
    assert_eq!(name, "entered");
    assert_eq!(
        event["record"],
        json!({"id": exam, "title": "Geography", "answer": "Lima"})
    );
    teacher.patch(&path(&exam), json!({"state": "draft"})).await;
    assert_eq!(pupils.event().await.0, "left");
    live.stop().await;
}

#[tokio::test]
async fn the_changes_feed_leaves_out_what_may_not_be_read() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let begun = pupil.get("/api/v1/changes?collections=exams").await.json();
    let next = begun["next"].as_str().expect("a feed has a position");
    let exam = draft(&teacher, &pupil).await;
    let feed = |next: &str| format!("/api/v1/changes?collections=exams&since={next}");
    let heard = pupil.get(&feed(next)).await.json();
    assert_eq!(heard["items"][0]["record"], pupil.get(&path(&exam)).await.json());
    let next = heard["next"].as_str().expect("a feed has a position");
    mark(&teacher, &exam, &pupil).await;
    let heard = pupil.get(&feed(next)).await.json();
    assert_eq!(heard["reload"], json!(["exams"]), "more of it may be read now");
}
