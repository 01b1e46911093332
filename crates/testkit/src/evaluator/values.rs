//! Single values: null and equality, order, and the tables of three-valued logic.

use std::cmp::Ordering;

use mainstay_core::Value;
use mainstay_core::rules::Literal;

pub(super) fn known(value: Value) -> Option<Value> {
    (!value.is_null()).then_some(value)
}

pub(super) fn any(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut unknown = false;
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            Some(false) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(false)
}

pub(super) fn all(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    not(any(answers.into_iter().map(not)))
}

pub(super) fn not(answer: Option<bool>) -> Option<bool> {
    answer.map(|answer| !answer)
}

pub(super) fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Real(value) => Value::Real(*value),
        Literal::Text(value) => Value::Text(value.clone()),
        Literal::Id(value) => Value::Id(*value),
    }
}

/// Null equals null and nothing else.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    left.is_null() && right.is_null()
        || !left.is_null() && !right.is_null() && order(left, right) == Ordering::Equal
}

/// Texts are ordered by their code points, as their UTF-8 is.
pub(super) fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Int(left), Value::Int(right)) => left.cmp(right),
        (Value::Real(left), Value::Real(right)) => left.partial_cmp(right).expect("numbers are finite"),
        (Value::Text(left), Value::Text(right)) => left.as_bytes().cmp(right.as_bytes()),
        (Value::Id(left), Value::Id(right)) => left.cmp(right),
        (left, right) => panic!("unlike values are never compared: {left:?} and {right:?}"),
    }
}
