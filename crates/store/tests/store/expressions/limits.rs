//! Expressions at the edge of what the language takes: the SQL made of them stays small, and SQLite takes it.

use mainstay_core::rules::{self, Expr, Purpose, Scope};
use mainstay_store::sql::{Alive, TooComplex, select_by_id};
use mainstay_testkit::evaluator::truth;

use super::asker::{Asker, Given};
use super::fixture::{DEFINITION, target};
use super::world;

/// Bytes of the SQL of one condition; the longest text of one has 4,096.
const SQL_BYTES_MAX: usize = 200_000;

/// What stands around a repeated part, the part before and after its middle, and the middle.
struct Kind {
    around: [&'static str; 2],
    repeated: [&'static str; 2],
    middle: &'static str,
}

const fn kind(around: [&'static str; 2], repeated: [&'static str; 2], middle: &'static str) -> Kind {
    Kind {
        around,
        repeated,
        middle,
    }
}

const LONG: [Kind; 18] = [
    kind(["", " > 0"], ["", " + 1"], "record.rank"),
    kind(["", " > 0"], ["1 - (", ")"], "record.rank"),
    kind(["", " > 0"], ["-(", ")"], "record.rank"),
    kind(["", " == null"], ["", " * record.rank"], "record.rank"),
    kind(["", " > 0.0"], ["", " * 2.0"], "record.ratio"),
    kind(["", " > 0"], ["0.01 + (", ")"], "record.price"),
    kind(["", " == 'b'"], ["", " + 'a'"], "record.title"),
    kind(["", " == 'b'"], ["", ".lowerAscii()"], "record.title"),
    kind(["", " == 'b'"], ["", ".trim()"], "record.title"),
    kind(["", " == 'b'"], ["", ".replace('a', 'b')"], "record.title"),
    kind(["", " > 0"], ["int(string(", "))"], "record.rank"),
    kind(["", ""], ["record.done && (", ")"], "record.flag"),
    kind(["", ""], ["record.flag || !(", ")"], "record.done"),
    kind(["", ""], ["(record.flag ? record.done : ", ")"], "record.done"),
    kind(["", ""], ["", " && record.title != 'a'"], "record.done"),
    kind(["record.rank in [1", "]"], ["", ", 1"], ""),
    kind(
        ["", "true))))"],
        [
            "record.related.exists(a, a.related.all(b, b.related.exists_one(c, c.related.exists(d, ",
            "",
        ],
        "",
    ),
    kind(["record.room", ".name != 'x'"], ["", ".parent"], ""),
];

/// Each level of these doubles what is built: their limit is reached long before the language's.
const DOUBLING: [Kind; 4] = [
    kind(["", ""], ["(", " == record.flag)"], "record.done"),
    kind(["", ""], ["(", " ? record.done : record.flag)"], "record.done"),
    kind(["", " > 0"], ["(", " > 0 ? 1 : 2) + 1"], "record.rank"),
    kind(["", ""], ["(auth.nick == (", " ? 'a' : 'b'))"], "record.done"),
];

impl Kind {
    fn repeat(&self, count: usize) -> Option<Expr> {
        let [open, close] = self.around;
        let [before, after] = self.repeated;
        let (before, after) = (before.repeat(count), after.repeat(count));
        let text = format!("{open}{before}{}{after}{close}", self.middle);
        let collection = DEFINITION
            .find_collection("todos")
            .expect("the fixture has it")
            .id;
        rules::parse(
            &DEFINITION,
            Scope {
                collection,
                purpose: Purpose::Read,
            },
            &text,
        )
        .ok()
    }

    /// The longest that the language takes.
    fn longest(&self) -> Expr {
        let (mut taken, mut refused) = (1, 1_000);
        while refused - taken > 1 {
            let middle = usize::midpoint(taken, refused);
            if self.repeat(middle).is_some() {
                taken = middle;
            } else {
                refused = middle;
            }
        }
        self.repeat(taken).expect("a short one is allowed")
    }
}

#[tokio::test]
async fn the_longest_expressions_have_short_sql_that_is_right() {
    let world = world::make(&DEFINITION, &[1; 600]);
    let stored = world::store(&DEFINITION, world.clone()).await;
    let todos = DEFINITION.find_collection("todos").expect("the fixture has it");
    let row = &world.records[&todos.id][0];
    for kind in &LONG {
        let expr = kind.longest();
        let statement = select_by_id(target(), todos, &[], Some(&expr), Alive::Either);
        let statement = statement.unwrap_or_else(|_| panic!("{:?} is not complex", kind.repeated));
        assert!(
            statement.text.len() < SQL_BYTES_MAX,
            "{:?}: {} bytes",
            kind.repeated,
            statement.text.len()
        );
        let given = Given {
            id: Some(world::row_id(row)),
            ..Given::default()
        };
        let said = Asker::NOBODY.holds(&stored, &statement, given).await;
        let said = said.unwrap_or_else(|error| panic!("{:?}: {error:?}", kind.repeated));
        let answer = truth(&expr, &Asker::NOBODY.context(&world, None, Some(row), None));
        assert_eq!(said, answer == Some(true), "{:?}", kind.repeated);
    }
}

#[test]
fn an_expression_that_doubles_with_each_level_is_refused_before_it_is_large() {
    let todos = DEFINITION.find_collection("todos").expect("the fixture has it");
    for kind in &DOUBLING {
        let statement = select_by_id(target(), todos, &[], Some(&kind.longest()), Alive::Either);
        assert_eq!(statement.err(), Some(TooComplex), "{:?}", kind.repeated);
        let shallow = kind.repeat(3).expect("three are allowed");
        let statement = select_by_id(target(), todos, &[], Some(&shallow), Alive::Either);
        let bytes = statement.expect("three levels are not complex").text.len();
        assert!(bytes < SQL_BYTES_MAX, "{:?}: {bytes} bytes", kind.repeated);
    }
}
