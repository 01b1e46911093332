//! A database that migrations are tried on, and everything that stands in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use mainstay_core::migrations::{History, Shape, State};
use mainstay_core::{Definition, IdSource, RecordId};
use mainstay_engine::keys::{KeyOptions, KeyPlace, MissingKeys};
use mainstay_engine::migrations::{Event, MigrateError, Migrator, PlannedMigration};
use mainstay_engine::records::{create_record, delete_record, update_record};
use mainstay_engine::{Environment, EnvironmentOptions, ShapeFrom};
use mainstay_store::schema::{SchemaError, drift, read_state};
use mainstay_store::sql::join_table;
use mainstay_store::{Db, DbOptions, Dialect, Durability, StoreError, Tx};
use mainstay_testkit::{TestClock, TestDatabase, TestRandom};
use serde_json::{Map, Value as Json};
use tokio::runtime::Runtime;

/// A database of its own, and an application that is open on it.
pub(super) struct Base {
    pub(super) runtime: Runtime,
    pub(super) environment: Arc<Environment>,
    pub(super) rows_small: u64,
    clock: Arc<TestClock>,
    /// Last: what is open goes before it.
    _database: TestDatabase,
    _folder: tempfile::TempDir,
}

/// What a database holds: its own words for its tables, ours, and every row of the application's tables.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Everything {
    pub(super) made: Made,
    pub(super) rows: BTreeMap<String, Vec<String>>,
    pub(super) kept: Vec<String>,
}

/// The catalog of the database, and what we keep of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Made {
    pub(super) catalog: Vec<String>,
    pub(super) schema: Vec<String>,
}

impl Base {
    /// A database to which the migrations led, with an application of that definition.
    pub(super) fn new(history: &History, definition: Definition, rows_small: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_time()
            .build()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let database = TestDatabase::create(folder.path());
        let clock = Arc::new(TestClock::default());
        // What is quick to write suffices: nobody cuts the power here.
        let options = DbOptions {
            durability: Durability::Normal,
            ..DbOptions::default()
        };
        let db = Db::open(&database.place(), &options, |_| Ok::<(), StoreError>(())).unwrap();
        runtime
            .block_on(migrator(&db, &clock, rows_small).apply(history))
            .unwrap();
        drop(db);
        let options = EnvironmentOptions {
            data: folder.path().to_owned(),
            place: database.place(),
            db: options,
            shape: ShapeFrom::Migrations,
            password_threads: 1,
            keys: KeyOptions {
                place: KeyPlace::File(folder.path().join("keys.toml")),
                missing: MissingKeys::Refuse,
            },
            provider_secrets: std::collections::BTreeMap::new(),
            private_addresses: mainstay_engine::PrivateAddresses::Refused,
            mailing: None,
        };
        let chance = Arc::new(TestRandom::default());
        let (environment, _) = Environment::open(definition, &options, clock.clone(), chance).unwrap();
        Self {
            runtime,
            environment: Arc::new(environment),
            rows_small,
            clock,
            _database: database,
            _folder: folder,
        }
    }

    fn migrator(&self) -> Migrator<'_> {
        migrator(&self.environment.db, &self.clock, self.rows_small)
    }

    /// Applies, and lets somebody else do something after each step.
    pub(super) fn apply_with(
        &self,
        history: &History,
        meanwhile: &(dyn Fn() + Sync),
    ) -> Result<Vec<String>, MigrateError> {
        let watch = |event: &Event| {
            if matches!(event, Event::Step { .. }) {
                // On a thread of its own: this one belongs to the runtime.
                std::thread::scope(|scope| scope.spawn(meanwhile).join()).unwrap();
            }
        };
        let migrator = Migrator {
            watch: &watch,
            ..self.migrator()
        };
        self.runtime.block_on(migrator.apply(history))
    }

    pub(super) fn apply(&self, history: &History) -> Result<Vec<String>, MigrateError> {
        self.runtime.block_on(self.migrator().apply(history))
    }

    pub(super) fn down(&self, migrations: usize) -> Result<Vec<String>, MigrateError> {
        self.runtime.block_on(self.migrator().down(migrations))
    }

    pub(super) fn plan(&self, history: &History) -> Vec<PlannedMigration> {
        self.runtime.block_on(self.migrator().plan(history)).unwrap()
    }

    /// The application serves this definition from here on.
    pub(super) fn serve(&self, definition: Definition) {
        let reload = self.environment.reload(definition, ShapeFrom::Migrations);
        self.runtime.block_on(reload).unwrap();
    }

    pub(super) fn state(&self) -> State {
        self.read(read_state).unwrap().state
    }

    pub(super) fn drift(&self) -> Vec<String> {
        let state = self.state();
        self.read(move |tx| drift(tx, &state))
    }

    /// Creates a record as the definition in force takes it; tells its id, or why it was refused.
    pub(super) fn create(&self, collection: &str, values: Map<String, Json>) -> Result<RecordId, String> {
        let ctx = self.environment.system_context();
        let collection = ctx.collection(collection).unwrap().id;
        let created = self
            .runtime
            .block_on(create_record(&ctx, collection, values, None));
        created
            .map(|outcome| outcome.record.unwrap().0)
            .map_err(|failure| format!("{failure:?}"))
    }

    pub(super) fn update(
        &self,
        collection: &str,
        id: RecordId,
        values: Map<String, Json>,
    ) -> Result<(), String> {
        let ctx = self.environment.system_context();
        let collection = ctx.collection(collection).unwrap().id;
        let updated = self
            .runtime
            .block_on(update_record(&ctx, collection, id, None, values, None));
        updated.map(drop).map_err(|failure| format!("{failure:?}"))
    }

    pub(super) fn delete(&self, collection: &str, id: RecordId) -> Result<(), String> {
        let ctx = self.environment.system_context();
        let collection = ctx.collection(collection).unwrap().id;
        let deleted = self
            .runtime
            .block_on(delete_record(&ctx, collection, id, None, None));
        deleted.map(drop).map_err(|failure| format!("{failure:?}"))
    }

    /// The values of every record as a release of this shape reads them: by collection, a text for each record, with
    /// the values of each field behind its name.
    pub(super) fn contents(&self, shape: &Shape) -> BTreeMap<String, Vec<BTreeMap<String, String>>> {
        let state = self.state();
        let served = state.serving(shape).expect("the shape is served");
        let mut definition = shape.definition().unwrap();
        state.lay_out(served, &mut definition);
        self.read(move |tx| {
            let mut contents = BTreeMap::new();
            for collection in &definition.collections {
                let mut sources: Vec<(String, String)> = ["id", "version", "created_at", "created_by"]
                    .into_iter()
                    .map(|name| (name.to_owned(), cell(tx.dialect(), &format!("\"{name}\""))))
                    .collect();
                if collection.soft_delete {
                    sources.push(("deleted_at".to_owned(), cell(tx.dialect(), "\"deleted_at\"")));
                }
                for field in collection.fields.iter().filter(|field| !field.system) {
                    let source = if field.is_column() {
                        cell(tx.dialect(), &format!("\"{}\"", field.column))
                    } else {
                        let list = match tx.dialect() {
                            Dialect::Sqlite => {
                                "group_concat(quote(l.\"target\"), ',' ORDER BY l.\"position\")"
                            }
                            Dialect::Postgres => {
                                "string_agg(quote_literal(l.\"target\"), ',' ORDER BY l.\"position\")"
                            }
                        };
                        format!(
                            "coalesce((SELECT {list} FROM {} AS l WHERE l.\"owner\" = r.\"id\"), '')",
                            join_table(collection, field)
                        )
                    };
                    sources.push((field.name.to_string(), source));
                }
                let cells: Vec<&str> = sources.iter().map(|(_, source)| source.as_str()).collect();
                let sql = format!(
                    "SELECT {} FROM \"{}\" AS r ORDER BY \"id\"",
                    cells
                        .join(" || char_of_31 || ")
                        .replace("char_of_31", separator(tx.dialect())),
                    collection.table
                );
                let rows = texts(tx, &sql)?.into_iter().map(|row| {
                    let names = sources.iter().map(|(name, _)| name.clone());
                    names.zip(row.split('\u{1f}').map(str::to_owned)).collect()
                });
                contents.insert(collection.name.to_string(), rows.collect());
            }
            Ok(contents)
        })
    }

    pub(super) fn everything(&self) -> Everything {
        self.read(|tx| {
            let kept = [
                "SELECT state FROM _state",
                "SELECT number || ' ' || name || ' ' || digest FROM _migrations ORDER BY number",
                "SELECT progress FROM _progress",
            ];
            Ok(Everything {
                made: made(tx)?,
                rows: all_rows(tx)?,
                kept: all_texts(tx, &kept)?,
            })
        })
    }

    fn read<T: Send + 'static>(
        &self,
        read: impl Fn(&mut Tx<'_>) -> Result<T, SchemaError> + Send + Sync + 'static,
    ) -> T {
        self.runtime.block_on(self.environment.db.read(read)).unwrap()
    }
}

fn migrator<'m>(db: &'m Db, clock: &'m Arc<TestClock>, rows_small: u64) -> Migrator<'m> {
    Migrator {
        db,
        clock: clock.as_ref(),
        holder: IdSource::default().next(clock.as_ref(), &TestRandom::default()),
        watch: &|_| {},
        rows_small,
    }
}

fn separator(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "char(31)",
        Dialect::Postgres => "chr(31)",
    }
}

/// A value as a text that no other value has.
fn cell(dialect: Dialect, value: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("quote({value})"),
        Dialect::Postgres => format!("quote_nullable({value}::text)"),
    }
}

fn texts(tx: &mut Tx<'_>, sql: &str) -> Result<Vec<String>, SchemaError> {
    let mut texts = Vec::new();
    tx.query(sql, &[], |row| {
        texts.push(row.text(0)?.to_owned());
        Ok::<(), StoreError>(())
    })?;
    Ok(texts)
}

/// Columns are told without their order, which means nothing to anybody.
fn made(tx: &mut Tx<'_>) -> Result<Made, SchemaError> {
    let catalog: &[&str] = match tx.dialect() {
        Dialect::Sqlite => {
            // An index has two forms of its name, of which a table that is built beside another takes the free one.
            &[
                "SELECT replace(type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, ''), '~2', '')
                 FROM sqlite_schema ORDER BY 1",
            ]
        }
        Dialect::Postgres => &[
            "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)
             FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1",
            // A table that was made anew gives its key another name.
            "SELECT regexp_replace(indexdef, '[^ ]+_pkey[0-9]*\"{0,1}', 'pkey') FROM pg_indexes
             WHERE schemaname = current_schema() ORDER BY 1",
            "SELECT conrelid::regclass || ' ' || regexp_replace(conname, '.*_pkey[0-9]*$', 'pkey') || ' ' || convalidated || ' ' || pg_get_constraintdef(oid)
             FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1",
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
            "SELECT proname || ' ' || prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY 1",
        ],
    };
    let schema =
        "SELECT kind || ' ' || name || ' ' || of_table || ' ' || sql FROM _schema ORDER BY kind, name";
    Ok(Made {
        catalog: all_texts(tx, catalog)?,
        schema: texts(tx, schema)?,
    })
}

fn all_texts(tx: &mut Tx<'_>, queries: &[&str]) -> Result<Vec<String>, SchemaError> {
    let found: Result<Vec<Vec<String>>, SchemaError> = queries.iter().map(|sql| texts(tx, sql)).collect();
    Ok(found?.concat())
}

fn all_rows(tx: &mut Tx<'_>) -> Result<BTreeMap<String, Vec<String>>, SchemaError> {
    let (tables, columns) = match tx.dialect() {
        Dialect::Sqlite => (
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'
             AND name NOT LIKE 'sqlite%'",
            "SELECT name FROM pragma_table_info('{}') ORDER BY name",
        ),
        Dialect::Postgres => (
            "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE '\\_%'",
            "SELECT column_name::text FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = '{}' ORDER BY column_name",
        ),
    };
    let mut rows = BTreeMap::new();
    for table in texts(tx, tables)? {
        let names = texts(tx, &columns.replace("{}", &table))?;
        let cells: Vec<String> = names
            .iter()
            .map(|name| format!("'{name}=' || {}", cell(tx.dialect(), &format!("\"{name}\""))))
            .collect();
        let found = texts(
            tx,
            &format!("SELECT {} FROM \"{table}\" ORDER BY 1", cells.join(" || ' ' || ")),
        )?;
        rows.insert(table, found);
    }
    Ok(rows)
}
