//! The trash over HTTP.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse;
use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_engine::Context;
use mainstay_engine::records::{self, BatchMode, BatchOperation, TrashQuery, parse_id};
use serde_json::Value as Json;

use crate::answer::{self, Answer};
use crate::batch::write_result;
use crate::body::{JsonBody, refuse_unknown, take_text};
use crate::error::HttpError;
use crate::parameters::{Parameters, Segments, idempotency_key, refuse_parameters};
use crate::request::Caller;

pub(crate) async fn list_trash(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let collection = parameters.take_text("collection")?;
    let limit = parameters.take_limit()?;
    let cursor = parameters.take_text("cursor")?;
    parameters.finish()?;
    let collection = match collection {
        Some(name) => Some(caller.ctx.collection(&name)?.id),
        None => None,
    };
    let query = TrashQuery {
        collection,
        limit,
        cursor,
    };
    Ok(answer::json(records::list_trash(&caller.ctx, &query).await?))
}

/// A batch of restorings: one mechanism.
pub(crate) async fn restore_trash(caller: Caller, uri: Uri, headers: HeaderMap, body: JsonBody) -> Answer {
    refuse_parameters(uri.query())?;
    let key = idempotency_key(&headers, "POST", uri.path(), &body.bytes)?;
    let mut object = body.object;
    let Some(Json::Array(items)) = object.remove("items") else {
        let message = "must be a list of {\"collection\", \"id\"}";
        return Err(Problem::field(Code::InvalidBatch, "items", message).into());
    };
    refuse_unknown(&object)?;
    if items.is_empty() || items.len() > limits::BATCH_OPERATIONS_MAX {
        let detail = format!(
            "1 to {} records are restored at once",
            limits::BATCH_OPERATIONS_MAX
        );
        return Err(Problem::new(Code::TooManyOperations, detail).into());
    }
    let items = items.into_iter().enumerate();
    let items = items.map(|(place, item)| read_item(item).map_err(|problem| of_item(place, &problem)));
    let items = items.collect::<Result<Vec<_>, Problem>>()?;
    let operations = items.iter().map(|item| operation(&caller.ctx, item)).collect();
    let mode = BatchMode::PerRecord;
    let outcome = records::batch_records(&caller.ctx, mode, operations, key, write_result).await?;
    Ok(answer::outcome(outcome, ""))
}

/// What is to be restored, by the collection's name and the id.
fn read_item(item: Json) -> Result<(String, RecordId), HttpError> {
    let Json::Object(mut item) = item else {
        let detail = "must be an object with `collection` and `id`";
        return Err(Problem::new(Code::ValidationFailed, detail).into());
    };
    let collection = take_text(&mut item, "collection")?;
    let id = take_text(&mut item, "id")?;
    refuse_unknown(&item)?;
    let not_an_id = |_| Problem::field(Code::ValidationFailed, "id", "must be the id of a record");
    Ok((collection, id.parse().map_err(not_an_id)?))
}

/// The problem, with the place of the item in its list.
fn of_item(place: usize, HttpError(problem): &HttpError) -> Problem {
    match problem.errors.first() {
        Some(error) => {
            let field = format!("items[{place}].{}", error.field);
            Problem::field(problem.code, field, error.message.clone())
        }
        None => Problem::field(problem.code, format!("items[{place}]"), problem.detail.clone()),
    }
}

fn operation(ctx: &Context, (collection, id): &(String, RecordId)) -> BatchOperation {
    match ctx.collection(collection) {
        Ok(collection) => BatchOperation::Restore {
            collection: collection.id,
            id: *id,
        },
        Err(failure) => BatchOperation::Invalid(failure.problem()),
    }
}

pub(crate) async fn purge_record(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    uri: Uri,
) -> Answer {
    refuse_parameters(uri.query())?;
    let collection = caller.ctx.collection(&collection)?.id;
    records::purge_record(&caller.ctx, collection, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
