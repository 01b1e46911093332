//! The folder of migrations as a whole.

use mainstay_core::migrations::{History, Migration, Operation};

use crate::support::history;

const A: &str = "[fields.a]\ntype = \"text\"\n";

fn three() -> Vec<Migration> {
    let b = format!("{A}[fields.b]\ntype = \"text\"\n");
    let history = history(&[
        Some(&[("things", A)]),
        Some(&[("things", &b)]),
        Some(&[("things", &b), ("parts", A)]),
    ]);
    history.migrations().cloned().collect()
}

fn files(migrations: &[Migration]) -> Vec<(String, String)> {
    let file = |migration: &Migration| (migration.name.clone(), migration.text.clone());
    migrations.iter().map(file).collect()
}

fn faults(files: &[(String, String)]) -> Vec<String> {
    let faults = History::read(files).unwrap_err();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn files_in_any_order() {
    let mut files = files(&three());
    files.reverse();
    let history = History::read(&files).unwrap();
    let names: Vec<&str> = history
        .migrations()
        .map(|migration| migration.name.as_str())
        .collect();
    assert_eq!(names, ["0001_change", "0002_change", "0003_change"]);
    assert_eq!(history.last().unwrap().number, 3);
    assert_eq!(history.state_after(3), history.state());
    let collections = |after| {
        history
            .state_after(after)
            .shape()
            .collections()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(collections(0), "");
    assert_eq!(collections(2), "things users");
    assert_eq!(collections(3), "parts things users");
    assert_eq!(History::read(&[]).unwrap(), History::default());
}

#[test]
fn every_faulty_file_is_told() {
    let mut files = files(&three());
    files[0].1 = "titel = 3".to_owned();
    files[2].0 = "3_change".to_owned();
    assert_eq!(
        faults(&files),
        [
            "migrations/0001_change.toml: `titel` is not a key of a migration; there are title, parent, contract, operations",
            "migrations/3_change.toml: its name is not a number of four digits and words of the letters a to z, such as \
             0007_add_due_date",
        ]
    );
}

#[test]
fn two_branches_have_met() {
    let migrations = three();
    let other = |number: u32, parent: Option<&Migration>| {
        let rename = Operation::RenameField {
            collection: "things".to_owned(),
            from: "a".to_owned(),
            to: "x".to_owned(),
        };
        Migration::write(number, "other", parent, false, vec![rename])
    };
    for (number, parent, expected) in [
        (
            3,
            Some(&migrations[1]),
            "migrations/0003_other.toml: migrations/0003_change.toml has the same parent: two branches have met",
        ),
        (
            2,
            Some(&migrations[0]),
            "migrations/0002_other.toml: migrations/0002_change.toml has the same parent: two branches have met",
        ),
        (
            4,
            Some(&migrations[1]),
            "migrations/0004_other.toml: migrations/0003_change.toml has the same parent: two branches have met",
        ),
        (
            4,
            None,
            "migrations/0004_other.toml: migrations/0001_change.toml has the same parent: two branches have met",
        ),
    ] {
        let mut files = files(&migrations);
        let other = other(number, parent);
        files.push((other.name, other.text));
        let hint = "remove the one that is not released yet, and make it anew with `mainstay migrate new`";
        assert_eq!(faults(&files), [format!("{expected}; {hint}")]);
    }
}

#[test]
fn an_edited_parent() {
    let mut files = files(&three());
    files[1].1 = files[1].1.replace("title = \"change\"", "title = \"changed\"");
    assert_eq!(
        faults(&files),
        [
            "migrations/0003_change.toml: it does not follow migrations/0002_change.toml: its parent is another file, or one \
             that was edited; restore the file before it as it was released; a change goes into a new migration"
        ]
    );
}

#[test]
fn a_missing_file() {
    let restore = "restore the file before it as it was released; a change goes into a new migration";
    let mut first_missing = files(&three());
    first_missing.remove(0);
    assert_eq!(
        faults(&first_missing),
        [format!(
            "migrations/0002_change.toml: it is the first and has a parent: a file before it is missing; {restore}"
        )]
    );
    let mut middle_missing = files(&three());
    middle_missing.remove(1);
    assert_eq!(
        faults(&middle_missing),
        [format!(
            "migrations/0003_change.toml: it does not follow migrations/0001_change.toml: its parent is another file, or one \
             that was edited; {restore}"
        )]
    );
}

#[test]
fn a_wrong_number() {
    for (index, name, expected) in [(2, "0005_change", "0003"), (0, "0002_change", "0001")] {
        let mut files = files(&three()[..=index]);
        files[index].0 = name.to_owned();
        assert_eq!(
            faults(&files),
            [format!(
                "migrations/{name}.toml: its number should be {expected}; rename the file: numbers follow one another"
            )]
        );
    }
}

/// A step after the first migration, and what is said about it.
const UNFIT: &[(&str, &str)] = &[
    (
        r#"{ do = "rename_field", collection = "thing", from = "a", to = "b" }"#,
        "there is no collection `thing` here",
    ),
    (
        r#"{ do = "rename_field", collection = "things", from = "x", to = "b" }"#,
        "`things` has no field `x` here",
    ),
    (
        r#"{ do = "add_field", collection = "things", field = "a", declaration = { type = "text" } }"#,
        "`things` has a field `a` already",
    ),
    (
        r#"{ do = "add_collection", collection = "things", declaration = {} }"#,
        "there is a collection `things` already",
    ),
    (
        r#"{ do = "remove_field", collection = "things", field = "a", declaration = { type = "text", max = 3 } }"#,
        "`things` is declared in another way here: a: no max, was 3",
    ),
    (
        r#"{ do = "remove_index", collection = "things", index = { fields = ["a"] } }"#,
        "`things` is declared in another way here: indexes does not have it",
    ),
    (
        r#"{ do = "remove_collection", collection = "users", declaration = {} }"#,
        "`users` is declared in another way here: every application has users",
    ),
    (
        r#"{ do = "rename_collection", from = "users", to = "people" }"#,
        "`users` is declared in another way here: every application has users",
    ),
    (
        r#"{ do = "add_index", collection = "things", index = { fields = ["x"] } }"#,
        "the shape that it makes is not valid: `things` has no field `x`",
    ),
    (
        r#"{ do = "tighten", table = "things", what = "a: required" }"#,
        "demand of things: a: required takes something away: it belongs into a migration with `contract = true`",
    ),
    (
        r#"{ do = "sql", class = "contract", about = "empty it" }"#,
        "empty it (SQL written by hand) takes something away: it belongs into a migration with `contract = true`",
    ),
];

#[test]
fn steps_that_do_not_follow() {
    for (step, expected) in UNFIT {
        let table: toml::Table = format!("step = {step}").parse().unwrap();
        let step: Operation = table["step"].clone().try_into().unwrap();
        let mut history = history(&[Some(&[("things", A)])]);
        let before = history.clone();
        let fault = history
            .push(history.next("wrong", false, vec![step]))
            .unwrap_err();
        assert_eq!(
            fault.to_string(),
            format!("migrations/0002_wrong.toml: {expected}")
        );
        assert_eq!(history, before);
    }
}
