//! Which keys a table may have: a field's depend on its type.

use super::faults::{Faults, Place};
use super::keys::{self, COLLECTION, FieldType, Key, TableKeys, Types};
use super::names::did_you_mean;

/// Reports a key that does not belong into the table.
pub(super) fn refuse(refused: &Found, keys: &TableKeys, name: &str, place: Place<'_>, faults: &mut Faults) {
    match refused {
        Found::Unknown { known } => {
            let hint = match keys::owner_of(name) {
                Some(owner) if owner.noun == COLLECTION.noun => {
                    "it is a key of the collection, and stands above the first [table]".into()
                }
                Some(owner) => format!("it is a key of {}", owner.noun),
                None => did_you_mean(name, known.iter().copied(), "keys here"),
            };
            faults.add(place, format!("unknown key `{name}` in {}", keys.noun), hint);
        }
        Found::OtherTypes { ty, types } => {
            let message = format!("`{name}` does not apply to a field of type {}", ty.name());
            let types: Vec<_> = types.names().collect();
            faults.add(
                place,
                message,
                format!("it is for fields of type {}", types.join(", ")),
            );
        }
        Found::Undecided | Found::Key(_) => {}
    }
}

/// Which of the keys apply.
pub(super) enum OfType {
    Any,
    Field(Option<FieldType>),
}

pub(super) enum Found {
    Key(&'static Key),
    Unknown {
        known: Vec<&'static str>,
    },
    OtherTypes {
        ty: FieldType,
        types: Types,
    },
    /// The key is for some types, and which type this is nobody knows.
    Undecided,
}

impl OfType {
    fn applies(&self, key: &Key) -> bool {
        match self {
            Self::Any => true,
            Self::Field(Some(ty)) => key.types.contains(*ty),
            Self::Field(None) => key.types == Types::ALL,
        }
    }

    pub(super) fn keys(&self, keys: &'static TableKeys) -> impl Iterator<Item = &'static Key> {
        keys.keys.iter().filter(|key| self.applies(key))
    }

    pub(super) fn find(&self, keys: &'static TableKeys, name: &str) -> Found {
        if let Some(key) = self.keys(keys).find(|key| key.name == name) {
            return Found::Key(key);
        }
        let types = keys
            .keys
            .iter()
            .filter(|key| key.name == name)
            .map(|key| key.types)
            .reduce(Types::union);
        match (types, self) {
            (Some(types), Self::Field(Some(ty))) => Found::OtherTypes { ty: *ty, types },
            (Some(_), _) => Found::Undecided,
            (None, _) => Found::Unknown {
                known: self.keys(keys).map(|key| key.name).collect(),
            },
        }
    }

    pub(super) fn is_unknown(&self, keys: &'static TableKeys, name: &str) -> bool {
        matches!(self.find(keys, name), Found::Unknown { .. })
    }

    pub(super) fn noun(&self, keys: &TableKeys) -> String {
        match self {
            Self::Field(Some(ty)) => format!("a field of type {}", ty.name()),
            Self::Any | Self::Field(None) => keys.noun.to_owned(),
        }
    }
}
