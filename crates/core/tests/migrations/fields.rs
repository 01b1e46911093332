//! Changes of fields.

use crate::support::{assert_change, compared, told};

const TITLE: &str = "[fields.title]\ntype = \"text\"\n";

fn with(field: &str) -> String {
    format!("{TITLE}[fields.extra]\n{field}")
}

#[test]
fn nothing_changes_what_people_alone_see() {
    let before = with("type = \"integer\"\n[rules]\nlist = \"true\"");
    let after = with(
        "type = \"integer\"\ntitle = \"Extra\"\ndescription = \"More\"\nrequired = false\nhidden = true\n\
         [rules]\nlist = \"false\"",
    );
    assert_change(&before, &after, "");
}

#[test]
fn add_fields() {
    for (field, told) in [
        (
            "type = \"integer\"\nmin = 1",
            "expand: add things.extra (integer) (the field is dropped with its values)",
        ),
        (
            "type = \"integer\"\nup = \"size(record.title)\"",
            "backfill: add things.extra (integer) (the field is dropped with its values)",
        ),
        (
            "type = \"relation\"\nto = \"users\"\nmany = true",
            "expand: add things.extra (relation) (the field is dropped with its values)",
        ),
        // Existing records get what they would have got at their creation.
        (
            "type = \"datetime\"\nrequired = true\ndefault = \"now()\"",
            "backfill: add things.extra (datetime) (the field is dropped with its values)",
        ),
        (
            "type = \"datetime\"\ndefault = \"now()\"",
            "expand: add things.extra (datetime) (the field is dropped with its values)",
        ),
        (
            "type = \"relation\"\nto = \"users\"\nrequired = true\ndefault = \"auth.id\"",
            "backfill: add things.extra (relation) (the field is dropped with its values)",
        ),
    ] {
        assert_change(TITLE, &with(field), told);
    }
}

#[test]
fn remove_a_field() {
    assert_change(
        &with("type = \"integer\""),
        TITLE,
        "expand: stop using things.extra (nothing is lost before the contract)",
    );
}

#[test]
fn change_what_stays_in_its_column() {
    for (before, after, told) in [
        (
            "type = \"text\"\nmax = 200",
            "type = \"text\"\nmax = 500",
            "expand: change things.extra: max 200 -> 500 (as before)",
        ),
        (
            "type = \"text\"",
            "type = \"text\"\nrequired = true\ndefault = \"x\"",
            "expand: change things.extra: default \"x\", required (as before)",
        ),
        (
            "type = \"text\"\nunique = true\nmin = 3",
            "type = \"text\"\nindex = true",
            "expand: change things.extra: index, no min, was 3, no longer unique (as before)",
        ),
        (
            "type = \"select\"\noptions = [\"a\", \"b\"]",
            "type = \"select\"\noptions = [\"b\", \"c\"]",
            "expand: change things.extra: options [\"a\", \"b\"] -> [\"b\", \"c\"] (as before)",
        ),
        (
            "type = \"decimal\"\nprecision = 5",
            "type = \"decimal\"\nscale = 2\nprecision = 8",
            "expand: change things.extra: precision 5 -> 8, scale 2 (as before)",
        ),
        (
            "type = \"integer\"\ncheck = \"record.extra > 1\"",
            "type = \"integer\"\ncheck = \"record.extra > 2\"",
            "expand: change things.extra: check \"record.extra > 1\" -> \"record.extra > 2\" (as before)",
        ),
        (
            "type = \"relation\"\nto = \"users\"",
            "type = \"relation\"\nto = \"users\"\non_delete = \"set_null\"",
            "expand: change things.extra: on_delete \"set_null\" (as before)",
        ),
    ] {
        assert_change(&with(before), &with(after), told);
    }
}

#[test]
fn change_the_type() {
    for (before, after, told) in [
        (
            "type = \"text\"",
            "type = \"integer\"",
            "backfill: change things.extra: type \"text\" -> \"integer\" (the values before are still there, kept in step)",
        ),
        (
            "type = \"decimal\"",
            "type = \"decimal\"\nscale = 4",
            "backfill: change things.extra: scale 4 (the values before are still there, kept in step)",
        ),
        (
            "type = \"boolean\"",
            "type = \"date\"\nup = \"record.extra ? date('2026-01-31') : null\"",
            "backfill: change things.extra: type \"boolean\" -> \"date\" (the values before are still there, without those \
             of later records)",
        ),
        (
            "type = \"text\"",
            "type = \"json\"",
            "! how things.extra becomes a json from a text is not clear: write up = \"...\" into its declaration, an \
             expression over record.extra",
        ),
        (
            "type = \"relation\"\nto = \"users\"",
            "type = \"relation\"\nto = \"users\"\nmany = true",
            "! things.extra cannot lead elsewhere or to another number of records: add a field beside it, and remove this \
             one when its values have moved; or say --remove things.extra, and they are lost",
        ),
        (
            "type = \"relation\"\nto = \"users\"",
            "type = \"relation\"\nto = \"things\"",
            "! things.extra cannot lead elsewhere or to another number of records: add a field beside it, and remove this \
             one when its values have moved; or say --remove things.extra, and they are lost",
        ),
        (
            "type = \"text\"",
            "type = \"relation\"\nto = \"users\"",
            "! things.extra cannot lead elsewhere or to another number of records: add a field beside it, and remove this \
             one when its values have moved; or say --remove things.extra, and they are lost",
        ),
    ] {
        assert_change(&with(before), &with(after), told);
    }
}

#[test]
fn every_change_of_type_is_worked_out_or_refused() {
    let types = [
        "text",
        "integer",
        "number",
        "decimal",
        "boolean",
        "datetime",
        "date",
        "select",
        "multi_select",
        "json",
        "email",
        "url",
    ];
    let field = |ty: &str| {
        let options = if ty.ends_with("select") {
            "\noptions = [\"a\"]"
        } else {
            ""
        };
        format!("[fields.a]\ntype = \"{ty}\"{options}\n")
    };
    let mut table = String::new();
    for from in types {
        for to in types.iter().filter(|to| **to != from) {
            let (old, new) = (field(from), field(to));
            let comparison = compared(&[("things", &old)], &[("things", &new)]);
            if let Some(operation) = comparison.operations.first() {
                let json = serde_json::to_value(operation).unwrap();
                let up = json["up"].as_str().unwrap();
                let down = json["down"].as_str().unwrap_or("-");
                table.push_str(&format!("{from} {to}: {up} | {down}\n"));
            } else {
                assert!(
                    told(&comparison).contains("is not clear"),
                    "{}",
                    told(&comparison)
                );
            }
        }
    }
    assert_eq!(table, CONVERSIONS, "\nfound:\n{table}");
}

const CONVERSIONS: &str = "\
text integer: int(record.a) | string(record.a)
text number: double(record.a) | string(record.a)
text decimal: decimal(record.a, 2) | string(record.a)
text boolean: bool(record.a) | string(record.a)
text datetime: timestamp(record.a) | string(record.a)
text date: date(record.a) | string(record.a)
text select: record.a | record.a
text email: record.a | record.a
text url: record.a | record.a
integer text: string(record.a) | int(record.a)
integer number: double(record.a) | int(record.a)
integer decimal: decimal(record.a, 2) | int(record.a)
integer boolean: bool(record.a) | int(record.a)
integer select: string(record.a) | int(record.a)
integer email: string(record.a) | int(record.a)
integer url: string(record.a) | int(record.a)
number text: string(record.a) | double(record.a)
number integer: int(record.a) | double(record.a)
number decimal: decimal(record.a, 2) | double(record.a)
number select: string(record.a) | double(record.a)
number email: string(record.a) | double(record.a)
number url: string(record.a) | double(record.a)
decimal text: string(record.a) | decimal(record.a, 2)
decimal integer: int(record.a) | decimal(record.a, 2)
decimal number: double(record.a) | decimal(record.a, 2)
decimal select: string(record.a) | decimal(record.a, 2)
decimal email: string(record.a) | decimal(record.a, 2)
decimal url: string(record.a) | decimal(record.a, 2)
boolean text: string(record.a) | bool(record.a)
boolean integer: int(record.a) | bool(record.a)
boolean select: string(record.a) | bool(record.a)
boolean email: string(record.a) | bool(record.a)
boolean url: string(record.a) | bool(record.a)
datetime text: string(record.a) | timestamp(record.a)
datetime date: date(record.a) | timestamp(record.a)
datetime select: string(record.a) | timestamp(record.a)
datetime email: string(record.a) | timestamp(record.a)
datetime url: string(record.a) | timestamp(record.a)
date text: string(record.a) | date(record.a)
date datetime: timestamp(record.a) | date(record.a)
date select: string(record.a) | date(record.a)
date email: string(record.a) | date(record.a)
date url: string(record.a) | date(record.a)
select text: record.a | record.a
select integer: int(record.a) | string(record.a)
select number: double(record.a) | string(record.a)
select decimal: decimal(record.a, 2) | string(record.a)
select boolean: bool(record.a) | string(record.a)
select datetime: timestamp(record.a) | string(record.a)
select date: date(record.a) | string(record.a)
select email: record.a | record.a
select url: record.a | record.a
email text: record.a | record.a
email integer: int(record.a) | string(record.a)
email number: double(record.a) | string(record.a)
email decimal: decimal(record.a, 2) | string(record.a)
email boolean: bool(record.a) | string(record.a)
email datetime: timestamp(record.a) | string(record.a)
email date: date(record.a) | string(record.a)
email select: record.a | record.a
email url: record.a | record.a
url text: record.a | record.a
url integer: int(record.a) | string(record.a)
url number: double(record.a) | string(record.a)
url decimal: decimal(record.a, 2) | string(record.a)
url boolean: bool(record.a) | string(record.a)
url datetime: timestamp(record.a) | string(record.a)
url date: date(record.a) | string(record.a)
url select: record.a | record.a
url email: record.a | record.a
";

#[test]
fn a_marked_rename() {
    let marked = "[fields.name]\ntype = \"text\"\nwas = \"title\"\n";
    assert_change(TITLE, marked, "expand: rename things.title to name (as before)");
    // Long after the rename the mark may still be there.
    assert_change(marked, marked, "");
    assert_change(
        "",
        marked,
        "expand: add things.name (text) (the field is dropped with its values)",
    );
}

#[test]
fn a_rename_takes_its_references_along() {
    let text = |name: &str, mark: &str| {
        format!(
            "order = \"{name}\"\n[fields.{name}]\ntype = \"text\"\ncheck = \"size(record.{name}) > 1\"\n{mark}\
             [fields.other]\ntype = \"text\"\ncheck = \"record.other != record.{name} && 'record.title' != ''\"\n\
             [[indexes]]\nfields = [\"other\", \"{name}\"]\n\
             [[checks]]\nname = \"both\"\nexpression = \"record . {name} != 'x'\"\n"
        )
    };
    assert_change(
        &text("title", ""),
        &text("name", "was = \"title\"\n"),
        "expand: rename things.title to name (as before)",
    );
}

#[test]
fn a_rename_and_a_change_at_once() {
    assert_change(
        TITLE,
        "[fields.name]\ntype = \"integer\"\nwas = \"title\"\n",
        "expand: rename things.title to name (as before)
         backfill: change things.name: type \"text\" -> \"integer\" (the values before are still there, kept in step)",
    );
    let comparison = compared(
        &[("things", TITLE)],
        &[("things", "[fields.name]\ntype = \"integer\"\nwas = \"title\"\n")],
    );
    let change = serde_json::to_value(&comparison.operations[1]).unwrap();
    assert_eq!(change["up"], "int(record.title)", "over the record as it was");
    assert_eq!(change["down"], "string(record.name)", "over the record as it is");
}

#[test]
fn marks_that_contradict() {
    assert_change(
        TITLE,
        "[fields.title]\ntype = \"text\"\n[fields.name]\ntype = \"text\"\nwas = \"title\"\n",
        "expand: add things.name (text) (the field is dropped with its values)
         ! things.name says that it was title, but there is still a things.title: remove the mark, or rename in one \
         migration and use the name again in the next",
    );
    assert_change(
        TITLE,
        "[fields.label]\ntype = \"text\"\nwas = \"title\"\n[fields.name]\ntype = \"text\"\nwas = \"title\"\n",
        "expand: rename things.title to label (as before)
         expand: add things.name (text) (the field is dropped with its values)
         ! things.label and things.name both say that they were title: remove the mark from one of them",
    );
}

#[test]
fn a_split_is_no_rename() {
    // Both new fields say how they come about, so nobody is asked whether one of them is the old one.
    assert_change(
        "[fields.name]\ntype = \"text\"\n",
        "[fields.first]\ntype = \"text\"\nup = \"record.name\"\n[fields.last]\ntype = \"text\"\nup = \"record.name\"\n",
        "backfill: add things.first (text) (the field is dropped with its values)
         backfill: add things.last (text) (the field is dropped with its values)
         expand: stop using things.name (nothing is lost before the contract)",
    );
}
