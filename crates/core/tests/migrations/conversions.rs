//! Columns that exist twice, kept in step while releases of both sides write.

use mainstay_core::migrations::StateError;

use crate::support::{assert_lines, fills, operations, state, table};

#[test]
fn a_change_of_type() {
    let (text, integer) = (
        "[fields.prio]\ntype = \"text\"\nrequired = true\n",
        "[fields.prio]\ntype = \"integer\"\nrequired = true\ndefault = 1\n",
    );
    let state = state(&[Some(&[("todos", text)]), Some(&[("todos", integer)])]);
    // Neither can be required: none is what tells that the other release wrote.
    assert_lines(
        &table(&state, "todos"),
        "prio {\"type\":\"text\"}\nprio_2 {\"type\":\"integer\"}",
    );
    assert_lines(
        &fills(&state),
        "todos.prio_2 = int(record.prio) [prio]
         todos.prio = string(record.prio_2) [prio_2]",
    );
}

#[test]
fn a_split() {
    let state = state(&[
        Some(&[(
            "people",
            "[fields.name]\ntype = \"text\"\n[fields.title]\ntype = \"text\"\n",
        )]),
        Some(&[(
            "people",
            "[fields.title]\ntype = \"text\"\n\
             [fields.first]\ntype = \"text\"\nup = \"record.name + record.title\"\n\
             [fields.last]\ntype = \"text\"\nup = \"record.name\"\n",
        )]),
    ]);
    // Only what the newer release does not write tells that the older one did.
    assert_lines(
        &fills(&state),
        "people.first = record.name + record.title [name]
         people.last = record.name [name]",
    );
    assert_lines(
        &table(&state, "people"),
        "first {\"type\":\"text\"}\nlast {\"type\":\"text\"}\nname {\"type\":\"text\"}\ntitle {\"type\":\"text\"}",
    );
}

#[test]
fn over_names_of_the_database() {
    // The collection and the fields that are read have other names there, and a text is no field.
    let state = state(&[
        Some(&[(
            "todos",
            "[fields.a]\ntype = \"text\"\n[fields.b]\ntype = \"text\"\n",
        )]),
        Some(&[(
            "tasks",
            "was = \"todos\"\n[fields.x]\ntype = \"text\"\nwas = \"a\"\n[fields.b]\ntype = \"text\"\n",
        )]),
        Some(&[(
            "jobs",
            "was = \"tasks\"\n[fields.y]\ntype = \"integer\"\nwas = \"x\"\nup = \"record.x == 'record.x' ? 1 : 2\"\n\
             down = \"record.b + string(record.y)\"\n[fields.b]\ntype = \"text\"\n",
        )]),
    ]);
    assert_lines(
        &fills(&state),
        "todos.y = record.a == 'record.x' ? 1 : 2 [a]
         todos.a = record.b + string(record.y) [y]",
    );
}

#[test]
fn values_of_a_default_that_is_made_at_creation() {
    let state = state(&[
        Some(&[("todos", "")]),
        Some(&[(
            "todos",
            "[fields.on]\ntype = \"date\"\nrequired = true\ndefault = \"now()\"\n",
        )]),
    ]);
    assert_lines(&fills(&state), "todos.on = date(record.created_at) []");
    assert_lines(&table(&state, "todos"), "on {\"type\":\"date\"}");
}

#[test]
fn one_change_of_type_at_a_time() {
    let field = |ty: &str| format!("[fields.prio]\ntype = \"{ty}\"\n");
    let (text, integer, number) = (field("text"), field("integer"), field("number"));
    let mut both = state(&[Some(&[("todos", &text)]), Some(&[("todos", &integer)])]);
    let before = both.clone();
    let next = operations(&[("todos", &integer)], &[("todos", &number)]);
    assert_eq!(both.expand(3, &next), Err(StateError::Pending));
    assert_eq!(both, before, "a step that is refused changes nothing");
    let mut plain = both.contracted(3);
    plain.expand(4, &next).unwrap();
    assert_lines(
        &fills(&plain),
        "todos.prio = double(record.prio_2) [prio_2]
         todos.prio_2 = int(record.prio) [prio]",
    );
    // What needs no column of its own is possible in the meantime.
    let more = format!("{integer}min = 3\n[fields.note]\ntype = \"text\"\n");
    both.expand(3, &operations(&[("todos", &integer)], &[("todos", &more)]))
        .unwrap();
    assert_lines(
        &table(&both, "todos"),
        "note {\"type\":\"text\"}\nprio {\"type\":\"text\"}\nprio_2 {\"type\":\"integer\"}",
    );
}
