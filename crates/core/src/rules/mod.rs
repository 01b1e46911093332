//! The expression language: CEL, typed against the definition.
//!
//! [`parse()`] reads a text with the crate `cel` and types it into an [`Expr`]; a field that does not exist or a
//! comparison of unlike types is a fault with its place. `store` turns an `Expr` into SQL; `testkit::evaluator` is the
//! slow reference that tests compare the SQL with.
//!
//! The way of a text: `tokens` (words and brackets) -> `nesting` (a bound, for the stack) -> `syntax` (tree and places) ->
//! `typer` and the files that extend it by topic (`resolve`, `literals`, `operators`, `functions`, `conversions`,
//! `quantifiers`, `members`, `shares`). `field_values` fits a result to a field.
//! `analysis` answers questions about the result, `dependencies` which other records it reads.

mod analysis;
mod completions;
mod conversions;
mod dependencies;
mod errors;
mod expr;
mod field_types;
mod field_values;
mod functions;
mod literals;
mod members;
mod nesting;
mod operators;
mod parse;
mod quantifiers;
mod resolve;
mod shares;
mod syntax;
mod tokens;
mod typer;

pub(crate) use analysis::fields_anywhere;
pub use analysis::{fields_of_record, needs_query, reads_auth};
pub use completions::{Completion, CompletionKind, Completions, completions};
pub use dependencies::{Concerns, Dependency, Reach, dependencies};
pub use errors::ExpressionError;
pub use expr::*;
pub use parse::{parse, parse_value};
pub use shares::ShareLevel;
pub(crate) use shares::shared_by;
pub(crate) use tokens::{WordKind, words};

use crate::definition::CollectionId;

/// What an expression is about and what it is for, and so which names it may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    pub collection: CollectionId,
    pub purpose: Purpose,
}

/// | purpose | `record` | `input` | `auth`, `request` |
/// |---|---|---|---|
/// | list, read, delete | stored | | yes |
/// | create | | after the write | yes |
/// | update | stored | after the write | yes |
/// | check | after the write | | |
/// | filter | stored, and each of its fields by its bare name | | yes |
/// | convert | stored: its own columns, without a path or a set | | |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    List,
    Read,
    Create,
    Update,
    Delete,
    Check,
    /// From a client: hidden fields do not exist for it.
    Filter,
    /// Not a condition but the value of a field, made of other columns of the same row: see [`parse_value`].
    Convert,
}
