//! Moving rows: slices of the source in the order of its keys, each written in one transaction.
//!
//! A record's id follows from the table and the key of its row, so a second import finds what the first has made. What the
//! row looked like is kept beside it (see `mainstay_store::adopt`), and so an import changes only what has changed. The
//! rows come in the order of their relations; where these lead in a circle, one that may be null is set in a second pass.

mod order;
mod pass;
mod place;
mod plan;
mod removal;
mod report;
mod row;
mod sum;
mod undo;

pub use pass::{ImportOptions, import_rows};
pub use plan::{ImportPlan, PlanError};
pub use report::{AdoptProgress, ImportedTable, RowsError};
pub use undo::{UndoneCollection, undo_import};
