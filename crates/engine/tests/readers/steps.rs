//! What a step gets, when, and what becomes of it when it fails.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mainstay_core::{Code, Problem};
use mainstay_engine::readers::{Kinds, OutsideStep, Pace, Reader, Start, Step, reader_reports};
use mainstay_store::journal::Kind;

use crate::{
    NEVER, add, app, cursor, effects, journal, make_effects, reader, start, wait_until, writing_down,
};

type Heard = Arc<Mutex<Vec<i64>>>;

/// A step outside the database that remembers what it got.
fn hearing(heard: &Heard) -> OutsideStep {
    let heard = Arc::clone(heard);
    Arc::new(move |batch| {
        let heard = Arc::clone(&heard);
        Box::pin(async move {
            heard
                .lock()
                .unwrap()
                .extend(batch.entries.iter().map(|entry| entry.seq));
            Ok(())
        })
    })
}

#[tokio::test]
async fn a_reader_gets_its_kinds_in_order_as_soon_as_they_are_committed() {
    let app = app();
    make_effects(&app.environment).await;
    let wanted = Reader {
        kinds: Kinds::Of(&[Kind::SignedIn]),
        ..reader("wanted", Step::InTransaction(writing_down("wanted")))
    };
    let all = reader("all", Step::InTransaction(writing_down("all")));
    let readers = start(&app, vec![wanted, all], NEVER);
    add(
        &app.environment,
        &[Kind::SignedIn, Kind::SignedOut, Kind::SignedIn],
    )
    .await;
    let written = journal(&app.environment).await;
    wait_until("both readers are done", async || {
        cursor(&app.environment, "wanted").await == written[2]
            && cursor(&app.environment, "all").await == written[2]
    })
    .await;
    assert_eq!(effects(&app.environment, "all").await, written);
    assert_eq!(
        effects(&app.environment, "wanted").await,
        [written[0], written[2]]
    );

    // Nobody looks by themselves in this test: they were told.
    add(&app.environment, &[Kind::SignedIn]).await;
    wait_until("the next entry is there", async || {
        effects(&app.environment, "wanted").await.len() == 3
    })
    .await;
    readers.stop().await;
}

#[tokio::test]
async fn a_reader_goes_on_behind_what_it_has_done() {
    let app = app();
    let first = Heard::default();
    add(&app.environment, &[Kind::SignedIn, Kind::SignedIn]).await;
    let readers = start(&app, vec![reader("mail", Step::Outside(hearing(&first)))], NEVER);
    let written = journal(&app.environment).await;
    wait_until("the cursor is behind both", async || {
        cursor(&app.environment, "mail").await == written[1]
    })
    .await;
    readers.stop().await;
    assert_eq!(*first.lock().unwrap(), written);

    add(&app.environment, &[Kind::SignedOut]).await;
    let second = Heard::default();
    let readers = start(&app, vec![reader("mail", Step::Outside(hearing(&second)))], NEVER);
    let written = journal(&app.environment).await;
    wait_until("the cursor is behind the third", async || {
        cursor(&app.environment, "mail").await == written[2]
    })
    .await;
    readers.stop().await;
    assert_eq!(*second.lock().unwrap(), written[2..]);
}

#[tokio::test]
async fn a_reader_of_each_process_begins_with_what_comes_after_it() {
    let app = app();
    add(&app.environment, &[Kind::SignedIn]).await;
    let written = journal(&app.environment).await;
    let (one, other) = (Heard::default(), Heard::default());
    let each = |heard: &Heard| vec![reader("live", Step::EachProcess(hearing(heard)))];
    let running = [start(&app, each(&one), NEVER), start(&app, each(&other), NEVER)];
    wait_until("both have begun", async || {
        let reports = reader_reports(&app.environment).await.unwrap();
        reports.len() == 2 && reports.iter().all(|report| report.cursor == written[0])
    })
    .await;
    add(&app.environment, &[Kind::SignedIn]).await;
    let written = journal(&app.environment).await;
    for heard in [&one, &other] {
        wait_until("it has heard", async || !heard.lock().unwrap().is_empty()).await;
        assert_eq!(*heard.lock().unwrap(), written[1..]);
    }
    assert_eq!(cursor(&app.environment, "live").await, 0, "nothing is kept of it");
    for readers in running {
        readers.stop().await;
    }
}

#[tokio::test]
async fn a_reader_that_begins_now_leaves_out_the_past_and_nothing_after_it() {
    let app = app();
    make_effects(&app.environment).await;
    let from_now = || {
        vec![Reader {
            start: Start::Now,
            ..reader("news", Step::InTransaction(writing_down("news")))
        }]
    };
    add(&app.environment, &[Kind::SignedIn; 3]).await;
    let past = journal(&app.environment).await;
    let readers = start(&app, from_now(), NEVER);
    wait_until("it has begun", async || {
        cursor(&app.environment, "news").await == past[2]
    })
    .await;
    add(&app.environment, &[Kind::SignedIn]).await;
    wait_until("it has the entry after its start", async || {
        effects(&app.environment, "news").await.len() == 1
    })
    .await;
    readers.stop().await;

    add(&app.environment, &[Kind::SignedIn; 2]).await;
    let written = journal(&app.environment).await;
    // Begins again in two places at once.
    let running = [start(&app, from_now(), NEVER), start(&app, from_now(), NEVER)];
    wait_until("it has what came while it did not run", async || {
        cursor(&app.environment, "news").await == written[5]
    })
    .await;
    assert_eq!(effects(&app.environment, "news").await, written[3..]);
    for readers in running {
        readers.stop().await;
    }
}

#[tokio::test]
async fn a_failing_reader_is_seen_tries_again_and_leaves_no_half_of_a_step() {
    let app = app();
    make_effects(&app.environment).await;
    let (write, tries) = (writing_down("shaky"), Arc::new(AtomicUsize::new(0)));
    let tried = Arc::clone(&tries);
    let shaky = Step::InTransaction(Arc::new(move |tx, batch| {
        write(tx, batch)?;
        if tried.fetch_add(1, Ordering::SeqCst) < 3 {
            return Err(Problem::new(Code::Unavailable, "the other side is away").into());
        }
        Ok(())
    }));
    let readers = start(&app, vec![reader("shaky", shaky)], NEVER);
    add(&app.environment, &[Kind::SignedIn]).await;
    let written = journal(&app.environment).await;
    wait_until("it has failed", async || {
        let report = reader_reports(&app.environment).await.unwrap().remove(0);
        report.failures > 0
    })
    .await;
    app.clock.advance_seconds(2);
    let report = reader_reports(&app.environment).await.unwrap().remove(0);
    if report.failures > 0 {
        assert_eq!((report.name, report.cursor, report.lag_entries), ("shaky", 0, 1));
        assert!(report.lag >= Duration::from_secs(2), "{:?}", report.lag);
    }
    wait_until("it has gone on", async || {
        cursor(&app.environment, "shaky").await == written[0]
    })
    .await;
    assert_eq!(effects(&app.environment, "shaky").await, written);
    wait_until("it is well again", async || {
        let report = reader_reports(&app.environment).await.unwrap().remove(0);
        report.failures == 0 && report.lag_entries == 0
    })
    .await;
    let report = reader_reports(&app.environment).await.unwrap().remove(0);
    assert_eq!(report.last_error.as_deref(), Some("the other side is away"));
    assert!(tries.load(Ordering::SeqCst) >= 4);
    readers.stop().await;
    assert!(reader_reports(&app.environment).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_reader_that_lingers_takes_many_at_once() {
    let app = app();
    let (steps, last) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, seen) = (Arc::clone(&steps), Arc::clone(&last));
    let gathering = Reader {
        pace: Pace {
            entries_max: 10,
            linger: Duration::from_mins(10),
            ..Pace::SOON
        },
        ..reader(
            "gathering",
            Step::InTransaction(Arc::new(move |_, batch| {
                counted.fetch_add(1, Ordering::SeqCst);
                seen.store(batch.entries.len(), Ordering::SeqCst);
                Ok(())
            })),
        )
    };
    let readers = start(&app, vec![gathering], NEVER);
    for _ in 0..3 {
        add(&app.environment, &[Kind::SignedIn; 3]).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(steps.load(Ordering::SeqCst), 0);
    add(&app.environment, &[Kind::SignedIn]).await;
    wait_until("the step is full", async || steps.load(Ordering::SeqCst) == 1).await;
    assert_eq!(last.load(Ordering::SeqCst), 10);
    readers.stop().await;
}

#[tokio::test]
async fn readers_in_several_places_do_each_entry_once() {
    let app = app();
    make_effects(&app.environment).await;
    let running: Vec<_> = (0..3)
        .map(|_| {
            start(
                &app,
                vec![reader("one", Step::InTransaction(writing_down("one")))],
                NEVER,
            )
        })
        .collect();
    for _ in 0..20 {
        add(&app.environment, &[Kind::SignedIn; 5]).await;
    }
    let written = journal(&app.environment).await;
    for readers in running {
        // Whoever held it lets it go, and the next one finds it free.
        readers.stop().await;
    }
    let readers = start(
        &app,
        vec![reader("one", Step::InTransaction(writing_down("one")))],
        NEVER,
    );
    wait_until("all are done", async || {
        Some(&cursor(&app.environment, "one").await) == written.last()
    })
    .await;
    readers.stop().await;
    assert_eq!(effects(&app.environment, "one").await, written);
}
