//! A definition with less in its rules: what somebody may do who has a part of another's rights.

use super::{Collection, Definition, OwnRules, Rules};
use crate::rules::{Expr, Literal, Node, Type};
use crate::scopes::{Action, Scopes};

/// What is left of the rules of each collection, in the order of the collections. Equal masks leave the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mask {
    allowed: Vec<Allowed>,
    /// Is what is left free, as for an administrator, instead of bound by its rule and by those of its fields?
    free: bool,
}

/// The actions that are left on one collection, a bit for each of [`Action::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Allowed(u8);

impl Allowed {
    pub fn of(scopes: &Scopes, collection: &Collection) -> Self {
        let actions = Action::ALL.into_iter();
        let bits = actions.filter(|action| scopes.permit(collection, *action));
        Self(bits.fold(0, |set, action| set | 1 << action as u8))
    }

    pub fn has(self, action: Action) -> bool {
        self.0 & (1 << action as u8) != 0
    }
}

impl Mask {
    /// `free` where the rules do not bind the owner of the scopes.
    pub fn new(definition: &Definition, scopes: &Scopes, free: bool) -> Self {
        let collections = definition.collections.iter();
        Self {
            allowed: collections
                .map(|collection| Allowed::of(scopes, collection))
                .collect(),
            free,
        }
    }
}

impl Definition {
    /// The same application for somebody of whose rights only these are left. An action that is left out has no rule,
    /// so nobody may do it; whatever follows from the rules (statements, filters, live updates) follows from that.
    #[must_use]
    pub fn masked(&self, mask: &Mask) -> Self {
        let mut masked = self.clone();
        for (collection, allowed) in masked.collections.iter_mut().zip(&mask.allowed) {
            let rules = std::mem::take(&mut collection.rules);
            collection.rules = masked_rules(rules, *allowed, mask.free);
            if mask.free {
                for field in &mut collection.fields {
                    (field.read, field.write) = (None, None);
                }
            }
        }
        masked
    }
}

fn masked_rules(rules: Rules, allowed: Allowed, free: bool) -> Rules {
    let own = rules.own.map(|own| {
        let left = |rule, action| left(rule, action, allowed, free);
        Box::new(OwnRules {
            update: left(own.update, Action::Update),
            delete: left(own.delete, Action::Delete),
            share: left(own.share, Action::Update),
        })
    });
    let left = |rule, action| left(rule, action, allowed, free);
    Rules {
        list: left(rules.list, Action::Read),
        read: left(rules.read, Action::Read),
        create: left(rules.create, Action::Create),
        update: left(rules.update, Action::Update),
        delete: left(rules.delete, Action::Delete),
        // Without this rule whoever may read may comment.
        comment: match (allowed.has(Action::Comment), free) {
            (false, _) => Some(constant(false)),
            (true, true) => None,
            (true, false) => rules.comment,
        },
        own,
    }
}

fn left(rule: Option<Expr>, action: Action, allowed: Allowed, free: bool) -> Option<Expr> {
    match (allowed.has(action), free) {
        (false, _) => None,
        (true, true) => Some(constant(true)),
        (true, false) => rule,
    }
}

fn constant(value: bool) -> Expr {
    Expr {
        node: Node::Literal(Literal::Bool(value)),
        ty: Type::Bool,
        nullable: false,
        span: 0..0,
    }
}
