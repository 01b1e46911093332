//! The audit over HTTP, for administrators, and one's own part of it.

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderValue, header};
use futures_util::stream;
use mainstay_core::{Code, Problem, limits};
use mainstay_engine::audit::{self, AuditExport, AuditFormat, AuditQuery};

use crate::answer::{self, Answer};
use crate::error::HttpError;
use crate::parameters::{Parameters, refuse_parameters};
use crate::request::Caller;

pub(crate) async fn list_audit_entries(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let query = take_query(&mut parameters)?;
    let limit = parameters.take_limit()?.unwrap_or(limits::PAGE_DEFAULT);
    let cursor = parameters.take_text("cursor")?;
    parameters.finish()?;
    let body = audit::list_audit_entries(&caller.ctx, &query, cursor.as_deref(), limit).await?;
    Ok(answer::json(body))
}

pub(crate) async fn export_audit(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let query = take_query(&mut parameters)?;
    let format = parameters.take_text("format")?.ok_or_else(|| {
        let message = "is missing: csv or jsonl";
        HttpError(Problem::field(Code::InvalidParameter, "format", message))
    })?;
    let format = AuditFormat::parse(&format)?;
    parameters.finish()?;
    let export = AuditExport::begin(&caller.ctx, &query, format).await?;
    let (content_type, file) = match format {
        AuditFormat::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""),
        AuditFormat::JsonLines => ("application/x-ndjson", "attachment; filename=\"audit.jsonl\""),
    };
    let mut response = answer::json(Body::from_stream(pages(export)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(file));
    Ok(response)
}

/// A page is read when the one before it has left. One that fails ends the connection, so that nobody takes a part for
/// the whole.
fn pages(
    export: AuditExport,
) -> impl stream::Stream<Item = Result<Vec<u8>, mainstay_engine::Failure>> + Send + 'static {
    stream::unfold(Some(export), async |export| {
        let mut export = export?;
        match export.next().await {
            Ok(Some((bytes, _))) => Some((Ok(bytes), Some(export))),
            Ok(None) => None,
            Err(failure) => {
                tracing::error!(
                    error = &failure as &dyn std::error::Error,
                    "an export of the audit broke off"
                );
                Some((Err(failure), None))
            }
        }
    })
}

pub(crate) async fn read_audit_status(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(audit::read_audit_status(&caller.ctx).await?))
}

pub(crate) async fn list_own_activity(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let kind = parameters.take_text("kind")?;
    let limit = parameters.take_limit()?.unwrap_or(limits::PAGE_DEFAULT);
    let cursor = parameters.take_text("cursor")?;
    parameters.finish()?;
    let body = audit::list_own_activity(&caller.ctx, kind.as_deref(), cursor.as_deref(), limit).await?;
    Ok(answer::json(body))
}

fn take_query(parameters: &mut Parameters) -> Result<AuditQuery, HttpError> {
    Ok(AuditQuery {
        actor: parameters.take_text("actor")?,
        collection: parameters.take_text("collection")?,
        record: parameters.take_text("record")?,
        kind: parameters.take_text("kind")?,
        from: parameters.take_text("from")?,
        to: parameters.take_text("to")?,
        request: parameters.take_text("request")?,
    })
}
