//! Records between rows, values and JSON.

mod json;
mod links;
mod plan;
mod values;

pub use json::{write_hex_ids, write_record};
pub use links::{insert_links, replace_links, would_cycle};
pub use plan::{CollectionPlan, FieldRules, Plans, ReferencePlan, RulePlans};
pub use values::{hex_ids, read_typed, read_value, read_values};
