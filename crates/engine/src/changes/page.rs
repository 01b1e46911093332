//! One look at the journal for one answer of the feed.

use std::collections::HashSet;

use mainstay_core::definition::{Collection, CollectionId};
use mainstay_core::limits;
use mainstay_store::Tx;
use mainstay_store::changes::{Border, entries_of_collections};
use mainstay_store::journal::{self, StoredEntry};
use mainstay_store::realtime::oldest;
use serde_json::Value as Json;

use crate::context::Context;
use crate::failure::Failure;
use crate::realtime::{News, Viewpoint};

/// Entries that are looked at together, at least.
const CHUNK_MIN: u32 = 50;
/// Entries that are read at once to see what else has moved.
const BESIDE_CHUNK: u32 = 500;

/// What was found behind a position.
pub(super) enum Found {
    /// What happened since cannot be told, or no longer: the collections must be listed again.
    Lost,
    Page(Page),
}

#[derive(Default)]
pub(super) struct Page {
    pub(super) news: Vec<News>,
    pub(super) reload: HashSet<CollectionId>,
    /// Everything up to there is in it.
    pub(super) behind: i64,
    pub(super) more: bool,
    /// Nothing was found but an entry that waits for a number in front of it.
    pub(super) is_held_up: bool,
}

/// What is asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) since: i64,
    pub(super) collections: Vec<CollectionId>,
    pub(super) limit: u32,
}

impl Asked {
    pub(super) fn look(&self, tx: &mut Tx<'_>, ctx: &Context, border: &Border) -> Result<Found, Failure> {
        let newest = journal::newest(tx)?;
        let kept = oldest(tx)?.is_none_or(|oldest| oldest <= self.since.saturating_add(1));
        if self.since > newest || newest - self.since > limits::CHANGES_ENTRIES_MAX || !kept {
            return Ok(Found::Lost);
        }
        let mut page = Page {
            behind: self.since,
            ..Page::default()
        };
        if newest > self.since {
            let viewpoint = Viewpoint::build(ctx, &self.collections)?;
            page.reload = self.moved(tx, ctx, &viewpoint, newest)?;
            self.fill(tx, ctx, &viewpoint, border, &mut page)?;
        }
        Ok(Found::Page(page))
    }

    /// Collections whose rules give the caller more or less than at the position.
    ///
    /// All entries up to now are looked at, not only those of this answer. What a record was is judged with the other
    /// records as they are now; so whoever became a member after a record was deleted would hear that it was there.
    fn moved(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        viewpoint: &Viewpoint,
        newest: i64,
    ) -> Result<HashSet<CollectionId>, Failure> {
        let mut moved = HashSet::new();
        let dependencies = viewpoint.dependencies();
        if dependencies.is_empty() {
            return Ok(moved);
        }
        let of = dependencies.into_iter().map(|id| ctx.of(id));
        let names: Vec<&str> = of.flat_map(Collection::journal_names).collect();
        let names = Json::from(names).to_string();
        let mut from = self.since;
        loop {
            let entries = entries_of_collections(tx, &names, (from, newest), BESIDE_CHUNK)?;
            let Some(last) = entries.last() else {
                return Ok(moved);
            };
            from = last.seq;
            moved.extend(viewpoint.moved_by(tx, &entries)?);
            if entries.len() < BESIDE_CHUNK as usize || viewpoint.have_all_moved(&moved) {
                return Ok(moved);
            }
        }
    }

    /// Goes on over entries that say nothing to the caller, up to a bound, so that it need not ask for each of them.
    fn fill(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        viewpoint: &Viewpoint,
        border: &Border,
        page: &mut Page,
    ) -> Result<(), Failure> {
        let chunk = self.limit.max(CHUNK_MIN);
        let mut looked_at = 0;
        loop {
            let settled = border.read(tx, page.behind, chunk, limits::PAGE_BYTES_MAX)?;
            page.more = settled.is_full;
            let Some(last) = settled.entries.last().map(|entry| entry.seq) else {
                page.is_held_up = settled.is_held_up && looked_at == 0;
                return Ok(());
            };
            looked_at += settled.entries.len();
            page.reload.extend(self.of_other_releases(ctx, &settled.entries));
            let (news, reload) = viewpoint.look(tx, settled.entries)?;
            page.reload.extend(reload);
            page.behind = last;
            page.news = news;
            page.news.retain(|news| !page.reload.contains(&news.collection));
            self.cut(page);
            if !page.news.is_empty() || !page.more || looked_at >= limits::CHANGES_LOOKED_AT_MAX {
                page.more |= settled.is_held_up;
                return Ok(());
            }
        }
    }

    /// Collections with entries that were written under another definition, whose rules were perhaps others.
    fn of_other_releases(&self, ctx: &Context, entries: &[StoredEntry]) -> HashSet<CollectionId> {
        let others = entries
            .iter()
            .filter(|entry| entry.release != ctx.release.row && entry.kind.starts_with("record."));
        let definition = &ctx.release.definition;
        others
            .filter_map(|entry| definition.find_collection_of_any_time(entry.collection.as_deref()?))
            .map(|collection| collection.id)
            .filter(|id| self.collections.contains(id))
            .collect()
    }

    /// Leaves for the next answer what is too much for one.
    fn cut(&self, page: &mut Page) {
        let mut bytes = 0;
        let fits = page
            .news
            .iter()
            .take(self.limit as usize)
            .take_while(|news| {
                let fits = bytes <= limits::PAGE_BYTES_MAX;
                bytes += news.record.as_ref().map_or(0, String::len);
                fits
            })
            .count();
        if let Some(first_left) = page.news.get(fits) {
            page.behind = first_left.seq - 1;
            page.more = true;
            page.news.truncate(fits);
        }
    }
}
