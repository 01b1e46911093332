//! The map against the definition and the source, before any row is read.

use std::sync::Arc;

use mainstay_core::definition::{Collection, CollectionId, Definition, Field, SystemField};
use mainstay_core::{FieldId, RecordId, Value};
use mainstay_store::Dialect;
use mainstay_store::adopt::{RowReader, SourceReference, SourceSchema, SourceTable};
use ring::digest::{SHA256, digest};

use super::order::arrange;
use crate::adopt::map::{AdoptMap, TableMap};

/// The system fields that an import may set.
const SETTABLE: [SystemField; 4] = [
    SystemField::Id,
    SystemField::CreatedAt,
    SystemField::UpdatedAt,
    SystemField::CreatedBy,
];

/// The map does not fit: a sentence for each thing that is wrong.
#[derive(Debug, Clone, thiserror::Error)]
#[error("adopt.toml does not fit the definition or the source")]
pub struct PlanError(pub Vec<String>);

/// All tables, in the order in which they are filled.
#[derive(Debug)]
pub struct ImportPlan {
    pub(super) tables: Vec<Arc<TablePlan>>,
}

/// How the rows of a table become records.
#[derive(Debug)]
pub(super) struct TablePlan {
    pub(super) collection: CollectionId,
    pub(super) reader: RowReader,
    pub(super) ids: Ids,
    /// Sorted by field.
    pub(super) columns: Vec<PlannedColumn>,
    /// Position of the hash of the password among the columns that are read.
    pub(super) password: Option<usize>,
    /// Relations that may have to wait for the second pass.
    pub(super) deferred: Vec<FieldId>,
}

impl TablePlan {
    /// The values of a record that the import sets.
    pub(super) fn values_of<'r>(&'r self, record: &'r [Value]) -> impl Iterator<Item = &'r Value> {
        let columns = self
            .columns
            .iter()
            .filter(|column| column.field != SystemField::Id.id());
        columns.map(|column| &record[usize::from(column.field.0)])
    }
}

#[derive(Debug)]
pub(super) struct PlannedColumn {
    /// Position among the columns that are read.
    pub(super) place: usize,
    pub(super) name: String,
    pub(super) field: FieldId,
    /// How the ids of the target are made, and the position of what is known of it.
    pub(super) relation: Option<(Ids, usize)>,
}

/// How the id of a record follows from its row.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    table: String,
    /// The key is a UUID and stays what it is.
    kept: bool,
}

impl Ids {
    fn of(table: &str, map: &TableMap) -> Self {
        let kept = matches!(&map.key[..], [only] if map.columns.get(only).is_some_and(|field| field == "id"));
        Self {
            table: table.to_owned(),
            kept,
        }
    }

    /// `None` where a key that should be a UUID is none.
    pub(super) fn id(&self, key: &[String]) -> Option<RecordId> {
        if self.kept {
            return key.first()?.parse().ok();
        }
        let mut text = format!("adopt\0{}", self.table);
        for part in key {
            // The length keeps `1, 11` and `11, 1` apart.
            text += &format!("\0{}\0{part}", part.len());
        }
        let digest = digest(&SHA256, text.as_bytes());
        let half = digest.as_ref().first_chunk().expect("SHA-256 has 32 bytes");
        Some(RecordId::from_digest(*half))
    }
}

impl ImportPlan {
    /// Checks the map, and tells everything that is wrong with it at once.
    pub fn make(definition: &Definition, schema: &SourceSchema, map: &AdoptMap) -> Result<Self, PlanError> {
        let mut planner = Planner {
            definition,
            schema,
            map,
            faults: Vec::new(),
        };
        let found: Vec<TablePlan> = map
            .tables
            .iter()
            .filter_map(|(name, table)| planner.table(name, table))
            .collect();
        planner.refuse_twins();
        if !planner.faults.is_empty() {
            return Err(PlanError(planner.faults));
        }
        let among: Vec<CollectionId> = found.iter().map(|table| table.collection).collect();
        let counts = |collection: CollectionId, field: FieldId| {
            let table = found.iter().find(|table| table.collection == collection);
            table.is_some_and(|table| table.columns.iter().any(|column| column.field == field))
        };
        let order = arrange(definition, &among, counts);
        let mut tables: Vec<Arc<TablePlan>> = Vec::with_capacity(found.len());
        let mut found: Vec<Option<TablePlan>> = found.into_iter().map(Some).collect();
        for id in order.collections {
            let taken = found
                .iter_mut()
                .find(|table| table.as_ref().is_some_and(|table| table.collection == id));
            if let Some(mut table) = taken.and_then(Option::take) {
                table.deferred = order.deferred.get(&id).cloned().unwrap_or_default();
                tables.push(Arc::new(table));
            }
        }
        Ok(Self { tables })
    }
}

struct Planner<'a> {
    definition: &'a Definition,
    schema: &'a SourceSchema,
    map: &'a AdoptMap,
    faults: Vec<String>,
}

impl<'a> Planner<'a> {
    fn table(&mut self, name: &str, map: &'a TableMap) -> Option<TablePlan> {
        let table = self.schema.table(name);
        let collection = self.definition.find_collection(&map.collection);
        if table.is_none() {
            self.faults.push(format!("{name}: the source has no such table"));
        }
        if collection.is_none() {
            self.faults
                .push(format!("{name}: there is no collection {}", map.collection));
        }
        let (table, collection) = table.zip(collection)?;
        if map.key.is_empty() {
            self.faults.push(format!("{name}: `key` names no column"));
        }
        for column in map.key.iter().chain(&map.password).chain(map.columns.keys()) {
            if table.column(column).is_none() {
                self.faults
                    .push(format!("{name}: the table has no column {column}"));
            }
        }
        if map.password.is_some() && collection.id != self.definition.users {
            self.faults.push(format!("{name}: only users have passwords"));
        }
        let mut reader = RowReader {
            schema: (self.schema.dialect == Dialect::Postgres).then(|| self.schema.name.clone()),
            table: name.to_owned(),
            key: map.key.clone(),
            columns: map.columns.keys().chain(&map.password).cloned().collect(),
            references: Vec::new(),
        };
        let mut columns = Vec::new();
        for (place, (column, field)) in map.columns.iter().enumerate() {
            columns.extend(self.column(table, collection, (place, column, field), &mut reader));
        }
        columns.sort_by_key(|column| column.field);
        self.require_fields(name, collection, &columns);
        Some(TablePlan {
            collection: collection.id,
            ids: Ids::of(name, map),
            reader,
            password: map.password.as_ref().map(|_| map.columns.len()),
            columns,
            deferred: Vec::new(),
        })
    }

    fn column(
        &mut self,
        table: &SourceTable,
        collection: &Collection,
        (place, column, field): (usize, &str, &str),
        reader: &mut RowReader,
    ) -> Option<PlannedColumn> {
        let at = format!("{}.{column}", table.name);
        let Some(field) = collection.find_field(field) else {
            self.faults
                .push(format!("{at}: {} has no field {field}", collection.name));
            return None;
        };
        let settable = !field.system || SETTABLE.iter().any(|known| known.id() == field.id);
        if !settable || !field.is_column() {
            self.faults
                .push(format!("{at}: an import cannot set {}", field.name));
            return None;
        }
        let relation = match field.relation() {
            None => None,
            Some(relation) => Some(self.target(&at, field, relation.to, column, reader)?),
        };
        Some(PlannedColumn {
            place,
            name: column.to_owned(),
            field: field.id,
            relation,
        })
    }

    /// Where a relation leads in the source: to the one table of its collection.
    fn target(
        &mut self,
        at: &str,
        field: &Field,
        to: CollectionId,
        column: &str,
        reader: &mut RowReader,
    ) -> Option<(Ids, usize)> {
        let name = &self.definition.collection(to).name;
        let mut tables = self.map.tables.iter();
        let target = tables.find(|(_, map)| map.collection == name.as_str());
        let Some((table, map)) = target else {
            self.faults.push(format!(
                "{at}: {} leads to {name}, which gets rows from no table",
                field.name
            ));
            return None;
        };
        let [key] = &map.key[..] else {
            self.faults.push(format!(
                "{at}: {} leads to {table}, whose key has several columns",
                field.name
            ));
            return None;
        };
        reader.references.push(SourceReference {
            column: column.to_owned(),
            to_table: table.clone(),
            to_column: key.clone(),
        });
        Some((Ids::of(table, map), reader.references.len() - 1))
    }

    fn require_fields(&mut self, table: &str, collection: &Collection, columns: &[PlannedColumn]) {
        let mut fields = columns.iter().map(|column| column.field);
        if let Some(field) = fields
            .clone()
            .find(|id| fields.by_ref().filter(|other| other == id).count() > 1)
        {
            let name = &collection.field(field).name;
            self.faults.push(format!("{table}: {name} gets a value twice"));
        }
        for field in collection
            .fields
            .iter()
            .filter(|field| !field.system && field.required)
        {
            let given = columns.iter().any(|column| column.field == field.id);
            if !given && field.default.is_none() {
                self.faults.push(format!(
                    "{table}: {} needs `{}`: map a column to it or give it a default",
                    collection.name, field.name
                ));
            }
        }
    }

    /// Rows of two tables in one collection could not be told apart when they are gone.
    fn refuse_twins(&mut self) {
        let mut seen: Vec<&str> = Vec::new();
        for (table, map) in &self.map.tables {
            if seen.contains(&map.collection.as_str()) {
                self.faults.push(format!(
                    "{table}: {} gets rows from another table, too",
                    map.collection
                ));
            }
            seen.push(&map.collection);
        }
    }
}
