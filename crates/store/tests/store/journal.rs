//! Following the journal while many write.

mod actors;

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use mainstay_core::{Actor, Timestamp};
use mainstay_store::journal::{Entry, Kind, Origin, Position, append, read_settled};
use mainstay_store::schema::{self, Loss, SchemaError};
use mainstay_store::{Db, DbOptions, Dialect, Priority, StoreError, Tx, WriteTx};
use mainstay_testkit::{TestDatabase, files};
use tokio::task::JoinHandle;

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

/// As many connections for writing as a quarter of these.
fn open(database: &TestDatabase, connections: usize) -> Db {
    let sources = files(&[("mainstay.toml", "name = \"followed\"")]);
    let definition = mainstay_core::Definition::read(sources).expect("the definition is good");
    let place = database.place_with(connections);
    let opened = Db::open(&place, &DbOptions::default(), |tx| {
        schema::apply(tx, &definition, &Loss::Refuse.into()).map(drop)
    });
    opened.unwrap_or_else(|error: SchemaError| panic!("{error:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_entry_is_read_once_and_in_order_however_late_it_is_committed() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let database = TestDatabase::create(folder.path());
    let db = Arc::new(open(&database, WRITERS * 4));
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
        let read = move |tx: &mut Tx<'_>| read_settled(tx, &from, 50, &|_| true);
        let settled = db.read(read).await.expect("the journal can be read");
        given.extend(settled.entries.iter().map(|entry| entry.seq));
        if done && settled.entries.is_empty() && !settled.behind.is_held_up() {
            break;
        }
        position = settled.behind;
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

/// A transaction that adds an entry whenever it is told to, and is committed once nobody can tell it any more.
struct Steps {
    next: Sender<()>,
    added: Receiver<()>,
    written: JoinHandle<Result<(), StoreError>>,
}

impl Steps {
    fn begin(db: &Arc<Db>) -> Self {
        let (next, told) = channel();
        let (tell, added) = channel();
        let (db, told) = (Arc::clone(db), Mutex::new(told));
        let write = move |tx: &mut WriteTx<'_>| {
            let told = told.lock().expect("nobody panics at it");
            while told.recv().is_ok() {
                append_one(tx)?;
                tell.send(()).expect("the test waits for it");
            }
            Ok(())
        };
        Self {
            next,
            added,
            written: tokio::spawn(async move { db.write(Priority::Interactive, write).await }),
        }
    }

    fn add(&self) {
        self.next.send(()).expect("the transaction waits for it");
        self.added.recv().expect("the entry is added");
    }

    async fn commit(self) {
        drop(self.next);
        let written = self.written.await.expect("it does not panic");
        written.expect("it is committed");
    }
}

fn append_one(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    let origin = Origin::default();
    let entry = Entry {
        at: Timestamp::from_micros(0).expect("it is a time"),
        kind: Kind::SignedIn,
        actor: Actor::SYSTEM,
        origin: &origin,
        collection: None,
        record_id: None,
        version: None,
        payload: "{}",
    };
    append(tx, &entry)
}

/// It has its number before the transaction that began first is done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_of_a_transaction_that_began_after_the_last_one_that_ended_is_waited_for() {
    assert_eq!(
        TestDatabase::dialect(),
        Dialect::Postgres,
        "a file has one writer: scripts/test-postgres starts a server"
    );
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let database = TestDatabase::create(folder.path());
    let db = Arc::new(open(&database, 8));
    // Every reading thread is connected, so that the first look comes right after the commit.
    let ready = (0..32).map(|_| {
        let db = Arc::clone(&db);
        tokio::spawn(async move { all(&db).await })
    });
    for read in ready.collect::<Vec<_>>() {
        assert!(read.await.expect("the journal can be read").is_empty());
    }
    let first = Steps::begin(&db);
    first.add();
    // Together they would be one transaction.
    let second = Steps::begin(&db);
    second.add();
    first.add();
    first.commit().await;

    let read = |from: Position| db.read(move |tx: &mut Tx<'_>| read_settled(tx, &from, 50, &|_| true));
    let mut position = Position::default();
    for _ in 0..3 {
        let behind = read(position).await.expect("the journal can be read").behind;
        assert_eq!((behind.seq, behind.is_held_up()), (1, true));
        position = behind;
    }
    second.commit().await;
    let settled = read(position).await.expect("the journal can be read");
    let given: Vec<i64> = settled.entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(given, [2, 3]);
    assert!(!settled.behind.is_held_up());
}
