//! What an API key may be used for: actions on collections.

use std::str::FromStr;

use crate::definition::{Collection, Definition};

/// What can be done with the records of a collection, as keys are told it. Each goes with rules of the collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Lists, single records, their past, and what follows them.
    Read,
    Create,
    Update,
    /// And bringing back what was deleted.
    Delete,
    Comment,
}

impl Action {
    pub const ALL: [Self; 5] = [
        Self::Read,
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::Comment,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Comment => "comment",
        }
    }
}

/// One thing that a key may be used for: `todos:read`, `*:read`, `todos:*`, `*:*`, or `admin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Records {
        /// A collection's name, or every collection.
        collection: Option<String>,
        /// One action, or every action.
        action: Option<Action>,
    },
    /// Whatever the owner of the key may do, as an administrator too.
    Admin,
}

/// The text is no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidScope;

const ADMIN: &str = "admin";
const ANY: &str = "*";

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        if text == ADMIN {
            return Ok(Self::Admin);
        }
        let (collection, action) = text.split_once(':').ok_or(InvalidScope)?;
        if collection.is_empty() {
            return Err(InvalidScope);
        }
        let action = if action == ANY {
            None
        } else {
            let known = Action::ALL.into_iter().find(|known| known.as_str() == action);
            Some(known.ok_or(InvalidScope)?)
        };
        Ok(Self::Records {
            collection: (collection != ANY).then(|| collection.to_owned()),
            action,
        })
    }
}

impl Scope {
    /// Is whatever the other one lets do among what this one does?
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Admin, _) => true,
            (Self::Records { .. }, Self::Admin) => false,
            (
                Self::Records { collection, action },
                Self::Records {
                    collection: wanted,
                    action: wanted_action,
                },
            ) => {
                (collection.is_none() || collection == wanted)
                    && (action.is_none() || action == wanted_action)
            }
        }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Admin => f.write_str(ADMIN),
            Self::Records { collection, action } => {
                let collection = collection.as_deref().unwrap_or(ANY);
                let action = action.map_or(ANY, Action::as_str);
                write!(f, "{collection}:{action}")
            }
        }
    }
}

/// Everything that a key may be used for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(pub Vec<Scope>);

impl Scopes {
    /// A collection is known by the name that it has today: after a rename a scope names nothing, which is the safe side.
    pub fn permit(&self, collection: &Collection, action: Action) -> bool {
        self.0.iter().any(|scope| match scope {
            Scope::Admin => true,
            Scope::Records {
                collection: named,
                action: given,
            } => {
                named
                    .as_deref()
                    .is_none_or(|named| named == collection.name.as_str())
                    && given.is_none_or(|given| given == action)
            }
        })
    }

    /// Do they take nothing away from what the owner may do?
    pub fn has_admin(&self) -> bool {
        self.0.contains(&Scope::Admin)
    }

    /// The collections that they name and the definition does not have.
    pub fn unknown<'s>(&'s self, definition: &'s Definition) -> impl Iterator<Item = &'s str> {
        self.0.iter().filter_map(|scope| match scope {
            Scope::Records {
                collection: Some(name),
                ..
            } if definition.find_collection(name).is_none() => Some(name.as_str()),
            _ => None,
        })
    }

    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(Scope::to_string).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_written_as_they_are_read() {
        for text in ["todos:read", "*:read", "todos:*", "*:*", "admin", "todos:comment"] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
        for bad in [
            "",
            "todos",
            ":read",
            "todos:",
            "todos:write",
            "Admin",
            "admin:",
            "todos:read:all",
        ] {
            assert_eq!(bad.parse::<Scope>(), Err(InvalidScope), "{bad}");
        }
    }
}
