//! Too long, too much, and panics of readers.

use std::sync::Arc;
use std::time::Duration;

use mainstay_store::{DbOptions, Dialect, Priority, StoreError, Tx};

use super::fixture::{ENDLESS, LONG, PATIENT, begin, first_int, insert, open};

#[tokio::test]
async fn a_read_that_takes_too_long_is_stopped_and_its_thread_goes_on() {
    let options = DbOptions {
        reader_threads: 1,
        statement_timeout: Duration::from_millis(1),
        ..DbOptions::default()
    };
    let numbers = open(&options);
    // So many that every statement around them, the end of the snapshot too, comes to a look at the clock.
    for _ in 0..700 {
        let answer = numbers.db.read(|tx: &mut Tx<'_>| first_int(tx, ENDLESS)).await;
        assert!(matches!(answer, Err(StoreError::Timeout)), "{answer:?}");
    }
    assert!(numbers.all().await.is_empty(), "small reads are answered");
}

#[tokio::test]
async fn a_write_that_takes_too_long_is_stopped_and_those_beside_it_are_kept() {
    let numbers = open(&DbOptions {
        statement_timeout: Duration::from_millis(50),
        ..DbOptions::default()
    });
    let gate = numbers.hold_writer().await;
    begin(numbers.db.write(Priority::Interactive, |tx| insert(tx, 1)));
    let db = Arc::clone(&numbers.db);
    let endless = tokio::spawn(async move {
        let write = |tx: &mut mainstay_store::WriteTx<'_>| {
            insert(tx, 2)?;
            tx.execute(&format!("INSERT INTO numbers (n) {ENDLESS}"), &[])
        };
        db.write::<_, StoreError, _>(Priority::Interactive, write).await
    });
    while numbers.db.writes_waiting() < 2 {
        tokio::task::yield_now().await;
    }
    let beside = numbers.db.write(Priority::Interactive, |tx| insert(tx, 3));
    begin(numbers.db.write(Priority::Interactive, |tx| insert(tx, 4)));
    gate.open();
    beside.await.expect("the others are kept");
    let stopped = endless.await.expect("no task panics");
    assert!(matches!(stopped, Err(StoreError::Timeout)), "{stopped:?}");
    assert_eq!(numbers.all().await, [1, 3, 4]);
}

#[tokio::test]
async fn a_statement_that_is_too_deep_is_refused_and_its_thread_goes_on() {
    let numbers = open(&DbOptions {
        reader_threads: 1,
        ..DbOptions::default()
    });
    let deep = format!("SELECT 1{}", " + 1".repeat(100_000));
    let (read, write) = (deep.clone(), deep);
    let refused = [
        numbers.db.read(move |tx: &mut Tx<'_>| first_int(tx, &read)).await,
        numbers
            .db
            .write(Priority::Interactive, move |tx| first_int(tx, &write))
            .await,
    ];
    for answer in refused {
        assert!(
            matches!(answer, Err(StoreError::TooLarge | StoreError::Sqlite(_))),
            "{answer:?}"
        );
    }
    let written = numbers.db.write(Priority::Interactive, |tx| insert(tx, 1)).await;
    written.expect("the writer goes on");
    assert_eq!(numbers.all().await, [1]);
}

#[tokio::test]
async fn a_full_queue_of_writes_refuses_at_once() {
    let numbers = open(&DbOptions {
        write_queue_max: 4,
        ..DbOptions::default()
    });
    let gate = numbers.hold_writer().await;
    for number in 0..4 {
        begin(
            numbers
                .db
                .write(Priority::Interactive, move |tx| insert(tx, number)),
        );
    }
    let refused = numbers.db.write(Priority::Interactive, |tx| insert(tx, 4)).await;
    assert!(
        matches!(refused, Err(StoreError::Overloaded { queue: "write" })),
        "{refused:?}"
    );
    // The background has a lane of its own, a quarter as long.
    begin(numbers.db.write(Priority::Background, |tx| insert(tx, 5)));
    let refused = numbers.db.write(Priority::Background, |tx| insert(tx, 6)).await;
    assert!(
        matches!(refused, Err(StoreError::Overloaded { queue: "write" })),
        "{refused:?}"
    );
    gate.open();
    while numbers.db.writes_waiting() > 0 {
        tokio::task::yield_now().await;
    }
    numbers
        .db
        .write(Priority::Interactive, |tx| insert(tx, 7))
        .await
        .expect("there is room again");
    assert_eq!(
        numbers.all().await,
        [0, 1, 2, 3, 5, 7],
        "what was taken in is written, what was refused is not"
    );
}

#[tokio::test]
async fn a_full_queue_of_long_reads_refuses_them_and_small_ones_still_answer() {
    let numbers = open(&DbOptions {
        reader_threads: 1,
        inline_read_max: PATIENT,
        read_queue_max: 1,
        ..DbOptions::default()
    });
    let threads = match numbers.db.dialect() {
        Dialect::Sqlite => 1,
        // Each has a connection.
        Dialect::Postgres => 3,
    };
    let mut held = Vec::new();
    for _ in 0..threads {
        held.push(numbers.hold_reader().await);
    }
    let mut queued = Box::pin(numbers.db.read(|tx: &mut Tx<'_>| first_int(tx, LONG)));
    begin(queued.as_mut());
    let refused = numbers.db.read(|tx: &mut Tx<'_>| first_int(tx, LONG)).await;
    assert!(
        matches!(refused, Err(StoreError::Overloaded { queue: "read" })),
        "{refused:?}"
    );
    if numbers.db.dialect() == Dialect::Sqlite {
        // They need no thread; in PostgreSQL every read needs a connection.
        assert!(numbers.all().await.is_empty());
    }
    for (gate, held) in held {
        gate.open();
        held.await.expect("no task panics").expect("it has its time");
    }
    // Only when it has left the queue there is room in it.
    assert_eq!(queued.await.expect("it had its place"), 2_000_000);
    let after = numbers.db.read(|tx: &mut Tx<'_>| first_int(tx, LONG)).await;
    assert_eq!(after.expect("there is room again"), 2_000_000);
    assert!(numbers.all().await.is_empty());
}

#[tokio::test]
async fn a_panic_in_a_long_read_is_answered_and_its_thread_goes_on() {
    let numbers = open(&DbOptions {
        reader_threads: 1,
        ..DbOptions::default()
    });
    let read = |tx: &mut Tx<'_>| {
        first_int(tx, LONG)?;
        panic!("the panic of this test");
        #[expect(unreachable_code, reason = "it gives the closure its type")]
        Ok::<(), StoreError>(())
    };
    let answer = numbers.db.read(read).await;
    assert!(matches!(answer, Err(StoreError::Panicked)), "{answer:?}");
    let after = numbers.db.read(|tx: &mut Tx<'_>| first_int(tx, LONG)).await;
    assert_eq!(after.expect("the thread goes on"), 2_000_000);
}
