//! Sharing single records: with users, and by links.
//!
//! A share is a record of the collection that `share = true` makes, and what it lets its holder do stands in the rules, so
//! in the statements: nothing here decides who may read a record. `docs/decisions/0032-sharing.md` has the reasons.

mod change;
mod create;
mod ending;
mod input;
mod list;
mod open;

pub use change::{change_share, revoke_share};
pub use create::create_share;
pub(crate) use ending::tidy_links;
pub use ending::{RunningShares, end_expired};
pub use list::{SharedQuery, list_shared_with_me, list_shares};
pub use open::open_share;

use mainstay_core::definition::{Collection, CollectionId, Sharing};
use mainstay_core::{Code, Problem, RecordId};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::shares::{Link, Place, Share, find_link};
use mainstay_store::{Tx, WriteTx};
use serde_json::{Value as Json, json};

use crate::context::Context;
use crate::failure::Failure;
use crate::records::{may_read, may_share, read_label};

/// A collection whose records can be shared, with that of its shares.
#[derive(Clone, Copy)]
struct Shareable<'a> {
    of: &'a Collection,
    sharing: &'a Sharing,
    made: &'a Collection,
    /// The members of groups, where the application has any.
    members: Option<&'a Collection>,
}

impl<'a> Shareable<'a> {
    fn of(ctx: &'a Context, collection: CollectionId) -> Result<Self, Failure> {
        let of = ctx.of(collection);
        let Some(sharing) = &of.sharing else {
            let detail = format!(
                "records of {} cannot be shared: its definition has no `share`",
                of.name
            );
            return Err(Problem::new(Code::NotFound, detail).into());
        };
        Ok(Self {
            of,
            sharing,
            made: ctx.of(sharing.collection),
            members: sharing.group.map(|group| ctx.of(group.members)),
        })
    }

    /// Every one of the application.
    fn all(ctx: &'a Context) -> impl Iterator<Item = Self> {
        let collections = ctx.release.definition.collections.iter();
        collections.filter_map(|of| Self::of(ctx, of.id).ok())
    }

    fn place(&self) -> Place<'a> {
        Place {
            sharing: self.sharing,
            made: self.made,
            members: self.members,
        }
    }

    /// A share of this record that has not ended.
    fn find(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        record: &RecordId,
        id: &RecordId,
    ) -> Result<Share, Failure> {
        let found = self.place().find(tx, id)?;
        let found = found.filter(|share| share.target == *record && lives(ctx, share));
        found.ok_or_else(|| Problem::not_found().into())
    }

    /// The share as the API shows it to whoever manages it.
    fn shown(&self, tx: &mut Tx<'_>, ctx: &Context, share: &Share) -> Result<Json, Failure> {
        let link = if share.is_link() {
            find_link(tx, &share.id)?
        } else {
            None
        };
        let mut json = share_json(self.of, share);
        json["user"] = named(tx, ctx, ctx.release.definition.users, share.user)?;
        json["group"] = match self.sharing.group {
            Some(group) => named(tx, ctx, group.collection, share.group)?,
            None => Json::Null,
        };
        json["link"] = link.as_ref().map_or(Json::Null, link_json);
        Ok(json)
    }
}

/// A record with what the caller may know of its name; null for none.
fn named(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: Option<RecordId>,
) -> Result<Json, Failure> {
    let Some(id) = id else { return Ok(Json::Null) };
    let label = read_label(tx, ctx, collection, &id)?;
    Ok(json!({"id": id.to_string(), "label": label}))
}

fn lives(ctx: &Context, share: &Share) -> bool {
    share.expires_at.is_none_or(|expires_at| expires_at > ctx.now)
}

fn share_json(of: &Collection, share: &Share) -> Json {
    json!({
        "id": share.id.to_string(),
        "collection": of.name.as_str(),
        "record_id": share.target.to_string(),
        "level": share.level,
        "title": share.title,
        "expires_at": share.expires_at.map(|time| time.to_string()),
        "created_at": share.created_at.to_string(),
        "created_by": share.created_by.map(|id| id.to_string()),
    })
}

fn id_json(id: Option<RecordId>) -> Json {
    id.map_or(Json::Null, |id| Json::from(id.to_string()))
}

fn link_json(link: &Link) -> Json {
    json!({
        "has_password": link.password.is_some(),
        "uses": link.uses,
        "uses_max": link.uses_max,
    })
}

/// Lets pass whoever may share the record; to anybody who may not even read it there is none.
fn require_sharer(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    record: &RecordId,
) -> Result<(), Failure> {
    if may_share(tx, ctx, collection, record)? {
        return Ok(());
    }
    if may_read(tx, ctx, collection, record)? {
        return Err(ctx.refused("only whoever may change the record by the rules shares it"));
    }
    Err(Problem::not_found().into())
}

fn signed_in(ctx: &Context) -> Result<RecordId, Failure> {
    ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))
}

/// Says what happened to a share, in the past of the record that it is of: the share's own record is written beside it.
fn note(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    of: &Collection,
    share: &Share,
) -> Result<(), Failure> {
    let mut about = share_json(of, share);
    about["user"] = id_json(share.user);
    about["group"] = id_json(share.group);
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: Some(of.name.as_str()),
            record_id: Some(share.target),
            version: None,
            payload: &json!({ "share": about }).to_string(),
        },
    )?;
    Ok(())
}
