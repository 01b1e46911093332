//! Every fault, with its line, column and way out.

mod checks;
mod collections;
mod expressions;
mod field_rules;
mod fields;
mod files;
mod indexes;
mod keys;
mod kinds;
mod relations;
