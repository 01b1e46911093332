//! The data that expressions are asked about.

use std::collections::HashMap;

use mainstay_core::definition::SystemField;
use mainstay_core::{CollectionId, Definition, FieldId, RecordId, Value};

/// The values of one record. A field without a value is null; a relation to many is [`Value::Ids`].
pub type Row = HashMap<FieldId, Value>;

/// All stored records.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Deleted records are here too, with `deleted_at` set.
    pub records: HashMap<CollectionId, Vec<Row>>,
}

impl World {
    /// A stored record that is not deleted.
    pub fn find(&self, definition: &Definition, collection: CollectionId, id: RecordId) -> Option<&Row> {
        self.live(definition, collection)
            .find(|row| row_id(row) == Some(id))
    }

    pub(super) fn live(
        &self,
        definition: &Definition,
        collection: CollectionId,
    ) -> impl Iterator<Item = &Row> {
        let soft_delete = definition.collection(collection).soft_delete;
        let deleted = move |row: &Row| soft_delete && !get(row, SystemField::DeletedAt.id()).is_null();
        self.records
            .get(&collection)
            .into_iter()
            .flatten()
            .filter(move |row| !deleted(row))
    }
}

pub(super) fn get(row: &Row, field: FieldId) -> &Value {
    row.get(&field).unwrap_or(&Value::Null)
}

pub(super) fn row_id(row: &Row) -> Option<RecordId> {
    match get(row, SystemField::Id.id()) {
        Value::Id(id) => Some(*id),
        _ => None,
    }
}

/// Does a relation, to one or to many, hold this id?
pub(super) fn points_to(relation: &Value, target: RecordId) -> bool {
    match relation {
        Value::Id(id) => *id == target,
        Value::Ids(ids) => ids.contains(&target),
        _ => false,
    }
}
