//! One line's turn: some pieces of it, under the lease on it.

use std::marker::PhantomData;
use std::sync::Arc;

use mainstay_core::RecordId;
use mainstay_store::{Dialect, Priority, Tx, WriteTx, leases};
use tokio::sync::watch;

use super::{SenderTimes, Sending};
use crate::environment::Environment;
use crate::failure::Failure;

/// Pieces of one line that are sent before another one may have its turn.
const PIECES_A_TURN: usize = 20;

pub(super) struct Sender<S> {
    pub(super) environment: Arc<Environment>,
    pub(super) times: SenderTimes,
    pub(super) holder: RecordId,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) sends: PhantomData<fn() -> S>,
}

/// How a turn at a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Done,
    /// Another process is at it, or the database failed.
    NotNow,
}

/// What there is to do for a line.
enum Next<W> {
    Piece(W),
    Nothing,
    Elsewhere,
}

impl<S: Sending> Sender<S> {
    pub(super) async fn take_turn(&self, line: S::Line) -> Ended {
        match self.send_some(line).await {
            Ok(ended) => ended,
            Err(error) => {
                tracing::warn!(
                    %line,
                    error = &error as &dyn std::error::Error,
                    sends = S::NAME,
                    "sending failed inside; it is tried again"
                );
                Ended::NotNow
            }
        }
    }

    async fn send_some(&self, line: S::Line) -> Result<Ended, Failure> {
        for _ in 0..PIECES_A_TURN {
            if *self.stopped.borrow() {
                break;
            }
            match self.next(line).await? {
                Next::Piece(work) => S::send(&self.environment, work).await?,
                Next::Nothing => break,
                Next::Elsewhere => return Ok(Ended::NotNow),
            }
        }
        self.let_go(line).await?;
        Ok(Ended::Done)
    }

    /// The next piece of a line, under the lease on it.
    async fn next(&self, line: S::Line) -> Result<Next<S::Work>, Failure> {
        let now = self.environment.clock.now();
        let found = if self.claims() {
            let (holder, length) = (self.holder, self.times.lease);
            let claim = move |tx: &mut WriteTx<'_>| {
                if leases::take_lease(tx, &lease::<S>(line), &holder, now, length)? {
                    S::work_for(tx, line, now).map(Some)
                } else {
                    Ok(None)
                }
            };
            self.environment.db.write(Priority::Background, claim).await?
        } else {
            let look = move |tx: &mut Tx<'_>| S::work_for(tx, line, now);
            Some(self.environment.db.read(look).await?)
        };
        Ok(match found {
            Some(Some(work)) => Next::Piece(work),
            Some(None) => Next::Nothing,
            None => Next::Elsewhere,
        })
    }

    async fn let_go(&self, line: S::Line) -> Result<(), Failure> {
        if !self.claims() {
            return Ok(());
        }
        let holder = self.holder;
        let drop = move |tx: &mut WriteTx<'_>| leases::drop_lease(tx, &lease::<S>(line), &holder);
        Ok(self.environment.db.write(Priority::Background, drop).await?)
    }

    /// A file is this process's alone.
    fn claims(&self) -> bool {
        self.environment.db.dialect() == Dialect::Postgres
    }
}

fn lease<S: Sending>(line: S::Line) -> String {
    format!("{} {line}", S::NAME)
}
