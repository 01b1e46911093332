//! Filters and rules: the rows that a list gives are those whose condition is true.

use std::cell::RefCell;

use mainstay_core::definition::{Collection, SystemField};
use mainstay_core::rules::{self, Expr, Purpose, Scope};
use mainstay_store::sql::{
    Alive, ListShape, Statement, TooComplex, list_statement, output_columns, sort_terms,
};
use mainstay_testkit::evaluator::{World, truth};
use proptest::test_runner::TestCaseError;

use super::asker::Asker;
use super::choices::Choices;
use super::fixture::DEFINITION;
use super::property::{Outcome, Tally, compare_in_worlds};
use super::world::{self, Stored};
use super::writer;

#[test]
fn rules_hold_for_the_rows_of_which_they_are_true() {
    compare_in_worlds(async |stored, world, tape, tally| compare(stored, world, false, tape, tally).await);
}

#[test]
fn filters_of_bound_callers_reach_only_what_their_callers_may_read() {
    compare_in_worlds(async |stored, world, tape, tally| compare(stored, world, true, tape, tally).await);
}

/// One expression about one collection, asked by one caller, and its negation.
async fn compare(
    stored: &Stored,
    world: &World,
    guarded: bool,
    tape: &[u16],
    tally: &RefCell<Tally>,
) -> Outcome {
    let (about, tape) = tape.split_at(tape.len().min(3));
    let mut choices = Choices::new(about);
    let collection = choices.pick(&["todos", "rooms", "members", "users", "labels", "notes"]);
    let collection = DEFINITION
        .find_collection(collection)
        .expect("the fixture has it");
    let asker = Asker::pick(&mut choices);
    let purpose = if guarded || choices.below(2) == 0 {
        Purpose::Filter
    } else {
        Purpose::Read
    };
    let text = writer::write(&DEFINITION, collection.id, purpose, tape);
    let parse = |text: &str| {
        rules::parse(
            &DEFINITION,
            Scope {
                collection: collection.id,
                purpose,
            },
            text,
        )
    };
    let (Ok(expr), Ok(negated)) = (parse(&text), parse(&format!("!({text})"))) else {
        tally.borrow_mut().refused += 1;
        return Ok(());
    };
    let readable = guarded.then(|| asker.readable(world));
    let mut met = false;
    for (sql_of, wanted) in [(&expr, true), (&negated, false)] {
        let Ok(statement) = list(collection, sql_of, guarded) else {
            tally.borrow_mut().too_complex += 1;
            return Ok(());
        };
        let listed = asker.run(stored, &statement).await;
        let listed =
            listed.map_err(|error| TestCaseError::fail(format!("{text}\n{error:?}\n{}", statement.text)))?;
        met |= !listed.is_empty() && wanted;
        for row in &world.records[&collection.id] {
            let answer = truth(&expr, &asker.context(world, readable.as_ref(), Some(row), None));
            if listed.contains(&world::row_id(row)) != (answer == Some(wanted)) {
                let said = format!("{text}\nis {answer:?} of {}", world::describe(collection, row));
                let difference = if wanted {
                    "SQL says otherwise"
                } else {
                    "SQL of its negation says otherwise"
                };
                let world = world::describe_all(&DEFINITION, world);
                let reason = format!(
                    "{said}\nfor {asker:?}; {difference}:\n{}\n{world}",
                    statement.text
                );
                return Err(TestCaseError::fail(reason));
            }
        }
    }
    tally.borrow_mut().compared += 1;
    tally.borrow_mut().met += usize::from(met);
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
