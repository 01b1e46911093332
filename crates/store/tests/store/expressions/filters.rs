//! Filters and rules: the rows that a list gives are those whose condition is true.

use mainstay_core::definition::{Collection, SystemField};
use mainstay_core::rules::{self, Expr, Purpose, Scope};
use mainstay_store::sql::{Alive, ListShape, Statement, TooComplex, list_statement, output_columns, sort_terms};
use mainstay_testkit::evaluator::{World, truth};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::asker::Asker;
use super::choices::Choices;
use super::fixture::DEFINITION;
use super::world::{self, Stored};
use super::writer;

/// Tapes: one of a world, and one of each expression about it.
type Tapes = (Vec<u16>, Vec<Vec<u16>>);

fn tapes() -> impl Strategy<Value = Tapes> {
    let tape = |longest| prop::collection::vec(any::<u16>(), 0..longest);
    (tape(600), prop::collection::vec(tape(80), 1..20))
}

/// How many texts were compared, and how many were refused on the way.
#[derive(Default)]
struct Tally {
    compared: usize,
    refused: usize,
    too_complex: usize,
    with_rows: usize,
}

#[test]
fn filters_give_the_rows_that_the_evaluator_gives() {
    compare_all(false);
}

#[test]
fn filters_of_bound_callers_reach_only_what_their_callers_may_read() {
    compare_all(true);
}

fn compare_all(guarded: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be built");
    let tally = std::cell::RefCell::new(Tally::default());
    let config = ProptestConfig { failure_persistence: None, max_shrink_iters: 4_000, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&tapes(), |(world, expressions)| {
        runtime.block_on(async {
            let world = world::make(&DEFINITION, &world);
            let stored = world::store(&DEFINITION, world.clone()).await;
            for tape in &expressions {
                compare(&stored, &world, guarded, tape, &mut tally.borrow_mut()).await?;
            }
            Ok(())
        })
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    let Tally { compared, refused, too_complex, with_rows } = tally.into_inner();
    println!("{compared} expressions compared ({with_rows} with rows), {refused} refused, {too_complex} too complex");
    assert!(compared > 20 * (refused + too_complex), "the writer should know the language's types");
    assert!(with_rows * 4 > compared, "most conditions should be true of something");
}

/// One expression about one collection, asked by one caller, and its negation.
async fn compare(
    stored: &Stored,
    world: &World,
    guarded: bool,
    tape: &[u16],
    tally: &mut Tally,
) -> Result<(), TestCaseError> {
    let (about, tape) = tape.split_at(tape.len().min(3));
    let mut choices = Choices::new(about);
    let collection = choices.pick(&["todos", "rooms", "members", "users", "labels", "notes"]);
    let collection = DEFINITION.find_collection(collection).expect("the fixture has it");
    let asker = Asker::pick(&mut choices);
    let purpose = if guarded || choices.below(2) == 0 { Purpose::Filter } else { Purpose::Read };
    let text = writer::write(&DEFINITION, collection.id, purpose, tape);
    let parse = |text: &str| rules::parse(&DEFINITION, Scope { collection: collection.id, purpose }, text);
    let (Ok(expr), Ok(negated)) = (parse(&text), parse(&format!("!({text})"))) else {
        tally.refused += 1;
        return Ok(());
    };
    let readable = guarded.then(|| asker.readable(world));
    for (sql_of, wanted) in [(&expr, true), (&negated, false)] {
        let Ok(statement) = list(collection, sql_of, guarded) else {
            tally.too_complex += 1;
            return Ok(());
        };
        let listed = asker.run(stored, &statement).await;
        let listed = listed.map_err(|error| TestCaseError::fail(format!("{text}\n{error:?}\n{}", statement.text)))?;
        tally.with_rows += usize::from(!listed.is_empty());
        for row in &world.records[&collection.id] {
            let answer = truth(&expr, &asker.context(world, readable.as_ref(), Some(row), None));
            if listed.contains(&world::row_id(row)) != (answer == Some(wanted)) {
                let said = format!("{text}\nis {answer:?} of {}", world::describe(collection, row));
                let difference = if wanted { "SQL says otherwise" } else { "SQL of its negation says otherwise" };
                let world = world::describe_all(&DEFINITION, world);
                let reason = format!("{said}\nfor {asker:?}; {difference}:\n{}\n{world}", statement.text);
                return Err(TestCaseError::fail(reason));
            }
        }
    }
    tally.compared += 1;
    Ok(())
}

fn list(collection: &Collection, expr: &Expr, guarded: bool) -> Result<Statement, TooComplex> {
    let columns = output_columns(collection, |field| field.id == SystemField::Id.id());
    let sort = sort_terms(collection, []);
    let rules = [expr];
    let shape = ListShape {
        columns: &columns,
        filter: guarded.then_some(expr),
        guarded,
        rules: if guarded { &[] } else { &rules },
        sort: &sort,
        after: None,
        alive: Alive::Either,
    };
    list_statement(&DEFINITION, collection, &shape)
}
