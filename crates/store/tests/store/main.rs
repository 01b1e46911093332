//! The store as the engine uses it: a real database file, the real threads, and SQL made of definitions.

#![expect(
    clippy::format_collect,
    clippy::too_many_lines,
    reason = "a fixture writes short lists, and a table of snapshots is long and has no branches"
)]

mod db;
mod expressions;
mod plans;
mod schema;
mod snapshots;
