//! Data in bulk: seeds, imports and exports. What the command line does to a data folder.

mod address;
mod export;
mod guard;
mod import;
mod secret;
mod seed;

pub use export::{ExportError, ExportFormat, export_records};
pub use import::{
    ImportError, ImportMode, ImportOptions, ImportProgress, ImportReport, ImportTarget, InvalidTarget,
    RowFault, import_csv,
};
pub use secret::Secret;
pub use seed::{SeedError, SeedFault, SeedReport, seed};
