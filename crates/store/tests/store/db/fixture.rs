//! A database with one table of numbers, and gates that hold its threads without a clock.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Waker};
use std::time::Duration;

use mainstay_store::tx::Bind;
use mainstay_store::{Db, DbOptions, Dialect, Place, Priority, StoreError, Tx, WriteTx};
use mainstay_testkit::TestDatabase;

/// Steps until something stops it.
pub(super) const ENDLESS: &str =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
/// Takes longer than [`PATIENT`], and than an inline read may take otherwise, and about a second at most.
pub(super) const LONG: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT count(*) FROM n";

/// For tests that a read which is small stays where it is asked, also when the thread has to wait for a processor.
pub(super) const PATIENT: Duration = Duration::from_millis(50);

pub(super) struct Numbers {
    pub(super) db: Arc<Db>,
    pub(super) database: TestDatabase,
    pub(super) folder: tempfile::TempDir,
}

pub(super) fn open(options: &DbOptions) -> Numbers {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let database = TestDatabase::create(folder.path());
    let db = Arc::new(open_at(&database.place(), options));
    Numbers { db, database, folder }
}

pub(super) fn open_at(place: &Place, options: &DbOptions) -> Db {
    Db::open(place, options, |tx| {
        let table = match tx.dialect() {
            Dialect::Sqlite => {
                "CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY NOT NULL, v BLOB) STRICT"
            }
            Dialect::Postgres => {
                "CREATE TABLE IF NOT EXISTS numbers (n bigint PRIMARY KEY NOT NULL, v bytea)"
            }
        };
        tx.execute(table, &[]).map(drop)
    })
    .unwrap_or_else(|error: StoreError| panic!("a new database can be opened: {error:?}"))
}

pub(super) fn insert(tx: &mut WriteTx<'_>, number: i64) -> Result<(), StoreError> {
    tx.execute_one("INSERT INTO numbers (n) VALUES (?1)", &[Bind::Int(number)])
}

pub(super) fn first_int(tx: &mut Tx<'_>, sql: &str) -> Result<i64, StoreError> {
    let found = tx.query_first(sql, &[], |row| row.int(0))?;
    found.ok_or_else(|| StoreError::Corrupt("the query gives no row".to_owned()))
}

impl Numbers {
    pub(super) async fn all(&self) -> Vec<i64> {
        let read = |tx: &mut Tx<'_>| {
            let mut numbers = Vec::new();
            tx.query("SELECT n FROM numbers ORDER BY n", &[], |row| {
                numbers.push(row.int(0)?);
                Ok::<(), StoreError>(())
            })?;
            Ok::<_, StoreError>(numbers)
        };
        self.db.read(read).await.expect("the numbers can be read")
    }

    /// Holds the writer until the gate is opened or dropped. What is written meanwhile waits, and then forms one group.
    pub(super) async fn hold_writer(&self) -> Gate {
        let (gate, entered, mut wait) = gate();
        let db = Arc::clone(&self.db);
        tokio::spawn(async move { db.write(Priority::Interactive, move |_| wait()).await });
        entered.await.expect("the writer comes to the gate");
        gate
    }

    /// Holds a reader thread until the gate is opened or dropped.
    pub(super) async fn hold_reader(&self) -> (Gate, tokio::task::JoinHandle<Result<(), StoreError>>) {
        let (gate, entered, mut wait) = gate();
        let db = Arc::clone(&self.db);
        let held = tokio::spawn(async move {
            let read = move |tx: &mut Tx<'_>| {
                // Inline this ends early, and the closure is run again where it may take its time.
                first_int(tx, LONG)?;
                wait()
            };
            db.read(read).await
        });
        entered.await.expect("the reader comes to the gate");
        (gate, held)
    }
}

/// Opens when told to, or when dropped by a test that fails.
pub(super) struct Gate(Option<mpsc::Sender<()>>);

impl Gate {
    pub(super) fn open(mut self) {
        self.0.take();
    }
}

type Entered = tokio::sync::oneshot::Receiver<()>;

fn gate() -> (
    Gate,
    Entered,
    impl FnMut() -> Result<(), StoreError> + Send + 'static,
) {
    let (opener, opened) = mpsc::channel::<()>();
    let (enter, entered) = tokio::sync::oneshot::channel();
    let (mut enter, opened) = (Some(enter), Mutex::new(opened));
    let wait = move || {
        if let Some(enter) = enter.take() {
            enter.send(()).expect("the test waits for it");
        }
        // Nothing is ever sent: the sender's end is the signal.
        let sent = opened.lock().expect("nobody panics at the gate").recv();
        assert!(sent.is_err());
        Ok(())
    };
    (Gate(Some(opener)), entered, wait)
}

/// Begins a call without waiting for it: its job is then in the queue. Nobody will hear the answer.
pub(super) fn begin(call: impl Future) {
    let _waiting = pin!(call).poll(&mut Context::from_waker(Waker::noop()));
}
