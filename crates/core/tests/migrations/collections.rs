//! Changes of collections, their indexes and checks.

use crate::support::{assert_change, assert_lines, compared, told};

const FIELDS: &str = "[fields.a]\ntype = \"text\"\n[fields.b]\ntype = \"integer\"\n";

fn with(more: &str) -> String {
    format!("{FIELDS}{more}")
}

#[test]
fn add_and_remove_collections() {
    let both = [
        ("things", FIELDS),
        ("parts", "[fields.thing]\ntype = \"relation\"\nto = \"things\"\n"),
    ];
    assert_lines(
        &told(&compared(&[], &both)),
        "expand: add the collection parts (the collection is dropped with its records)
         expand: add the collection things (the collection is dropped with its records)",
    );
    assert_lines(
        &told(&compared(&both, &[])),
        "expand: stop using the collection parts (nothing is lost before the contract)
         expand: stop using the collection things (nothing is lost before the contract)",
    );
}

#[test]
fn a_collection_goes_with_what_points_to_it() {
    let parts = "[fields.thing]\ntype = \"relation\"\nto = \"things\"\n[fields.name]\ntype = \"text\"\n";
    assert_lines(
        &told(&compared(
            &[("things", FIELDS), ("parts", parts)],
            &[("parts", "[fields.name]\ntype = \"text\"\n")],
        )),
        "expand: stop using parts.thing (nothing is lost before the contract)
         expand: stop using the collection things (nothing is lost before the contract)",
    );
}

#[test]
fn a_marked_rename() {
    let parts = |to: &str| format!("[fields.of]\ntype = \"relation\"\nto = \"{to}\"\n");
    let marked = format!("was = \"things\"\n{FIELDS}");
    let (before, after) = (parts("things"), parts("goods"));
    assert_lines(
        &told(&compared(
            &[("things", FIELDS), ("parts", &before)],
            &[("goods", &marked), ("parts", &after)],
        )),
        "expand: rename the collection things to goods (as before)",
    );
    let comparison = compared(
        &[("things", FIELDS)],
        &[("goods", &marked), ("things", "[fields.c]\ntype = \"date\"\n")],
    );
    assert_eq!(
        comparison.refused,
        [
            "goods says that it was things, but there is still a things: remove the mark, or rename in one migration and use \
             the name again in the next"
        ]
    );
}

#[test]
fn a_collection_and_its_field_renamed_at_once() {
    let after =
        "was = \"things\"\n[fields.x]\ntype = \"text\"\nwas = \"a\"\n[fields.b]\ntype = \"integer\"\n";
    assert_lines(
        &told(&compared(&[("things", FIELDS)], &[("goods", after)])),
        "expand: rename the collection things to goods (as before)
         expand: rename goods.a to x (as before)",
    );
}

#[test]
fn users_are_always_there() {
    let users = "[fields.name]\ntype = \"text\"\n";
    assert_lines(
        &told(&compared(&[], &[("users", users)])),
        "expand: add users.name (text) (the field is dropped with its values)",
    );
    assert_lines(
        &told(&compared(&[("users", users)], &[])),
        "expand: stop using users.name (nothing is lost before the contract)",
    );
}

#[test]
fn soft_delete_and_order() {
    for (before, after, expected) in [
        (
            "",
            "soft_delete = true\n",
            "expand: change things: soft_delete (as before)",
        ),
        (
            "soft_delete = true\norder = \"a\"\n",
            "order = \"-b\"\n",
            "expand: change things: order \"a\" -> \"b\", no longer soft_delete (as before)",
        ),
        // The direction is no matter of the database.
        ("order = \"a\"\n", "order = \"-a\"\n", ""),
    ] {
        assert_change(
            &format!("{before}{FIELDS}"),
            &format!("{after}{FIELDS}"),
            expected,
        );
    }
}

#[test]
fn indexes() {
    for (before, after, expected) in [
        (
            "",
            "[[indexes]]\nfields = [\"a\", \"b\"]\n",
            "expand: add an index over a, b to things (as before)",
        ),
        (
            "[[indexes]]\nfields = [\"a\", \"b\"]\n",
            "[[indexes]]\nfields = [\"a\", \"b\"]\nunique = true\n",
            "expand: remove an index over a, b from things (as before)
             expand: add a unique index over a, b to things (as before)",
        ),
        (
            "[[indexes]]\nfields = [\"a\", \"b\"]\n[[indexes]]\nfields = [\"b\", \"a\"]\n",
            "[[indexes]]\nfields = [\"b\", \"a\"]\n[[indexes]]\nfields = [\"a\", \"b\"]\nunique = false\n",
            "",
        ),
    ] {
        assert_change(&with(before), &with(after), expected);
    }
}

#[test]
fn checks() {
    let small = "[[checks]]\nname = \"small\"\nexpression = \"record.b < 9\"\n";
    for (before, after, expected) in [
        ("", small, "expand: add the check small to things (as before)"),
        (
            small,
            "",
            "expand: remove the check small from things (as before)",
        ),
        (
            small,
            "[[checks]]\nname = \"small\"\nexpression = \"record.b < 8\"\nmessage = \"Too large\"\n",
            "expand: remove the check small from things (as before)
             expand: add the check small to things (as before)",
        ),
        // One that follows a relation is asked at each write, and the database does not know it.
        (
            "",
            "[[checks]]\nname = \"own\"\nexpression = \"record.created_by.active == true\"\n",
            "",
        ),
    ] {
        assert_change(&with(before), &with(after), expected);
    }
}
