//! Bringing a database to another shape in one transaction.
//!
//! A table that differs is built beside the old one, its rows are copied, and it takes the old one's name: or this was done
//! before, in slices, and here it only takes the name. An index that differs is dropped and made again. In PostgreSQL
//! references stand apart from their tables: they are dropped before and made after.

mod refusals;

use std::collections::{BTreeMap, BTreeSet};

use mainstay_core::migrations::State;
use refusals::{refuse_changed_types, refuse_missing_values};

use super::catalog;
use super::change::{Shaped, TableChange, Way};
use super::native::key_name;
use super::{SchemaError, Stored, StoredShape, read_stored, store};
use crate::db::StoreError;
use crate::sql::{BUILDING, Dialect, LEFT, TableSql, create_as, index_as, keepers};
use crate::tx::{Bind, WriteTx};

/// What was done before, in slices or a moment ago.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    /// Tables that have their successor ready, with all rows and indexes, by their new names.
    pub(crate) tables: BTreeSet<String>,
    /// Tables that have their new names already, by their old ones.
    pub(crate) renamed: BTreeMap<String, String>,
}

/// Changes what stands in the database, from a state that is known or from whatever is there, and tells what changed, a
/// sentence each. All but the references that stand apart from their tables.
///
/// Inside `Db::exclusive`, or while the database is opened: references must not be checked before the end.
pub(crate) fn reshape(
    tx: &mut WriteTx<'_>,
    from: Option<&State>,
    to: &State,
    prepared: Prepared,
) -> Result<Vec<String>, SchemaError> {
    let shaped_to = Shaped::of(to)?;
    let shaped_from = from.map(Shaped::of).transpose()?;
    let mut way = Way::new(from.zip(shaped_from.as_ref()), (to, &shaped_to));
    way.renamed = prepared.renamed;
    let prepared = &prepared.tables;
    drop_triggers(tx)?;
    let stored = read_stored(tx)?;
    let mut changes = Changes::default();
    for table in shaped_to.tables(tx.dialect()) {
        changes.tables.push(way.change(tx, &table)?);
    }
    let removed = changes.removed(&stored);
    let rebuilt = changes.rebuilt(&stored, prepared);
    lock_out_writers(tx, &changes, &removed, &rebuilt)?;
    drop_references(tx, &changes, &stored.references, &removed, &rebuilt)?;
    for name in &removed {
        tx.run_script(&format!("DROP TABLE \"{name}\""))?;
        tx.execute("DELETE FROM _schema WHERE of_table = ?1", &[Bind::Text(name)])?;
        changes.sentences.push(format!("removed {name}"));
    }
    changes.build(tx, &stored, &rebuilt, prepared)?;
    changes.make_indexes(tx, &stored, &rebuilt, prepared)?;
    for keeper in keepers(shaped_to.target(tx.dialect()), &shaped_to.physical.fills)? {
        tx.run_script(&keeper.create)?;
    }
    Ok(changes.sentences)
}

/// What is done to all tables.
#[derive(Debug, Default)]
struct Changes {
    tables: Vec<TableChange>,
    sentences: Vec<String>,
}

impl Changes {
    /// The tables that are no longer wanted under any name.
    fn removed(&self, stored: &StoredShape) -> BTreeSet<String> {
        let kept = |name: &String| {
            let mut tables = self.tables.iter();
            tables.any(|table| table.from.as_ref().is_some_and(|from| from.old == *name))
        };
        stored.tables.keys().filter(|name| !kept(name)).cloned().collect()
    }

    /// The tables that are built anew, by their new names.
    fn rebuilt(&self, stored: &StoredShape, prepared: &BTreeSet<String>) -> BTreeSet<String> {
        let differs = |table: &&TableChange| {
            let Some(from) = &table.from else { return false };
            let known = stored.tables.get(&from.old);
            prepared.contains(&table.wanted.name)
                || from.old != table.wanted.name
                || known.is_none_or(|known| known.sql != table.wanted.create)
        };
        let rebuilt = self.tables.iter().filter(differs);
        rebuilt.map(|table| table.wanted.name.clone()).collect()
    }

    /// Builds every table beside the old one, then lets the old ones go, then gives the names: names may change places.
    fn build(
        &mut self,
        tx: &mut WriteTx<'_>,
        stored: &StoredShape,
        rebuilt: &BTreeSet<String>,
        prepared: &BTreeSet<String>,
    ) -> Result<(), SchemaError> {
        let is_rebuilt = |table: &&TableChange| rebuilt.contains(&table.wanted.name);
        for table in self.tables.iter().filter(is_rebuilt) {
            if prepared.contains(&table.wanted.name) {
                continue;
            }
            let old_sql = table.from.as_ref().and_then(|from| stored.tables.get(&from.old));
            build_beside(tx, table, old_sql.map_or("", |known| &known.sql))?;
        }
        for table in self.tables.iter().filter(is_rebuilt) {
            let Some(from) = &table.from else { continue };
            if prepared.contains(&table.wanted.name) {
                tx.run_script(&format!(
                    "ALTER TABLE \"{}\" RENAME TO \"{}{LEFT}\"",
                    from.old, from.name
                ))?;
            } else {
                tx.run_script(&format!("DROP TABLE \"{}\"", from.old))?;
            }
            if from.old != from.name {
                tx.execute(
                    "DELETE FROM _schema WHERE of_table = ?1",
                    &[Bind::Text(&from.old)],
                )?;
            }
        }
        for table in &self.tables {
            let name = &table.wanted.name;
            if rebuilt.contains(name) {
                tx.run_script(&format!("ALTER TABLE \"{name}{BUILDING}\" RENAME TO \"{name}\""))?;
                if tx.dialect() == Dialect::Postgres {
                    tx.run_script(&format!(
                        "ALTER INDEX \"{}\" RENAME TO \"{}\"",
                        key_name(&format!("{name}{BUILDING}")),
                        key_name(name)
                    ))?;
                }
                self.sentences.extend(sentences(table));
                if prepared.contains(name)
                    && let Some(from) = &table.from
                {
                    for (_, forgetter) in from.forgetters() {
                        tx.run_script(&forgetter)?;
                    }
                }
            } else if table.from.is_none() {
                if !catalog::exists(tx, name)? {
                    tx.run_script(&table.wanted.create)?;
                }
                self.sentences.push(format!("created {name}"));
            } else {
                continue;
            }
            store(tx, "table", name, name, &table.wanted.create)?;
        }
        Ok(())
    }

    fn make_indexes(
        &mut self,
        tx: &mut WriteTx<'_>,
        stored: &StoredShape,
        rebuilt: &BTreeSet<String>,
        prepared: &BTreeSet<String>,
    ) -> Result<(), SchemaError> {
        let mut wanted: BTreeMap<&str, (&TableSql, &str)> = BTreeMap::new();
        for table in &self.tables {
            let indexes = table.wanted.indexes.iter();
            wanted.extend(indexes.map(|(name, sql)| (name.as_str(), (&table.wanted, sql.as_str()))));
        }
        let left: BTreeSet<&str> = self
            .tables
            .iter()
            .filter(|table| prepared.contains(&table.wanted.name))
            .filter_map(|table| Some(table.from.as_ref()?.old.as_str()))
            .collect();
        let mut sentences = Vec::new();
        for (name, index) in &stored.indexes {
            let unchanged = wanted
                .get(name.as_str())
                .is_some_and(|(_, sql)| *sql == index.sql);
            if unchanged {
                continue;
            }
            // Those of a table that is left behind go with it. An index that took a name's other form stands under that.
            if !left.contains(index.table.as_str()) {
                for form in [name.clone(), other_form(name)] {
                    tx.run_script(&format!("DROP INDEX IF EXISTS \"{form}\""))?;
                }
            }
            tx.execute(
                "DELETE FROM _schema WHERE kind = 'index' AND name = ?1",
                &[Bind::Text(name)],
            )?;
            sentences.push(format!("removed index {name}"));
        }
        for (name, (table, sql)) in wanted {
            let unchanged = stored.indexes.get(name).is_some_and(|index| index.sql == sql);
            let is_rebuilt = rebuilt.contains(&table.name);
            if unchanged && !is_rebuilt {
                continue;
            }
            if !prepared.contains(&table.name) {
                tx.run_script(sql)
                    .map_err(|error| does_not_fit(&table.name, error))?;
            }
            store(tx, "index", name, &table.name, sql)?;
            if !unchanged {
                sentences.push(format!("created index {name}"));
            }
        }
        self.sentences.extend(sentences);
        Ok(())
    }
}

/// An index cannot be given another name in SQLite, and one of a table that is built beside another needs one: so each
/// has two forms of its name.
pub(crate) fn other_form(name: &str) -> String {
    format!("{name}~2")
}

fn sentences(table: &TableChange) -> Vec<String> {
    let name = &table.wanted.name;
    let mut sentences = Vec::new();
    if let Some(from) = table.from.as_ref().filter(|from| from.old != *name) {
        sentences.push(format!("renamed {} to {name}", from.old));
    }
    sentences.extend(table.added.iter().map(|column| format!("added {name}.{column}")));
    sentences.extend(
        table
            .removed
            .iter()
            .map(|column| format!("removed {name}.{column}")),
    );
    if sentences.is_empty() {
        sentences.push(format!("changed the constraints of {name}"));
    }
    sentences
}

/// Makes the new table under a name for the time being, with all rows.
fn build_beside(tx: &mut WriteTx<'_>, table: &TableChange, old_sql: &str) -> Result<(), SchemaError> {
    let Some(from) = &table.from else { return Ok(()) };
    if tx.dialect() == Dialect::Postgres {
        // Other processes may serve: what they wrote after the rows were copied would be lost.
        tx.run_script(&format!("LOCK TABLE \"{}\" IN ACCESS EXCLUSIVE MODE", from.old))?;
    }
    tx.run_script(&create_as(&table.wanted.create, &from.name, &from.building()))?;
    refuse_changed_types(tx, old_sql, table)?;
    refuse_missing_values(tx, table)?;
    tx.execute(&from.insert_all(), &[])
        .map_err(|error| does_not_fit(&from.name, error))?;
    Ok(())
}

/// Makes the indexes of a table that is built beside another, each under the form of its name that is free.
pub(crate) fn index_beside(tx: &mut WriteTx<'_>, table: &TableChange) -> Result<(), SchemaError> {
    let Some(from) = &table.from else { return Ok(()) };
    for (name, sql) in &table.wanted.indexes {
        let other = if catalog::index_exists(tx, name)? {
            other_form(name)
        } else {
            name.clone()
        };
        tx.run_script(&index_as(sql, (name, &other), (&from.name, &from.building())))?;
    }
    Ok(())
}

/// A breach of a constraint while rows move is the data's fault, not the database's.
pub(crate) fn does_not_fit(table: &str, error: StoreError) -> SchemaError {
    match error {
        StoreError::Violation(violation) => SchemaError::DoesNotFit {
            table: table.to_owned(),
            // The table was being built beside the one that people know.
            reason: violation.to_string().replace(BUILDING, ""),
        },
        other => SchemaError::Store(other),
    }
}

/// Takes away every trigger of ours: those that are still wanted are made again.
pub(crate) fn drop_triggers(tx: &mut WriteTx<'_>) -> Result<(), SchemaError> {
    for (name, table) in catalog::triggers(tx)? {
        match tx.dialect() {
            Dialect::Sqlite => tx.run_script(&format!("DROP TRIGGER \"{name}\""))?,
            Dialect::Postgres => {
                tx.run_script(&format!(
                    "DROP TRIGGER \"{name}\" ON \"{table}\"; DROP FUNCTION \"{name}\"()"
                ))?;
            }
        }
    }
    Ok(())
}

/// Nobody writes to a table from before its rows are copied: what is written to the old one after that would be gone with
/// it. A file has one writer anyway.
fn lock_out_writers(
    tx: &mut WriteTx<'_>,
    changes: &Changes,
    removed: &BTreeSet<String>,
    rebuilt: &BTreeSet<String>,
) -> Result<(), SchemaError> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let is_rebuilt = |table: &&TableChange| rebuilt.contains(&table.wanted.name);
    let old = changes.tables.iter().filter(is_rebuilt);
    let old = old.filter_map(|table| Some(table.from.as_ref()?.old.clone()));
    for table in removed.iter().cloned().chain(old) {
        tx.run_script(&format!("LOCK TABLE \"{table}\" IN ACCESS EXCLUSIVE MODE"))?;
    }
    Ok(())
}

/// Drops the references that are no longer wanted, and those of and to tables that are removed or built anew.
fn drop_references(
    tx: &mut WriteTx<'_>,
    changes: &Changes,
    stored: &BTreeMap<String, Stored>,
    removed: &BTreeSet<String>,
    rebuilt: &BTreeSet<String>,
) -> Result<(), SchemaError> {
    let wanted: BTreeMap<&str, &str> = changes
        .tables
        .iter()
        .flat_map(|table| &table.wanted.references)
        .map(|(name, sql)| (name.as_str(), sql.as_str()))
        .collect();
    let goes = |name: &str| {
        let mut tables = changes.tables.iter();
        let is_rebuilt = tables.any(|table| {
            rebuilt.contains(&table.wanted.name) && table.from.as_ref().is_some_and(|from| from.old == name)
        });
        removed.contains(name) || is_rebuilt
    };
    for (name, reference) in stored {
        let target = reference.sql.split(" REFERENCES \"").nth(1);
        let target = target.and_then(|rest| rest.split('"').next()).unwrap_or("");
        let unchanged = wanted.get(name.as_str()) == Some(&reference.sql.as_str());
        if unchanged && !goes(&reference.table) && !goes(target) {
            continue;
        }
        tx.run_script(&format!(
            "ALTER TABLE \"{}\" DROP CONSTRAINT \"{name}\"",
            reference.table
        ))?;
        tx.execute(
            "DELETE FROM _schema WHERE kind = 'reference' AND name = ?1",
            &[Bind::Text(name)],
        )?;
    }
    Ok(())
}
