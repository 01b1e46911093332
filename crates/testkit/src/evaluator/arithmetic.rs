//! Sums that know when they do not fit.

use mainstay_core::Value;
use mainstay_core::rules::Arithmetic;

pub(super) fn apply(operator: Arithmetic, left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        (Value::Int(left), Value::Int(right)) => {
            integer(operator, left, right).map_or(Value::Null, Value::Int)
        }
        (Value::Real(left), Value::Real(right)) => finite(real(operator, left, right)),
        (Value::Text(left), Value::Text(right)) if operator == Arithmetic::Concatenate => {
            Value::Text(left + &right)
        }
        (left, right) => panic!("no sum was typed of {left:?} and {right:?}"),
    }
}

/// Also of times, durations and decimals, which are integers.
fn integer(operator: Arithmetic, left: i64, right: i64) -> Option<i64> {
    match operator {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        // Towards zero, and the remainder has the sign of the left side.
        Arithmetic::Divide => left.checked_div(right),
        // The smallest integer divided by -1 leaves nothing, though the quotient does not fit.
        Arithmetic::Modulo => (right != 0).then(|| left.wrapping_rem(right)),
        Arithmetic::Concatenate => panic!("integers are not concatenated"),
    }
}

fn real(operator: Arithmetic, left: f64, right: f64) -> f64 {
    match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
        Arithmetic::Modulo | Arithmetic::Concatenate => panic!("numbers have no {operator:?}"),
    }
}

fn finite(number: f64) -> Value {
    if number.is_finite() {
        Value::Real(number)
    } else {
        Value::Null
    }
}

pub(super) fn negate(value: &Value) -> Value {
    match value {
        Value::Int(value) => value.checked_neg().map_or(Value::Null, Value::Int),
        Value::Real(value) => Value::Real(-value),
        Value::Null => Value::Null,
        other => panic!("no negation was typed of {other:?}"),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the nearest double is what an integer beside a number means"
)]
pub(super) fn to_number(value: &Value) -> Value {
    match value {
        Value::Int(value) => Value::Real(*value as f64),
        Value::Null => Value::Null,
        other => panic!("no integer: {other:?}"),
    }
}
