//! Expressions in SQL against the reference evaluator: random data, random expressions, the same answers.

mod asker;
mod choices;
mod fixture;
mod filters;
mod world;
mod writer;
