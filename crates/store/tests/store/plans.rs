//! Query plans: what a user does often costs the same however large the tables are.

mod expand;
mod explained;
mod postgres;
mod statements;
