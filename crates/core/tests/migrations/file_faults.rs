//! Files that are no migrations, each with what is said about it.

use mainstay_core::migrations::Migration;

const GOOD: &str = "title = \"t\"\n[[operations]]\ndo = \"rename_field\"\nclass = \"expand\"\nback = \"as before\"\n\
                    collection = \"a\"\nfrom = \"b\"\nto = \"c\"\n";

fn fault(name: &str, text: &str) -> String {
    Migration::read(name, text).unwrap_err().to_string()
}

#[test]
fn names() {
    for name in ["0001_a", "0012_add_due_2", "12345_b"] {
        assert!(Migration::read(name, GOOD).is_ok(), "{name}");
    }
    for name in [
        "",
        "a",
        "1_a",
        "001_a",
        "0000_a",
        "+001_a",
        "0001",
        "0001_",
        "0001_A",
        "0001_a b",
        "0001-a",
        "00x1_a",
        "99999999999_a",
    ] {
        assert_eq!(
            fault(name, GOOD),
            "its name is not a number of four digits and words of the letters a to z, such as 0007_add_due_date",
            "{name}"
        );
    }
}

/// What is written instead of what, and what is said about it.
const FAULTS: &[(&str, &str, &str)] = &[
    (
        "title = \"t\"",
        "titel = \"t\"",
        "`titel` is not a key of a migration; there are title, parent, contract, operations",
    ),
    ("title = \"t\"", "", "it has no title"),
    ("title = \"t\"", "title = 3", "`title` is a text"),
    (
        "title = \"t\"",
        "title = \"t\"\nparent = 3",
        "`parent` is the digest of the migration before it",
    ),
    (
        "title = \"t\"",
        "title = \"t\"\ncontract = \"yes\"",
        "`contract` is true or false",
    ),
    (
        "[[operations]]",
        "[operations]",
        "`operations` is a list: each begins with [[operations]]",
    ),
    ("do = \"rename_field\"\n", "", "operation 1: missing field `do`"),
    (
        "collection = \"a\"\n",
        "",
        "operation 1: missing field `collection`",
    ),
    (
        "collection = \"a\"",
        "collection = 1",
        "operation 1: invalid type: integer `1`, expected a string",
    ),
    (
        "to = \"c\"",
        "to = \"c\"\nup = \"x\"",
        "operation 1: unknown field `up`, expected one of `collection`, `from`, `to`",
    ),
    (
        "class = \"expand\"",
        "class = \"contract\"",
        "operation 1: its class is \"expand\", not \"contract\"",
    ),
    (
        "class = \"expand\"\n",
        "",
        "operation 1: its class is \"expand\", not \"\"",
    ),
    (
        "back = \"as before\"",
        "back = \"none\"",
        "operation 1: its way back is \"as before\"",
    ),
    (
        "back = \"as before\"\n",
        "",
        "operation 1: its way back is \"as before\"",
    ),
];

#[test]
fn files() {
    for (from, to, expected) in FAULTS {
        assert!(GOOD.contains(from), "{from}");
        assert_eq!(fault("0001_a", &GOOD.replacen(from, to, 1)), *expected);
    }
    let unknown = fault("0001_a", &GOOD.replace("rename_field", "rename"));
    assert!(
        unknown.starts_with("operation 1: unknown variant `rename`, expected one of `add_collection`"),
        "{unknown}"
    );
    let toml = fault("0001_a", "title = \"t\"\n[[operations]\n");
    assert!(
        toml.starts_with("the TOML is not valid: TOML parse error at line 2"),
        "{toml}"
    );
    assert_eq!(
        fault("0001_a", "title = \"t\"\noperations = [1]"),
        "operation 1: it is not a table"
    );
}

#[test]
fn steps_by_hand() {
    let step =
        "title = \"t\"\n[[operations]]\ndo = \"sql\"\nclass = \"backfill\"\nabout = \"x\"\nsqlite = \"y\"\n";
    let migration = Migration::read("0001_a", step).unwrap();
    let steps: Vec<_> = migration.sql_steps().collect();
    assert_eq!(
        (steps[0].about, steps[0].sqlite, steps[0].postgres),
        ("x", Some("y"), None)
    );
    assert_eq!(migration.operations[0].back(), None);
    assert_eq!(migration.operations[0].sentence(), "x (SQL written by hand)");
    let both_ways = format!("{step}back_sqlite = \"z\"\nback = \"the statements written for it\"\n");
    assert!(Migration::read("0001_a", &both_ways).is_ok());
    assert_eq!(
        fault("0001_a", &both_ways.replace("back_sqlite = \"z\"\n", "")),
        "operation 1: its way back is \"none\""
    );
    let unknown = fault("0001_a", &step.replace("backfill", "later"));
    assert_eq!(
        unknown,
        "operation 1: unknown variant `later`, expected one of `expand`, `backfill`, `contract`"
    );
}
