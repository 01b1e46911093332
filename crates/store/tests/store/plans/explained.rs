//! Applications of the repository with empty databases, and what their database would do with a statement.

use std::cell::RefCell;
use std::path::Path;

use mainstay_core::Definition;
use mainstay_core::definition::{Collection, Field, FieldKind};
use mainstay_core::rules::{self, Expr, Purpose, Scope};
use mainstay_store::schema::{self, Loss, SchemaError};
use mainstay_store::sql::{Statement, Target};
use mainstay_store::{Db, DbOptions, Dialect};
use mainstay_testkit::{TestDatabase, read_folder};

use super::postgres;

pub(super) const APPLICATIONS: [&str; 3] = ["apps/todo", "apps/annotation", "bench/app"];

/// An application whose statements can be explained.
pub(super) struct Explained {
    pub(super) definition: Definition,
    name: String,
    faults: RefCell<Vec<String>>,
    db: Db,
    _database: TestDatabase,
    _folder: tempfile::TempDir,
}

/// Where a statement may read a table from its beginning: only in the order of an index, and only the listed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    Never,
    InOrder,
}

impl Explained {
    pub(super) fn open(application: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(application);
        let definition = Definition::read(read_folder(&path));
        let definition = definition.unwrap_or_else(|faults| panic!("{application}: {faults:#?}"));
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let database = TestDatabase::create(folder.path());
        let db = Db::open(&database.place(), &DbOptions::default(), |tx| {
            schema::apply(tx, &definition, &Loss::Refuse.into()).map(drop)
        })
        .unwrap_or_else(|error: SchemaError| panic!("{error:?}"));
        Self {
            definition,
            name: application.to_owned(),
            faults: RefCell::default(),
            db,
            _database: database,
            _folder: folder,
        }
    }

    pub(super) fn target(&self) -> Target<'_> {
        Target {
            definition: &self.definition,
            dialect: self.db.dialect(),
        }
    }

    pub(super) async fn explain(&self, sql: &str) -> Vec<String> {
        let text = sql.to_owned();
        let explained = match self.db.dialect() {
            Dialect::Sqlite => self.db.read(move |tx| tx.explain(&text, &[])).await,
            Dialect::Postgres => postgres::explain(&self.db, sql).await,
        };
        explained.unwrap_or_else(|error| panic!("{error:?}: {sql}"))
    }

    /// Notes a fault unless no table is read from end to end and no index is built for this one statement.
    pub(super) async fn expect_search(&self, title: &str, statement: &Statement, walk: Walk) -> Vec<String> {
        let plan = self.explain(&statement.text).await;
        let wrong = plan.iter().find(|line| {
            let walks = walk == Walk::InOrder
                && (line.starts_with("SCAN r USING INDEX")
                    || line.starts_with("SCAN r USING COVERING INDEX"));
            // Rows of one value, of a part that was searched for, or of no table at all.
            let small = line.contains("VIRTUAL TABLE")
                || line.contains("CONSTANT ROW")
                || line.starts_with("SCAN (")
                || line.as_str() == "SCAN ranked";
            line.starts_with("SCAN") && !walks && !small || line.contains("AUTOMATIC")
        });
        if wrong.is_some() {
            self.note(&format!("{title}: {plan:#?}\n{}", statement.text));
        }
        plan
    }

    /// Besides, notes a fault unless the rows come in their order.
    pub(super) async fn expect_order(&self, title: &str, statement: &Statement, walk: Walk) -> Vec<String> {
        let plan = self.expect_search(title, statement, walk).await;
        // Where the last field of a unique index may be null, the ids of those records are no part of the index.
        let unique = plan.first().is_some_and(|line| line.contains(".unique."));
        let sorts = |line: &String| line.contains("TEMP B-TREE") && !(unique && line.contains("LAST TERM"));
        if plan.iter().any(sorts) {
            self.note(&format!("{title} sorts: {plan:#?}\n{}", statement.text));
        }
        plan
    }

    pub(super) fn note(&self, fault: &str) {
        self.faults.borrow_mut().push(format!("{}: {fault}", self.name));
    }

    /// Every fault at once: the way out is often one index for several of them.
    pub(super) fn assert_no_faults(self) {
        let faults = self.faults.into_inner();
        assert!(
            faults.is_empty(),
            "{} faults\n{}",
            faults.len(),
            faults.join("\n\n")
        );
    }

    pub(super) fn filter(&self, collection: &Collection, text: &str) -> Expr {
        let scope = Scope {
            collection: collection.id,
            purpose: Purpose::Filter,
        };
        rules::parse(&self.definition, scope, text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
    }
}

/// `field == something`
pub(super) fn equality(field: &Field) -> String {
    let value = match &field.kind {
        FieldKind::Relation(_) | FieldKind::Id => "'018f0000-0000-7000-8000-000000000000'".to_owned(),
        FieldKind::Integer { .. } | FieldKind::Decimal { .. } => "1".to_owned(),
        FieldKind::Number { .. } => "1.5".to_owned(),
        FieldKind::Boolean => "true".to_owned(),
        FieldKind::DateTime => "now()".to_owned(),
        FieldKind::Date => "date('2026-01-31')".to_owned(),
        FieldKind::Select { options } => format!("'{}'", options[0]),
        _ => "'a'".to_owned(),
    };
    format!("{} == {value}", field.name)
}
