//! The declarations of a module.

use super::literals::comment;
use super::shapes::Literal;
use super::types;
use super::value_type::{Member, ValueType};

/// The text of a module, declaration by declaration with an empty line between them.
pub(super) struct Module(String);

impl Module {
    pub(super) fn new(header: &str) -> Self {
        Self(header.to_owned())
    }

    pub(super) fn text(self) -> String {
        self.0
    }

    /// An object type as an interface, any other as an alias.
    pub(super) fn declare(&mut self, about: &str, name: &str, value: &ValueType) {
        let declaration = match value {
            ValueType::Members(members) if !members.is_empty() => {
                format!("export interface {name} {{\n{}}}\n", types::members(members, 2))
            }
            ValueType::Members(_) => format!("export type {name} = {{ readonly [name: string]: never }};\n"),
            other => {
                let start = format!("export type {name} =");
                format!("{start}{};\n", types::after(other, &start, 0))
            }
        };
        self.add(about, &declaration);
    }

    /// An alias of an object type, which unlike an interface fits where members are asked for by their names.
    pub(super) fn declare_alias(&mut self, about: &str, name: &str, members: &[Member]) {
        let declaration = format!("export type {name} = {{\n{}}};\n", types::members(members, 2));
        self.add(about, &declaration);
    }

    pub(super) fn declare_constant(&mut self, about: &str, name: &str, of_type: &str, value: &Literal) {
        let start = format!("export const {name}: {of_type} =");
        let declaration = format!("{start} {};\n", value.after(&start, 0));
        self.add(about, &declaration);
    }

    fn add(&mut self, about: &str, declaration: &str) {
        self.0.push('\n');
        self.0.push_str(&comment(about, 0));
        self.0.push_str(declaration);
    }
}
