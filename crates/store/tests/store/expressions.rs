//! Expressions in SQL against the reference evaluator: random data, random expressions, the same answers.

mod asker;
mod checks;
mod choices;
mod conversions;
mod filters;
mod fixture;
mod inputs;
mod limits;
mod paging;
mod patterns;
mod property;
mod world;
mod writer;
