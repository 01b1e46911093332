//! A definition with one rule more or another one: to see what it would decide before it is written down.

use super::written::WrittenCollection;
use super::{Collection, Definition, Field, FieldId, Rules, shares};
use crate::rules::{self, Expr, ExpressionError, Purpose, Scope, ShareLevel};

/// The rules of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleName {
    List,
    Read,
    Create,
    Update,
    Delete,
    Comment,
    Share,
}

impl RuleName {
    pub const ALL: [Self; 7] = [
        Self::List,
        Self::Read,
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::Comment,
        Self::Share,
    ];

    /// Its key in `[rules]`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Comment => "comment",
            Self::Share => "share",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == name)
    }

    pub fn purpose(self) -> Purpose {
        match self {
            Self::List => Purpose::List,
            Self::Read | Self::Comment | Self::Share => Purpose::Read,
            Self::Create => Purpose::Create,
            Self::Update => Purpose::Update,
            Self::Delete => Purpose::Delete,
        }
    }
}

/// Where a rule stands in a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulePlace {
    Collection(RuleName),
    /// Who sees the value of a field.
    FieldRead(FieldId),
    /// Who sets it.
    FieldWrite(FieldId),
}

impl RulePlace {
    /// The key under which the rule is written.
    pub fn key(self) -> &'static str {
        match self {
            Self::Collection(name) => name.as_str(),
            Self::FieldRead(_) => "read",
            Self::FieldWrite(_) => "write",
        }
    }

    pub fn field(self) -> Option<FieldId> {
        match self {
            Self::Collection(_) => None,
            Self::FieldRead(field) | Self::FieldWrite(field) => Some(field),
        }
    }

    pub fn purpose(self) -> Purpose {
        match self {
            Self::Collection(name) => name.purpose(),
            Self::FieldRead(_) => Purpose::Read,
            Self::FieldWrite(_) => Purpose::Update,
        }
    }
}

impl Definition {
    /// The rule at this place as it was written, without what shares add to it.
    pub fn rule_as_written(&self, collection: &Collection, place: RulePlace) -> Option<(String, Expr)> {
        self.rule_in(&self.written(collection), collection, place)
    }

    fn rule_in(
        &self,
        written: &WrittenCollection,
        collection: &Collection,
        place: RulePlace,
    ) -> Option<(String, Expr)> {
        let written = match place.field() {
            None => written.rule(place.key()),
            Some(field) => written.of_field(collection.field(field).name.as_str(), place.key()),
        };
        let text = written?.text.clone();
        // It was typed before, or the definition would not be there.
        let expr = self.typed(collection, place, &text).ok()?;
        Some((text, expr))
    }

    /// A rule for this place.
    pub fn typed(
        &self,
        collection: &Collection,
        place: RulePlace,
        text: &str,
    ) -> Result<Expr, Vec<ExpressionError>> {
        rules::parse(self, place.scope(collection), text)
    }

    /// The same definition with another rule at one place.
    pub fn with_rule(
        &self,
        collection: &Collection,
        place: RulePlace,
        text: &str,
    ) -> Result<Self, Vec<ExpressionError>> {
        let tried = self.typed(collection, place, text)?;
        let mut changed = self.clone();
        match place {
            RulePlace::FieldRead(field) => changed.field_mut(collection, field).read = Some(tried),
            RulePlace::FieldWrite(field) => changed.field_mut(collection, field).write = Some(tried),
            RulePlace::Collection(name) => {
                let rules = self.rules_with(collection, name, &tried);
                changed.collections[usize::from(collection.id.0)].rules = rules;
            }
        }
        shares::note_deciding(&mut changed);
        Ok(changed)
    }

    fn field_mut(&mut self, collection: &Collection, field: FieldId) -> &mut Field {
        let collection = &mut self.collections[usize::from(collection.id.0)];
        &mut collection.fields[usize::from(field.0)]
    }

    /// The rules of a collection from its file, with another one for an act.
    fn rules_with(&self, collection: &Collection, name: RuleName, tried: &Expr) -> Rules {
        let written = self.written(collection);
        let rule = |of: RuleName| {
            if of == name {
                return Some(tried.clone());
            }
            let known = self.rule_in(&written, collection, RulePlace::Collection(of));
            known.map(|(_, expr)| expr)
        };
        let rules = Rules {
            list: rule(RuleName::List),
            read: rule(RuleName::Read),
            create: rule(RuleName::Create),
            update: rule(RuleName::Update),
            delete: rule(RuleName::Delete),
            comment: rule(RuleName::Comment),
            own: None,
        };
        shares::with_shares(self, collection, rules, rule(RuleName::Share))
    }

    /// What shares of this level let through; nothing where records cannot be shared.
    pub fn shared_to(&self, collection: &Collection, level: ShareLevel) -> Option<Expr> {
        let sharing = collection.sharing.as_ref()?;
        Some(rules::shared_by(self, sharing, collection.id, level))
    }
}

impl RulePlace {
    fn scope(self, collection: &Collection) -> Scope {
        Scope {
            collection: collection.id,
            purpose: self.purpose(),
        }
    }
}
