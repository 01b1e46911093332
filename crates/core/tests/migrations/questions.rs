//! What is gone and what is new may be the same thing: somebody has to say so.

use mainstay_core::migrations::{Answer, Question};

use crate::support::{Files, assert_change, assert_lines, compared, compared_with, told};

const OLD: Files<'_> = &[(
    "things",
    "[fields.a]\ntype = \"text\"\n[fields.b]\ntype = \"text\"\n",
)];
const NEW: Files<'_> = &[(
    "things",
    "[fields.x]\ntype = \"text\"\n[fields.y]\ntype = \"text\"\n",
)];

#[test]
fn nobody_answers() {
    let comparison = compared(OLD, NEW);
    let hints: Vec<String> = comparison.unanswered.iter().map(Question::hint).collect();
    assert_eq!(
        hints,
        [
            "things.a is gone, and x or y is new: if it was renamed, write was = \"a\" into [fields.x] of things; if not, \
             say --remove things.a",
            "things.b is gone, and x or y is new: if it was renamed, write was = \"b\" into [fields.x] of things; if not, \
             say --remove things.b",
        ]
    );
    let comparison = compared(&[("old", "")], &[("new", "")]);
    let hints: Vec<String> = comparison.unanswered.iter().map(Question::hint).collect();
    assert_eq!(
        hints,
        [
            "the collection old is gone, and new is new: if it was renamed, write was = \"old\" at the top of \
             collections/new.toml; if not, say --remove old"
        ]
    );
}

#[test]
fn answers_are_followed() {
    let mut asked = Vec::new();
    let comparison = compared_with(OLD, NEW, &mut |question| {
        asked.push((question.removed.clone(), question.candidates.join(" ")));
        match question.removed.as_str() {
            "a" => Answer::RenamedTo("y".to_owned()),
            _ => Answer::Removed,
        }
    });
    // What is taken is no candidate any more.
    let pairs: Vec<(&str, &str)> = asked.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(pairs, [("a", "x y"), ("b", "x")]);
    assert_lines(
        &told(&comparison),
        "expand: rename things.a to y (as before)
         expand: add things.x (text) (the field is dropped with its values)
         expand: stop using things.b (nothing is lost before the contract)",
    );
}

#[test]
fn an_answer_that_is_no_candidate_is_none() {
    let comparison = compared_with(OLD, NEW, &mut |_| Answer::RenamedTo("a".to_owned()));
    assert_eq!(comparison.unanswered.len(), 2);
}

#[test]
fn collections_are_asked_for_first() {
    let old: Files<'_> = &[("old", "[fields.a]\ntype = \"text\"\n")];
    let new: Files<'_> = &[("new", "[fields.b]\ntype = \"text\"\n")];
    let mut asked = Vec::new();
    let comparison = compared_with(old, new, &mut |question| {
        asked.push(question.clone());
        Answer::RenamedTo(question.candidates[0].clone())
    });
    assert_eq!(asked[1].collection.as_deref(), Some("new"));
    assert_lines(
        &told(&comparison),
        "expand: rename the collection old to new (as before)
         expand: rename new.a to b (as before)",
    );
}

#[test]
fn nobody_is_asked_without_a_candidate() {
    // Another type, a mark that answers, and an expression that says where the values come from.
    let text = "[fields.a]\ntype = \"text\"\n";
    for (new, expected) in [
        (
            "[fields.b]\ntype = \"integer\"\n",
            "expand: add things.b (integer) (the field is dropped with its values)
             expand: stop using things.a (nothing is lost before the contract)",
        ),
        (
            "[fields.b]\ntype = \"text\"\nwas = \"a\"\n",
            "expand: rename things.a to b (as before)",
        ),
        (
            "[fields.b]\ntype = \"text\"\nup = \"record.a\"\n",
            "backfill: add things.b (text) (the field is dropped with its values)
             expand: stop using things.a (nothing is lost before the contract)",
        ),
    ] {
        assert_change(text, new, expected);
    }
}
