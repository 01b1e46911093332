//! Changes that fit.

use mainstay_store::schema::Loss;
use mainstay_store::{StoreError, Violation};

use super::fixture::{Shaped, unique_violation};

const NOTES: &str = "fields.title = { type = \"text\", required = true }\n";

fn notes(more: &str) -> String {
    format!("{NOTES}{more}")
}

async fn with_two_notes() -> Shaped {
    let shaped = Shaped::of(&[("notes", NOTES)]).await;
    shaped
        .insert("notes", 1, &[("title", "'first'")])
        .await
        .expect("it fits");
    shaped
        .insert("notes", 2, &[("title", "'second'")])
        .await
        .expect("it fits");
    shaped
}

#[tokio::test]
async fn an_empty_database_takes_a_definition_and_takes_it_once() {
    let shaped = Shaped::empty();
    let collections = [(
        "notes",
        "soft_delete = true\nfields.tags = { type = \"relation\", to = \"notes\", many = true }",
    )];
    let changes = shaped
        .apply(&collections, Loss::Refuse)
        .await
        .expect("it is empty");
    assert_eq!(
        changes,
        [
            "created notes",
            "created notes__tags",
            "created users",
            "created index notes.deleted",
            "created index notes__tags.target",
            "created index users.unique.email",
        ]
    );
    let again = shaped
        .apply(&collections, Loss::Refuse)
        .await
        .expect("nothing is to be done");
    assert_eq!(again, [""; 0]);
}

#[tokio::test]
async fn a_new_field_is_null_or_has_its_default() {
    let shaped = with_two_notes().await;
    let new = notes(
        "fields.due = { type = \"date\" }\nfields.stars = { type = \"integer\", required = true, default = 3 }",
    );
    let changes = shaped
        .apply(&[("notes", &new)], Loss::Refuse)
        .await
        .expect("it has a default");
    assert_eq!(changes, ["added notes.due", "added notes.stars"]);
    let rows = shaped
        .rows("SELECT title, due, stars FROM notes ORDER BY id")
        .await;
    assert_eq!(rows, [["first", "null", "3"], ["second", "null", "3"]]);
    let again = shaped
        .apply(&[("notes", &new)], Loss::Refuse)
        .await
        .expect("nothing is to be done");
    assert_eq!(again, [""; 0]);
    // The new column is as strict as if it had been there from the start.
    let missing = shaped
        .insert("notes", 3, &[("title", "'third'"), ("stars", "NULL")])
        .await;
    let column = || Violation::NotNull {
        table: "notes".to_owned(),
        column: "stars".to_owned(),
    };
    assert!(
        matches!(&missing, Err(StoreError::Violation(violation)) if *violation == column()),
        "{missing:?}"
    );
}

#[tokio::test]
async fn a_field_without_data_goes_quietly_and_one_with_data_when_allowed() {
    let shaped = with_two_notes().await;
    let wide = notes("fields.due = { type = \"date\" }");
    shaped
        .apply(&[("notes", &wide)], Loss::Refuse)
        .await
        .expect("it may be null");
    let changes = shaped
        .apply(&[("notes", NOTES)], Loss::Refuse)
        .await
        .expect("nobody had a due date");
    assert_eq!(changes, ["removed notes.due"]);

    shaped
        .apply(&[("notes", &wide)], Loss::Refuse)
        .await
        .expect("it may be null");
    shaped
        .execute("UPDATE notes SET due = '2026-01-31' WHERE title = 'first'")
        .await
        .expect("it is a date");
    let changes = shaped
        .apply(&[("notes", NOTES)], Loss::Allow)
        .await
        .expect("the loss is allowed");
    assert_eq!(changes, ["removed notes.due"]);
    assert_eq!(
        shaped.rows("SELECT title FROM notes ORDER BY id").await,
        [["first"], ["second"]]
    );
}

#[tokio::test]
async fn a_collection_goes_with_its_records_when_allowed() {
    let shaped = with_two_notes().await;
    let changes = shaped.apply(&[], Loss::Allow).await.expect("the loss is allowed");
    assert_eq!(changes, ["removed notes"]);
    assert_eq!(shaped.names_like("notes").await, [[""; 0]; 0]);
}

#[tokio::test]
async fn bounds_change_when_every_record_fits() {
    let shaped = with_two_notes().await;
    let short = "fields.title = { type = \"text\", required = true, max = 6 }";
    let changes = shaped
        .apply(&[("notes", short)], Loss::Refuse)
        .await
        .expect("both are that short");
    assert_eq!(changes, ["changed the constraints of notes"]);
    let long = shaped.insert("notes", 3, &[("title", "'seventh'")]).await;
    let name = "notes.title.length".to_owned();
    assert!(
        matches!(&long, Err(StoreError::Violation(violation)) if *violation == Violation::Check { name }),
        "{long:?}"
    );
}

#[tokio::test]
async fn indexes_come_and_go() {
    let shaped = with_two_notes().await;
    let indexed = "fields.title = { type = \"text\", required = true, index = true }";
    let changes = shaped
        .apply(&[("notes", indexed)], Loss::Refuse)
        .await
        .expect("an index always fits");
    assert_eq!(changes, ["created index notes.index.title"]);
    let unique = "fields.title = { type = \"text\", required = true, unique = true }";
    let changes = shaped
        .apply(&[("notes", unique)], Loss::Refuse)
        .await
        .expect("the titles differ");
    assert_eq!(
        changes,
        [
            "removed index notes.index.title",
            "created index notes.unique.title"
        ]
    );
    let taken = shaped.insert("notes", 3, &[("title", "'first'")]).await;
    let of_title = unique_violation("notes", "title");
    assert!(
        matches!(&taken, Err(StoreError::Violation(violation)) if *violation == of_title),
        "{taken:?}"
    );
    let changes = shaped
        .apply(&[("notes", NOTES)], Loss::Refuse)
        .await
        .expect("an index can always go");
    assert_eq!(changes, ["removed index notes.unique.title"]);
    assert_eq!(shaped.indexes("notes").await.len(), 1, "that of the ids");
}

#[tokio::test]
async fn soft_deletion_frees_unique_values_and_can_be_taken_up_later() {
    let unique = "fields.title = { type = \"text\", required = true, unique = true }";
    let shaped = Shaped::of(&[("notes", unique)]).await;
    shaped
        .insert("notes", 1, &[("title", "'first'")])
        .await
        .expect("it fits");
    let soft = format!("soft_delete = true\n{unique}");
    let changes = shaped
        .apply(&[("notes", &soft)], Loss::Refuse)
        .await
        .expect("nobody is deleted yet");
    assert_eq!(
        changes,
        [
            "added notes.deleted_at",
            "removed index notes.unique.title",
            "created index notes.deleted",
            "created index notes.unique.title"
        ]
    );
    shaped
        .execute("UPDATE notes SET deleted_at = 7")
        .await
        .expect("it can be deleted");
    shaped
        .insert("notes", 2, &[("title", "'first'")])
        .await
        .expect("the title is free");
    let third = shaped.insert("notes", 3, &[("title", "'first'")]).await;
    let of_title = unique_violation("notes", "title");
    assert!(
        matches!(&third, Err(StoreError::Violation(violation)) if *violation == of_title),
        "{third:?}"
    );
}
