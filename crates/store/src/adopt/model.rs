//! The shape of a foreign database, as far as both engines have such things.

use crate::sql::Dialect;

/// A schema with its tables, and what else is in it.
#[derive(Debug, Clone)]
pub struct SourceSchema {
    pub dialect: Dialect,
    /// The schema's name in PostgreSQL, `main` in SQLite.
    pub name: String,
    /// Sorted by name.
    pub tables: Vec<SourceTable>,
    /// Views, triggers and so on.
    pub others: Vec<Other>,
}

impl SourceSchema {
    pub fn table(&self, name: &str) -> Option<&SourceTable> {
        self.tables.iter().find(|table| table.name == name)
    }
}

/// Something that is no table: what it is, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    pub kind: &'static str,
    pub name: String,
}

#[derive(Debug, Clone, Default)]
pub struct SourceTable {
    pub name: String,
    /// In the order of the table.
    pub columns: Vec<SourceColumn>,
    /// The columns of the primary key; none where there is none.
    pub primary_key: Vec<String>,
    pub foreign_keys: Vec<SourceForeignKey>,
    pub uniques: Vec<SourceUnique>,
    pub checks: Vec<SourceCheck>,
    /// Those that belong to no constraint.
    pub indexes: Vec<SourceIndex>,
}

impl SourceTable {
    pub fn column(&self, name: &str) -> Option<&SourceColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[derive(Debug, Clone, Default)]
pub struct SourceColumn {
    pub name: String,
    /// In the words of the database, such as `character varying(50)`; of a domain its base type.
    pub ty: String,
    pub domain: Option<String>,
    pub required: bool,
    /// The expression, as the database writes it.
    pub default: Option<String>,
    /// The values of an enum type.
    pub labels: Vec<String>,
    /// Worked out from other columns.
    pub generated: bool,
    /// The database gives a number to each new row.
    pub numbered: bool,
}

/// What the database does with a row whose target is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeleteAction {
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

#[derive(Debug, Clone)]
pub struct SourceForeignKey {
    pub name: String,
    pub columns: Vec<String>,
    /// With the schema in front where it is another one.
    pub to_table: String,
    pub to_columns: Vec<String>,
    pub on_delete: DeleteAction,
}

/// A unique constraint.
#[derive(Debug, Clone)]
pub struct SourceUnique {
    pub columns: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct SourceCheck {
    pub name: Option<String>,
    /// The condition, without the word CHECK and its brackets.
    pub condition: String,
}

#[derive(Debug, Clone)]
pub struct SourceIndex {
    pub name: String,
    pub columns: Vec<String>,
    pub unique: bool,
    /// The statement of an index that is more than a list of columns: partial, over expressions, of another method.
    pub special: Option<String>,
}
