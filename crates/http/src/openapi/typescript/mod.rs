//! TypeScript from the same tables as the document: the types of an application, the shapes that the client checks
//! answers against, and what is the same for every application.
//!
//! `value_type` reads a schema of the document into a [`ValueType`]; `types` and `shapes` write it, as a type and as
//! data. The text is laid out as Prettier would with its defaults, so that no formatter changes it.

mod application;
mod declarations;
mod literals;
mod protocol;
mod shapes;
#[cfg(test)]
mod tests;
mod types;
mod value_type;

pub use application::application_types;
pub(crate) use application::runtime_schema;
pub use protocol::protocol_types;

use value_type::ValueType;

/// Prettier's default.
const LINE_CHARACTERS_MAX: usize = 80;

fn fits(line: &str) -> bool {
    line.chars().count() <= LINE_CHARACTERS_MAX
}
