//! Which shapes are served, and where their parts stand.

use mainstay_core::limits::SHAPES_SERVED_MAX;
use mainstay_core::migrations::{Moves, State};

use crate::support::{assert_lines, definition, history, shape, state, table};

const A: &str = "[fields.a]\ntype = \"text\"\n";

/// `collection.field -> table.column` for what stands under another name.
fn layout(state: &State, number: usize) -> String {
    let mut lines = Vec::new();
    let json = serde_json::to_value(state).unwrap();
    let tables = json["served"][number]["layout"].as_object().unwrap().clone();
    for (collection, layout) in tables {
        let table = layout["table"].as_str().unwrap().to_owned();
        if table != collection {
            lines.push(format!("{collection} -> {table}"));
        }
        for (field, column) in layout["columns"].as_object().unwrap() {
            if column != field {
                lines.push(format!(
                    "{collection}.{field} -> {table}.{}",
                    column.as_str().unwrap()
                ));
            }
        }
    }
    lines.join("\n")
}

/// `new <- old`, for tables and columns.
fn told(moves: &Moves) -> String {
    let mut lines = Vec::new();
    for (table, old) in &moves.tables {
        let columns = moves.columns[table].iter();
        let columns: Vec<String> = columns.map(|(new, old)| format!("{new} <- {old}")).collect();
        let line = format!("{table} <- {old}: {}", columns.join(", "));
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

#[test]
fn shapes_before_stay_served() {
    let ab = format!("{A}[fields.b]\ntype = \"integer\"\n");
    let state = state(&[Some(&[("things", A)]), Some(&[("things", &ab)])]);
    for old in [shape(&[("things", A)]), shape(&[("things", &ab)])] {
        assert_eq!(state.serving(&old).unwrap().shape, old);
    }
    assert!(state.serving(&shape(&[])).is_none());
    assert_eq!(state.newest().unwrap().number, 2);
    assert_eq!(state.shape(), shape(&[("things", &ab)]));
    assert_eq!(State::default().newest(), None);
    assert_eq!(
        State::default().physical(),
        mainstay_core::migrations::Physical::default()
    );
    assert_eq!(
        State::plain(3, shape(&[("things", A)])).physical().shape,
        shape(&[("things", A)])
    );
}

#[test]
fn old_shapes_that_cost_nothing_are_forgotten() {
    let fields: Vec<String> = (0..15)
        .map(|number| format!("[fields.f{number}]\ntype = \"text\"\n"))
        .collect();
    // Each migration adds a field.
    let texts: Vec<String> = (1..=15).map(|count| fields[..count].concat()).collect();
    let files: Vec<[(&str, &str); 1]> = texts.iter().map(|text| [("things", text.as_str())]).collect();
    let steps: Vec<Option<&[(&str, &str)]>> = files.iter().map(|files| Some(files.as_slice())).collect();
    let served = |state: &State| {
        let json = serde_json::to_value(state).unwrap();
        json["served"].as_array().unwrap().len()
    };
    assert_eq!(served(&state(&steps)), SHAPES_SERVED_MAX);
    // Each migration takes one away, which the first shape still needs.
    let removals: Vec<_> = steps.iter().rev().copied().collect();
    assert_eq!(served(&state(&removals)), 15);
}

#[test]
fn renames_cost_nothing_until_the_contract() {
    let old = [
        ("things", A),
        ("parts", "[fields.of]\ntype = \"relation\"\nto = \"things\"\n"),
    ];
    let goods = "was = \"things\"\n[fields.x]\ntype = \"text\"\nwas = \"a\"\ncheck = \"record.x != 'y'\"\n";
    let parts = "[fields.of]\ntype = \"relation\"\nto = \"goods\"\n";
    let both = state(&[Some(&old), Some(&[("goods", goods), ("parts", parts)])]);
    assert_eq!(layout(&both, 0), "");
    assert_lines(&layout(&both, 1), "goods -> things\ngoods.x -> things.a");
    assert_eq!(both.physical().shape, shape(&old));
    assert_eq!(both.former_names("goods"), ["things"]);
    assert_eq!(both.former_names("things"), [] as [&str; 0]);

    let mut laid_out = definition(&[("goods", goods), ("parts", parts)]);
    both.lay_out(both.newest().unwrap(), &mut laid_out);
    let goods = laid_out.find_collection("goods").unwrap();
    assert_eq!(
        (goods.table.as_str(), goods.former_names.as_slice()),
        ("things", &["things".to_owned()][..])
    );
    assert_eq!(goods.first_name(), "things");
    assert_eq!(
        laid_out.find_by_first_name("things").unwrap().name.as_str(),
        "goods"
    );
    assert_eq!(
        laid_out
            .find_collection_of_any_time("things")
            .unwrap()
            .name
            .as_str(),
        "goods"
    );
    assert_eq!(goods.find_field("x").unwrap().column.as_str(), "a");
    assert_eq!(goods.find_field("version").unwrap().column.as_str(), "version");
    // The check is new: the database cannot hold it while the release before runs.
    assert!(!goods.checks[0].in_table);

    // Whoever serves the new shape notices nothing of the contract.
    let contracted = both.contracted(3);
    assert_lines(&layout(&contracted, 0), "goods -> things\ngoods.x -> things.a");
    let plain = both.tidied(3);
    assert_eq!(layout(&plain, 0), "");
    assert_eq!(plain.physical().shape, both.shape());
    assert_eq!(plain.former_names("goods"), ["things"]);
    assert_lines(
        &told(&both.moves(&plain)),
        "goods <- things: x <- a\nparts <- parts: of <- of\nusers <- users:",
    );
    assert_lines(
        &told(&plain.moves(&both)),
        "parts <- parts: of <- of\nthings <- goods: a <- x\nusers <- users:",
    );
    plain.lay_out(plain.newest().unwrap(), &mut laid_out);
    assert_eq!(laid_out.find_collection("goods").unwrap().table.as_str(), "goods");
}

#[test]
fn a_name_is_used_again() {
    // The collection and the field are others than those before, whose data older releases still use.
    let again = state(&[
        Some(&[("things", A), ("more", A)]),
        Some(&[("more", "[fields.b]\ntype = \"text\"\nup = \"'x'\"\n")]),
        Some(&[
            ("things", "[fields.a]\ntype = \"date\"\n"),
            (
                "more",
                "[fields.b]\ntype = \"text\"\n[fields.a]\ntype = \"integer\"\n",
            ),
        ]),
    ]);
    assert_lines(&layout(&again, 2), "more.a -> more.a_2\nthings -> things_2");
    assert_lines(&table(&again, "things"), "a {\"type\":\"text\"}");
    assert_lines(&table(&again, "things_2"), "a {\"type\":\"date\"}");
    let plain = again.tidied(4);
    assert_lines(
        &told(&again.moves(&plain)),
        "more <- more: a <- a_2, b <- b
         things <- things_2: a <- a
         users <- users:",
    );
    assert_eq!(plain.physical().shape, again.shape());
}

#[test]
fn the_same_shape_twice_stands_in_two_places() {
    let with = format!("{A}[fields.b]\ntype = \"text\"\n");
    let steps: [Option<&[(&str, &str)]>; 4] = [
        Some(&[("things", &with)]),
        Some(&[("things", A)]),
        Some(&[("things", &with)]),
        Some(&[("things", &with), ("parts", A)]),
    ];
    let history = history(&steps);
    let (first, third, last) = (history.state_after(1), history.state_after(3), history.state());
    assert_eq!(layout(&third, 2), "things.b -> things.b_2");
    let same = "things <- things: a <- a, b <- b, b_2 <- b_2\nusers <- users:";
    assert_lines(&told(&third.moves(&last)), same);
    assert_lines(&told(&last.moves(&third)), same);
    // All the way back, the field is the one that it was at first.
    assert_lines(
        &told(&third.moves(&first)),
        "things <- things: a <- a, b <- b\nusers <- users:",
    );
    assert_lines(
        &told(&third.moves(&third.tidied(4))),
        "things <- things: a <- a, b <- b_2\nusers <- users:",
    );
}

#[test]
fn long_names_make_room_for_a_number() {
    let field = |name: &str, ty: &str| format!("[fields.{name}]\ntype = \"{ty}\"\n");
    let (long, with_gap) = (
        "a_name_of_the_forty_characters_there_are",
        "a_name_of_the_forty_characters_there_a_b",
    );
    assert_eq!((long.len(), with_gap.len()), (40, 40));
    let before = field(long, "text") + &field(with_gap, "text") + &field("x", "text") + &field("x_2", "text");
    let after =
        field(long, "integer") + &field(with_gap, "integer") + &field("x", "integer") + &field("x_2", "text");
    let state = state(&[Some(&[("things", &before)]), Some(&[("things", &after)])]);
    assert_lines(
        &layout(&state, 1),
        "things.a_name_of_the_forty_characters_there_a_b -> things.a_name_of_the_forty_characters_there_a_2
         things.a_name_of_the_forty_characters_there_are -> things.a_name_of_the_forty_characters_there_a_3
         things.x -> things.x_3",
    );
    assert_eq!(state.tidied(3).physical().shape, state.shape());
}

#[test]
fn former_names_are_of_the_collection_that_had_them() {
    let renamed = |was: &str| format!("was = \"{was}\"\n{A}");
    let (b, a) = (renamed("a"), renamed("b"));
    let there_and_back = state(&[Some(&[("a", A)]), Some(&[("b", &b)]), Some(&[("a", &a)])]);
    assert_eq!(there_and_back.former_names("a"), ["a", "b"]);
    let another = state(&[
        Some(&[("a", A)]),
        Some(&[("b", &b)]),
        Some(&[]),
        Some(&[("b", A)]),
    ]);
    assert_eq!(another.former_names("b"), [] as [&str; 0]);
}
