//! The one shape that serves the releases of several: it holds what any of them writes, and demands what all of them do.

use mainstay_core::migrations::StateError;

use crate::support::{assert_lines, operations, shape, state, table};

/// What the database has of the field `a` while both declarations are served.
#[track_caller]
fn assert_merged(old: &str, new: &str, expected: &str) {
    let field = |declaration: &str| format!("[fields.a]\n{declaration}\n");
    let state = state(&[Some(&[("things", &field(old))]), Some(&[("things", &field(new))])]);
    assert_eq!(table(&state, "things"), format!("a {expected}"));
    let plain = state.contracted(3);
    assert_eq!(plain.physical().shape, shape(&[("things", &field(new))]));
}

/// Before, after, and what serves both.
const WIDER: &[(&str, &str, &str)] = &[
    // Characters, with the bounds that hold where none is declared.
    (
        "type = \"text\"",
        "type = \"text\"\nrequired = true",
        r#"{"type":"text"}"#,
    ),
    (
        "type = \"text\"\nmax = 5",
        "type = \"text\"\nmax = 9",
        r#"{"max":9,"type":"text"}"#,
    ),
    (
        "type = \"text\"\nmax = 9",
        "type = \"text\"\nmax = 5",
        r#"{"max":9,"type":"text"}"#,
    ),
    (
        "type = \"text\"",
        "type = \"text\"\nmax = 5",
        r#"{"max":10000,"type":"text"}"#,
    ),
    (
        "type = \"text\"\nmax = 20000",
        "type = \"text\"",
        r#"{"max":20000,"type":"text"}"#,
    ),
    (
        "type = \"text\"\nmin = 3",
        "type = \"text\"",
        r#"{"type":"text"}"#,
    ),
    (
        "type = \"text\"",
        "type = \"text\"\nmin = 3",
        r#"{"min":0,"type":"text"}"#,
    ),
    // Numbers, without bounds where none is declared.
    (
        "type = \"integer\"\nmin = 1\nmax = 5",
        "type = \"integer\"\nmin = 3\nmax = 7",
        r#"{"max":7,"min":1,"type":"integer"}"#,
    ),
    (
        "type = \"integer\"\nmin = -3",
        "type = \"integer\"\nmax = 5",
        r#"{"type":"integer"}"#,
    ),
    (
        "type = \"number\"\nmin = 1\nmax = 2.5",
        "type = \"number\"\nmin = 0.5\nmax = 2",
        r#"{"max":2.5,"min":0.5,"type":"number"}"#,
    ),
    (
        "type = \"decimal\"\nprecision = 5\nmin = \"-2\"\nmax = \"9.5\"",
        "type = \"decimal\"\nprecision = 4\nmin = \"-1.75\"\nmax = \"10\"",
        r#"{"max":"10","min":"-2","precision":5,"type":"decimal"}"#,
    ),
    (
        "type = \"decimal\"",
        "type = \"decimal\"\nprecision = 4",
        r#"{"precision":18,"type":"decimal"}"#,
    ),
    // Options.
    (
        "type = \"select\"\noptions = [\"a\", \"b\"]",
        "type = \"select\"\noptions = [\"c\", \"b\"]",
        r#"{"options":["a","b","c"],"type":"select"}"#,
    ),
    (
        "type = \"multi_select\"\noptions = [\"a\", \"b\", \"c\"]\nmax = 2",
        "type = \"multi_select\"\noptions = [\"a\", \"b\", \"c\"]\nmax = 1",
        r#"{"max":2,"options":["a","b","c"],"type":"multi_select"}"#,
    ),
    (
        "type = \"multi_select\"\noptions = [\"a\", \"b\"]",
        "type = \"multi_select\"\noptions = [\"a\", \"b\"]\nmax = 1",
        r#"{"options":["a","b"],"type":"multi_select"}"#,
    ),
    // What a value has to be.
    (
        "type = \"text\"\nrequired = true",
        "type = \"text\"",
        r#"{"type":"text"}"#,
    ),
    (
        "type = \"text\"\nrequired = true",
        "type = \"text\"\nrequired = true\ndefault = \"x\"",
        r#"{"default":"x","required":true,"type":"text"}"#,
    ),
    (
        "type = \"text\"\nunique = true",
        "type = \"text\"",
        r#"{"type":"text"}"#,
    ),
    (
        "type = \"text\"",
        "type = \"text\"\nunique = true",
        r#"{"type":"text","unique":true}"#,
    ),
    (
        "type = \"text\"\nindex = true",
        "type = \"text\"",
        r#"{"index":true,"type":"text"}"#,
    ),
    (
        "type = \"text\"\nindex = true",
        "type = \"text\"\nunique = true",
        r#"{"type":"text","unique":true}"#,
    ),
    (
        "type = \"text\"\nindex = true",
        "type = \"text\"\nrich = true",
        r#"{"rich":true,"type":"text"}"#,
    ),
    (
        "type = \"text\"\ncheck = \"record.a != 'x'\"",
        "type = \"text\"\ncheck = \"record.a != 'y'\"",
        r#"{"type":"text"}"#,
    ),
    (
        "type = \"relation\"\nto = \"users\"\nrequired = true",
        "type = \"relation\"\nto = \"users\"\non_delete = \"set_null\"",
        r#"{"on_delete":"set_null","to":"users","type":"relation"}"#,
    ),
];

#[test]
fn fields_are_as_wide_as_both() {
    for (old, new, expected) in WIDER {
        assert_merged(old, new, expected);
    }
}

#[test]
fn a_field_that_one_release_does_not_know() {
    let known = |declaration: &str| format!("[fields.k]\ntype = \"text\"\n[fields.a]\n{declaration}\n");
    let unknown = "[fields.k]\ntype = \"text\"\n";
    let required = "type = \"text\"\nrequired = true\nunique = true\ncheck = \"record.a != 'x'\"";
    let with_default = "type = \"text\"\nrequired = true\ndefault = \"x\"\nindex = true";
    let worked_out = "type = \"date\"\nrequired = true\ndefault = \"now()\"";
    for (old, new, expected) in [
        // Added: the release before writes none.
        (
            unknown.to_owned(),
            known(required),
            r#"a {"type":"text","unique":true}"#,
        ),
        (
            unknown.to_owned(),
            known(with_default),
            r#"a {"default":"x","index":true,"required":true,"type":"text"}"#,
        ),
        (unknown.to_owned(), known(worked_out), r#"a {"type":"date"}"#),
        // Removed: the newest writes none.
        (known(required), unknown.to_owned(), r#"a {"type":"text"}"#),
        (
            known(with_default),
            unknown.to_owned(),
            r#"a {"default":"x","index":true,"required":true,"type":"text"}"#,
        ),
        (
            known(worked_out),
            unknown.to_owned(),
            r#"a {"default":"now()","type":"date"}"#,
        ),
    ] {
        let state = state(&[Some(&[("things", &old)]), Some(&[("things", &new)])]);
        assert_lines(
            &table(&state, "things"),
            &format!("{expected}\nk {{\"type\":\"text\"}}"),
        );
    }
}

#[test]
fn checks_and_indexes() {
    let fields = "[fields.a]\ntype = \"integer\"\n[fields.b]\ntype = \"text\"\n";
    let check = |name: &str, over: &str| format!("[[checks]]\nname = \"{name}\"\nexpression = \"{over}\"\n");
    let index = |fields: &str, unique: bool| format!("[[indexes]]\nfields = [{fields}]\nunique = {unique}\n");
    let (both, changed, changed_2) = (
        check("both", "record.a > 1"),
        check("changed", "record.a > 2"),
        check("changed", "record.a > 3"),
    );
    let old = [
        fields,
        &both,
        &changed,
        &check("old", "record.a != 5"),
        &index("\"a\", \"b\"", true),
        &index("\"b\", \"a\"", false),
        &index("\"a\"", false),
    ];
    let new = [
        fields,
        &both,
        &changed_2,
        &check("new", "record.a != 6"),
        &index("\"a\"", true),
        &index("\"b\"", true),
    ];
    let state = state(&[
        Some(&[("things", &old.concat())]),
        Some(&[("things", &new.concat())]),
    ]);
    assert_lines(
        &table(&state, "things"),
        r#"checks = [{"expression":"record.a > 1","name":"both"}]
           a {"type":"integer"}
           b {"type":"text"}
           indexes = [{"fields":["a"],"unique":true},{"fields":["b","a"]},{"fields":["b"],"unique":true}]"#,
    );
    // Each release asks at its writes what the database does not hold.
    let mut newest = state.shape().definition().unwrap();
    state.lay_out(state.newest().unwrap(), &mut newest);
    let checks = newest.find_collection("things").unwrap().checks.iter();
    let held: Vec<(&str, bool)> = checks
        .map(|check| (check.name.as_str(), check.in_table))
        .collect();
    assert_eq!(held, [("new", false), ("both", true), ("changed", false)]);
}

#[test]
fn what_is_deleted_with_its_target_can_be_restored_with_it() {
    // Neither of the two has both the soft deletion and the cascade into it.
    let parts = |on_delete: &str| {
        format!("[fields.of]\ntype = \"relation\"\nto = \"things\"\non_delete = \"{on_delete}\"\n")
    };
    let (restrict, cascade) = (parts("restrict"), parts("cascade"));
    let state = state(&[
        Some(&[("things", "soft_delete = true\n"), ("parts", &restrict)]),
        Some(&[("things", ""), ("parts", &cascade)]),
    ]);
    assert_lines(&table(&state, "things"), "soft_delete = true");
    assert_lines(
        &table(&state, "parts"),
        r#"of {"on_delete":"cascade","to":"things","type":"relation"}
           soft_delete = true"#,
    );
}

#[test]
fn more_than_a_table_can_hold() {
    let fields = |from: usize| -> String {
        let fields = from..from + 150;
        fields
            .map(|number| format!("[fields.f{number}]\ntype = \"date\"\nup = \"record.created_at\"\n"))
            .collect::<Vec<_>>()
            .concat()
    };
    let (old, new) = (fields(0), fields(200));
    let old: &[(&str, &str)] = &[("things", &old)];
    let mut state = state(&[Some(old)]);
    let before = state.clone();
    let error = state
        .expand(2, &operations(old, &[("things", &new)]))
        .unwrap_err();
    assert!(matches!(error, StateError::TooMuch(_)), "{error}");
    assert_eq!(
        error.to_string(),
        "the database cannot serve the releases before it as well: there are 300 fields, and at most 200 are possible; write \
         a contract first, with `mainstay migrate new --contract`"
    );
    assert_eq!(state, before);
}
