//! The shares of an application's records, as the database has them.

use std::collections::HashMap;

use mainstay_core::definition::{Collection, CollectionId};
use mainstay_core::{Definition, RecordId, Value};
use mainstay_testkit::evaluator::{Row, World};

use super::scene::{Person, id_of};

/// What a share lets its holder do; each has those before it in it.
pub(super) const LEVELS: [&str; 3] = ["read", "comment", "edit"];

/// None of them ends while the matrix looks.
pub(super) struct Share {
    pub(super) id: RecordId,
    pub(super) target: RecordId,
    pub(super) user: Option<RecordId>,
    /// Among [`LEVELS`].
    pub(super) level: usize,
}

impl Share {
    fn of(made: &Collection, row: &Row) -> Self {
        let value = |name| &row[&made.find_field(name).expect("a share has it").id];
        let id = |name| match value(name) {
            Value::Id(id) => Some(*id),
            _ => None,
        };
        let Value::Text(level) = value("level") else {
            panic!("a share has a level")
        };
        let level = LEVELS.iter().position(|known| known == level);
        Self {
            id: id_of(row),
            target: id("target").expect("a share has a record"),
            user: id("user"),
            level: level.expect("it is a level"),
        }
    }

    /// Is it with the person, or have they opened its link?
    pub(super) fn is_of(&self, person: &Person) -> bool {
        let user = person.actor.id;
        (user.is_some() && self.user == user) || person.share() == Some(self.id)
    }
}

/// The shares of each collection that has some, as the database has them.
pub(super) fn shares(world: &World, definition: &Definition) -> HashMap<CollectionId, Vec<Share>> {
    let shared = definition.collections.iter().filter(|of| of.sharing.is_some());
    let shares = shared.map(|collection| {
        let name = format!("{}_shares", collection.name);
        let made = definition.find_collection(&name).expect("it is made");
        let rows = world.records[&made.id].iter();
        (collection.id, rows.map(|row| Share::of(made, row)).collect())
    });
    shares.collect()
}

pub(super) fn without_shares(world: &World, definition: &Definition) -> HashMap<CollectionId, World> {
    let shared = definition
        .collections
        .iter()
        .filter_map(|of| Some((of.id, of.sharing.as_ref()?)));
    shared
        .map(|(id, sharing)| {
            let mut without = world.clone();
            without.records.insert(sharing.collection, Vec::new());
            (id, without)
        })
        .collect()
}
