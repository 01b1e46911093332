//! Reads: what they see, and on which thread.

use std::sync::{Arc, Mutex};

use mainstay_store::tx::Bind;
use mainstay_store::{DbOptions, Priority, StoreError, Tx};

use super::fixture::{LONG, PATIENT, first_int, insert, open};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_is_told_of_a_write_sees_it_from_any_task() {
    let numbers = open(&DbOptions::default());
    let mut writers = Vec::new();
    for writer in 0..20_i64 {
        let db = Arc::clone(&numbers.db);
        writers.push(tokio::spawn(async move {
            for number in (writer * 50)..(writer * 50 + 50) {
                let written = db.write(Priority::Interactive, move |tx| insert(tx, number));
                written.await.expect("the number is new");
                let reader = Arc::clone(&db);
                // Another task, on another thread more often than not, through any of the kept snapshots.
                let seen = tokio::spawn(async move {
                    let select = "SELECT count(*) FROM numbers WHERE n = ?1";
                    let read =
                        move |tx: &mut Tx<'_>| tx.query_first(select, &[Bind::Int(number)], |row| row.int(0));
                    reader.read::<_, StoreError, _>(read).await
                });
                let seen = seen.await.expect("no task panics").expect("the read is small");
                assert_eq!(seen, Some(1), "{number} was committed and is not seen");
            }
        }));
    }
    for writer in writers {
        writer.await.expect("every write was seen");
    }
    assert_eq!(numbers.all().await.len(), 1_000);
}

#[tokio::test]
async fn a_closure_sees_one_state_whatever_is_written_meanwhile() {
    let numbers = open(&DbOptions::default());
    let other = Arc::clone(&numbers.db);
    // A closure may be run again; each time another number is written beside it.
    let mut runs = 0;
    let read = move |tx: &mut Tx<'_>| {
        runs += 1;
        let number = runs;
        let before = first_int(tx, "SELECT count(*) FROM numbers")?;
        let written = std::thread::scope(|scope| {
            let write = || {
                let runtime = tokio::runtime::Builder::new_current_thread().build();
                let runtime = runtime.expect("a runtime can be built");
                runtime.block_on(other.write(Priority::Interactive, move |tx| insert(tx, number)))
            };
            scope.spawn(write).join().expect("the write does not panic")
        });
        written?;
        Ok::<_, StoreError>((before, first_int(tx, "SELECT count(*) FROM numbers")?))
    };
    let (before, after) = numbers.db.read(read).await.expect("both are small");
    assert_eq!(before, after);
    let all: Vec<i64> = (1..=before + 1).collect();
    assert_eq!(numbers.all().await, all, "the next read sees it");
}

#[tokio::test]
async fn small_reads_run_where_they_are_asked_and_long_ones_move() {
    let numbers = open(&DbOptions {
        reader_threads: 1,
        inline_read_max: PATIENT,
        ..DbOptions::default()
    });
    let places = Arc::new(Mutex::new(Vec::new()));
    let note_place = |sql: &'static str| {
        let places = Arc::clone(&places);
        move |tx: &mut Tx<'_>| {
            let thread = std::thread::current();
            places
                .lock()
                .expect("nobody panics")
                .push(thread.name().unwrap_or_default().to_owned());
            first_int(tx, sql)
        }
    };
    let here = std::thread::current().name().unwrap_or_default().to_owned();
    assert_eq!(
        numbers
            .db
            .read(note_place("SELECT 7"))
            .await
            .expect("it is small"),
        7
    );
    assert_eq!(
        std::mem::take(&mut *places.lock().expect("nobody panics")),
        [here.as_str()]
    );
    assert_eq!(
        numbers.db.read(note_place(LONG)).await.expect("it has its time"),
        2_000_000
    );
    assert_eq!(
        *places.lock().expect("nobody panics"),
        [here.as_str(), "db-reader-0"]
    );
}

#[tokio::test]
async fn small_reads_are_answered_while_long_ones_run() {
    let numbers = open(&DbOptions {
        reader_threads: 1,
        inline_read_max: PATIENT,
        ..DbOptions::default()
    });
    let (gate, held) = numbers.hold_reader().await;
    for number in 0..100 {
        numbers
            .db
            .write(Priority::Interactive, move |tx| insert(tx, number))
            .await
            .expect("it is new");
        assert_eq!(
            numbers.all().await.len(),
            usize::try_from(number).expect("it is small") + 1
        );
    }
    assert!(!held.is_finished(), "the long read still holds its thread");
    gate.open();
    held.await.expect("no task panics").expect("it has its time");
}

#[tokio::test]
async fn reads_cannot_write() {
    let numbers = open(&DbOptions::default());
    let sneaky = |tx: &mut Tx<'_>| tx.query("INSERT INTO numbers (n) VALUES (1)", &[], |_| Ok(()));
    let answer = numbers.db.read::<(), StoreError, _>(sneaky).await;
    assert!(
        matches!(answer, Err(StoreError::Sqlite(_) | StoreError::Postgres(_))),
        "{answer:?}"
    );
    assert!(numbers.all().await.is_empty());
}
