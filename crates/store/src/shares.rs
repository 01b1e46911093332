//! Shares as rows, and what their links are opened with.

use mainstay_core::definition::{Collection, Sharing};
use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::sql::{Arguments, SharesOf, remove_orphaned_links, select_members, select_shares};
use crate::tx::{Bind, Row, Tx, WriteTx};

/// One share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub id: RecordId,
    /// The record that is shared.
    pub target: RecordId,
    /// With whom; nobody for a link and for a group.
    pub user: Option<RecordId>,
    pub group: Option<RecordId>,
    pub level: String,
    pub expires_at: Option<Timestamp>,
    pub title: Option<String>,
    pub created_at: Timestamp,
    pub created_by: Option<RecordId>,
    pub version: i64,
}

impl Share {
    /// Is it with whoever opens its link?
    pub fn is_link(&self) -> bool {
        self.user.is_none() && self.group.is_none()
    }
}

/// What a link is opened with, and how often it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub share: RecordId,
    /// The collection of the shared records, under the first name that it had.
    pub collection: String,
    /// As the Argon2 string says.
    pub password: Option<String>,
    pub uses: i64,
    pub uses_max: Option<i64>,
}

/// The collection of the shared records with that of the shares.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub sharing: &'a Sharing,
    pub made: &'a Collection,
    /// The members of groups, where the application has any.
    pub members: Option<&'a Collection>,
}

impl Place<'_> {
    pub fn find(&self, tx: &mut Tx<'_>, id: &RecordId) -> Result<Option<Share>, StoreError> {
        Ok(self.select(tx, SharesOf::Id, &[Bind::from(id)])?.pop())
    }

    /// The shares of a record, the oldest first.
    pub fn of_record(
        &self,
        tx: &mut Tx<'_>,
        record: &RecordId,
        limit: i64,
    ) -> Result<Vec<Share>, StoreError> {
        self.select(tx, SharesOf::Record, &[Bind::from(record), Bind::Int(limit)])
    }

    /// What is shared with a user, the newest first, after a share that was seen.
    pub fn with_user(
        &self,
        tx: &mut Tx<'_>,
        (user, now): (&RecordId, Timestamp),
        after: &RecordId,
        limit: i64,
    ) -> Result<Vec<Share>, StoreError> {
        let arguments = [
            Bind::from(user),
            Bind::Int(now.as_micros()),
            Bind::from(after),
            Bind::Int(limit),
        ];
        self.select(tx, SharesOf::User, &arguments)
    }

    pub fn ended(&self, tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Share>, StoreError> {
        let arguments = [Bind::Int(now.as_micros()), Bind::Int(limit)];
        self.select(tx, SharesOf::Ended, &arguments)
    }

    /// The members of a group, so many at most.
    pub fn members_of(
        &self,
        tx: &mut Tx<'_>,
        group: &RecordId,
        limit: i64,
    ) -> Result<Vec<RecordId>, StoreError> {
        let Some(statement) = self.members.and_then(select_members) else {
            return Ok(Vec::new());
        };
        let arguments = [Bind::from(group), Bind::Int(limit)];
        let mut found = Vec::new();
        tx.query(&statement.text, &statement.binds(&plain(&arguments)), |row| {
            found.push(row.id(0)?);
            Ok::<_, StoreError>(())
        })?;
        Ok(found)
    }

    fn select(
        &self,
        tx: &mut Tx<'_>,
        of: SharesOf,
        arguments: &[Bind<'_>],
    ) -> Result<Vec<Share>, StoreError> {
        let statement = select_shares(self.made, self.sharing, self.members, of);
        let binds = statement.binds(&plain(arguments));
        let mut found = Vec::new();
        tx.query(&statement.text, &binds, |row| {
            found.push(read_share(row, self.sharing.group.is_some())?);
            Ok::<_, StoreError>(())
        })?;
        Ok(found)
    }

    /// Removes what links were opened with whose shares went with their records; gives how many.
    pub fn remove_orphaned_links(
        &self,
        tx: &mut WriteTx<'_>,
        collection: &str,
        limit: i64,
    ) -> Result<usize, StoreError> {
        let statement = remove_orphaned_links(self.made);
        let arguments = [Bind::Text(collection), Bind::Int(limit)];
        tx.execute(&statement.text, &statement.binds(&plain(&arguments)))
    }
}

/// Arguments alone: nobody asks.
fn plain<'a>(arguments: &'a [Bind<'a>]) -> Arguments<'a> {
    Arguments {
        auth_id: None,
        auth_share: None,
        now_micros: 0,
        method: "",
        input: &[],
        input_ids: &[],
        arguments,
    }
}

/// Keeps what a new link is opened with: the digest of its token, never the token.
pub fn add_link(tx: &mut WriteTx<'_>, link: &Link, hash: &[u8], now: Timestamp) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _share_links (share_id, collection, hash, password, uses, uses_max, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &[
            Bind::from(&link.share),
            Bind::Text(&link.collection),
            Bind::Blob(hash),
            Bind::from(link.password.as_deref()),
            Bind::Int(link.uses),
            Bind::from(link.uses_max),
            Bind::Int(now.as_micros()),
        ],
    )
}

const LINK: &str = "SELECT share_id, collection, password, uses, uses_max FROM _share_links";

pub fn find_link(tx: &mut Tx<'_>, share: &RecordId) -> Result<Option<Link>, StoreError> {
    tx.query_first(
        &format!("{LINK} WHERE share_id = ?1"),
        &[Bind::from(share)],
        read_link,
    )
}

pub fn find_link_by_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Link>, StoreError> {
    tx.query_first(&format!("{LINK} WHERE hash = ?1"), &[Bind::Blob(hash)], read_link)
}

/// Counts a use, unless there were as many as there may be; says whether it was.
pub fn use_link(tx: &mut WriteTx<'_>, share: &RecordId) -> Result<bool, StoreError> {
    let used = tx.execute(
        "UPDATE _share_links SET uses = uses + 1 WHERE share_id = ?1 AND (uses_max IS NULL OR uses < uses_max)",
        &[Bind::from(share)],
    )?;
    Ok(used == 1)
}

pub fn remove_link(tx: &mut WriteTx<'_>, share: &RecordId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM _share_links WHERE share_id = ?1",
        &[Bind::from(share)],
    )?;
    Ok(())
}

fn read_share(row: &Row<'_>, has_groups: bool) -> Result<Share, StoreError> {
    Ok(Share {
        id: row.id(0)?,
        target: row.id(1)?,
        user: row.optional_id(2)?,
        level: row.text(3)?.to_owned(),
        expires_at: if row.is_null(4)? {
            None
        } else {
            Some(time(row.int(4)?)?)
        },
        title: row.optional_text(5)?.map(str::to_owned),
        created_at: time(row.int(6)?)?,
        created_by: row.optional_id(7)?,
        version: row.int(8)?,
        group: if has_groups { row.optional_id(9)? } else { None },
    })
}

fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_micros(micros)
        .ok_or_else(|| StoreError::Corrupt("a share has no possible time".to_owned()))
}

fn read_link(row: &Row<'_>) -> Result<Link, StoreError> {
    Ok(Link {
        share: row.id(0)?,
        collection: row.text(1)?.to_owned(),
        password: row.optional_text(2)?.map(str::to_owned),
        uses: row.int(3)?,
        uses_max: if row.is_null(4)? { None } else { Some(row.int(4)?) },
    })
}
