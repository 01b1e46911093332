//! Which other records an expression reads: whose change may make it true or false for a record that did not change.

use super::expr::{Comparison, Expr, Node, Quantifier, RecordPath, Records, Root, Variable, Via};
use crate::definition::{CollectionId, Definition, FieldId, SystemField};

/// Records of one collection that an expression reads through a path or in a set.
///
/// The record that the expression is about is none of them: what stands in it is judged by its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    pub collection: CollectionId,
    pub reach: Reach,
    pub concerns: Concerns,
    /// The fields that are read, each once, and `deleted_at` where deletion is soft: a change of others means nothing.
    pub fields: Vec<FieldId>,
}

/// How an expression comes to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Along relations to one. A new record means nothing: nobody points to it yet.
    Path,
    /// As one of a set, which a new record may belong to.
    Set,
}

/// For whom the answer may change when such a record does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concerns {
    Everyone,
    /// Only for the user that this field of the record names, before or after the change.
    UserIn(FieldId),
    /// Only for the user whose record it is.
    Themselves,
    /// Only for those who have opened the link of this share.
    Holders,
    /// For everyone, but only where this field of the record is not empty, before or after the change: the condition
    /// asks for more along it.
    Beyond(FieldId),
}

impl Dependency {
    /// Does a change of these fields of a record mean anything?
    pub fn reads_any(&self, changed: &[FieldId]) -> bool {
        changed.iter().any(|field| self.fields.contains(field))
    }
}

/// Everything that the expression reads beside its own record and the values it is given.
///
/// With `guarded`, as a client's filter is asked: what it reaches counts only where the `read` rule of its collection, and
/// that of the field, let the client see it, so what those rules read counts too.
pub fn dependencies(definition: &Definition, expr: &Expr, guarded: bool) -> Vec<Dependency> {
    let mut search = Search {
        definition,
        guarded,
        record: None,
        variables: Vec::new(),
        found: Vec::new(),
    };
    search.expr(expr, Some(true));
    search.found
}

/// The sign under which a part stands: may it only make the whole true (`Some(true)`), only false, or either?
type Sign = Option<bool>;

struct Search<'d> {
    definition: &'d Definition,
    guarded: bool,
    /// What `record` stands for inside the `read` rule of a reached collection; nothing for the record itself.
    record: Option<Reach>,
    variables: Vec<(Variable, CollectionId, Concerns)>,
    found: Vec<Dependency>,
}

impl Search<'_> {
    fn expr(&mut self, expr: &Expr, sign: Sign) {
        match &expr.node {
            Node::And(parts) | Node::Or(parts) => {
                for part in parts {
                    self.expr(part, sign);
                }
            }
            Node::Not(inner) => self.expr(inner, sign.map(|sign| !sign)),
            Node::Quantifier {
                quantifier,
                records,
                variable,
                body,
            } => self.quantifier(*quantifier, records, (*variable, body), sign),
            Node::InRecords { item, records } => {
                let own = matches!(item.node, Node::AuthId) && sign == Some(true);
                let concerns = if own && records.collection == self.definition.users {
                    Concerns::Themselves
                } else {
                    Concerns::Everyone
                };
                self.expr(item, None);
                self.records(records, concerns);
            }
            Node::Count(records) => self.records(records, Concerns::Everyone),
            Node::Field { record, field } => self.path(record, Some(*field)),
            // Whoever changes their address has not confirmed it.
            Node::AuthVerified => {
                let users = self.definition.users;
                let email = self.definition.collection(users).find_field("email");
                let own = RecordPath {
                    root: Root::Auth,
                    steps: Vec::new(),
                    collection: users,
                };
                self.path(&own, email.map(|field| field.id));
            }
            _ => {
                for part in expr.parts() {
                    self.expr(part, None);
                }
            }
        }
    }

    fn quantifier(
        &mut self,
        quantifier: Quantifier,
        records: &Records,
        (variable, body): (Variable, &Expr),
        sign: Sign,
    ) {
        // Only where one record more can make the whole nothing but true do the others' records not matter: elsewhere
        // a comparison with nobody is unknown, and tells.
        let exists = quantifier == Quantifier::Exists && sign == Some(true);
        let concerns = match exists {
            true if is_held(body, variable) => Concerns::Holders,
            true => user_field(body, variable)
                .map(Concerns::UserIn)
                .or_else(|| followed_field(body, variable).map(Concerns::Beyond))
                .unwrap_or(Concerns::Everyone),
            false => Concerns::Everyone,
        };
        self.records(records, concerns);
        self.variables.push((variable, records.collection, concerns));
        self.expr(
            body,
            if quantifier == Quantifier::Exists {
                sign
            } else {
                None
            },
        );
        self.variables.pop();
    }

    fn records(&mut self, records: &Records, concerns: Concerns) {
        self.path(&records.from, None);
        let from_auth = records.from.root == Root::Auth && records.from.steps.is_empty();
        let concerns = match records.via {
            // The user's own records, whatever stands in the condition.
            Via::Back(at) if from_auth => Concerns::UserIn(at.field),
            _ => concerns,
        };
        match records.via {
            Via::Back(at) => self.add(at.collection, Some(at.field), Reach::Set, concerns),
            Via::Many(field) => {
                if from_auth {
                    self.add(
                        records.from.collection,
                        Some(field),
                        Reach::Path,
                        Concerns::Themselves,
                    );
                } else {
                    self.end_of_path(&records.from, field);
                }
                self.add(records.collection, None, Reach::Path, concerns);
            }
        }
    }

    /// A path, and the field that is read at its end.
    fn path(&mut self, path: &RecordPath, field: Option<FieldId>) {
        let Some((first, others)) = path.steps.split_first() else {
            if let Some(field) = field {
                self.root_field(path, field);
            }
            return;
        };
        self.root_field(path, first.field);
        for step in others {
            self.add(step.collection, Some(step.field), Reach::Path, Concerns::Everyone);
        }
        // Where nothing of the record at the end is read, whether it is there at all matters only if it can be deleted
        // while others still point to it.
        if field.is_some() || self.guarded || self.definition.collection(path.collection).soft_delete {
            self.add(path.collection, field, Reach::Path, Concerns::Everyone);
        }
    }

    /// A field of the record at the end of a path.
    fn end_of_path(&mut self, path: &RecordPath, field: FieldId) {
        if path.steps.is_empty() {
            self.root_field(path, field);
        } else {
            self.add(path.collection, Some(field), Reach::Path, Concerns::Everyone);
        }
    }

    fn root_field(&mut self, path: &RecordPath, field: FieldId) {
        match path.root {
            Root::Record | Root::Input => {
                let first = path.steps.first().map_or(path.collection, |step| step.collection);
                match self.record {
                    Some(reach) => self.add(first, Some(field), reach, Concerns::Everyone),
                    None => self.field_rule(first, field, None),
                }
            }
            Root::Auth => {
                let users = self.definition.users;
                self.add(users, Some(field), Reach::Path, Concerns::Themselves);
            }
            Root::Variable(variable) => {
                let known = self.variables.iter().rev().find(|known| known.0 == variable);
                if let Some((_, collection, concerns)) = known.copied() {
                    self.add(collection, Some(field), Reach::Set, concerns);
                }
            }
        }
    }

    fn add(&mut self, collection: CollectionId, field: Option<FieldId>, reach: Reach, concerns: Concerns) {
        let of = self.definition.collection(collection);
        let known = self.found.iter().position(|known| {
            (known.collection, known.reach, known.concerns) == (collection, reach, concerns)
        });
        let position = known.unwrap_or_else(|| {
            let deleted = of.soft_delete.then(|| SystemField::DeletedAt.id());
            self.found.push(Dependency {
                collection,
                reach,
                concerns,
                fields: deleted.into_iter().collect(),
            });
            self.found.len() - 1
        });
        let fields = &mut self.found[position].fields;
        if let Some(field) = field.filter(|field| !fields.contains(field)) {
            fields.push(field);
            self.field_rule(collection, field, Some(reach));
        }
        if known.is_none() && self.guarded && concerns != Concerns::Themselves {
            self.readable(collection, reach);
        }
    }

    /// What the rule of a field reads that a client's expression names.
    fn field_rule(&mut self, collection: CollectionId, field: FieldId, reach: Option<Reach>) {
        let definition = self.definition;
        let rule = definition.collection(collection).field(field).read.as_ref();
        if let Some(rule) = rule.filter(|_| self.guarded) {
            self.application_rule(rule, reach);
        }
    }

    /// What the `read` rule of a reached collection reads.
    fn readable(&mut self, collection: CollectionId, reach: Reach) {
        let definition = self.definition;
        if let Some(rule) = &definition.collection(collection).rules.read {
            self.application_rule(rule, Some(reach));
        }
    }

    /// A rule of the application, which sees everything, about a record that was come to so.
    fn application_rule(&mut self, rule: &Expr, reach: Option<Reach>) {
        let outer = (
            self.guarded,
            std::mem::replace(&mut self.record, reach),
            std::mem::take(&mut self.variables),
        );
        self.guarded = false;
        self.expr(rule, None);
        (self.guarded, self.record, self.variables) = outer;
    }
}

/// Must the variable's record be the share that the caller holds, for the condition to hold?
fn is_held(body: &Expr, variable: Variable) -> bool {
    match &body.node {
        Node::And(parts) => parts.iter().any(|part| is_held(part, variable)),
        Node::Compare {
            operator: Comparison::Equal,
            left,
            right,
        } => {
            let is_share = |expr: &Expr| match &expr.node {
                Node::Field { record, field } => {
                    *field == SystemField::Id.id()
                        && record.root == Root::Variable(variable)
                        && record.steps.is_empty()
                }
                _ => false,
            };
            matches!(right.node, Node::AuthShare) && is_share(left)
        }
        _ => false,
    }
}

/// The relation of the variable's records along which others must be found for the condition to hold.
fn followed_field(body: &Expr, variable: Variable) -> Option<FieldId> {
    match &body.node {
        Node::And(parts) => parts.iter().find_map(|part| followed_field(part, variable)),
        Node::Quantifier {
            quantifier: Quantifier::Exists,
            records,
            ..
        } if records.from.root == Root::Variable(variable) => {
            records.from.steps.first().map(|step| step.field)
        }
        _ => None,
    }
}

/// The field of the variable's records that must be the signed-in user for the condition to hold.
fn user_field(body: &Expr, variable: Variable) -> Option<FieldId> {
    match &body.node {
        Node::And(parts) => parts.iter().find_map(|part| user_field(part, variable)),
        Node::Compare {
            operator: Comparison::Equal,
            left,
            right,
        } => match (&left.node, &right.node) {
            (Node::AuthId, Node::Field { record, field }) | (Node::Field { record, field }, Node::AuthId)
                if record.root == Root::Variable(variable) && record.steps.is_empty() =>
            {
                Some(*field)
            }
            _ => None,
        },
        _ => None,
    }
}
