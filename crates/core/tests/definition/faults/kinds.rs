//! The types' own options.

use crate::support::assert_things_faults;

#[test]
fn bounds_in_the_wrong_order() {
    let text = r#"
[fields.a]
type = "text"
min = 5
max = 3
[fields.b]
type = "integer"
min = 5
max = 3
[fields.c]
type = "number"
min = 0.5
max = 0.25
[fields.d]
type = "decimal"
min = "0.5"
max = "0.25"
[fields.e]
type = "text"
min = 10001
"#;
    assert_things_faults(
        text,
        r"
            4:7 `min` is greater than `max` (no value fits; swap or change them)
            8:7 `min` is greater than `max` (no value fits; swap or change them)
            12:7 `min` is greater than `max` (no value fits; swap or change them)
            16:7 `min` is greater than `max` (no value fits; swap or change them)
            20:7 `min` is greater than `max` (no value fits; swap or change them)
        ",
    );
}

#[test]
fn bounds_beyond_the_limits() {
    let text = r#"
[fields.a]
type = "text"
min = -1
max = 1000001
[fields.b]
type = "decimal"
precision = 19
scale = -1
[fields.c]
type = "json"
max_bytes = 1048577
[fields.d]
type = "multi_select"
options = ["a"]
max = 0
"#;
    assert_things_faults(
        text,
        r"
            4:7 `min` must be between 0 and 1000000 (without the key it is 0)
            5:7 `max` must be between 1 and 1000000 (without the key it is 10000)
            8:13 `precision` must be between 1 and 18 (without the key it is 18)
            9:9 `scale` must be between 0 and 18 (without the key it is 2)
            12:13 `max_bytes` must be between 1 and 1048576 (without the key it is 65536)
            16:7 `max` must be between 1 and 200 (without the key there is no such bound)
        ",
    );
}

#[test]
fn decimals() {
    let text = r#"
[fields.a]
type = "decimal"
precision = 3
scale = 4
min = "12.555"
[fields.b]
type = "decimal"
precision = 5
min = "-1000"
max = "1.555"
[fields.c]
type = "decimal"
max = "1e3"
"#;
    assert_things_faults(
        text,
        r#"
            5:9 `scale` is 4, but `precision` allows 3 digits in all (make `precision` larger or `scale` smaller)
            10:7 `min` has more than 3 digits before the point (the field has 5 digits in all, 2 of them after the point)
            11:7 `max` has more than 2 digits after the point (the field has 5 digits in all, 2 of them after the point)
            14:7 `max` is not a decimal: expected digits with an optional point, such as "12.50" (the field has 18 digits in all, 2 of them after the point)
        "#,
    );
}

#[test]
fn patterns_that_do_not_compile() {
    let text = r#"
[fields.a]
type = "text"
pattern = "(a"
[fields.b]
type = "text"
pattern = '(?=a)b'
[fields.c]
type = "text"
pattern = '\w{1000}{1000}'
"#;
    assert_things_faults(
        text,
        r"
            4:11 `pattern` is not a regular expression: unclosed group (use RE2 syntax; it has no look-around and no back-references)
            7:11 `pattern` is not a regular expression: look-around, including look-ahead and look-behind, is not supported (use RE2 syntax; it has no look-around and no back-references)
            10:11 `pattern` is too large when compiled (repeat less; a field also has `min` and `max`)
        ",
    );
}

#[test]
fn select_options() {
    let text = r#"
[fields.a]
type = "select"
[fields.b]
type = "select"
options = []
[fields.c]
type = "multi_select"
options = ["a", "b", "a", "", " c", "d|e", 3]
default = ["x"]
"#;
    assert_things_faults(
        text,
        r#"
            2:1 a field of type select needs the key `options` (add it: options = ["open", "done"])
            6:11 `options` needs at least one item (for example: options = ["open", "done"])
            9:22 `options` has "a" twice (remove one of them)
            9:27 `options` has an item that cannot be an option: "" (an option is not empty, has no space at its ends, no control character and no |)
            9:31 `options` has an item that cannot be an option: " c" (an option is not empty, has no space at its ends, no control character and no |)
            9:37 `options` has an item that cannot be an option: "d|e" (an option is not empty, has no space at its ends, no control character and no |)
            9:44 `options` must be a list of strings, but has an integer (put quotes around it)
        "#,
    );
}

#[test]
fn too_many_options() {
    let options: Vec<String> = (0..201).map(|number| format!("\"o{number}\"")).collect();
    assert_things_faults(
        &format!(
            "[fields.a]\ntype = \"select\"\noptions = [{}]\n",
            options.join(",\n")
        ),
        r"
            203:1 `options` has 201 items, and at most 200 are possible (remove some)
        ",
    );
}

#[test]
fn schemas() {
    let text = r#"
[fields.a]
type = "json"
schema = { type = "object", properties = { x = { type = "strng" } } }
[fields.b]
type = "json"
[fields.b.schema.properties.x]
minimum = "1"
[fields.c]
type = "json"
schema = { type = "string", pattern = "(" }
[fields.d]
type = "json"
schema = { "$ref" = "https://example.org/schema.json" }
[fields.e]
type = "json"
schema = { minimum = inf }
"#;
    assert_things_faults(
        text,
        r#"
            4:57 `schema` is not a JSON Schema: "strng" is not valid under any of the schemas listed in the 'anyOf' keyword (see https://json-schema.org/understanding-json-schema (draft 2020-12))
            8:11 `schema` is not a JSON Schema: "1" is not of type "number" (see https://json-schema.org/understanding-json-schema (draft 2020-12))
            11:39 `schema` is not a JSON Schema: "(" is not a "regex" (see https://json-schema.org/understanding-json-schema (draft 2020-12))
            14:10 `schema` is not a JSON Schema: Resource 'https://example.org/schema.json' is not present in a registry and retrieving it failed: Retrieval is disabled, cannot fetch https://example.org/schema.json (see https://json-schema.org/understanding-json-schema (draft 2020-12))
            17:22 `schema` has a number that JSON cannot hold (use a finite number of at most 64 bits)
        "#,
    );
}
