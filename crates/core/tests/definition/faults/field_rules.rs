//! Rules of fields.

use crate::support::{assert_things_faults, read_things};

#[test]
fn a_rule_that_something_else_tells_or_takes_away_is_refused() {
    let text = r#"
label = "{name}"
[fields.name]
type = "text"
read = "true"
[fields.code]
type = "text"
unique = true
read = "true"
[fields.part]
type = "text"
read = "true"
[fields.secret]
type = "text"
hidden = true
read = "true"
[fields.sum]
type = "integer"
read_only = true
write = "true"
[[indexes]]
fields = ["sum", "part"]
unique = true
"#;
    assert_things_faults(
        text,
        r"
            5:8 `name` is part of the `label`, which everybody sees who may read the record (take it out of the label, or remove the rule)
            9:8 `code` is unique: that a value is taken already would tell it to those who may not read it (remove the rule, or `unique`)
            12:8 `part` is unique: that a value is taken already would tell it to those who may not read it (remove the rule, or `unique`)
            16:8 `secret` is hidden, so there is nobody for its `read` rule to let (remove one of the two)
            20:9 `sum` is read-only, so there is nobody for its `write` rule to let (remove one of the two)
        ",
    );
}

#[test]
fn rules_are_typed_with_the_names_that_they_have() {
    assert_things_faults(
        "[fields.a]\ntype = \"text\"\nread = \"input.a == null\"\nwrite = \"record.b == input.a\"\n",
        r"
            3:9 `input` is known in create and update rules only (use `record`)
            4:17 `things` has no field `b` (did you mean `a`?)
        ",
    );
}

#[test]
fn so_many_fields_have_rules_for_reading() {
    let field = |number: usize| format!("[fields.f{number}]\ntype = \"text\"\nread = \"true\"\n");
    let fields = |count: usize| (0..count).map(field).collect::<String>();
    read_things(&fields(64));
    assert_things_faults(
        &fields(65),
        "195:8 more than 64 fields have a `read` rule (move what the same people may see into a collection of its own)",
    );
}
