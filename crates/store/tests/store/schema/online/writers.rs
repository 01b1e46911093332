//! Releases write while the database changes under them, and no write fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mainstay_store::schema::SchemaError;
use mainstay_store::{Db, StoreError};
use tokio::task::JoinHandle;

use super::changes::{NEW, OLD, fill};
use super::fixture::{Online, Stop};
use super::releases::Release;

/// Writers of one release, until they are told to stop.
struct Writers {
    stop: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<u32>>,
}

/// The words of a release for a note.
#[derive(Clone, Copy)]
struct Words {
    notes: &'static str,
    title: &'static str,
    price: fn(u32) -> String,
}

const OLD_WORDS: Words = Words {
    notes: "notes",
    title: "title",
    price: |number| format!("'{number}.25'"),
};
const NEW_WORDS: Words = Words {
    notes: "memos",
    title: "heading",
    price: |number| (number * 100 + 25).to_string(),
};

/// Makes, changes, reads and removes notes from a number on. Gives how many are left.
async fn write(
    db: Arc<Db>,
    release: Arc<Release>,
    words: Words,
    first: u32,
    stop: Arc<AtomicBool>,
) -> Result<u32, StoreError> {
    let mut number = first;
    let mut left = 0;
    while !stop.load(Ordering::Relaxed) {
        let (title, price) = (format!("'n{number}'"), (words.price)(number));
        let code = format!("'w{number}'");
        let values = [
            (words.title, title.as_str()),
            ("price", price.as_str()),
            ("code", code.as_str()),
            ("stars", "2"),
            ("colour", "'green'"),
        ];
        release.insert(&db, words.notes, number, &values).await?;
        let price = (words.price)(number + 1);
        release
            .update(&db, words.notes, number, &[("price", &price)])
            .await?;
        let seen = release.read(&db, words.notes, number, &[words.title]).await?;
        assert_eq!(seen, [format!("n{number}")]);
        // One of those that were there from the beginning, which others change too.
        release
            .update(&db, words.notes, number % 16, &[("price", &price)])
            .await?;
        if number.is_multiple_of(3) {
            release.delete(&db, words.notes, number).await?;
        } else {
            left += 1;
        }
        number += 1;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(left)
}

impl Writers {
    fn begin(online: &Online, release: Release, words: Words, first: u32) -> Self {
        let (stop, release) = (Arc::new(AtomicBool::new(false)), Arc::new(release));
        let tasks = (0..3).map(|writer| {
            let (db, release, stop) = (Arc::clone(&online.db), Arc::clone(&release), Arc::clone(&stop));
            let first = first + writer * 100_000;
            tokio::spawn(async move {
                let written = write(db, release, words, first, stop).await;
                written.unwrap_or_else(|error| panic!("a write failed: {error}: {error:?}"))
            })
        });
        let tasks = tasks.collect();
        Self { stop, tasks }
    }

    async fn end(self) -> u32 {
        self.stop.store(true, Ordering::Relaxed);
        let mut left = 0;
        for task in self.tasks {
            left += task.await.expect("no writer fails");
        }
        left
    }
}

/// Notes whose two prices do not say the same.
async fn out_of_step(online: &Online) -> Vec<Vec<String>> {
    let rows = online
        .rows("SELECT code, price, price_2 FROM notes ORDER BY code")
        .await;
    let in_step = |row: &Vec<String>| {
        let cents: f64 = row[1].parse::<f64>().expect("a price is a number") * 100.0;
        format!("{cents:.0}") == row[2]
    };
    rows.into_iter().filter(|row| !in_step(row)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn releases_of_two_shapes_write_while_the_database_expands() {
    let online = Online::of(OLD).await;
    fill(&online).await;
    let old = Writers::begin(&online, Release::of(&online, OLD).await, OLD_WORDS, 1_000);
    let (from, to) = (online.state().await, online.expanded(NEW).await);
    online.start(Some(from), to).await.expect("the steps can be told");
    online
        .run_patiently()
        .await
        .unwrap_or_else(|error| panic!("{error}: {error:?}"));
    // Now the new release is there, and the old one still is, laid out as it was before.
    let new = Writers::begin(&online, Release::of(&online, NEW).await, NEW_WORDS, 1_000_000);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let left = old.end().await + new.end().await;
    let rows = online.rows("SELECT count(*) FROM notes").await;
    assert_eq!(rows, [[(left + 16).to_string()]]);
    assert_eq!(out_of_step(&online).await, [[""; 0]; 0]);
}

/// The contract gives tables and columns other names. A release learns so from its first statement that fails, looks where
/// they are, and repeats it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_release_writes_while_the_database_contracts() {
    let online = Online::of(OLD).await;
    fill(&online).await;
    online.go(online.expanded(NEW).await).await;
    let release = Release::of(&online, NEW).await;
    let old = Release::of(&online, OLD).await;
    let written = old.update(&online.db, "notes", 3, &[("price", "'9.75'")]).await;
    written.expect("it is still served");
    let new = Writers::begin(&online, release, NEW_WORDS, 1_000_000);
    let (from, to) = (online.state().await, online.contracted().await);
    online.start(Some(from), to).await.expect("the steps can be told");
    online
        .run_patiently()
        .await
        .unwrap_or_else(|error| panic!("{error}: {error:?}"));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let left = new.end().await;
    let rows = online.rows("SELECT count(*) FROM memos").await;
    assert_eq!(rows, [[(left + 16).to_string()]]);
    let odd = online.rows("SELECT price FROM memos WHERE price IS NULL").await;
    assert_eq!(odd, [[""; 0]; 0]);
}

/// On the way of a contract both shapes still write, in rows that are copied already and in others.
#[tokio::test]
async fn what_is_written_on_the_way_of_a_contract_is_there_after_it() {
    let online = Online::of(OLD).await;
    fill(&online).await;
    online.go(online.expanded(NEW).await).await;
    let (old, new) = (Release::of(&online, OLD).await, Release::of(&online, NEW).await);
    let (from, to) = (online.state().await, online.contracted().await);
    online.start(Some(from), to).await.expect("the steps can be told");
    let mut next = 0;
    while !online.has_turned().await {
        let (price, cents) = (format!("'{}.5'", next + 100), format!("{}", next + 200));
        if next < 16 {
            let written = old.update(&online.db, "notes", next, &[("price", &price)]).await;
            written.expect("it is still served");
            let written = new
                .update(&online.db, "memos", 15 - next, &[("price", &cents)])
                .await;
            written.expect("it is served");
        }
        next += 1;
        let one = Stop {
            after: 1,
            forgetful: false,
        };
        online.run_to(one).await.expect("nothing is in the way");
    }
    online.run().await.expect("nothing is in the way");
    assert!(next > 4, "there are steps before the turning point: {next}");
    let mut expected: Vec<String> = (0..16_u32)
        .map(|number| (number * 100 + 50).to_string())
        .collect();
    for step in 0..next.min(16) {
        expected[step as usize] = ((step + 100) * 100 + 50).to_string();
        expected[15 - step as usize] = (step + 200).to_string();
    }
    let prices = online.rows("SELECT price FROM memos ORDER BY id").await;
    assert_eq!(prices.concat(), expected);
}

/// The way back from a contract: names change hands, and what only a release before knew comes again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_release_writes_while_a_contract_is_taken_back() {
    let online = Online::of(OLD).await;
    fill(&online).await;
    let expanded = online.expanded(NEW).await;
    online.go(expanded.clone()).await;
    online.go(online.contracted().await).await;
    let new = Writers::begin(&online, Release::of(&online, NEW).await, NEW_WORDS, 1_000_000);
    online
        .start(Some(online.state().await), expanded)
        .await
        .expect("the steps can be told");
    online
        .run_patiently()
        .await
        .unwrap_or_else(|error| panic!("{error}: {error:?}"));
    let old = Writers::begin(&online, Release::of(&online, OLD).await, OLD_WORDS, 1_000);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let left = old.end().await + new.end().await;
    let rows = online.rows("SELECT count(*) FROM notes").await;
    assert_eq!(rows, [[(left + 16).to_string()]]);
    assert_eq!(out_of_step(&online).await, [[""; 0]; 0]);
}

/// A statement that was prepared before a column came, and gives every column.
#[tokio::test]
async fn a_read_of_everything_goes_on_with_one_column_more() {
    let online = Online::of(OLD).await;
    fill(&online).await;
    let everything = "SELECT * FROM notes ORDER BY id";
    let mut columns = Vec::new();
    // Every thread that reads has prepared it.
    for _ in 0..20 {
        columns.push(online.rows(everything).await[0].len());
    }
    online.go(online.expanded(NEW).await).await;
    for _ in 0..20 {
        columns.push(online.rows(everything).await[0].len());
    }
    columns.dedup();
    assert_eq!(columns, [12, 17]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_that_is_given_up_takes_no_write_along() {
    let online = Online::of(OLD).await;
    fill(&online).await;
    let catalog = online.catalog().await;
    let old = Writers::begin(&online, Release::of(&online, OLD).await, OLD_WORDS, 1_000);
    for after in [3, 6, 9] {
        let (from, to) = (online.state().await, online.expanded(NEW).await);
        online.start(Some(from), to).await.expect("the steps can be told");
        let stop = Stop {
            after,
            forgetful: false,
        };
        // What is in the way of others stops early, which is as good here.
        if let Err(error) = online.run_to(stop).await {
            assert!(matches!(error, SchemaError::Locked { .. }), "{error:?}");
        }
        assert!(!online.has_turned().await, "it is before the turning point");
        online.begin_undo().await.expect("the steps can be told");
        online.run_patiently().await.expect("it can be undone");
    }
    let left = old.end().await;
    let rows = online.rows("SELECT count(*) FROM notes").await;
    assert_eq!(rows, [[(left + 16).to_string()]]);
    assert_eq!(online.catalog().await, catalog);
}
