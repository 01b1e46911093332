//! SQLite: a file that this process alone uses.
//!
//! One thread writes and groups its commits. Small reads run on the caller's own thread under a time budget and move to
//! a reader thread when they exceed it; `docs/decisions/0002-small-reads-inline.md` says why.

mod connection;
mod conversions;
mod foreign;
mod functions;
mod log;
mod readers;
mod snapshots;
mod transaction;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

pub(super) use foreign::read_foreign;
use readers::Readers;
use snapshots::Snapshots;
pub(crate) use transaction::sqlite_cell;

use super::job::{Job, Work};
use super::queue::Queue;
use super::{DbOptions, Notices, StoreError, WriteStats, join};

pub(super) struct SqliteEngine {
    pub(super) path: PathBuf,
    pub(super) readers: Readers,
    writer: Option<JoinHandle<()>>,
}

impl SqliteEngine {
    /// Opens (or makes) the file, runs `first` in a transaction, and starts the threads.
    pub(super) fn open(
        path: &Path,
        options: &DbOptions,
        first: &mut dyn Job,
        writes: &Arc<Queue<Work>>,
        stats: &Arc<WriteStats>,
        notices: &Arc<Notices>,
    ) -> Result<Self, StoreError> {
        connection::check_sqlite_version()?;
        let mut connection = connection::open_writer(path, options.durability)?;
        writer::alone(&connection, first);
        let snapshots = Arc::new(Snapshots::new(path, options.inline_read_max));
        let readers = Readers::start(path, options, Arc::clone(&snapshots))?;
        let (queue, counted, notices) = (Arc::clone(writes), Arc::clone(stats), Arc::clone(notices));
        let options = options.clone();
        let thread = std::thread::Builder::new()
            .name("db-writer".to_owned())
            .spawn(move || writer::run(&mut connection, &queue, &counted, &snapshots, &notices, &options))
            .expect("a thread can be started");
        Ok(Self {
            path: path.to_owned(),
            readers,
            writer: Some(thread),
        })
    }

    /// Waits for the threads to end, once their queues are closed.
    pub(super) fn join(&mut self) {
        if let Some(writer) = self.writer.take() {
            join(writer);
        }
        self.readers.join();
    }
}
