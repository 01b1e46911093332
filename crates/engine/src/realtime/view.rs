//! Who sees a record: one statement for all who ask with the same rule and filter.

use std::collections::HashSet;
use std::sync::Arc;

use mainstay_core::definition::{Collection, CollectionId, FieldId, Mask, SystemField};
use mainstay_core::rules::{Concerns, Dependency, Expr, Reach, dependencies, fields_of_record};
use mainstay_core::{Code, Problem, RecordId, Value};
use mainstay_store::records::hex_ids;
use mainstay_store::sql::{Arguments, Statement, viewers_statement};
use mainstay_store::tx::Bind;
use mainstay_store::{Row, StoreError, Tx};

use super::change::{Change, First};
use super::look::Sight;
use crate::context::Context;
use crate::failure::Failure;
use crate::records::parse_filter;

/// Somebody who is signed in, or not.
pub(super) type Viewer = Option<RecordId>;

/// What subscriptions must have in common to be judged together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ViewKey {
    pub(super) collection: CollectionId,
    pub(super) rule: AskedRule,
    pub(super) filter: Option<Arc<str>>,
    /// What is left of the rules for those who use a key.
    pub(super) mask: Option<Arc<Mask>>,
    /// The share whose link they have opened.
    pub(super) share: Option<RecordId>,
}

/// The rule that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum AskedRule {
    /// Of those who subscribe to a collection.
    List,
    /// Of those who subscribe to a record.
    Read,
    /// None binds administrators.
    Free,
}

/// A rule and a filter, ready to be asked.
#[derive(Debug)]
pub(super) struct View {
    pub(super) key: ViewKey,
    /// None where every viewer sees every record.
    statement: Option<Statement>,
    pub(super) dependencies: Vec<Dependency>,
    /// The record's own fields that are read.
    reads: Vec<FieldId>,
    /// Fields with a rule that the statement asks for each viewer.
    guarded: Vec<FieldId>,
}

/// What of a record a viewer may read: a bit for each field with a rule, in their order. All of them for whom none binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown(u64);

impl Shown {
    const ALL: Self = Self(u64::MAX);

    /// The fields that are not shown.
    pub(super) fn withheld(self, collection: &Collection) -> Vec<FieldId> {
        let guarded = collection.guarded_fields().zip(0_u32..);
        guarded
            .filter(|(_, bit)| self.0.checked_shr(*bit).unwrap_or(0) & 1 == 0)
            .map(|((field, _), _)| field.id)
            .collect()
    }
}

impl View {
    /// Compiles what is asked; refused where the rules let nobody, or the filter cannot be asked.
    pub(super) fn build(ctx: &Context, key: ViewKey) -> Result<Self, Failure> {
        let collection = ctx.of(key.collection);
        let filter = match &key.filter {
            Some(text) => Some(subscribed_filter(ctx, key.collection, text)?),
            None => None,
        };
        let refused = || ctx.refused("only administrators may list these records");
        let rule: Option<&Expr> = match key.rule {
            AskedRule::List => Some(collection.rules.list.as_ref().ok_or_else(refused)?),
            AskedRule::Read => Some(collection.rules.read.as_ref().ok_or_else(Problem::not_found)?),
            AskedRule::Free => None,
        };
        let bound = key.rule != AskedRule::Free;
        let definition = &ctx.release.definition;
        let mut reads = Vec::new();
        let mut depends = Vec::new();
        let of_fields: Vec<(FieldId, &Expr)> = collection
            .guarded_fields()
            .filter(|_| bound)
            .map(|(field, rule)| (field.id, rule))
            .collect();
        let asked: Vec<&Expr> = of_fields.iter().map(|(_, rule)| *rule).collect();
        for (expr, guarded) in rule
            .map(|rule| (rule, false))
            .into_iter()
            .chain(filter.as_ref().map(|filter| (filter, bound)))
        {
            reads.extend(fields_of_record(expr));
            depends.extend(dependencies(definition, expr, guarded));
        }
        // To a filter a field is what its rule makes of it.
        let named = of_fields.iter().filter(|(field, _)| reads.contains(field));
        let named: Vec<FieldId> = named.flat_map(|(_, rule)| fields_of_record(rule)).collect();
        reads.extend(named);
        depends.extend(
            asked
                .iter()
                .flat_map(|rule| dependencies(definition, rule, false)),
        );
        let statement = if rule.is_some() || filter.is_some() {
            Some(viewers_statement(
                ctx.target(),
                rule,
                filter.as_ref(),
                bound,
                &asked,
            )?)
        } else {
            None
        };
        Ok(Self {
            key,
            statement,
            dependencies: depends,
            reads,
            guarded: of_fields.into_iter().map(|(field, _)| field).collect(),
        })
    }

    /// Does the answer hang on something of a record's past that the journal does not tell?
    pub(super) fn is_unclear_about(&self, change: &Change) -> bool {
        change.unclear
            || (change.first == First::Updated && self.reads.contains(&SystemField::UpdatedAt.id()))
    }

    /// May the answer differ before and after the change?
    pub(super) fn notices(&self, change: &Change) -> bool {
        change.is_of_existence()
            || self.reads.contains(&SystemField::Version.id())
            || self.reads.iter().any(|field| change.changed.contains(field))
    }

    /// For each viewer: what they see of the record with these values; `None` where they do not see it at all.
    pub(super) fn judge(
        &self,
        tx: &mut Tx<'_>,
        collection: &Collection,
        values: &[Value],
        viewers: &Viewers,
        now_micros: i64,
    ) -> Result<Vec<Option<Shown>>, StoreError> {
        let Some(statement) = &self.statement else {
            return Ok(vec![Some(Shown::ALL); viewers.ids.len()]);
        };
        let mut sees = vec![None; viewers.ids.len()];
        let input_ids: Vec<(FieldId, String)> = collection
            .fields
            .iter()
            .filter_map(|field| match &values[usize::from(field.id.0)] {
                Value::Ids(ids) => Some((field.id, hex_ids(ids))),
                _ => None,
            })
            .collect();
        let arguments = [Bind::Text(&viewers.json)];
        let binds = statement.binds(&Arguments {
            auth_id: None,
            auth_share: self.key.share.as_ref(),
            now_micros,
            method: "GET",
            input: values,
            input_ids: &input_ids,
            arguments: &arguments,
        });
        tx.query(&statement.text, &binds, |row| {
            let number = usize::try_from(row.int(0)?).unwrap_or(usize::MAX);
            if let Some(sees) = sees.get_mut(number) {
                *sees = Some(self.shown(row)?);
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(sees)
    }

    fn shown(&self, row: &Row<'_>) -> Result<Shown, StoreError> {
        // Nothing is asked of administrators, with a key of theirs as without one, though the fields have rules.
        if self.guarded.is_empty() {
            return Ok(Shown::ALL);
        }
        let mut bits = 0;
        for position in 0..self.guarded.len() {
            // The number of the viewer comes first.
            bits |= u64::from(row.int(position + 1)? != 0) << position;
        }
        Ok(Shown(bits))
    }

    /// For whom the answer may change because of a change elsewhere; nothing where for nobody.
    pub(super) fn concerned_by(&self, change: &Change) -> Option<Concerned> {
        let mut concerned: Option<Concerned> = None;
        for dependency in &self.dependencies {
            if dependency.collection != change.collection || !matters(dependency, change) {
                continue;
            }
            let these = match dependency.concerns {
                _ if change.unclear || change.between_is_cut => Concerned::Everyone,
                Concerns::Everyone => Concerned::Everyone,
                Concerns::Holders if self.key.share == Some(change.id) => Concerned::Everyone,
                Concerns::Themselves => Concerned::Users(vec![change.id]),
                Concerns::UserIn(field) => Concerned::Users(ids_in(change, field).collect()),
                Concerns::Beyond(field) if ids_in(change, field).next().is_some() => Concerned::Everyone,
                Concerns::Holders | Concerns::Beyond(_) => continue,
            };
            concerned = Some(match (concerned, these) {
                (None, these) => these,
                (Some(Concerned::Users(mut users)), Concerned::Users(more)) => {
                    users.extend(more);
                    Concerned::Users(users)
                }
                _ => Concerned::Everyone,
            });
        }
        concerned
    }
}

/// What stood in a relation to one, and what stands there now.
fn ids_in(change: &Change, field: FieldId) -> impl Iterator<Item = RecordId> {
    let states = [&change.before, &change.after].into_iter().flatten();
    let states = states.chain(&change.between);
    states.filter_map(move |values| match values[usize::from(field.0)] {
        Value::Id(id) => Some(id),
        _ => None,
    })
}

fn matters(dependency: &Dependency, change: &Change) -> bool {
    if change.unclear {
        return true;
    }
    match (change.first, dependency.reach) {
        (First::Beside, _) => false,
        (First::Created, Reach::Path) => change.after.is_none(),
        (First::Updated, _) if !change.is_of_existence() => dependency.reads_any(&change.changed),
        _ => true,
    }
}

/// Whom a change elsewhere concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Concerned {
    Everyone,
    Users(Vec<RecordId>),
}

impl Concerned {
    /// These viewers; everybody, where one of them is nobody who could be named.
    pub(super) fn these(viewers: &[Viewer]) -> Self {
        if viewers.contains(&None) {
            return Self::Everyone;
        }
        Self::Users(viewers.iter().flatten().copied().collect())
    }

    pub(super) fn includes(&self, viewer: Viewer) -> bool {
        match self {
            Self::Everyone => true,
            Self::Users(users) => viewer.is_some_and(|viewer| users.contains(&viewer)),
        }
    }
}

/// Everybody who is asked about at once.
#[derive(Debug)]
pub(super) struct Viewers {
    pub(super) ids: Vec<Viewer>,
    /// As the statement takes them.
    json: String,
}

impl Viewers {
    pub(super) fn new(ids: Vec<Viewer>) -> Self {
        let mut json = String::with_capacity(2 + ids.len() * 35);
        json.push('[');
        for (position, id) in ids.iter().enumerate() {
            if position > 0 {
                json.push(',');
            }
            match id {
                Some(id) => {
                    let one = hex_ids(std::slice::from_ref(id));
                    json.push_str(&one[1..one.len() - 1]);
                }
                None => json.push_str("null"),
            }
        }
        json.push(']');
        Self { ids, json }
    }

    /// Those of whom nothing was found.
    pub(super) fn without(&self, found: &[(Viewer, Sight)]) -> Concerned {
        let found: HashSet<Viewer> = found.iter().map(|(viewer, _)| *viewer).collect();
        let others: Vec<Viewer> = self
            .ids
            .iter()
            .copied()
            .filter(|viewer| !found.contains(viewer))
            .collect();
        Concerned::these(&others)
    }
}

fn subscribed_filter(ctx: &Context, collection: CollectionId, text: &str) -> Result<Expr, Failure> {
    let filter = parse_filter(ctx, collection, text)?;
    if fields_of_record(&filter).contains(&SystemField::UpdatedAt.id()) {
        let message = "a subscription cannot filter by updated_at: every change moves it, and what it was before is not \
                       kept; filter the list, and subscribe without it";
        return Err(Problem::field(Code::InvalidFilter, "filter", message).into());
    }
    Ok(filter)
}
