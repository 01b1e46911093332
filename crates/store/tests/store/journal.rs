//! Following the journal while many write.

use std::collections::BTreeSet;
use std::sync::Arc;

use mainstay_core::{Actor, Timestamp};
use mainstay_store::journal::{Entry, Kind, Origin, Position, append, read_settled};
use mainstay_store::schema::{self, Loss, SchemaError};
use mainstay_store::{Db, DbOptions, Priority, StoreError, Tx, WriteTx};
use mainstay_testkit::{TestDatabase, files};

const WRITERS: usize = 32;
const WRITES: usize = 40;

/// Thirty-two transactions at the same time, of different length; every fifth is undone.
async fn write(db: &Db, writer: usize) {
    for number in 0..WRITES {
        let written = db.write(Priority::Interactive, move |tx: &mut WriteTx<'_>| {
            for part in 0..=(number + writer) % 4 {
                let origin = Origin::default();
                let payload = format!("{{\"writer\":{writer},\"number\":{number},\"part\":{part}}}");
                append(
                    tx,
                    &Entry {
                        at: Timestamp::from_micros(0).expect("it is a time"),
                        kind: Kind::SignedIn,
                        actor: Actor::SYSTEM,
                        origin: &origin,
                        collection: None,
                        record_id: None,
                        version: None,
                        payload: &payload,
                    },
                )?;
                // Some commit long after they took their numbers.
                let steps = 1 + (number * writer) % 7 * 300;
                let work = format!(
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {steps})
                     SELECT count(*) FROM n"
                );
                tx.query_first(&work, &[], |row| row.int(0))?;
            }
            if (number + writer).is_multiple_of(5) {
                return Err(StoreError::TooLarge);
            }
            Ok(())
        });
        match written.await {
            Ok(()) | Err(StoreError::TooLarge | StoreError::Conflict) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn all(db: &Db) -> Vec<i64> {
    let read = |tx: &mut Tx<'_>| {
        let mut numbers = Vec::new();
        tx.query("SELECT seq FROM _journal ORDER BY seq", &[], |row| {
            numbers.push(row.int(0)?);
            Ok::<(), StoreError>(())
        })?;
        Ok::<_, StoreError>(numbers)
    };
    db.read(read).await.expect("the journal can be read")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_entry_is_read_once_and_in_order_however_late_it_is_committed() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let database = TestDatabase::create(folder.path());
    let sources = files(&[("mainstay.toml", "name = \"followed\"")]);
    let definition = mainstay_core::Definition::read(sources).expect("the definition is good");
    // As many connections for writing as there are writers.
    let place = database.place_with(WRITERS * 4);
    let opened = Db::open(&place, &DbOptions::default(), |tx| {
        schema::apply(tx, &definition, Loss::Refuse).map(drop)
    });
    let db = Arc::new(opened.unwrap_or_else(|error: SchemaError| panic!("{error:?}")));

    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let db = Arc::clone(&db);
            tokio::spawn(async move { write(&db, writer).await })
        })
        .collect();
    let (mut position, mut given) = (Position::default(), Vec::new());
    loop {
        // Read before looking: what was written until then is there.
        let done = writers.iter().all(tokio::task::JoinHandle::is_finished);
        let from = position.clone();
        let read = move |tx: &mut Tx<'_>| read_settled(tx, &from, 50);
        let (entries, behind) = db.read(read).await.expect("the journal can be read");
        given.extend(entries.iter().map(|entry| entry.seq));
        if done && entries.is_empty() && !behind.is_held_up() {
            break;
        }
        position = behind;
    }
    for writer in writers {
        writer.await.expect("no writer panics");
    }
    assert!(
        given.is_sorted_by(|one, next| one < next),
        "each once, and in order"
    );
    let stored = all(&db).await;
    let missed: BTreeSet<i64> = stored
        .iter()
        .filter(|seq| !given.contains(seq))
        .copied()
        .collect();
    assert!(missed.is_empty(), "skipped: {missed:?}");
    assert_eq!(given, stored);
    assert!(stored.len() > WRITERS * WRITES / 2, "{} entries", stored.len());
}
