//! What changed since a client last asked: the newest state of each record, or that it is gone.
//!
//! A client takes a position first, then lists, then follows; `docs/decisions/0027-changes-feed.md` says why it misses
//! nothing and learns of nothing that it could never see. Realtime (`crates/engine/src/realtime`) judges what a change
//! means to the caller (`viewpoint.rs` there); `page.rs` reads the journal for one answer, and `position.rs` is what a
//! client keeps.

mod page;
mod position;

use std::fmt::Write as _;
use std::time::Duration;

use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Problem, limits};
use mainstay_store::changes::{Border, log_position};
use mainstay_store::{StoreError, Tx, journal};
use serde_json::json;

use self::page::{Asked, Found, Page};
use self::position::Position;
use crate::context::Context;
use crate::failure::Failure;

/// How often an answer looks again whether a missing number has come, and the pause before it. Most transactions end
/// much sooner; whoever waits longer asks again.
const LOOKS_MAX: u32 = 25;
const PAUSE: Duration = Duration::from_millis(20);

/// What a client asks of the feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangesQuery {
    /// `next` of an earlier answer; without it the answer is where the feed stands now.
    pub since: Option<String>,
    /// Names with commas between them; without it all that the caller may list.
    pub collections: Option<String>,
    /// Within 1 and [`limits::PAGE_MAX`]; checked by the caller.
    pub limit: Option<u32>,
}

/// What changed: `{"items": [...], "next": "...", "reload": [...], "more": false}`.
///
/// The `list` rule decides, as it does for the list that the client began with.
pub async fn list_changes(ctx: &Context, query: &ChangesQuery) -> Result<Vec<u8>, Failure> {
    // A replica may not know yet what the client has seen, and its transactions have no numbers.
    let ctx = &Context {
        position: None,
        ..ctx.clone()
    };
    let collections = asked_collections(ctx, query.collections.as_deref())?;
    let since = query.since.as_deref().map(Position::parse).transpose()?;
    let Some(since) = since else {
        let present = present(ctx).await?;
        return Ok(written(ctx, &Page::at(present)));
    };
    if since.is_of(ctx) {
        let asked = Asked {
            since: since.seq,
            collections: collections.clone(),
            limit: query.limit.unwrap_or(limits::PAGE_DEFAULT),
        };
        if let Found::Page(page) = look(ctx, asked).await? {
            return Ok(written(ctx, &page));
        }
    }
    let mut page = Page::at(present(ctx).await?);
    page.reload.extend(collections);
    Ok(written(ctx, &page))
}

fn asked_collections(ctx: &Context, names: Option<&str>) -> Result<Vec<CollectionId>, Failure> {
    let may_list = |id: CollectionId| !ctx.actor.is_bound_by_rules() || ctx.of(id).rules.list.is_some();
    let Some(names) = names else {
        let all = ctx.release.definition.collections.iter();
        return Ok(all.map(|of| of.id).filter(|id| may_list(*id)).collect());
    };
    let mut wanted = Vec::new();
    for name in names.split(',') {
        let id = ctx.collection(name.trim())?.id;
        if !may_list(id) {
            return Err(ctx.refused("only administrators may list these records"));
        }
        if !wanted.contains(&id) {
            wanted.push(id);
        }
    }
    Ok(wanted)
}

/// What stands behind a position, after a moment's wait for numbers that may still come.
async fn look(ctx: &Context, asked: Asked) -> Result<Found, Failure> {
    let mut looks = 0;
    loop {
        let (known, asked) = (border(ctx), asked.clone());
        let read = ctx.read(move |tx, ctx| {
            let mut border = known;
            let found = asked.look(tx, ctx, &border)?;
            if matches!(&found, Found::Page(page) if page.is_held_up) {
                border.look(tx)?;
            }
            bind_replicas(tx, ctx)?;
            Ok::<_, Failure>((found, border))
        });
        let (found, seen) = read.await?;
        learn(ctx, seen);
        looks += 1;
        if !matches!(&found, Found::Page(page) if page.is_held_up) || looks == LOOKS_MAX {
            return Ok(found);
        }
        pause(looks).await;
    }
}

/// A number up to which every entry is there that ever will be: who lists after this and follows from there misses
/// nothing.
async fn present(ctx: &Context) -> Result<i64, Failure> {
    for looks in 1..=LOOKS_MAX {
        let known = border(ctx);
        let read = ctx.read(move |tx, ctx| {
            let mut border = known;
            border.look(tx)?;
            bind_replicas(tx, ctx)?;
            Ok::<_, StoreError>((border, journal::newest(tx)?))
        });
        let (seen, newest) = read.await?;
        learn(ctx, seen);
        if seen.is_reached() {
            return Ok(seen.through());
        }
        // One that is behind will do: the client then hears of what it has listed already.
        if looks == LOOKS_MAX && newest - seen.through() <= limits::CHANGES_ENTRIES_MAX {
            return Ok(seen.through());
        }
        pause(looks).await;
    }
    let detail = "a long write is under way, and until its end nobody can say where the feed stands; try again in a moment";
    Err(Problem::new(Code::Unavailable, detail).into())
}

/// A list that follows is at least as new as this answer, wherever it is read: what a replica does not know yet would
/// be in neither.
fn bind_replicas(tx: &mut Tx<'_>, ctx: &Context) -> Result<(), StoreError> {
    if !ctx.environment.db.replicas().is_empty() {
        ctx.tell_position(log_position(tx)?);
    }
    Ok(())
}

/// The first look again needs no pause: what was under way has mostly ended.
async fn pause(looks: u32) {
    if looks > 1 {
        tokio::time::sleep(PAUSE).await;
    }
}

fn border(ctx: &Context) -> Border {
    *ctx.environment.border()
}

fn learn(ctx: &Context, seen: Border) {
    ctx.environment.border().learn(seen);
}

impl Page {
    fn at(behind: i64) -> Self {
        Self {
            behind,
            ..Self::default()
        }
    }
}

fn written(ctx: &Context, page: &Page) -> Vec<u8> {
    let mut out = String::with_capacity(256);
    out.push_str("{\"items\":[");
    for (position, news) in page.news.iter().enumerate() {
        let separator = if position > 0 { "," } else { "" };
        let collection = &ctx.of(news.collection).name;
        // Names of collections and ids need no escape.
        let written = match &news.record {
            Some(record) => write!(
                out,
                "{separator}{{\"seq\":{},\"collection\":\"{collection}\",\"record_id\":\"{}\",\"version\":{},\"record\":{record}}}",
                news.seq, news.id, news.version
            ),
            None => write!(
                out,
                "{separator}{{\"seq\":{},\"collection\":\"{collection}\",\"record_id\":\"{}\",\"deleted\":true}}",
                news.seq, news.id
            ),
        };
        written.expect("a string can be written to");
    }
    let mut reload: Vec<&str> = page.reload.iter().map(|id| ctx.of(*id).name.as_str()).collect();
    reload.sort_unstable();
    let next = Position::of(ctx, page.behind).to_string();
    write!(
        out,
        "],\"next\":{},\"reload\":{},\"more\":{}}}",
        json!(next),
        json!(reload),
        page.more
    )
    .expect("a string can be written to");
    out.into_bytes()
}
