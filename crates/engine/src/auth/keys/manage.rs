//! Keys are made, listed, replaced and taken back by people: a key can do none of this.

use mainstay_core::{ActorKind, Code, Problem, RecordId, Timestamp, limits};
use mainstay_store::api_keys::{self, ApiKey};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::{Priority, Tx, WriteTx, accounts};
use serde_json::{Map, Value as Json, json};

use super::input::{self, NewKey};
use super::{forget_keys_after_commit, new_key};
use crate::auth::session_list::refuse_ended;
use crate::auth::tokens::Identity;
use crate::context::Context;
use crate::failure::Failure;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// The caller's keys, or those of a service account, the oldest first: `{"items": [...]}`.
pub async fn list_api_keys(ctx: &Context, owner: Option<RecordId>) -> Result<Vec<u8>, Failure> {
    let caller = caller(ctx)?;
    let owner = owner.unwrap_or(caller);
    ctx.read(move |tx, ctx| {
        require_owner(tx, ctx, owner)?;
        let keys = api_keys::list(tx, &owner, limits::API_KEYS_MAX)?;
        let living = keys.iter().filter(|key| lives(key, ctx.now));
        let items: Vec<Json> = living.map(key_json).collect();
        Ok::<_, Failure>(json!({ "items": items }).to_string().into_bytes())
    })
    .await
}

/// Makes a key for the caller, or by an administrator for a service account. The answer is the only one with the key.
pub async fn create_api_key(
    ctx: &Context,
    identity: Identity,
    input: &Map<String, Json>,
) -> Result<(RecordId, Vec<u8>), Failure> {
    let caller = caller(ctx)?;
    let asked = input::read(input, &ctx.whole.definition, ctx.now)?;
    let owner = asked.owner.unwrap_or(caller);
    let key = kept(ctx.environment.new_id(), &asked, (owner, caller), ctx.now);
    let (secret, hash) = new_key(ctx.environment.random.as_ref());
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        require_owner(tx, ctx, owner)?;
        refuse_admin_scope(tx, ctx, &key)?;
        refuse_more(tx, ctx, owner)?;
        api_keys::add(tx, &key, &hash)?;
        write_entry(tx, ctx, Kind::KeyCreated, &key)?;
        Ok::<_, Failure>((key.id, with_secret(&key, &secret)))
    })
    .await
}

/// Makes a successor with the same rights.
///
/// The key before works on for `overlap_seconds` of the input, a day if it says
/// nothing, and not for longer than it would have anyway. What time was left to it is that of the successor.
pub async fn rotate_api_key(
    ctx: &Context,
    identity: Identity,
    id: RecordId,
    input: &Map<String, Json>,
) -> Result<(RecordId, Vec<u8>), Failure> {
    let caller = caller(ctx)?;
    let overlap = input::overlap_seconds(input)?;
    let successor = ctx.environment.new_id();
    let (secret, hash) = new_key(ctx.environment.random.as_ref());
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        let before = find(tx, ctx, &id)?;
        if before.replaced_by.is_some() {
            let detail = "the key has a successor already; rotate that one";
            return Err(Problem::new(Code::Conflict, detail).into());
        }
        refuse_admin_scope(tx, ctx, &before)?;
        refuse_more(tx, ctx, before.owner)?;
        let key = ApiKey {
            id: successor,
            created_at: ctx.now,
            created_by: caller,
            last_used_at: None,
            ..before.clone()
        };
        let ends_at = ctx.now.saturating_add_micros(overlap * MICROS_PER_SECOND);
        let ends_at = before
            .expires_at
            .map_or(ends_at, |expires_at| expires_at.min(ends_at));
        api_keys::add(tx, &key, &hash)?;
        api_keys::replace(tx, &id, &successor, ends_at)?;
        forget_keys_after_commit(tx, ctx, before.owner);
        let replaced = ApiKey {
            replaced_by: Some(successor),
            expires_at: Some(ends_at),
            ..before
        };
        write_entry(tx, ctx, Kind::KeyRotated, &replaced)?;
        Ok::<_, Failure>((successor, with_secret(&key, &secret)))
    })
    .await
}

/// Takes a key back: it is refused from now on, and its connections end.
pub async fn revoke_api_key(ctx: &Context, identity: Identity, id: RecordId) -> Result<(), Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        let key = find(tx, ctx, &id)?;
        if !api_keys::remove(tx, &id)? {
            return Err(not_found());
        }
        forget_keys_after_commit(tx, ctx, key.owner);
        write_entry(tx, ctx, Kind::KeyRevoked, &key)
    })
    .await
}

fn caller(ctx: &Context) -> Result<RecordId, Failure> {
    ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))
}

/// Keys of others do not exist for the caller, but those of service accounts for administrators: a key of another person
/// would let an administrator act in that person's name.
fn require_owner(tx: &mut Tx<'_>, ctx: &Context, owner: RecordId) -> Result<(), Failure> {
    let is_own = ctx.actor.id == Some(owner);
    let is_administered =
        ctx.actor.kind == ActorKind::Administrator && api_keys::is_service_account(tx, &owner)?;
    if is_own || is_administered {
        return Ok(());
    }
    Err(not_found())
}

/// Nobody makes more of a key than they are themselves, here and now: elsewhere an administrator may be none.
fn refuse_admin_scope(tx: &mut Tx<'_>, ctx: &Context, key: &ApiKey) -> Result<(), Failure> {
    if !list(&key.scopes).iter().any(|scope| scope == "admin") {
        return Ok(());
    }
    let account = accounts::find_account(tx, ctx.environment.users_are_soft(), &key.owner)?;
    let is_of_administrator = account.is_some_and(|account| account.administrator);
    if is_of_administrator && ctx.actor.kind == ActorKind::Administrator {
        return Ok(());
    }
    let message = "has `admin`, which is for keys of administrators: `*:*` is everything that the rules let the owner do";
    Err(Problem::field(Code::ValidationFailed, "scopes", message).into())
}

fn refuse_more(tx: &mut Tx<'_>, ctx: &Context, owner: RecordId) -> Result<(), Failure> {
    let known = api_keys::list(tx, &owner, limits::API_KEYS_MAX * 2)?;
    if known.iter().filter(|key| lives(key, ctx.now)).count() < limits::API_KEYS_MAX {
        return Ok(());
    }
    let detail = format!(
        "there are {} keys of this owner already; revoke one that is not needed",
        limits::API_KEYS_MAX
    );
    Err(Problem::new(Code::Conflict, detail).into())
}

fn find(tx: &mut Tx<'_>, ctx: &Context, id: &RecordId) -> Result<ApiKey, Failure> {
    let key = api_keys::find(tx, id)?.ok_or_else(not_found)?;
    require_owner(tx, ctx, key.owner)?;
    if lives(&key, ctx.now) {
        Ok(key)
    } else {
        Err(not_found())
    }
}

fn not_found() -> Failure {
    Problem::new(Code::NotFound, "there is no such API key, or it is not yours").into()
}

fn lives(key: &ApiKey, now: Timestamp) -> bool {
    key.expires_at.is_none_or(|expires_at| expires_at > now)
}

fn kept(id: RecordId, asked: &NewKey, (owner, created_by): (RecordId, RecordId), now: Timestamp) -> ApiKey {
    let networks: Vec<String> = asked.networks.iter().map(ToString::to_string).collect();
    ApiKey {
        id,
        name: asked.name.clone(),
        owner,
        scopes: Json::from(asked.scopes.texts()).to_string(),
        networks: Json::from(networks).to_string(),
        created_at: now,
        created_by,
        expires_at: asked.expires_at,
        replaced_by: None,
        last_used_at: None,
        addresses: "[]".to_owned(),
    }
}

/// The owner's record is what the entry is about, so that it stands in the owner's activity.
fn write_entry(tx: &mut WriteTx<'_>, ctx: &Context, kind: Kind, key: &ApiKey) -> Result<(), Failure> {
    let users = ctx.of(ctx.release.definition.users).name.as_str();
    let mut payload = key_json(key);
    if let Some(about) = payload.as_object_mut() {
        about.remove("last_used_at");
        about.remove("last_address");
    }
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: Some(users),
            record_id: Some(key.owner),
            version: None,
            payload: &json!({ "api_key": payload }).to_string(),
        },
    )?;
    Ok(())
}

fn with_secret(key: &ApiKey, secret: &str) -> Vec<u8> {
    let mut json = key_json(key);
    json["key"] = Json::from(secret);
    json.to_string().into_bytes()
}

fn list(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}

fn key_json(key: &ApiKey) -> Json {
    json!({
        "id": key.id.to_string(),
        "name": key.name,
        "owner": key.owner.to_string(),
        "scopes": list(&key.scopes),
        "networks": list(&key.networks),
        "created_at": key.created_at.to_string(),
        "created_by": key.created_by.to_string(),
        "expires_at": key.expires_at.map(|time| time.to_string()),
        "replaced_by": key.replaced_by.map(|id| id.to_string()),
        "last_used_at": key.last_used_at.map(|time| time.to_string()),
        "last_address": list(&key.addresses).last(),
    })
}
