//! From one shape of a database to the next, without a database: what changed, the files that say so, and what a
//! database has to look like while releases of two shapes use it.
//!
//! [`Shape`] is what of a definition a database holds. [`compare()`] finds the [`Operation`]s between two of them.
//! [`Migration`] is a file of operations. [`State`] replays files: it knows every shape that is served, and the
//! [`Physical`] shape that serves them all.

mod apply;
mod compare;
mod contract;
mod conversion;
mod expression_names;
mod file;
mod fills;
mod history;
mod layout;
mod merge;
mod moves;
mod operation;
mod shape;
mod state;
mod words;

pub use apply::Unfit;
pub use compare::{Answer, Comparison, Question, compare};
pub use file::{InvalidMigration, Migration, SqlStep};
pub use history::{History, HistoryFault};
pub use layout::{Layout, TableLayout};
pub use moves::Moves;
pub use operation::{Class, Operation};
pub use shape::{FieldMarks, Marks, Shape};
pub use state::{Fill, Physical, Served, State, StateError};
