//! Changes of a definition, and definitions that come of them.

use std::collections::BTreeMap;

use mainstay_core::Definition;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{COLLECTIONS, CollectionModel, DECLARATIONS, FIELDS, FieldModel, ITEMS, Model, SETTINGS, WAYS};

/// One change of a definition. Each index chooses among what is there.
#[derive(Debug, Clone)]
pub(in crate::random) enum Change {
    AddField(Index, &'static str, Declared),
    RemoveField(Index, Index),
    RenameField(Index, Index, &'static str),
    Redeclare(Index, Index, Declared),
    AddCollection(&'static str, Vec<(&'static str, Declared)>),
    RemoveCollection(Index),
    RenameCollection(Index, &'static str),
    Settings(Index, &'static str),
    AddItem(Index, Index, &'static str),
    RemoveItem(Index, Index),
}

/// A declaration by its place, the collection that it leads to, and whether its ways are written beside it.
type Declared = (usize, &'static str, bool);

impl Change {
    /// Changes the model, if this can be done to it.
    fn apply(&self, model: &mut Model) -> Option<()> {
        let names: Vec<&'static str> = model.collections.keys().copied().collect();
        match self {
            Self::AddCollection(name, fields) => {
                if names.contains(name) {
                    return None;
                }
                let fields = fields
                    .iter()
                    .map(|(name, field)| (*name, field_model(*field, None)));
                let collection = CollectionModel {
                    fields: fields.collect(),
                    ..CollectionModel::default()
                };
                model.collections.insert(name, collection);
            }
            Self::RemoveCollection(_) if names.len() < 2 => return None,
            Self::RemoveCollection(which) => {
                model.collections.remove(which.get(&names));
            }
            Self::RenameCollection(which, name) => {
                let from = *which.get(&names);
                if names.contains(name) {
                    return None;
                }
                let mut collection = model.collections.remove(from)?;
                collection.was = Some(from);
                model.collections.insert(name, collection);
                let fields = model
                    .collections
                    .values_mut()
                    .flat_map(|known| known.fields.values_mut());
                for field in fields.filter(|field| field.to == from) {
                    field.to = name;
                }
            }
            Self::AddField(which, ..)
            | Self::RemoveField(which, _)
            | Self::RenameField(which, ..)
            | Self::Redeclare(which, ..)
            | Self::Settings(which, _)
            | Self::AddItem(which, ..)
            | Self::RemoveItem(which, _) => self.apply_to(model.collections.get_mut(which.get(&names))?)?,
        }
        Some(())
    }

    fn apply_to(&self, collection: &mut CollectionModel) -> Option<()> {
        let fields: Vec<&'static str> = collection.fields.keys().copied().collect();
        let chosen = |which: &Index| (!fields.is_empty()).then(|| *which.get(&fields));
        match self {
            Self::AddField(_, name, field) if !fields.contains(name) => {
                collection.fields.insert(name, field_model(*field, None));
            }
            Self::RemoveField(_, which) => {
                let name = chosen(which)?;
                collection.fields.remove(name);
                collection.items.retain(|(_, field)| *field != name);
            }
            Self::RenameField(_, which, to) if !fields.contains(to) => {
                let from = chosen(which)?;
                let mut field = collection.fields.remove(from)?;
                field.marks = format!("was = \"{from}\"\n");
                collection.fields.insert(to, field);
                for (_, field) in collection.items.iter_mut().filter(|(_, field)| *field == from) {
                    *field = to;
                }
            }
            Self::Redeclare(_, which, field) => {
                let known = collection.fields.get_mut(chosen(which)?)?;
                *known = field_model(*field, known.before);
            }
            Self::Settings(_, settings) => collection.settings = settings,
            Self::AddItem(_, which, item) => collection.items.push((item, chosen(which)?)),
            Self::RemoveItem(_, which) if !collection.items.is_empty() => {
                let place = which.index(collection.items.len());
                collection.items.remove(place);
            }
            _ => return None,
        }
        Some(())
    }
}

fn field_model((declaration, to, written): Declared, before: Option<usize>) -> FieldModel {
    let way = |declaration: usize| {
        let ty = DECLARATIONS[declaration].0.split('"').nth(1).unwrap();
        WAYS.iter().find(|(known, _)| *known == ty).map(|(_, way)| *way)
    };
    let mut marks = String::new();
    if written && let Some(up) = way(declaration) {
        marks.push_str(&format!("up = \"{up}\"\n"));
        if let Some(down) = before.and_then(way) {
            marks.push_str(&format!("down = \"{down}\"\n"));
        }
    }
    FieldModel {
        declaration,
        to,
        before,
        marks,
    }
}

fn some_field() -> impl Strategy<Value = Declared> {
    (
        0..DECLARATIONS.len(),
        select(&COLLECTIONS[1..]),
        prop::bool::weighted(0.3),
    )
}

fn change() -> impl Strategy<Value = Change> {
    let name = || select(&FIELDS[..]);
    let index = any::<Index>;
    prop_oneof![
        3 => (index(), name(), some_field()).prop_map(|(c, name, field)| Change::AddField(c, name, field)),
        2 => (index(), index()).prop_map(|(c, f)| Change::RemoveField(c, f)),
        2 => (index(), index(), name()).prop_map(|(c, f, to)| Change::RenameField(c, f, to)),
        5 => (index(), index(), some_field()).prop_map(|(c, f, field)| Change::Redeclare(c, f, field)),
        1 => (select(&COLLECTIONS[..]), prop::collection::vec((name(), some_field()), 1..3))
            .prop_map(|(name, fields)| Change::AddCollection(name, fields)),
        1 => index().prop_map(Change::RemoveCollection),
        1 => (index(), select(&COLLECTIONS[..3])).prop_map(|(c, to)| Change::RenameCollection(c, to)),
        1 => (index(), select(SETTINGS)).prop_map(|(c, settings)| Change::Settings(c, settings)),
        1 => (index(), index(), select(ITEMS)).prop_map(|(c, f, item)| Change::AddItem(c, f, item)),
        1 => (index(), index()).prop_map(|(c, item)| Change::RemoveItem(c, item)),
    ]
}

/// A good definition.
pub(in crate::random) fn model() -> impl Strategy<Value = Model> {
    prop::collection::vec(change(), 6..24).prop_map(|changes| {
        let begin = [
            Change::AddCollection("things", vec![("a", (0, "users", false))]),
            Change::AddCollection("users", Vec::new()),
        ];
        let mut model = Model {
            collections: BTreeMap::new(),
        };
        for change in begin.iter().chain(&changes) {
            let mut next = model.clone();
            if change.apply(&mut next).is_some() && next.unmarked().definition().is_some() {
                model = next.unmarked();
            }
        }
        model
    })
}

pub(in crate::random) fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(change(), 1..5)
}

/// The definition after those of the changes that can be done to it, one after the other. `accepts` says whether a
/// migration can be written.
pub(in crate::random) fn changed(
    model: &Model,
    changes: &[Change],
    accepts: &dyn Fn(&Definition) -> bool,
) -> Model {
    let mut changed = model.clone();
    for change in changes {
        let mut next = changed.clone();
        let good = change.apply(&mut next).is_some();
        if good && next.definition().is_some_and(|definition| accepts(&definition)) {
            changed = next;
        }
    }
    changed
}
