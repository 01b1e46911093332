//! Many operations in one request: all of them or none, or each with its own answer.

use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Problem, RecordId};
use mainstay_store::{Priority, WriteTx};
use serde_json::{Map, Value as Json};

use super::create::create_in;
use super::delete::delete_in;
use super::draft::{Draft, draft_for_create, draft_for_update};
use super::idempotency::{IdempotencyKey, once};
use super::outcome::{Outcome, OutcomeKind};
use super::restore::restore_in;
use super::update::update_in;
use crate::audit::note_refusal;
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchMode {
    /// The first failure undoes everything.
    AllOrNothing,
    /// A failed operation leaves the others standing.
    PerRecord,
    /// As `PerRecord`, and then everything is undone: it tells what would happen.
    Check,
}

/// One operation as the client asked for it.
#[derive(Debug, Clone)]
pub enum BatchOperation {
    Create {
        collection: CollectionId,
        data: Map<String, Json>,
    },
    Update {
        collection: CollectionId,
        id: RecordId,
        if_version: Option<i64>,
        data: Map<String, Json>,
    },
    Delete {
        collection: CollectionId,
        id: RecordId,
        if_version: Option<i64>,
    },
    Restore {
        collection: CollectionId,
        id: RecordId,
    },
    /// What cannot be an operation, with the reason.
    Invalid(Problem),
}

/// An operation with its input checked, ready for the transaction.
enum Prepared {
    Create(CollectionId, Draft),
    Update(CollectionId, RecordId, Option<i64>, Draft),
    Delete(CollectionId, RecordId, Option<i64>),
    Restore(CollectionId, RecordId),
    Refused(Problem),
}

/// Runs the operations in order. `write_problem` gives a failed operation's place in the answer its form.
pub async fn batch_records(
    ctx: &Context,
    mode: BatchMode,
    operations: Vec<BatchOperation>,
    key: Option<IdempotencyKey>,
    write_result: fn(&Result<Outcome, Problem>, &mut Vec<u8>),
) -> Result<Outcome, Failure> {
    let prepared: Vec<Prepared> = operations
        .into_iter()
        .map(|operation| prepare(ctx, operation))
        .collect();
    // What would happen may be something else the next time: no answer of a check is kept.
    let key = key.filter(|_| mode != BatchMode::Check);
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| {
            let results = match mode {
                BatchMode::AllOrNothing => run_all(tx, ctx, &prepared)?,
                BatchMode::PerRecord => run_each(tx, ctx, &prepared)?,
                BatchMode::Check => tx.rehearse(|tx| run_each(tx, ctx, &prepared))?,
            };
            note_refused(tx, ctx, &prepared, &results);
            Ok(outcome_of(&results, write_result))
        })
    })
    .await
}

fn prepare(ctx: &Context, operation: BatchOperation) -> Prepared {
    let refuse = |failure: Failure| Prepared::Refused(failure.problem());
    match operation {
        BatchOperation::Create { collection, data } => draft_for_create(ctx, ctx.of(collection), data)
            .map_or_else(refuse, |draft| Prepared::Create(collection, draft)),
        BatchOperation::Update {
            collection,
            id,
            if_version,
            data,
        } => draft_for_update(ctx, ctx.of(collection), data).map_or_else(refuse, |draft| {
            Prepared::Update(collection, id, if_version, draft)
        }),
        BatchOperation::Delete {
            collection,
            id,
            if_version,
        } => Prepared::Delete(collection, id, if_version),
        BatchOperation::Restore { collection, id } => Prepared::Restore(collection, id),
        BatchOperation::Invalid(problem) => Prepared::Refused(problem),
    }
}

type OperationResult = Result<Outcome, Problem>;

fn run_all(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    operations: &[Prepared],
) -> Result<Vec<OperationResult>, Failure> {
    let run_at = |(position, operation)| match run(tx, ctx, operation) {
        Ok(outcome) => Ok(Ok(outcome)),
        Err(failure) => Err(at_operation(failure, position)),
    };
    operations.iter().enumerate().map(run_at).collect()
}

fn run_each(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    operations: &[Prepared],
) -> Result<Vec<OperationResult>, Failure> {
    let run_one = |operation| match tx.attempt(|tx| run(tx, ctx, operation)) {
        Ok(outcome) => Ok(Ok(outcome)),
        Err(Failure::Problem(problem)) => Ok(Err(problem)),
        Err(internal @ Failure::Internal(_)) => Err(internal),
    };
    operations.iter().map(run_one).collect()
}

fn outcome_of(results: &[OperationResult], write_result: fn(&OperationResult, &mut Vec<u8>)) -> Outcome {
    let mut body = b"{\"results\":[".to_vec();
    for (position, result) in results.iter().enumerate() {
        if position > 0 {
            body.push(b',');
        }
        write_result(result, &mut body);
    }
    body.extend_from_slice(b"]}");
    Outcome {
        kind: OutcomeKind::Changed,
        record: None,
        body,
        replayed: false,
    }
}

/// Refusals among other operations, whose answer as a whole is good.
fn note_refused(tx: &mut WriteTx<'_>, ctx: &Context, operations: &[Prepared], results: &[OperationResult]) {
    for (operation, result) in operations.iter().zip(results) {
        let Err(problem) = result else { continue };
        let code = problem.code;
        if !matches!(code, Code::Forbidden | Code::Unauthenticated) {
            continue;
        }
        let (collection, record) = match operation {
            Prepared::Create(collection, _) => (*collection, None),
            Prepared::Update(collection, id, ..)
            | Prepared::Delete(collection, id, _)
            | Prepared::Restore(collection, id) => (*collection, Some(*id)),
            Prepared::Refused(_) => continue,
        };
        let ctx = ctx.clone();
        // The closure may run again; what it did then is done once.
        tx.after_commit(move || {
            let name = ctx.of(collection).name.as_str();
            note_refusal(&ctx, code, Some(name), record);
        });
    }
}

fn run(tx: &mut WriteTx<'_>, ctx: &Context, operation: &Prepared) -> Result<Outcome, Failure> {
    match operation {
        Prepared::Create(collection, draft) => create_in(tx, ctx, *collection, draft),
        Prepared::Update(collection, id, if_version, draft) => {
            update_in(tx, ctx, *collection, *id, *if_version, draft)
        }
        Prepared::Delete(collection, id, if_version) => delete_in(tx, ctx, *collection, *id, *if_version),
        Prepared::Restore(collection, id) => restore_in(tx, ctx, *collection, *id),
        Prepared::Refused(problem) => Err(problem.clone().into()),
    }
}

/// Says which operation failed, in the sentence and in front of each field.
fn at_operation(failure: Failure, position: usize) -> Failure {
    match failure {
        Failure::Problem(mut problem) => {
            problem.detail = format!("operation {position}: {}; nothing was changed", problem.detail).into();
            for error in &mut problem.errors {
                error.field = format!("operations[{position}].data.{}", error.field);
            }
            Failure::Problem(problem)
        }
        internal @ Failure::Internal(_) => internal,
    }
}
