//! Endpoints: made, changed and removed by administrators.

use mainstay_core::{Code, Problem, RecordId, Timestamp, limits};
use mainstay_store::journal::{self, Kind};
use mainstay_store::webhooks::{self, Endpoint, deliveries};
use mainstay_store::{Priority, Tx, WriteTx};
use serde_json::{Map, Value as Json, json};

use super::signature::{new_secret, secret_text};
use super::{input, write_entry};
use crate::context::Context;
use crate::failure::Failure;

const MICROS_PER_SECOND: i64 = 1_000_000;
const FOR_ADMINISTRATORS: &str = "only administrators may manage webhooks";

/// Every endpoint: `{"items": [...]}`.
pub async fn list_webhooks(ctx: &Context) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    ctx.read(|tx, _| {
        let mut items = Vec::new();
        for endpoint in webhooks::all(tx)? {
            items.push(endpoint_json(tx, &endpoint)?);
        }
        Ok::<_, Failure>(json!({ "items": items }).to_string().into_bytes())
    })
    .await
}

pub async fn read_webhook(ctx: &Context, id: RecordId) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    ctx.read(move |tx, _| {
        let endpoint = find(tx, &id)?;
        Ok::<_, Failure>(endpoint_json(tx, &endpoint)?.to_string().into_bytes())
    })
    .await
}

/// Makes an endpoint. The answer is the only one that has its secret.
pub async fn create_webhook(ctx: &Context, input: Map<String, Json>) -> Result<(RecordId, Vec<u8>), Failure> {
    require_administrator(ctx)?;
    let mut endpoint = Endpoint {
        id: ctx.environment.new_id(),
        url: String::new(),
        description: String::new(),
        kinds: Vec::new(),
        collections: Vec::new(),
        filter: None,
        enabled: true,
        disabled_reason: None,
        from_seq: 0,
        failing_since: None,
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    let private = ctx.environment.outbound.private();
    input::apply(&mut endpoint, input, &ctx.release.definition, private)?;
    let secret = new_secret(ctx.environment.random.as_ref());
    ctx.write(Priority::Interactive, move |tx, ctx| {
        if webhooks::all(tx)?.len() >= limits::WEBHOOKS_MAX {
            let detail = format!(
                "there are {} webhooks already; remove one that is not needed",
                limits::WEBHOOKS_MAX
            );
            return Err(Problem::new(Code::Conflict, detail).into());
        }
        write_entry(tx, ctx, Kind::WebhookCreated, &endpoint)?;
        let mut endpoint = endpoint.clone();
        endpoint.from_seq = journal::newest(tx)?;
        webhooks::add(tx, &endpoint)?;
        keep_secret(tx, ctx, (&webhooks::secret_name(&endpoint.id), &secret))?;
        let mut answer = endpoint_json(tx, &endpoint)?;
        answer["secret"] = Json::from(secret_text(&secret));
        Ok::<_, Failure>((endpoint.id, answer.to_string().into_bytes()))
    })
    .await
}

/// Changes what the input names. Switched on again, an endpoint gets what happens from then on, and what waited for it.
pub async fn update_webhook(
    ctx: &Context,
    id: RecordId,
    input: Map<String, Json>,
) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let before = find(tx, &id)?;
        let mut endpoint = before.clone();
        let private = ctx.environment.outbound.private();
        input::apply(&mut endpoint, input.clone(), &ctx.release.definition, private)?;
        if endpoint == before {
            return Ok(endpoint_json(tx, &endpoint)?.to_string().into_bytes());
        }
        endpoint.updated_at = ctx.now;
        if endpoint.enabled && !before.enabled {
            endpoint.disabled_reason = None;
            endpoint.failing_since = None;
        }
        write_entry(tx, ctx, Kind::WebhookUpdated, &endpoint)?;
        if endpoint.enabled && !before.enabled {
            endpoint.from_seq = journal::newest(tx)?;
            ctx.environment.sender_wake.after_commit(tx);
        }
        webhooks::update(tx, &endpoint)?;
        Ok::<_, Failure>(endpoint_json(tx, &endpoint)?.to_string().into_bytes())
    })
    .await
}

pub async fn delete_webhook(ctx: &Context, id: RecordId) -> Result<(), Failure> {
    require_administrator(ctx)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let endpoint = find(tx, &id)?;
        if !webhooks::remove(tx, &id)? {
            return Err(not_found());
        }
        Ok(write_entry(tx, ctx, Kind::WebhookDeleted, &endpoint)?)
    })
    .await
}

/// Makes a new secret. The one before signs too for `overlap_seconds` of the input, a day if it says nothing.
pub async fn rotate_webhook_secret(
    ctx: &Context,
    id: RecordId,
    input: Map<String, Json>,
) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    let overlap = overlap_seconds(&input)?;
    let secret = new_secret(ctx.environment.random.as_ref());
    ctx.write(Priority::Interactive, move |tx: &mut WriteTx<'_>, ctx| {
        let endpoint = find(tx, &id)?;
        let until = ctx.now.saturating_add_micros(overlap * MICROS_PER_SECOND);
        let (name, previous_name) = (webhooks::secret_name(&id), webhooks::previous_secret_name(&id));
        let before = ctx
            .environment
            .secret_keys
            .recall(tx, &name)?
            .ok_or_else(no_keys)?;
        keep_secret(tx, ctx, (&previous_name, &before))?;
        keep_secret(tx, ctx, (&name, &secret))?;
        webhooks::set_previous_until(tx, &id, until, ctx.now)?;
        write_entry(tx, ctx, Kind::WebhookSecretRotated, &endpoint)?;
        let answer = json!({"secret": secret_text(&secret), "previous_until": until.to_string()});
        Ok::<_, Failure>(answer.to_string().into_bytes())
    })
    .await
}

fn keep_secret(tx: &mut WriteTx<'_>, ctx: &Context, secret: (&str, &[u8])) -> Result<(), Failure> {
    let environment = &ctx.environment;
    let is_kept = environment
        .secret_keys
        .keep(tx, secret, environment.random.as_ref())?;
    if is_kept { Ok(()) } else { Err(no_keys()) }
}

fn no_keys() -> Failure {
    let detail = "this process has no key for the secrets of webhooks; the setting keys.file names it";
    Problem::new(Code::Unavailable, detail).into()
}

fn overlap_seconds(input: &Map<String, Json>) -> Result<i64, Problem> {
    if let Some(unknown) = input.keys().find(|name| *name != "overlap_seconds") {
        let message = "is not known here: leave it out";
        return Err(Problem::field(Code::UnknownField, unknown.as_str(), message));
    }
    let Some(given) = input.get("overlap_seconds") else {
        return Ok(limits::WEBHOOK_OVERLAP_SECONDS_DEFAULT);
    };
    let max = limits::WEBHOOK_OVERLAP_SECONDS_MAX;
    let taken = given.as_i64().filter(|seconds| (0..=max).contains(seconds));
    let message = || format!("must be a number from 0 to {max}");
    taken.ok_or_else(|| Problem::field(Code::ValidationFailed, "overlap_seconds", message()))
}

pub(super) fn require_administrator(ctx: &Context) -> Result<(), Failure> {
    if ctx.actor.is_bound_by_rules() {
        return Err(ctx.refused(FOR_ADMINISTRATORS));
    }
    Ok(())
}

pub(super) fn find(tx: &mut Tx<'_>, id: &RecordId) -> Result<Endpoint, Failure> {
    webhooks::find(tx, id)?.ok_or_else(not_found)
}

fn not_found() -> Failure {
    Problem::new(Code::NotFound, "there is no such webhook").into()
}

fn endpoint_json(tx: &mut Tx<'_>, endpoint: &Endpoint) -> Result<Json, Failure> {
    let pending = deliveries::count_pending(tx, &endpoint.id, limits::WEBHOOK_PENDING_MAX)?;
    Ok(json!({
        "id": endpoint.id.to_string(),
        "url": endpoint.url,
        "description": endpoint.description,
        "kinds": endpoint.kinds,
        "collections": endpoint.collections,
        "filter": endpoint.filter,
        "enabled": endpoint.enabled,
        "disabled_reason": endpoint.disabled_reason,
        "failing_since": endpoint.failing_since.map(|time: Timestamp| time.to_string()),
        "pending": pending,
        "created_at": endpoint.created_at.to_string(),
        "updated_at": endpoint.updated_at.to_string(),
    }))
}
