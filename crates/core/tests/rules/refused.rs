use mainstay_core::rules::{ExpressionError, Purpose};

use crate::fixture::{parse, parse_value};
use crate::tables::assert_table;

/// Each fault as `at the words at fault: message`, with the hint indented under it.
fn faults(purpose: Purpose, text: &str) -> String {
    let errors = parse(purpose, text)
        .err()
        .unwrap_or_else(|| panic!("accepted: {text}"));
    described(text, errors)
}

fn described(text: &str, errors: Vec<ExpressionError>) -> String {
    let mut lines = Vec::new();
    for error in errors {
        lines.push(format!("    at {}: {}", &text[error.span], error.message));
        lines.extend(error.hint.map(|hint| format!("        {hint}")));
    }
    lines.join("\n")
}

#[test]
fn unknown_names() {
    assert_table(include_str!("refused/unknown_names.txt"), faults);
}

#[test]
fn names_out_of_place() {
    assert_table(include_str!("refused/names_out_of_place.txt"), faults);
}

#[test]
fn filters_do_not_see_what_is_hidden() {
    assert_table(
        include_str!("refused/filters_do_not_see_what_is_hidden.txt"),
        faults,
    );
}

#[test]
fn unlike_types() {
    assert_table(include_str!("refused/unlike_types.txt"), faults);
}

#[test]
fn operators_and_their_types() {
    assert_table(include_str!("refused/operators_and_their_types.txt"), faults);
}

#[test]
fn functions() {
    assert_table(include_str!("refused/functions.txt"), faults);
}

#[test]
fn conversions() {
    assert_table(include_str!("refused/conversions.txt"), faults);
}

#[test]
fn field_values() {
    assert_table(include_str!("refused/field_values.txt"), |purpose, text| {
        let errors = parse_value(purpose, text)
            .err()
            .unwrap_or_else(|| panic!("accepted: {text}"));
        let (_, value) = text.split_once(" = ").expect("it was parsed");
        described(value, errors)
    });
}

#[test]
fn questions_about_many() {
    assert_table(include_str!("refused/questions_about_many.txt"), faults);
}

#[test]
fn syntax() {
    assert_table(include_str!("refused/syntax.txt"), faults);
}

#[test]
fn an_expression_has_a_bounded_number_of_parts() {
    let text = vec!["true"; 500].join("||");
    let errors = parse(Purpose::Read, &text).unwrap_err();
    assert_eq!(
        errors[0].message,
        "the expression has 501 parts, and at most 500 are allowed"
    );
    assert!(parse(Purpose::Read, &vec!["true"; 499].join("||")).is_ok());
}

#[test]
fn an_expression_has_a_bounded_number_of_patterns() {
    let text = |count| vec!["record.title.matches('a')"; count].join(" || ");
    assert!(parse(Purpose::Read, &text(8)).is_ok());
    let errors = parse(Purpose::Read, &text(9)).unwrap_err();
    assert_eq!(errors[0].message, "an expression has at most 8 patterns");
}
