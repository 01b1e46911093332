//! What stands in the way: locks of others, and records that do not fit.

use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use mainstay_core::migrations::State;
use mainstay_store::schema::SchemaError;
use mainstay_store::tx::Bind;
use mainstay_store::{Db, Dialect, Priority, StoreError, WriteTx};
use mainstay_testkit::TestDatabase;

use super::changes::{NEW, OLD, fill};
use super::fixture::{Collections, Online, Stop};
use super::releases::{Release, id};

const PLAIN: Collections<'static> = &[("notes", "fields.title = { type = \"text\" }\n")];
const UNIQUE: Collections<'static> = &[("notes", "fields.title = { type = \"text\", unique = true }\n")];
const REQUIRED: Collections<'static> = &[("notes", "fields.title = { type = \"text\", required = true }\n")];
const SHORT: Collections<'static> = &[("notes", "fields.title = { type = \"text\", max = 8 }\n")];

/// Notes of which two are called alike, and one nothing.
async fn notes() -> Online {
    let online = Online::of(PLAIN).await;
    let release = Release::of(&online, PLAIN).await;
    for number in 0..20 {
        let title = format!("'{}'", number / 2 * 2 + 100_000_000);
        let title = if number == 0 { "NULL" } else { &title };
        release
            .insert(&online.db, "notes", number, &[("title", title)])
            .await
            .expect("it fits");
    }
    online
}

/// Holds a table until the sender goes, in a transaction that has only read it.
async fn hold(db: &Arc<Db>, table: &str) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel::<()>();
    let (entered, enter) = tokio::sync::oneshot::channel();
    let (mut entered, released) = (Some(entered), std::sync::Mutex::new(released));
    let sql = format!("SELECT count(*) FROM \"{table}\"");
    let held = Arc::clone(db);
    tokio::spawn(async move {
        held.write(Priority::Interactive, move |tx: &mut WriteTx<'_>| {
            tx.query_first(&sql, &[], |row| row.int(0))?;
            if let Some(entered) = entered.take() {
                entered.send(()).expect("the test waits for it");
            }
            // Nothing is ever sent: the sender's end is the signal.
            let sent = released.lock().expect("nobody panics here").recv();
            assert!(sent.is_err());
            Ok::<(), StoreError>(())
        })
        .await
    });
    enter.await.expect("it comes to the table");
    release
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_of_another_transaction_is_no_wait_but_an_answer() {
    let online = Online::of(OLD).await;
    fill(&online).await;
    let (from, to) = (online.state().await, online.expanded(NEW).await);
    online.start(Some(from), to).await.expect("the steps can be told");
    let (mut held, mut waited) = (0, 0);
    loop {
        let before = online.dump(&["notes"]).await;
        let release = hold(&online.db, "notes").await;
        let one = Stop {
            after: 1,
            forgetful: false,
        };
        // What waits for all who read, without keeping anybody from it, is left to its patience.
        let mut run = pin!(online.run_to(one));
        match tokio::time::timeout(Duration::from_millis(1_500), &mut run).await {
            Ok(Err(SchemaError::Locked { table })) => {
                assert_eq!(table, "notes");
                assert_eq!(online.dump(&["notes"]).await, before, "nothing was done");
                held += 1;
                drop(release);
                online.run_to(one).await.expect("it is free again");
            }
            Ok(Ok(true)) => break,
            Ok(other) => {
                other.expect("only a lock is in the way");
                drop(release);
            }
            Err(_) => {
                waited += 1;
                drop(release);
                run.await.expect("it is free again");
            }
        }
    }
    assert_eq!(
        held, 3,
        "columns, constraints and the turning point want the table alone"
    );
    assert!(waited >= 5, "indexes wait for those who read: {waited}");
    assert!(online.is_current(NEW).await);
}

/// Demands that stand in the newest shape alone come with the contract.
async fn demanded(online: &Online, collections: Collections<'_>) -> State {
    online.expanded(collections).await.contracted(9)
}

async fn refused(online: &Online, to: State) -> SchemaError {
    let before = online.dump(&["notes"]).await;
    let from = online.state().await;
    online.start(Some(from), to).await.expect("the steps can be told");
    let refused = online.run().await.expect_err("a record is in the way");
    if online.db.dialect() == Dialect::Postgres {
        let catalog = online.catalog().await;
        assert!(
            !catalog
                .iter()
                .any(|line| line.ends_with("| 0") && line.starts_with("index")),
            "{catalog:#?}"
        );
    }
    online.undo().await.expect("it can be undone");
    assert_eq!(online.dump(&["notes"]).await, before, "nothing is left");
    refused
}

#[tokio::test]
async fn a_unique_index_over_duplicates_leaves_nothing() {
    let online = notes().await;
    let error = refused(&online, demanded(&online, UNIQUE).await).await;
    assert!(
        matches!(&error, SchemaError::DoesNotFit { table, .. } if table == "notes"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_missing_value_and_one_that_is_too_long_leave_nothing() {
    let online = notes().await;
    let error = refused(&online, demanded(&online, REQUIRED).await).await;
    let fits = match TestDatabase::dialect() {
        Dialect::Postgres => {
            matches!(&error, SchemaError::NoValue { table, column, records: 1 } if table == "notes" && column == "title")
        }
        Dialect::Sqlite => matches!(&error, SchemaError::DoesNotFit { table, .. } if table == "notes"),
    };
    assert!(fits, "{error:?}");
    let error = refused(&online, demanded(&online, SHORT).await).await;
    assert!(
        matches!(&error, SchemaError::DoesNotFit { reason, .. } if reason == "check notes.title.length"),
        "{error:?}"
    );
}

/// Who made a record may be gone: that is no reference, but a field that is filled from it is one.
#[tokio::test]
async fn a_reference_to_nobody_leaves_nothing() {
    let authored: Collections<'static> = &[(
        "notes",
        "fields.title = { type = \"text\" }\n\
         fields.author = { type = \"relation\", to = \"users\", up = \"record.created_by\" }\n",
    )];
    let online = Online::of(PLAIN).await;
    let release = Release::of(&online, PLAIN).await;
    for number in 0..3 {
        let inserted = release.insert(&online.db, "notes", number, &[]).await;
        inserted.expect("it fits");
    }
    online
        .execute("UPDATE notes SET created_by = id")
        .await
        .expect("anybody may have made it");
    let error = refused(&online, online.expanded(authored).await).await;
    assert!(
        matches!(&error, SchemaError::BrokenReferences { table, .. } if table == "notes"),
        "{error:?}"
    );
}

/// What a killed process leaves of an index is removed before it is made again.
#[tokio::test]
async fn half_an_index_is_made_anew() {
    let online = notes().await;
    let half = "CREATE UNIQUE INDEX CONCURRENTLY \"notes.unique.title\" ON notes (title NULLS FIRST)";
    let made = online
        .db
        .outside(move |tx: &mut WriteTx<'_>| tx.execute(half, &[]).map(drop))
        .await;
    assert!(matches!(made, Err(StoreError::Violation(_))), "{made:?}");
    let invalid = "SELECT 1 FROM pg_index WHERE NOT indisvalid";
    assert_eq!(online.rows(invalid).await.len(), 1);
    for number in 0..20 {
        let own = format!("UPDATE notes SET title = '{number}' WHERE id = ?1");
        let write = move |tx: &mut WriteTx<'_>| tx.execute_one(&own, &[Bind::from(&id(number))]);
        online
            .db
            .write(Priority::Interactive, write)
            .await
            .expect("it is there");
    }
    online.go(online.expanded(UNIQUE).await).await;
    assert_eq!(online.rows(invalid).await.len(), 0);
    let release = Release::of(&online, UNIQUE).await;
    let taken = release.insert(&online.db, "notes", 99, &[("title", "'7'")]).await;
    assert!(matches!(taken, Err(StoreError::Violation(_))), "{taken:?}");
}
