//! Batches over HTTP.

use axum::http::{HeaderMap, Uri};
use mainstay_core::{Code, CollectionId, Problem, RecordId, limits};
use mainstay_engine::Context;
use mainstay_engine::records::{self, BatchMode, BatchOperation, Outcome};
use serde_json::{Map, Value as Json};

use crate::answer::{self, Answer, status_of_outcome};
use crate::body::{JsonBody, refuse_unknown};
use crate::error::{HttpError, problem_json, status_of};
use crate::parameters::{idempotency_key, refuse_parameters};
use crate::request::Caller;

pub(crate) async fn batch_records(caller: Caller, uri: Uri, headers: HeaderMap, body: JsonBody) -> Answer {
    refuse_parameters(uri.query())?;
    let key = idempotency_key(&headers, "POST", uri.path(), &body.bytes)?;
    let mut object = body.object;
    let mode = match object.remove("mode").as_ref().and_then(Json::as_str) {
        Some("all_or_nothing") => BatchMode::AllOrNothing,
        Some("per_record") => BatchMode::PerRecord,
        Some("check") => BatchMode::Check,
        _ => {
            let message = "must be \"all_or_nothing\", \"per_record\" or \"check\"";
            return Err(Problem::field(Code::InvalidBatch, "mode", message).into());
        }
    };
    let Some(Json::Array(operations)) = object.remove("operations") else {
        return Err(Problem::field(Code::InvalidBatch, "operations", "must be a list of operations").into());
    };
    refuse_unknown(&object)?;
    if operations.is_empty() || operations.len() > limits::BATCH_OPERATIONS_MAX {
        let detail = format!("a batch has 1 to {} operations", limits::BATCH_OPERATIONS_MAX);
        return Err(Problem::new(Code::TooManyOperations, detail).into());
    }
    let operations = operations
        .into_iter()
        .map(|json| read_operation(&caller.ctx, json))
        .collect();
    let outcome = records::batch_records(&caller.ctx, mode, operations, key, write_result).await?;
    Ok(answer::outcome(outcome, ""))
}

/// One operation; what is wrong with it is told in its place.
fn read_operation(ctx: &Context, json: Json) -> BatchOperation {
    match try_read_operation(ctx, json) {
        Ok(operation) => operation,
        Err(HttpError(problem)) => BatchOperation::Invalid(problem),
    }
}

/// The parts that an operation may have.
struct Parts {
    op: String,
    collection: CollectionId,
    id: Option<RecordId>,
    if_version: Option<i64>,
    data: Option<Map<String, Json>>,
}

fn try_read_operation(ctx: &Context, json: Json) -> Result<BatchOperation, HttpError> {
    let Parts {
        op,
        collection,
        id,
        if_version,
        data,
    } = read_parts(ctx, json)?;
    let need_id = || id.ok_or_else(|| invalid("id", "is required"));
    let refuse = |present: bool, field, message| {
        if present {
            Err(invalid(field, message))
        } else {
            Ok(())
        }
    };
    match op.as_str() {
        "create" => {
            refuse(id.is_some(), "id", "belongs into data when a record is created")?;
            refuse(
                if_version.is_some(),
                "if_version",
                "has no meaning for a new record",
            )?;
            Ok(BatchOperation::Create {
                collection,
                data: data.ok_or_else(|| invalid("data", "is required"))?,
            })
        }
        "update" => {
            let data = data.ok_or_else(|| invalid("data", "is required"))?;
            Ok(BatchOperation::Update {
                collection,
                id: need_id()?,
                if_version,
                data,
            })
        }
        "delete" => {
            refuse(data.is_some(), "data", "has no meaning for a delete")?;
            Ok(BatchOperation::Delete {
                collection,
                id: need_id()?,
                if_version,
            })
        }
        "restore" => {
            refuse(data.is_some(), "data", "has no meaning for a restore")?;
            refuse(if_version.is_some(), "if_version", "has no meaning for a restore")?;
            Ok(BatchOperation::Restore {
                collection,
                id: need_id()?,
            })
        }
        _ => Err(invalid("op", "must be create, update, delete or restore").into()),
    }
}

fn read_parts(ctx: &Context, json: Json) -> Result<Parts, HttpError> {
    let Json::Object(mut object) = json else {
        return Err(Problem::new(Code::InvalidBatch, "an operation must be a JSON object").into());
    };
    let op = take_string(&mut object, "op").unwrap_or_default();
    let name = take_string(&mut object, "collection").ok_or_else(|| invalid("collection", "is required"))?;
    let collection = ctx.collection(&name)?.id;
    let id = match object.remove("id") {
        None => None,
        Some(Json::String(text)) => Some(text.parse::<RecordId>().map_err(|_| Problem::not_found())?),
        Some(_) => return Err(invalid("id", "must be a text").into()),
    };
    let if_version = match object.remove("if_version") {
        None => None,
        Some(version) => Some(
            version
                .as_i64()
                .ok_or_else(|| invalid("if_version", "must be an integer"))?,
        ),
    };
    let data = match object.remove("data") {
        None => None,
        Some(Json::Object(data)) => Some(data),
        Some(_) => return Err(invalid("data", "must be a JSON object").into()),
    };
    refuse_unknown(&object)?;
    Ok(Parts {
        op,
        collection,
        id,
        if_version,
        data,
    })
}

fn invalid(field: &'static str, message: &'static str) -> Problem {
    Problem::field(Code::InvalidBatch, field, message)
}

fn take_string(object: &mut Map<String, Json>, name: &str) -> Option<String> {
    match object.remove(name) {
        Some(Json::String(text)) => Some(text),
        _ => None,
    }
}

pub(crate) fn write_result(result: &Result<Outcome, Problem>, out: &mut Vec<u8>) {
    match result {
        Ok(outcome) => {
            out.extend_from_slice(
                format!("{{\"status\":{}", status_of_outcome(outcome.kind).as_u16()).as_bytes(),
            );
            if !outcome.body.is_empty() {
                out.extend_from_slice(b",\"record\":");
                out.extend_from_slice(&outcome.body);
            }
            out.push(b'}');
        }
        Err(problem) => {
            let status = status_of(problem.code).as_u16();
            out.extend_from_slice(format!("{{\"status\":{status},\"problem\":").as_bytes());
            out.extend_from_slice(problem_json(problem, None).to_string().as_bytes());
            out.push(b'}');
        }
    }
}
