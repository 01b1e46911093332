//! Records that would not fit: found before anything is changed.

use mainstay_core::RecordId;
use mainstay_core::definition::{Collection, Definition, Field};
use mainstay_core::migrations::{Shape, State};

use super::change::{Shaped, ShapedTable, Way};
use super::{SchemaError, catalog, count};
use crate::db::StoreError;
use crate::sql::{Dialect, Target, check_condition, field_bounds, quote};
use crate::tx::Tx;

/// Ids that are told of the records that do not fit in one way.
const IDS_MAX: usize = 10;

/// Records that do not fit in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// As the new shape names it.
    pub collection: String,
    /// A field, the fields of an index, or the name of a check.
    pub what: String,
    /// What is wrong with them, as the end of a sentence about records.
    pub reason: String,
    pub records: u64,
    /// Of the first of them.
    pub ids: Vec<RecordId>,
}

/// What the newest release of a state demands, beside what the database holds now.
struct Demands<'s> {
    way: Way<'s>,
    /// The demands alone, in the names of the database.
    demanded: &'s Definition,
    shape: &'s Shape,
    /// The demands so far, in the names of then.
    before: Shape,
    dialect: Dialect,
}

/// The records of a database in `from` that the newest release of `to` would not take.
pub fn misfits(tx: &mut Tx<'_>, from: &State, to: &State) -> Result<Vec<Misfit>, SchemaError> {
    let (shaped_from, shaped_to) = (Shaped::of(from)?, Shaped::of(to)?);
    let shape = to.demanded();
    let demanded = shape.definition().map_err(SchemaError::Invalid)?;
    let demands = Demands {
        way: Way::new(Some((from, &shaped_from)), (to, &shaped_to)),
        demanded: &demanded,
        shape: &shape,
        // A contract demands of the database what only the newest release has demanded: others may have written.
        before: if from.shape() == to.shape() {
            from.physical().shape
        } else {
            from.demanded()
        },
        dialect: tx.dialect(),
    };
    let mut misfits = Vec::new();
    for table in shaped_to.tables(tx.dialect()) {
        let Some(collection) = demanded.find_collection(table.collection.table.as_str()) else {
            continue;
        };
        if table.relation.is_none() {
            demands.look_at(tx, &table, collection, &mut misfits)?;
        }
    }
    // People know the names of the newest release.
    if let Some(newest) = to.newest() {
        for misfit in &mut misfits {
            let Some(collection) = newest.layout.collection_of(&misfit.collection) else {
                continue;
            };
            let fields = misfit
                .what
                .split(", ")
                .map(|column| newest.layout.field_of(collection, column));
            misfit.what = fields.collect::<Vec<_>>().join(", ");
            misfit.collection = collection.to_owned();
        }
    }
    Ok(misfits)
}

impl Demands<'_> {
    fn look_at(
        &self,
        tx: &mut Tx<'_>,
        table: &ShapedTable<'_>,
        collection: &Collection,
        misfits: &mut Vec<Misfit>,
    ) -> Result<(), SchemaError> {
        let change = self.way.change(tx, table)?;
        let Some(from) = &change.from else { return Ok(()) };
        let known = catalog::columns(tx, &from.old)?;
        let rows = Rows {
            old: from.old.clone(),
            values: from
                .columns
                .iter()
                .map(|source| (source.column.clone(), source.of_row.clone()))
                .collect(),
            is_soft: collection.soft_delete && known.iter().any(|column| column.name == "deleted_at"),
        };
        let mut faults = self.faults_of_fields(collection, &rows);
        let keeps_deleted = known.iter().any(|column| column.name == "deleted_at");
        if keeps_deleted && !collection.soft_delete {
            faults.push(Fault {
                what: "deleted_at".to_owned(),
                reason: "are deleted and would come back: restore them, or remove them for good".to_owned(),
                condition: "r.\"deleted_at\" IS NOT NULL".to_owned(),
            });
        }
        faults.extend(self.faults_of_checks(collection, &rows));
        faults.extend(self.faults_of_indexes(collection, &rows));
        for Fault {
            what,
            reason,
            condition,
        } in faults
        {
            if let Some((records, ids)) = rows.find(tx, &condition)? {
                misfits.push(Misfit {
                    collection: collection.table.to_string(),
                    what,
                    reason,
                    records,
                    ids,
                });
            }
        }
        Ok(())
    }

    fn faults_of_fields(&self, collection: &Collection, rows: &Rows) -> Vec<Fault> {
        let mut faults = Vec::new();
        let new = |field: &&Field| field.is_column() && self.is_new(collection, field);
        for field in collection.fields.iter().filter(new) {
            let name = field.column.as_str();
            let Some(value) = rows.value(name) else { continue };
            let mut add = |reason: String, condition: String| {
                faults.push(Fault {
                    what: name.to_owned(),
                    reason,
                    condition,
                });
            };
            let mut missing = format!("{value} IS NULL");
            if let Some(source) = self.unconverted(collection, name) {
                let source = quote(&source);
                let ty = field.kind.type_name();
                add(
                    format!("have a value that cannot be converted to {ty}"),
                    format!("{missing} AND r.{source} IS NOT NULL"),
                );
                // What cannot be converted is told once.
                missing = format!("{missing} AND r.{source} IS NULL");
            }
            if field.required {
                add("have no value, and it is required".to_owned(), missing);
            }
            for (bound, condition) in field_bounds(self.dialect, field, value) {
                let reason = format!(
                    "have a value outside what it allows ({})",
                    bound_words(field, &bound)
                );
                add(reason, format!("NOT ({condition})"));
            }
        }
        faults
    }

    fn faults_of_checks(&self, collection: &Collection, rows: &Rows) -> Vec<Fault> {
        let target = Target {
            definition: self.demanded,
            dialect: self.dialect,
        };
        let new = collection
            .checks
            .iter()
            .filter(|check| check.in_table && !self.knows_check(collection, check.name.as_str()));
        new.map(|check| Fault {
            what: check.name.to_string(),
            reason: "do not meet the check".to_owned(),
            condition: rows.over_values(&check_condition(target, check)),
        })
        .collect()
    }

    fn faults_of_indexes(&self, collection: &Collection, rows: &Rows) -> Vec<Fault> {
        let unique = collection.indexes.iter().filter(|index| index.unique);
        let columns = unique.map(|index| -> Vec<&str> {
            let fields = index.fields.iter();
            fields.map(|id| collection.field(*id).column.as_str()).collect()
        });
        let new = columns.filter(|columns| !self.knows_unique(collection, columns));
        new.map(|columns| Fault {
            what: columns.join(", "),
            reason: "share a value that must be unique".to_owned(),
            condition: rows.repeated(&columns),
        })
        .collect()
    }

    /// Is the field declared in another way than before, or new?
    fn is_new(&self, collection: &Collection, field: &Field) -> bool {
        let table = collection.table.as_str();
        let declared = |shape: &Shape, table: &str, column: &str| {
            let mut fields = shape.fields(table);
            fields
                .find(|(name, _)| *name == column)
                .map(|(_, field)| field.clone())
        };
        if field.system {
            return false;
        }
        let now = declared(self.shape, table, field.column.as_str());
        let old_table = self.way.moves.tables.get(table);
        let old = self.way.moves.column(table, field.column.as_str()).zip(old_table);
        let old = old.and_then(|(column, table)| declared(&self.before, table, column));
        // A built-in field is declared nowhere and never changes.
        now.is_some() && old != now
    }

    /// The column whose values have to be converted, where nobody said how.
    fn unconverted(&self, collection: &Collection, column: &str) -> Option<String> {
        let fills = &self.way.to.physical.fills;
        let fill = fills
            .iter()
            .find(|fill| fill.strict && fill.table == collection.table.as_str() && fill.column == column)?;
        let watched = fill.watches.first()?;
        Some(
            self.way
                .moves
                .column(&fill.table, watched)
                .unwrap_or(watched)
                .to_owned(),
        )
    }

    fn old_collection(&self, collection: &Collection) -> Option<&Collection> {
        let old = self.way.moves.tables.get(collection.table.as_str())?;
        self.way.from?.definition.find_collection(old)
    }

    fn knows_check(&self, collection: &Collection, name: &str) -> bool {
        self.old_collection(collection).is_some_and(|old| {
            old.checks
                .iter()
                .any(|check| check.name.as_str() == name && check.in_table)
        })
    }

    fn knows_unique(&self, collection: &Collection, fields: &[&str]) -> bool {
        let old_column = |field: &str| {
            let column = self.way.moves.column(collection.table.as_str(), field);
            column.unwrap_or(field).to_owned()
        };
        let wanted: Vec<String> = fields.iter().map(|field| old_column(field)).collect();
        let known = self.old_collection(collection);
        // Deleted records did not count, and those that are there can no longer be told from others.
        let known = known.filter(|old| collection.soft_delete || !old.soft_delete);
        known.is_some_and(|old| {
            old.indexes.iter().filter(|index| index.unique).any(|index| {
                let names = index.fields.iter().map(|id| old.field(*id).column.to_string());
                names.collect::<Vec<_>>() == wanted
            })
        })
    }
}

/// One way not to fit: SQL over an old row, known as `r`, that is true of those that do not.
struct Fault {
    what: String,
    reason: String,
    condition: String,
}

fn bound_words(field: &Field, bound: &str) -> String {
    match bound.split('_').next() {
        Some("length") => "its length".to_owned(),
        Some("range" | "decimal") => "its least or greatest value".to_owned(),
        Some("option") => "its options".to_owned(),
        _ => format!("the form of a {}", field.kind.type_name()),
    }
}

/// The rows of a table as they would be.
struct Rows {
    old: String,
    values: Vec<(String, String)>,
    is_soft: bool,
}

impl Rows {
    fn value(&self, column: &str) -> Option<&str> {
        let value = self.values.iter().find(|(known, _)| known == column);
        value.map(|(_, value)| value.as_str())
    }

    /// A condition over bare columns, over the new values of the old rows.
    fn over_values(&self, condition: &str) -> String {
        let columns: Vec<String> = self
            .values
            .iter()
            .map(|(column, value)| format!("{value} AS {}", quote(column)))
            .collect();
        format!(
            "EXISTS (SELECT 1 FROM (SELECT {}) AS v WHERE {condition})",
            columns.join(", ")
        )
    }

    /// Is there another living row with the same values?
    fn repeated(&self, columns: &[&str]) -> String {
        let values: Vec<&str> = columns.iter().filter_map(|column| self.value(column)).collect();
        let living = if self.is_soft {
            " AND r.\"deleted_at\" IS NULL"
        } else {
            ""
        };
        let known: Vec<String> = values
            .iter()
            .map(|value| format!("{value} IS NOT NULL"))
            .collect();
        let known = known.join(" AND ");
        let (names, named): (Vec<String>, Vec<String>) = values
            .iter()
            .enumerate()
            .map(|(place, value)| (format!("v{place}"), format!("{value} AS v{place}")))
            .unzip();
        // Grouped by name: a value may be a constant, and a number there would be the place of a column.
        let (list, names, named) = (values.join(", "), names.join(", "), named.join(", "));
        format!(
            "{known}{living} AND ({list}) IN (SELECT {names} FROM (SELECT {named} FROM {} AS r WHERE {known}{living}) AS v \
             GROUP BY {names} HAVING count(*) > 1)",
            quote(&self.old)
        )
    }

    fn find(&self, tx: &mut Tx<'_>, condition: &str) -> Result<Option<(u64, Vec<RecordId>)>, SchemaError> {
        let from = format!("FROM {} AS r WHERE {condition}", quote(&self.old));
        let mut ids = Vec::new();
        tx.query(
            &format!("SELECT r.\"id\" {from} ORDER BY r.\"id\" LIMIT {IDS_MAX}"),
            &[],
            |row| {
                ids.push(row.id(0)?);
                Ok::<(), StoreError>(())
            },
        )?;
        if ids.is_empty() {
            return Ok(None);
        }
        let records = count(tx, &format!("SELECT count(*) {from}"))?;
        Ok(Some((records.unsigned_abs(), ids)))
    }
}
