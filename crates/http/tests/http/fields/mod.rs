//! Rules of fields: who sees a value, and who sets it, on every way in and out.

mod live;
mod past;
mod reading;
mod writing;

use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};

/// Exams with answers that are told when the exam is released, and what only some people see or set.
const EXAMS: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"exams\"\n[auth]\nsign_up = true\n"),
    (
        "collections/users.toml",
        r#"
            label = "{name}"
            [fields.name]
            type = "text"
            write = "record.id == auth.id"
            [fields.role]
            type = "select"
            options = ["teacher", "pupil"]
            default = "pupil"
            required = true
            write = "auth.role == 'teacher'"
            [fields.note]
            type = "text"
            read = "auth.role == 'teacher'"
            [rules]
            list = "auth.id != null"
            read = "auth.id != null"
            update = "record.id == auth.id || auth.role == 'teacher'"
        "#,
    ),
    (
        "collections/exams.toml",
        r#"
            label = "{title}"
            soft_delete = true
            comments = true
            [fields.title]
            type = "text"
            required = true
            [fields.state]
            type = "select"
            options = ["draft", "released"]
            default = "draft"
            required = true
            [fields.answer]
            type = "text"
            required = true
            read = "record.state == 'released' || record.created_by == auth.id"
            [fields.points]
            type = "integer"
            read = "record.markers.exists(m, m.user == auth.id)"
            write = "record.markers.exists(m, m.user == auth.id)"
            [fields.pin]
            type = "text"
            read = "record.created_by == auth.id"
            write_once = true
            [fields.examiner]
            type = "relation"
            to = "users"
            back = "examines"
            read = "record.state == 'released' || record.created_by == auth.id"
            [fields.watchers]
            type = "relation"
            to = "users"
            many = true
            back = "watched"
            read = "record.created_by == auth.id"
            [rules]
            list = "auth.id != null"
            read = "auth.id != null"
            create = "auth.id != null"
            update = "auth.id != null"
            delete = "auth.id != null"
        "#,
    ),
    (
        "collections/markers.toml",
        r#"
            soft_delete = true
            [fields.exam]
            type = "relation"
            to = "exams"
            required = true
            on_delete = "cascade"
            back = "markers"
            [fields.user]
            type = "relation"
            to = "users"
            required = true
            on_delete = "cascade"
            [rules]
            list = "auth.id != null"
            read = "auth.id != null"
            create = "auth.role == 'teacher'"
            delete = "auth.role == 'teacher'"
        "#,
    ),
];

fn exams() -> TestApp {
    TestApp::start(EXAMS)
}

/// A teacher who makes exams, and a pupil who may read them.
async fn people(app: &TestApp) -> (Client, Client) {
    (
        app.user_with("t@example.org", json!({"role": "teacher", "name": "Tea"}))
            .await,
        app.user_with("p@example.org", json!({"role": "pupil", "name": "Pup"}))
            .await,
    )
}

/// A draft with everything in it; gives its id.
async fn draft(teacher: &Client, pupil: &Client) -> String {
    let body = json!({
        "title": "Geography", "answer": "Lima", "pin": "1234",
        "examiner": teacher.id(), "watchers": [teacher.id(), pupil.id()],
    });
    text(&teacher.create("exams", body).await["id"])
}

/// Makes somebody a marker; gives the record's id.
async fn mark(teacher: &Client, exam: &str, who: &Client) -> String {
    let body = json!({"exam": exam, "user": who.id()});
    text(&teacher.create("markers", body).await["id"])
}

fn path(exam: &str) -> String {
    format!("/api/v1/records/exams/{exam}")
}

fn text(json: &Json) -> String {
    json.as_str().expect("a text").to_owned()
}

/// Which of the fields with rules are there.
fn told(record: &Json) -> Vec<&'static str> {
    let record = record.as_object().expect("a record is an object");
    let guarded = ["answer", "points", "pin", "examiner", "watchers"];
    guarded
        .into_iter()
        .filter(|field| record.contains_key(*field))
        .collect()
}
