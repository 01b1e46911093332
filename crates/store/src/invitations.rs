//! People who were asked to join and have not answered yet.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// Somebody who was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: RecordId,
    pub email: String,
    /// What the record of the user will say: a JSON object.
    pub fields: String,
    pub invited_by: Option<RecordId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Adds an invitation, in the place of an earlier one to the same address; gives the id of that one.
pub fn add(tx: &mut WriteTx<'_>, invitation: &Invitation) -> Result<Option<RecordId>, StoreError> {
    let earlier = tx.query_first(
        "SELECT id FROM _invitations WHERE email = ?1",
        &[Bind::Text(&invitation.email)],
        |row| row.id(0),
    )?;
    if let Some(earlier) = &earlier {
        remove(tx, earlier)?;
    }
    tx.execute_one(
        "INSERT INTO _invitations (id, email, fields, invited_by, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        &[
            Bind::from(&invitation.id),
            Bind::Text(&invitation.email),
            Bind::Text(&invitation.fields),
            Bind::from(invitation.invited_by.as_ref()),
            Bind::Int(invitation.created_at.as_micros()),
            Bind::Int(invitation.expires_at.as_micros()),
        ],
    )?;
    Ok(earlier)
}

/// The invitation that is still open.
pub fn find(tx: &mut Tx<'_>, id: &RecordId, now: Timestamp) -> Result<Option<Invitation>, StoreError> {
    tx.query_first(
        "SELECT id, email, fields, invited_by, created_at, expires_at FROM _invitations
         WHERE id = ?1 AND expires_at > ?2",
        &[Bind::from(id), Bind::Int(now.as_micros())],
        read,
    )
}

/// Those that are open, the newest first.
pub fn list(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Invitation>, StoreError> {
    let mut found = Vec::new();
    tx.query(
        "SELECT id, email, fields, invited_by, created_at, expires_at FROM _invitations
         WHERE expires_at > ?1 ORDER BY id DESC LIMIT ?2",
        &[Bind::Int(now.as_micros()), Bind::Int(limit)],
        |row| {
            found.push(read(row)?);
            Ok::<_, StoreError>(())
        },
    )?;
    Ok(found)
}

/// How many are open.
pub fn count(tx: &mut Tx<'_>, now: Timestamp) -> Result<i64, StoreError> {
    let found = tx.query_first(
        "SELECT count(*) FROM _invitations WHERE expires_at > ?1",
        &[Bind::Int(now.as_micros())],
        |row| row.int(0),
    )?;
    Ok(found.unwrap_or(0))
}

pub fn remove(tx: &mut WriteTx<'_>, id: &RecordId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM _invitations WHERE id = ?1", &[Bind::from(id)])? == 1)
}

fn read(row: &Row<'_>) -> Result<Invitation, StoreError> {
    let time = |micros| {
        Timestamp::from_micros(micros)
            .ok_or_else(|| StoreError::Corrupt("an invitation has no possible time".to_owned()))
    };
    Ok(Invitation {
        id: row.id(0)?,
        email: row.text(1)?.to_owned(),
        fields: row.text(2)?.to_owned(),
        invited_by: row.optional_id(3)?,
        created_at: time(row.int(4)?)?,
        expires_at: time(row.int(5)?)?,
    })
}
