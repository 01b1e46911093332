//! Checks: a record breaks one only when it is false, and the same as a query, on the input, and as a constraint.

use std::cell::RefCell;
use std::sync::Arc;

use mainstay_core::Value;
use mainstay_core::definition::{Collection, Definition};
use mainstay_core::rules::{self, Expr, Purpose, Scope, needs_query};
use mainstay_store::sql::{select_broken, select_input_broken};
use mainstay_store::{Priority, StoreError, Violation};
use mainstay_testkit::evaluator::{Row, World, truth};
use mainstay_testkit::files;
use proptest::test_runner::TestCaseError;

use super::asker::{Asker, Given};
use super::choices::Choices;
use super::fixture::{DEFINITION, target};
use super::property::{self, Outcome, Tally, compare_in_worlds};
use super::world::{self, RECORDS, Stored};
use super::writer;

#[test]
fn a_stored_record_breaks_the_checks_that_are_false() {
    compare_in_worlds(&compare);
}

async fn compare(stored: &Stored, world: &World, tape: &[u16], tally: &RefCell<Tally>) -> Outcome {
    let (about, tape) = tape.split_at(tape.len().min(1));
    let collection = Choices::new(about).pick(&["todos", "rooms", "members", "users"]);
    let collection = DEFINITION
        .find_collection(collection)
        .expect("the fixture has it");
    let text = writer::write(&DEFINITION, collection.id, Purpose::Check, tape);
    let scope = Scope {
        collection: collection.id,
        purpose: Purpose::Check,
    };
    let Ok(expr) = rules::parse(&DEFINITION, scope, &text) else {
        tally.borrow_mut().refused += 1;
        return Ok(());
    };
    let Ok(on_stored) = select_broken(target(), collection, &expr) else {
        tally.borrow_mut().too_complex += 1;
        return Ok(());
    };
    let on_input = select_input_broken(target(), &expr)
        .ok()
        .filter(|_| !needs_query(&expr));
    let mut met = false;
    for row in &world.records[&collection.id] {
        let answer = truth(&expr, &Asker::NOBODY.context(world, None, Some(row), None));
        for statement in [Some(&on_stored), on_input.as_ref()].into_iter().flatten() {
            let given = Given {
                id: Some(world::row_id(row)),
                input: world::columns(collection, row),
                ..Given::default()
            };
            let broken = Asker::NOBODY.holds(stored, statement, given).await;
            let broken = broken.unwrap_or_else(|error| panic!("{error:?}: {}", statement.text));
            met |= broken;
            if broken != (answer == Some(false)) {
                let (row, world) = (
                    world::describe(collection, row),
                    world::describe_all(&DEFINITION, world),
                );
                let said = format!("{text}\nis {answer:?} of {row}\nand SQL says broken: {broken}");
                return Err(TestCaseError::fail(format!(
                    "{said}:\n{}\n{world}",
                    statement.text
                )));
            }
        }
    }
    let mut tally = tally.borrow_mut();
    tally.compared += 1;
    tally.met += usize::from(met);
    Ok(())
}

const THINGS: &str = r#"
fields.title = { type = "text" }
fields.note = { type = "text" }
fields.done = { type = "boolean" }
fields.flag = { type = "boolean", required = true }
fields.rank = { type = "integer" }
fields.ratio = { type = "number" }
fields.price = { type = "decimal" }
fields.due = { type = "datetime" }
fields.start = { type = "datetime" }
fields.day = { type = "date" }
fields.status = { type = "select", options = ["open", "closed", "a"] }
fields.data = { type = "json" }
"#;

/// Tables with a check each, so that one definition tests many.
#[test]
fn a_constraint_refuses_the_rows_of_which_its_check_is_false() {
    let plain = [
        ("mainstay.toml", "name = \"checked\""),
        ("collections/things.toml", THINGS),
    ];
    let plain = Definition::read(files(&plain)).expect("the fields are good");
    let things = plain.find_collection("things").expect("it is declared");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime can be built");
    let kept: RefCell<Option<Stored>> = RefCell::default();
    property::check(|rows, tapes, tally| {
        let mut checks = Vec::new();
        for tape in tapes {
            let text = writer::write(&plain, things.id, Purpose::Check, tape);
            let scope = Scope {
                collection: things.id,
                purpose: Purpose::Check,
            };
            match rules::parse(&plain, scope, &text) {
                Ok(expr) if !needs_query(&expr) => checks.push((text, expr)),
                Ok(_) => {}
                Err(_) => tally.borrow_mut().refused += 1,
            }
        }
        let mut choices = Choices::new(rows);
        let rows: Vec<Row> = (0..RECORDS)
            .map(|number| world::make_row(&plain, things, number, &mut choices))
            .collect();
        runtime.block_on(insert_all(&kept, things, &rows, &checks, tally))
    });
}

async fn insert_all(
    kept: &RefCell<Option<Stored>>,
    things: &Collection,
    rows: &[Row],
    checks: &[(String, Expr)],
    tally: &RefCell<Tally>,
) -> Outcome {
    let mut sources = vec![("mainstay.toml".to_owned(), "name = \"checked\"".to_owned())];
    for (number, (text, _)) in checks.iter().enumerate() {
        // What JSON writes between quotes TOML reads.
        let quoted = serde_json::to_string(text).expect("a text is JSON");
        let check = format!("[[checks]]\nname = \"c\"\nmessage = \"no\"\nexpression = {quoted}\n");
        sources.push((format!("collections/t{number}.toml"), format!("{THINGS}{check}")));
    }
    let sources: Vec<(&str, &str)> = sources
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let definition = Definition::read(files(&sources)).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let definition = Arc::new(definition);
    let before = kept.take();
    let stored = world::open_after(before, &definition).await;
    for (number, (text, expr)) in checks.iter().enumerate() {
        let mut met = false;
        for row in rows {
            let broken = is_refused(&stored, &definition, number, row).await;
            let world = World::default();
            let context = mainstay_testkit::evaluator::Context {
                definition: &definition,
                ..Asker::NOBODY.context(&world, None, Some(row), None)
            };
            let answer = truth(expr, &context);
            met |= broken;
            if broken != (answer == Some(false)) {
                let row = world::describe(things, row);
                let reason =
                    format!("{text}\nis {answer:?} of {row}\nand the constraint says broken: {broken}");
                return Err(TestCaseError::fail(reason));
            }
        }
        let mut tally = tally.borrow_mut();
        tally.compared += 1;
        tally.met += usize::from(met);
    }
    kept.replace(Some(stored));
    Ok(())
}

async fn is_refused(stored: &Stored, definition: &Arc<Definition>, number: usize, row: &Row) -> bool {
    let (definition, row) = (Arc::clone(definition), row.clone());
    let name = format!("t{number}");
    let constraint = format!("t{number}.check.c");
    let inserted = stored.db.write(Priority::Interactive, move |tx| {
        let collection = definition.find_collection(&name).expect("it is declared");
        world::insert(tx, &definition, collection, &row)
    });
    match inserted.await {
        Ok(()) => false,
        Err(StoreError::Violation(Violation::Check { name })) if name == constraint => true,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_check_may_hold_any_character() {
    let check = r#"[[checks]]
name = "c"
message = "no"
expression = "record.title != 'it\\'s a\\u0001b \\\\ ?1 $1 %s {} \\U0001F600'"
"#;
    let things = format!("{THINGS}{check}");
    let sources = [
        ("mainstay.toml", "name = \"checked\""),
        ("collections/t0.toml", things.as_str()),
    ];
    let definition = Arc::new(Definition::read(files(&sources)).expect("the check is good"));
    let stored = world::open(&definition);
    let collection = definition.find_collection("t0").expect("it is declared");
    let title = collection.find_field("title").expect("it is declared").id;
    for (text, refused) in [("it's a\u{1}b \\ ?1 $1 %s {} \u{1F600}", true), ("it's a", false)] {
        let mut row = world::make_row(
            &definition,
            collection,
            usize::from(refused),
            &mut Choices::new(&[]),
        );
        row.insert(title, Value::Text(text.to_owned()));
        assert_eq!(
            is_refused(&stored, &definition, 0, &row).await,
            refused,
            "{text:?}"
        );
    }
}
