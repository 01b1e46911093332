//! The data that every measured system holds: users, rooms, who is a member of what, and the first messages.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::client::{Client, text_at};
use crate::interrupt::Interrupt;
use crate::load::{Until, drive_one};
use crate::request::Request;
use crate::target::{Target, User};
use crate::workloads::Creating;

const USERS: usize = 50;
const ROOMS: usize = 100;
pub(crate) const ROOM_MEMBERS: usize = 10;
/// Members of a room are this far apart, so that every user is a member of some rooms and not of others.
const MEMBER_STEP: usize = USERS / ROOM_MEMBERS;
const FIRST_MESSAGES_PER_ROOM: u32 = 100;
const SEED_CONNECTIONS: usize = 8;

#[derive(Debug, Clone)]
pub(crate) struct Room {
    pub(crate) id: String,
    /// Indexes of users.
    pub(crate) members: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: String,
    /// Numbers count all messages that were ever sent to a system; the text is made from the number.
    pub(crate) number: u32,
}

#[derive(Debug)]
pub(crate) struct World {
    /// A member of all rooms who asks nothing while something is measured.
    pub(crate) auditor: User,
    pub(crate) users: Vec<User>,
    pub(crate) rooms: Vec<Room>,
    /// In the order of creation.
    pub(crate) messages: Vec<Message>,
}

/// Texts have one length, so that a request can be built once and only its number be replaced.
pub(crate) fn message_text(number: u32) -> String {
    format!(
        "message {number:010} of a conversation in which everybody says about as much as people do in a chat"
    )
}

impl World {
    pub(crate) fn make(target: &dyn Target, address: SocketAddr, interrupt: &Interrupt) -> Result<Self> {
        let mut client = Client::connect(address)?;
        let auditor = target.sign_up(&mut client, "auditor@example.com")?;
        let users = (0..USERS)
            .map(|index| {
                interrupt.check()?;
                target.sign_up(&mut client, &format!("user{index}@example.com"))
            })
            .collect::<Result<_>>()?;
        let mut world = Self {
            auditor,
            users,
            rooms: Vec::new(),
            messages: Vec::new(),
        };
        for index in 0..ROOMS {
            interrupt.check()?;
            let room = world.make_room(target, &mut client, index)?;
            world.rooms.push(room);
        }
        world.make_messages(target, address, interrupt)?;
        world.check_rules(target, &mut client)?;
        Ok(world)
    }

    fn make_room(&self, target: &dyn Target, client: &mut Client, index: usize) -> Result<Room> {
        let mut create = |collection: &str, body: &serde_json::Value| -> Result<String> {
            let (path, body) = (target.records_path(collection), body.to_string());
            let request = Request::post(&path, &body).authorized(&self.auditor.authorization);
            Ok(text_at(&client.json(request, target.created())?, "id")?.to_owned())
        };
        let id = create("rooms", &json!({ "name": format!("room {index}") }))?;
        let members: Vec<usize> = (0..ROOM_MEMBERS)
            .map(|member| (index + member * MEMBER_STEP) % USERS)
            .collect();
        for user in members
            .iter()
            .map(|member| &self.users[*member])
            .chain([&self.auditor])
        {
            create("memberships", &json!({ "room": id, "user": user.id }))?;
        }
        Ok(Room { id, members })
    }

    /// One message in every room at a time, so that within a room the order of creation is beyond doubt.
    fn make_messages(
        &mut self,
        target: &dyn Target,
        address: SocketAddr,
        interrupt: &Interrupt,
    ) -> Result<()> {
        let mut creating = Creating::new(target, self, 1);
        for _ in 0..FIRST_MESSAGES_PER_ROOM {
            creating.stop_after(self.rooms.len());
            drive_one(
                address,
                &mut creating,
                SEED_CONNECTIONS,
                Until::Exhausted,
                interrupt,
            )?;
        }
        self.messages = creating.take_kept();
        self.messages.sort_by_key(|message| message.number);
        let expected = ROOMS * usize::try_from(FIRST_MESSAGES_PER_ROOM)?;
        ensure!(self.messages.len() == expected, "not all messages were created");
        Ok(())
    }

    /// A measurement of rules that let everybody pass would be worth nothing.
    fn check_rules(&self, target: &dyn Target, client: &mut Client) -> Result<()> {
        let (room, path) = (&self.rooms[0], target.records_path("messages"));
        let stranger = (0..USERS)
            .find(|user| !room.members.contains(user))
            .context("no stranger")?;
        let stranger = &self.users[stranger].authorization;

        let body = json!({ "room": room.id, "text": "from a stranger" }).to_string();
        let answer = client.send(Request::post(&path, &body).authorized(stranger))?;
        ensure!(
            answer.status == target.refused(),
            "a stranger's create was answered {}",
            answer.status
        );

        let one = format!("{path}/{}", self.messages[0].id);
        let answer = client.send(Request::get(&one).authorized(stranger))?;
        ensure!(
            answer.status == 404,
            "a stranger's read was answered {}",
            answer.status
        );

        let list = target.newest_path(&room.id, 20);
        let page = client.json(Request::get(&list).authorized(stranger), 200)?;
        let empty = page["items"].as_array().is_some_and(Vec::is_empty);
        ensure!(empty, "a stranger's list was answered {page}");
        Ok(())
    }

    pub(crate) fn room_of(&self, number: u32) -> usize {
        number as usize % self.rooms.len()
    }

    /// The user who wrote the message with this number.
    pub(crate) fn author_of(&self, number: u32) -> &User {
        let round = number as usize / self.rooms.len();
        let room = &self.rooms[self.room_of(number)];
        &self.users[room.members[round % room.members.len()]]
    }

    /// How many messages the system says it holds.
    pub(crate) fn count_messages(&self, target: &dyn Target, address: SocketAddr) -> Result<u64> {
        let path = target.count_path();
        let request = Request::get(&path).authorized(&self.auditor.authorization);
        let answer = Client::connect(address)?.json(request, 200)?;
        target
            .count_in(&answer)
            .with_context(|| format!("no count in {answer}"))
    }
}
