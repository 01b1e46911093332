//! Who follows what: connections, their subscriptions, and those that are judged together.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::sql::OutputColumn;

use super::link::{End, Link};
use super::look::Audience;
use super::message::{Handle, Item};
use super::view::{View, ViewKey, Viewer, Viewers};

/// What a subscription is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    Records,
    Comments,
    Activity,
    Presence,
}

/// A subscription as the client asked for it: enough to ask anew under another definition.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) to: To,
    pub(super) collection: String,
    pub(super) record: Option<RecordId>,
    pub(super) filter: Option<Arc<str>>,
    pub(super) fields: Option<Arc<str>>,
}

/// The fields that a subscription shows.
pub(super) type Columns = Arc<Vec<OutputColumn>>;

#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) number: u64,
    pub(super) link: Arc<Link>,
    pub(super) handle: Arc<Handle>,
    pub(super) wish: Wish,
    pub(super) key: ViewKey,
    /// The fields that it shows; none for all that are not hidden.
    pub(super) columns: Option<Columns>,
    /// While the past is being told: what comes live waits here.
    pub(super) held: Option<Vec<Item>>,
    /// The client has seen everything up to here.
    pub(super) seen: i64,
}

impl Subscription {
    pub(super) fn push(&mut self, item: Item) {
        if matches!(&item, Item::Event(_, event) if event.seq <= self.seen) {
            return;
        }
        match &mut self.held {
            None => self.link.push(item),
            // One over the bound tells that it was too much.
            Some(held) if held.len() <= limits::REALTIME_QUEUE_MESSAGES_MAX => held.push(item),
            Some(_) => {}
        }
    }
}

/// Subscriptions that are judged together, by the record that they follow.
#[derive(Debug)]
struct Group {
    view: Arc<View>,
    rosters: HashMap<Option<RecordId>, Roster>,
}

#[derive(Debug, Default)]
struct Roster {
    subscriptions: HashMap<Viewer, Vec<u64>>,
    /// Everybody in it, until somebody comes or goes.
    viewers: Option<Arc<Viewers>>,
}

#[derive(Debug, Default)]
pub(super) struct Registry {
    pub(super) links: HashMap<u64, Arc<Link>>,
    pub(super) subscriptions: HashMap<u64, Subscription>,
    groups: BTreeMap<CollectionId, HashMap<ViewKey, Group>>,
    next: u64,
    /// The process stops.
    drains: bool,
    /// Presence that is over, for the rooms to hear of.
    pub(super) left: Vec<u64>,
}

impl Registry {
    pub(super) fn next_number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Lets a connection in, if there is room for it.
    pub(super) fn add_link(&mut self, link: &Arc<Link>) -> Result<(), Problem> {
        if self.drains {
            return Err(Problem::new(
                Code::ShuttingDown,
                "the server is stopping; connect again",
            ));
        }
        let too_many = |detail| Problem::new(Code::Overloaded, detail);
        if self.links.len() >= limits::REALTIME_CONNECTIONS_MAX {
            return Err(too_many(
                "too many connections are open already; try again in a moment",
            ));
        }
        let of_user = |other: &&Arc<Link>| other.who.viewer == link.who.viewer;
        let is_user = link.who.viewer.is_some();
        if is_user && self.links.values().filter(of_user).count() >= limits::REALTIME_CONNECTIONS_OF_USER_MAX
        {
            return Err(too_many(
                "this user has too many connections open already; close one of them",
            ));
        }
        self.links.insert(link.id, Arc::clone(link));
        Ok(())
    }

    pub(super) fn remove_link(&mut self, id: u64) {
        self.links.remove(&id);
        let own: Vec<u64> = self
            .subscriptions
            .values()
            .filter(|subscription| subscription.link.id == id)
            .map(|subscription| subscription.number)
            .collect();
        for number in own {
            self.remove(number);
        }
    }

    /// The view of a key, if somebody asks with it already.
    pub(super) fn view(&self, key: &ViewKey) -> Option<Arc<View>> {
        let group = self.groups.get(&key.collection)?.get(key)?;
        Some(Arc::clone(&group.view))
    }

    /// May another filter on a collection be followed?
    pub(super) fn refuse_more_filters(&self, key: &ViewKey) -> Result<(), Problem> {
        let known = self.groups.get(&key.collection);
        let full = known
            .is_some_and(|groups| groups.len() >= limits::REALTIME_FILTERS_MAX && !groups.contains_key(key));
        if full {
            let detail = "too many different filters on this collection are followed already; follow it with a filter \
                          that others use too, or without one";
            return Err(Problem::new(Code::Overloaded, detail));
        }
        Ok(())
    }

    pub(super) fn add(&mut self, subscription: Subscription, view: &Arc<View>) {
        let key = subscription.key.clone();
        let groups = self.groups.entry(key.collection).or_default();
        let group = groups.entry(key).or_insert_with(|| Group {
            view: Arc::clone(view),
            rosters: HashMap::new(),
        });
        let roster = group.rosters.entry(subscription.wish.record).or_default();
        let numbers = roster
            .subscriptions
            .entry(subscription.link.who.viewer)
            .or_default();
        if numbers.is_empty() {
            roster.viewers = None;
        }
        numbers.push(subscription.number);
        self.subscriptions.insert(subscription.number, subscription);
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Subscription> {
        let subscription = self.subscriptions.remove(&number)?;
        if subscription.wish.to == To::Presence {
            self.left.push(number);
        }
        let groups = self.groups.get_mut(&subscription.key.collection)?;
        let group = groups.get_mut(&subscription.key)?;
        let record = subscription.wish.record;
        if let Some(roster) = group.rosters.get_mut(&record) {
            let viewer = subscription.link.who.viewer;
            if let Some(numbers) = roster.subscriptions.get_mut(&viewer) {
                numbers.retain(|other| *other != number);
                if numbers.is_empty() {
                    roster.subscriptions.remove(&viewer);
                    roster.viewers = None;
                }
            }
            if roster.subscriptions.is_empty() {
                group.rosters.remove(&record);
            }
        }
        if group.rosters.is_empty() {
            groups.remove(&subscription.key);
        }
        Some(subscription)
    }

    /// Takes every subscription out, to put them back under another definition.
    pub(super) fn take_all(&mut self) -> Vec<Subscription> {
        self.groups.clear();
        self.subscriptions
            .drain()
            .map(|(_, subscription)| subscription)
            .collect()
    }

    /// The subscriptions of one viewer in an audience.
    pub(super) fn of_viewer(&self, key: &ViewKey, record: Option<RecordId>, viewer: Viewer) -> &[u64] {
        self.roster(key, record)
            .and_then(|roster| roster.subscriptions.get(&viewer))
            .map_or(&[], Vec::as_slice)
    }

    /// Everybody in an audience, with their subscriptions.
    pub(super) fn members(
        &self,
        key: &ViewKey,
        record: Option<RecordId>,
    ) -> impl Iterator<Item = (Viewer, &[u64])> {
        let roster = self.roster(key, record).into_iter();
        roster.flat_map(|roster| {
            roster
                .subscriptions
                .iter()
                .map(|(viewer, numbers)| (*viewer, numbers.as_slice()))
        })
    }

    fn roster(&self, key: &ViewKey, record: Option<RecordId>) -> Option<&Roster> {
        self.groups.get(&key.collection)?.get(key)?.rosters.get(&record)
    }

    /// Followers of collections and of these records; and followers of any record whose sight of it hangs on one of
    /// `touched`.
    pub(super) fn audiences(
        &mut self,
        records: &HashSet<RecordId>,
        touched: &HashSet<CollectionId>,
    ) -> (Vec<Audience>, Vec<Audience>) {
        let (mut audiences, mut dependents) = (Vec::new(), Vec::new());
        for group in self.groups.values_mut().flat_map(HashMap::values_mut) {
            let mut reached = group
                .view
                .dependencies
                .iter()
                .map(|dependency| dependency.collection);
            let depends = reached.any(|collection| touched.contains(&collection));
            if !depends && !touched.contains(&group.view.key.collection) {
                continue;
            }
            for (record, roster) in &mut group.rosters {
                let is_named = record.is_none_or(|record| records.contains(&record));
                if !is_named && !depends {
                    continue;
                }
                let viewers = roster.viewers.get_or_insert_with(|| {
                    Arc::new(Viewers::new(roster.subscriptions.keys().copied().collect()))
                });
                let audience = Audience {
                    view: Arc::clone(&group.view),
                    record: *record,
                    viewers: Arc::clone(viewers),
                };
                if record.is_some() && depends {
                    dependents.push(audience.clone());
                }
                if is_named {
                    audiences.push(audience);
                }
            }
        }
        (audiences, dependents)
    }

    /// The connections of a user.
    pub(super) fn links_of(&self, user: RecordId) -> Vec<Arc<Link>> {
        let links = self.links.values().filter(|link| link.who.viewer == Some(user));
        links.cloned().collect()
    }

    /// Ends every connection, and lets no other in.
    pub(super) fn drain(&mut self) {
        self.drains = true;
        for link in self.links.values() {
            link.end(End::ShuttingDown);
        }
    }
}
