//! How a subscription begins: what it may see, and what it missed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use mainstay_core::limits;
use mainstay_core::{Code, Problem, RecordId};
use mainstay_store::journal;
use mainstay_store::realtime::{count_between, oldest};
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, Tx};

use super::READER;
use super::hub::Hub;
use super::link::Link;
use super::message::{self, Handle, Item};
use super::registry::{Columns, Registry, Subscription, To, Wish};
use super::replay::{Replay, TooLate};
use super::view::{AskedRule, View, ViewKey};
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::records::{holds, parse_fields};

/// How long a client waits for live updates to begin, at the start of the server.
const BEGIN_WITHIN: Duration = Duration::from_secs(5);
/// A wish that has been understood.
pub(super) struct Prepared {
    pub(super) key: ViewKey,
    pub(super) view: Arc<View>,
    pub(super) columns: Option<Columns>,
}

impl Prepared {
    pub(super) fn new(ctx: &Context, registry: &Registry, wish: &Wish) -> Result<Self, Failure> {
        let collection = ctx.collection(&wish.collection)?;
        let rule = match wish.record {
            _ if !ctx.actor.is_bound_by_rules() => AskedRule::Free,
            Some(_) => AskedRule::Read,
            None => AskedRule::List,
        };
        let key = ViewKey {
            collection: collection.id,
            rule,
            filter: wish.filter.clone(),
            mask: ctx.mask.clone(),
            share: ctx.share.map(|share| share.id),
        };
        let columns = match &wish.fields {
            Some(fields) => Some(Arc::new(parse_fields(ctx, collection, Some(fields))?)),
            None => None,
        };
        registry.refuse_more_filters(&key)?;
        let view = match registry.view(&key) {
            Some(view) => view,
            None => Arc::new(View::build(ctx, key.clone())?),
        };
        Ok(Self { key, view, columns })
    }
}

/// What a client asks for, checked as far as that goes without the database.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) name: Arc<str>,
    pub(super) wish: Wish,
    pub(super) since: Option<i64>,
    pub(super) coalesce: Duration,
}

/// A subscription that has begun.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) number: u64,
    pub(super) handle: Arc<Handle>,
}

impl Hub {
    /// Begins a subscription, and tells what was missed since a number.
    pub(super) async fn subscribe(
        &self,
        environment: &Arc<Environment>,
        link: &Arc<Link>,
        request: Request,
    ) -> Result<Begun, Failure> {
        let starting = || {
            Problem::new(
                Code::Unavailable,
                "live updates have not begun yet; try again in a moment",
            )
        };
        let begun = tokio::time::timeout(BEGIN_WITHIN, environment.readers.begun(READER)).await;
        let begun = begun.ok().flatten().ok_or_else(starting)?;
        let mut turn = self.turn.lock().await;
        let position = turn.position.unwrap_or(begun);
        let ctx = link.who.context(environment)?;
        self.follow_definition(environment, &mut turn, &ctx.whole, position);
        let prepared = Prepared::new(&ctx, &self.registry(), &request.wish)?;
        if let Some(record) = request.wish.record {
            refuse_unreadable(&ctx, prepared.key.collection, record).await?;
        }
        let since = request.since.filter(|_| request.wish.to != To::Presence);
        let too_late = match since {
            Some(since) => is_too_late(&ctx, since, position).await?,
            None => None,
        };
        let replays = too_late.is_none() && since.is_some_and(|since| since < position);
        let handle = Arc::new(Handle {
            name: request.name,
            coalesce: request.coalesce,
            over: false.into(),
        });
        let number = {
            let mut registry = self.registry();
            let number = registry.next_number();
            link.push(Item::Plain(message::subscribed(&handle.name, position)));
            registry.add(
                Subscription {
                    number,
                    link: Arc::clone(link),
                    handle: Arc::clone(&handle),
                    wish: request.wish.clone(),
                    key: prepared.key.clone(),
                    columns: prepared.columns.clone(),
                    held: replays.then(Vec::new),
                    seen: since.filter(|_| too_late.is_none()).unwrap_or(0),
                },
                &prepared.view,
            );
            number
        };
        drop(turn);
        if let Some(too_late) = too_late {
            link.push(Item::Reload {
                of: Arc::clone(&handle),
                seq: position,
                reason: too_late.reason(),
            });
        }
        if let Some(since) = since.filter(|_| replays) {
            let replay = Replay {
                environment,
                release: Arc::clone(&ctx.whole),
                link,
                handle: Arc::clone(&handle),
                prepared,
                wish: &request.wish,
                told: HashMap::new(),
            };
            self.replay(replay, number, since, position).await?;
        }
        Ok(Begun { number, handle })
    }
}

async fn refuse_unreadable(
    ctx: &Context,
    collection: mainstay_core::CollectionId,
    record: RecordId,
) -> Result<(), Failure> {
    let read = ctx.read(move |tx: &mut Tx<'_>, ctx: &Context| {
        let target = [Bind::from(&record)];
        match &ctx.rules(collection).read {
            Some(rule) => holds(tx, rule, &ctx.arguments(&target)),
            None => Ok(false),
        }
    });
    if read.await? {
        Ok(())
    } else {
        Err(Problem::not_found().into())
    }
}

/// Can what happened since a number not be told any more?
async fn is_too_late(ctx: &Context, since: i64, position: i64) -> Result<Option<TooLate>, Failure> {
    let max = limits::REALTIME_REPLAY_ENTRIES_MAX + 1;
    let read = ctx.environment.db.read(move |tx| {
        if since > position {
            // Another process may have told more than this one has; nobody has told what is not there.
            return Ok::<_, StoreError>(since > journal::newest(tx)?);
        }
        let kept = oldest(tx)?.is_none_or(|oldest| oldest <= since.saturating_add(1));
        Ok(!kept || count_between(tx, since, position, max)? >= i64::from(max))
    });
    Ok(read.await?.then_some(TooLate::Past))
}
