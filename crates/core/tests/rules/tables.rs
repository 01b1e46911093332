//! Tables of expressions and what becomes of them, kept as text.
//!
//! `## Read` sets what the expressions below it are for. An expression stands on a line of its own, its answer indented
//! under it, and an empty line ends both.

use mainstay_core::rules::Purpose;

/// Compares each answer of a table with what `answer` gives for the expression above it.
pub(crate) fn assert_table(table: &str, answer: fn(Purpose, &str) -> String) {
    let mut purpose = None;
    for block in table.trim_end().split("\n\n") {
        if let Some(heading) = block.strip_prefix("## ") {
            purpose = Some(purpose_of(heading));
            continue;
        }
        let (text, expected) = block
            .split_once('\n')
            .expect("an expression has an answer below it");
        let purpose = purpose.expect("a table starts with a heading");
        assert_eq!(answer(purpose, text), expected, "{text}");
    }
}

fn purpose_of(heading: &str) -> Purpose {
    match heading {
        "List" => Purpose::List,
        "Read" => Purpose::Read,
        "Create" => Purpose::Create,
        "Update" => Purpose::Update,
        "Delete" => Purpose::Delete,
        "Check" => Purpose::Check,
        "Filter" => Purpose::Filter,
        "Convert" => Purpose::Convert,
        other => panic!("no purpose: {other}"),
    }
}
