//! Endpoints of webhooks: who is told of which entries of the journal. What is on its way to them is in `deliveries`.
//!
//! Their secrets are in [`crate::secrets`], encrypted, and read by [`secrets`] alone.

pub mod deliveries;

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::secrets::KeptSecret;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// An endpoint, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub id: RecordId,
    pub url: String,
    pub description: String,
    /// Kinds of entries, or groups of them such as `record.*`.
    pub kinds: Vec<String>,
    /// Names of collections; none for all, and for entries of none.
    pub collections: Vec<String>,
    /// An expression over the record, for entries about records of the one collection.
    pub filter: Option<String>,
    pub enabled: bool,
    /// Why Mainstay has switched it off.
    pub disabled_reason: Option<String>,
    /// It gets the entries behind this one.
    pub from_seq: i64,
    /// When the first of the attempts failed since which none has succeeded.
    pub failing_since: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What its messages are signed with, encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecrets {
    pub current: KeptSecret,
    /// The one before, which signs too until then.
    pub previous: Option<(KeptSecret, Timestamp)>,
}

/// A secret that an earlier version kept as it was.
pub struct PlainSecret {
    /// What it is called among [`crate::secrets`].
    pub name: String,
    pub secret: Vec<u8>,
}

impl std::fmt::Debug for PlainSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlainSecret")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What the secret of an endpoint is called.
pub fn secret_name(id: &RecordId) -> String {
    format!("webhook/{id}")
}

/// What the secret before that one is called.
pub fn previous_secret_name(id: &RecordId) -> String {
    format!("webhook/{id}/previous")
}

/// What stands in the column in which secrets were kept before they were encrypted.
const NOT_HERE: &[u8] = &[];

const ALL: &str =
    "SELECT id, url, description, kinds, collections, filter, enabled, disabled_reason, from_seq,
     failing_since, created_at, updated_at FROM _webhooks ORDER BY id";
const ENABLED: &str =
    "SELECT id, url, description, kinds, collections, filter, enabled, disabled_reason, from_seq,
     failing_since, created_at, updated_at FROM _webhooks WHERE enabled = 1 ORDER BY id";
const ONE: &str =
    "SELECT id, url, description, kinds, collections, filter, enabled, disabled_reason, from_seq,
     failing_since, created_at, updated_at FROM _webhooks WHERE id = ?1";

/// Every endpoint, the oldest first; there are few.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Endpoint>, StoreError> {
    read_all(tx, ALL)
}

pub fn enabled(tx: &mut Tx<'_>) -> Result<Vec<Endpoint>, StoreError> {
    read_all(tx, ENABLED)
}

pub fn find(tx: &mut Tx<'_>, id: &RecordId) -> Result<Option<Endpoint>, StoreError> {
    tx.query_first(ONE, &[Bind::from(id)], read)
}

/// The secrets of an endpoint; `None` where it is gone.
pub fn secrets(tx: &mut Tx<'_>, id: &RecordId) -> Result<Option<SealedSecrets>, StoreError> {
    let Some(current) = crate::secrets::find(tx, &secret_name(id))? else {
        return Ok(None);
    };
    let until = tx.query_first(
        "SELECT previous_until FROM _webhooks WHERE id = ?1",
        &[Bind::from(id)],
        |row| optional_time(row, 0),
    )?;
    let previous = match until.flatten() {
        None => None,
        Some(until) => crate::secrets::find(tx, &previous_secret_name(id))?.map(|secret| (secret, until)),
    };
    Ok(Some(SealedSecrets { current, previous }))
}

/// Takes the secrets away that earlier versions kept in `_webhooks`, to be kept encrypted.
pub fn take_plain(tx: &mut WriteTx<'_>) -> Result<Vec<PlainSecret>, StoreError> {
    let mut plain = Vec::new();
    tx.query(
        "SELECT id, secret, previous_secret FROM _webhooks WHERE length(secret) > 0",
        &[],
        |row| {
            let id = row.id(0)?;
            plain.push(PlainSecret {
                name: secret_name(&id),
                secret: row.blob(1)?.to_vec(),
            });
            if !row.is_null(2)? {
                plain.push(PlainSecret {
                    name: previous_secret_name(&id),
                    secret: row.blob(2)?.to_vec(),
                });
            }
            Ok::<(), StoreError>(())
        },
    )?;
    tx.execute(
        "UPDATE _webhooks SET secret = ?1, previous_secret = NULL WHERE length(secret) > 0",
        &[Bind::Blob(NOT_HERE)],
    )?;
    Ok(plain)
}

/// Adds an endpoint; its secret is kept by whoever can encrypt it.
pub fn add(tx: &mut WriteTx<'_>, endpoint: &Endpoint) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _webhooks (id, url, description, kinds, collections, filter, enabled, disabled_reason, from_seq,
             failing_since, secret, previous_secret, previous_until, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, NULL, ?12, ?13)",
        &[
            Bind::from(&endpoint.id),
            Bind::Text(&endpoint.url),
            Bind::Text(&endpoint.description),
            Bind::Text(&names_json(&endpoint.kinds)),
            Bind::Text(&names_json(&endpoint.collections)),
            Bind::from(endpoint.filter.as_deref()),
            Bind::Int(i64::from(endpoint.enabled)),
            Bind::from(endpoint.disabled_reason.as_deref()),
            Bind::Int(endpoint.from_seq),
            Bind::from(endpoint.failing_since.map(Timestamp::as_micros)),
            Bind::Blob(NOT_HERE),
            Bind::Int(endpoint.created_at.as_micros()),
            Bind::Int(endpoint.updated_at.as_micros()),
        ],
    )
}

/// Writes everything of an endpoint but its secrets.
pub fn update(tx: &mut WriteTx<'_>, endpoint: &Endpoint) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _webhooks SET url = ?2, description = ?3, kinds = ?4, collections = ?5, filter = ?6, enabled = ?7,
             disabled_reason = ?8, from_seq = ?9, failing_since = ?10, updated_at = ?11 WHERE id = ?1",
        &[
            Bind::from(&endpoint.id),
            Bind::Text(&endpoint.url),
            Bind::Text(&endpoint.description),
            Bind::Text(&names_json(&endpoint.kinds)),
            Bind::Text(&names_json(&endpoint.collections)),
            Bind::from(endpoint.filter.as_deref()),
            Bind::Int(i64::from(endpoint.enabled)),
            Bind::from(endpoint.disabled_reason.as_deref()),
            Bind::Int(endpoint.from_seq),
            Bind::from(endpoint.failing_since.map(Timestamp::as_micros)),
            Bind::Int(endpoint.updated_at.as_micros()),
        ],
    )
}

/// Notes until when the secret before the present one signs, too.
pub fn set_previous_until(
    tx: &mut WriteTx<'_>,
    id: &RecordId,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _webhooks SET previous_until = ?2, updated_at = ?3 WHERE id = ?1",
        &[
            Bind::from(id),
            Bind::Int(until.as_micros()),
            Bind::Int(now.as_micros()),
        ],
    )
}

/// Switches an endpoint off. False when it is off already, or gone.
pub fn disable(
    tx: &mut WriteTx<'_>,
    id: &RecordId,
    reason: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE _webhooks SET enabled = 0, disabled_reason = ?2, updated_at = ?3 WHERE id = ?1 AND enabled = 1",
        &[Bind::from(id), Bind::Text(reason), Bind::Int(now.as_micros())],
    )?;
    Ok(changed == 1)
}

/// Notes that an attempt succeeded, or since when none has; an endpoint that is gone has nothing to note.
pub fn set_failing_since(
    tx: &mut WriteTx<'_>,
    id: &RecordId,
    since: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE _webhooks SET failing_since = ?2 WHERE id = ?1",
        &[Bind::from(id), Bind::from(since.map(Timestamp::as_micros))],
    )?;
    Ok(())
}

/// Removes an endpoint with its secrets. Its deliveries are not sent any more, and go when the house is tidied.
pub fn remove(tx: &mut WriteTx<'_>, id: &RecordId) -> Result<bool, StoreError> {
    crate::secrets::remove(tx, &secret_name(id))?;
    crate::secrets::remove(tx, &previous_secret_name(id))?;
    let removed = tx.execute("DELETE FROM _webhooks WHERE id = ?1", &[Bind::from(id)])?;
    Ok(removed == 1)
}

fn read_all(tx: &mut Tx<'_>, sql: &str) -> Result<Vec<Endpoint>, StoreError> {
    let mut endpoints = Vec::new();
    tx.query(sql, &[], |row| {
        endpoints.push(read(row)?);
        Ok::<_, StoreError>(())
    })?;
    Ok(endpoints)
}

fn read(row: &Row<'_>) -> Result<Endpoint, StoreError> {
    Ok(Endpoint {
        id: row.id(0)?,
        url: row.text(1)?.to_owned(),
        description: row.text(2)?.to_owned(),
        kinds: names(row.text(3)?)?,
        collections: names(row.text(4)?)?,
        filter: row.optional_text(5)?.map(str::to_owned),
        enabled: row.int(6)? == 1,
        disabled_reason: row.optional_text(7)?.map(str::to_owned),
        from_seq: row.int(8)?,
        failing_since: optional_time(row, 9)?,
        created_at: time(row.int(10)?)?,
        updated_at: time(row.int(11)?)?,
    })
}

fn names_json(names: &[String]) -> String {
    serde_json::Value::from(names.to_vec()).to_string()
}

fn names(json: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Corrupt(format!("{json} is no list of names")))
}

fn time(micros: i64) -> Result<Timestamp, StoreError> {
    let time = Timestamp::from_micros(micros);
    time.ok_or_else(|| StoreError::Corrupt("a webhook has no possible time".to_owned()))
}

fn optional_time(row: &Row<'_>, position: usize) -> Result<Option<Timestamp>, StoreError> {
    if row.is_null(position)? {
        return Ok(None);
    }
    time(row.int(position)?).map(Some)
}
