//! Readers of the journal at work: what each gets, and that nothing is lost when they fail, stop or are killed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod killed;
mod steps;

use std::sync::Arc;
use std::time::{Duration, Instant};

use mainstay_core::{Actor, Timestamp};
use mainstay_engine::Environment;
use mainstay_engine::readers::{Reader, ReaderTimes, RunningReaders, Step, WriteStep};
use mainstay_store::journal::{Entry, Kind, Origin, append};
use mainstay_store::tx::Bind;
use mainstay_store::{Priority, StoreError, Tx, WriteTx, readers};
use mainstay_testkit::TestApp;

const PATIENCE: Duration = Duration::from_secs(20);
/// Far beyond any test: what happens in time happened because somebody was told.
const NEVER: ReaderTimes = ReaderTimes {
    lease: Duration::from_mins(10),
    look_after: Duration::from_mins(10),
};

fn app() -> TestApp {
    TestApp::start(&[("mainstay.toml", "name = \"followed\"")])
}

/// Adds an entry and gives nothing back: numbers are looked up where they matter.
fn write_entry(tx: &mut WriteTx<'_>, kind: Kind, payload: &str) -> Result<(), StoreError> {
    let origin = Origin::default();
    append(
        tx,
        &Entry {
            at: Timestamp::from_micros(1_767_225_600_000_000).unwrap(),
            kind,
            actor: Actor::SYSTEM,
            origin: &origin,
            collection: None,
            record_id: None,
            version: None,
            payload,
        },
    )
}

async fn add(environment: &Arc<Environment>, kinds: &'static [Kind]) {
    let write = move |tx: &mut WriteTx<'_>| {
        for kind in kinds {
            write_entry(tx, *kind, "{}")?;
        }
        Ok::<_, StoreError>(())
    };
    environment.db.write(Priority::Interactive, write).await.unwrap();
}

/// Where steps in the database leave their traces.
async fn make_effects(environment: &Arc<Environment>) {
    let make = |tx: &mut WriteTx<'_>| {
        tx.execute(
            "CREATE TABLE effects (reader text NOT NULL, seq bigint NOT NULL)",
            &[],
        )
    };
    environment.db.write(Priority::Interactive, make).await.unwrap();
}

/// A step that writes down what it got.
fn writing_down(name: &'static str) -> WriteStep {
    Arc::new(move |tx, batch| {
        for entry in &batch.entries {
            let values = [Bind::Text(name), Bind::Int(entry.seq)];
            tx.execute_one("INSERT INTO effects (reader, seq) VALUES (?1, ?2)", &values)?;
        }
        Ok(())
    })
}

async fn numbers(environment: &Arc<Environment>, sql: &'static str, binds: Vec<String>) -> Vec<i64> {
    let read = move |tx: &mut Tx<'_>| {
        let mut found = Vec::new();
        let binds: Vec<Bind<'_>> = binds.iter().map(|text| Bind::Text(text)).collect();
        tx.query(sql, &binds, |row| {
            found.push(row.int(0)?);
            Ok::<_, StoreError>(())
        })?;
        Ok::<_, StoreError>(found)
    };
    environment.db.read(read).await.unwrap()
}

async fn effects(environment: &Arc<Environment>, name: &str) -> Vec<i64> {
    let sql = "SELECT seq FROM effects WHERE reader = ?1 ORDER BY seq";
    numbers(environment, sql, vec![name.to_owned()]).await
}

async fn journal(environment: &Arc<Environment>) -> Vec<i64> {
    numbers(environment, "SELECT seq FROM _journal ORDER BY seq", Vec::new()).await
}

async fn cursor(environment: &Arc<Environment>, name: &'static str) -> i64 {
    let read = move |tx: &mut Tx<'_>| readers::cursor(tx, name);
    environment.db.read(read).await.unwrap()
}

async fn wait_until<F: Future<Output = bool>>(what: &str, mut reached: impl FnMut() -> F) {
    let began = Instant::now();
    while !reached().await {
        assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn start(app: &TestApp, readers: Vec<Reader>, times: ReaderTimes) -> RunningReaders {
    RunningReaders::start(&app.environment, readers, times)
}

fn reader(name: &'static str, step: Step) -> Reader {
    use mainstay_engine::readers::{Kinds, Pace, Start};
    Reader {
        name,
        start: Start::FirstEntry,
        kinds: Kinds::All,
        pace: Pace::SOON,
        step,
    }
}
