//! Changes that do not fit: told with what is in the way, and without a trace.

use mainstay_store::schema::{Loss, SchemaError};

use super::fixture::{Shaped, unique_violation};

const NOTES: &str = "fields.title = { type = \"text\", required = true }\nfields.due = { type = \"date\" }";

async fn with_three_notes() -> Shaped {
    let shaped = Shaped::of(&[("notes", NOTES)]).await;
    for (number, title) in [(1, "'one'"), (2, "'three'"), (3, "'three'")] {
        shaped
            .insert("notes", number, &[("title", title), ("due", "'2026-01-31'")])
            .await
            .expect("it fits");
    }
    shaped
}

#[tokio::test]
async fn a_field_with_data_is_not_removed_unasked() {
    let shaped = with_three_notes().await;
    let refused = shaped
        .refuse(
            &[("notes", "fields.title = { type = \"text\", required = true }")],
            &["notes"],
        )
        .await;
    assert_eq!(
        refused.to_string(),
        "these changes would lose data: notes.due of 3 records"
    );
}

#[tokio::test]
async fn a_collection_with_records_is_not_removed_unasked() {
    let shaped = with_three_notes().await;
    let refused = shaped.refuse(&[], &["notes"]).await;
    assert_eq!(
        refused.to_string(),
        "these changes would lose data: notes and its 3 records"
    );
}

#[tokio::test]
async fn a_required_field_needs_a_default_where_there_are_records() {
    let shaped = with_three_notes().await;
    let new = format!("{NOTES}\nfields.stars = {{ type = \"integer\", required = true }}");
    let refused = shaped.refuse(&[("notes", &new)], &["notes"]).await;
    assert!(
        matches!(&refused, SchemaError::NoValue { table, column, records: 3 } if table == "notes" && column == "stars"),
        "{refused:?}"
    );
    // Without records nobody is without a value.
    shaped
        .execute("DELETE FROM notes")
        .await
        .expect("nothing points to them");
    shaped
        .apply(&[("notes", &new)], Loss::Refuse)
        .await
        .expect("no record is in the way");
}

#[tokio::test]
async fn bounds_that_a_record_breaks_are_refused_by_name() {
    let shaped = with_three_notes().await;
    let short =
        "fields.title = { type = \"text\", required = true, max = 4 }\nfields.due = { type = \"date\" }";
    let refused = shaped.refuse(&[("notes", short)], &["notes"]).await;
    assert_eq!(
        refused.to_string(),
        "existing records of notes do not fit: check notes.title.length"
    );
    let required = "fields.title = { type = \"text\", required = true }\nfields.due = { type = \"date\", required = true }";
    shaped
        .execute("UPDATE notes SET due = NULL WHERE title = 'one'")
        .await
        .expect("it may be null");
    let refused = shaped.refuse(&[("notes", required)], &["notes"]).await;
    assert_eq!(
        refused.to_string(),
        "1 records of notes have no value for the required field due: give it a default, or give them one first"
    );
}

#[tokio::test]
async fn a_check_that_a_record_breaks_is_refused_by_name() {
    let shaped = with_three_notes().await;
    let checked = format!(
        "{NOTES}\n[[checks]]\nname = \"not_one\"\nexpression = \"record.title != 'one'\"\nmessage = \"no\"\n"
    );
    let refused = shaped.refuse(&[("notes", &checked)], &["notes"]).await;
    assert_eq!(
        refused.to_string(),
        "existing records of notes do not fit: check notes.check.not_one"
    );
}

#[tokio::test]
async fn a_unique_index_over_duplicates_is_refused_by_name() {
    let shaped = with_three_notes().await;
    let unique = "fields.title = { type = \"text\", required = true, unique = true }\nfields.due = { type = \"date\" }";
    let refused = shaped.refuse(&[("notes", unique)], &["notes"]).await;
    assert_eq!(
        refused.to_string(),
        format!(
            "existing records of notes do not fit: {}",
            unique_violation("notes", "title")
        )
    );
}

/// One part fits and one does not: neither is done.
#[tokio::test]
async fn a_change_is_made_as_a_whole_or_not_at_all() {
    let shaped = with_three_notes().await;
    let both = "fields.title = { type = \"text\", required = true, max = 4 }\nfields.due = { type = \"date\" }\nfields.note = { type = \"text\" }";
    let refused = shaped
        .refuse(
            &[("albums", "fields.name = { type = \"text\" }"), ("notes", both)],
            &["notes"],
        )
        .await;
    assert!(matches!(refused, SchemaError::DoesNotFit { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_database_of_a_newer_mainstay_is_refused() {
    let shaped = with_three_notes().await;
    shaped
        .execute("UPDATE _meta SET value = 99 WHERE key = 'format'")
        .await
        .expect("it is a number");
    let refused = shaped.refuse(&[("notes", NOTES)], &["notes"]).await;
    assert!(
        matches!(refused, SchemaError::TooNew { found: 99, .. }),
        "{refused:?}"
    );
}
