//! The write-ahead log, which grows until it is copied back into the database file.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, ErrorCode};

use super::connection::BUSY_TIMEOUT;
use super::snapshots::Snapshots;
use super::writer::stop_if_not_durable;

/// Pages of the log, of 4 KiB each, with which it is copied back. Writes wait meanwhile: twice as many take twice as long.
const PAGES_LONG: u64 = 2_048;
/// Pages by which a log that could not be copied back grows before the next try.
const PAGES_MORE: u64 = 1_024;
/// How long copying back waits for reads, twice at most; writes wait meanwhile. Most reads take less than a millisecond.
const READS_AWAITED: Duration = Duration::from_millis(25);

pub(super) struct Log {
    /// Pages in use, as of the last commit. The file itself never shrinks.
    pages: Arc<AtomicU64>,
    /// With how many it is copied back.
    pages_max: u64,
}

impl Log {
    pub(super) fn watch(connection: &mut Connection) -> Self {
        let pages = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&pages);
        let hook = move |_: &mut Wal, count: i32| {
            told.store(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        if let Err(error) = connection.wal_hook(Some(hook)) {
            tracing::error!(%error, "the write-ahead log is copied back at the end only");
        }
        Self {
            pages,
            pages_max: PAGES_LONG,
        }
    }

    /// Called between two groups, when nobody waits for an answer.
    pub(super) fn copy_back_when_long(&mut self, connection: &Connection, snapshots: &Snapshots) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.pages_max {
            return;
        }
        self.pages_max = match copy_back(connection, snapshots) {
            Ok(()) => PAGES_LONG,
            // A long read still needs what the log holds.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => pages + PAGES_MORE,
            Err(error) => {
                stop_if_not_durable(&error);
                tracing::warn!(%error, "the write-ahead log could not be copied back; it is tried again");
                pages + PAGES_MORE
            }
        };
    }
}

/// Copies the log into the database file and has the next commit begin it anew.
///
/// A snapshot that needs the log keeps it from beginning anew, and under load some snapshot is always open. Hence two
/// steps: once everything is copied, new snapshots do without the log, and only those open at that moment have to end.
fn copy_back(connection: &Connection, snapshots: &Snapshots) -> rusqlite::Result<()> {
    connection.busy_timeout(READS_AWAITED)?;
    let copied = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::FULL);
    let begun_anew = copied.and_then(|_| {
        snapshots.committed();
        connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::RESTART)
    });
    connection.busy_timeout(BUSY_TIMEOUT)?;
    begun_anew.map(drop)
}
