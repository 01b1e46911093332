//! Keys that nobody knows, and values of the wrong shape.

use crate::support::assert_things_faults;

#[test]
fn unknown_keys() {
    let text = r#"
titel = "Things"
colour = "red"
[fields.name]
type = "text"
requird = true
[rules]
lst = "true"
[[indexes]]
fields = ["name"]
uniqe = true
[[checks]]
name = "a"
expression = "true"
mesage = "no"
"#;
    assert_things_faults(
        text,
        r"
            2:1 unknown key `titel` in a collection (did you mean `title`?)
            3:1 unknown key `colour` in a collection (the keys here are `title`, `description`, `label`, `was`, `soft_delete`, `comments`, `share`, `log_reads`, `trash_days`, `order`, `fields`, `members`, `rules`, `indexes`, `checks`)
            6:1 unknown key `requird` in a field (did you mean `required`?)
            8:1 unknown key `lst` in [rules] (did you mean `list`?)
            11:1 unknown key `uniqe` in [[indexes]] (did you mean `unique`?)
            15:1 unknown key `mesage` in [[checks]] (did you mean `message`?)
        ",
    );
}

#[test]
fn keys_of_other_types() {
    let text = r#"
[fields.a]
type = "integer"
pattern = "a"
options = ["a"]
[fields.b]
type = "boolean"
min = 3
[fields.c]
type = "json"
unique = true
index = true
[fields.d]
type = "select"
options = ["a"]
max = 1
"#;
    assert_things_faults(
        text,
        r"
            4:1 `pattern` does not apply to a field of type integer (it is for fields of type text)
            5:1 `options` does not apply to a field of type integer (it is for fields of type select, multi_select)
            8:1 `min` does not apply to a field of type boolean (it is for fields of type text, integer, number, decimal)
            11:1 `unique` does not apply to a field of type json (it is for fields of type text, integer, number, decimal, boolean, datetime, date, select, email, url, relation)
            12:1 `index` does not apply to a field of type json (it is for fields of type text, integer, number, decimal, boolean, datetime, date, select, email, url, relation)
            16:1 `max` does not apply to a field of type select (it is for fields of type text, integer, number, decimal, multi_select)
        ",
    );
}

#[test]
fn keys_below_the_wrong_header() {
    let text = r#"
required = true
[fields.a]
type = "text"
label = "{a}"
list = "true"
expression = "true"
"#;
    assert_things_faults(
        text,
        r"
            2:1 unknown key `required` in a collection (it is a key of a field)
            5:1 unknown key `label` in a field (it is a key of the collection, and stands above the first [table])
            6:1 unknown key `list` in a field (it is a key of [rules])
            7:1 unknown key `expression` in a field (it is a key of [[checks]])
        ",
    );
}

#[test]
fn keys_of_a_field_without_type() {
    // Whether `min` belongs there cannot be said; `required` and `colour` are wrong whatever the type is.
    let text = r#"
[fields.a]
min = "x"
required = 1
colour = 3
"#;
    assert_things_faults(
        text,
        r#"
            2:1 a field needs the key `type` (add it: type = "text")
            4:12 `required` must be true or false, not an integer (for example: required = true)
            5:1 unknown key `colour` in a field (the keys here are `type`, `title`, `description`, `required`, `default`, `hidden`, `read_only`, `write_once`, `read`, `write`, `check`, `was`, `up`, `down`)
        "#,
    );
}

#[test]
fn shapes_of_a_collection() {
    let text = r#"
title = 3
description = ["a"]
label = true
soft_delete = "yes"
order = 4
rules = "true"
indexes = { fields = ["a"] }
checks = [1]
[fields]
a = "text"
"#;
    assert_things_faults(
        text,
        r#"
            2:9 `title` must be a string, not an integer (for example: title = "...")
            3:15 `description` must be a string, not a list (for example: description = "...")
            4:9 `label` must be a string, not a boolean (for example: label = "...")
            5:15 `soft_delete` must be true or false, not a string (for example: soft_delete = true)
            6:9 `order` must be a string, not an integer (for example: order = "-created_at")
            7:9 `rules` must be a table, not a string (for example: [rules])
            8:11 `indexes` must be a list of tables, not a table (for example: [[indexes]])
            9:11 `checks` must be a list of tables (for example: [[checks]])
            11:5 `fields.a` must be a table (a field), not a string (for example: [fields.title])
        "#,
    );
}

#[test]
fn shapes_of_a_field() {
    let text = r#"
[fields.a]
type = 3
[fields.b]
type = "text"
title = 1
required = "true"
check = true
min = "3"
max = 2.5
pattern = 3
multiline = 0
[fields.c]
type = "number"
min = "1"
max = inf
[fields.d]
type = "decimal"
min = 1.5
[fields.e]
type = "json"
schema = "object"
[fields.f]
type = "select"
options = "a"
[fields.g]
type = "relation"
to = 2026-01-31
"#;
    assert_things_faults(
        text,
        r#"
            3:8 `type` must be a string, not an integer (for example: type = "text")
            6:9 `title` must be a string, not an integer (for example: title = "...")
            7:12 `required` must be true or false, not a string (for example: required = true)
            8:9 `check` must be a string, not a boolean (put quotes around it: check = "true")
            9:7 `min` must be an integer, not a string (for example: min = 0)
            10:7 `max` must be an integer, not a number with a point (for example: max = 10000)
            11:11 `pattern` must be a string, not an integer (for example: pattern = "...")
            12:13 `multiline` must be true or false, not an integer (for example: multiline = true)
            15:7 `min` must be a number, not a string (for example: min = 12.5)
            16:7 `max` must be a finite number (use a number such as 12.5)
            19:7 `min` must be a decimal in quotes, not a number with a point (for example: min = "12.50")
            22:10 `schema` must be a table, not a string (for example: schema = { type = "object" })
            25:11 `options` must be a list of strings, not a string (for example: options = ["open", "done"])
            28:6 `to` must be a string, not a date or time (for example: to = "...")
        "#,
    );
}

#[test]
fn rules_are_texts() {
    assert_things_faults(
        "[rules]\nlist = true\nread = 1\n",
        r#"
            2:8 `list` must be a string, not a boolean (put quotes around it: list = "true")
            3:8 `read` must be a string, not an integer (for example: read = "auth.id != null")
        "#,
    );
}

#[test]
fn texts_are_too_long() {
    let text = format!("title = \"{}\"\nlabel = \"{0}\"\n", "a".repeat(201));
    assert_things_faults(
        &text,
        r"
            1:9 `title` has more than 200 characters (make it shorter)
            2:9 `label` has more than 200 characters (make it shorter)
        ",
    );
}

#[test]
fn integers_beyond_64_bits() {
    let text = "[fields.a]\ntype = \"integer\"\nmin = 9223372036854775808\nmax = 0x7fff_ffff_ffff_ffff\n";
    assert_things_faults(
        text,
        r"
            3:7 `min` must fit 64 bits (use a smaller number)
        ",
    );
}
