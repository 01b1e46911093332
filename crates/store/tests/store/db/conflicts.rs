//! Writes that look before they change, many at the same time: each sees what those before it have done.

use std::sync::Arc;

use mainstay_store::tx::Bind;
use mainstay_store::{Db, DbOptions, Dialect, Priority, StoreError, WriteTx};
use mainstay_testkit::TestDatabase;

use super::fixture::{first_int, insert, open_at};

const WRITERS: usize = 8;
const WRITES: usize = 25;

/// Takes the greatest number and adds the next one. Two that see the same greatest number would add the same one.
async fn add_next(db: &Db) -> Result<(), StoreError> {
    let add = |tx: &mut WriteTx<'_>| {
        let greatest = first_int(tx, "SELECT coalesce(max(n), 0) FROM numbers WHERE n < 1000000")?;
        insert(tx, greatest + 1)
    };
    db.write(Priority::Interactive, add).await
}

/// Each takes away one of two, as long as the other is there: never both.
async fn leave_one(db: &Db, number: i64) -> Result<usize, StoreError> {
    let leave = move |tx: &mut WriteTx<'_>| {
        if first_int(tx, "SELECT count(*) FROM numbers WHERE n IN (1000001, 1000002)")? < 2 {
            return Ok(0);
        }
        tx.execute("DELETE FROM numbers WHERE n = ?1", &[Bind::Int(number)])
    };
    db.write(Priority::Interactive, leave).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_write_has_seen_still_holds_when_it_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let database = TestDatabase::create(folder.path());
    let db = Arc::new(open_at(&database.place_with(WRITERS * 4), &DbOptions::default()));
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let db = Arc::clone(&db);
            tokio::spawn(async move {
                let mut kept = 0;
                for _ in 0..WRITES {
                    match add_next(&db).await {
                        Ok(()) => kept += 1,
                        // In the way of others each time it was run: the caller is told.
                        Err(StoreError::Conflict) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
                kept
            })
        })
        .collect();
    let mut kept = 0;
    for writer in writers {
        kept += writer.await.expect("no writer panics");
    }
    let stored = db.read(|tx| first_int(tx, "SELECT count(*) FROM numbers")).await;
    assert_eq!(stored.expect("it can be read"), kept);
    let greatest = db.read(|tx| first_int(tx, "SELECT max(n) FROM numbers")).await;
    assert_eq!(greatest.expect("it can be read"), kept, "without a gap");
    assert!(kept > 0);
    // One writer is in nobody's way; of several, some were run again.
    let reruns = db.write_stats().reruns();
    assert_eq!(reruns > 0, db.dialect() == Dialect::Postgres, "{reruns} reruns");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_look_at_each_other_do_not_both_leave() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let database = TestDatabase::create(folder.path());
    let db = Arc::new(open_at(&database.place_with(WRITERS * 4), &DbOptions::default()));
    for _ in 0..20 {
        let both = |tx: &mut WriteTx<'_>| {
            tx.execute("DELETE FROM numbers", &[])?;
            insert(tx, 1_000_001)?;
            insert(tx, 1_000_002)
        };
        db.write(Priority::Interactive, both).await.expect("they are new");
        let (one, other) = tokio::join!(leave_one(&db, 1_000_001), leave_one(&db, 1_000_002));
        let left = db.read(|tx| first_int(tx, "SELECT count(*) FROM numbers")).await;
        assert_eq!(left.expect("it can be read"), 1, "{one:?} {other:?}");
    }
}
