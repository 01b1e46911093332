//! Data in bulk: seeds, imports, exports and copies. What the command line does to a data folder.

mod address;
mod copy;
mod export;
mod guard;
mod import;
mod secret;
mod seed;

pub use copy::{ComparedTable, CopyProgress, CopyStep, Copying};
pub use export::{ExportError, ExportFormat, export_records};
pub use import::{
    ImportError, ImportMode, ImportOptions, ImportProgress, ImportReport, ImportTarget, InvalidTarget,
    RowFault, import_csv,
};
pub use secret::Secret;
pub use seed::{SeedError, SeedFault, SeedReport, seed};
