//! The reader of definitions: what it makes of good files, and every fault that it tells.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod applications;
mod faults;
mod limits;
mod members;
mod model;
mod robustness;
mod schema;
mod shares;
mod support;
mod written;
