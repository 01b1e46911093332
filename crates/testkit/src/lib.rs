//! What the tests of every floor share. Nothing in production uses this crate.

pub mod evaluator;
