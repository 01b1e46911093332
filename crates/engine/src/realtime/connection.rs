//! One client, and what it asks for.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use mainstay_core::{Actor, Code, Problem, Timestamp, limits};
use tokio::sync::watch;

use super::link::{End, Link, Who};
use super::message::{self, Item};
use super::outgoing::Messages;
use super::registry::To;
use super::request::{Asked, parse, parse_list};
use super::rooms::Entering;
use super::subscribe::{Begun, Request};
use crate::auth::{Bearer, ShareGrant, looks_like_key};
use crate::environment::Environment;
use crate::failure::Failure;

/// Lets a client in. Whoever it is stays the same to the end of the connection.
pub fn open(
    environment: &Arc<Environment>,
    bearer: Option<&Bearer>,
    share: Option<ShareGrant>,
) -> Result<(Commands, Messages), Problem> {
    let actor = bearer.map(Bearer::actor);
    let (session, key) = match bearer {
        None => (None, None),
        Some(Bearer::Session(identity)) => (Some(identity.session), None),
        Some(Bearer::Key(grant)) => (None, Some(Arc::clone(grant))),
    };
    let who = Who {
        viewer: actor.and_then(|actor| actor.id),
        session,
        key,
        bound: actor.is_none_or(Actor::is_bound_by_rules),
        share,
    };
    let viewer = who.viewer;
    let hub = &environment.realtime;
    let (link, inbox) = {
        let mut registry = hub.registry();
        let (link, inbox) = Link::new(registry.next_number(), who);
        let link = Arc::new(link);
        registry.add_link(&link)?;
        (link, inbox)
    };
    link.push(Item::Plain(message::ready(viewer)));
    let ends = Ends {
        bearer: bearer.and_then(Bearer::expires_at),
        share: share.map(|share| share.expires_at),
    };
    let (expiry, expires) = watch::channel(ends.first());
    let commands = Commands {
        environment: Arc::clone(environment),
        link,
        subscriptions: HashMap::new(),
        ends,
        expiry,
        allowance: Allowance::new(),
    };
    let messages = Messages::new(environment, inbox, expires);
    Ok((commands, messages))
}

/// What a client may ask for.
#[derive(Debug)]
pub struct Commands {
    environment: Arc<Environment>,
    link: Arc<Link>,
    subscriptions: HashMap<String, (To, Begun)>,
    ends: Ends,
    expiry: watch::Sender<Option<Timestamp>>,
    allowance: Allowance,
}

/// When what the client showed at the beginning ends, where that is known.
#[derive(Debug, Clone, Copy)]
struct Ends {
    bearer: Option<Timestamp>,
    share: Option<Timestamp>,
}

impl Ends {
    fn first(self) -> Option<Timestamp> {
        self.bearer.into_iter().chain(self.share).min()
    }
}

impl Drop for Commands {
    fn drop(&mut self) {
        self.environment
            .realtime
            .remove_link(&self.environment, self.link.id);
    }
}

impl Commands {
    /// Does what a message asks for; what is wrong with it the client is told.
    pub async fn take(&mut self, text: &str) {
        if !self.allowance.has_room() {
            self.link.end(End::TooManyMessages);
            return;
        }
        let asked = match parse(text) {
            Ok(asked) => asked,
            Err(misunderstood) => {
                return self.say_problem(misunderstood.name.as_deref(), &misunderstood.problem);
            }
        };
        match asked {
            Asked::Authenticate { token, share } => {
                if let Some(share) = share {
                    self.renew_share(&share);
                }
                if let Some(token) = token {
                    self.renew(&token).await;
                }
            }
            Asked::Subscribe(request) => self.subscribe(request).await,
            Asked::Unsubscribe { name } => self.unsubscribe(&name),
            Asked::Presence { name, state } => {
                let set = self.place(&name).and_then(|number| {
                    let rooms = &self.environment.realtime.rooms;
                    rooms.set_state(&self.environment, number, state)
                });
                self.say_if_wrong(&name, set);
            }
            Asked::Broadcast { name, data } => {
                let sent = self.place(&name).and_then(|number| {
                    let rooms = &self.environment.realtime.rooms;
                    rooms.broadcast(&self.environment, number, data)
                });
                self.say_if_wrong(&name, sent);
            }
        }
    }

    /// Begins every subscription of a list, for a client that cannot ask later. What it missed since a number it is told
    /// for each that has no number of its own.
    pub async fn subscribe_all(&mut self, list: Subscriptions, since: Option<i64>) {
        for mut request in list.0 {
            request.since = request.since.or(since);
            self.subscribe(request).await;
        }
        self.link.push_in_turn(Item::CaughtUp).await;
    }

    async fn subscribe(&mut self, request: Request) {
        let name = request.name.to_string();
        if let Err(problem) = self.refuse_another(&name) {
            return self.say_problem(Some(&name), &problem);
        }
        let (to, wish) = (request.wish.to, request.wish.clone());
        let hub = &self.environment.realtime;
        let begun = match hub.subscribe(&self.environment, &self.link, request).await {
            Ok(begun) => begun,
            Err(failure) => return self.end(&name, &failure),
        };
        if let (To::Presence, Some(record)) = (to, wish.record) {
            let entering = Entering {
                number: begun.number,
                room: (wish.collection, record),
                member: self.environment.new_id(),
                link: Arc::clone(&self.link),
                handle: Arc::clone(&begun.handle),
            };
            if let Err(problem) = hub.rooms.enter(&self.environment, entering) {
                hub.registry().remove(begun.number);
                return self.end(&name, &problem.into());
            }
        }
        self.subscriptions.insert(name, (to, begun));
    }

    fn refuse_another(&mut self, name: &str) -> Result<(), Problem> {
        let registry = self.environment.realtime.registry();
        // What the server has ended does not count any more.
        self.subscriptions
            .retain(|_, (_, begun)| registry.subscriptions.contains_key(&begun.number));
        if self.subscriptions.contains_key(name) {
            let message = "is the name of another subscription: end that one first, or choose another name";
            return Err(Problem::field(Code::InvalidParameter, "id", message));
        }
        if self.subscriptions.len() >= limits::REALTIME_SUBSCRIPTIONS_MAX {
            let detail = format!(
                "a connection has at most {} subscriptions; end one first",
                limits::REALTIME_SUBSCRIPTIONS_MAX
            );
            return Err(Problem::new(Code::Overloaded, detail));
        }
        Ok(())
    }

    fn unsubscribe(&mut self, name: &str) {
        if let Some((_, begun)) = self.subscriptions.remove(name) {
            begun.handle.over.store(true, Ordering::Relaxed);
            let hub = &self.environment.realtime;
            hub.registry().remove(begun.number);
            hub.sweep_rooms(&self.environment);
        }
    }

    /// A newer token of the same user keeps the connection alive.
    async fn renew(&mut self, token: &str) {
        if self.link.who.key.is_some() || looks_like_key(token) {
            let detail = "an API key is sent once, at the beginning; open another connection for another one";
            return self.say_problem(None, &Problem::new(Code::InvalidToken, detail));
        }
        let now = self.environment.clock.now();
        match self.environment.identify_anew(token, now).await {
            Ok(identity) if identity.lacks_second_factor => {
                let detail = "the user must have a second factor by now: set one up";
                self.say_problem(None, &Problem::new(Code::SecondFactorRequired, detail));
            }
            Ok(identity) if identity.actor.id == self.link.who.viewer => {
                if identity.session == self.link.who.session.unwrap_or(identity.session) {
                    self.ends.bearer = Some(identity.expires_at);
                    self.expiry.send_replace(self.ends.first());
                    self.link.push(Item::Plain(message::ready(identity.actor.id)));
                } else {
                    let detail = "the token is of another session; open another connection for it";
                    self.say_problem(None, &Problem::new(Code::InvalidToken, detail));
                }
            }
            Ok(_) => {
                let detail = "the token is of somebody else; open another connection for them";
                self.say_problem(None, &Problem::new(Code::InvalidToken, detail));
            }
            Err(failure) => self.say_problem(None, &failure.problem()),
        }
    }

    /// A newer grant of the same share keeps the connection alive, too.
    fn renew_share(&mut self, grant: &str) {
        let now = self.environment.clock.now();
        match self.environment.tokens.verify_share(grant, now) {
            Ok(share) if self.link.who.share.is_some_and(|known| known.id == share.id) => {
                self.ends.share = Some(share.expires_at);
                self.expiry.send_replace(self.ends.first());
                self.link.push(Item::Plain(message::ready(self.link.who.viewer)));
            }
            Ok(_) => {
                let detail = "the connection was not opened with this share; open another connection for it";
                self.say_problem(None, &Problem::new(Code::InvalidToken, detail));
            }
            Err(problem) => self.say_problem(None, &problem),
        }
    }

    fn place(&self, name: &str) -> Result<u64, Problem> {
        if let Some((To::Presence, begun)) = self.subscriptions.get(name) {
            return Ok(begun.number);
        }
        let detail = "there is no subscription of this name to the presence of a record";
        Err(Problem::new(Code::NotFound, detail))
    }

    fn say_if_wrong(&self, name: &str, done: Result<(), Problem>) {
        if let Err(problem) = done {
            self.say_problem(Some(name), &problem);
        }
    }

    fn say_problem(&self, name: Option<&str>, problem: &Problem) {
        self.link.push(Item::Plain(message::problem(name, problem)));
    }

    fn end(&self, name: &str, failure: &Failure) {
        if let Failure::Internal(cause) = failure {
            tracing::error!(
                error = cause as &dyn std::error::Error,
                "a subscription failed inside"
            );
        }
        self.link
            .push(Item::Plain(message::ended(name, &failure.problem())));
    }
}

/// Subscriptions that a client asks for at once.
#[derive(Debug)]
pub struct Subscriptions(Vec<Request>);

impl std::str::FromStr for Subscriptions {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        parse_list(text).map(Self)
    }
}

/// How many messages a client may send: so many a second, saved up for one second.
#[derive(Debug)]
struct Allowance {
    left: f64,
    counted_at: Instant,
}

impl Allowance {
    fn new() -> Self {
        Self {
            left: f64::from(limits::REALTIME_MESSAGES_PER_SECOND_MAX),
            counted_at: Instant::now(),
        }
    }

    fn has_room(&mut self) -> bool {
        let rate = f64::from(limits::REALTIME_MESSAGES_PER_SECOND_MAX);
        let since = self.counted_at.elapsed().as_secs_f64();
        self.counted_at = Instant::now();
        self.left = (self.left + since * rate).min(rate) - 1.0;
        self.left >= 0.0
    }
}
