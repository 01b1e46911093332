//! Declared checks.

use crate::support::assert_things_faults;

#[test]
fn names_are_unique() {
    let text = r#"
[fields.size]
type = "integer"
check = "record.size > 0"
[[checks]]
name = "size"
expression = "record.size < 9"
[[checks]]
name = "even"
expression = "record.size % 2 == 0"
[[checks]]
name = "even"
expression = "record.size % 2 == 0"
"#;
    assert_things_faults(
        text,
        r"
            6:8 there is a check `size` already (choose another name; the check of a field has the field's name)
            12:8 there is a check `even` already (choose another name; the check of a field has the field's name)
        ",
    );
}

#[test]
fn name_and_expression_are_required() {
    assert_things_faults(
        "[[checks]]\nmessage = \"no\"\n[[checks]]\nname = \"Bad\"\nexpression = \"1\"\n",
        r#"
            1:1 [[checks]] needs the key `expression` (add it: expression = "auth.id != null")
            1:1 [[checks]] needs the key `name` (add it: name = "...")
            4:8 `Bad` is not a name: a name starts with a letter a to z and goes on with letters, digits and single underscores (for example `bad`)
            5:15 a condition is needed here, and this is an integer
        "#,
    );
}
