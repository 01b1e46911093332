//! From one shape of a database to the next: what changed, the files that say so, and what a database has to be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod collections;
mod contract;
mod conversions;
mod fields;
mod file;
mod file_faults;
mod history;
mod physical;
mod questions;
mod random;
mod served;
mod shapes;
mod support;
