//! The door to a database of somebody else: one thread with one connection, which reads one snapshot from the opening to
//! the end and can change nothing.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::{Place, StoreError, join, postgres, sqlite};
use crate::tx::{Transaction, Tx};

/// Reads go one by one; nobody needs more to wait.
const WAITING_MAX: usize = 4;

type Task = Box<dyn FnOnce(&mut Tx<'_>) + Send>;

/// An open database that is not ours.
pub struct Foreign {
    tasks: Option<SyncSender<Task>>,
    thread: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Foreign").finish_non_exhaustive()
    }
}

impl Foreign {
    /// Opens the database for reading and begins the one transaction that everything is read in.
    pub fn open(place: &Place) -> Result<Self, StoreError> {
        let (tasks, waiting) = sync_channel::<Task>(WAITING_MAX);
        let (opened, answer) = sync_channel(1);
        let place = place.clone();
        let thread = std::thread::Builder::new().name("db-foreign".to_owned());
        let thread = thread
            .spawn(move || {
                let told = opened.clone();
                let mut serve = |transaction: &mut dyn Transaction| {
                    // Whoever opens waits for this.
                    drop(told.send(Ok(())));
                    run(transaction, &waiting);
                };
                let run = match &place {
                    Place::Sqlite(path) => sqlite::read_foreign(path, &mut serve),
                    Place::Postgres(server) => postgres::read_foreign(server, &mut serve),
                };
                if let Err(error) = run {
                    drop(opened.send(Err(error)));
                }
            })
            .expect("a thread can be started");
        let foreign = Self {
            tasks: Some(tasks),
            thread: Some(thread),
        };
        answer.recv().unwrap_or(Err(StoreError::Panicked))?;
        Ok(foreign)
    }

    /// Runs `closure` in the snapshot.
    pub async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task: Task = Box::new(move |tx| {
            // A caller that went away no longer wants the answer.
            drop(reply.send(closure(tx)));
        });
        let tasks = self
            .tasks
            .as_ref()
            .expect("the door closes only when it is dropped");
        tasks
            .try_send(task)
            .map_err(|_| E::from(StoreError::Unavailable))?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Panicked.into()))
    }
}

fn run(transaction: &mut dyn Transaction, waiting: &Receiver<Task>) {
    let mut tx = Tx::new(transaction);
    while let Ok(task) = waiting.recv() {
        task(&mut tx);
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        self.tasks = None;
        if let Some(thread) = self.thread.take() {
            join(thread);
        }
    }
}
