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
use super::fixture::{DEFINITION, target};
use super::property::{Outcome, Tally, compare_in_worlds};
use super::world::{self, Stored};
use super::writer;

#[test]
fn rules_hold_for_the_rows_of_which_they_are_true() {
    compare_in_worlds(&async |stored, world, tape, tally| {
        compare(stored, world, Author::Application, tape, tally).await
    });
}

#[test]
fn filters_of_bound_callers_reach_only_what_their_callers_may_read() {
    compare_in_worlds(&async |stored, world, tape, tally| {
        compare(stored, world, Author::Client, tape, tally).await
    });
}

/// Who wrote the condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Author {
    /// It is a rule, and sees everything.
    Application,
    /// It is a filter, and sees what its author may read.
    Client,
}

/// One expression about one collection, asked by one caller, and its negation.
async fn compare(
    stored: &Stored,
    world: &World,
    author: Author,
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
    let other = choices.below(2) == 1;
    let purpose = match author {
        Author::Application if other => Purpose::List,
        _ => Purpose::Filter,
    };
    let text = writer::write(&DEFINITION, collection.id, purpose, tape);
    let scope = Scope {
        collection: collection.id,
        purpose,
    };
    let parse = |text: &str| rules::parse(&DEFINITION, scope, text);
    let (Ok(expr), Ok(negated)) = (parse(&text), parse(&format!("!({text})"))) else {
        tally.borrow_mut().refused += 1;
        return Ok(());
    };
    let readable = (author == Author::Client).then(|| asker.readable(world));
    let masked = (author == Author::Client).then(|| asker.masked(world));
    let seen = masked.as_ref().unwrap_or(world);
    // Beside a client's filter the rule of the list holds, or none for whoever is bound by none.
    let rule = collection
        .rules
        .read
        .as_ref()
        .filter(|_| other && readable.is_some());
    let mut met = false;
    for (sql_of, wanted) in [(&expr, true), (&negated, false)] {
        let Ok(statement) = list(collection, sql_of, author, rule) else {
            tally.borrow_mut().too_complex += 1;
            return Ok(());
        };
        let listed = asker.run(stored, &statement).await;
        let listed =
            listed.map_err(|error| TestCaseError::fail(format!("{text}\n{error:?}\n{}", statement.text)))?;
        met |= !listed.is_empty() && wanted;
        for (row, seen_row) in world.records[&collection.id]
            .iter()
            .zip(&seen.records[&collection.id])
        {
            let id = world::row_id(row);
            let passes = rule
                .is_none_or(|rule| truth(rule, &asker.context(world, None, Some(row), None)) == Some(true));
            let answer = truth(
                &expr,
                &asker.context(seen, readable.as_ref(), Some(seen_row), None),
            );
            if listed.contains(&id) != (passes && answer == Some(wanted)) {
                let negation = if wanted { "" } else { " of its negation" };
                let said = format!("{text}\nis {answer:?} of {}", world::describe(collection, row));
                let world = world::describe_all(&DEFINITION, world);
                let reason = format!(
                    "{said}\nfor {asker:?}; SQL{negation} says otherwise:\n{}\n{world}",
                    statement.text
                );
                return Err(TestCaseError::fail(reason));
            }
        }
    }
    let mut tally = tally.borrow_mut();
    tally.compared += 1;
    tally.met += usize::from(met);
    Ok(())
}

fn list(
    collection: &Collection,
    expr: &Expr,
    author: Author,
    rule: Option<&Expr>,
) -> Result<Statement, TooComplex> {
    let columns = output_columns(collection, |field| field.id == SystemField::Id.id());
    let sort = sort_terms(collection, []);
    let (filter, rules) = match author {
        Author::Application => (None, vec![expr]),
        Author::Client => (Some(expr), Vec::from_iter(rule)),
    };
    let shape = ListShape {
        columns: &columns,
        filter,
        guarded: author == Author::Client,
        rules: &rules,
        sort: &sort,
        after: None,
        alive: Alive::Either,
    };
    list_statement(target(), collection, &shape)
}
