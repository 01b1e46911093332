//! Create and update rules: asked with the input bound.

use std::cell::RefCell;

use mainstay_core::definition::Collection;
use mainstay_core::rules::{self, Expr, Purpose, Scope};
use mainstay_core::{FieldId, Value};
use mainstay_store::records::hex_ids;
use mainstay_store::sql::{Alive, insert_statement, select_by_id};
use mainstay_testkit::evaluator::{Row, World, truth};
use proptest::test_runner::TestCaseError;

use super::asker::{Asker, Given};
use super::choices::Choices;
use super::fixture::{DEFINITION, target};
use super::property::{Outcome, Tally, compare_in_worlds};
use super::world::{self, RECORDS, Stored};
use super::writer;

#[test]
fn update_rules_see_the_record_and_the_input() {
    compare_in_worlds(&async |stored, world, tape, tally| {
        compare(stored, world, Purpose::Update, tape, tally).await
    });
}

#[test]
fn create_rules_let_in_the_input_of_which_they_are_true() {
    compare_in_worlds(&async |stored, world, tape, tally| {
        compare(stored, world, Purpose::Create, tape, tally).await
    });
}

async fn compare(
    stored: &Stored,
    world: &World,
    purpose: Purpose,
    tape: &[u16],
    tally: &RefCell<Tally>,
) -> Outcome {
    let (about, tape) = tape.split_at(tape.len().min(40));
    let mut choices = Choices::new(about);
    let collection = choices.pick(&["todos", "rooms", "members", "users"]);
    let collection = DEFINITION
        .find_collection(collection)
        .expect("the fixture has it");
    let asker = Asker::pick(&mut choices);
    let number = if purpose == Purpose::Create {
        RECORDS
    } else {
        choices.below(RECORDS)
    };
    let input = world::make_row(&DEFINITION, collection, number, &mut choices);
    let record = world.records[&collection.id].get(number);
    let text = writer::write(&DEFINITION, collection.id, purpose, tape);
    let Ok(expr) = rules::parse(
        &DEFINITION,
        Scope {
            collection: collection.id,
            purpose,
        },
        &text,
    ) else {
        tally.borrow_mut().refused += 1;
        return Ok(());
    };
    let answer = truth(&expr, &asker.context(world, None, record, Some(&input)));
    let said = match purpose {
        Purpose::Create => inserts(stored, asker, collection, &expr, &input).await,
        _ => passes(stored, asker, collection, &expr, &input).await,
    };
    let Some(said) = said else {
        tally.borrow_mut().too_complex += 1;
        return Ok(());
    };
    if said != (answer == Some(true)) {
        let (input, world) = (
            world::describe(collection, &input),
            world::describe_all(&DEFINITION, world),
        );
        let reason =
            format!("{text}\nis {answer:?} for {asker:?}, and SQL says {said}\ninput: {input}\n{world}");
        return Err(TestCaseError::fail(reason));
    }
    let mut tally = tally.borrow_mut();
    tally.compared += 1;
    tally.met += usize::from(said);
    Ok(())
}

async fn passes(stored: &Stored, asker: Asker, of: &Collection, rule: &Expr, input: &Row) -> Option<bool> {
    let statement = select_by_id(target(), of, &[], Some(rule), Alive::Either).ok()?;
    let answer = asker.holds(stored, &statement, given(of, input)).await;
    Some(answer.unwrap_or_else(|error| panic!("{error:?}: {}", statement.text)))
}

/// Tries the insert itself, and takes it back.
async fn inserts(stored: &Stored, asker: Asker, of: &Collection, rule: &Expr, input: &Row) -> Option<bool> {
    let statement = insert_statement(target(), of, Some(rule)).ok()?;
    let changed = asker.rows_changed(stored, &statement, given(of, input)).await;
    Some(changed.unwrap_or_else(|error| panic!("{error:?}: {}", statement.text)) == 1)
}

fn given(collection: &Collection, input: &Row) -> Given {
    let ids = |(field, value): (&FieldId, &Value)| match value {
        Value::Ids(ids) => Some((*field, hex_ids(ids))),
        _ => None,
    };
    Given {
        input: world::columns(collection, input),
        input_ids: input.iter().filter_map(ids).collect(),
        id: Some(world::row_id(input)),
    }
}
