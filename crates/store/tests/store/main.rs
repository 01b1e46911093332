//! The store as the engine uses it: a real database file, the real threads, and SQL made of definitions.
#![expect(
    clippy::explicit_auto_deref,
    clippy::format_collect,
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    reason = "without the dereference the arrays do not become slices; closures are handed over once; a table of \
              snapshots is long and has no branches"
)]

mod db;
mod expressions;
mod plans;
mod schema;
mod snapshots;
