//! The only place where SQL text is put together.
//!
//! Identifiers come from validated names and are quoted, values are always bound, and what differs between databases
//! is in `dialect`. Everything else in this crate writes SQL as literals.

mod copy;
mod ddl;
mod dialect;
mod expression;
mod list;
mod lookup;
mod names;
mod record;
mod statement;

pub(crate) use copy::{MovedTable, continue_numbers};
pub use ddl::{TableSql, table_sql};
pub use dialect::{Dialect, Target};
pub use expression::{Compiler, TooComplex};
pub use list::{After, ListShape, SortTerm, count_statement, list_statement, sort_terms};
pub use lookup::select_ids_by_fields;
pub use names::{check_name, column, constraint_name, field_constraint_names, index_name, join_table, table};
pub use record::{
    Alive, OutputColumn, column_names, delete_statement, insert_statement, output_columns, select_back,
    select_broken, select_by_id, select_by_ids, select_input_broken, select_referring, update_statement,
};
pub use statement::{Arguments, Slot, Statement};
