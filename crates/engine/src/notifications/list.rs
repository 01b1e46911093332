//! A user's notifications, as far as they may still read what these are about.

use std::collections::HashMap;

use mainstay_core::{RecordId, limits};
use mainstay_store::Tx;
use mainstay_store::comments::{self, On};
use mainstay_store::notifications::{self, Notification};
use mainstay_store::tx::Bind;
use serde_json::{Value as Json, json};

use super::sentence::{NOBODY_KNOWN, sentence};
use super::{Reason, user};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{holds, read_label};

/// Rows read in one statement, though fewer are wanted: some may not be shown.
const READ_AT_ONCE: usize = 50;

/// Which notifications a client asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotificationQuery {
    pub unread: bool,
    /// The last one that was looked at for the page before.
    pub cursor: Option<RecordId>,
    /// Within 1 and [`limits::PAGE_MAX`]; checked by the caller.
    pub limit: Option<u32>,
}

/// A page, the newest first. One on the way to which many records could not be read may be short, and has a cursor.
pub async fn list_notifications(ctx: &Context, query: NotificationQuery) -> Result<Vec<u8>, Failure> {
    let user = user(ctx)?;
    let limit = query.limit.unwrap_or(limits::PAGE_DEFAULT) as usize;
    ctx.read(move |tx, ctx| {
        let (items, next) = look_through(tx, ctx, &user, query, limit)?;
        let answer = json!({"items": items, "next_cursor": next.map(|id| id.to_string())});
        Ok::<_, Failure>(answer.to_string().into_bytes())
    })
    .await
}

/// How many are unread, and whether there may be more than were counted.
pub async fn count_notifications(ctx: &Context) -> Result<(usize, bool), Failure> {
    let user = user(ctx)?;
    ctx.read(move |tx, ctx| {
        let unread = NotificationQuery {
            unread: true,
            ..NotificationQuery::default()
        };
        let (items, next) = look_through(tx, ctx, &user, unread, limits::NOTIFICATIONS_COUNTED_MAX)?;
        Ok::<_, Failure>((items.len(), next.is_some()))
    })
    .await
}

/// So many that the user may know of, and the last one looked at when others may follow it.
fn look_through(
    tx: &mut Tx<'_>,
    ctx: &Context,
    user: &RecordId,
    query: NotificationQuery,
    wanted: usize,
) -> Result<(Vec<Json>, Option<RecordId>), Failure> {
    let mut names = Names::default();
    let (mut items, mut looked_at, mut last) = (Vec::new(), 0, query.cursor);
    let at_once = wanted.max(READ_AT_ONCE);
    while looked_at < limits::NOTIFICATIONS_LOOKED_AT_MAX {
        let found = notifications::of_user(tx, user, query.unread, last.as_ref(), at_once)?;
        let is_end = found.len() < at_once;
        for notification in found {
            last = Some(notification.id);
            looked_at += 1;
            items.extend(names.shown(tx, ctx, &notification)?);
            if items.len() == wanted {
                return Ok((items, last));
            }
        }
        if is_end {
            return Ok((items, None));
        }
    }
    Ok((items, last))
}

/// What records and users are called for the reader, asked once for each.
#[derive(Default)]
struct Names {
    records: HashMap<On, Option<String>>,
    users: HashMap<RecordId, Option<String>>,
}

impl Names {
    /// The notification as JSON; `None` when the user may not read any more what it is about.
    fn shown(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        told: &Notification,
    ) -> Result<Option<Json>, Failure> {
        let definition = &ctx.release.definition;
        let Some(reason) = Reason::parse(&told.reason) else {
            return Ok(None);
        };
        let Some(collection) = definition.find_by_first_name(&told.on.collection) else {
            return Ok(None);
        };
        if let Some(comment) = &told.comment
            && !(collection.comments && comments::is_shown(tx, comment)?)
        {
            return Ok(None);
        }
        let Some(label) = self.label(tx, ctx, told)? else {
            return Ok(None);
        };
        let actor = match &told.actor {
            Some(id) => self.user(tx, ctx, id)?,
            None => None,
        };
        let called = if label.is_empty() {
            &collection.title
        } else {
            &label
        };
        let who = actor.as_deref().unwrap_or(NOBODY_KNOWN);
        Ok(Some(json!({
            "id": told.id.to_string(),
            "at": told.at.to_string(),
            "reason": reason.as_str(),
            "seq": told.seq,
            "collection": collection.name.as_str(),
            "record_id": told.on.record.to_string(),
            "comment_id": told.comment.map(|id| id.to_string()),
            "label": label,
            "actor": told.actor.map(|id| json!({"id": id.to_string(), "label": actor})),
            "changes": told.changes,
            "sentence": sentence(reason, who, called, told.changes),
            "read_at": told.read_at.map(|at| at.to_string()),
        })))
    }

    /// What the record is called; `None` for one that the user may not read.
    fn label(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        told: &Notification,
    ) -> Result<Option<String>, Failure> {
        let Some(collection) = ctx.release.definition.find_by_first_name(&told.on.collection) else {
            return Ok(None);
        };
        let collection = collection.id;
        let known = match self.records.get(&told.on) {
            Some(known) => known.clone(),
            None => read_label(tx, ctx, collection, &told.on.record)?,
        };
        self.records.insert(told.on.clone(), known.clone());
        if known.is_some() || told.reason != Reason::Deleted.as_str() {
            return Ok(known);
        }
        // It was asked when they were told whether they may know. Once the record is back, its rule counts again.
        let living = &ctx.plan(collection).select_all;
        let is_back = holds(tx, living, &ctx.arguments(&[Bind::from(&told.on.record)]))?;
        Ok(if is_back { None } else { told.label.clone() })
    }

    fn user(&mut self, tx: &mut Tx<'_>, ctx: &Context, id: &RecordId) -> Result<Option<String>, Failure> {
        if let Some(known) = self.users.get(id) {
            return Ok(known.clone());
        }
        let label = read_label(tx, ctx, ctx.release.definition.users, id)?;
        let label = label.filter(|label| !label.is_empty());
        self.users.insert(*id, label.clone());
        Ok(label)
    }
}
