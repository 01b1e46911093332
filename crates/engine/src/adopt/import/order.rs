//! In which order collections are filled: the target of a relation before whoever points to it.

use std::collections::{HashMap, HashSet};

use mainstay_core::FieldId;
use mainstay_core::definition::{CollectionId, Definition};

/// The order, and the relations that wait because they lead in a circle.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) collections: Vec<CollectionId>,
    pub(super) deferred: HashMap<CollectionId, Vec<FieldId>>,
}

/// Arranges the collections. `counts` says which fields get values.
pub(super) fn arrange(
    definition: &Definition,
    among: &[CollectionId],
    counts: impl Fn(CollectionId, FieldId) -> bool,
) -> Order {
    let mut order = Order::default();
    let mut placed = HashSet::new();
    let mut left = among.to_vec();
    while !left.is_empty() {
        // The relations of a collection to those that are not there yet, and whether all of them may wait.
        let unmet = |id: CollectionId| -> Vec<(FieldId, bool)> {
            let fields = definition.collection(id).fields.iter();
            let unmet = fields.filter(|field| counts(id, field.id)).filter_map(|field| {
                let to = field.relation()?.to;
                let missing = among.contains(&to) && !placed.contains(&to);
                missing.then_some((field.id, field.required, to == id))
            });
            unmet
                .filter(|(_, required, own)| !(*own && *required))
                .map(|(field, required, own)| (field, required && !own))
                .collect()
        };
        let cost = |id: &&CollectionId| {
            let unmet = unmet(**id);
            let required = unmet.iter().filter(|(_, required)| *required).count();
            let others = unmet.iter().filter(|(field, _)| {
                let relation = definition.collection(**id).field(*field).relation();
                relation.is_some_and(|relation| relation.to != **id)
            });
            (required, others.count())
        };
        let next = *left.iter().min_by_key(cost).expect("there is one left");
        let waits: Vec<FieldId> = unmet(next)
            .into_iter()
            .filter(|(_, required)| !required)
            .map(|(field, _)| field)
            .collect();
        order.deferred.insert(next, waits);
        order.collections.push(next);
        placed.insert(next);
        left.retain(|id| *id != next);
    }
    order
}
