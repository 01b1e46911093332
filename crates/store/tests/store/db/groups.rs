//! Writes share commits, and nothing else.

use std::sync::{Arc, Mutex};

use mainstay_store::{DbOptions, Dialect, Priority, StoreError, WriteTx};

use super::fixture::{Numbers, begin, first_int, insert, open, open_at};

/// Why a test's own closure gave up.
#[derive(Debug, PartialEq)]
enum Refusal {
    Unwanted(i64),
    Store(String),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(format!("{error:?}"))
    }
}

/// Starts writes and waits until all of them wait.
async fn start_all<T: Send + 'static>(
    numbers: &Numbers,
    writes: impl IntoIterator<Item = impl FnMut(&mut WriteTx<'_>) -> Result<T, Refusal> + Send + 'static>,
) -> Vec<tokio::task::JoinHandle<Result<T, Refusal>>> {
    let mut started = Vec::new();
    for write in writes {
        let db = Arc::clone(&numbers.db);
        started.push(tokio::spawn(async move {
            db.write(Priority::Interactive, write).await
        }));
    }
    while numbers.db.writes_waiting() < started.len() {
        tokio::task::yield_now().await;
    }
    started
}

#[tokio::test]
async fn writes_that_wait_together_are_committed_together() {
    let numbers = open(&DbOptions::default());
    let gate = numbers.hold_writer().await;
    let writes = (0..600_i64).map(|number| {
        move |tx: &mut WriteTx<'_>| {
            insert(tx, number)?;
            let so_far = first_int(tx, "SELECT count(*) FROM numbers")?;
            Ok((number, so_far))
        }
    });
    let started = start_all(&numbers, writes).await;
    gate.open();
    for (number, write) in (0_i64..).zip(started) {
        let (answered, so_far) = write.await.expect("no task panics").expect("the number is new");
        assert_eq!(answered, number, "each caller gets the answer of its own closure");
        assert_eq!(so_far, number + 1, "closures run in the order in which they came");
    }
    assert_eq!(numbers.all().await, (0..600).collect::<Vec<_>>());
    let (groups, jobs) = numbers.db.write_stats().groups_and_jobs();
    assert_eq!(jobs, 1 + 600, "the one at the gate, and these");
    // Four when each takes its 256; on a slow machine a group ends with its time, and still holds many.
    assert!(groups <= 60, "{groups} groups");
}

#[tokio::test]
async fn a_refused_write_undoes_itself_alone() {
    let numbers = open(&DbOptions::default());
    let gate = numbers.hold_writer().await;
    let writes = (0..9_i64).map(|number| {
        move |tx: &mut WriteTx<'_>| {
            insert(tx, number)?;
            if number % 3 == 1 {
                return Err(Refusal::Unwanted(number));
            }
            Ok(number)
        }
    });
    let started = start_all(&numbers, writes).await;
    gate.open();
    for (number, write) in (0_i64..).zip(started) {
        let expected = if number % 3 == 1 {
            Err(Refusal::Unwanted(number))
        } else {
            Ok(number)
        };
        assert_eq!(write.await.expect("no task panics"), expected);
    }
    assert_eq!(numbers.all().await, [0, 2, 3, 5, 6, 8]);
}

#[tokio::test]
async fn a_panic_undoes_itself_alone() {
    let numbers = open(&DbOptions::default());
    let gate = numbers.hold_writer().await;
    let writes = (0..3_i64).map(|number| {
        move |tx: &mut WriteTx<'_>| {
            insert(tx, number)?;
            assert!(number != 1, "the panic of this test");
            Ok(number)
        }
    });
    let started = start_all(&numbers, writes).await;
    gate.open();
    let mut answers = Vec::new();
    for write in started {
        answers.push(write.await.expect("the panic stays in the writer"));
    }
    assert_eq!(
        answers,
        [Ok(0), Err(Refusal::Store("Panicked".to_owned())), Ok(2)]
    );
    assert_eq!(numbers.all().await, [0, 2]);
    let later = numbers.db.write(Priority::Interactive, |tx| insert(tx, 3)).await;
    later.expect("the writer goes on");
}

#[tokio::test]
async fn a_broken_constraint_is_told_by_its_name_and_undoes_itself_alone() {
    let numbers = open(&DbOptions::default());
    let gate = numbers.hold_writer().await;
    let writes = [1_i64, 1, 2].map(|number| move |tx: &mut WriteTx<'_>| Ok(insert(tx, number)?));
    let started = start_all(&numbers, writes).await;
    gate.open();
    let mut answers = Vec::new();
    for write in started {
        answers.push(write.await.expect("no task panics"));
    }
    let taken = match numbers.db.dialect() {
        Dialect::Sqlite => r#"Violation(Unique { table: "numbers", columns: ["n"] })"#,
        Dialect::Postgres => r#"Violation(UniqueIndex { name: "numbers_pkey" })"#,
    };
    assert_eq!(answers, [Ok(()), Err(Refusal::Store(taken.to_owned())), Ok(())]);
    assert_eq!(numbers.all().await, [1, 2]);
}

#[tokio::test]
async fn a_failed_attempt_inside_a_write_undoes_its_part_alone() {
    let numbers = open(&DbOptions::default());
    let written = numbers.db.write(Priority::Interactive, |tx| {
        insert(tx, 1)?;
        let part = tx.attempt(|tx| {
            insert(tx, 2)?;
            insert(tx, 1)
        });
        assert!(matches!(part, Err(StoreError::Violation(_))), "{part:?}");
        tx.attempt(|tx| insert(tx, 3))?;
        Ok::<(), StoreError>(())
    });
    written.await.expect("the failure was expected");
    assert_eq!(numbers.all().await, [1, 3]);
}

#[tokio::test]
async fn whoever_waits_in_person_goes_first_and_the_background_still_gets_on() {
    let numbers = open(&DbOptions::default());
    let gate = numbers.hold_writer().await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let say = |name: &'static str| {
        let order = Arc::clone(&order);
        move |_: &mut WriteTx<'_>| {
            order.lock().expect("nobody panics").push(name);
            Ok::<(), StoreError>(())
        }
    };
    for name in ["background 1", "background 2"] {
        begin(numbers.db.write(Priority::Background, say(name)));
    }
    for name in ["person 1", "person 2", "person 3"] {
        begin(numbers.db.write(Priority::Interactive, say(name)));
    }
    gate.open();
    numbers
        .db
        .write(Priority::Background, say("background 3"))
        .await
        .expect("it is served");
    let expected = [
        "person 1",
        "person 2",
        "person 3",
        "background 1",
        "background 2",
        "background 3",
    ];
    assert_eq!(*order.lock().expect("nobody panics"), expected);
    let (groups, _) = numbers.db.write_stats().groups_and_jobs();
    assert!(
        groups >= 4,
        "the gate's, and one background job in each of the others: {groups}"
    );
}

#[tokio::test]
async fn closing_serves_what_waits() {
    let numbers = open(&DbOptions::default());
    let gate = numbers.hold_writer().await;
    for number in 0..50 {
        begin(
            numbers
                .db
                .write(Priority::Interactive, move |tx| insert(tx, number)),
        );
    }
    begin(numbers.db.write(Priority::Background, move |tx| insert(tx, 50)));
    let Numbers { db, database, folder } = numbers;
    gate.open();
    // The task behind the gate holds the database too, until it has its answer.
    let mut shared = db;
    let db = loop {
        match Arc::try_unwrap(shared) {
            Ok(db) => break db,
            Err(still_shared) => shared = still_shared,
        }
        tokio::task::yield_now().await;
    };
    drop(db);
    let again = Numbers {
        db: Arc::new(open_at(&database.place(), &DbOptions::default())),
        database,
        folder,
    };
    assert_eq!(again.all().await, (0..=50).collect::<Vec<_>>());
}
