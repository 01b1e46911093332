//! Keys of other services that users keep here, such as that of a provider whom the application asks in their name.
//!
//! Nobody reads them back: their users see the end of one, and the application itself uses them through
//! [`external_keys_of`]. They are no records, so that no reader of records, of the journal or of an export can come upon
//! them. `docs/decisions/0041-external-keys.md` has the reasons.

use std::fmt;
use std::sync::Arc;

use mainstay_core::{Code, FieldError, Name, Problem, RecordId, limits};
use mainstay_store::external_keys::{self, ExternalKey, secret_name};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::{Priority, WriteTx};
use serde_json::{Map, Value as Json, json};

use crate::auth::{Identity, refuse_ended};
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;

const MICROS_PER_SECOND: i64 = 1_000_000;
/// The characters at its end that a user knows a key by; none of a key that is so short that they would say much of it.
const HINT_CHARACTERS: usize = 4;
const HINTED_CHARACTERS_MIN: usize = 20;

/// A key of another service, which prints as nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct ExternalSecret(String);

impl ExternalSecret {
    /// The key itself, for the request to the other service.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ExternalSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExternalSecret(..)")
    }
}

/// The caller's keys, the oldest first, without what they are: `{"items": [...]}`.
pub async fn list_external_keys(ctx: &Context) -> Result<Vec<u8>, Failure> {
    let user = caller(ctx)?;
    ctx.read(move |tx, ctx| {
        let keys = external_keys::list(tx, &user, ctx.now, limits::EXTERNAL_KEYS_MAX)?;
        let items: Vec<Json> = keys.iter().map(key_json).collect();
        Ok::<_, Failure>(json!({ "items": items }).to_string().into_bytes())
    })
    .await
}

/// Keeps a key for the caller: one of each service.
pub async fn add_external_key(
    ctx: &Context,
    identity: Identity,
    input: &Map<String, Json>,
) -> Result<(RecordId, Vec<u8>), Failure> {
    let user = caller(ctx)?;
    let mut faults = unknown_in(input, &["service", "key"]);
    let service = service_in(input, &mut faults);
    let secret = secret_in(input, &mut faults);
    refuse_faults(faults)?;
    let key = ExternalKey {
        id: ctx.environment.new_id(),
        user,
        service,
        hint: hint(&secret.0),
        created_at: ctx.now,
        expires_at: None,
        replaced_by: None,
    };
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        let known = external_keys::list(tx, &user, ctx.now, limits::EXTERNAL_KEYS_MAX)?;
        if known
            .iter()
            .any(|known| known.service == key.service && known.replaced_by.is_none())
        {
            let detail = format!("there is a key of `{}` already: rotate or remove it", key.service);
            return Err(Problem::new(Code::Conflict, detail).into());
        }
        refuse_more(&known)?;
        keep(tx, ctx, &key, &secret)?;
        write_entry(tx, ctx, Kind::ExternalKeyAdded, &key)?;
        Ok((key.id, key_json(&key).to_string().into_bytes()))
    })
    .await
}

/// Keeps a successor.
///
/// The key before stays for `overlap_seconds` of the input, a day if it says nothing, for what still runs with it. Then it
/// is removed.
pub async fn rotate_external_key(
    ctx: &Context,
    identity: Identity,
    id: RecordId,
    input: &Map<String, Json>,
) -> Result<(RecordId, Vec<u8>), Failure> {
    let user = caller(ctx)?;
    let mut faults = unknown_in(input, &["key", "overlap_seconds"]);
    let secret = secret_in(input, &mut faults);
    let overlap = overlap_in(input, &mut faults);
    refuse_faults(faults)?;
    let successor = ctx.environment.new_id();
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        let known = external_keys::list(tx, &user, ctx.now, limits::EXTERNAL_KEYS_MAX)?;
        let before = known.iter().find(|known| known.id == id).ok_or_else(not_found)?;
        if before.replaced_by.is_some() {
            let detail = "the key has a successor already; rotate that one";
            return Err(Problem::new(Code::Conflict, detail).into());
        }
        refuse_more(&known)?;
        let key = ExternalKey {
            id: successor,
            hint: hint(&secret.0),
            created_at: ctx.now,
            ..before.clone()
        };
        keep(tx, ctx, &key, &secret)?;
        let ends_at = ctx.now.saturating_add_micros(overlap * MICROS_PER_SECOND);
        external_keys::replace(tx, &id, &successor, ends_at)?;
        let replaced = ExternalKey {
            expires_at: Some(ends_at),
            replaced_by: Some(successor),
            ..before.clone()
        };
        write_entry(tx, ctx, Kind::ExternalKeyRotated, &replaced)?;
        Ok((successor, key_json(&key).to_string().into_bytes()))
    })
    .await
}

/// Removes a key: what still asks for it finds none.
pub async fn remove_external_key(ctx: &Context, identity: Identity, id: RecordId) -> Result<(), Failure> {
    let user = caller(ctx)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        let known = external_keys::list(tx, &user, ctx.now, limits::EXTERNAL_KEYS_MAX)?;
        let key = known.iter().find(|known| known.id == id).ok_or_else(not_found)?;
        external_keys::remove(tx, &id)?;
        write_entry(tx, ctx, Kind::ExternalKeyRemoved, key)
    })
    .await
}

/// The keys of a service that a user keeps here, the newest first.
///
/// Behind it, for as long as they overlap, are those that it has replaced. They are for the application itself, which asks
/// the service in the user's name; no operation answers with them.
pub async fn external_keys_of(
    environment: &Arc<Environment>,
    user: RecordId,
    service: &str,
) -> Result<Vec<ExternalSecret>, Failure> {
    let (within, service, now) = (
        Arc::clone(environment),
        service.to_owned(),
        environment.clock.now(),
    );
    let read = environment.db.read(move |tx| {
        let mut keys = external_keys::list(tx, &user, now, limits::EXTERNAL_KEYS_MAX)?;
        keys.retain(|key| key.service == service);
        let mut secrets = Vec::with_capacity(keys.len());
        for key in keys.iter().rev() {
            let secret = within.secret_keys.recall(tx, &secret_name(&key.id))?;
            let secret = secret.and_then(|bytes| String::from_utf8(bytes).ok());
            secrets.push(ExternalSecret(secret.ok_or_else(no_keys)?));
        }
        Ok::<_, Failure>(secrets)
    });
    read.await
}

fn caller(ctx: &Context) -> Result<RecordId, Failure> {
    ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))
}

fn keep(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    key: &ExternalKey,
    secret: &ExternalSecret,
) -> Result<(), Failure> {
    external_keys::add(tx, key)?;
    let environment = &ctx.environment;
    let kept = (secret_name(&key.id), secret.0.as_bytes());
    let random = environment.random.as_ref();
    let is_kept = environment.secret_keys.keep(tx, (&kept.0, kept.1), random)?;
    if is_kept { Ok(()) } else { Err(no_keys()) }
}

fn refuse_more(known: &[ExternalKey]) -> Result<(), Failure> {
    if known.len() < limits::EXTERNAL_KEYS_MAX {
        return Ok(());
    }
    let detail = format!(
        "there are {} keys already; remove one that is not needed",
        limits::EXTERNAL_KEYS_MAX
    );
    Err(Problem::new(Code::Conflict, detail).into())
}

fn not_found() -> Failure {
    Problem::new(Code::NotFound, "there is no such key, or it is not yours").into()
}

fn no_keys() -> Failure {
    let detail = "this process has no key for the keys of other services; the setting keys.file names it";
    Problem::new(Code::Unavailable, detail).into()
}

/// The user's record is what the entry is about, so that it stands in their activity. Nothing of the key is in it.
fn write_entry(tx: &mut WriteTx<'_>, ctx: &Context, kind: Kind, key: &ExternalKey) -> Result<(), Failure> {
    let users = ctx.of(ctx.release.definition.users).name.as_str();
    let mut payload = key_json(key);
    if let Some(about) = payload.as_object_mut() {
        about.remove("hint");
    }
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: Some(users),
            record_id: Some(key.user),
            version: None,
            payload: &json!({ "external_key": payload }).to_string(),
        },
    )?;
    Ok(())
}

fn key_json(key: &ExternalKey) -> Json {
    json!({
        "id": key.id.to_string(),
        "service": key.service,
        "hint": key.hint,
        "created_at": key.created_at.to_string(),
        "expires_at": key.expires_at.map(|time| time.to_string()),
        "replaced_by": key.replaced_by.map(|id| id.to_string()),
    })
}

fn hint(key: &str) -> String {
    let length = key.chars().count();
    if length < HINTED_CHARACTERS_MIN {
        return "…".to_owned();
    }
    let end: String = key.chars().skip(length - HINT_CHARACTERS).collect();
    format!("…{end}")
}

fn fault(field: &str, code: Code, message: String) -> FieldError {
    FieldError {
        field: field.to_owned(),
        code,
        message: message.into(),
    }
}

fn unknown_in(input: &Map<String, Json>, known: &[&str]) -> Vec<FieldError> {
    let unknown = input.keys().filter(|name| !known.contains(&name.as_str()));
    unknown
        .map(|name| {
            fault(
                name,
                Code::UnknownField,
                "is not known here: leave it out".to_owned(),
            )
        })
        .collect()
}

fn refuse_faults(faults: Vec<FieldError>) -> Result<(), Problem> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Problem::validation(faults))
}

fn service_in(input: &Map<String, Json>, faults: &mut Vec<FieldError>) -> String {
    let name = input.get("service").and_then(Json::as_str);
    let Some(name) = name.filter(|name| name.parse::<Name>().is_ok()) else {
        let message = "must be a name of lower-case letters, digits and underscores, such as `mapbox`";
        faults.push(fault("service", Code::ValidationFailed, message.to_owned()));
        return String::new();
    };
    name.to_owned()
}

fn secret_in(input: &Map<String, Json>, faults: &mut Vec<FieldError>) -> ExternalSecret {
    let (min, max) = (
        limits::EXTERNAL_KEY_CHARACTERS_MIN,
        limits::EXTERNAL_KEY_CHARACTERS_MAX,
    );
    let key = input.get("key").and_then(Json::as_str);
    let key =
        key.filter(|key| (min..=max).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
    let Some(key) = key else {
        let message = format!("must be {min} to {max} characters of ASCII without spaces");
        faults.push(fault("key", Code::ValidationFailed, message));
        return ExternalSecret(String::new());
    };
    ExternalSecret(key.to_owned())
}

fn overlap_in(input: &Map<String, Json>, faults: &mut Vec<FieldError>) -> i64 {
    let Some(given) = input.get("overlap_seconds") else {
        return limits::API_KEY_OVERLAP_SECONDS_DEFAULT;
    };
    let max = limits::API_KEY_OVERLAP_SECONDS_MAX;
    let taken = given.as_i64().filter(|seconds| (0..=max).contains(seconds));
    taken.unwrap_or_else(|| {
        let message = format!("must be a whole number from 0 to {max}");
        faults.push(fault("overlap_seconds", Code::ValidationFailed, message));
        0
    })
}
