//! Small definitions, and what is found in them as text.

use mainstay_core::Definition;
use mainstay_core::definition::SourceFile;
use mainstay_core::migrations::{
    Answer, Comparison, Fill, History, Migration, Operation, Question, Shape, State, compare,
};

/// A definition of collections: pairs of a name and the text of its file.
pub(crate) type Files<'f> = &'f [(&'f str, &'f str)];

pub(crate) fn definition(collections: Files<'_>) -> Definition {
    let collections = collections.iter().map(|(name, text)| SourceFile {
        path: format!("collections/{name}.toml"),
        text: (*text).to_owned(),
    });
    let application = SourceFile {
        path: "mainstay.toml".to_owned(),
        text: "name = \"test\"".to_owned(),
    };
    let read = Definition::read(collections.chain([application]).collect());
    read.unwrap_or_else(|faults| panic!("{faults:#?}"))
}

pub(crate) fn shape(collections: Files<'_>) -> Shape {
    definition(collections).shape
}

/// Compares two definitions; nobody answers a question.
pub(crate) fn compared(old: Files<'_>, new: Files<'_>) -> Comparison {
    compared_with(old, new, &mut |_| Answer::Unknown)
}

pub(crate) fn compared_with(
    old: Files<'_>,
    new: Files<'_>,
    answer: &mut dyn FnMut(&Question) -> Answer,
) -> Comparison {
    let (old, new) = (shape(old), definition(new));
    let comparison = compare(&old, &new.shape, &new.marks, answer);
    if comparison.unanswered.is_empty() && comparison.refused.is_empty() {
        assert_leads_to(&old, &new.shape, &comparison.operations);
    }
    comparison
}

/// The operations make the new shape of the old one, in memory and as a file that is read back.
#[track_caller]
pub(crate) fn assert_leads_to(old: &Shape, new: &Shape, operations: &[Operation]) {
    let mut state = State::plain(1, old.clone());
    state
        .expand(2, operations)
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(state.shape(), *new);
    let written = Migration::write(2, "change", None, false, operations.to_vec());
    let read = Migration::read(&written.name, &written.text);
    assert_eq!(
        read.unwrap_or_else(|error| panic!("{error}\n{}", written.text)),
        written
    );
}

/// One line each: `class: sentence (way back)`, `? question`, `! refusal`.
pub(crate) fn told(comparison: &Comparison) -> String {
    let questions = comparison.unanswered.iter();
    let questions = questions.map(|question| format!("? {}", question.hint()));
    let refusals = comparison.refused.iter().map(|refusal| format!("! {refusal}"));
    let steps = steps(&comparison.operations);
    let lines: Vec<String> = steps.into_iter().chain(questions).chain(refusals).collect();
    lines.join("\n")
}

pub(crate) fn steps(operations: &[Operation]) -> Vec<String> {
    let step = |operation: &Operation| {
        let back = operation.back();
        let back = back.as_deref().unwrap_or("no way back");
        format!("{}: {} ({back})", operation.class(), operation.sentence())
    };
    operations.iter().map(step).collect()
}

/// Compares lines of text; white space around lines does not count.
#[track_caller]
pub(crate) fn assert_lines(found: &str, expected: &str) {
    let expected: Vec<&str> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(found, expected.join("\n"), "\nfound:\n{found}\n");
}

/// What a change of one collection `things` with these fields is told to be.
#[track_caller]
pub(crate) fn assert_change(old: &str, new: &str, expected: &str) {
    let comparison = compared(&[("things", old)], &[("things", new)]);
    assert_lines(&told(&comparison), expected);
}

/// A migration for each definition; marks count, and what is gone is removed. `None` is a contract.
pub(crate) fn history(definitions: &[Option<Files<'_>>]) -> History {
    let mut history = History::default();
    for files in definitions {
        let state = history.state();
        let migration = match files {
            Some(files) => {
                let definition = definition(files);
                let answer = &mut |_: &Question| Answer::Removed;
                let comparison = compare(&state.shape(), &definition.shape, &definition.marks, answer);
                assert_eq!(comparison.refused, Vec::<String>::new());
                history.next("change", false, comparison.operations)
            }
            None => history.next("contract", true, state.contract_steps()),
        };
        history.push(migration).unwrap_or_else(|fault| panic!("{fault}"));
    }
    history
}

pub(crate) fn state(definitions: &[Option<Files<'_>>]) -> State {
    history(definitions).state()
}

/// The physical declaration of a table, a line for each key and field.
pub(crate) fn table(state: &State, name: &str) -> String {
    let physical = state.physical().shape;
    physical
        .definition()
        .unwrap_or_else(|faults| panic!("{faults:#?}"));
    let tables = serde_json::to_value(&physical).unwrap();
    let Some(table) = tables.get(name) else {
        return String::new();
    };
    let keys = table.as_object().unwrap().iter();
    let lines = keys.flat_map(|(key, value)| match (key.as_str(), value) {
        ("fields", fields) => {
            let fields = fields.as_object().unwrap().iter();
            fields.map(|(name, field)| format!("{name} {field}")).collect()
        }
        (key, value) => vec![format!("{key} = {value}")],
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `table.column = expression [what it watches]`
pub(crate) fn fills(state: &State) -> String {
    let line = |fill: &Fill| {
        format!(
            "{}.{} = {} [{}]",
            fill.table,
            fill.column,
            fill.expression,
            fill.watches.join(", ")
        )
    };
    let lines: Vec<String> = state.physical().fills.iter().map(line).collect();
    lines.join("\n")
}

/// The steps from one definition to another; marks count, and what is gone is removed.
pub(crate) fn operations(old: Files<'_>, new: Files<'_>) -> Vec<Operation> {
    let (old, new) = (shape(old), definition(new));
    compare(&old, &new.shape, &new.marks, &mut |_| Answer::Removed).operations
}
