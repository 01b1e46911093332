//! Query plans: what a user does often costs the same however large the tables are.

mod audit;
mod comments;
mod expand;
mod explained;
mod postgres;
mod statements;
