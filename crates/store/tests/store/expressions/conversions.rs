//! Conversions and text functions: the same answer from the evaluator and from each database, whatever the value.

mod hostile;
mod stored;
mod triggers;

use std::sync::LazyLock;

use mainstay_core::Value;
use mainstay_core::definition::{Collection, Definition};
use mainstay_core::rules::{self, Expr, Purpose, Scope, Type};
use mainstay_store::sql::{Target, table, value_sql};
use mainstay_store::{StoreError, Tx};
use mainstay_testkit::evaluator::{Context, Row, World, value};
use mainstay_testkit::{TestDatabase, files};

use proptest::test_runner::TestCaseError;

use super::asker::Asker;
use super::choices::Choices;
use super::property::Outcome;
use super::world::{self, Stored};

const FILES: [(&str, &str); 2] = [
    ("mainstay.toml", "name = \"converted\""),
    (
        "collections/things.toml",
        r#"
fields.words = { type = "text", multiline = true, max = 1000000 }
fields.other = { type = "text", multiline = true, max = 1000000 }
fields.whole = { type = "integer" }
fields.ratio = { type = "number" }
fields.price = { type = "decimal", scale = 2 }
fields.fine = { type = "decimal", scale = 18 }
fields.done = { type = "boolean" }
fields.due = { type = "datetime" }
fields.day = { type = "date" }
fields.tags = { type = "multi_select", options = ["red", "green"] }
"#,
    ),
];

static DEFINITION: LazyLock<Definition> =
    LazyLock::new(|| Definition::read(files(&FILES)).expect("the fixture is a good definition"));

/// One of each conversion and function, and some of the ways to put them together.
const EXPRESSIONS: [&str; 66] = [
    "string(record.words)",
    "string(record.whole)",
    "string(record.ratio)",
    "string(record.price)",
    "string(record.fine)",
    "string(record.done)",
    "string(record.due)",
    "string(record.day)",
    "string(record.due + duration('1us'))",
    "string(record.whole == 1)",
    "string(-record.ratio)",
    "string(record.ratio * 0.1)",
    "int(record.words)",
    "int(record.whole)",
    "int(record.ratio)",
    "int(record.price)",
    "int(record.fine)",
    "int(record.done)",
    "int(record.due)",
    "double(record.words)",
    "double(record.whole)",
    "double(record.ratio)",
    "double(record.price)",
    "double(record.fine)",
    "bool(record.words)",
    "bool(record.whole)",
    "bool(record.done)",
    "timestamp(record.words)",
    "timestamp(record.whole)",
    "timestamp(record.due)",
    "timestamp(record.day)",
    "date(record.words)",
    "date(record.due)",
    "date(record.day)",
    "decimal(record.words, 0)",
    "decimal(record.words, 2)",
    "decimal(record.words, 18)",
    "decimal(record.whole, 0)",
    "decimal(record.whole, 3)",
    "decimal(record.ratio, 0)",
    "decimal(record.ratio, 2)",
    "decimal(record.ratio, 18)",
    "decimal(record.price, 0)",
    "decimal(record.price, 1)",
    "decimal(record.price, 5)",
    "decimal(record.fine, 2)",
    "record.words.upperAscii()",
    "record.words.trim()",
    "record.words.replace(record.other, '-')",
    "record.words.replace('', record.other)",
    "record.words.replace('a', record.other)",
    "record.words.substring(record.whole)",
    "record.words.substring(1, record.whole)",
    "record.words.substring(record.whole, 2)",
    "record.words.indexOf(record.other)",
    "record.words.lastIndexOf(record.other)",
    "record.words.lastIndexOf('')",
    "record.words.charAt(record.whole)",
    "record.words.matches('^[0-9]+?$') ? 'why\\\\?' : record.words",
    "record.words.replace('0', '?\\'')",
    "null",
    "size(record.tags)",
    "double(string(record.ratio))",
    "timestamp(string(record.due)) == record.due",
    "record.words == null ? int('7') : int(record.words.trim().replace(',', ''))",
    "record.ratio < 1.0 ? null : string(int(record.ratio))",
];

fn things() -> &'static Collection {
    DEFINITION
        .find_collection("things")
        .expect("the fixture has things")
}

fn target() -> Target<'static> {
    Target {
        definition: &DEFINITION,
        dialect: TestDatabase::dialect(),
    }
}

/// Typed as a conversion of a record, for any field.
fn parse(text: &str) -> Expr {
    let scope = Scope {
        collection: things().id,
        purpose: Purpose::Convert,
    };
    let field = ["words", "whole", "ratio", "done", "due", "day", "price"];
    let fits = field.iter().find_map(|name| {
        let field = things().find_field(name).expect("the fixture has it");
        rules::parse_value(&DEFINITION, scope, text, field)
            .ok()
            .filter(|expr| (expr.ty == Type::Number) == (*name == "ratio"))
    });
    fits.unwrap_or_else(|| {
        // A decimal of another scale than any field's: as part of a condition it is typed the same.
        let condition = format!("{text} == null");
        let expr = rules::parse(&DEFINITION, scope, &condition).expect("the expression is good");
        expr.parts()[0].clone()
    })
}

/// A thing with these values, and null for the rest.
fn thing(number: usize, values: &[(&str, Value)]) -> Row {
    let mut row = world::make_row(&DEFINITION, things(), number, &mut Choices::new(&[]));
    for (name, value) in values {
        let field = things().find_field(name).expect("the fixture has it");
        row.insert(field.id, value.clone());
    }
    row
}

fn world_of(rows: Vec<Row>) -> World {
    let mut world = World::default();
    for collection in &DEFINITION.collections {
        world.records.insert(collection.id, Vec::new());
    }
    world.records.insert(things().id, rows);
    world
}

/// Compares every expression for every thing.
async fn compare(stored: &Stored, world: &World) -> Outcome {
    for text in EXPRESSIONS {
        let expr = parse(text);
        let sql = value_sql(target(), "r", &expr).expect("the expression is small");
        let statement = format!("SELECT r.\"id\", {sql} FROM {} AS r", table(things()));
        let ty = expr.ty;
        let read = move |tx: &mut Tx<'_>| {
            let mut found = Vec::new();
            tx.query(&statement, &[], |row| {
                found.push((row.id(0)?, read_value(row, ty)?));
                Ok::<(), StoreError>(())
            })?;
            Ok::<_, StoreError>(found)
        };
        let found = stored.db.read(read).await;
        let found = found.unwrap_or_else(|error| panic!("{text}: {error:?}: {sql}"));
        assert_eq!(found.len(), world.records[&things().id].len());
        for (id, answer) in found {
            let row = world.find(&DEFINITION, things().id, id).expect("it was stored");
            let expected = value(&expr, &context(world, row));
            if answer != expected || expected.is_null() && !expr.nullable {
                let row = world::describe(things(), row);
                let said = format!("{text} is {expected:?} and SQL says {answer:?} of\n{row}\n{sql}");
                return Err(TestCaseError::fail(said));
            }
        }
    }
    Ok(())
}

fn context<'a>(world: &'a World, row: &'a Row) -> Context<'a> {
    Context {
        definition: &DEFINITION,
        ..Asker::NOBODY.context(world, None, Some(row), None)
    }
}

fn read_value(row: &mainstay_store::tx::Row<'_>, ty: Type) -> Result<Value, StoreError> {
    if row.is_null(1)? {
        return Ok(Value::Null);
    }
    Ok(match ty {
        Type::Bool => Value::Bool(row.int(1)? == 1),
        Type::Number => Value::Real(row.real(1)?),
        Type::Text | Type::Date => Value::Text(row.text(1)?.to_owned()),
        _ => Value::Int(row.int(1)?),
    })
}
