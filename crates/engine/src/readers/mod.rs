//! Readers of the journal: whoever has to do something about acts, once they are done.
//!
//! A reader has a name, the kinds of entries that it wants, and a step, which gets them in the order of their numbers.
//! Its cursor says up to where it is done. It is kept in the database, so a reader goes on there after a crash; what it
//! had not finished it gets again. When several processes share a database, a lease sees to it that each reader runs
//! in one of them at a time; what must run everywhere says so.
//!
//! `docs/decisions/0020-journal-readers.md` has the reasons.

mod run;
mod state;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use mainstay_store::journal::{self, Glance, Kind, Position, StoredEntry};
use mainstay_store::{StoreError, Tx, WriteTx};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::environment::Environment;
use crate::failure::Failure;
use run::Run;
pub use state::{ReaderReport, ReaderStates, reader_reports};

/// Entries that a step gets at once, unless its reader says otherwise.
const ENTRIES_MAX: u32 = 200;

/// One reader of the journal.
#[derive(Debug)]
pub struct Reader {
    /// Its cursor is kept under this name.
    pub name: &'static str,
    /// Does not matter to a step of each process, which always begins now.
    pub start: Start,
    pub kinds: Kinds,
    pub pace: Pace,
    pub step: Step,
}

/// Where a reader begins that has never run on a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With everything that was ever done.
    FirstEntry,
    /// With what is done once it runs: a past of years must not reach people in one day. From then on it misses nothing,
    /// also what is done while it does not run.
    Now,
}

/// Which entries a reader gets.
#[derive(Debug, Clone, Copy)]
pub enum Kinds {
    All,
    Of(&'static [Kind]),
    /// Those that its choice takes, asked for in the transaction that reads them: for what depends on the database.
    Asked(fn(&mut Tx<'_>) -> Result<Choice, StoreError>),
}

/// Does a reader want an entry?
pub type Choice = Box<dyn Fn(&Glance<'_>) -> bool>;

impl Kinds {
    fn choice(self, tx: &mut Tx<'_>) -> Result<Choice, StoreError> {
        Ok(match self {
            Self::All => Box::new(|_| true),
            Self::Of(kinds) => Box::new(|entry| kinds.iter().any(|kind| kind.as_str() == entry.kind)),
            Self::Asked(ask) => ask(tx)?,
        })
    }
}

/// How much a step gets, and how soon.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Wanted entries for one step at most.
    pub entries_max: u32,
    /// How long entries may wait for more to come before a step gets fewer than that.
    pub linger: Duration,
    /// Time between two looks at the journal, at least: the first entry after a while is seen at once, and while many
    /// come one look serves those of so long.
    pub rest: Duration,
}

impl Pace {
    /// Whatever is there, when nobody waits for it with a finger on the screen.
    pub const SOON: Self = Self {
        entries_max: ENTRIES_MAX,
        linger: Duration::ZERO,
        rest: Duration::from_millis(20),
    };

    /// Is there something, and not yet enough for a full step?
    fn is_worth_lingering(self, tx: &mut Tx<'_>, from: &Position) -> Result<bool, StoreError> {
        let waiting = journal::newest(tx)? - from.seq;
        Ok(waiting > 0 && waiting < i64::from(self.entries_max))
    }
}

/// Entries for one step.
#[derive(Debug)]
pub struct Batch {
    /// Never none; in the order of their numbers.
    pub entries: Vec<StoredEntry>,
}

/// What a reader does with entries. Each kind gets a batch again when it failed, and until it is done none after it.
pub enum Step {
    /// Has its effects in the database, in one transaction with the move of the cursor: once for each entry. May be run
    /// again before that, as every write.
    InTransaction(WriteStep),
    /// Has its effects elsewhere, then the cursor moves: at least once for each entry.
    Outside(OutsideStep),
    /// Keeps something in the memory of each process, which begins with what is written after its start.
    EachProcess(OutsideStep),
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::InTransaction(_) => "InTransaction",
            Self::Outside(_) => "Outside",
            Self::EachProcess(_) => "EachProcess",
        })
    }
}

pub type WriteStep = Arc<dyn Fn(&mut WriteTx<'_>, &Batch) -> Result<(), Failure> + Send + Sync>;
pub type OutsideStep =
    Arc<dyn Fn(Arc<Batch>) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>> + Send + Sync>;

/// Times that tests shorten.
#[derive(Debug, Clone, Copy)]
pub struct ReaderTimes {
    /// For how long a process may go on with a reader without renewing its claim; another takes over after it.
    pub lease: Duration,
    /// How soon a reader looks by itself when no word of a commit came: such a word can be lost, with the process that
    /// would have sent it or on the way, and behind a pooler none comes from other processes.
    pub look_after: Duration,
}

impl Default for ReaderTimes {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(10),
            look_after: Duration::from_secs(5),
        }
    }
}

/// Readers that run; whoever started them stops them.
#[derive(Debug)]
#[must_use = "readers run until they are stopped"]
pub struct RunningReaders {
    environment: Arc<Environment>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl RunningReaders {
    /// Starts each reader in a task of its own.
    pub fn start(environment: &Arc<Environment>, readers: Vec<Reader>, times: ReaderTimes) -> Self {
        let (stop, stopped) = watch::channel(false);
        let holder = environment.new_id();
        let mut tasks = Vec::with_capacity(readers.len());
        for reader in readers {
            let state = environment.readers.add(&reader);
            let run = Run::new(environment, reader, state, times, holder, stopped.clone());
            tasks.push(tokio::spawn(run.run()));
        }
        Self {
            environment: Arc::clone(environment),
            stop,
            tasks,
        }
    }

    /// Lets steps in the database end, breaks off the others, and waits until every reader is done.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        for task in self.tasks.drain(..) {
            if let Err(error) = task.await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a reader of the journal ended in a panic"
                );
            }
        }
        self.environment.readers.clear();
    }
}

impl Drop for RunningReaders {
    /// Without being stopped in order, for example after a panic: what is under way is done again by the next.
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
