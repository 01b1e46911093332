//! The statements of each collection, built once for a release.

use mainstay_core::FieldId;
use mainstay_core::definition::{Collection, CollectionId, Field, FieldAt, SystemField};
use mainstay_core::rules::Expr;

use crate::sql::{
    Alive, OutputColumn, Statement, Target, TooComplex, delete_statement, guarded_columns, insert_statement,
    output_columns, select_broken, select_by_id, select_by_ids, select_input_broken,
    select_input_permissions, select_permissions, select_referring,
};

/// The statements of every collection; indexed by [`CollectionId`].
#[derive(Debug)]
pub struct Plans(Vec<CollectionPlan>);

impl Plans {
    pub fn build(target: Target<'_>) -> Result<Self, TooComplex> {
        target
            .definition
            .collections
            .iter()
            .map(|collection| CollectionPlan::build(target, collection))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub fn of(&self, collection: CollectionId) -> &CollectionPlan {
        &self.0[usize::from(collection.0)]
    }
}

/// The statements of one collection that do not depend on a request.
#[derive(Debug)]
pub struct CollectionPlan {
    /// Every field that is not hidden, whoever may see it.
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
    /// Which fields of a record, deleted or not, the caller may read; `None` where no field has a rule for that.
    pub readable: Option<FieldRules>,
    /// Which fields of a new record the caller may set, and which of a stored one.
    pub settable_new: Option<FieldRules>,
    pub settable: Option<FieldRules>,
    /// `1` for a stored record that breaks a check, in the order of the declared checks that need a query.
    pub broken: Vec<(usize, Statement)>,
    /// `1` for an input that breaks a check, for telling which checks a refused write broke.
    pub input_broken: Vec<(usize, Statement)>,
    /// What points here, in the order of [`Collection::referenced_by`].
    pub references: Vec<ReferencePlan>,
}

/// The statements on records that point along one relation to a record: argument 0 is its id, 2 how many at most.
#[derive(Debug)]
pub struct ReferencePlan {
    pub at: FieldAt,
    /// The ids of the living ones.
    pub living_ids: Statement,
    /// The ids of all of them.
    pub either_ids: Statement,
    /// Every column of the living ones.
    pub living: Statement,
    /// Every column of all of them.
    pub either: Statement,
    /// Every column of those deleted at the time of argument 1.
    pub deleted_with: Statement,
}

/// The rules of fields for one act: a column of 1 or 0 for each field, in their order.
#[derive(Debug)]
pub struct FieldRules {
    pub fields: Vec<FieldId>,
    pub statement: Statement,
}

/// `None`: nobody may.
#[derive(Debug)]
pub struct RulePlans {
    /// What a client sees of a record.
    pub shown: Vec<OutputColumn>,
    /// That of one living record.
    pub read: Option<Statement>,
    pub insert: Option<Statement>,
    /// `1` when the update is allowed, with the input as it would be.
    pub may_update: Option<Statement>,
    /// The same by the rules alone, shares left out; only where records can be shared.
    pub may_update_own: Option<Statement>,
    /// `1` when the record may be shared, with the input as it is stored.
    pub may_share: Option<Statement>,
    /// `1` when the delete is allowed.
    pub may_delete: Option<Statement>,
    /// `1` when the deleted record may be restored: whoever could delete it.
    pub may_restore: Option<Statement>,
    /// `1` when whoever is signed in and may read the record may comment on it.
    pub may_comment: Option<Statement>,
    /// What a client sees of those deleted records, of many (argument 0), that may be restored.
    pub restorable: Option<Statement>,
}

impl CollectionPlan {
    fn build(target: Target<'_>, collection: &Collection) -> Result<Self, TooComplex> {
        let public = output_columns(collection, |field| !field.hidden);
        let all = output_columns(collection, |_| true);
        let rules = &collection.rules;
        let own = rules.own.as_deref();
        let bound = Accesses {
            read: Access::of(rules.read.as_ref()),
            create: Access::of(rules.create.as_ref()),
            update: Access::of(rules.update.as_ref()),
            update_own: Access::of(own.and_then(|own| own.update.as_ref())),
            share: Access::of(own.and_then(|own| own.share.as_ref())),
            delete: Access::of(rules.delete.as_ref()),
            delete_living: Access::of(match own {
                Some(own) => own.delete.as_ref(),
                None => rules.delete.as_ref(),
            }),
            comment: rules.comment.as_ref().map_or(Access::Free, Access::Rule),
        };
        let shown = guarded_columns(collection, |field| !field.hidden);
        let bound = rule_plans(target, collection, shown, bound)?;
        let free = rule_plans(target, collection, public.clone(), Accesses::free(collection))?;
        let stored = |rules: &[&Expr]| select_permissions(target, collection, rules);
        let given = |rules: &[&Expr]| select_input_permissions(target, rules);
        Ok(Self {
            readable: field_rules(collection, |field| field.read.as_ref(), stored)?,
            settable_new: field_rules(collection, |field| field.write.as_ref(), given)?,
            settable: field_rules(collection, |field| field.write.as_ref(), stored)?,
            select_all: select_by_id(target, collection, &all, None, Alive::Living)?,
            select_all_either: select_by_id(target, collection, &all, None, Alive::Either)?,
            delete: delete_statement(collection),
            broken: checks(collection, false, |check| {
                select_broken(target, collection, check)
            })?,
            input_broken: checks(collection, true, |check| select_input_broken(target, check))?,
            references: collection
                .referenced_by
                .iter()
                .map(|at| reference_plan(target, *at))
                .collect::<Result<_, _>>()?,
            public,
            all,
            free,
            bound,
        })
    }
}

fn field_rules(
    collection: &Collection,
    rule: impl Fn(&Field) -> Option<&Expr>,
    statement: impl Fn(&[&Expr]) -> Result<Statement, TooComplex>,
) -> Result<Option<FieldRules>, TooComplex> {
    let with_rule = collection
        .fields
        .iter()
        .filter_map(|field| Some((field.id, rule(field)?)));
    let (fields, rules): (Vec<FieldId>, Vec<&Expr>) = with_rule.unzip();
    if fields.is_empty() {
        return Ok(None);
    }
    let statement = statement(&rules)?;
    Ok(Some(FieldRules { fields, statement }))
}

fn checks(
    collection: &Collection,
    in_table: bool,
    statement: impl Fn(&Expr) -> Result<Statement, TooComplex>,
) -> Result<Vec<(usize, Statement)>, TooComplex> {
    let checks = collection
        .checks
        .iter()
        .enumerate()
        .filter(|(_, check)| check.in_table == in_table);
    checks
        .map(|(position, check)| Ok((position, statement(&check.expression)?)))
        .collect()
}

fn reference_plan(target: Target<'_>, at: FieldAt) -> Result<ReferencePlan, TooComplex> {
    let columns = output_columns(target.definition.collection(at.collection), |_| true);
    let id = [OutputColumn::unwritten(SystemField::Id.id())];
    let select = |alive| select_referring(target, at, &columns, alive);
    Ok(ReferencePlan {
        at,
        living_ids: select_referring(target, at, &id, Alive::Living)?,
        either_ids: select_referring(target, at, &id, Alive::Either)?,
        living: select(Alive::Living)?,
        either: select(Alive::Either)?,
        deleted_with: select(Alive::DeletedAtArgument1)?,
    })
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

/// Who may do what with the records of a collection.
#[derive(Debug, Clone, Copy)]
struct Accesses<'a> {
    read: Access<'a>,
    create: Access<'a>,
    update: Access<'a>,
    update_own: Access<'a>,
    share: Access<'a>,
    /// With deleted records.
    delete: Access<'a>,
    delete_living: Access<'a>,
    comment: Access<'a>,
}

impl Accesses<'_> {
    fn free(collection: &Collection) -> Self {
        let of_shared = if collection.sharing.is_some() {
            Access::Free
        } else {
            Access::Nobody
        };
        Self {
            read: Access::Free,
            create: Access::Free,
            update: Access::Free,
            update_own: of_shared,
            share: of_shared,
            delete: Access::Free,
            delete_living: Access::Free,
            comment: Access::Free,
        }
    }
}

fn rule_plans(
    target: Target<'_>,
    collection: &Collection,
    shown: Vec<OutputColumn>,
    access: Accesses<'_>,
) -> Result<RulePlans, TooComplex> {
    let Accesses {
        read,
        create,
        update,
        update_own,
        share,
        delete,
        delete_living,
        comment,
    } = access;
    let test = |alive| move |rule: Option<&Expr>| select_by_id(target, collection, &[], rule, alive);
    Ok(RulePlans {
        read: read.build(|rule| select_by_id(target, collection, &shown, rule, Alive::Living))?,
        insert: create.build(|rule| insert_statement(target, collection, rule))?,
        may_update: update.build(test(Alive::Living))?,
        may_update_own: update_own.build(test(Alive::Living))?,
        may_share: share.build(test(Alive::Living))?,
        may_delete: delete_living.build(test(Alive::Living))?,
        may_restore: delete.build(test(Alive::Deleted))?,
        may_comment: comment.build(test(Alive::Living))?,
        restorable: delete.build(|rule| select_by_ids(target, collection, &shown, rule, Alive::Deleted))?,
        shown,
    })
}
