//! The only place where SQL text is put together.
//!
//! Identifiers come from validated names and are quoted, values are always bound, and what differs between databases
//! is in `dialect`. Everything else in this crate writes SQL as literals.

mod columns;
mod copy;
mod ddl;
mod dialect;
mod explain;
mod expression;
mod fills;
mod list;
mod lookup;
mod names;
mod parts;
mod rebuild;
mod record;
mod shares;
mod statement;
mod viewers;

pub use columns::{Content, OutputColumn, guarded_columns, output_columns};
pub(crate) use copy::{MovedTable, continue_numbers};
pub use ddl::{TableSql, table_sql};
pub(crate) use ddl::{check_condition, field_bounds};
pub use dialect::{Dialect, Target};
pub use explain::{About, select_truth, select_value};
pub use expression::{Compiler, TooComplex, value_sql};
pub use fills::FillError;
pub(crate) use fills::{fill_value, keeper_before, keeper_name, keepers};
pub use list::{After, ListShape, SortTerm, count_statement, list_statement, sort_terms};
pub use lookup::{select_ids_by_fields, select_text_by_id};
pub use names::{check_name, column, constraint_name, field_constraint_names, index_name, join_table, table};
pub(crate) use names::{join_table_name_of, quote};
pub(crate) use parts::{CheckSql, ColumnSql, IndexSql, ReferenceSql, renamed_identifiers};
pub(crate) use rebuild::{
    BUILDING, ColumnSource, LEFT, REQUIRED, Rebuild, create_as, delete_some, differ, index_as, refer_as,
};
pub use record::{
    Alive, delete_statement, insert_statement, select_back, select_broken, select_by_id, select_by_ids,
    select_input_broken, select_input_fulfils, select_input_permissions, select_permissions,
    select_referring, update_statement,
};
pub use shares::{SharesOf, remove_orphaned_links, select_members, select_shares};
pub use statement::{Arguments, Slot, Statement};
pub use viewers::{select_by_ids_either, viewers_statement};

/// A constant of a definition as SQL text; for statements that take no bound values.
pub(crate) fn literal(dialect: Dialect, value: &mainstay_core::Value) -> String {
    dialect.literal(value)
}
