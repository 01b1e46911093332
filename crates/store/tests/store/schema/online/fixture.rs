//! A database on its way from one state to another, and a small runner that can be stopped anywhere.

use std::sync::Arc;
use std::time::Duration;

use mainstay_core::migrations::{Answer, Operation, State, compare};
use mainstay_store::schema::{
    self, Cursor, Loss, SchemaError, Slice, Step, StoredState, Transition, read_progress, read_state,
    write_progress, write_state,
};
use mainstay_store::{Db, DbOptions, Dialect, Priority, StoreError, Tx, WriteTx};
use mainstay_testkit::TestDatabase;
use serde::{Deserialize, Serialize};

use crate::schema::fixture::definition;

/// Rows of a slice: few, so that there are several slices.
const SLICE: usize = 7;
/// Tables of fewer rows are changed at the turning point in SQLite.
pub(super) const SMALL: u64 = 5;

pub(super) type Collections<'c> = &'c [(&'c str, &'c str)];

pub(super) struct Online {
    pub(super) db: Arc<Db>,
    pub(super) database: TestDatabase,
    /// Where the file lies, until the test ends.
    pub(super) folder: tempfile::TempDir,
}

/// What the runner writes down.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Progress {
    from: Option<State>,
    to: State,
    steps: Vec<Step>,
    position: usize,
    /// Ids as text.
    cursor: Option<Vec<String>>,
    undoing: bool,
}

impl Progress {
    fn cursor(&self) -> Option<Cursor> {
        let ids = self.cursor.as_ref()?.iter();
        Some(ids.map(|id| id.parse().expect("it was an id")).collect())
    }
}

/// Where a run is stopped: after so many transactions, and there perhaps between what was done and its being written down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) after: usize,
    pub(super) forgetful: bool,
}

impl Stop {
    pub(super) const NEVER: Self = Self {
        after: usize::MAX,
        forgetful: false,
    };
}

fn open(database: &TestDatabase) -> Arc<Db> {
    let open = Db::open(&database.place_with(8), &DbOptions::default(), |_| {
        Ok::<(), StoreError>(())
    });
    Arc::new(open.expect("the database can be opened"))
}

impl Online {
    /// A database of these collections alone.
    pub(super) async fn of(collections: Collections<'_>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let database = TestDatabase::create(folder.path());
        let online = Self {
            db: open(&database),
            database,
            folder,
        };
        let definition = definition(collections);
        online
            .db
            .exclusive(move |tx| schema::apply(tx, &definition, &Loss::Refuse.into()))
            .await
            .expect("an empty database takes any definition");
        online
    }

    /// A database made for a state at once.
    pub(super) async fn made(state: &State) -> Self {
        let online = Self::of(&[]).await;
        online.start(None, state.clone()).await.expect("it is empty");
        online.run().await.expect("it is empty");
        online
    }

    /// As after a kill of the process.
    pub(super) fn reopen(self) -> Self {
        let Self { db, database, folder } = self;
        drop(db);
        Self {
            db: open(&database),
            database,
            folder,
        }
    }

    pub(super) async fn state(&self) -> State {
        let stored = self.db.read(|tx: &mut Tx<'_>| read_state(tx)).await;
        stored.expect("it can be read").expect("it was made").state
    }

    /// The state after an expansion to these collections.
    pub(super) async fn expanded(&self, collections: Collections<'_>) -> State {
        self.expanded_with(collections, |_| {}).await
    }

    /// As `expanded`, with operations that somebody has edited.
    pub(super) async fn expanded_with(
        &self,
        collections: Collections<'_>,
        edit: impl FnMut(&mut Operation),
    ) -> State {
        let mut state = self.state().await;
        let wanted = definition(collections);
        let mut compared = compare(&state.shape(), &wanted.shape, &wanted.marks, &mut |_| {
            Answer::Removed
        });
        assert_eq!(compared.refused, [""; 0]);
        compared.operations.iter_mut().for_each(edit);
        let number = state.newest().map_or(0, |newest| newest.number) + 1;
        state
            .expand(number, &compared.operations)
            .expect("the operations fit");
        state
    }

    pub(super) async fn contracted(&self) -> State {
        let state = self.state().await;
        state.tidied(state.newest().map_or(0, |newest| newest.number) + 1)
    }

    /// Writes down the way to another state.
    pub(super) async fn start(&self, from: Option<State>, to: State) -> Result<(), SchemaError> {
        let begin = move |tx: &mut WriteTx<'_>| {
            let transition = Transition::new(from.clone(), to.clone())?;
            let steps = transition.steps(tx, SMALL)?;
            let progress = Progress {
                from: from.clone(),
                to: to.clone(),
                steps,
                position: 0,
                cursor: None,
                undoing: false,
            };
            note(tx, Some(&progress))
        };
        self.db.write(Priority::Background, begin).await
    }

    pub(super) async fn steps(&self) -> Vec<Step> {
        self.progress()
            .await
            .map(|progress| progress.steps)
            .unwrap_or_default()
    }

    /// Does all, or until the next failure.
    pub(super) async fn run(&self) -> Result<(), SchemaError> {
        self.run_to(Stop::NEVER).await.map(|_| ())
    }

    /// Does all as it is done while others are in the way: a lock that is not had is asked for again.
    pub(super) async fn run_patiently(&self) -> Result<(), SchemaError> {
        let mut pause = Duration::from_millis(10);
        loop {
            match self.run().await {
                Err(SchemaError::Locked { .. } | SchemaError::Store(StoreError::Conflict)) => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_millis(500));
                }
                other => return other,
            }
        }
    }

    /// From state to state without a stop.
    pub(super) async fn go(&self, to: State) {
        let from = self.state().await;
        self.start(Some(from), to).await.expect("the steps can be told");
        self.run()
            .await
            .unwrap_or_else(|error| panic!("{error}: {error:?}"));
    }

    /// True when all was done.
    pub(super) async fn run_to(&self, stop: Stop) -> Result<bool, SchemaError> {
        let mut done = 0;
        while let Some(progress) = self.progress().await {
            if done >= stop.after {
                return Ok(false);
            }
            done += 1;
            let forget = stop.forgetful && done == stop.after;
            self.advance(progress, forget).await?;
        }
        Ok(true)
    }

    async fn advance(&self, progress: Progress, forget: bool) -> Result<(), SchemaError> {
        let transition = Transition::new(progress.from.clone(), progress.to.clone())?;
        let Some(step) = progress.steps.get(progress.position).cloned() else {
            return self
                .db
                .write(Priority::Background, |tx| write_progress(tx, None))
                .await;
        };
        let act = step.act().clone();
        let outside = matches!(step, Step::Outside(_));
        let run = {
            let progress = progress.clone();
            let turning = step.is_turning_point();
            move |tx: &mut WriteTx<'_>| {
                let slice = transition.run(tx, &act, progress.cursor().as_ref(), SLICE)?;
                if outside {
                    return Ok(());
                }
                if turning {
                    let state = progress.to.clone();
                    let development = false;
                    write_state(tx, &StoredState { state, development })?;
                }
                note(tx, Some(&after(&progress, slice)))
            }
        };
        match step {
            Step::Alone(_) => self.db.exclusive(run).await,
            Step::Once(_) | Step::Slices(_) => self.db.write(Priority::Background, run).await,
            Step::Outside(_) => {
                self.db.outside(run).await?;
                if forget {
                    return Ok(());
                }
                let next = after(&progress, Slice::Done);
                self.db
                    .write(Priority::Background, move |tx| note(tx, Some(&next)))
                    .await
            }
        }
    }

    /// Undoes what was begun; what is still written down is thrown away.
    pub(super) async fn undo(&self) -> Result<(), SchemaError> {
        self.begin_undo().await?;
        self.run().await
    }

    pub(super) async fn begin_undo(&self) -> Result<(), SchemaError> {
        let Some(progress) = self.progress().await else {
            return Ok(());
        };
        let begin = move |tx: &mut WriteTx<'_>| {
            let transition = Transition::new(progress.from.clone(), progress.to.clone())?;
            let steps = transition.undo_steps(tx)?;
            let progress = Progress {
                steps,
                position: 0,
                cursor: None,
                undoing: true,
                ..progress.clone()
            };
            note(tx, Some(&progress))
        };
        self.db.write(Priority::Background, begin).await
    }

    async fn progress(&self) -> Option<Progress> {
        let read = self.db.read(|tx: &mut Tx<'_>| read_progress(tx)).await;
        let text = read.expect("the progress can be read")?;
        Some(serde_json::from_str(&text).expect("it was written a moment ago"))
    }

    /// Is the turning point behind us?
    pub(super) async fn has_turned(&self) -> bool {
        match self.progress().await {
            Some(progress) => {
                let done = &progress.steps[..progress.position.min(progress.steps.len())];
                !progress.undoing && done.iter().any(Step::is_turning_point)
            }
            None => true,
        }
    }

    pub(super) async fn is_current(&self, collections: Collections<'_>) -> bool {
        let definition = definition(collections);
        let read = move |tx: &mut Tx<'_>| schema::is_current(tx, &definition);
        self.db.read(read).await.expect("it can be read")
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

    pub(super) async fn execute(&self, sql: &str) -> Result<usize, StoreError> {
        let sql = sql.to_owned();
        self.db
            .write(Priority::Interactive, move |tx| tx.execute(&sql, &[]))
            .await
    }

    /// Everything that the database says of its own shape, and the records of some tables.
    pub(super) async fn dump(&self, tables: &[&str]) -> Vec<String> {
        let mut dump = self.catalog().await;
        let own = "SELECT kind, name, of_table, sql FROM _schema ORDER BY kind, name";
        dump.extend(self.rows(own).await.into_iter().map(|row| row.join(" | ")));
        for table in tables {
            let records = self
                .rows(&format!("SELECT * FROM \"{table}\" ORDER BY 1, 2"))
                .await;
            dump.extend(
                records
                    .into_iter()
                    .map(|row| format!("{table}: {}", row.join(" | "))),
            );
        }
        dump
    }

    pub(super) async fn catalog(&self) -> Vec<String> {
        let queries: &[&str] = match self.db.dialect() {
            Dialect::Sqlite => {
                &["SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name"]
            }
            Dialect::Postgres => &POSTGRES_CATALOG,
        };
        let mut catalog = Vec::new();
        for sql in queries {
            catalog.extend(self.rows(sql).await.into_iter().map(|row| row.join(" | ")));
        }
        catalog
    }
}

const POSTGRES_CATALOG: [&str; 5] = [
    "SELECT 'column', c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation::text,
            a.attnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), '')
     FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
     LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY c.relname, a.attnum",
    "SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid), convalidated, condeferrable
     FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY conrelid::regclass::text, conname",
    "SELECT 'index', c.relname::text, pg_get_indexdef(i.indexrelid), i.indisvalid FROM pg_index AS i
     JOIN pg_class AS c ON c.oid = i.indexrelid WHERE c.relnamespace = current_schema()::regnamespace ORDER BY c.relname",
    "SELECT 'trigger', tgname::text, pg_get_triggerdef(t.oid) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND NOT tgisinternal ORDER BY tgname",
    "SELECT 'function', proname::text, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY proname",
];

fn after(progress: &Progress, slice: Slice) -> Progress {
    let mut next = progress.clone();
    match slice {
        Slice::More(cursor) => next.cursor = Some(cursor.iter().map(ToString::to_string).collect()),
        Slice::Done => {
            next.position += 1;
            next.cursor = None;
        }
    }
    next
}

fn note(tx: &mut WriteTx<'_>, progress: Option<&Progress>) -> Result<(), SchemaError> {
    let text = progress.map(|progress| serde_json::to_string(progress).expect("it is plain data"));
    write_progress(tx, text.as_deref())
}
