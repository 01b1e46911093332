//! `matches`: what RE2 says of a text the database says too.

use std::fmt::Write as _;
use std::sync::Arc;

use mainstay_core::definition::{Definition, SystemField};
use mainstay_core::rules::{self, Expr, ExpressionError, Purpose, Scope};
use mainstay_core::{RecordId, Value};
use mainstay_store::sql::{Alive, Arguments, ListShape, Target, list_statement, output_columns, sort_terms};
use mainstay_store::tx::Bind;
use mainstay_store::{Dialect, Priority, StoreError, Tx};
use mainstay_testkit::files;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use regex::Regex;

use super::choices::Choices;
use super::world::{self, Stored};

const FILES: [(&str, &str); 2] = [
    ("mainstay.toml", "name = \"matched\""),
    (
        "collections/things.toml",
        "fields.text = { type = \"text\", required = true, multiline = true }",
    ),
];

const TEXTS: [&str; 44] = [
    "",
    "a",
    "A",
    "b",
    "ab",
    "ba",
    "aab",
    "abc",
    "ABC",
    "a b",
    "a\nb",
    "\n",
    "\na",
    "a\n",
    "a\r\nb",
    "\r",
    "foo bar",
    "foobar",
    "foo_bar",
    "foo-bar",
    "1",
    "12",
    "123",
    "2026-01-31",
    "ann@example.org",
    "a.b",
    "a\\b",
    "[a]",
    "a]b",
    "^a$",
    "(a)",
    "{2}",
    "Grüße",
    "grÜSSE",
    "ß",
    "ſ",
    "K",
    "Σς",
    "١٢",
    "日本",
    "\u{1F600}",
    "é",
    "e\u{301}",
    "\u{1}\u{7f}",
];

const PATTERNS: [&str; 92] = [
    "",
    "a",
    "^a",
    "a$",
    "^a$",
    r"\Aa\z",
    "^$",
    "a|b",
    "^(a|b)$",
    "^(?:a|)$",
    "(|a)b",
    "a*",
    "a+b",
    "a?b",
    "^a{2}b$",
    "^a{2,}b$",
    "^a{0,3}$",
    "a*?b",
    "a+?",
    "(a*)*",
    "(a|b)*c",
    "^(?:ab|a)(?:c|bc)$",
    ".",
    "^.$",
    "a.b",
    "(?s)a.b",
    "(?s)^.$",
    "(?m)^a$",
    "(?m)^b",
    "(?m)a$",
    "(?m)^$",
    "(?mR)^b",
    "(?mR)a$",
    r"\bfoo\b",
    r"\Bbar",
    r"foo\b",
    r"^\b",
    r"\B$",
    r"(?-u:\b)foo(?-u:\b)",
    r"\b{start}bar",
    r"foo\b{end}",
    r"\b{start-half}a",
    r"a\b{end-half}",
    r"(?:\b)*a",
    r"(?:^)+a",
    r"\d",
    r"^\d+$",
    r"\D",
    r"\w",
    r"^\w+$",
    r"\W",
    r"\s",
    r"^\S+$",
    r"(?-u)^\w+$",
    r"(?-u)\d",
    "[a-c]",
    "[^a-c]",
    "[^a]",
    r"[\]]",
    r"[\[\]]",
    r"[\^$]",
    "[-a]",
    "[a-]",
    r"[\\]",
    "[[:alpha:]]",
    "[[:^digit:]]",
    "[a-z&&[^b]]",
    "[a-c--b]",
    r"\p{L}",
    r"\pN",
    r"\P{L}",
    r"\p{Greek}",
    r"\p{Lu}",
    r"^\p{Han}+$",
    "(?i)abc",
    "(?i)grüsse",
    "(?i)ß",
    "(?i)s",
    "(?i)k",
    "(?i)σ",
    "(?i)É",
    r"\x61",
    r"\u{1F600}",
    r"\x00",
    r"[\x00-\x1f]",
    r"[^\x00]",
    r"\.",
    r"\(a\)",
    r"\{2\}",
    r"^[a-z]+@[a-z.]+\.[a-z]{2,}$",
    r"^\d{4}-\d{2}-\d{2}$",
    r"(?x) a  b # letters",
];

/// Parts of which random patterns are made, and how they are put together.
const PARTS: [&str; 30] = [
    "a",
    "b",
    "",
    ".",
    "^",
    "$",
    r"\b",
    r"\B",
    "[ab]",
    "[^a]",
    r"\w",
    r"\W",
    r"\d",
    r"\s",
    "é",
    "(?i:A)",
    "(?s:.)",
    "(?m:^)",
    "(?m:$)",
    r"\n",
    "B",
    r"\p{L}",
    "[^\\n]",
    "1",
    "_",
    r"(?-u:\b)",
    " ",
    "ab",
    r"\A",
    r"\z",
];
const AROUND: [&str; 13] = [
    "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "??", "{3}", "{0,1}", "{2,3}?",
];

fn random_text(tape: &[u16]) -> String {
    let mut choices = Choices::new(tape);
    (0..choices.below(7))
        .map(|_| {
            choices
                .text(&["a", "b", "A", "B", " ", "\n", "1", "_", "é", "-", "ß", "\r"])
                .to_owned()
        })
        .collect()
}

fn random_pattern(choices: &mut Choices<'_>, depth: usize) -> String {
    let mut pattern = String::new();
    for _ in 0..=choices.below(3) {
        let part = match choices.below(5) {
            3 if depth > 0 => format!("({})", random_pattern(choices, depth - 1)),
            4 if depth > 0 => {
                let (left, right) = (
                    random_pattern(choices, depth - 1),
                    random_pattern(choices, depth - 1),
                );
                format!("(?:{left}|{right})")
            }
            _ => format!("(?:{})", choices.text(&PARTS)),
        };
        write!(pattern, "{part}{}", choices.text(&AROUND)).expect("a string takes all text");
    }
    pattern
}

fn things() -> Arc<Definition> {
    Arc::new(Definition::read(files(&FILES)).expect("the fixture is a good definition"))
}

async fn insert_all(stored: &Stored, definition: &Arc<Definition>, texts: &[String]) {
    let (definition, texts) = (Arc::clone(definition), texts.to_vec());
    let inserted = stored.db.write(Priority::Interactive, move |tx| {
        let collection = definition.find_collection("things").expect("it is declared");
        let field = collection.find_field("text").expect("it is declared").id;
        tx.execute("DELETE FROM things", &[])?;
        for (number, text) in texts.iter().enumerate() {
            let mut row = world::make_row(&definition, collection, number, &mut Choices::new(&[]));
            row.insert(field, Value::Text(text.clone()));
            world::insert(tx, &definition, collection, &row)?;
        }
        Ok::<(), StoreError>(())
    });
    inserted.await.expect("the texts fit");
}

fn filter(definition: &Definition, pattern: &str) -> Result<Expr, Vec<ExpressionError>> {
    let collection = definition.find_collection("things").expect("it is declared");
    let scope = Scope {
        collection: collection.id,
        purpose: Purpose::Filter,
    };
    let quoted = pattern
        .replace('\\', "\\\\")
        .replace('\'', "\\'")
        .replace('\n', "\\n");
    let text = format!("text.matches('{quoted}')");
    rules::parse(definition, scope, &text)
}

/// The numbers of the records whose text the database finds to match.
async fn matching(stored: &Stored, definition: &Definition, filter: &Expr) -> Result<Vec<u8>, StoreError> {
    let collection = definition.find_collection("things").expect("it is declared");
    let target = Target {
        definition,
        dialect: stored.db.dialect(),
    };
    let shape = ListShape {
        columns: &output_columns(collection, |field| field.id == SystemField::Id.id()),
        filter: Some(filter),
        guarded: false,
        rules: &[],
        sort: &sort_terms(collection, []),
        after: None,
        alive: Alive::Either,
    };
    let statement = list_statement(target, collection, &shape).expect("it is simple");
    let read = move |tx: &mut Tx<'_>| {
        let limit = [Bind::Int(i64::MAX)];
        let binds = statement.binds(&Arguments {
            auth_id: None,
            auth_share: None,
            now_micros: 0,
            method: "GET",
            input: &[],
            input_ids: &[],
            arguments: &limit,
        });
        let mut found = Vec::new();
        tx.query(&statement.text, &binds, |row| {
            found.push(number_of(row.id(0)?));
            Ok::<(), StoreError>(())
        })?;
        Ok(found)
    };
    stored.db.read(read).await
}

fn number_of(id: RecordId) -> u8 {
    id.as_bytes()[15]
}

/// What differs, a line each.
/// Where the database and the crate `regex` differ.
async fn compare(
    stored: &Stored,
    definition: &Definition,
    pattern: &str,
    texts: &[String],
) -> Result<Vec<String>, StoreError> {
    let regex = Regex::new(pattern).unwrap_or_else(|error| panic!("{error}"));
    let filter = filter(definition, pattern).unwrap_or_else(|errors| panic!("{pattern:?}: {errors:?}"));
    let found = matching(stored, definition, &filter).await?;
    let differs = texts.iter().enumerate().filter_map(|(number, text)| {
        let said = found.contains(&u8::try_from(number).expect("there are few texts"));
        let meant = regex.is_match(text);
        (said != meant).then(|| format!("{pattern:?} on {text:?}: {said}, and should be {meant}"))
    });
    Ok(differs.collect())
}

#[tokio::test]
async fn patterns_match_the_same_texts_in_every_database() {
    let definition = things();
    let stored = world::open(&definition);
    let mut texts: Vec<String> = TEXTS.map(str::to_owned).to_vec();
    texts.extend([256, 299, 300, 600].map(|count| "x".repeat(count)));
    insert_all(&stored, &definition, &texts).await;
    let mut faults = Vec::new();
    let long = [
        "^x{300}$",
        "^x{256,}$",
        "^x{2,299}$",
        "^x{0,600}$",
        "^(?:x{100}){3}$",
        "^[a-z]{300,600}$",
    ];
    for pattern in PATTERNS.into_iter().chain(long) {
        let compared = compare(&stored, &definition, pattern, &texts).await;
        faults.extend(compared.unwrap_or_else(|error| vec![format!("{pattern:?}: {error:?}")]));
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn random_patterns_match_the_same_texts_in_every_database() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime can be built");
    let definition = things();
    let stored = world::open(&definition);
    let config = Config {
        cases: 20,
        failure_persistence: None,
        ..Config::default()
    };
    let tape = |longest| prop::collection::vec(any::<u16>(), 0..longest);
    let tapes = (
        prop::collection::vec(tape(12), 20..40),
        prop::collection::vec(tape(40), 20),
    );
    let outcome = TestRunner::new(config).run(&tapes, |(texts, patterns)| {
        let texts: Vec<String> = texts.iter().map(|tape| random_text(tape)).collect();
        runtime.block_on(async {
            insert_all(&stored, &definition, &texts).await;
            for tape in &patterns {
                let pattern = random_pattern(&mut Choices::new(tape), 2);
                if filter(&definition, &pattern).is_err() {
                    // Larger than the language takes.
                    continue;
                }
                let faults = match compare(&stored, &definition, &pattern, &texts).await {
                    // PostgreSQL has a limit of its own for counts within counts, and says so after seconds of trying.
                    Err(StoreError::TooLarge) if stored.db.dialect() == Dialect::Postgres => continue,
                    compared => compared.unwrap_or_else(|error| vec![format!("{pattern:?}: {error:?}")]),
                };
                prop_assert!(faults.is_empty(), "{}", faults.join("\n"));
            }
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
