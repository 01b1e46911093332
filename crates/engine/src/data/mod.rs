//! Data in bulk: seeds, imports, exports, and accounts made by hand. What the command line does to a data folder.

mod export;
mod import;
mod people;
mod secret;
mod seed;

pub use export::{ExportFormat, export_records};
pub use import::{
    ImportError, ImportMode, ImportOptions, ImportProgress, ImportReport, ImportTarget, InvalidTarget, RowFault,
    import_csv,
};
pub use people::{NewUser, UserLine, create_user, list_users};
pub use secret::Secret;
pub use seed::{SeedError, SeedFault, SeedReport, seed};
