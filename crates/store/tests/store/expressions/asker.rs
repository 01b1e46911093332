//! Who asks, and when.

use std::collections::{BTreeSet, HashSet};

use mainstay_core::definition::CollectionId;
use mainstay_core::{FieldId, RecordId, Timestamp, Value};
use mainstay_store::sql::{Arguments, Statement};
use mainstay_store::tx::Bind;
use mainstay_store::{Priority, StoreError, Tx};
use mainstay_testkit::evaluator::{Context, Row, World, truth};

use super::choices::Choices;
use super::fixture::DEFINITION;
use super::world::{self, RECORDS, STRANGER, Stored};

const NOW_MICROS: i64 = 1_767_225_600_000_000;
const METHOD: &str = "GET";

/// A caller; `None` is nobody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker(Option<RecordId>);

/// What a statement is given beside its caller: the input of a write, and an id.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) input: Vec<Value>,
    pub(crate) input_ids: Vec<(FieldId, String)>,
    pub(crate) id: Option<RecordId>,
}

impl Asker {
    pub(crate) const NOBODY: Self = Self(None);

    pub(crate) fn pick(choices: &mut Choices<'_>) -> Self {
        let users = DEFINITION.collection(DEFINITION.users);
        Self(match choices.below(RECORDS + 2) {
            0 => None,
            // A token outlives its account for some minutes.
            1 => Some(world::id(users, STRANGER)),
            number => Some(world::id(users, number - 2)),
        })
    }

    pub(crate) fn context<'a>(
        self,
        world: &'a World,
        readable: Option<&'a HashSet<(CollectionId, RecordId)>>,
        record: Option<&'a Row>,
        input: Option<&'a Row>,
    ) -> Context<'a> {
        Context {
            definition: &DEFINITION,
            world,
            readable,
            record,
            input,
            user: self.0,
            share: None,
            now: Timestamp::from_micros(NOW_MICROS).expect("the time is in the calendar"),
            method: METHOD,
        }
    }

    /// Every record that this caller may read; the rules themselves see everything.
    pub(crate) fn readable(self, world: &World) -> HashSet<(CollectionId, RecordId)> {
        let mut readable = HashSet::new();
        for (collection, rows) in &world.records {
            let Some(rule) = &DEFINITION.collection(*collection).rules.read else {
                continue;
            };
            let passes = |row: &&Row| truth(rule, &self.context(world, None, Some(row), None)) == Some(true);
            readable.extend(
                rows.iter()
                    .filter(passes)
                    .map(|row| (*collection, world::row_id(row))),
            );
        }
        readable
    }

    /// The world in what this caller writes: the values that they may not read are null in it.
    pub(crate) fn masked(self, world: &World) -> World {
        let mut masked = world.clone();
        for (collection, rows) in &mut masked.records {
            for (row, stored) in rows.iter_mut().zip(&world.records[collection]) {
                for (field, rule) in DEFINITION.collection(*collection).guarded_fields() {
                    if truth(rule, &self.context(world, None, Some(stored), None)) != Some(true) {
                        let none = if field.is_column() {
                            Value::Null
                        } else {
                            Value::Ids(Vec::new())
                        };
                        row.insert(field.id, none);
                    }
                }
            }
        }
        masked
    }

    /// The ids in the first column of the answer.
    pub(crate) async fn run(
        self,
        stored: &Stored,
        statement: &Statement,
    ) -> Result<BTreeSet<RecordId>, StoreError> {
        let (statement, user) = (statement.clone(), self.0);
        let read = move |tx: &mut Tx<'_>| {
            let mut ids = BTreeSet::new();
            let limit = [Bind::Int(i64::MAX)];
            let given = Given::default();
            tx.query(
                &statement.text,
                &statement.binds(&arguments(user.as_ref(), &given, &limit)),
                |row| {
                    ids.insert(row.id(0)?);
                    Ok::<(), StoreError>(())
                },
            )?;
            Ok(ids)
        };
        stored.db.read(read).await
    }

    /// Does the statement give a row, for this input and for the record with this id?
    pub(crate) async fn holds(
        self,
        stored: &Stored,
        statement: &Statement,
        given: Given,
    ) -> Result<bool, StoreError> {
        let (statement, user) = (statement.clone(), self.0);
        let read = move |tx: &mut Tx<'_>| {
            let id = [Bind::from(given.id.as_ref())];
            let binds = statement.binds(&arguments(user.as_ref(), &given, &id));
            let found = tx.query_first(&statement.text, &binds, |_| Ok::<(), StoreError>(()))?;
            Ok(found.is_some())
        };
        stored.db.read(read).await
    }

    /// How many rows the statement changes; nothing stays of it.
    pub(crate) async fn rows_changed(
        self,
        stored: &Stored,
        statement: &Statement,
        given: Given,
    ) -> Result<usize, StoreError> {
        let (statement, user) = (statement.clone(), self.0);
        let written = stored.db.write(Priority::Interactive, move |tx| {
            let binds = statement.binds(&arguments(user.as_ref(), &given, &[]));
            let changed = tx.execute(&statement.text, &binds)?;
            Err::<(), TakenBack>(TakenBack::Changed(changed))
        });
        match written.await {
            Err(TakenBack::Changed(changed)) => Ok(changed),
            Err(TakenBack::Failed(error)) => Err(error),
            Ok(()) => unreachable!("the closure always fails"),
        }
    }
}

/// Carries an answer out of a transaction that is to leave nothing behind.
enum TakenBack {
    Changed(usize),
    Failed(StoreError),
}

impl From<StoreError> for TakenBack {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// For statements that ask nothing about their caller.
pub(crate) fn nobody_asks<'a>(values: &'a [Bind<'a>]) -> Arguments<'a> {
    Arguments {
        auth_id: None,
        auth_share: None,
        now_micros: NOW_MICROS,
        method: METHOD,
        input: &[],
        input_ids: &[],
        arguments: values,
    }
}

fn arguments<'a>(user: Option<&'a RecordId>, given: &'a Given, arguments: &'a [Bind<'a>]) -> Arguments<'a> {
    Arguments {
        auth_id: user,
        auth_share: None,
        now_micros: NOW_MICROS,
        method: METHOD,
        input: &given.input,
        input_ids: &given.input_ids,
        arguments,
    }
}
