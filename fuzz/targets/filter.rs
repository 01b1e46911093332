//! Any text as the filter of a list, from its text to the rows that SQLite gives: never a fault of the server. What the
//! router makes of a request before and of a failure after it, the tests of `mainstay-http` show.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mainstay_core::definition::{Collection, Definition, SourceFile};
use mainstay_core::rules::{self, Expr, Purpose, Scope};
use mainstay_core::{Field, RecordId, Value};
use mainstay_store::schema::{self, Loss, SchemaError};
use mainstay_store::sql::{
    Alive, Arguments, ListShape, Statement, Target, insert_statement, list_statement, output_columns, sort_terms,
};
use mainstay_store::tx::Bind;
use mainstay_store::{Db, DbOptions, Dialect, Durability, Place, StoreError, Tx, WriteTx};
use tokio::runtime::{Builder, Runtime};

const USER: RecordId = RecordId::from_bytes([1; 16]);
const ROOM: RecordId = RecordId::from_bytes([2; 16]);
const MESSAGE: RecordId = RecordId::from_bytes([3; 16]);

struct Scene {
    runtime: Runtime,
    definition: Definition,
    db: Db,
    /// Holds the file.
    _folder: tempfile::TempDir,
}

/// Who asks: only an administrator is bound by no rule.
#[derive(Clone, Copy)]
enum Caller {
    Anonymous,
    User,
    Administrator,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let definition = Definition::read(vec![
        file("mainstay.toml", "name = \"fuzz\""),
        file("collections/rooms.toml", include_str!("rooms.toml")),
        file("collections/messages.toml", include_str!("messages.toml")),
    ])
    .expect("the definition is valid");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let options = DbOptions { durability: Durability::Normal, ..DbOptions::default() };
    let db = Db::open(&Place::Sqlite(folder.path().join("mainstay.db")), &options, |tx| {
        schema::apply(tx, &definition, &Loss::Refuse.into())?;
        write_records(tx, &definition)?;
        Ok::<(), SchemaError>(())
    });
    let db = db.expect("a new database takes any definition");
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    Scene { runtime, definition, db, _folder: folder }
});

/// A message with a value in each field, so that what a filter works out is worked out.
fn write_records(tx: &mut WriteTx<'_>, definition: &Definition) -> Result<(), StoreError> {
    let text = |text: &str| Value::Text(text.to_owned());
    insert(
        tx,
        definition,
        "rooms",
        &[("id", Value::Id(ROOM)), ("name", text("Kitchen")), ("open", Value::Bool(true))],
    )?;
    let message = [
        ("id", Value::Id(MESSAGE)),
        ("created_by", Value::Id(USER)),
        ("room", Value::Id(ROOM)),
        ("text", text("Grüße")),
        ("stars", Value::Int(7)),
        ("weight", Value::Real(0.5)),
        ("price", Value::Int(1_250)),
        ("due", Value::Int(1_767_225_600_000_000)),
        ("day", text("2026-01-01")),
        ("state", text("new")),
        ("tags", text("[\"red\"]")),
        ("extra", text("{\"a\":[1,null]}")),
    ];
    insert(tx, definition, "messages", &message)
}

fn insert(
    tx: &mut WriteTx<'_>,
    definition: &Definition,
    collection: &str,
    values: &[(&str, Value)],
) -> Result<(), StoreError> {
    let target = Target { definition, dialect: Dialect::Sqlite };
    let collection = definition.find_collection(collection).expect("it is declared");
    let statement = insert_statement(target, collection, None).expect("there is no rule");
    let always = ["version", "created_at", "updated_at"].map(|name| (name, Value::Int(1)));
    let value = |field: &Field| {
        let mut given = values.iter().chain(&always);
        given.find(|(name, _)| *name == field.name.as_str()).map_or(Value::Null, |(_, value)| value.clone())
    };
    let input: Vec<Value> = collection.fields.iter().map(value).collect();
    tx.execute_one(&statement.text, &statement.binds(&Arguments { input: &input, ..arguments(Caller::User, &[]) }))
}

fn arguments<'a>(caller: Caller, arguments: &'a [Bind<'a>]) -> Arguments<'a> {
    Arguments {
        auth_id: matches!(caller, Caller::User).then_some(&USER),
        auth_share: None,
        now_micros: 1_767_312_000_000_000,
        method: "GET",
        input: &[],
        input_ids: &[],
        arguments,
    }
}

/// The statement of a list of every field; `None` where it would be too complex, which is told.
fn list(definition: &Definition, collection: &Collection, filter: &Expr, caller: Caller) -> Option<Statement> {
    let bound = !matches!(caller, Caller::Administrator);
    let visible = |field: &Field| !field.hidden && field.is_column();
    let columns = output_columns(collection, visible);
    let rules: Vec<&Expr> = collection.rules.list.iter().filter(|_| bound).collect();
    let shape = ListShape {
        columns: &columns,
        filter: Some(filter),
        guarded: bound,
        rules: &rules,
        sort: &sort_terms(collection, []),
        after: None,
        alive: Alive::Living,
    };
    list_statement(Target { definition, dialect: Dialect::Sqlite }, collection, &shape).ok()
}

fuzz_target!(|text: &str| {
    let Scene { runtime, definition, db, .. } = &*SCENE;
    let collection = definition.find_collection("messages").expect("it is declared");
    let scope = Scope { collection: collection.id, purpose: Purpose::Filter };
    let Ok(filter) = rules::parse(definition, scope, text) else { return };
    for caller in [Caller::Anonymous, Caller::User, Caller::Administrator] {
        let Some(statement) = list(definition, collection, &filter, caller) else { continue };
        let read = db.read(move |tx: &mut Tx<'_>| {
            let limit = [Bind::Int(3)];
            tx.query::<StoreError>(&statement.text, &statement.binds(&arguments(caller, &limit)), |_| Ok(()))
        });
        match runtime.block_on(read) {
            // Each of these is told to the client, and is no fault of the server.
            Ok(()) | Err(StoreError::Timeout | StoreError::OutOfRange | StoreError::TooLarge) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
});
