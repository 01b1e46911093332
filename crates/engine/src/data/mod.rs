//! Data in bulk: seeds, imports, exports and copies. What the command line does to a data folder.

mod address;
mod copy;
mod export;
mod guard;
mod import;
mod secret;
mod seed;

pub use copy::{ComparedTable, CopyProgress, CopyStep, Copying};
pub(crate) use export::csv_row;
pub use export::{ExportError, ExportFormat, export_records};
pub(crate) use guard::guarded;
pub use import::{
    ImportError, ImportMode, ImportOptions, ImportProgress, ImportReport, ImportTarget, InvalidTarget,
    RowFault, import_csv,
};
pub use secret::Secret;
pub use seed::{SeedError, SeedFault, SeedReport, seed};

use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::{StoreError, WriteTx};

use crate::context::Context;

/// The journal entry of an act on data in bulk.
fn data_entry(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    collection: Option<&str>,
    payload: &str,
) -> Result<(), StoreError> {
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection,
            record_id: None,
            version: None,
            payload,
        },
    )
}
