//! Is the server alive, is it ready, and how is it, for those who may know.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use mainstay_core::{ActorKind, Code, Problem, Timestamp};
use mainstay_engine::acme::CertificateReport;
use mainstay_engine::health::{Check, ReplicaState, SlowStatement, Waits, readiness};
use mainstay_engine::readers::{ReaderReport, reader_reports};
use serde_json::{Value as Json, json};

use crate::answer::{self, Answer};
use crate::parameters::refuse_parameters;
use crate::request::Caller;
use crate::router::App;

/// Slow statements in an answer.
const SLOW_SHOWN: usize = 20;

/// The process runs and answers; true even while something it needs is away.
pub(crate) async fn livez() -> Response {
    answer::json(r#"{"status":"ok"}"#)
}

/// Everything that a request needs is usable; says which is not.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Response {
    let mut checks = readiness(&app.environment).await;
    if app.draining.load(Ordering::Relaxed) {
        let detail = "the server is stopping".to_owned();
        checks.push(Check {
            name: "server",
            ok: false,
            detail,
            took: Duration::ZERO,
        });
    }
    let ready = checks.iter().all(|check| check.ok);
    // Anybody may ask, so no figures: only which part is not usable.
    let parts: serde_json::Map<String, Json> = checks
        .iter()
        .map(|check| {
            (
                check.name.to_owned(),
                Json::from(if check.ok { "ok" } else { "failing" }),
            )
        })
        .collect();
    let status = if ready { "ready" } else { "not ready" };
    let mut response = answer::json(json!({"status": status, "checks": parts}).to_string());
    if !ready {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    response
}

/// Each part with its latency and figures, for administrators.
pub(crate) async fn read_health(
    State(app): State<Arc<App>>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    match caller.ctx.actor.kind {
        ActorKind::Administrator | ActorKind::System => {}
        ActorKind::Anonymous => {
            return Err(Problem::new(Code::Unauthenticated, "sign in as an administrator").into());
        }
        ActorKind::User => {
            return Err(Problem::new(Code::Forbidden, "only administrators may see this").into());
        }
    }
    let checks = readiness(&app.environment).await;
    let parts: Vec<Json> = checks
        .iter()
        .map(|check| {
            json!({"name": check.name, "ok": check.ok, "detail": check.detail, "took_us": micros(check.took)})
        })
        .collect();
    let readers = reader_reports(&app.environment).await?;
    let db = &app.environment.db;
    let (groups, writes) = db.write_stats().groups_and_jobs();
    let body = json!({
        "status": if checks.iter().all(|check| check.ok) { "ready" } else { "not ready" },
        "version": env!("CARGO_PKG_VERSION"),
        "release": caller.ctx.release.definition.digest,
        "checks": parts,
        "writes": {
            "waiting": db.writes_waiting(),
            "commits": groups,
            "done": writes,
            "reruns": db.write_stats().reruns(),
            "waits": waits_json(db.write_waits()),
        },
        "reads": {"waits": waits_json(db.read_waits())},
        "certificate": app.environment.certificate_report().as_ref().map(certificate_json),
        "replicas": db.replicas().iter().map(replica_json).collect::<Json>(),
        "readers": readers.iter().map(reader_json).collect::<Json>(),
        "slow_statements": db.slow_statements().worst(SLOW_SHOWN).iter().map(slow_json).collect::<Json>(),
    });
    Ok(answer::json(body.to_string()))
}

fn certificate_json(certificate: &CertificateReport) -> Json {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    json!({
        "domains": certificate.domains,
        "not_after": time(certificate.not_after),
        "renews_at": time(certificate.renews_at),
        "last_error": certificate.last_error,
    })
}

fn replica_json(replica: &ReplicaState) -> Json {
    json!({"in_use": replica.in_use, "lag_us": micros(replica.lag)})
}

fn reader_json(reader: &ReaderReport) -> Json {
    json!({
        "name": reader.name,
        "each_process": reader.each_process,
        "cursor": reader.cursor,
        "lag_entries": reader.lag_entries,
        "lag_us": micros(reader.lag),
        "failures": reader.failures,
        "last_error": reader.last_error,
    })
}

fn slow_json(slow: &SlowStatement) -> Json {
    json!({
        "statement": slow.statement,
        "collection": slow.collection,
        "operation": slow.operation,
        "user": slow.actor.and_then(|actor| actor.id).map(|id| id.to_string()),
        "count": slow.count,
        "total_us": micros(slow.total),
        "longest_us": micros(slow.longest),
        "plan": slow.plan,
    })
}

fn waits_json(waits: Waits) -> Json {
    json!({"count": waits.count, "total_us": micros(waits.total), "longest_us": micros(waits.longest)})
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
