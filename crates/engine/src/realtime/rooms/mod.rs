//! Who is in a room, and what they say to one another: in memory, and nowhere else.
//!
//! Processes on one database tell each other of their members (`wire.rs`). A process keeps only rooms that somebody of
//! its own is in; when the first one enters, it asks the others who is there.

mod wire;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use mainstay_core::{Code, Problem, RecordId, limits};
use serde_json::{Value as Json, json};

use super::link::Link;
use super::message::{Handle, Item};
use crate::environment::Environment;
use wire::{Heard, What};
pub use wire::{RoomTimes, RunningRooms};

/// A record that people meet at: its collection and its id.
pub(super) type Room = (String, RecordId);

#[derive(Debug, Default)]
pub(super) struct Rooms {
    inside: Mutex<Inside>,
    /// What this process calls itself.
    process: OnceLock<RecordId>,
}

#[derive(Debug, Default)]
struct Inside {
    rooms: HashMap<Room, HashMap<RecordId, Member>>,
    /// Where each subscription of this process is, and as whom.
    places: HashMap<u64, (Room, RecordId)>,
    /// When each other process was last heard of.
    processes: HashMap<RecordId, Instant>,
}

#[derive(Debug)]
struct Member {
    user: Option<RecordId>,
    state: Json,
    at: At,
}

/// How to reach somebody.
#[derive(Debug)]
enum At {
    Here(Arc<Link>, Arc<Handle>),
    /// By another process.
    Process(RecordId),
}

/// Somebody who enters a room.
pub(super) struct Entering {
    pub(super) number: u64,
    pub(super) room: Room,
    pub(super) member: RecordId,
    pub(super) link: Arc<Link>,
    pub(super) handle: Arc<Handle>,
}

impl Rooms {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn process(&self, environment: &Environment) -> RecordId {
        *self.process.get_or_init(|| environment.new_id())
    }

    fn say(&self, environment: &Environment, room: &Room, what: &What) {
        let text = wire::write(self.process(environment), Some(room), what);
        // What is lost here is made up for by the next heartbeat, or did not matter longer than a moment.
        environment.db.say_to_processes(text);
    }

    /// Lets somebody in: they hear who is there, the others that they came.
    pub(super) fn enter(&self, environment: &Environment, entering: Entering) -> Result<(), Problem> {
        let Entering {
            number,
            room,
            member: id,
            link,
            handle,
        } = entering;
        let mut inside = self.lock();
        let is_first = !inside.rooms.contains_key(&room);
        let members = inside.rooms.entry(room.clone()).or_default();
        if members.len() >= limits::ROOM_MEMBERS_MAX {
            let detail = "the room is full; try again when somebody has left";
            return Err(Problem::new(Code::Overloaded, detail));
        }
        let there: Vec<Json> = members.iter().map(|(id, member)| member.shown(*id)).collect();
        let parts = [
            ("member", Json::from(id.to_string())),
            ("members", Json::from(there)),
        ];
        link.push(said(&handle, "presence", &parts));
        let user = link.who.viewer;
        let member = Member {
            user,
            state: Json::Null,
            at: At::Here(link, handle),
        };
        tell_others(members, id, "presence", &[("joined", member.shown(id))]);
        members.insert(id, member);
        inside.places.insert(number, (room.clone(), id));
        drop(inside);
        if is_first {
            self.say(environment, &room, &What::Who);
        }
        let state = Json::Null;
        self.say(
            environment,
            &room,
            &What::Is {
                member: id,
                user,
                state,
            },
        );
        Ok(())
    }

    pub(super) fn leave(&self, environment: &Environment, number: u64) {
        let mut inside = self.lock();
        let Some((room, member)) = inside.places.remove(&number) else {
            return;
        };
        inside.remove(&room, member);
        drop(inside);
        self.say(environment, &room, &What::Left { member });
    }

    /// Changes what the others see of somebody.
    pub(super) fn set_state(
        &self,
        environment: &Environment,
        number: u64,
        state: Json,
    ) -> Result<(), Problem> {
        refuse_longer(&state, limits::PRESENCE_STATE_BYTES_MAX, "a state")?;
        let mut inside = self.lock();
        let (room, id) = inside.place(number)?;
        let user = inside.put(&room, id, |member| member.state = state.clone());
        drop(inside);
        self.say(
            environment,
            &room,
            &What::Is {
                member: id,
                user,
                state,
            },
        );
        Ok(())
    }

    /// Says something to everybody else in the room.
    pub(super) fn broadcast(
        &self,
        environment: &Environment,
        number: u64,
        data: Json,
    ) -> Result<(), Problem> {
        refuse_longer(&data, limits::BROADCAST_BYTES_MAX, "a broadcast")?;
        let inside = self.lock();
        let (room, member) = inside.place(number)?;
        let user = inside
            .rooms
            .get(&room)
            .and_then(|members| members.get(&member)?.user);
        inside.pass_on(&room, member, user, &data);
        drop(inside);
        self.say(environment, &room, &What::Says { member, user, data });
        Ok(())
    }

    /// Takes in what another process says.
    fn hear(&self, environment: &Environment, heard: Heard) {
        if heard.process == self.process(environment) {
            return;
        }
        let mut inside = self.lock();
        let is_new = inside.processes.insert(heard.process, Instant::now()).is_none();
        let asks: Vec<Room> = match (&heard.what, is_new) {
            // Nothing is known of its members: it has begun, or was silent for so long that it counted as gone.
            (What::Alive, true) => inside.rooms.keys().cloned().collect(),
            _ => Vec::new(),
        };
        let answers = match heard.room {
            Some(room) if inside.rooms.contains_key(&room) => inside.hear(&room, heard.process, heard.what),
            _ => Vec::new(),
        };
        drop(inside);
        for room in asks {
            self.say(environment, &room, &What::Who);
        }
        for (room, what) in answers {
            self.say(environment, &room, &what);
        }
    }

    /// Forgets the members of processes that have been silent for so long.
    fn forget_silent(&self, for_so_long: Duration) {
        let mut inside = self.lock();
        let silent: Vec<RecordId> = inside
            .processes
            .iter()
            .filter(|(_, at)| at.elapsed() >= for_so_long)
            .map(|(process, _)| *process)
            .collect();
        for process in silent {
            inside.processes.remove(&process);
            let gone: Vec<(Room, RecordId)> = inside
                .rooms
                .iter()
                .flat_map(|(room, members)| members.iter().map(move |(id, member)| (room, id, member)))
                .filter(|(_, _, member)| matches!(member.at, At::Process(of) if of == process))
                .map(|(room, id, _)| (room.clone(), *id))
                .collect();
            for (room, member) in gone {
                inside.remove(&room, member);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.lock().rooms.is_empty()
    }
}

impl Inside {
    fn place(&self, number: u64) -> Result<(Room, RecordId), Problem> {
        let place = self.places.get(&number).cloned();
        place.ok_or_else(|| {
            let detail = "this subscription is in no room: subscribe to its presence";
            Problem::new(Code::NotFound, detail)
        })
    }

    /// Changes a member and shows it to the others; gives their user.
    fn put(&mut self, room: &Room, id: RecordId, change: impl FnOnce(&mut Member)) -> Option<RecordId> {
        let members = self.rooms.get_mut(room)?;
        let member = members.get_mut(&id)?;
        change(member);
        let (user, changed) = (member.user, member.shown(id));
        tell_others(members, id, "presence", &[("changed", changed)]);
        user
    }

    fn remove(&mut self, room: &Room, id: RecordId) {
        let Some(members) = self.rooms.get_mut(room) else {
            return;
        };
        if members.remove(&id).is_none() {
            return;
        }
        tell_others(members, id, "presence", &[("left", Json::from(id.to_string()))]);
        if !members.values().any(|member| matches!(member.at, At::Here(..))) {
            self.rooms.remove(room);
        }
    }

    fn pass_on(&self, room: &Room, member: RecordId, user: Option<RecordId>, data: &Json) {
        if let Some(members) = self.rooms.get(room) {
            let parts = [
                ("member", Json::from(member.to_string())),
                ("user", user_json(user)),
                ("data", data.clone()),
            ];
            tell_others(members, member, "broadcast", &parts);
        }
    }

    /// What another process says of a room; gives what is to be answered.
    fn hear(&mut self, room: &Room, process: RecordId, what: What) -> Vec<(Room, What)> {
        match what {
            What::Alive => {}
            What::Who => {
                let members = self.rooms.get(room).into_iter().flatten();
                let own = members.filter(|(_, member)| matches!(member.at, At::Here(..)));
                return own
                    .map(|(id, member)| {
                        let is = What::Is {
                            member: *id,
                            user: member.user,
                            state: member.state.clone(),
                        };
                        (room.clone(), is)
                    })
                    .collect();
            }
            What::Is { member, user, state } => {
                let members = self.rooms.entry(room.clone()).or_default();
                match members.get(&member) {
                    Some(known) if known.state == state => {}
                    Some(_) => {
                        self.put(room, member, |member| member.state = state);
                    }
                    None if members.len() < limits::ROOM_MEMBERS_MAX => {
                        let at = At::Process(process);
                        let new = Member { user, state, at };
                        tell_others(members, member, "presence", &[("joined", new.shown(member))]);
                        members.insert(member, new);
                    }
                    None => {}
                }
            }
            What::Left { member } => self.remove(room, member),
            What::Says { member, user, data } => self.pass_on(room, member, user, &data),
        }
        Vec::new()
    }
}

impl Member {
    fn shown(&self, id: RecordId) -> Json {
        json!({"member": id.to_string(), "user": user_json(self.user), "state": self.state})
    }
}

fn refuse_longer(json: &Json, bytes_max: usize, what: &str) -> Result<(), Problem> {
    if json.to_string().len() <= bytes_max {
        return Ok(());
    }
    let detail = format!("{what} has at most {bytes_max} bytes");
    Err(Problem::new(Code::PayloadTooLarge, detail))
}

fn user_json(user: Option<RecordId>) -> Json {
    user.map_or(Json::Null, |user| Json::from(user.to_string()))
}

fn tell_others(members: &HashMap<RecordId, Member>, but: RecordId, kind: &str, parts: &[(&str, Json)]) {
    for (id, member) in members {
        if let At::Here(link, handle) = &member.at
            && *id != but
        {
            link.push(said(handle, kind, parts));
        }
    }
}

fn said(handle: &Arc<Handle>, kind: &str, parts: &[(&str, Json)]) -> Item {
    let mut json = json!({"type": kind, "id": &*handle.name});
    for (name, value) in parts {
        json[*name] = value.clone();
    }
    Item::Said(Arc::clone(handle), Bytes::from(json.to_string()))
}
