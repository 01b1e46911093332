//! Rules and checks: their faults stand at their places in the file.

use crate::support::{assert_faults, assert_things_faults};

#[test]
fn places_in_strings_of_every_kind() {
    let text = r#"
[fields.name]
type = "text"
[rules]
list = "record.nme == 'a'"
read = '  record.nme == "a"'
create = """
input.name == 'a'
  && input.nme == 'ä'
"""
update = '''
record.name == 'ä' && record.nme == 'a'
'''
delete = "record.nme == \"a\""
"#;
    assert_things_faults(
        text,
        r"
            5:16 `things` has no field `nme` (did you mean `name`?)
            6:18 `things` has no field `nme` (did you mean `name`?)
            9:12 `things` has no field `nme` (did you mean `name`?)
            12:30 `things` has no field `nme` (did you mean `name`?)
            14:10 `things` has no field `nme` (did you mean `name`?)
        ",
    );
}

#[test]
fn a_rule_for_comments_where_there_are_none() {
    let rule = "\n[rules]\nread = \"true\"\ncomment = \"record.nme == 'a'\"\n";
    assert_things_faults(
        rule,
        r"
            4:11 there is a rule for comments, and nobody can comment on these records (add `comments = true` to the collection, or remove the rule)
            4:19 `things` has no field `nme` (the fields are `id`, `version`, `created_at`, `updated_at`, `created_by`)
        ",
    );
    assert_things_faults(
        &format!("comments = true{rule}"),
        "4:19 `things` has no field `nme` (the fields are `id`, `version`, `created_at`, `updated_at`, `created_by`)",
    );
}

#[test]
fn several_faults_in_several_expressions() {
    let text = r#"
[fields.size]
type = "integer"
check = "record.size > 'a'"
[[checks]]
name = "sizes"
expression = "record.size"
[rules]
list = "record.size = 3"
read = "input.size == 3"
create = "auth.nme == 'a' || request.tme == now()"
"#;
    assert_things_faults(
        text,
        r"
            4:10 an integer and a text cannot be compared (write the number without quotes)
            7:15 a condition is needed here, and this is an integer (compare it, or use `has(...)` to ask whether it is there)
            9:21 `=` means nothing here (use `==` to compare)
            10:9 `input` is known in create and update rules only (use `record`)
            11:16 `users` has no field `nme` (the fields are `id`, `version`, `created_at`, `updated_at`, `created_by`, `email`, `administrator`, `active`)
            11:38 a request has no `tme` (a request has `request.method` and `request.time`)
        ",
    );
}

#[test]
fn a_broken_field_silences_its_expressions_only() {
    let text = r#"
[fields.size]
type = "intger"
check = "record.size > 0"
[fields.name]
type = "text"
[rules]
list = "record.size > 0"
read = "record.name > 0"
"#;
    assert_things_faults(
        text,
        r#"
            3:8 `type` cannot be "intger" (did you mean "integer"?)
            9:9 a text and an integer cannot be compared
        "#,
    );
}

#[test]
fn a_misspelt_key_silences_what_it_may_have_meant() {
    let desks = "[fields.room]\ntype = \"relation\"\nto = \"rooms\"\nbak = \"desks\"\nmny = true\n";
    let rooms = r#"
[fields.state]
type = "select"
option = ["open"]
[rules]
list = "record.desks.exists(d, d.room.exists(r, true))"
read = "record.state == 'open'"
update = "record.stat == 'open'"
"#;
    assert_faults(
        &[
            ("collections/desks.toml", desks),
            ("collections/rooms.toml", rooms),
        ],
        r"
            collections/desks.toml:4:1 unknown key `bak` in a field (did you mean `back`?)
            collections/desks.toml:5:1 unknown key `mny` in a field (did you mean `many`?)
            collections/rooms.toml:4:1 unknown key `option` in a field (did you mean `options`?)
            collections/rooms.toml:8:18 `rooms` has no field `stat` (did you mean `state`?)
        ",
    );
}

#[test]
fn users_may_be_used_without_a_file() {
    assert_faults(
        &[(
            "collections/things.toml",
            "[rules]\nlist = \"auth.active && auth.administrator && auth.emial != ''\"\n",
        )],
        r"
            collections/things.toml:2:51 `users` has no field `emial` (did you mean `email`?)
        ",
    );
}
