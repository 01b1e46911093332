//! What was: history, versions, trash, activity, comments.

use serde_json::{Value as Json, json};

use super::{draft, exams, path, people, told};
use crate::rooms::field_errors;

/// Everything that is told of the past of a record.
async fn told_of_the_past(client: &mainstay_testkit::Client, exam: &str, version: &str) -> String {
    let of = path(exam);
    let mut all = String::new();
    for path in [
        format!("{of}/history"),
        format!("{of}/history/1"),
        format!("{of}/history/compare?from=1"),
        format!("{of}/activity"),
        format!("{of}/versions/{version}/compare"),
        "/api/v1/trash".to_owned(),
    ] {
        let answer = client.get(&path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        all.push_str(&answer.text());
    }
    all
}

#[tokio::test]
async fn of_the_past_people_see_what_they_see_of_the_present() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let exam = draft(&teacher, &pupil).await;
    let saved = teacher
        .post(&format!("{}/versions", path(&exam)), json!({"name": "Then"}))
        .await
        .json();
    let version = saved["id"].as_str().expect("a version has an id");
    teacher.patch(&path(&exam), json!({"answer": "Quito"})).await;
    assert!(told_of_the_past(&teacher, &exam, version).await.contains("Lima"));
    let seen = told_of_the_past(&pupil, &exam, version).await;
    assert!(
        !seen.contains("Lima") && !seen.contains("Quito") && !seen.contains("answer"),
        "{seen}"
    );
    let whole = pupil.get(&format!("{}/history/1", path(&exam))).await.json();
    assert_eq!(told(&whole["record"]), [""; 0]);
    let compared = pupil
        .get(&format!("{}/history/compare?from=1", path(&exam)))
        .await
        .json();
    assert_eq!(compared["fields"], json!([]));

    teacher.patch(&path(&exam), json!({"state": "released"})).await;
    assert!(told_of_the_past(&pupil, &exam, version).await.contains("Lima"));
    teacher.patch(&path(&exam), json!({"state": "draft"})).await;
    assert_eq!(teacher.delete(&path(&exam)).await.status, 204);
    let seen = told_of_the_past(&pupil, &exam, version).await;
    assert!(seen.contains("Geography") && !seen.contains("Lima"), "{seen}");
    let deleted = pupil.list("exams", &[("deleted", "true")]).await.json();
    assert_eq!(told(&deleted["items"][0]), [""; 0]);
    let audit = app.administrator().await.get("/api/v1/audit").await;
    assert!(audit.text().contains("Lima"));
}

#[tokio::test]
async fn putting_back_leaves_alone_what_may_not_be_set() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let exam = draft(&teacher, &pupil).await;
    let administrator = app.administrator().await;
    administrator
        .patch(
            &path(&exam),
            json!({"title": "Changed", "points": 3, "answer": "Quito"}),
        )
        .await;
    let back = format!("{}/history/1/put-back", path(&exam));
    let refused = pupil.post(&back, json!({"fields": ["answer"]})).await;
    assert_eq!(field_errors(&refused), ["answer forbidden"]);
    let refused = teacher.post(&back, json!({"fields": ["points"]})).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let put = pupil.post(&back, json!({})).await;
    assert_eq!(put.status, 200, "{}", put.text());
    let now = administrator.get(&path(&exam)).await.json();
    assert_eq!(
        (&now["title"], &now["points"], &now["answer"]),
        (&json!("Geography"), &json!(3), &json!("Quito"))
    );
}

#[tokio::test]
async fn a_comment_is_about_a_field_that_its_author_sees() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let exam = draft(&teacher, &pupil).await;
    let comments = format!("{}/comments", path(&exam));
    let about = |field: &str| -> Json { json!({"body": "Well", "field": field}) };
    let refused = pupil.post(&comments, about("answer")).await;
    assert_eq!(field_errors(&refused), ["field validation_failed"]);
    let unknown = pupil.post(&comments, about("nothing")).await;
    assert_eq!(
        refused.json()["detail"],
        unknown.json()["detail"],
        "as if there were none"
    );
    assert_eq!(teacher.post(&comments, about("answer")).await.status, 201);
    assert_eq!(pupil.post(&comments, about("title")).await.status, 201);
}
