//! Administrators register clients; those of the definition are listed beside them, and changed there.

use std::sync::Arc;

use mainstay_core::{Code, Problem, RecordId, Timestamp, limits};
use mainstay_store::clients::{self, RegisteredClient};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::{Priority, Tx, WriteTx};
use serde_json::{Map, Value as Json, json};

use super::input::{self, Wanted};
use super::{Client, declared};
use crate::auth::tokens::{hash_secret, new_secret};
use crate::context::Context;
use crate::failure::Failure;

/// So that people and scanners of code know one when they see it.
const SECRET_PREFIX: &str = "ms_";

/// Every client, those of the definition first: `{"items": [...]}`.
pub async fn list_clients(ctx: &Context) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    ctx.read(move |tx, ctx| {
        let mut items: Vec<Json> = declared(&ctx.release.definition)
            .map(|client| client_json(&client, None))
            .collect();
        for kept in clients::list(tx, limits::CLIENTS_MAX)? {
            let registered = (kept.created_at, kept.created_by);
            items.push(client_json(&Client::of(kept)?, Some(registered)));
        }
        Ok::<_, Failure>(json!({ "items": items }).to_string().into_bytes())
    })
    .await
}

/// Registers a client. The answer is the only one with its secret, where it has one.
pub async fn create_client(
    ctx: &Context,
    mut input: Map<String, Json>,
) -> Result<(String, Vec<u8>), Failure> {
    require_administrator(ctx)?;
    let confidential = input::take_confidential(&mut input)?;
    let wanted = input::read(&input, &ctx.release.definition)?;
    let created_by = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    let secret = confidential.then(|| new_client_secret(ctx));
    let id = ctx.environment.new_id().to_string();
    let kept = kept(&id, &wanted, secret.as_deref(), (ctx.now, created_by));
    let json = ctx
        .write(Priority::Interactive, move |tx, ctx| {
            if clients::list(tx, limits::CLIENTS_MAX)?.len() >= limits::CLIENTS_MAX {
                let detail = format!(
                    "there are {} clients already; remove one that is not needed",
                    limits::CLIENTS_MAX
                );
                return Err(Problem::new(Code::Conflict, detail).into());
            }
            clients::add(tx, &kept)?;
            written(tx, ctx, Kind::ClientCreated, kept.clone())
        })
        .await?;
    Ok((id, with_secret(json, secret.as_deref())))
}

/// Changes a client: what it may not do any more it cannot do at once.
pub async fn update_client(ctx: &Context, id: &str, input: Map<String, Json>) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    let id = id.to_owned();
    let json = ctx
        .write(Priority::Interactive, move |tx, ctx| {
            let before = find(tx, ctx, &id)?;
            let known = Client::of(before.clone())?;
            let mut whole = Map::new();
            whole.insert("name".to_owned(), json!(known.name));
            whole.insert("own".to_owned(), json!(known.own));
            whole.insert("redirects".to_owned(), json!(known.redirects));
            whole.insert("scopes".to_owned(), json!(known.scopes.texts()));
            whole.extend(input.clone());
            let wanted = input::read(&whole, &ctx.release.definition)?;
            let changed = RegisteredClient {
                secret_hash: before.secret_hash,
                ..kept(&id, &wanted, None, (before.created_at, before.created_by))
            };
            clients::change(tx, &changed)?;
            forget_after_commit(tx, ctx, &id);
            written(tx, ctx, Kind::ClientChanged, changed)
        })
        .await?;
    Ok(with_secret(json, None))
}

/// Gives a client another secret, in the place of the one before.
pub async fn rotate_client_secret(ctx: &Context, id: &str) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    let id = id.to_owned();
    let secret = new_client_secret(ctx);
    let hash = hash_secret(&secret);
    let json = ctx
        .write(Priority::Interactive, move |tx, ctx| {
            let before = find(tx, ctx, &id)?;
            if before.secret_hash.is_none() {
                let detail = "the client has no secret: whoever has the program would have it, too";
                return Err(Problem::new(Code::Conflict, detail).into());
            }
            let changed = RegisteredClient {
                secret_hash: Some(hash.clone()),
                ..before
            };
            clients::change(tx, &changed)?;
            written(tx, ctx, Kind::ClientChanged, changed)
        })
        .await?;
    Ok(with_secret(json, Some(&secret)))
}

/// Removes a client: its tokens and sessions end at once.
pub async fn remove_client(ctx: &Context, id: &str) -> Result<(), Failure> {
    require_administrator(ctx)?;
    let id = id.to_owned();
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let before = find(tx, ctx, &id)?;
        clients::remove(tx, &id)?;
        forget_after_commit(tx, ctx, &id);
        written(tx, ctx, Kind::ClientRemoved, before).map(drop)
    })
    .await
}

fn require_administrator(ctx: &Context) -> Result<(), Failure> {
    if ctx.actor.is_bound_by_rules() {
        return Err(ctx.refused("only administrators may manage clients"));
    }
    Ok(())
}

fn find(tx: &mut Tx<'_>, ctx: &Context, id: &str) -> Result<RegisteredClient, Failure> {
    if declared(&ctx.release.definition).any(|client| client.id == id) {
        let detail = "the definition declares this client: change it there";
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    let found = clients::find(tx, id)?;
    found.ok_or_else(|| Problem::new(Code::NotFound, "there is no such client").into())
}

fn new_client_secret(ctx: &Context) -> String {
    let (secret, _) = new_secret(ctx.environment.random.as_ref());
    format!("{SECRET_PREFIX}{secret}")
}

fn kept(
    id: &str,
    wanted: &Wanted,
    secret: Option<&str>,
    (created_at, created_by): (Timestamp, RecordId),
) -> RegisteredClient {
    RegisteredClient {
        id: id.to_owned(),
        name: wanted.name.clone(),
        own: wanted.own,
        redirects: json!(wanted.redirects).to_string(),
        scopes: wanted.scopes.text(),
        secret_hash: secret.map(hash_secret),
        created_at,
        created_by,
    }
}

fn forget_after_commit(tx: &mut WriteTx<'_>, ctx: &Context, id: &str) {
    let (environment, id) = (Arc::clone(&ctx.environment), id.to_owned());
    tx.after_commit(move || environment.keys.forget_client(&id));
}

/// Says in the journal what became of a client; gives it as JSON.
fn written(tx: &mut WriteTx<'_>, ctx: &Context, kind: Kind, kept: RegisteredClient) -> Result<Json, Failure> {
    let registered = (kept.created_at, kept.created_by);
    let json = client_json(&Client::of(kept)?, Some(registered));
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: None,
            record_id: None,
            version: None,
            payload: &json!({ "client": json }).to_string(),
        },
    )?;
    Ok(json)
}

fn with_secret(mut json: Json, secret: Option<&str>) -> Vec<u8> {
    if let Some(secret) = secret {
        json["secret"] = Json::from(secret);
    }
    json.to_string().into_bytes()
}

fn client_json(client: &Client, registered: Option<(Timestamp, RecordId)>) -> Json {
    json!({
        "id": client.id,
        "name": client.name,
        "own": client.own,
        "confidential": client.secret_hash.is_some(),
        "declared": registered.is_none(),
        "redirects": client.redirects,
        "scopes": client.scopes.texts(),
        "created_at": registered.map(|(at, _)| at.to_string()),
        "created_by": registered.map(|(_, by)| by.to_string()),
    })
}
