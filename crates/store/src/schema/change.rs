//! What a database has to change to serve another state, table by table.

use std::collections::BTreeMap;

use mainstay_core::Value;
use mainstay_core::definition::{Collection, DefaultValue, Definition, Field};
use mainstay_core::migrations::{Moves, Physical, State};

use super::{SchemaError, catalog};
use crate::sql::{
    ColumnSource, Dialect, Rebuild, TableSql, Target, fill_value, join_table_name_of, table_sql,
};
use crate::tx::Tx;

/// A state with the definition of its tables: collections and fields are tables and columns.
#[derive(Debug)]
pub(crate) struct Shaped {
    pub(crate) physical: Physical,
    pub(crate) definition: Definition,
}

impl Shaped {
    pub(crate) fn of(state: &State) -> Result<Self, SchemaError> {
        let physical = state.physical();
        let definition = physical.shape.definition().map_err(SchemaError::Invalid)?;
        Ok(Self { physical, definition })
    }

    pub(crate) fn target(&self, dialect: Dialect) -> Target<'_> {
        Target {
            definition: &self.definition,
            dialect,
        }
    }

    /// The tables, each with the collection whose it is, and for a join table the relation.
    pub(crate) fn tables(&self, dialect: Dialect) -> Vec<ShapedTable<'_>> {
        let target = self.target(dialect);
        let mut tables = Vec::new();
        for collection in &self.definition.collections {
            let many = collection.fields.iter().filter(|field| !field.is_column());
            let fields = std::iter::once(None).chain(many.map(Some));
            for (sql, relation) in table_sql(target, collection).into_iter().zip(fields) {
                tables.push(ShapedTable {
                    sql,
                    collection,
                    relation,
                });
            }
        }
        tables
    }
}

#[derive(Debug)]
pub(crate) struct ShapedTable<'s> {
    pub(crate) sql: TableSql,
    pub(crate) collection: &'s Collection,
    pub(crate) relation: Option<&'s Field>,
}

/// A table that will be, and what it is made of.
#[derive(Debug)]
pub(crate) struct TableChange {
    pub(crate) wanted: TableSql,
    /// `None` when there is nothing to take over.
    pub(crate) from: Option<Rebuild>,
    /// Columns that the old table does not have, and those that it alone has.
    pub(crate) added: Vec<String>,
    pub(crate) removed: Vec<String>,
}

/// From a state that is known, or from whatever tables stand in the database, to another state.
pub(crate) struct Way<'s> {
    pub(crate) from: Option<&'s Shaped>,
    pub(crate) to: &'s Shaped,
    pub(crate) moves: Moves,
    /// Tables that have their new names already, by their old ones.
    pub(crate) renamed: BTreeMap<String, String>,
}

impl<'s> Way<'s> {
    pub(crate) fn new(from: Option<(&State, &'s Shaped)>, to: (&State, &'s Shaped)) -> Self {
        Self {
            moves: from.map(|(state, _)| state.moves(to.0)).unwrap_or_default(),
            from: from.map(|(_, shaped)| shaped),
            to: to.1,
            renamed: BTreeMap::new(),
        }
    }

    /// The name under which a wanted table stands now, if it does.
    pub(crate) fn old_name(&self, table: &ShapedTable<'_>) -> Option<String> {
        let old = self.name_before(table)?;
        Some(self.renamed.get(&old).cloned().unwrap_or(old))
    }

    fn name_before(&self, table: &ShapedTable<'_>) -> Option<String> {
        let own = table.collection.table.as_str();
        if self.from.is_none() {
            return Some(table.sql.name.clone());
        }
        let old = self.moves.tables.get(own)?;
        match table.relation {
            None => Some(old.clone()),
            Some(field) => {
                let column = self.moves.column(own, field.column.as_str())?;
                Some(join_table_name_of(old, column))
            }
        }
    }

    /// How a wanted table comes to be.
    pub(crate) fn change(
        &self,
        tx: &mut Tx<'_>,
        table: &ShapedTable<'_>,
    ) -> Result<TableChange, SchemaError> {
        let wanted = table.sql.clone();
        let mut change = TableChange {
            added: Vec::new(),
            removed: Vec::new(),
            from: None,
            wanted,
        };
        let Some(old) = self.old_name(table) else {
            return Ok(change);
        };
        let there: Vec<String> = catalog::columns(tx, &old)?
            .into_iter()
            .map(|column| column.name)
            .collect();
        if there.is_empty() {
            return Ok(change);
        }
        let dialect = tx.dialect();
        let mut columns = Vec::new();
        let mut taken = Vec::new();
        for name in &change.wanted.columns {
            let source = if let Some(column) = self.stands_in(table, name, &there) {
                taken.push(column.clone());
                ColumnSource::column(name, &column)
            } else {
                change.added.push(name.clone());
                self.new_value(table, name, dialect)?
            };
            columns.push(source);
        }
        change.removed = there
            .into_iter()
            .filter(|column| !taken.contains(column))
            .collect();
        change.from = Some(Rebuild {
            old,
            name: change.wanted.name.clone(),
            columns,
            key: change.wanted.key,
        });
        Ok(change)
    }

    /// The old column that holds the values of a wanted one.
    pub(crate) fn stands_in(
        &self,
        table: &ShapedTable<'_>,
        column: &str,
        there: &[String],
    ) -> Option<String> {
        let declared = table.relation.is_none()
            && table
                .collection
                .find_field(column)
                .is_some_and(|field| !field.system);
        let is_built_in = || {
            self.to
                .physical
                .shape
                .fields(table.collection.table.as_str())
                .all(|(name, _)| name != column)
        };
        let old = if declared && self.from.is_some() && !is_built_in() {
            self.moves.column(table.collection.table.as_str(), column)?
        } else {
            column
        };
        there.iter().find(|known| *known == old).cloned()
    }

    /// Do the values of a column follow from others?
    pub(crate) fn is_filled(&self, table: &ShapedTable<'_>, column: &str) -> bool {
        let own = table.collection.table.as_str();
        let mut fills = self.to.physical.fills.iter();
        table.relation.is_none() && fills.any(|fill| fill.table == own && fill.column == column)
    }

    /// The value that existing rows get in a new column.
    pub(crate) fn new_value(
        &self,
        table: &ShapedTable<'_>,
        column: &str,
        dialect: Dialect,
    ) -> Result<ColumnSource, SchemaError> {
        let own = table.collection.table.as_str();
        let fill = self
            .to
            .physical
            .fills
            .iter()
            .find(|fill| fill.table == own && fill.column == column);
        let field = table.collection.find_field(column);
        if let (Some(fill), Some(from), Some(field)) = (fill, self.from, field) {
            let old = self.moves.tables.get(own).map_or(own, String::as_str);
            let expression = self.moves.expression(own, &fill.expression);
            let wanted = (&self.to.definition, field);
            return Ok(ColumnSource {
                column: column.to_owned(),
                of_row: fill_value(from.target(dialect), old, &expression, wanted, "r")?,
            });
        }
        let default = match field.and_then(|field| field.default.as_ref()) {
            Some(DefaultValue::Literal(value)) => value.clone(),
            _ => Value::Null,
        };
        Ok(ColumnSource::constant(
            column,
            &crate::sql::literal(dialect, &default),
        ))
    }
}
