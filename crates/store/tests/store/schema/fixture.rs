//! A database that changes its shape from one definition to the next.

use std::sync::Arc;

use mainstay_core::{Definition, RecordId};
use mainstay_store::schema::{self, Loss, SchemaError};
use mainstay_store::tx::Bind;
use mainstay_store::{Db, DbOptions, Dialect, Priority, StoreError, Tx, Violation, WriteTx};
use mainstay_testkit::{TestDatabase, files};

pub(super) struct Shaped {
    pub(super) db: Db,
    _database: TestDatabase,
    _folder: tempfile::TempDir,
}

/// A definition with these collections.
pub(super) fn definition(collections: &[(&str, &str)]) -> Definition {
    let mut sources = vec![("mainstay.toml".to_owned(), "name = \"shaped\"".to_owned())];
    for (name, text) in collections {
        sources.push((format!("collections/{name}.toml"), (*text).to_owned()));
    }
    let sources: Vec<(&str, &str)> = sources
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    Definition::read(files(&sources)).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// Something to be unique is taken: told by its columns, or by the name of its index.
pub(super) fn unique_violation(table: &str, column: &str) -> Violation {
    match TestDatabase::dialect() {
        Dialect::Sqlite => Violation::Unique {
            table: table.to_owned(),
            columns: vec![column.to_owned()],
        },
        Dialect::Postgres => Violation::UniqueIndex {
            name: format!("{table}.unique.{column}"),
        },
    }
}

pub(super) fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

impl Shaped {
    /// A database without any tables.
    pub(super) fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let database = TestDatabase::create(folder.path());
        let db = Db::open(&database.place(), &DbOptions::default(), |_| {
            Ok::<(), StoreError>(())
        });
        Self {
            db: db.expect("a new database can be opened"),
            _database: database,
            _folder: folder,
        }
    }

    pub(super) async fn of(collections: &[(&str, &str)]) -> Self {
        let shaped = Self::empty();
        shaped
            .apply(collections, Loss::Refuse)
            .await
            .expect("an empty database takes any definition");
        shaped
    }

    pub(super) async fn apply(
        &self,
        collections: &[(&str, &str)],
        loss: Loss,
    ) -> Result<Vec<String>, SchemaError> {
        let definition = Arc::new(definition(collections));
        let wanted = Arc::clone(&definition);
        let changes = self
            .db
            .exclusive(move |tx| schema::apply(tx, &wanted, &loss.into()))
            .await?;
        let is_current = self
            .db
            .read(move |tx: &mut Tx<'_>| schema::is_current(tx, &definition))
            .await?;
        assert!(is_current, "what was applied is there");
        if self.db.dialect() == Dialect::Sqlite {
            assert_eq!(
                self.rows("SELECT * FROM pragma_foreign_key_check").await,
                [[""; 0]; 0],
                "no reference is broken"
            );
        }
        Ok(changes)
    }

    /// A refused change, after which everything is as before.
    pub(super) async fn refuse(&self, collections: &[(&str, &str)], tables: &[&str]) -> SchemaError {
        let before = self.state(tables).await;
        let refused = self
            .apply(collections, Loss::Refuse)
            .await
            .expect_err("the change does not fit");
        assert_eq!(self.state(tables).await, before, "nothing was changed");
        refused
    }

    /// The shape of the whole database and the records of some tables.
    async fn state(&self, tables: &[&str]) -> Vec<Vec<String>> {
        let shape: &[&str] = match self.db.dialect() {
            Dialect::Sqlite => &["SELECT type, name, sql FROM sqlite_schema ORDER BY name"],
            Dialect::Postgres => &[
                "SELECT c.relname, a.attname, a.atttypid::regtype::text, a.attnotnull FROM pg_attribute AS a
                 JOIN pg_class AS c ON c.oid = a.attrelid WHERE c.relnamespace = current_schema()::regnamespace
                 ORDER BY c.relname, a.attnum",
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
                 WHERE connamespace = current_schema()::regnamespace ORDER BY conname",
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexname",
            ],
        };
        let mut state = Vec::new();
        for sql in shape {
            state.extend(self.rows(sql).await);
        }
        state.extend(self.rows("SELECT * FROM _schema ORDER BY kind, name").await);
        for table in tables {
            state.extend(self.rows(&format!("SELECT * FROM \"{table}\" ORDER BY 1")).await);
        }
        if self.db.dialect() == Dialect::Sqlite {
            for pragma in ["foreign_keys", "legacy_alter_table"] {
                state.push(self.pragma(pragma).await);
            }
        }
        state
    }

    /// A setting of the connection that writes.
    async fn pragma(&self, name: &'static str) -> Vec<String> {
        let read = move |tx: &mut WriteTx<'_>| {
            tx.query_first(&format!("SELECT * FROM pragma_{name}"), &[], |row| row.int(0))
        };
        let value = self.db.write(Priority::Interactive, read).await;
        vec![
            name.to_owned(),
            format!(
                "{:?}",
                value.unwrap_or_else(|error: StoreError| panic!("{error:?}"))
            ),
        ]
    }

    /// The names of a table and what belongs to it: its indexes and those of its join tables, which begin alike.
    pub(super) async fn names_like(&self, table: &str) -> Vec<Vec<String>> {
        let (names, of) = match self.db.dialect() {
            Dialect::Sqlite => ("sqlite_schema", "name"),
            Dialect::Postgres => ("pg_class", "relname"),
        };
        self.rows(&format!(
            "SELECT CAST({of} AS TEXT) FROM {names} WHERE {of} LIKE '{table}%' ORDER BY 1"
        ))
        .await
    }

    /// The names of a table's indexes, its primary key's too.
    pub(super) async fn indexes(&self, table: &str) -> Vec<Vec<String>> {
        let sql = match self.db.dialect() {
            Dialect::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name =",
            Dialect::Postgres => "SELECT CAST(indexname AS TEXT) FROM pg_indexes WHERE tablename =",
        };
        self.rows(&format!("{sql} '{table}'")).await
    }

    pub(super) async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let text = sql.to_owned();
        let read = move |tx: &mut Tx<'_>| {
            let mut rows = Vec::new();
            tx.query(&text, &[], |row| {
                rows.push(row.texts()?);
                Ok::<(), StoreError>(())
            })?;
            Ok::<_, StoreError>(rows)
        };
        self.db
            .read(read)
            .await
            .unwrap_or_else(|error| panic!("{error:?}: {sql}"))
    }

    /// Inserts a record with what every record has, and these columns.
    pub(super) async fn insert(
        &self,
        table: &str,
        number: u8,
        columns: &[(&str, &str)],
    ) -> Result<(), StoreError> {
        let (mut names, mut values) = (
            vec!["id", "version", "created_at", "updated_at"],
            vec!["?1", "1", "0", "0"],
        );
        for (name, value) in columns {
            names.push(name);
            values.push(value);
        }
        let (names, values) = (names.join(", "), values.join(", "));
        let sql = format!("INSERT INTO \"{table}\" ({names}) VALUES ({values})");
        let insert = move |tx: &mut WriteTx<'_>| {
            tx.defer_references()?;
            tx.execute_one(&sql, &[Bind::from(&id(number))])
        };
        self.db.write(Priority::Interactive, insert).await
    }

    pub(super) async fn execute(&self, sql: &'static str) -> Result<usize, StoreError> {
        self.db
            .write(Priority::Interactive, move |tx| tx.execute(sql, &[]))
            .await
    }
}
