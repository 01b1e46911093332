//! What is written, and what the answers to it show.

use serde_json::json;

use super::{draft, exams, mark, path, people, text, told};
use crate::rooms::field_errors;

#[tokio::test]
async fn a_field_that_may_not_be_set_is_refused_by_its_name() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let exam = draft(&teacher, &pupil).await;
    let refused = teacher
        .patch(&path(&exam), json!({"title": "Changed", "points": 5}))
        .await;
    assert_eq!(refused.problem(), (403, "forbidden".to_owned()));
    assert_eq!(field_errors(&refused), ["points forbidden"]);
    assert_eq!(teacher.get(&path(&exam)).await.json()["title"], "Geography");
    let new = json!({"title": "New", "answer": "a", "points": 1});
    let refused = teacher.post("/api/v1/records/exams", new).await;
    assert_eq!(field_errors(&refused), ["points forbidden"]);
    assert_eq!(teacher.list("exams", &[]).await.column("id").len(), 1);

    mark(&teacher, &exam, &teacher).await;
    let marked = teacher.patch(&path(&exam), json!({"points": 5})).await;
    assert_eq!(marked.json()["points"], 5);
    let administrator = app.administrator().await;
    assert_eq!(
        administrator
            .patch(&path(&exam), json!({"points": 6}))
            .await
            .json()["points"],
        6
    );
    // Nothing is said at creation by what would be so anyway.
    let new = json!({"title": "New", "answer": "a", "points": null});
    assert_eq!(teacher.post("/api/v1/records/exams", new).await.status, 201);
}

#[tokio::test]
async fn whether_a_value_was_guessed_is_not_told() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let exam = draft(&teacher, &pupil).await;
    mark(&teacher, &exam, &teacher).await;
    teacher.patch(&path(&exam), json!({"points": 5})).await;
    for points in [5, 4] {
        let refused = pupil.patch(&path(&exam), json!({"points": points})).await;
        assert_eq!(field_errors(&refused), ["points forbidden"], "{points}");
    }
    // The pin can be set once by anybody, and read by the teacher alone.
    for pin in ["1234", "4321"] {
        let refused = pupil.patch(&path(&exam), json!({"pin": pin})).await;
        assert_eq!(field_errors(&refused), ["pin validation_failed"], "{pin}");
    }
    // The answer can be written by everybody here: to write the one that is there is a change as well.
    let version = |json: serde_json::Value| json["version"].as_i64().expect("a record has a version");
    let before = version(pupil.get(&path(&exam)).await.json());
    let after = pupil.patch(&path(&exam), json!({"answer": "Lima"})).await.json();
    assert_eq!(version(after), before + 1);
    let same = teacher
        .patch(&path(&exam), json!({"answer": "Lima"}))
        .await
        .json();
    assert_eq!(
        version(same),
        before + 1,
        "whoever may read it is not told anything new"
    );
}

#[tokio::test]
async fn the_answer_to_a_write_shows_what_a_read_would() {
    let app = exams();
    let (teacher, pupil) = people(&app).await;
    let made = teacher
        .create("exams", json!({"title": "T", "answer": "Lima"}))
        .await;
    assert_eq!(told(&made), ["answer", "pin", "examiner", "watchers"]);
    let id = text(&made["id"]);
    let changed = pupil.patch(&path(&id), json!({"answer": "Rome"})).await;
    assert_eq!(changed.status, 200);
    assert_eq!(told(&changed.json()), [""; 0]);
    let nothing = pupil.patch(&path(&id), json!({"title": "T"})).await.json();
    assert_eq!(told(&nothing), [""; 0]);
    assert_eq!(teacher.get(&path(&id)).await.json()["answer"], "Rome");
    let batch = json!({"mode": "per_record", "operations": [
        {"op": "update", "collection": "exams", "id": id, "data": {"title": "U"}},
        {"op": "update", "collection": "exams", "id": id, "data": {"points": 1}},
    ]});
    let results = pupil.post("/api/v1/batch", batch).await;
    assert!(!results.text().contains("Rome"), "{}", results.text());
    let results = results.json();
    assert_eq!(results["results"][0]["record"]["title"], "U");
    assert_eq!(results["results"][1]["problem"]["code"], "forbidden", "{results}");
    assert_eq!(pupil.delete(&path(&id)).await.status, 204);
    let restored = pupil
        .send("POST", &format!("{}/restore", path(&id)), None)
        .await
        .json();
    assert_eq!(told(&restored), [""; 0]);
}

#[tokio::test]
async fn who_signs_up_sets_what_a_user_may_set_of_themselves() {
    let app = exams();
    let sign_up = |role: Option<&'static str>| {
        let mut body = json!({"email": "n@example.org", "password": "correct horse", "name": "New"});
        if let Some(role) = role {
            body["role"] = json!(role);
        }
        let nobody = app.anonymous();
        async move { nobody.post("/api/v1/auth/sign-up", body).await }
    };
    let refused = sign_up(Some("teacher")).await;
    assert_eq!(refused.problem(), (403, "forbidden".to_owned()));
    assert_eq!(field_errors(&refused), ["role forbidden"]);
    let taken = sign_up(Some("pupil")).await;
    assert_eq!(taken.status, 201, "{}", taken.text());
    assert_eq!(taken.json()["user"]["name"], "New");
    assert_eq!(taken.json()["user"]["role"], "pupil");
}
