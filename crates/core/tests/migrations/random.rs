//! From any shape to any other, by any way: what is compared, written, read and replayed agrees.

use std::collections::BTreeSet;

use mainstay_core::definition::{Definition, SourceFile};
use mainstay_core::migrations::{
    Answer, History, Marks, Migration, Moves, Question, Shape, State, StateError, compare,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const COLLECTIONS: [&str; 4] = ["boxes", "things", "things_2", "users"];
const FIELDS: [&str; 5] = ["a", "a_2", "b", "c", "a_name_of_the_forty_characters_there_are"];

/// Declarations of a field; `X` is its name, `T` a collection.
const DECLARATIONS: &[&str] = &[
    "type = \"text\"",
    "type = \"text\"\nmin = 1\nmax = 20\nrequired = true",
    "type = \"text\"\nmax = 20000\nindex = true",
    "type = \"text\"\nrich = true",
    "type = \"text\"\nunique = true",
    "type = \"text\"\ncheck = \"\"\"record.X != 'a' &&\n  size(record.X) < 3\"\"\"",
    "type = \"integer\"\nmin = 3\nrequired = true\ndefault = 4",
    "type = \"integer\"\nmax = 10\ndefault = 1\ncheck = \"record.X != 3\"",
    "type = \"number\"\nmin = -1.5\nmax = 7",
    "type = \"decimal\"",
    "type = \"decimal\"\nscale = 3\nprecision = 9\nmin = \"-1.5\"",
    "type = \"decimal\"\nscale = 3\nmax = \"99.125\"\ndefault = \"1.000\"",
    "type = \"boolean\"\nrequired = true\ndefault = false",
    "type = \"datetime\"\nrequired = true\ndefault = \"now()\"",
    "type = \"datetime\"\ndefault = 2026-01-31T12:00:00Z",
    "type = \"date\"\nindex = true",
    "type = \"select\"\noptions = [\"a\", \"b\"]\ndefault = \"a\"",
    "type = \"select\"\noptions = [\"c\", \"b # c\"]\nrequired = true",
    "type = \"multi_select\"\noptions = [\"a\", \"b\", \"c\"]\nmax = 2",
    "type = \"json\"\ndefault = { a = [1, \"b\"] }",
    "type = \"email\"\nunique = true\nrequired = true",
    "type = \"url\"",
    "type = \"relation\"\nto = \"T\"",
    "type = \"relation\"\nto = \"T\"\nmany = true",
    "type = \"relation\"\nto = \"T\"\nrequired = true\non_delete = \"cascade\"",
    "type = \"relation\"\nto = \"users\"\ndefault = \"auth.id\"\nrequired = true",
];

const SETTINGS: &[&str] = &[
    "",
    "soft_delete = true\n",
    "order = \"-X\"\n",
    "order = \"created_at\"\n",
];

const ITEMS: &[&str] = &[
    "",
    "[[indexes]]\nfields = [\"X\", \"created_at\"]\n",
    "[[indexes]]\nfields = [\"X\"]\nunique = true\n",
    "[[indexes]]\nfields = [\"created_by\", \"X\"]\nunique = true\n",
    "[[checks]]\nname = \"filled\"\nexpression = \"record.X != null\"\n",
    "[[checks]]\nname = \"filled\"\nexpression = \"record.X != null || record.version < 3\"\n",
];

/// The text of a collection's file.
fn collection() -> impl Strategy<Value = String> {
    let fields = subsequence(FIELDS.to_vec(), 1..=FIELDS.len());
    fields.prop_flat_map(|fields| {
        let declarations =
            prop::collection::vec((select(DECLARATIONS), select(&COLLECTIONS[1..])), fields.len());
        let items = prop::collection::vec((select(ITEMS), select(fields.clone())), 0..3);
        (declarations, select(SETTINGS), items).prop_map(move |(declarations, settings, items)| {
            let mut text = settings.replace('X', fields[0]);
            for (field, (declaration, to)) in fields.iter().zip(declarations) {
                let declaration = declaration
                    .replace('X', field)
                    .replace("\"T\"", &format!("\"{to}\""));
                text.push_str(&format!("[fields.{field}]\n{declaration}\n"));
            }
            for (item, field) in items {
                text.push_str(&item.replace('X', field));
            }
            text
        })
    })
}

/// A good definition.
fn definition() -> impl Strategy<Value = Shape> {
    let collections = subsequence(COLLECTIONS.to_vec(), 2..=COLLECTIONS.len());
    let collections = collections.prop_flat_map(|names| {
        let files = prop::collection::vec(collection(), names.len());
        files.prop_map(move |files| {
            let files = names.iter().zip(files);
            files
                .map(|(name, text)| SourceFile {
                    path: format!("collections/{name}.toml"),
                    text,
                })
                .collect::<Vec<_>>()
        })
    });
    collections.prop_filter_map("a fault", |mut files| {
        files.push(SourceFile {
            path: "mainstay.toml".to_owned(),
            text: "name = \"test\"".to_owned(),
        });
        Definition::read(files).ok().map(|definition| definition.shape)
    })
}

/// Half of the questions are answered with a rename.
fn answer(question: &Question) -> Answer {
    if question.removed.len().is_multiple_of(2) {
        Answer::RenamedTo(question.candidates[0].clone())
    } else {
        Answer::Removed
    }
}

/// Follows one change, with a contract before it where one is due, and with the relations that cannot change left out.
fn follow(history: &mut History, wanted: &Shape) -> Result<(), TestCaseError> {
    let state = history.state();
    let comparison = compare(&state.shape(), wanted, &Marks::default(), &mut |question| {
        answer(question)
    });
    prop_assert!(comparison.unanswered.is_empty());
    let is_whole = comparison.refused.is_empty();
    let migration = history.next("some change", false, comparison.operations);
    let read = Migration::read(&migration.name, &migration.text);
    prop_assert_eq!(read.as_ref(), Ok(&migration), "{}", &migration.text);
    let mut next = state.clone();
    match next.expand(migration.number, &migration.operations) {
        Err(StateError::Pending) => {
            contract(history)?;
            return follow(history, wanted);
        }
        // Without the refused steps a collection may be gone that something still leads to.
        Err(StateError::Invalid(_)) if !is_whole => return Ok(()),
        other => prop_assert_eq!(other, Ok(())),
    }
    if is_whole {
        prop_assert_eq!(&next.shape(), wanted);
    }
    prop_assert_eq!(history.push(migration), Ok(()));
    prop_assert_eq!(&history.state(), &next);
    assert_good(&next)?;
    assert_good_moves(&state, &next)?;
    assert_good_moves(&next, &state)
}

fn contract(history: &mut History) -> Result<(), TestCaseError> {
    let before = history.state();
    let migration = history.next("take away", true, before.contract_steps());
    let read = Migration::read(&migration.name, &migration.text);
    prop_assert_eq!(read.as_ref(), Ok(&migration), "{}", &migration.text);
    prop_assert_eq!(history.push(migration), Ok(()));
    let state = history.state();
    prop_assert_eq!(state.shape(), before.shape());
    prop_assert_eq!(state.physical().shape, before.demanded());
    prop_assert_eq!(state.tidied(0).physical().shape, before.shape());
    prop_assert_eq!(state.physical().fills, Vec::new());
    prop_assert_eq!(state.contract_steps(), Vec::new());
    assert_good(&state)?;
    assert_good_moves(&before, &state)?;
    assert_good_moves(&state, &before)
}

/// The database can be made, holds a column for each field of each shape, and the state outlives being kept as text.
fn assert_good(state: &State) -> Result<(), TestCaseError> {
    let physical = state.physical();
    if let Err(faults) = physical.shape.definition() {
        return Err(TestCaseError::fail(format!("{faults:?}")));
    }
    let text = serde_json::to_string(state).unwrap();
    prop_assert_eq!(&serde_json::from_str::<State>(&text).unwrap(), state);
    for shape in [state.shape(), state.demanded()] {
        prop_assert!(shape.definition().is_ok());
    }
    let mut definition = state.shape().definition().unwrap();
    state.lay_out(state.newest().unwrap(), &mut definition);
    for collection in &definition.collections {
        let columns: BTreeSet<&str> = physical
            .shape
            .fields(collection.table.as_str())
            .map(|(name, _)| name)
            .collect();
        for field in state
            .shape()
            .fields(collection.name.as_str())
            .map(|(name, _)| name)
        {
            let column = collection.find_field(field).unwrap().column.as_str();
            prop_assert!(columns.contains(column), "{}.{}", collection.name, field);
        }
    }
    Ok(())
}

/// What is moved is there, goes to a place that is there, and nothing goes to two places.
fn assert_good_moves(from: &State, to: &State) -> Result<(), TestCaseError> {
    let Moves { tables, columns } = from.moves(to);
    let (here, there) = (from.physical().shape, to.physical().shape);
    let names = |shape: &Shape| -> BTreeSet<String> { shape.collections().map(str::to_owned).collect() };
    prop_assert!(tables.keys().all(|table| names(&there).contains(table)));
    prop_assert!(tables.values().all(|table| names(&here).contains(table)));
    let distinct: BTreeSet<&String> = tables.values().collect();
    prop_assert_eq!(distinct.len(), tables.len());
    for (table, old_table) in &tables {
        let names = |shape: &Shape, table| -> BTreeSet<String> {
            shape.fields(table).map(|(name, _)| name.to_owned()).collect()
        };
        let moved = &columns[table];
        prop_assert!(moved.keys().all(|column| names(&there, table).contains(column)));
        prop_assert!(
            moved
                .values()
                .all(|column| names(&here, old_table).contains(column))
        );
        let distinct: BTreeSet<&String> = moved.values().collect();
        prop_assert_eq!(distinct.len(), moved.len());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_way_leads_there(shapes in prop::collection::vec((definition(), any::<bool>()), 1..5)) {
        let mut history = History::default();
        for (shape, contract_after) in &shapes {
            follow(&mut history, shape)?;
            if *contract_after {
                contract(&mut history)?;
            }
        }
        contract(&mut history)?;
        let files: Vec<(String, String)> = history
            .migrations()
            .map(|migration| (migration.name.clone(), migration.text.replace('\n', "\r\n")))
            .collect();
        let read = History::read(&files);
        prop_assert_eq!(read.map(|read| read.state()), Ok(history.state()));
    }
}
