//! Who acts.

use crate::ids::RecordId;

/// Who an act is done by, as the journal names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Actor {
    pub kind: ActorKind,
    /// The user's record; `None` for whoever has none.
    pub id: Option<RecordId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// Nobody is signed in.
    Anonymous,
    /// A signed-in user, under the rules.
    User,
    /// A signed-in user to whom rules do not apply.
    Administrator,
    /// The command line and Mainstay itself; rules do not apply.
    System,
}

impl Actor {
    pub const ANONYMOUS: Self = Self {
        kind: ActorKind::Anonymous,
        id: None,
    };
    pub const SYSTEM: Self = Self {
        kind: ActorKind::System,
        id: None,
    };

    /// Do the rules of collections bind this actor?
    pub fn is_bound_by_rules(self) -> bool {
        matches!(self.kind, ActorKind::Anonymous | ActorKind::User)
    }
}

impl ActorKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User => "user",
            Self::Administrator => "administrator",
            Self::System => "system",
        }
    }
}
