use mainstay_core::rules::Purpose;

use crate::fixture::{parse, parse_value};
use crate::render::render;
use crate::tables::assert_table;

/// The typed form, with `?` at the end when it can be unknown.
fn typed(purpose: Purpose, text: &str) -> String {
    let expr = parse(purpose, text).unwrap_or_else(|errors| panic!("{text}: {errors:#?}"));
    assert!(text.get(expr.span.clone()).is_some(), "{text}");
    format!("    {}{}", render(&expr), if expr.nullable { " ?" } else { "" })
}

#[test]
fn names_and_paths() {
    assert_table(include_str!("accepted/names_and_paths.txt"), typed);
}

#[test]
fn filters_name_fields_without_record() {
    assert_table(
        include_str!("accepted/filters_name_fields_without_record.txt"),
        typed,
    );
}

#[test]
fn literals_take_the_type_beside_them() {
    assert_table(
        include_str!("accepted/literals_take_the_type_beside_them.txt"),
        typed,
    );
}

#[test]
fn operators() {
    assert_table(include_str!("accepted/operators.txt"), typed);
}

#[test]
fn functions() {
    assert_table(include_str!("accepted/functions.txt"), typed);
}

#[test]
fn questions_about_many() {
    assert_table(include_str!("accepted/questions_about_many.txt"), typed);
}

#[test]
fn create_rules_and_checks() {
    assert_table(include_str!("accepted/create_rules_and_checks.txt"), typed);
}

#[test]
fn conversions() {
    assert_table(include_str!("accepted/conversions.txt"), typed);
}

#[test]
fn field_values() {
    assert_table(include_str!("accepted/field_values.txt"), |purpose, text| {
        let expr = parse_value(purpose, text).unwrap_or_else(|errors| panic!("{text}: {errors:#?}"));
        let nullable = if expr.nullable { " ?" } else { "" };
        format!("    {}{nullable}", render(&expr))
    });
}
