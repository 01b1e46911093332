//! What an application declares, after reading and checking: the model that every other floor works from.
//!
//! `read` turns a folder's files into a [`Definition`] or into every [`Diagnostic`] at once. Nothing below the model
//! ever sees TOML again.

mod diagnostic;
mod model;

pub use diagnostic::{Diagnostic, SourceFile};
pub use model::*;
