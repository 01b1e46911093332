//! With whom a record is shared, and what is shared with somebody.

use mainstay_core::definition::CollectionId;
use mainstay_core::{RecordId, limits};
use mainstay_store::shares::Share;
use serde_json::{Value as Json, json};

use super::create::limit;
use super::{Shareable, lives, require_sharer, share_json, signed_in};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::read_label;

/// The shares of a record, the oldest first, for whoever may share it: `{"items": [...]}`.
pub async fn list_shares(
    ctx: &Context,
    collection: CollectionId,
    record: RecordId,
) -> Result<Vec<u8>, Failure> {
    Shareable::of(ctx, collection)?;
    ctx.read(move |tx, ctx| {
        require_sharer(tx, ctx, collection, &record)?;
        let shareable = Shareable::of(ctx, collection)?;
        let shares = shareable
            .place()
            .of_record(tx, &record, limit(limits::SHARES_OF_RECORD_MAX))?;
        let mut items: Vec<Json> = Vec::with_capacity(shares.len());
        for share in shares.iter().filter(|share| lives(ctx, share)) {
            items.push(shareable.shown(tx, ctx, share)?);
        }
        Ok::<_, Failure>(json!({ "items": items }).to_string().into_bytes())
    })
    .await
}

/// Which page of what is shared with them a client asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SharedQuery {
    /// The last share of the page before.
    pub cursor: Option<RecordId>,
    /// Within 1 and [`limits::PAGE_MAX`]; checked by the caller.
    pub limit: Option<u32>,
}

/// No id is later.
const NEWEST: RecordId = RecordId::from_bytes([0xff; 16]);

/// What is shared with the caller, of every collection, the newest first.
pub async fn list_shared_with_me(ctx: &Context, query: SharedQuery) -> Result<Vec<u8>, Failure> {
    let user = signed_in(ctx)?;
    let wanted = query.limit.unwrap_or(limits::PAGE_DEFAULT) as usize;
    ctx.read(move |tx, ctx| {
        let after = query.cursor.unwrap_or(NEWEST);
        let mut found: Vec<(Shareable<'_>, Share)> = Vec::new();
        for shareable in Shareable::all(ctx) {
            // One more than wanted tells that another page follows.
            let shares = shareable
                .place()
                .with_user(tx, (&user, ctx.now), &after, limit(wanted + 1))?;
            found.extend(shares.into_iter().map(|share| (shareable, share)));
        }
        found.sort_by_key(|(_, share)| std::cmp::Reverse(share.id));
        let has_more = found.len() > wanted;
        found.truncate(wanted);
        let next = found
            .last()
            .filter(|_| has_more)
            .map(|(_, share)| share.id.to_string());
        let mut items: Vec<Json> = Vec::with_capacity(found.len());
        for (shareable, share) in &found {
            // What cannot be read by the share, or any more, is left out.
            if let Some(label) = read_label(tx, ctx, shareable.of.id, &share.target)? {
                let mut item = share_json(shareable.of, share);
                item["label"] = Json::from(label);
                items.push(item);
            }
        }
        let answer = json!({ "items": items, "next_cursor": next });
        Ok::<_, Failure>(answer.to_string().into_bytes())
    })
    .await
}
