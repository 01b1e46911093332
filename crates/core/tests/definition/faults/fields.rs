//! Options that every type has, alone and together, and defaults.

use crate::support::assert_things_faults;

#[test]
fn unknown_and_missing_types() {
    let text = r#"
[fields.a]
type = "string"
[fields.b]
type = "Integer"
[fields.c]
title = "C"
[fields.d]
type = "quaternion"
"#;
    assert_things_faults(
        text,
        r#"
            3:8 `type` cannot be "string" (did you mean "text"?)
            5:8 `type` cannot be "Integer" (did you mean "integer"?)
            6:1 a field needs the key `type` (add it: type = "text")
            9:8 `type` cannot be "quaternion" (use "text", "integer", "number", "decimal", "boolean", "datetime", "date", "select", "multi_select", "json", "email", "url" or "relation")
        "#,
    );
}

#[test]
fn fields_that_nobody_can_set() {
    let text = r#"
[fields.a]
type = "text"
required = true
read_only = true
[fields.b]
type = "text"
required = true
read_only = true
default = "b"
[fields.c]
type = "text"
required = true
hidden = true
"#;
    assert_things_faults(
        text,
        r"
            5:13 `a` is required and read-only, but nobody can set it (give it a default, or remove `required` or `read_only`)
        ",
    );
}

#[test]
fn read_only_and_write_once() {
    assert_things_faults(
        "[fields.a]\ntype = \"text\"\nread_only = true\nwrite_once = true\n",
        r"
            4:14 `a` cannot be both read_only and write_once (keep write_once if clients set it at creation, read_only if they never do)
        ",
    );
}

#[test]
fn unique_and_index_where_they_do_not_apply() {
    let text = r#"
[fields.a]
type = "text"
rich = true
unique = true
index = true
[fields.b]
type = "multi_select"
options = ["a"]
unique = true
[fields.c]
type = "relation"
to = "things"
many = true
index = true
"#;
    assert_things_faults(
        text,
        r"
            5:10 `unique` does not apply to a rich text (remove `unique`)
            6:9 `index` does not apply to a rich text (remove `index`)
            10:1 `unique` does not apply to a field of type multi_select (it is for fields of type text, integer, number, decimal, boolean, datetime, date, select, email, url, relation)
            15:9 `index` does not apply to a relation to many (remove `index`)
        ",
    );
}

#[test]
fn defaults_of_the_wrong_type() {
    for (options, default, message) in [
        ("type = \"text\"", "3", "must be a string, not a number"),
        ("type = \"integer\"", "\"3\"", "must be an integer, not a string"),
        (
            "type = \"integer\"",
            "3.0",
            "must be an integer without a decimal point or exponent",
        ),
        ("type = \"number\"", "true", "must be a number, not a boolean"),
        (
            "type = \"number\"",
            "nan",
            "must be a finite number of at most 64 bits",
        ),
        (
            "type = \"decimal\"",
            "1.5",
            "must be a decimal written as a string such as \"12.50\", not a number",
        ),
        (
            "type = \"boolean\"",
            "\"true\"",
            "must be true or false, not a string",
        ),
        (
            "type = \"email\"",
            "\"ada\"",
            "is not an e-mail address such as ada@example.org",
        ),
        (
            "type = \"url\"",
            "\"ftp://a.b\"",
            "must start with http:// or https://",
        ),
        (
            "type = \"multi_select\"\noptions = [\"a\"]",
            "\"a\"",
            "must be a list, not a string",
        ),
    ] {
        let text = format!("[fields.a]\n{options}\ndefault = {default}\n");
        let line = text.lines().count();
        let hint = "use a value that a client could send for this field";
        assert_things_faults(&text, &format!("{line}:11 `default` {message} ({hint})"));
    }
}

#[test]
fn defaults_outside_the_bounds() {
    for (options, default, message) in [
        (
            "type = \"text\"\nmax = 2",
            "\"abc\"",
            "has more than 2 characters",
        ),
        (
            "type = \"text\"\npattern = \"^[a-z]$\"",
            "\"A\"",
            "does not match the pattern ^[a-z]$",
        ),
        ("type = \"text\"", "\"a\\nb\"", "must not contain line breaks"),
        ("type = \"integer\"\nmin = 5", "4", "must be at least 5"),
        ("type = \"number\"\nmax = 1.5", "2", "must be at most 1.5"),
        (
            "type = \"decimal\"\nmax = \"9.99\"",
            "\"10\"",
            "must be at most 9.99",
        ),
        (
            "type = \"decimal\"\nscale = 1",
            "\"0.25\"",
            "has more than 1 digit after the point",
        ),
        (
            "type = \"select\"\noptions = [\"a\", \"b\"]",
            "\"c\"",
            "must be one of \"a\", \"b\"",
        ),
        (
            "type = \"multi_select\"\noptions = [\"a\", \"b\"]",
            "[\"a\", \"c\"]",
            "has \"c\", which is not one of \"a\", \"b\"",
        ),
        (
            "type = \"multi_select\"\noptions = [\"a\", \"b\"]\nmax = 1",
            "[\"a\", \"b\"]",
            "has more than 1 item",
        ),
        (
            "type = \"json\"\nschema = { required = [\"x\"] }",
            "{ y = 1 }",
            "does not fit its schema: \"x\" is a required property",
        ),
    ] {
        let text = format!("[fields.a]\n{options}\ndefault = {default}\n");
        let line = text.lines().count();
        let hint = "use a value that a client could send for this field";
        assert_things_faults(&text, &format!("{line}:11 `default` {message} ({hint})"));
    }
}

#[test]
fn defaults_of_times() {
    let text = r#"
[fields.a]
type = "datetime"
default = "yesterday"
[fields.b]
type = "date"
default = 2026-01-31T12:00:00Z
[fields.c]
type = "date"
default = 2026-01-31
[fields.d]
type = "datetime"
default = 2026-01-31T12:00:00+02:00
[fields.e]
type = "datetime"
default = "now()"
[fields.f]
type = "text"
default = "now()"
"#;
    assert_things_faults(
        text,
        r#"
            4:11 `default` is not a date and time: expected RFC 3339 with an offset, such as 2026-01-31T12:00:00Z (for example 2026-01-31T12:00:00Z, or "now()")
            7:11 `default` is not a date: expected year, month and day, such as 2026-01-31 (for example 2026-01-31, or "now()")
            19:11 `now()` is not a default for a field of type text (only a datetime or a date can start as the current time)
        "#,
    );
}

#[test]
fn defaults_of_relations() {
    let text = r#"
[fields.a]
type = "relation"
to = "users"
default = "auth.id"
[fields.b]
type = "relation"
to = "things"
default = "auth.id"
[fields.c]
type = "relation"
to = "users"
many = true
default = "auth.id"
[fields.d]
type = "text"
default = "auth.id"
[fields.e]
type = "relation"
to = "users"
default = "ada"
"#;
    assert_things_faults(
        text,
        r#"
            9:11 `auth.id` is a default for relations to one user only (use it with type = "relation" and to = "users")
            14:11 `auth.id` is a default for relations to one user only (use it with type = "relation" and to = "users")
            17:11 `auth.id` is a default for relations to one user only (use it with type = "relation" and to = "users")
            21:11 `default` is not an id: expected a UUID such as 0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c (use "auth.id" with a relation to users, or the id of a record)
        "#,
    );
}
