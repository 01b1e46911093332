//! The expression language: CEL, typed against the definition.
//!
//! `parse` reads a text with the crate `cel` and types it into an [`Expr`]; a field that does not exist or a
//! comparison of unlike types is a fault with its place. `store` turns an `Expr` into SQL; `evaluate` is the slow
//! reference that tests compare the SQL with.

mod expr;

pub use expr::*;
