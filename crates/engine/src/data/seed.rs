//! Seeds: example records, one JSON object a line, with readable keys in place of ids.

mod lines;
mod order;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use mainstay_core::definition::CollectionId;
use mainstay_core::{Actor, RecordId};
use mainstay_store::accounts::find_account;
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, StoreError};
use serde_json::json;

use super::data_entry;
use super::secret::Secret;
use crate::context::Context;
use crate::failure::Failure;
use lines::SeedRecord;
use write::Plan;

/// What a seed did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SeedReport {
    /// New records by collection.
    pub created: BTreeMap<String, usize>,
    /// Records that were there already and stay as they are.
    pub skipped: usize,
    /// The password that users without one have got, for showing it once, and their addresses.
    pub password: Option<(Secret, Vec<String>)>,
}

/// One fault in a seed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedFault {
    pub collection: String,
    /// From 1.
    pub line: usize,
    pub field: Option<String>,
    pub message: String,
}

impl std::fmt::Display for SeedFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "seed/{}.jsonl:{}: ", self.collection, self.line)?;
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// Why a seed was not loaded; nothing of it is.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("the seed does not fit the definition")]
    Faults(Vec<SeedFault>),
    #[error("the seed could not be written")]
    Failure(#[from] Failure),
}

impl From<StoreError> for SeedError {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

/// Loads seed files, `(collection, text)`, as Mainstay itself: all of them or, with any fault, none.
///
/// Keys that are no UUID become the id that belongs to the collection and the key, always the same one. Records whose
/// id is there already are left alone, so that loading twice changes nothing. Users get one shared, fresh password.
pub async fn seed(ctx: &Context, files: Vec<(String, String)>) -> Result<SeedReport, SeedError> {
    let ctx = ctx.acting_as(Actor::SYSTEM);
    let mut faults = Vec::new();
    let records = lines::read(&ctx, &files, &mut faults);
    let steps = order::arrange(&ctx, &records, &mut faults);
    if !faults.is_empty() {
        faults.sort_by(|a, b| (&a.collection, a.line).cmp(&(&b.collection, b.line)));
        return Err(SeedError::Faults(faults));
    }
    let password = password_for(&ctx, users_among(&ctx, &records)).await?;
    let plan = Arc::new(Plan {
        records,
        steps,
        password,
    });
    ctx.write(Priority::Background, move |tx, ctx| {
        let report = plan.write(tx, ctx)?;
        if !report.created.is_empty() {
            let payload = json!({"created": report.created}).to_string();
            data_entry(tx, ctx, Kind::Seeded, None, &payload)?;
        }
        Ok(report)
    })
    .await
}

fn users_among(ctx: &Context, records: &[SeedRecord]) -> Vec<RecordId> {
    let users: CollectionId = ctx.release.definition.users;
    records
        .iter()
        .filter(|record| record.collection == users)
        .map(|record| record.draft.id())
        .collect()
}

/// A new password and its hash, worked out before the write, when any of the users has none.
async fn password_for(ctx: &Context, users: Vec<RecordId>) -> Result<Option<(Secret, String)>, Failure> {
    let soft_delete = ctx.of(ctx.release.definition.users).soft_delete;
    let needed = ctx.environment.db.read(move |tx| {
        for user in &users {
            let account = find_account(tx, soft_delete, user)?;
            if account.is_none_or(|account| account.password_hash.is_none()) {
                return Ok::<_, Failure>(true);
            }
        }
        Ok(false)
    });
    if !needed.await? {
        return Ok(None);
    }
    let secret = Secret::generate(ctx.environment.random.as_ref());
    let hash = ctx
        .environment
        .passwords
        .hash(secret.expose().to_owned(), ctx.environment.salt())
        .await?;
    Ok(Some((secret, hash)))
}
