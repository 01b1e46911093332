//! From acts to notifications.
//!
//! For each person the rule is asked, one after the other, whether they may read the record now. There are at most
//! [`limits::FOLLOWERS_MAX`] followers, [`limits::COMMENT_REPLIES_MAX`] participants and
//! [`limits::COMMENT_MENTIONS_MAX`] mentioned, and one answer serves for all entries of a step.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use mainstay_core::definition::{Collection, CollectionId};
use mainstay_core::{FieldId, RecordId, limits};
use mainstay_store::comments::{self, On};
use mainstay_store::journal::{Kind, StoredEntry};
use mainstay_store::notifications::{self, Notification};
use mainstay_store::records::read_values;
use mainstay_store::sql::{Alive, select_by_id};
use mainstay_store::tx::Bind;
use mainstay_store::{Tx, WriteTx, follows};
use serde_json::Value as Json;

use super::{Reason, shared};
use crate::comments::on;
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::readers::{Kinds, Pace, Reader, Start, Step};
use crate::records::{as_reader, holds, label, may_read, withheld_fields};

/// Its cursor is kept under this name.
const NOTIFIER: &str = "notifications";
/// Entries for one step: each may have hundreds of people, and a step holds up other writes.
const ENTRIES_MAX: u32 = 50;
const MICROS_PER_SECOND: i64 = 1_000_000;

const KINDS: &[Kind] = &[
    Kind::RecordUpdated,
    Kind::RecordDeleted,
    Kind::CommentCreated,
    Kind::CommentEdited,
    Kind::CommentResolved,
    Kind::Shared,
];

/// The reader of the journal that tells people.
pub fn notifier(environment: &Arc<Environment>) -> Reader {
    let environment = Arc::clone(environment);
    Reader {
        name: NOTIFIER,
        start: Start::Now,
        kinds: Kinds::Of(KINDS),
        pace: Pace {
            entries_max: ENTRIES_MAX,
            ..Pace::SOON
        },
        step: Step::InTransaction(Arc::new(move |tx, batch| {
            let ctx = environment.system_context();
            let mut round = Round::new(&ctx);
            for entry in &batch.entries {
                round.tell(tx, entry)?;
            }
            Ok(())
        })),
    }
}

/// What is known of people while one step is taken.
struct Round<'a> {
    ctx: &'a Context,
    /// `None` for users who are gone or not active.
    people: HashMap<RecordId, Option<Context>>,
    may_read: HashMap<(On, RecordId), bool>,
}

impl<'a> Round<'a> {
    fn new(ctx: &'a Context) -> Self {
        Self {
            ctx,
            people: HashMap::new(),
            may_read: HashMap::new(),
        }
    }

    fn tell(&mut self, tx: &mut WriteTx<'_>, entry: &StoredEntry) -> Result<(), Failure> {
        let Some((name, record)) = entry.collection.as_deref().zip(entry.record_id) else {
            return Ok(());
        };
        let ctx = self.ctx;
        let Some(collection) = ctx.release.definition.find_collection_of_any_time(name) else {
            return Ok(());
        };
        let payload: Json = serde_json::from_str(&entry.payload).unwrap_or(Json::Null);
        let about = About {
            entry,
            collection,
            on: on(collection, record),
            payload,
        };
        let mut concerned = about.concerned(tx, ctx)?;
        if let Some(actor) = &entry.actor_id {
            concerned.remove(actor);
        }
        let mut label = None;
        for (user, reason) in concerned {
            if !self.may_know(tx, &about, reason, &user)?
                || (reason == Reason::Changed && !self.sees_the_change(tx, &about, &user)?)
            {
                continue;
            }
            if reason == Reason::Deleted && label.is_none() {
                label = label_of_deleted(tx, ctx, collection, &record)?;
            }
            about.add(tx, ctx, user, reason, label.as_deref())?;
            if reason == Reason::Shared
                && let Some(Some(reader)) = self.people.get(&user)
            {
                shared::tell_by_mail(
                    tx,
                    reader,
                    (collection, &record),
                    entry.actor_id,
                    &about.payload["share"],
                )?;
            }
        }
        Ok(())
    }

    fn may_know(
        &mut self,
        tx: &mut Tx<'_>,
        about: &About<'_>,
        reason: Reason,
        user: &RecordId,
    ) -> Result<bool, Failure> {
        let key = (about.on.clone(), *user);
        // A record is deleted once, and what is deleted is asked for in another way.
        let remembers = reason != Reason::Deleted;
        if let Some(known) = self.may_read.get(&key).filter(|_| remembers) {
            return Ok(*known);
        }
        if !self.people.contains_key(user) {
            let reader = as_reader(tx, self.ctx, user)?;
            self.people.insert(*user, reader);
        }
        let Some(Some(reader)) = self.people.get(user) else {
            return Ok(false);
        };
        let (collection, record) = (about.collection.id, &about.on.record);
        if reason == Reason::Deleted {
            return may_read_deleted(tx, reader, collection, record);
        }
        let allowed = may_read(tx, reader, collection, record)?;
        self.may_read.insert(key, allowed);
        Ok(allowed)
    }

    /// Has a field changed that the user may read?
    fn sees_the_change(&self, tx: &mut Tx<'_>, about: &About<'_>, user: &RecordId) -> Result<bool, Failure> {
        let Some(Some(reader)) = self.people.get(user) else {
            return Ok(false);
        };
        let withheld = withheld_fields(tx, reader, about.collection.id, &about.on.record)?;
        Ok(about.shows_a_change(&withheld))
    }
}

/// One entry, and the record that it is about.
struct About<'a> {
    entry: &'a StoredEntry,
    collection: &'a Collection,
    on: On,
    payload: Json,
}

impl About<'_> {
    /// Everybody whom the act concerns, whether or not they may know of it.
    fn concerned(&self, tx: &mut Tx<'_>, ctx: &Context) -> Result<BTreeMap<RecordId, Reason>, Failure> {
        let mut concerned = BTreeMap::new();
        let mut add = |users: Vec<RecordId>, reason: Reason| {
            for user in users {
                concerned
                    .entry(user)
                    .and_modify(|known| *known = reason.min(*known))
                    .or_insert(reason);
            }
        };
        let is = |kind: Kind| self.entry.kind == kind.as_str();
        if is(Kind::RecordUpdated) {
            if self.shows_a_change(&[]) {
                add(self.followers(tx)?, Reason::Changed);
            }
        } else if is(Kind::RecordDeleted) {
            add(self.followers(tx)?, Reason::Deleted);
        } else if is(Kind::Shared) {
            add(
                shared::holders(tx, ctx, self.collection, &self.payload["share"])?,
                Reason::Shared,
            );
        } else if self.collection.comments && self.comment_is_there(tx)? {
            add(self.newly_mentioned(), Reason::Mentioned);
            if is(Kind::CommentCreated) {
                add(self.participants(tx)?, Reason::Replied);
                add(self.followers(tx)?, Reason::Commented);
            } else if is(Kind::CommentResolved) {
                add(self.participants(tx)?, Reason::Resolved);
                add(self.followers(tx)?, Reason::Resolved);
            }
        }
        Ok(concerned)
    }

    fn followers(&self, tx: &mut Tx<'_>) -> Result<Vec<RecordId>, Failure> {
        Ok(follows::of_record(tx, &self.on, self.entry.at)?)
    }

    /// Has a field changed that can be seen, but for withheld ones?
    fn shows_a_change(&self, withheld: &[FieldId]) -> bool {
        let changed = self.payload["new"].as_object();
        let is_shown = |name: &String| {
            let field = self.collection.find_field(name);
            field.is_none_or(|field| !field.hidden && !withheld.contains(&field.id))
        };
        changed.is_some_and(|changed| changed.keys().any(is_shown))
    }

    fn comment(&self) -> Option<RecordId> {
        self.id_of("id")
    }

    fn id_of(&self, key: &str) -> Option<RecordId> {
        self.payload["comment"][key].as_str()?.parse().ok()
    }

    /// A comment may have been deleted since.
    fn comment_is_there(&self, tx: &mut Tx<'_>) -> Result<bool, Failure> {
        match self.comment() {
            Some(id) => Ok(comments::is_shown(tx, &id)?),
            None => Ok(false),
        }
    }

    fn newly_mentioned(&self) -> Vec<RecordId> {
        if self.entry.kind == Kind::CommentResolved.as_str() {
            return Vec::new();
        }
        let ids = |mentions: &Json| -> Vec<RecordId> {
            let ids = mentions.as_array().into_iter().flatten();
            ids.filter_map(|id| id.as_str()?.parse().ok()).collect()
        };
        let before = ids(&self.payload["old"]["mentions"]);
        let mut mentioned = ids(&self.payload["comment"]["mentions"]);
        mentioned.retain(|user| !before.contains(user));
        mentioned
    }

    /// Who has written in the thread, but for those who do not want to follow the record.
    fn participants(&self, tx: &mut Tx<'_>) -> Result<Vec<RecordId>, Failure> {
        let is_resolved = self.entry.kind == Kind::CommentResolved.as_str();
        let thread = if is_resolved {
            self.comment()
        } else {
            self.id_of("parent")
        };
        let Some(thread) = thread else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for user in comments::participants(tx, &self.on, &thread)? {
            if follows::is_following(tx, &self.on, &user)? != Some(false) {
                found.push(user);
            }
        }
        Ok(found)
    }

    fn add(
        &self,
        tx: &mut WriteTx<'_>,
        ctx: &Context,
        user: RecordId,
        reason: Reason,
        label: Option<&str>,
    ) -> Result<(), Failure> {
        let notification = Notification {
            id: ctx.environment.new_id(),
            user,
            at: self.entry.at,
            reason: reason.as_str().to_owned(),
            seq: self.entry.seq,
            on: self.on.clone(),
            comment: self.comment(),
            actor: self.entry.actor_id,
            label: label.map(str::to_owned),
            changes: 1,
            read_at: None,
        };
        if reason == Reason::Changed {
            let joined_us = i64::from(limits::NOTIFICATION_JOINED_SECONDS) * MICROS_PER_SECOND;
            let since = self.entry.at.saturating_add_micros(-joined_us);
            if notifications::join(tx, &notification, since)? {
                return Ok(());
            }
        }
        Ok(notifications::add(tx, &notification)?)
    }
}

/// The rule for reading, asked of a record that is deleted softly. What went with the record is gone for the rule too:
/// whoever could read it only through that is not told.
fn may_read_deleted(
    tx: &mut Tx<'_>,
    reader: &Context,
    collection_id: CollectionId,
    record: &RecordId,
) -> Result<bool, Failure> {
    let collection = reader.of(collection_id);
    let rule = match (reader.actor.is_bound_by_rules(), &collection.rules.read) {
        (false, _) => None,
        (true, Some(rule)) => Some(rule),
        (true, None) => return Ok(false),
    };
    let statement = select_by_id(reader.target(), collection, &[], rule, Alive::Deleted)?;
    Ok(holds(tx, &statement, &reader.arguments(&[Bind::from(record)]))?)
}

fn label_of_deleted(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: &Collection,
    record: &RecordId,
) -> Result<Option<String>, Failure> {
    let plan = ctx.plan(collection.id);
    let statement = &plan.select_all_either;
    let target = [Bind::from(record)];
    let values = tx.query_first(
        &statement.text,
        &statement.binds(&ctx.arguments(&target)),
        |row| read_values(collection, &plan.all, row).map_err(Failure::from),
    )?;
    Ok(values.map(|values| label(collection, &values)))
}
