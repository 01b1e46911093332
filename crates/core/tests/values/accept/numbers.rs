//! Integers, numbers and decimals.

use super::*;

#[test]
fn integers() {
    takes(
        "integer",
        &[
            (json!(5), Value::Int(5)),
            (json!(i64::MIN), Value::Int(i64::MIN)),
            (json!(i64::MAX), Value::Int(i64::MAX)),
        ],
    );
    takes("small", &[(json!(-5), Value::Int(-5)), (json!(5), Value::Int(5))]);
    refuses(
        "integer",
        &[
            (json!("5"), "must be an integer, not a string"),
            (
                json!(5.0),
                "must be an integer without a decimal point or exponent",
            ),
            (
                json!(1e300),
                "must be an integer without a decimal point or exponent",
            ),
            (json!(u64::MAX), "must be at most 9223372036854775807"),
            (json!(true), "must be an integer, not a boolean"),
        ],
    );
    refuses(
        "small",
        &[
            (json!(-6), "must be at least -5"),
            (json!(6), "must be at most 5"),
        ],
    );
}

#[test]
fn numbers() {
    takes(
        "number",
        &[
            (json!(5), Value::Real(5.0)),
            (json!(-0.5), Value::Real(-0.5)),
            (json!(1e300), Value::Real(1e300)),
        ],
    );
    let definition = definition();
    let Ok(Value::Real(zero)) = accept(field(&definition, "number"), json!(-0.0)) else {
        panic!()
    };
    assert!(zero.is_sign_positive(), "there is one zero");
    refuses(
        "number",
        &[
            (json!("5"), "must be a number, not a string"),
            (json!([]), "must be a number, not a list"),
        ],
    );
    refuses(
        "share",
        &[
            (json!(-1), "must be at least 0"),
            (json!(0.51), "must be at most 0.5"),
        ],
    );
}

#[test]
fn decimals() {
    takes(
        "decimal",
        &[
            (json!("12.5"), Value::Int(1_250)),
            (
                json!("-9999999999999999.99"),
                Value::Int(-999_999_999_999_999_999),
            ),
        ],
    );
    takes(
        "price",
        &[(json!("99.50"), Value::Int(9_950)), (json!("0"), Value::Int(0))],
    );
    refuses(
        "price",
        &[
            (
                json!(12.5),
                "must be a decimal written as a string such as \"12.50\", not a number",
            ),
            (
                json!("12,5"),
                "is not a decimal: expected digits with an optional point, such as \"12.50\"",
            ),
            (json!("1.234"), "has more than 2 digits after the point"),
            (json!("1000"), "has more than 3 digits before the point"),
            (json!("-0.01"), "must be at least 0.00"),
            (json!("99.51"), "must be at most 99.50"),
        ],
    );
    refuses("whole", &[(json!("1.5"), "must not have digits after the point")]);
}
