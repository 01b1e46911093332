//! Values of then under the names of today.

use std::collections::BTreeMap;

use mainstay_core::{Collection, FieldId};
use serde_json::{Map, Value as Json};

/// Values as the journal or a named version keeps them, by the fields of today. Fields that were not there then are not
/// here either.
pub(crate) type PastValues = BTreeMap<FieldId, Json>;

/// What is kept by name, by the fields that are called so, or were. Fields that are no more are left out.
pub(crate) fn of_today(collection: &Collection, kept: &Map<String, Json>) -> PastValues {
    let mut values = PastValues::new();
    for (name, value) in kept {
        let Some(field) = collection.find_field_of_any_time(name) else {
            continue;
        };
        // Where both names stand side by side, the former one was that of another field.
        let is_former = field.name.as_str() != name;
        if is_former && kept.contains_key(field.name.as_str()) {
            continue;
        }
        values.insert(field.id, value.clone());
    }
    values
}

/// The values as a client sees them: in the order of the definition, nothing hidden or withheld.
pub(crate) fn shown(collection: &Collection, values: &PastValues, withheld: &[FieldId]) -> Json {
    let fields = values.iter().map(|(id, value)| (collection.field(*id), value));
    let shown = fields.filter(|(field, _)| !field.hidden && !withheld.contains(&field.id));
    Json::Object(
        shown
            .map(|(field, value)| (field.name.to_string(), value.clone()))
            .collect(),
    )
}

/// The wanted values as the input of a change.
pub(crate) fn input_of(
    collection: &Collection,
    values: &PastValues,
    wanted: impl Fn(FieldId) -> bool,
) -> Map<String, Json> {
    let wanted = values.iter().filter(|(id, _)| wanted(**id));
    wanted
        .map(|(id, value)| (collection.field(*id).name.to_string(), value.clone()))
        .collect()
}
