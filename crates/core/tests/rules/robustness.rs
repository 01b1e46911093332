use std::fmt::Write as _;

use mainstay_core::rules::Purpose;
use proptest::prelude::*;

use crate::fixture::parse;

const PURPOSES: [Purpose; 8] = [
    Purpose::List,
    Purpose::Read,
    Purpose::Create,
    Purpose::Update,
    Purpose::Delete,
    Purpose::Check,
    Purpose::Filter,
    Purpose::Convert,
];

/// Whatever the text, the answer is an expression or errors whose places lie within the text.
fn assert_answers(text: &str) {
    for purpose in PURPOSES {
        let Err(errors) = parse(purpose, text) else {
            continue;
        };
        assert!(!errors.is_empty(), "refused without a reason: {text:?}");
        for error in errors {
            assert!(
                text.get(error.span.clone()).is_some(),
                "{:?} is no place in {text:?}",
                error.span
            );
            assert!(!error.message.is_empty());
        }
    }
}

/// Words that make sense more often than random characters do.
const WORDS: [&str; 78] = [
    "record",
    "input",
    "auth",
    "request",
    "now()",
    "record.title",
    "record.room",
    "record.room.members",
    "auth.id",
    "record.tags",
    "record.assignees",
    "record.price",
    "record.due",
    "record.day",
    "record.data",
    "record.count",
    "record.ratio",
    "record.status",
    "title",
    "done",
    "m",
    ".name",
    ".id",
    ".user",
    ".exists(",
    ".all(m,",
    "m,",
    ".size()",
    ".matches('a+')",
    ".startsWith(",
    "has(",
    "size(",
    "timestamp('2026-01-31T12:00:00Z')",
    "duration('1h')",
    "date('2026-01-31')",
    "date('",
    "int(",
    "'open'",
    "\"ä\"",
    "r'\\d'",
    "'''",
    "b'x'",
    "'\\x41'",
    "'\\",
    "1",
    "0",
    "-1",
    "1.5",
    "1e999",
    "0x1F",
    "1u",
    "9223372036854775808",
    "true",
    "false",
    "null",
    "if",
    "and",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "?",
    ":",
    "!",
    "-",
    "+",
    "*",
    "/",
    "%",
    "==",
    "<",
    " in ",
    "&&",
    "||",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,60}") {
        assert_answers(&text);
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        assert_answers(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_words_are_answered(
        words in prop::collection::vec((prop::sample::select(&WORDS[..]), prop::sample::select(&["", " ", "\n"][..])), 0..30)
    ) {
        let mut text = String::new();
        for (word, blank) in words {
            write!(text, "{word}{blank}").expect("a string takes all text");
        }
        assert_answers(&text);
    }

    #[test]
    fn any_spoiled_expression_is_answered(at in 0_usize..200, cut in 0_usize..6, word in prop::sample::select(&WORDS[..])) {
        let good = "record.room.members.exists(m, m.user == auth.id && m.role in ['editor']) \
                    || (record.due - now() < duration('1h') ? record.price * 2 > 1.5 : record.tags.all(t, t != 'red'))";
        let mut text = good.to_owned();
        let at = at.min(text.len());
        text.replace_range(at..(at + cut).min(good.len()), word);
        assert_answers(&text);
    }
}

/// The longest texts of a kind that still fit: each repeats parts around a middle.
fn longest(before: &str, middle: &str, after: &str) -> String {
    let count = (4_096 - middle.len()) / (before.len() + after.len());
    format!("{}{middle}{}", before.repeat(count), after.repeat(count))
}

#[test]
fn no_nesting_exhausts_the_stack() {
    let kinds = [
        ("(", "true", ")"),
        ("(", "", ""),
        ("[", "1", "]"),
        ("{1:", "1", "}"),
        ("f(", "1", ")"),
        ("true.f(", "1", ")"),
        ("!(", "true", ")"),
        ("!", "true", ""),
        ("-", "1", ""),
        ("", "record", ".room"),
        ("", "1", "+1"),
        ("", "1", "==1"),
        ("", "1", "[1]"),
        ("", "1", " in[1]"),
        ("", "true", "&&true"),
        ("", "true", "||true&&true"),
        ("", "true", "?true:true"),
        ("true?true:", "true", ""),
        ("true||true&&1==1+1*-(", "1", ")"),
        ("(true||", "true", "&&true)"),
        ("record.assignees.exists(m,", "true", ")"),
        ("", "true", "\n"),
        ("a.", "b", "{}"),
    ];
    // Half of what threads get, so that a caller has room above.
    let thread = std::thread::Builder::new().stack_size(1024 * 1024);
    let run = move || {
        for (before, middle, after) in kinds {
            assert_answers(&longest(before, middle, after));
            for count in [20, 31, 32, 62, 63, 64, 65] {
                assert_answers(&format!(
                    "{}{middle}{}",
                    before.repeat(count),
                    after.repeat(count)
                ));
            }
        }
    };
    thread
        .spawn(run)
        .expect("a thread can be started")
        .join()
        .expect("every text is answered");
}

#[test]
fn the_deepest_accepted_expression_is_typed() {
    let nested = |count: usize| format!("{}record.done{}", "!(".repeat(count), ")".repeat(count));
    let run = move || {
        assert!(parse(Purpose::Read, &nested(31)).is_ok());
        assert!(parse(Purpose::Read, &nested(32)).is_err());
        let sum = format!("record.rank{} > 0", " + 1".repeat(62));
        assert!(parse(Purpose::Read, &sum).is_ok());
        assert!(parse(Purpose::Read, &format!("{sum} + 1")).is_err());
    };
    let thread = std::thread::Builder::new().stack_size(1024 * 1024);
    thread
        .spawn(run)
        .expect("a thread can be started")
        .join()
        .expect("no stack overflows");
}
