//! The reference meaning of an expression: slow, over data in memory, one case for each node.
//!
//! The SQL that the store makes of an expression must give the same answer. Nothing here knows how: no SQL, no indexes, no
//! short cuts. The rules of the language that the code below spells out:
//!
//! - A condition is true, false or unknown. `!`, `&&`, `||`, `exists` and `all` are Kleene's; a choice on an unknown
//!   condition is unknown.
//! - Null is a value: `==` and `!=` tell exactly whether both sides are null or equal. Every other operator and function
//!   gives null when it is given null, and a null condition is an unknown one.
//! - A null that comes from `auth` (see [`reads_auth`]) makes `==` and `!=` unknown too, unless a signed-in user's value
//!   stands beside the literal null.
//! - For nobody everything about `auth` is unknown, its sets too, except `has(auth.id)` and `auth.id` beside the literal
//!   null.
//! - A path through a null relation, or to a record that is missing or deleted, is null; a set that starts there is empty.
//!   No set holds deleted records.
//! - A conversion without a counterpart is null, and so is a position that a text does not have.
//! - A sum that fits neither 64 bits nor a finite double is null, and so is a division by zero.

mod arithmetic;
mod conversions;
mod texts;
mod values;
mod world;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use mainstay_core::rules::{
    Comparison, Expr, Literal, Node, Quantifier, RecordPath, Records, Root, Type, Variable, Via, reads_auth,
};
use mainstay_core::{CollectionId, Definition, RecordId, Timestamp, Value};

use values::{all, any, equal, known, literal_value, not, order};
pub use world::{Row, World};
use world::{get, points_to, row_id};

/// What an expression is asked about, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub definition: &'a Definition,
    pub world: &'a World,
    /// What paths and sets may reach; `None`: everything. For a client's filter it is what the client may read. The
    /// caller's own record is always in reach.
    pub readable: Option<&'a HashSet<(CollectionId, RecordId)>>,
    /// `record`; `None` where there is none, such as in create rules.
    pub record: Option<&'a Row>,
    /// `input`: the record as it would be after the write.
    pub input: Option<&'a Row>,
    /// The signed-in user.
    pub user: Option<RecordId>,
    /// The share whose link the caller has opened.
    pub share: Option<RecordId>,
    pub now: Timestamp,
    pub method: &'a str,
}

/// Is the condition true? `None`: unknown.
pub fn truth(expr: &Expr, context: &Context<'_>) -> Option<bool> {
    Evaluation {
        context,
        bound: HashMap::new(),
    }
    .truth(expr)
}

/// The value of any expression; unknown is null.
pub fn value(expr: &Expr, context: &Context<'_>) -> Value {
    Evaluation {
        context,
        bound: HashMap::new(),
    }
    .value(expr)
}

#[derive(Clone)]
enum Bound<'a> {
    Record(&'a Row),
    Item(String),
}

struct Evaluation<'a> {
    context: &'a Context<'a>,
    bound: HashMap<Variable, Bound<'a>>,
}

impl<'a> Evaluation<'a> {
    fn truth(&mut self, expr: &Expr) -> Option<bool> {
        match self.value(expr) {
            Value::Bool(answer) => Some(answer),
            Value::Null => None,
            other => panic!("a condition is a boolean, and this is {other:?}"),
        }
    }

    fn value(&mut self, expr: &Expr) -> Value {
        match &expr.node {
            Node::Literal(literal) => literal_value(literal),
            Node::Now => Value::timestamp(self.context.now),
            Node::RequestMethod => Value::Text(self.context.method.to_owned()),
            Node::AuthId => self.context.user.map_or(Value::Null, Value::Id),
            Node::AuthShare => self.context.share.map_or(Value::Null, Value::Id),
            // In these worlds nobody has confirmed an address.
            Node::AuthVerified => Value::Bool(false),
            Node::Field { record, field } => self
                .record(record)
                .map_or(Value::Null, |row| get(row, *field).clone()),
            Node::Item(variable) => match self.bound.get(variable) {
                Some(Bound::Item(item)) => Value::Text(item.clone()),
                other => panic!("an item is bound to a text, and this is {other:?}"),
            },
            Node::If {
                condition,
                then,
                otherwise,
            } => match self.truth(condition) {
                Some(true) => self.value(then),
                Some(false) => self.value(otherwise),
                None => Value::Null,
            },
            Node::Arithmetic {
                operator,
                left,
                right,
            } => {
                let (left, right) = (self.value(left), self.value(right));
                arithmetic::apply(*operator, left, right)
            }
            Node::Negate(operand) => arithmetic::negate(&self.value(operand)),
            Node::ToNumber(operand) => arithmetic::to_number(&self.value(operand)),
            Node::Convert(operand) => {
                let value = self.value(operand);
                conversions::convert(value, operand.ty, expr.ty)
            }
            Node::TextFunction(function, operands) => {
                let operands: Vec<Value> = operands.iter().map(|operand| self.value(operand)).collect();
                texts::apply(*function, &operands)
            }
            Node::LowerAscii(text) => self
                .text(text)
                .map_or(Value::Null, |text| Value::Text(text.to_ascii_lowercase())),
            Node::Size(counted) => self.size(counted),
            Node::Count(records) => self.set(records).map_or(Value::Null, |set| count(set.len())),
            _ => self.condition(expr).map_or(Value::Null, Value::Bool),
        }
    }

    fn condition(&mut self, expr: &Expr) -> Option<bool> {
        match &expr.node {
            Node::Not(operand) => not(self.truth(operand)),
            Node::And(parts) => all(parts.iter().map(|part| self.truth(part))),
            Node::Or(parts) => any(parts.iter().map(|part| self.truth(part))),
            Node::Compare {
                operator,
                left,
                right,
            } => self.compare(*operator, left, right),
            Node::InList { item, options } => {
                let item = known(self.value(item))?;
                any(options
                    .iter()
                    .map(|option| Some(equal(&item, &known(self.value(option))?))))
            }
            Node::InTexts { item, texts } => {
                let item = self.text(item)?;
                Some(self.items(texts)?.contains(&item))
            }
            Node::InRecords { item, records } => {
                let item = known(self.value(item))?;
                Some(
                    self.set(records)?
                        .into_iter()
                        .any(|row| row_id(row).map(Value::Id) == Some(item.clone())),
                )
            }
            Node::Has(asked) => {
                let there = !self.value(asked).is_null();
                (there || self.is_known(asked)).then_some(there)
            }
            Node::StartsWith { text, prefix } => Some(self.text(text)?.starts_with(&self.text(prefix)?)),
            Node::EndsWith { text, suffix } => Some(self.text(text)?.ends_with(&self.text(suffix)?)),
            Node::Contains { text, part } => Some(self.text(text)?.contains(&self.text(part)?)),
            Node::Matches { text, pattern } => Some(pattern.0.is_match(&self.text(text)?)),
            Node::Quantifier {
                quantifier,
                records,
                variable,
                body,
            } => {
                let each = self.set(records)?.into_iter().map(Bound::Record).collect();
                self.quantify(*quantifier, *variable, each, body)
            }
            Node::TextQuantifier {
                quantifier,
                texts,
                variable,
                body,
            } => {
                let each = self.items(texts)?.into_iter().map(Bound::Item).collect();
                self.quantify(*quantifier, *variable, each, body)
            }
            other => panic!("no condition: {other:?}"),
        }
    }

    fn compare(&mut self, operator: Comparison, left: &Expr, right: &Expr) -> Option<bool> {
        let beside_null = is_null_literal(left) || is_null_literal(right);
        let (left_value, right_value) = (self.value(left), self.value(right));
        for (side, value) in [(left, &left_value), (right, &right_value)] {
            let asked = if beside_null {
                self.is_known(side)
            } else {
                !reads_auth(side)
            };
            if value.is_null() && !asked {
                return None;
            }
        }
        let (left, right) = (left_value, right_value);
        match operator {
            Comparison::Equal => return Some(equal(&left, &right)),
            Comparison::NotEqual => return Some(!equal(&left, &right)),
            _ => {}
        }
        let order = order(&known(left)?, &known(right)?);
        Some(match operator {
            Comparison::Less => order == Ordering::Less,
            Comparison::LessOrEqual => order != Ordering::Greater,
            Comparison::Greater => order == Ordering::Greater,
            _ => order != Ordering::Less,
        })
    }

    /// Does null say that there is no value, and not merely that nobody is signed in?
    fn is_known(&self, expr: &Expr) -> bool {
        self.context.user.is_some() || !reads_auth(expr) || matches!(expr.node, Node::AuthId)
    }

    fn size(&mut self, counted: &Expr) -> Value {
        let size = match counted.ty {
            Type::Texts => self.items(counted).map(|items| items.len()),
            _ => self.text(counted).map(|text| text.chars().count()),
        };
        size.map_or(Value::Null, count)
    }

    fn quantify(
        &mut self,
        quantifier: Quantifier,
        variable: Variable,
        each: Vec<Bound<'a>>,
        body: &Expr,
    ) -> Option<bool> {
        let mut answers = Vec::new();
        for item in each {
            self.bound.insert(variable, item);
            answers.push(self.truth(body));
        }
        self.bound.remove(&variable);
        match quantifier {
            Quantifier::Exists => any(answers),
            Quantifier::All => all(answers),
            Quantifier::ExistsOne if answers.contains(&None) => None,
            Quantifier::ExistsOne => {
                Some(answers.into_iter().filter(|answer| *answer == Some(true)).count() == 1)
            }
        }
    }

    fn text(&mut self, expr: &Expr) -> Option<String> {
        match self.value(expr) {
            Value::Text(text) => Some(text),
            Value::Null => None,
            other => panic!("a text was typed, and this is {other:?}"),
        }
    }

    /// The items of a `multi_select`, which is stored as JSON.
    fn items(&mut self, texts: &Expr) -> Option<Vec<String>> {
        let json = self.text(texts)?;
        Some(serde_json::from_str(&json).expect("a multi_select is a JSON array of texts"))
    }

    /// The record at the end of a path.
    fn record(&self, path: &RecordPath) -> Option<&'a Row> {
        let Context {
            definition, world, ..
        } = *self.context;
        let mut row = match path.root {
            Root::Record => self.context.record?,
            Root::Input => self.context.input?,
            Root::Auth => world.find(definition, definition.users, self.context.user?)?,
            Root::Variable(variable) => match self.bound.get(&variable) {
                Some(Bound::Record(row)) => row,
                other => panic!("a path starts at a record, and this is {other:?}"),
            },
        };
        for step in &path.steps {
            let relation = definition
                .field(*step)
                .relation()
                .expect("a step follows a relation");
            let Value::Id(target) = get(row, step.field) else {
                return None;
            };
            if !self.in_reach(relation.to, *target) {
                return None;
            }
            row = world.find(definition, relation.to, *target)?;
        }
        Some(row)
    }

    fn in_reach(&self, collection: CollectionId, id: RecordId) -> bool {
        self.context
            .readable
            .is_none_or(|readable| readable.contains(&(collection, id)))
    }

    /// The records of a set, in no particular order; `None` when it starts at nobody.
    fn set(&self, records: &Records) -> Option<Vec<&'a Row>> {
        let Context {
            definition,
            world,
            user,
            ..
        } = *self.context;
        if records.from.root == Root::Auth && user.is_none() {
            return None;
        }
        let Some(from) = self.record(&records.from) else {
            return Some(Vec::new());
        };
        let live = world
            .live(definition, records.collection)
            .filter(|row| row_id(row).is_some_and(|id| self.in_reach(records.collection, id)));
        Some(match records.via {
            Via::Many(field) => live
                .filter(|row| row_id(row).is_some_and(|id| points_to(get(from, field), id)))
                .collect(),
            Via::Back(at) => match row_id(from) {
                Some(id) => live.filter(|row| points_to(get(row, at.field), id)).collect(),
                None => Vec::new(),
            },
        })
    }
}

impl std::fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Record(_) => f.write_str("a record"),
            Self::Item(item) => write!(f, "{item:?}"),
        }
    }
}

fn is_null_literal(expr: &Expr) -> bool {
    matches!(expr.node, Node::Literal(Literal::Null))
}

fn count(size: usize) -> Value {
    Value::Int(i64::try_from(size).expect("a test's data are small"))
}
