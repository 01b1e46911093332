//! Records for expressions to be asked about: in memory for the evaluator, and in a database file for SQL.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use mainstay_core::definition::{Collection, Definition, Field, FieldKind, SystemField};
use mainstay_core::{RecordId, Value};
use mainstay_store::records::insert_links;
use mainstay_store::schema::{self, Loss, SchemaError};
use mainstay_store::sql::{Arguments, Target, insert_statement, table};
use mainstay_store::{Db, DbOptions, Dialect, Durability, Priority, StoreError, WriteTx};
use mainstay_testkit::evaluator::{Row, World};
use mainstay_testkit::{TestDatabase, files};

use super::choices::Choices;

/// Records of each collection, living and deleted.
pub(crate) const RECORDS: usize = 5;
/// No user has this id: a caller whose account is gone, or an author who is.
pub(crate) const STRANGER: usize = 200;

pub(crate) const TEXTS: [&str; 17] = [
    "a",
    "",
    "A",
    "ab",
    "ba",
    "Grüße",
    "grÜSSE",
    "ß",
    "1",
    "\u{FFFD}",
    "\u{1F600}",
    "%_'\"\\\n",
    " 7.25",
    "-7.25",
    "true",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
];
const INTEGERS: [i64; 10] = [0, 1, -1, 2, 7, -7, 1_000_000, i64::MAX, i64::MIN, i64::MAX - 1];
const NUMBERS: [f64; 12] = [
    0.0,
    1.0,
    -1.0,
    0.5,
    7.25,
    1e308,
    -1e308,
    5e-324,
    f64::MAX,
    f64::MIN_POSITIVE,
    -1e-300,
    9_007_199_254_740_993.0,
];
const DECIMALS: [i64; 8] = [
    0,
    100,
    -1,
    1_250,
    1_000,
    12,
    999_999_999_999_999_999,
    -999_999_999_999_999_999,
];
pub(crate) const TIMES: [i64; 6] = [
    1_767_225_600_000_000,
    1_767_225_599_999_999,
    0,
    -1,
    253_402_300_799_999_999,
    1_767_312_000_000_000,
];
pub(crate) const DATES: [&str; 4] = ["2026-01-01", "2025-12-31", "0001-01-01", "9999-12-31"];
const MAILS: [&str; 3] = ["a@b.de", "A@b.de", "ann@example.org"];
const LINKS: [&str; 2] = ["https://example.org/a", "http://x/"];
const DOCUMENTS: [&str; 3] = ["{}", "[1,null]", "\"a\""];

/// The id of the record with this number in a collection.
pub(crate) fn id(collection: &Collection, number: usize) -> RecordId {
    let mut bytes = [0; 16];
    bytes[14] = u8::try_from(collection.id.0).expect("the fixture is small");
    bytes[15] = u8::try_from(number).expect("the fixture is small");
    RecordId::from_bytes(bytes)
}

pub(crate) fn make(definition: &Definition, tape: &[u16]) -> World {
    let mut choices = Choices::new(tape);
    let mut world = World::default();
    for collection in &definition.collections {
        let rows = (0..RECORDS).map(|number| make_row(definition, collection, number, &mut choices));
        world.records.insert(collection.id, rows.collect());
    }
    world
}

/// A record that is about to be written, or is stored.
pub(crate) fn make_row(
    definition: &Definition,
    collection: &Collection,
    number: usize,
    choices: &mut Choices<'_>,
) -> Row {
    let mut row = Row::new();
    for field in &collection.fields {
        let value = if field.id == SystemField::Id.id() {
            Value::Id(id(collection, number))
        } else {
            make_value(definition, collection, field, number, choices)
        };
        row.insert(field.id, value);
    }
    row
}

fn make_value(
    definition: &Definition,
    collection: &Collection,
    field: &Field,
    number: usize,
    choices: &mut Choices<'_>,
) -> Value {
    if field.unique {
        return Value::Text(format!("user{number}@example.org"));
    }
    if field.id == SystemField::DeletedAt.id() && collection.soft_delete {
        // Most records live.
        return if choices.below(4) == 3 {
            Value::Int(1)
        } else {
            Value::Null
        };
    }
    // A third of what may be null is, and all of it when the tape has ended.
    if !field.required && field.is_column() && (choices.has_ended() || choices.below(3) == 0) {
        return Value::Null;
    }
    let mut text = |texts: &[&str]| Value::Text(choices.text(texts).to_owned());
    match &field.kind {
        FieldKind::Text(_) => text(&TEXTS),
        FieldKind::Date => text(&DATES),
        FieldKind::Email => text(&MAILS),
        FieldKind::Url => text(&LINKS),
        FieldKind::Json { .. } => text(&DOCUMENTS),
        FieldKind::Select { options } => Value::Text(choices.pick(options).clone()),
        FieldKind::MultiSelect { options, .. } => {
            let chosen: Vec<&String> = options.iter().filter(|_| choices.below(2) == 1).collect();
            Value::Text(serde_json::to_string(&chosen).expect("texts are JSON"))
        }
        FieldKind::Integer { min, max } => Value::Int((*choices.pick(&INTEGERS)).clamp(*min, *max)),
        FieldKind::Number { .. } => Value::Real(*choices.pick(&NUMBERS)),
        FieldKind::Decimal { .. } => Value::Int(*choices.pick(&DECIMALS)),
        FieldKind::Boolean => Value::Bool(choices.below(2) == 1),
        FieldKind::DateTime => Value::Int(*choices.pick(&TIMES)),
        FieldKind::Id => unreachable!("only ids are ids"),
        FieldKind::Relation(relation) => {
            let to = definition.collection(relation.to);
            if relation.many {
                let chosen = (0..RECORDS).filter(|_| choices.below(3) == 2);
                return Value::Ids(chosen.map(|target| id(to, target)).collect());
            }
            // Authorship is no foreign key: its user may be gone for good.
            let target = choices.below(RECORDS + usize::from(field.system));
            Value::Id(id(to, if target == RECORDS { STRANGER } else { target }))
        }
    }
}

/// A database file that holds a world.
pub(crate) struct Stored {
    pub(crate) db: Db,
    _database: TestDatabase,
    _folder: tempfile::TempDir,
}

/// Tables of a definition in the place of those before. A new file is quick to make; a new database of a server is not,
/// so that one is used again.
pub(crate) async fn open_after(before: Option<Stored>, definition: &Arc<Definition>) -> Stored {
    let before = before.filter(|stored| stored.db.dialect() == Dialect::Postgres);
    let Some(stored) = before else {
        return open(definition);
    };
    let definition = Arc::clone(definition);
    let change = move |tx: &mut WriteTx<'_>| {
        schema::apply(tx, &NOTHING, &Loss::Allow.into())?;
        schema::apply(tx, &definition, &Loss::Refuse.into()).map(drop)
    };
    let changed: Result<(), SchemaError> = stored.db.exclusive(change).await;
    changed.expect("a definition may take the place of another one");
    stored
}

static NOTHING: LazyLock<Definition> = LazyLock::new(|| {
    Definition::read(files(&[("mainstay.toml", "name = \"nothing\"")])).expect("no collections are needed")
});

/// Makes the tables of a definition. The file is a test's own, so a power cut does not matter.
pub(crate) fn open(definition: &Definition) -> Stored {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let options = DbOptions {
        durability: Durability::Normal,
        reader_threads: 1,
        ..DbOptions::default()
    };
    let database = TestDatabase::create(folder.path());
    let db = Db::open(&database.place(), &options, |tx| {
        schema::apply(tx, definition, &Loss::Refuse.into()).map(drop)
    })
    .unwrap_or_else(|error: SchemaError| panic!("a new database takes any definition: {error:?}"));
    Stored {
        db,
        _database: database,
        _folder: folder,
    }
}

pub(crate) async fn store(definition: &'static Definition, world: World) -> Stored {
    store_after(None, definition, world).await
}

/// In the place of the world before, as [`open_after`].
pub(crate) async fn store_after(
    before: Option<Stored>,
    definition: &'static Definition,
    world: World,
) -> Stored {
    let before = before.filter(|stored| stored.db.dialect() == Dialect::Postgres);
    let stored = before.unwrap_or_else(|| open(definition));
    let written = stored.db.write(Priority::Interactive, move |tx| {
        if tx.dialect() == Dialect::Postgres {
            let tables: Vec<String> = definition.collections.iter().map(table).collect();
            tx.execute(&format!("TRUNCATE {} CASCADE", tables.join(", ")), &[])?;
        }
        // Rooms have owners and owners have homes: no order of inserts satisfies both.
        tx.defer_references()?;
        for collection in &definition.collections {
            for row in &world.records[&collection.id] {
                insert(tx, definition, collection, row)?;
            }
        }
        Ok::<(), StoreError>(())
    });
    written.await.expect("the world fits its definition");
    stored
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    definition: &Definition,
    collection: &Collection,
    row: &Row,
) -> Result<(), StoreError> {
    let target = Target {
        definition,
        dialect: tx.dialect(),
    };
    let statement = insert_statement(target, collection, None).expect("there is no rule");
    let input = columns(collection, row);
    tx.execute_one(&statement.text, &statement.binds(&arguments(&input)))?;
    for (field, value) in row {
        if let Value::Ids(targets) = value {
            insert_links(tx, collection, collection.field(*field), &row_id(row), targets)?;
        }
    }
    Ok(())
}

pub(crate) fn row_id(row: &Row) -> RecordId {
    match row.get(&SystemField::Id.id()) {
        Some(Value::Id(id)) => *id,
        other => panic!("every record has an id, and this one {other:?}"),
    }
}

/// The values of a row by the position of their field.
pub(crate) fn columns(collection: &Collection, row: &Row) -> Vec<Value> {
    collection
        .fields
        .iter()
        .map(|field| row.get(&field.id).cloned().unwrap_or(Value::Null))
        .collect()
}

fn arguments(input: &[Value]) -> Arguments<'_> {
    Arguments {
        auth_id: None,
        auth_share: None,
        now_micros: 0,
        method: "",
        input,
        input_ids: &[],
        arguments: &[],
    }
}

/// A row as a line, without what is null.
pub(crate) fn describe(collection: &Collection, row: &Row) -> String {
    let mut line = collection.name.to_string();
    for field in &collection.fields {
        let value = row.get(&field.id).unwrap_or(&Value::Null);
        if !value.is_null() && *value != Value::Ids(Vec::new()) {
            write!(line, "  {}={value:?}", field.name).expect("a string takes all text");
        }
    }
    line
}

pub(crate) fn describe_all(definition: &Definition, world: &World) -> String {
    let mut lines = String::new();
    for collection in &definition.collections {
        for row in world.records.get(&collection.id).into_iter().flatten() {
            writeln!(lines, "  {}", describe(collection, row)).expect("a string takes all text");
        }
    }
    lines
}
