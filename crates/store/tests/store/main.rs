//! The store as the engine uses it: a real database file, the real threads, and SQL made of definitions.

mod db;
mod expressions;
mod journal;
mod plans;
mod schema;
mod snapshots;
