//! Pages: put together they are the whole list in its order, each record once.

use std::cell::RefCell;
use std::cmp::Ordering;

use mainstay_core::definition::{Collection, Field, FieldKind, SystemField};
use mainstay_core::{RecordId, Value};
use mainstay_store::records::read_value;
use mainstay_store::sql::{After, Alive, ListShape, SortTerm, list_statement, output_columns, sort_terms};
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, Tx};
use mainstay_testkit::evaluator::{Row, World};
use proptest::test_runner::TestCaseError;

use super::asker;
use super::choices::Choices;
use super::fixture::{DEFINITION, target};
use super::property::{Outcome, Tally, compare_in_worlds};
use super::world::{self, Stored};

#[test]
fn pages_put_together_are_the_whole_list() {
    compare_in_worlds(&compare);
}

async fn compare(stored: &Stored, world: &World, tape: &[u16], tally: &RefCell<Tally>) -> Outcome {
    let mut choices = Choices::new(tape);
    let collection = choices.pick(&["todos", "rooms", "members", "users", "labels"]);
    let collection = DEFINITION
        .find_collection(collection)
        .expect("the fixture has it");
    let sortable: Vec<&Field> = collection.fields.iter().filter(|field| can_sort(field)).collect();
    let count = choices.below(4);
    let keys: Vec<_> = (0..count)
        .map(|_| (choices.pick(&sortable).id, choices.below(2) == 1))
        .collect();
    let sort = sort_terms(collection, keys);
    let alive = *choices.pick(&[Alive::Either, Alive::Living, Alive::Deleted]);
    let size = 1 + choices.below(3);
    let paged = read_pages(stored, collection, &sort, alive, size).await;
    let paged = paged.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
    let expected = in_order(collection, &world.records[&collection.id], &sort, alive);
    if paged != expected {
        let names = sort
            .iter()
            .map(|term| (collection.field(term.field).name.as_str(), term.descending));
        let said = format!(
            "{} by {:?}, {size} a page",
            collection.name,
            names.collect::<Vec<_>>()
        );
        let world = world::describe_all(&DEFINITION, world);
        return Err(TestCaseError::fail(format!(
            "{said}: {paged:#?}\nand not {expected:#?}\n{world}"
        )));
    }
    let mut tally = tally.borrow_mut();
    tally.compared += 1;
    tally.met += usize::from(!paged.is_empty());
    Ok(())
}

fn can_sort(field: &Field) -> bool {
    field.is_column() && !matches!(field.kind, FieldKind::Json { .. } | FieldKind::MultiSelect { .. })
}

async fn read_pages(
    stored: &Stored,
    collection: &'static Collection,
    sort: &[SortTerm],
    alive: Alive,
    size: usize,
) -> Result<Vec<RecordId>, StoreError> {
    let mut ids = Vec::new();
    let mut last: Option<Vec<Value>> = None;
    loop {
        let after = last.as_ref().map(|values| After {
            nulls: values.iter().map(Value::is_null).collect(),
        });
        let columns = output_columns(collection, |field| field.id == SystemField::Id.id());
        let shape = ListShape {
            columns: &columns,
            filter: None,
            guarded: false,
            rules: &[],
            sort,
            after: after.as_ref(),
            alive,
        };
        let statement = list_statement(target(), collection, &shape).expect("there is no condition");
        let (terms, from) = (sort.to_vec(), last.take());
        let page = stored.db.read(move |tx: &mut Tx<'_>| {
            let mut arguments = vec![Bind::Int(i64::try_from(size).expect("pages are small"))];
            arguments.extend(from.iter().flatten().map(Bind::from));
            let mut page = Vec::new();
            tx.query(
                &statement.text,
                &statement.binds(&asker::nobody_asks(&arguments)),
                |row| {
                    let values = terms
                        .iter()
                        .enumerate()
                        .map(|(at, term)| read_value(collection.field(term.field), row, at + 1));
                    page.push((row.id(0)?, values.collect::<Result<Vec<Value>, StoreError>>()?));
                    Ok::<(), StoreError>(())
                },
            )?;
            Ok::<_, StoreError>(page)
        });
        let page = page.await?;
        ids.extend(page.iter().map(|(id, _)| *id));
        if page.len() < size || ids.len() > 2 * world::RECORDS {
            return Ok(ids);
        }
        last = page.into_iter().last().map(|(_, values)| values);
    }
}

fn in_order(collection: &Collection, rows: &[Row], sort: &[SortTerm], alive: Alive) -> Vec<RecordId> {
    let value = |row: &Row, field| row.get(&field).cloned().unwrap_or(Value::Null);
    let is_deleted =
        |row: &&Row| collection.soft_delete && !value(row, SystemField::DeletedAt.id()).is_null();
    let mut kept: Vec<&Row> = match alive {
        Alive::Living => rows.iter().filter(|row| !is_deleted(row)).collect(),
        Alive::Deleted if collection.soft_delete => rows.iter().filter(is_deleted).collect(),
        _ => rows.iter().collect(),
    };
    kept.sort_by(|left, right| {
        let mut orders = sort.iter().map(|term| {
            let order = order(&value(left, term.field), &value(right, term.field));
            if term.descending { order.reverse() } else { order }
        });
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
    kept.into_iter().map(world::row_id).collect()
}

/// Nulls come before every value.
fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Int(left), Value::Int(right)) => left.cmp(right),
        (Value::Real(left), Value::Real(right)) => left.total_cmp(right),
        (Value::Text(left), Value::Text(right)) => left.as_bytes().cmp(right.as_bytes()),
        (Value::Id(left), Value::Id(right)) => left.cmp(right),
        (left, right) => panic!("a column has values of one type, not {left:?} and {right:?}"),
    }
}
