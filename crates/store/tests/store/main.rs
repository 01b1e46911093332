//! The store as the engine uses it: a real database file, the real threads, and SQL made of definitions.

mod expressions;
mod plans;
mod snapshots;
