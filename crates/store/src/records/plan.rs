//! The statements of each collection, built once for a release.

use mainstay_core::definition::{Collection, CollectionId, Definition};
use mainstay_core::rules::Expr;

use crate::sql::{
    Alive, OutputColumn, Statement, TooComplex, delete_statement, insert_statement, output_columns, select_by_id,
};

/// The statements of every collection; indexed by [`CollectionId`].
#[derive(Debug)]
pub struct Plans(Vec<CollectionPlan>);

impl Plans {
    pub fn build(definition: &Definition) -> Result<Self, TooComplex> {
        definition.collections.iter().map(|collection| CollectionPlan::build(definition, collection)).collect::<Result<_, _>>().map(Self)
    }

    pub fn of(&self, collection: CollectionId) -> &CollectionPlan {
        &self.0[usize::from(collection.0)]
    }
}

/// The statements of one collection that do not depend on a request.
#[derive(Debug)]
pub struct CollectionPlan {
    /// What a client sees: every field that is not hidden.
    pub public: Vec<OutputColumn>,
    /// Every field, for the journal and for writes.
    pub all: Vec<OutputColumn>,
    /// For actors that rules do not bind.
    pub free: RulePlans,
    /// For actors that rules bind; a missing rule has no statement.
    pub bound: RulePlans,
    /// Every field of one living record, without a rule.
    pub select_all: Statement,
    /// Every field of one record, deleted or not.
    pub select_all_either: Statement,
    pub delete: Statement,
}

/// `None`: nobody may.
#[derive(Debug)]
pub struct RulePlans {
    /// One living record's public fields.
    pub read: Option<Statement>,
    pub insert: Option<Statement>,
    /// `1` when the update is allowed, with the input as it would be.
    pub may_update: Option<Statement>,
    /// `1` when the delete is allowed.
    pub may_delete: Option<Statement>,
    /// `1` when the deleted record may be restored: whoever could delete it.
    pub may_restore: Option<Statement>,
}

impl CollectionPlan {
    fn build(definition: &Definition, collection: &Collection) -> Result<Self, TooComplex> {
        let public = output_columns(collection, |field| !field.hidden);
        let all = output_columns(collection, |_| true);
        let rules = &collection.rules;
        let rule_plans = |read, create, update, delete| rule_plans(definition, collection, &public, [read, create, update, delete]);
        let bound = rule_plans(
            Access::of(rules.read.as_ref()),
            Access::of(rules.create.as_ref()),
            Access::of(rules.update.as_ref()),
            Access::of(rules.delete.as_ref()),
        )?;
        let free = rule_plans(Access::Free, Access::Free, Access::Free, Access::Free)?;
        Ok(Self {
            select_all: select_by_id(definition, collection, &all, None, Alive::Living)?,
            select_all_either: select_by_id(definition, collection, &all, None, Alive::Either)?,
            delete: delete_statement(collection),
            public,
            all,
            free,
            bound,
        })
    }
}

#[derive(Debug, Clone, Copy)]
enum Access<'a> {
    Free,
    Rule(&'a Expr),
    Nobody,
}

impl<'a> Access<'a> {
    fn of(rule: Option<&'a Expr>) -> Self {
        rule.map_or(Self::Nobody, Self::Rule)
    }

    /// Builds a statement with the rule in force; `None` when nobody may.
    fn build(
        self,
        statement: impl FnOnce(Option<&Expr>) -> Result<Statement, TooComplex>,
    ) -> Result<Option<Statement>, TooComplex> {
        match self {
            Self::Free => statement(None).map(Some),
            Self::Rule(rule) => statement(Some(rule)).map(Some),
            Self::Nobody => Ok(None),
        }
    }
}

fn rule_plans(
    definition: &Definition,
    collection: &Collection,
    public: &[OutputColumn],
    [read, create, update, delete]: [Access<'_>; 4],
) -> Result<RulePlans, TooComplex> {
    let test = |alive| move |rule: Option<&Expr>| select_by_id(definition, collection, &[], rule, alive);
    Ok(RulePlans {
        read: read.build(|rule| select_by_id(definition, collection, public, rule, Alive::Living))?,
        insert: create.build(|rule| insert_statement(definition, collection, rule))?,
        may_update: update.build(test(Alive::Living))?,
        may_delete: delete.build(test(Alive::Living))?,
        may_restore: delete.build(test(Alive::Deleted))?,
    })
}
