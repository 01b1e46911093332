//! What is kept between servers and the authority that gives them certificates.
//!
//! The account and the certificate, both encrypted, the answers to challenges under way, and how often an order has
//! failed. Processes on one database share it.

use mainstay_core::Timestamp;

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// The one row of failures.
const FAILURE: i64 = 1;

/// A secret that is encrypted, and the key that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedAcme {
    pub key_id: String,
    pub secret: Vec<u8>,
}

/// Orders that failed one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcmeFailures {
    pub count: i64,
    /// The last one.
    pub at: Timestamp,
}

/// The secret of this name, as it is by now.
pub fn secret(tx: &mut Tx<'_>, name: &str) -> Result<Option<SealedAcme>, StoreError> {
    tx.query_first(
        "SELECT key_id, secret FROM _acme_secrets WHERE name = ?1",
        &[Bind::Text(name)],
        read_sealed,
    )
}

fn read_sealed(row: &Row<'_>) -> Result<SealedAcme, StoreError> {
    Ok(SealedAcme {
        key_id: row.text(0)?.to_owned(),
        secret: row.blob(1)?.to_vec(),
    })
}

/// Keeps a secret in the place of the one before.
pub fn keep_secret(tx: &mut WriteTx<'_>, name: &str, sealed: &SealedAcme) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _acme_secrets (name, key_id, secret) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET key_id = excluded.key_id, secret = excluded.secret",
        &[
            Bind::Text(name),
            Bind::Text(&sealed.key_id),
            Bind::Blob(&sealed.secret),
        ],
    )
}

/// The ids of keys that secrets are encrypted with.
pub fn sealing_keys(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let mut keys = Vec::new();
    tx.query(
        "SELECT DISTINCT key_id FROM _acme_secrets ORDER BY key_id",
        &[],
        |row| {
            keys.push(row.text(0)?.to_owned());
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(keys)
}

/// How the challenge for a domain is answered, while there is one: the digest of its key authorization (RFC 8737, 3).
pub fn challenge(tx: &mut Tx<'_>, domain: &str) -> Result<Option<Vec<u8>>, StoreError> {
    tx.query_first(
        "SELECT digest FROM _acme_challenges WHERE domain = ?1",
        &[Bind::Text(domain)],
        |row| Ok::<_, StoreError>(row.blob(0)?.to_vec()),
    )
}

/// Has the challenges of an order answered, and those of an earlier one no more.
pub fn set_challenges(tx: &mut WriteTx<'_>, answers: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM _acme_challenges", &[])?;
    for (domain, digest) in answers {
        tx.execute_one(
            "INSERT INTO _acme_challenges (domain, digest) VALUES (?1, ?2)",
            &[Bind::Text(domain), Bind::Blob(digest)],
        )?;
    }
    Ok(())
}

/// The failures since the last order that was filled.
pub fn failures(tx: &mut Tx<'_>) -> Result<Option<AcmeFailures>, StoreError> {
    tx.query_first(
        "SELECT count, failed_at FROM _acme_failures WHERE id = ?1",
        &[Bind::Int(FAILURE)],
        |row| {
            let at = Timestamp::from_micros(row.int(1)?)
                .ok_or_else(|| StoreError::Corrupt("an order failed at no possible time".to_owned()))?;
            Ok(AcmeFailures {
                count: row.int(0)?,
                at,
            })
        },
    )
}

/// Counts one more failure.
pub fn add_failure(tx: &mut WriteTx<'_>, at: Timestamp) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _acme_failures AS f (id, count, failed_at) VALUES (?1, 1, ?2)
         ON CONFLICT (id) DO UPDATE SET count = f.count + 1, failed_at = excluded.failed_at",
        &[Bind::Int(FAILURE), Bind::Int(at.as_micros())],
    )
}

/// An order was filled.
pub fn forget_failures(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM _acme_failures", &[])?;
    Ok(())
}
