//! What each part of a rule is worth, asked of the database by the compiler that builds the rules of requests.

use mainstay_core::definition::{FieldAt, FieldKind};
use mainstay_core::rules::{Expr, Node, Quantifier, Records, Root, Type, Variable, Via};
use mainstay_core::{Value, values};
use mainstay_store::Tx;
use mainstay_store::records::read_typed;
use mainstay_store::sql::{About, Arguments, select_truth, select_value};
use serde_json::{Value as Json, json};

use super::part::{Part, PartKind, Truth};
use crate::context::Context;
use crate::failure::Failure;

/// One expression, and the record and the caller that it is asked for.
pub(super) struct Explainer<'a, 't> {
    pub(super) tx: &'a mut Tx<'t>,
    pub(super) ctx: &'a Context,
    pub(super) about: About<'a>,
    pub(super) arguments: &'a Arguments<'a>,
}

/// A question about many that a part stands in.
#[derive(Clone)]
enum Within {
    Records(Records, Variable),
    Texts(Box<Expr>, Variable),
}

impl Explainer<'_, '_> {
    /// A condition with its parts, as they stand in `text`.
    pub(super) fn explain(&mut self, expr: &Expr, text: &str) -> Result<Part, Failure> {
        self.part(expr, text, &mut Vec::new())
    }

    /// What a condition is worth.
    pub(super) fn truth(&mut self, condition: &Expr) -> Result<Truth, Failure> {
        let statement = select_truth(self.ctx.target(), self.about, condition)?;
        let binds = statement.binds(self.arguments);
        let found = self.tx.query_first(&statement.text, &binds, |row| {
            Ok::<_, Failure>(if row.is_null(0)? {
                None
            } else {
                Some(row.int(0)? != 0)
            })
        })?;
        Ok(Truth::of(found.flatten()))
    }

    fn part(&mut self, expr: &Expr, text: &str, within: &mut Vec<Within>) -> Result<Part, Failure> {
        let mut part = Part::new(kind_of(expr));
        part.span = Some((utf16(text, expr.span.start), utf16(text, expr.span.end)));
        // What looks at none of the many is the same for all of them.
        let of_each = !within.is_empty() && looks_at_variable(expr);
        part.some = of_each;
        if expr.ty == Type::Bool {
            let around: &[Within] = if of_each { within } else { &[] };
            part.truth = Some(self.truth(&asked_of_some(expr, around))?);
        } else if !of_each {
            (part.value, part.known) = self.value(expr)?;
        }
        if let Some(records) = expr.records().filter(|_| !of_each) {
            part.records = self.count(records)?;
        }
        let inside = match &expr.node {
            Node::Quantifier {
                records, variable, ..
            } => Some(Within::Records(records.clone(), *variable)),
            Node::TextQuantifier { texts, variable, .. } => Some(Within::Texts(texts.clone(), *variable)),
            _ => None,
        };
        let is_body = |part: &Expr| match &expr.node {
            Node::Quantifier { body, .. } | Node::TextQuantifier { body, .. } => {
                std::ptr::eq(part, body.as_ref())
            }
            _ => false,
        };
        for inner in expr.parts() {
            if !is_written_in(inner, expr) {
                continue;
            }
            let asks = inside.clone().filter(|_| is_body(inner));
            let has_asked = asks.is_some();
            within.extend(asks);
            let explained = self.part(inner, text, within);
            if has_asked {
                within.pop();
            }
            part.parts.push(explained?);
        }
        Ok(part)
    }

    /// What a part is worth that is no condition, and whether it is there. A hidden field is shown to nobody.
    fn value(&mut self, expr: &Expr) -> Result<(Option<Json>, bool), Failure> {
        let statement = select_value(self.ctx.target(), self.about, expr)?;
        let binds = statement.binds(self.arguments);
        let value = self.tx.query_first(&statement.text, &binds, |row| {
            read_typed(expr.ty, row, 0).map_err(Failure::from)
        })?;
        let value = value.unwrap_or(Value::Null);
        let known = !value.is_null();
        let shown = (known && !reads_hidden(self.ctx, expr)).then(|| value_json(expr.ty, &value));
        Ok((shown, known))
    }

    fn count(&mut self, records: &Records) -> Result<Option<i64>, Failure> {
        let count = Expr {
            node: Node::Count(records.clone()),
            ty: Type::Int,
            nullable: true,
            span: 0..0,
        };
        Ok(self.value(&count)?.0.and_then(|count| count.as_i64()))
    }
}

/// Does it look at what a question around it is about, and not only at what one within it is?
fn looks_at_variable(expr: &Expr) -> bool {
    let mut own = Vec::new();
    let mut looked_at = Vec::new();
    expr.walk(&mut |part| {
        match &part.node {
            Node::Item(variable) => looked_at.push(*variable),
            Node::Field { record, .. } => looked_at.extend(variable_of(record.root)),
            Node::Quantifier { variable, .. } | Node::TextQuantifier { variable, .. } => own.push(*variable),
            _ => {}
        }
        looked_at.extend(part.records().and_then(|records| variable_of(records.from.root)));
    });
    looked_at.iter().any(|variable| !own.contains(variable))
}

fn variable_of(root: Root) -> Option<Variable> {
    match root {
        Root::Variable(variable) => Some(variable),
        Root::Record | Root::Input | Root::Auth => None,
    }
}

/// The part in the place of the conditions of the questions around it: is it true for at least one?
fn asked_of_some(part: &Expr, within: &[Within]) -> Expr {
    within.iter().rev().fold(part.clone(), |body, around| {
        let body = Box::new(body);
        let quantifier = Quantifier::Exists;
        let node = match around.clone() {
            Within::Records(records, variable) => Node::Quantifier {
                quantifier,
                records,
                variable,
                body,
            },
            Within::Texts(texts, variable) => Node::TextQuantifier {
                quantifier,
                texts,
                variable,
                body,
            },
        };
        Expr {
            node,
            ty: Type::Bool,
            nullable: true,
            span: part.span.clone(),
        }
    })
}

/// Does somebody who reads the text see the part? A literal says what it is worth, and what a short form such as
/// `shared` stands for has the place of the whole.
fn is_written_in(part: &Expr, whole: &Expr) -> bool {
    let (inner, outer) = (&part.span, &whole.span);
    let is_inside = inner.start >= outer.start && inner.end <= outer.end && inner != outer;
    is_inside && !matches!(part.node, Node::Literal(_))
}

/// Does it read a field that no answer shows?
pub(super) fn reads_hidden(ctx: &Context, expr: &Expr) -> bool {
    let definition = &ctx.release.definition;
    let is_hidden = |at: &FieldAt| definition.field(*at).hidden;
    let mut found = false;
    expr.walk(&mut |part| {
        if let Node::Field { record, field } = &part.node {
            let at = FieldAt {
                collection: record.collection,
                field: *field,
            };
            found |= is_hidden(&at) || record.steps.iter().any(is_hidden);
        }
        if let Some(records) = part.records() {
            let via = match records.via {
                Via::Back(at) => at,
                Via::Many(field) => FieldAt {
                    collection: records.from.collection,
                    field,
                },
            };
            found |= is_hidden(&via) || records.from.steps.iter().any(is_hidden);
        }
    });
    found
}

fn kind_of(expr: &Expr) -> PartKind {
    match &expr.node {
        Node::And(_) => PartKind::And,
        Node::Or(_) => PartKind::Or,
        Node::Not(_) => PartKind::Not,
        Node::If { .. } => PartKind::If,
        Node::Compare { .. } => PartKind::Compare,
        Node::InList { .. } | Node::InTexts { .. } | Node::InRecords { .. } => PartKind::In,
        Node::Has(_) => PartKind::Has,
        Node::StartsWith { .. } | Node::EndsWith { .. } | Node::Contains { .. } | Node::Matches { .. } => {
            PartKind::Text
        }
        Node::Quantifier { quantifier, .. } | Node::TextQuantifier { quantifier, .. } => match quantifier {
            Quantifier::Exists => PartKind::Exists,
            Quantifier::All => PartKind::All,
            Quantifier::ExistsOne => PartKind::ExistsOne,
        },
        Node::Count(_) => PartKind::Count,
        Node::Literal(_)
        | Node::Now
        | Node::RequestMethod
        | Node::AuthId
        | Node::AuthShare
        | Node::AuthVerified
        | Node::Field { .. }
        | Node::Item(_)
        | Node::Arithmetic { .. }
        | Node::Negate(_)
        | Node::ToNumber(_)
        | Node::Convert(_)
        | Node::LowerAscii(_)
        | Node::TextFunction(..)
        | Node::Size(_) => PartKind::Value,
    }
}

/// A value as a record shows one of its type; a duration in seconds.
fn value_json(ty: Type, value: &Value) -> Json {
    if let (Type::Duration, Value::Int(micros)) = (ty, value) {
        #[expect(clippy::cast_precision_loss, reason = "people read it")]
        let seconds = *micros as f64 / 1e6;
        return json!(seconds);
    }
    let kind = match ty {
        Type::Decimal { scale } => FieldKind::Decimal {
            precision: 18,
            scale,
            min: i64::MIN,
            max: i64::MAX,
        },
        Type::DateTime => FieldKind::DateTime,
        Type::Texts | Type::Json => FieldKind::Json {
            schema: None,
            bytes_max: 0,
        },
        _ => FieldKind::Date,
    };
    let mut out = Vec::new();
    values::write_json(&kind, value, &mut out);
    serde_json::from_slice(&out).unwrap_or(Json::Null)
}

/// A place in a text as JavaScript counts.
pub(super) fn utf16(text: &str, byte: usize) -> usize {
    text.get(..byte).unwrap_or(text).encode_utf16().count()
}
