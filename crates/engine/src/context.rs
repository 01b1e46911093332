//! Who asks for what: the same for every step of one operation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mainstay_core::definition::Mask;
use mainstay_core::{Actor, RecordId, Timestamp};
use mainstay_store::journal::Origin;
use mainstay_store::sql::Target;
use mainstay_store::tx::Purpose;
use mainstay_store::{Position, Priority, StoreError, Tx, WriteTx};

use crate::auth::{CookieBefore, KeyGrant, ShareGrant};
use crate::environment::{Environment, Release};
use crate::failure::Failure;

/// Who asks for what, from where and when: the same for every step of one operation.
#[derive(Debug, Clone)]
pub struct Context {
    pub environment: Arc<Environment>,
    pub release: Arc<Release>,
    /// The release without what a key takes away: the same, where nobody uses one.
    pub(crate) whole: Arc<Release>,
    /// The API key that the actor uses.
    pub key: Option<Arc<KeyGrant>>,
    /// What its scopes leave of the rules; none where they leave all of them.
    pub(crate) mask: Option<Arc<Mask>>,
    /// The share whose link the caller has opened.
    pub share: Option<ShareGrant>,
    pub actor: Actor,
    pub origin: Origin,
    pub now: Timestamp,
    pub method: &'static str,
    /// The name of the operation, for the log.
    pub operation: &'static str,
    pub cost: Arc<Cost>,
    /// What the caller has seen already: a replica that is past it will do for reads. Without it only the primary will.
    pub position: Option<Position>,
    /// The browser or program that signs in; not known of other requests.
    pub device: Option<String>,
    /// The cookie that somebody who signs in had; not known of other requests.
    pub cookie_before: Option<CookieBefore>,
    /// The languages that whoever asks wants, with commas between them, the dearest first; may be empty.
    pub languages: String,
}

/// What is known of a request before its operation begins.
#[derive(Debug)]
pub struct RequestOrigin {
    pub actor: Actor,
    pub request_id: RecordId,
    pub address: Option<String>,
    pub method: &'static str,
    /// The `operationId`.
    pub operation: &'static str,
    pub cost: Arc<Cost>,
    pub position: Option<Position>,
}

/// What a request has cost the database so far.
#[derive(Debug, Default)]
pub struct Cost {
    statements: AtomicU64,
    rows: AtomicU64,
    position: AtomicU64,
}

impl Cost {
    fn add(&self, tx: &Tx<'_>) {
        self.statements.fetch_add(tx.statements_run(), Ordering::Relaxed);
        self.rows.fetch_add(tx.rows_met(), Ordering::Relaxed);
    }

    /// The position of what was written, where a replica has to be past it; 0 for nothing, or nowhere to be past.
    pub fn position(&self) -> Position {
        Position(self.position.load(Ordering::Relaxed))
    }

    /// Statements run, and the rows that they gave or changed.
    pub fn statements_and_rows(&self) -> (u64, u64) {
        (
            self.statements.load(Ordering::Relaxed),
            self.rows.load(Ordering::Relaxed),
        )
    }
}

impl Context {
    /// What statements of this request are built for.
    pub(crate) fn target(&self) -> Target<'_> {
        Target {
            definition: &self.release.definition,
            dialect: self.environment.db.dialect(),
        }
    }

    /// Reads in a snapshot, on the account of this request.
    pub(crate) async fn read<T, E, F>(&self, mut closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>, &Self) -> Result<T, E> + Send + 'static,
    {
        let ctx = self.clone();
        let read = self.environment.db.read_at(self.position, move |tx| {
            tx.set_purpose(ctx.purpose());
            let result = closure(tx, &ctx);
            ctx.cost.add(tx);
            result
        });
        read.await
    }

    /// Writes in a transaction, on the account of this request.
    pub(crate) async fn write<T, E, F>(&self, priority: Priority, mut closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>, &Self) -> Result<T, E> + Send + 'static,
    {
        let ctx = self.clone();
        let written = self.environment.db.write_at(priority, move |tx| {
            tx.set_purpose(ctx.purpose());
            let result = closure(tx, &ctx);
            ctx.cost.add(tx);
            result
        });
        let (value, position) = written.await?;
        self.tell_position(position);
        Ok(value)
    }

    /// Tells the caller a position that its next reads must not stay behind.
    pub(crate) fn tell_position(&self, position: Position) {
        self.cost.position.fetch_max(position.0, Ordering::Relaxed);
    }

    fn purpose(&self) -> Purpose {
        Purpose {
            operation: self.operation,
            request_id: self.origin.request_id,
            actor: Some(self.actor),
        }
    }

    /// The same request by somebody else: after sign-in, or for an act of Mainstay itself. What a key takes away it takes
    /// away from its owner alone.
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self {
            actor,
            release: Arc::clone(&self.whole),
            key: None,
            mask: None,
            share: None,
            ..self.clone()
        }
    }

    /// The same request with what a share lets its holders do.
    #[must_use]
    pub fn with_share(mut self, share: ShareGrant) -> Self {
        self.origin.share = Some(share.id);
        self.share = Some(share);
        self
    }

    /// The collection of this name.
    pub fn collection(&self, name: &str) -> Result<&mainstay_core::Collection, Failure> {
        self.release.definition.find_collection(name).ok_or_else(|| {
            mainstay_core::Problem::new(
                mainstay_core::Code::NotFound,
                format!("there is no collection `{name}`"),
            )
            .into()
        })
    }
}
