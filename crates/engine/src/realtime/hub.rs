//! The hub: entries of the journal in, events for whoever follows them out.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mainstay_core::definition::CollectionId;
use mainstay_core::{Actor, ActorKind, RecordId};
use mainstay_store::journal::StoredEntry;
use mainstay_store::{StoreError, Tx, accounts, api_keys, client_sessions, sessions};

use super::change::collection_of;
use super::link::{End, Who};
use super::look::Question;
use super::message::{self, Item};
use super::registry::{Registry, To};
use super::rooms::Rooms;
use super::subscribe::Prepared;
use super::telling::dispatch;
use crate::context::Context;
use crate::environment::{Environment, Release};
use crate::failure::Failure;

/// Live updates of one process.
#[derive(Default)]
pub struct Hub {
    /// Held while a batch is told, and while a subscription begins: it gets each batch wholly or not at all.
    pub(super) turn: tokio::sync::Mutex<Turn>,
    registry: Mutex<Registry>,
    pub(super) rooms: Rooms,
    /// A connection is over.
    gone: tokio::sync::Notify,
    /// The last entry that was told.
    told: tokio::sync::watch::Sender<i64>,
}

/// How far the hub has come.
#[derive(Default)]
pub(super) struct Turn {
    /// The last entry that was told; none before the first.
    pub(super) position: Option<i64>,
    /// For records of which more was told than their entry said: the number of the last entry that was in it.
    covered: HashMap<RecordId, i64>,
    release: Option<Arc<Release>>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let registry = self.registry();
        f.debug_struct("Hub")
            .field("connections", &registry.links.len())
            .field("subscriptions", &registry.subscriptions.len())
            .finish_non_exhaustive()
    }
}

impl Hub {
    pub(super) fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Connections that are open.
    pub fn connections(&self) -> usize {
        self.registry().links.len()
    }

    /// Waits until everything up to this entry has been told.
    pub async fn has_told(&self, seq: i64) {
        let mut told = self.told.subscribe();
        // The sender lives as long as the hub.
        drop(told.wait_for(|told| *told >= seq).await);
    }

    /// Asks every client to go to another process, lets no other in, and waits until all have gone.
    pub async fn drain(&self) {
        self.registry().drain();
        loop {
            let gone = self.gone.notified();
            if self.connections() == 0 {
                return;
            }
            gone.await;
        }
    }

    /// Forgets a connection that is over.
    pub(super) fn remove_link(&self, environment: &Environment, id: u64) {
        self.registry().remove_link(id);
        self.sweep_rooms(environment);
        self.gone.notify_one();
    }

    /// Tells a batch of entries.
    pub(super) async fn tell(
        &self,
        environment: &Arc<Environment>,
        entries: Vec<StoredEntry>,
    ) -> Result<(), Failure> {
        let Some(last) = entries.last().map(|entry| entry.seq) else {
            return Ok(());
        };
        let mut turn = self.turn.lock().await;
        let release = environment.release();
        self.follow_definition(environment, &mut turn, &release, last);
        self.end_sessions(environment, &entries).await?;
        let entries = Arc::new(entries);
        let question = self.question(environment, &release, Arc::clone(&entries), turn.covered.clone());
        if !question.is_idle() {
            let question = Arc::new(question);
            let asked = Arc::clone(&question);
            let answer = environment.db.read(move |tx| asked.answer(tx)).await?;
            for change in &answer.changes {
                if change.covers > last {
                    turn.covered.insert(change.id, change.covers);
                }
            }
            dispatch(&mut self.registry(), &release, &entries, &answer, last);
            self.sweep_rooms(environment);
        }
        turn.covered.retain(|_, seq| *seq > last);
        turn.position = Some(last);
        self.told.send_replace(last);
        Ok(())
    }

    /// Lets the rooms hear of presence that is over.
    pub(super) fn sweep_rooms(&self, environment: &Environment) {
        let left = std::mem::take(&mut self.registry().left);
        for number in left {
            self.rooms.leave(environment, number);
        }
    }

    /// What a batch of entries asks the database.
    pub(super) fn question(
        &self,
        environment: &Environment,
        release: &Arc<Release>,
        entries: Arc<Vec<StoredEntry>>,
        covered: HashMap<RecordId, i64>,
    ) -> Question {
        let (records, touched) = named(release, &entries);
        let (audiences, dependents) = self.registry().audiences(&records, &touched);
        Question {
            release: Arc::clone(release),
            entries,
            now_micros: environment.clock.now().as_micros(),
            audiences,
            dependents,
            covered,
        }
    }

    /// Puts every subscription onto another definition; what it asks for may not be there any more.
    pub(super) fn follow_definition(
        &self,
        environment: &Arc<Environment>,
        turn: &mut Turn,
        release: &Arc<Release>,
        seq: i64,
    ) {
        let known = turn.release.replace(Arc::clone(release));
        if known.is_none_or(|known| Arc::ptr_eq(&known, release)) {
            return;
        }
        let mut registry = self.registry();
        for mut subscription in registry.take_all() {
            let ctx = subscription.link.who.context(environment);
            match ctx.and_then(|ctx| Prepared::new(&ctx, &registry, &subscription.wish)) {
                Ok(prepared) => {
                    subscription.key = prepared.key;
                    subscription.columns = prepared.columns;
                    subscription.push(Item::Reload {
                        of: Arc::clone(&subscription.handle),
                        seq,
                        reason: "definition_changed",
                    });
                    registry.add(subscription, &prepared.view);
                }
                Err(failure) => {
                    let ended = message::ended(&subscription.handle.name, &failure.problem());
                    subscription.push(Item::Plain(ended));
                    if subscription.wish.to == To::Presence {
                        registry.left.push(subscription.number);
                    }
                }
            }
        }
    }

    /// Ends the connections of those whose session is over or whose rights are others now.
    async fn end_sessions(
        &self,
        environment: &Arc<Environment>,
        entries: &[StoredEntry],
    ) -> Result<(), Failure> {
        let users: HashSet<RecordId> = entries
            .iter()
            .filter(|entry| entry.collection.as_deref() == Some("users"))
            .filter(|entry| entry.kind.starts_with("auth.") || entry.kind.starts_with("record."))
            .filter_map(|entry| entry.record_id)
            .collect();
        for user in users {
            let links = self.registry().links_of(user);
            if links.is_empty() {
                continue;
            }
            let asked: Vec<Who> = links.iter().map(|link| link.who.clone()).collect();
            let soft_delete = environment.users_are_soft();
            let read = environment.db.read(move |tx| {
                let account =
                    accounts::find_account(tx, soft_delete, &user)?.filter(|account| account.active);
                let mut live = Vec::with_capacity(asked.len());
                for who in &asked {
                    live.push(who.lives(tx, user)?);
                }
                Ok::<_, StoreError>((account.map(|account| account.administrator), live))
            });
            let (administrator, live) = read.await?;
            for (link, live) in links.iter().zip(live) {
                match administrator {
                    Some(administrator) if live && administrator == link.who.is_of_administrator() => {}
                    Some(_) if live => link.end(End::RightsChanged),
                    _ => link.end(End::SignedOut),
                }
            }
        }
        Ok(())
    }
}

impl Who {
    /// What they may do now, under the definition in force.
    pub(super) fn context(&self, environment: &Arc<Environment>) -> Result<Context, Failure> {
        let ctx = environment.system_context();
        let ctx = match &self.key {
            Some(grant) => ctx.with_key(Arc::clone(grant))?,
            None => ctx.acting_as(self.actor()),
        };
        Ok(match self.share {
            Some(share) => ctx.with_share(share),
            None => ctx,
        })
    }

    /// Is there still what they proved who they are with? A key that ends sooner than it did is looked up anew.
    fn lives(&self, tx: &mut Tx<'_>, user: RecordId) -> Result<bool, StoreError> {
        if let Some(grant) = self.key.as_ref().filter(|grant| grant.client.is_some()) {
            return Ok(client_sessions::find_session(tx, &grant.id)?.is_some());
        }
        if let Some(grant) = &self.key {
            let key = api_keys::find(tx, &grant.id)?;
            return Ok(key.is_some_and(|key| key.expires_at == grant.expires_at));
        }
        match &self.session {
            Some(session) => {
                Ok(sessions::find_session(tx, session)?.is_some_and(|session| session.user == user))
            }
            None => Ok(true),
        }
    }

    fn is_of_administrator(&self) -> bool {
        self.key
            .as_ref()
            .map_or(!self.bound, |grant| grant.of_administrator)
    }

    fn actor(&self) -> Actor {
        let kind = match (self.viewer, self.bound) {
            (None, _) => return Actor::ANONYMOUS,
            (Some(_), true) => ActorKind::User,
            (Some(_), false) => ActorKind::Administrator,
        };
        Actor {
            kind,
            id: self.viewer,
        }
    }
}

/// The records and collections that entries name.
fn named(release: &Release, entries: &[StoredEntry]) -> (HashSet<RecordId>, HashSet<CollectionId>) {
    let records = entries.iter().filter_map(|entry| entry.record_id).collect();
    let names: HashSet<&str> = entries
        .iter()
        .filter_map(|entry| entry.collection.as_deref())
        .collect();
    let touched = names
        .into_iter()
        .filter_map(|name| collection_of(release, name))
        .map(|collection| collection.id)
        .collect();
    (records, touched)
}
