//! What entries of the journal mean to one caller, for whoever asks instead of being told.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use mainstay_core::definition::CollectionId;
use mainstay_core::{ActorKind, RecordId};
use mainstay_store::journal::StoredEntry;
use mainstay_store::{StoreError, Tx};

use super::change::changes;
use super::look::{Audience, Question};
use super::telling::Events;
use super::view::{AskedRule, View, ViewKey, Viewers};
use crate::context::Context;
use crate::environment::Release;
use crate::failure::Failure;

/// Some collections as one caller sees them.
#[derive(Debug)]
pub(crate) struct Viewpoint {
    release: Arc<Release>,
    viewers: Arc<Viewers>,
    viewer: Option<RecordId>,
    now_micros: i64,
    views: Vec<Arc<View>>,
}

/// What a change of one record means to the caller, who saw it before or sees it now.
#[derive(Debug)]
pub(crate) struct News {
    /// Of the first entry that is in it.
    pub(crate) seq: i64,
    pub(crate) collection: CollectionId,
    pub(crate) id: RecordId,
    pub(crate) version: i64,
    /// As the API shows it; none when the caller does not see it any more.
    pub(crate) record: Option<String>,
}

impl Viewpoint {
    /// Fails where the rules let the caller list nothing.
    pub(crate) fn build(ctx: &Context, collections: &[CollectionId]) -> Result<Self, Failure> {
        let rule = if ctx.actor.is_bound_by_rules() {
            AskedRule::List
        } else {
            AskedRule::Free
        };
        let views = collections.iter().map(|collection| {
            let key = ViewKey {
                collection: *collection,
                rule,
                filter: None,
                mask: ctx.mask.clone(),
                share: ctx.share.map(|share| share.id),
            };
            Ok(Arc::new(View::build(ctx, key)?))
        });
        let viewer = match ctx.actor.kind {
            ActorKind::Anonymous => None,
            _ => ctx.actor.id,
        };
        Ok(Self {
            release: Arc::clone(&ctx.release),
            viewers: Arc::new(Viewers::new(vec![viewer])),
            viewer,
            now_micros: ctx.now.as_micros(),
            views: views.collect::<Result<_, Failure>>()?,
        })
    }

    /// The collections on whose records it hangs what the caller sees in others.
    pub(crate) fn dependencies(&self) -> HashSet<CollectionId> {
        let of_all = self.views.iter().flat_map(|view| &view.dependencies);
        of_all.map(|dependency| dependency.collection).collect()
    }

    /// Are these all the collections whose visibility hangs on others' records?
    pub(crate) fn have_all_moved(&self, moved: &HashSet<CollectionId>) -> bool {
        let mut others = self.views.iter().filter(|view| !view.dependencies.is_empty());
        others.all(|view| moved.contains(&view.key.collection))
    }

    /// The collections of which the caller may see more or less than before these entries, though their own records
    /// did not change.
    pub(crate) fn moved_by(
        &self,
        tx: &mut Tx<'_>,
        entries: &[StoredEntry],
    ) -> Result<HashSet<CollectionId>, StoreError> {
        let changes = changes(tx, &self.release, entries, &self.dependencies(), &HashMap::new())?;
        let moved = self.views.iter().filter(|view| {
            let mut concerned = changes.iter().filter_map(|change| view.concerned_by(change));
            concerned.any(|concerned| concerned.includes(self.viewer))
        });
        Ok(moved.map(|view| view.key.collection).collect())
    }

    /// What the records that these entries name have become for the caller, in the order of the numbers, and the
    /// collections that must be listed again instead.
    pub(crate) fn look(
        &self,
        tx: &mut Tx<'_>,
        entries: Vec<StoredEntry>,
    ) -> Result<(Vec<News>, HashSet<CollectionId>), StoreError> {
        let audiences = self.views.iter().map(|view| Audience {
            view: Arc::clone(view),
            record: None,
            viewers: Arc::clone(&self.viewers),
        });
        let question = Question {
            release: Arc::clone(&self.release),
            entries: Arc::new(entries),
            now_micros: self.now_micros,
            audiences: audiences.collect(),
            dependents: Vec::new(),
            covered: HashMap::new(),
        };
        let answer = question.answer(tx)?;
        let reloads = answer
            .reloads
            .iter()
            .filter(|(_, _, concerned)| concerned.includes(self.viewer));
        let reload = reloads.map(|(view, _, _)| view.key.collection).collect();
        let mut news: Vec<News> = answer
            .verdicts
            .iter()
            .filter_map(|verdict| {
                let change = &answer.changes[verdict.change];
                let (_, sight) = verdict.sights.first()?;
                let record = Events::new(&self.release, change).record(None, *sight);
                Some(News {
                    seq: change.seq,
                    collection: change.collection,
                    id: change.id,
                    version: change.version,
                    record,
                })
            })
            .collect();
        news.sort_by_key(|news| news.seq);
        Ok((news, reload))
    }
}
