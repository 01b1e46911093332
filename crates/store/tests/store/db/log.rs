//! The write-ahead log is copied back while the database is in use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use mainstay_store::tx::Bind;
use mainstay_store::{DbOptions, Priority, StoreError, Tx, WriteTx};

use super::fixture::{first_int, open};

const LOG_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Eight writers and eight readers that never pause: some snapshot is open nearly all the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_log_stays_short_under_reads_and_writes() {
    const WRITES: i64 = 1_500;
    let numbers = open(&DbOptions::default());
    let log = numbers.folder.path().join("mainstay.db-wal");
    let (longest, done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut readers = Vec::new();
    for _ in 0..8 {
        let (db, done) = (Arc::clone(&numbers.db), Arc::clone(&done));
        readers.push(tokio::spawn(async move {
            while !done.load(Ordering::Relaxed) {
                let read = |tx: &mut Tx<'_>| first_int(tx, "SELECT count(*) FROM numbers WHERE n % 7 = 0");
                db.read(read).await.expect("the read is answered");
                tokio::task::yield_now().await;
            }
        }));
    }
    let mut writers = Vec::new();
    for writer in 0..8 {
        let (db, longest, log) = (Arc::clone(&numbers.db), Arc::clone(&longest), log.clone());
        writers.push(tokio::spawn(async move {
            for number in 0..WRITES / 8 {
                let write = move |tx: &mut WriteTx<'_>| {
                    let (key, value) = (Bind::Int(writer * WRITES + number), vec![7; 100_000]);
                    tx.execute_one(
                        "INSERT INTO numbers (n, v) VALUES (?1, ?2)",
                        &[key, Bind::Blob(&value)],
                    )
                };
                db.write::<_, StoreError, _>(Priority::Interactive, write)
                    .await
                    .expect("it is new");
                let bytes = std::fs::metadata(&log).map_or(0, |log| log.len());
                longest.fetch_max(bytes, Ordering::Relaxed);
            }
        }));
    }
    for writer in writers {
        writer.await.expect("every write is answered");
    }
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.expect("every read is answered");
    }
    let longest = longest.load(Ordering::Relaxed);
    println!("the log had at most {longest} bytes");
    assert!(longest < LOG_BYTES_MAX, "the log had {longest} bytes");
    // It was used, and more was written than it holds.
    assert!(longest > 1024 * 1024);
}
