//! What callers ask of the writers.

use tokio::sync::oneshot;

use super::StoreError;
use super::queue::Priority;
use crate::tx::WriteTx;

/// Something to do in a writer's transaction.
pub(super) trait Job: Send {
    /// Does it; `true` when its changes are to be kept. May be called again after a conflict.
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool;
    /// Where the log of the database stood when the job was kept: see `Db::write_at`.
    fn committed(&mut self, position: u64);
    /// The job panicked or its group could not be committed.
    fn fail(&mut self, error: StoreError);
    /// Tells the caller, once the group is on disk (or the job asked for its changes to be dropped).
    fn answer(&mut self);
}

/// What the writers take from their queue.
pub(super) enum Work {
    Write(Priority, Box<dyn Job>),
    /// A change of the schema, with nobody beside it.
    Exclusive(Box<dyn Job>),
}

/// A closure with the way back to its caller.
pub(super) struct ClosureJob<F, T, E> {
    /// Taken away before the answer is given: what it holds may own the database, which cannot be closed from here.
    pub(super) closure: Option<F>,
    pub(super) result: Option<Result<T, E>>,
    pub(super) position: u64,
    pub(super) reply: Option<oneshot::Sender<Answer<T, E>>>,
}

/// A result, and the position from which on it is seen.
pub(super) type Answer<T, E> = (Result<T, E>, u64);

impl<F, T, E> ClosureJob<F, T, E> {
    pub(super) fn new(closure: F) -> Self {
        Self {
            closure: Some(closure),
            result: None,
            position: 0,
            reply: None,
        }
    }

    /// The same, and the place where its answer will be.
    pub(super) fn asked(closure: F) -> (Self, oneshot::Receiver<Answer<T, E>>) {
        let (reply, answer) = oneshot::channel();
        let job = Self {
            reply: Some(reply),
            ..Self::new(closure)
        };
        (job, answer)
    }

    pub(super) fn reply(&mut self) {
        drop(self.closure.take());
        if let (Some(reply), Some(result)) = (self.reply.take(), self.result.take()) {
            // A caller that went away (a closed connection) no longer wants the answer; the write stands.
            drop(reply.send((result, self.position)));
        }
    }
}

impl<F, T, E> Job for ClosureJob<F, T, E>
where
    F: FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool {
        let closure = self.closure.as_mut().expect("a job that was answered is over");
        let result = closure(tx);
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn committed(&mut self, position: u64) {
        self.position = position;
    }

    fn fail(&mut self, error: StoreError) {
        self.result = Some(Err(error.into()));
    }

    fn answer(&mut self) {
        self.reply();
    }
}
