//! Questions about a typed expression.

use super::expr::{Expr, Literal, Node, RecordPath, Records, Root, TextFunction, Type, Via};
use crate::definition::{FieldAt, FieldId};

impl Expr {
    /// The parts of this expression, in the order they are written.
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.node {
            Node::Literal(_)
            | Node::Now
            | Node::RequestMethod
            | Node::AuthId
            | Node::AuthShare
            | Node::AuthVerified
            | Node::Field { .. }
            | Node::Item(_)
            | Node::Count(_) => Vec::new(),
            Node::And(parts) | Node::Or(parts) | Node::TextFunction(_, parts) => parts.iter().collect(),
            Node::If {
                condition,
                then,
                otherwise,
            } => vec![condition, then, otherwise],
            Node::Compare { left, right, .. } | Node::Arithmetic { left, right, .. } => vec![left, right],
            Node::InList { item, options } => std::iter::once(&**item).chain(options).collect(),
            Node::InTexts { item, texts } => vec![item, texts],
            Node::StartsWith { text, prefix: other }
            | Node::EndsWith { text, suffix: other }
            | Node::Contains { text, part: other } => vec![text, other],
            Node::TextQuantifier { texts, body, .. } => vec![texts, body],
            Node::Not(part)
            | Node::Negate(part)
            | Node::ToNumber(part)
            | Node::Convert(part)
            | Node::Has(part)
            | Node::LowerAscii(part)
            | Node::Size(part)
            | Node::InRecords { item: part, .. }
            | Node::Matches { text: part, .. }
            | Node::Quantifier { body: part, .. } => vec![part],
        }
    }

    /// The set of records that this node itself looks at.
    pub fn records(&self) -> Option<&Records> {
        match &self.node {
            Node::Count(records) | Node::InRecords { records, .. } | Node::Quantifier { records, .. } => {
                Some(records)
            }
            _ => None,
        }
    }

    /// This expression and everything in it, outermost first.
    pub fn walk(&self, visit: &mut impl FnMut(&Expr)) {
        visit(self);
        for part in self.parts() {
            part.walk(visit);
        }
    }

    fn any(&self, mut asked: impl FnMut(&Expr) -> bool) -> bool {
        let mut found = false;
        self.walk(&mut |expr| found = found || asked(expr));
        found
    }
}

/// Must the expression be asked as a query inside the write's transaction, because no CHECK constraint of a table can
/// hold it?
///
/// A constraint sees the columns of one row. It has no other rows, no clock and no caller; `SQLite` allows it no subquery,
/// which the items of a `multi_select` need, and has no regular expressions and few conversions of its own: with functions
/// of ours in its constraints no other program could write the file.
pub fn needs_query(expr: &Expr) -> bool {
    expr.any(|expr| match &expr.node {
        Node::Field { record, .. } => {
            record.root == Root::Auth || !record.steps.is_empty() || expr.ty == Type::Texts
        }
        Node::Now
        | Node::RequestMethod
        | Node::AuthId
        | Node::AuthShare
        | Node::AuthVerified
        | Node::Item(_)
        | Node::Matches { .. }
        | Node::Convert(_) => true,
        Node::TextFunction(function, _) => !matches!(
            function,
            TextFunction::UpperAscii | TextFunction::Trim | TextFunction::IndexOf
        ),
        _ => expr.records().is_some(),
    })
}

/// The record's own fields that the expression reads or starts a path from, each once, in the order they are written.
pub fn fields_of_record(expr: &Expr) -> Vec<FieldId> {
    let mut fields = Vec::new();
    let mut add = |path: &RecordPath, last: Option<FieldId>| {
        let own = path.steps.first().map(|step| step.field).or(last);
        if let (Root::Record | Root::Input, Some(field)) = (path.root, own)
            && !fields.contains(&field)
        {
            fields.push(field);
        }
    };
    expr.walk(&mut |expr| {
        if let Node::Field { record, field } = &expr.node {
            add(record, Some(*field));
        }
        if let Some(records) = expr.records() {
            let many = if let Via::Many(field) = records.via {
                Some(field)
            } else {
                None
            };
            add(&records.from, many);
        }
    });
    fields
}

/// Adds every declared field that the expression reads or follows, of whatever record.
pub(crate) fn fields_anywhere(expr: &Expr, found: &mut Vec<FieldAt>) {
    expr.walk(&mut |expr| {
        if let Node::Field { record, field } = &expr.node {
            found.extend(&record.steps);
            found.push(FieldAt {
                collection: record.collection,
                field: *field,
            });
        }
        if let Some(records) = expr.records() {
            found.extend(&records.from.steps);
            found.push(match records.via {
                Via::Back(at) => at,
                Via::Many(field) => FieldAt {
                    collection: records.from.collection,
                    field,
                },
            });
        }
    });
}

/// Does the value come from `auth`?
///
/// Then null means that nobody is signed in, or that the user has no such value, and every operator on it is unknown:
/// `==` and `!=` too, which are exact for any other null. For nobody that holds beside the literal null and in `has` as
/// well, except that `auth.id` itself may be asked for: whether somebody is signed in is always known.
pub fn reads_auth(expr: &Expr) -> bool {
    let from_auth = |path: &RecordPath| path.root == Root::Auth;
    match &expr.node {
        Node::AuthId | Node::AuthShare => true,
        Node::Field { record, .. } => from_auth(record),
        Node::Has(asked) => reads_auth_record(asked),
        Node::Compare { left, right, .. } if is_null(left) || is_null(right) => {
            reads_auth_record(left) || reads_auth_record(right)
        }
        _ => {
            expr.records().is_some_and(|records| from_auth(&records.from))
                || expr.parts().into_iter().any(reads_auth)
        }
    }
}

/// Is it unknown even whether the value is there, when nobody is signed in?
pub(super) fn reads_auth_record(expr: &Expr) -> bool {
    reads_auth(expr) && !matches!(expr.node, Node::AuthId)
}

pub(super) fn is_null(expr: &Expr) -> bool {
    matches!(expr.node, Node::Literal(Literal::Null))
}

pub(super) fn count(expr: &Expr) -> usize {
    let mut count = 0;
    expr.walk(&mut |_| count += 1);
    count
}
