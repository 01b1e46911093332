//! How SQLite is opened.

use mainstay_store::{DbOptions, Durability, Priority, StoreError, WriteTx};

use super::fixture::{Numbers, first_int, open};

/// A setting of the connection that writes.
async fn of_writer(numbers: &Numbers, pragma: &str) -> String {
    let sql = format!("SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}");
    let read = move |tx: &mut WriteTx<'_>| {
        tx.query_first(&sql, &[], |row| Ok::<_, StoreError>(row.text(0)?.to_owned()))
    };
    let value = numbers.db.write(Priority::Interactive, read).await;
    value
        .expect("pragmas can be read")
        .expect("every pragma has a value")
}

#[tokio::test]
async fn full_durability_flushes_every_commit() {
    let numbers = open(&DbOptions::default());
    assert_eq!(DbOptions::default().durability, Durability::Full);
    assert_eq!(of_writer(&numbers, "synchronous").await, "2", "FULL");
    assert_eq!(of_writer(&numbers, "journal_mode").await, "wal");
    let numbers = open(&DbOptions {
        durability: Durability::Normal,
        ..DbOptions::default()
    });
    assert_eq!(of_writer(&numbers, "synchronous").await, "1", "NORMAL");
}

#[tokio::test]
async fn the_database_guards_references_and_trusts_no_schema() {
    let numbers = open(&DbOptions::default());
    assert_eq!(of_writer(&numbers, "foreign_keys").await, "1");
    assert_eq!(of_writer(&numbers, "trusted_schema").await, "0");
    let read = |tx: &mut mainstay_store::Tx<'_>| first_int(tx, "SELECT query_only FROM pragma_query_only");
    assert_eq!(numbers.db.read(read).await.expect("it is small"), 1);
}

#[tokio::test]
async fn sqlite_is_new_enough_for_several_connections_to_one_log() {
    let numbers = open(&DbOptions::default());
    let read = |tx: &mut mainstay_store::Tx<'_>| {
        tx.query_first("SELECT sqlite_version()", &[], |row| {
            Ok::<_, StoreError>(row.text(0)?.to_owned())
        })
    };
    let version = numbers
        .db
        .read(read)
        .await
        .expect("it is small")
        .expect("there is a version");
    let parts: Vec<u32> = version
        .split('.')
        .map(|part| part.parse().expect("a number"))
        .collect();
    assert!(parts >= vec![3, 51, 3], "{version}");
}
