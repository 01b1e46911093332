//! Paths and sets in sight.

use mainstay_core::definition::{CollectionId, FieldKind};
use mainstay_core::rules::Purpose;

use super::{Kind, Name, Place, Writer};
use crate::expressions::world::{RECORDS, STRANGER, id};

/// A set of records: its text and the collection of what it holds.
pub(super) struct Set {
    pub(super) text: String,
    pub(super) collection: CollectionId,
}

impl<'a> Writer<'a> {
    /// A record reached from a name in sight by at most `steps` relations, shorter paths first.
    fn records(&self, steps: usize) -> Vec<(String, CollectionId)> {
        let mut found: Vec<(String, CollectionId)> = Vec::new();
        for name in &self.scope {
            if let Name::Record { name, collection } = name {
                found.push((name.clone(), *collection));
            }
        }
        let mut level = found.clone();
        for _ in 0..steps {
            let mut next = Vec::new();
            for (text, collection) in &level {
                for field in &self.definition.collection(*collection).fields {
                    if let FieldKind::Relation(relation) = &field.kind
                        && !relation.many
                    {
                        next.push((member(text, field.name.as_str()), relation.to));
                    }
                }
            }
            found.extend(next.iter().cloned());
            level = next;
        }
        found
    }

    /// A field of a wanted kind; `None` when no path of two steps has one.
    pub(super) fn field(&mut self, wanted: impl Fn(&FieldKind) -> bool) -> Option<Place<'a>> {
        let steps = self.choices.below(3);
        let definition = self.definition;
        let places_within = |writer: &Self, steps| -> Vec<Place<'a>> {
            let mut places = Vec::new();
            for (path, collection) in writer.records(steps) {
                for field in &definition.collection(collection).fields {
                    if field.is_column() && wanted(&field.kind) {
                        let text = member(&path, field.name.as_str());
                        places.push(Place {
                            text,
                            kind: &field.kind,
                            collection,
                        });
                    }
                }
            }
            places
        };
        let mut places = places_within(self, steps);
        if places.is_empty() {
            places = places_within(self, 2);
        }
        (!places.is_empty()).then(|| self.choices.pick(&places).clone())
    }

    /// A relation to many or a way back, of a record at most one step away.
    pub(super) fn set(&mut self, holds: impl Fn(CollectionId) -> bool) -> Option<Set> {
        let steps = self.choices.below(2);
        let mut sets = Vec::new();
        for (path, collection) in self.records(steps) {
            let collection = self.definition.collection(collection);
            let many = collection.fields.iter().filter(|field| !field.is_column());
            let many = many.filter_map(|field| Some((&field.name, field.relation()?.to)));
            let backs = collection
                .backs
                .iter()
                .map(|back| (&back.name, back.from.collection));
            for (name, to) in many.chain(backs).filter(|(_, to)| holds(*to)) {
                sets.push(Set {
                    text: member(&path, name.as_str()),
                    collection: to,
                });
            }
        }
        if sets.is_empty() {
            return None;
        }
        let position = self.choices.below(sets.len());
        Some(sets.swap_remove(position))
    }

    /// Something that is an id of this collection.
    pub(super) fn id(&mut self, collection: CollectionId, depth: usize) -> Option<String> {
        if depth > 0 && self.choices.below(6) == 5 {
            return self.choice(Kind::Id(collection), depth);
        }
        let steps = self.choices.below(3);
        let mut ids = self.ids(collection, steps);
        if ids.is_empty() {
            ids = self.ids(collection, 2);
        }
        (!ids.is_empty()).then(|| self.choices.pick(&ids).clone())
    }

    fn ids(&self, collection: CollectionId, steps: usize) -> Vec<String> {
        let definition = self.definition;
        let mut ids = Vec::new();
        for (path, of) in self.records(steps) {
            for field in &definition.collection(of).fields {
                let points_to = match &field.kind {
                    FieldKind::Id => of,
                    FieldKind::Relation(relation) if !relation.many => relation.to,
                    _ => continue,
                };
                if points_to == collection {
                    ids.push(member(&path, field.name.as_str()));
                }
            }
        }
        ids
    }

    /// The collection of some id in sight.
    pub(super) fn id_kind(&mut self) -> Kind {
        let place = self
            .field(|kind| matches!(kind, FieldKind::Id | FieldKind::Relation(_)))
            .expect("every record has an id");
        match place.kind {
            FieldKind::Relation(relation) => Kind::Id(relation.to),
            _ => Kind::Id(place.collection),
        }
    }

    pub(super) fn id_literal(&mut self, collection: CollectionId) -> String {
        let number = self.choices.below(RECORDS + 1);
        let number = if number == RECORDS { STRANGER } else { number };
        format!("'{}'", id(self.definition.collection(collection), number))
    }

    pub(super) fn has_caller(&self) -> bool {
        self.purpose != Purpose::Check
    }

    /// A name that nothing in sight has.
    pub(super) fn new_name(&self) -> String {
        format!("x{}", self.scope.len())
    }
}

fn member(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
