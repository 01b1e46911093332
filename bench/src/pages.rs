//! Does a page deep in a large list cost more than the first? One million messages in two rooms, and a walk through
//! the pages of one of them along the cursors.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use serde_json::{Value, json};

use crate::client::{Client, text_at};
use crate::figures::{median, micros};
use crate::interrupt::Interrupt;
use crate::load::{Until, drive_one};
use crate::request::{Request, percent_encode};
use crate::site::Place;
use crate::target::{Target, User};
use crate::workloads::{Filling, PAGE_ITEMS};
use crate::world::message_text;

const ROOMS: u32 = 2;
const BATCH_PATH: &str = "/api/v1/batch";

#[derive(Debug, Clone, Copy)]
pub(crate) struct Depth {
    pub(crate) messages: u32,
    /// The deep page.
    pub(crate) page: u32,
    /// How often either page is asked.
    pub(crate) samples: usize,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Pages {
    pub(crate) messages: u32,
    pub(crate) page: u32,
    pub(crate) fill_rate_per_s: f64,
    pub(crate) first_us: f64,
    pub(crate) deep_us: f64,
}

pub(crate) fn run(place: &Place, depth: Depth, interrupt: &Interrupt) -> Result<Pages> {
    let server = place.start_first(interrupt)?;
    let mut client = Client::connect(server.address)?;
    let target = &*place.target;
    let user = target.sign_up(&mut client, "reader@example.com")?;
    let rooms = make_rooms(target, &mut client, &user)?;

    let fill_rate_per_s = fill(server.address, &user, &rooms, depth.messages, interrupt)?;

    let found = count(target, &mut client, &user)?;
    ensure!(
        found == u64::from(depth.messages),
        "{found} messages instead of {}",
        depth.messages
    );
    let mut walk = Walk::new(target, &user, &rooms[0], depth.messages);
    for _ in 1..depth.page {
        interrupt.check()?;
        walk.step(&mut client)?;
    }
    let (first_us, deep_us) = compare(&mut client, &walk, depth.samples, interrupt)?;
    server.stop()?;
    Ok(Pages {
        messages: depth.messages,
        page: depth.page,
        fill_rate_per_s,
        first_us,
        deep_us,
    })
}

/// Fills the rooms with messages, as many as a batch takes at a time; gives the messages in a second.
pub(crate) fn fill(
    address: SocketAddr,
    user: &User,
    rooms: &[String],
    messages: u32,
    interrupt: &Interrupt,
) -> Result<f64> {
    let mut filling = Filling {
        path: BATCH_PATH,
        authorization: &user.authorization,
        rooms,
        next: 0,
        end: messages,
    };
    let load = drive_one(address, &mut filling, 1, Until::Exhausted, interrupt)?;
    Ok(f64::from(messages) / load.duration.as_secs_f64())
}

pub(crate) fn make_rooms(target: &dyn Target, client: &mut Client, user: &User) -> Result<Vec<String>> {
    let mut create = |collection: &str, body: &Value| -> Result<String> {
        let (path, body) = (target.records_path(collection), body.to_string());
        let request = Request::post(&path, &body).authorized(&user.authorization);
        Ok(text_at(&client.json(request, target.created())?, "id")?.to_owned())
    };
    let mut rooms = Vec::new();
    for _ in 0..ROOMS {
        let room = create("rooms", &json!({ "name": "large" }))?;
        create("memberships", &json!({ "room": room, "user": user.id }))?;
        rooms.push(room);
    }
    Ok(rooms)
}

fn count(target: &dyn Target, client: &mut Client, user: &User) -> Result<u64> {
    let path = target.count_path();
    let answer = client.json(Request::get(&path).authorized(&user.authorization), 200)?;
    target
        .count_in(&answer)
        .with_context(|| format!("no count in {answer}"))
}

/// A way through the pages of the first room, from its newest message on.
struct Walk<'a> {
    authorization: &'a str,
    room: &'a str,
    first: String,
    /// The path of the next page.
    next: String,
    /// The number of the next message.
    number: u32,
}

impl<'a> Walk<'a> {
    /// The first room has the even numbers.
    fn new(target: &dyn Target, user: &'a User, room: &'a str, messages: u32) -> Self {
        let first = target.newest_path(room, PAGE_ITEMS);
        let number = messages - ROOMS;
        Self {
            authorization: &user.authorization,
            room,
            next: first.clone(),
            first,
            number,
        }
    }

    /// Reads a page, checks that it goes on exactly where the last one ended, and follows its cursor.
    fn step(&mut self, client: &mut Client) -> Result<()> {
        let page = client.json(Request::get(&self.next).authorized(self.authorization), 200)?;
        let items = page["items"].as_array().context("no items")?;
        ensure!(
            items.len() == PAGE_ITEMS,
            "{} items instead of {PAGE_ITEMS}",
            items.len()
        );
        for item in items {
            let right = item["room"] == self.room && item["text"] == message_text(self.number);
            ensure!(right, "message {} is missing before {item}", self.number);
            self.number -= ROOMS;
        }
        let cursor = percent_encode(text_at(&page, "next_cursor")?);
        self.next = format!("{}&cursor={cursor}", self.first);
        Ok(())
    }
}

/// The median latency of the first page and of the one that the walk has reached, asked in turn.
fn compare(
    client: &mut Client,
    walk: &Walk<'_>,
    samples: usize,
    interrupt: &Interrupt,
) -> Result<(f64, f64)> {
    let requests =
        [&walk.first, &walk.next].map(|path| Request::get(path).authorized(walk.authorization).to_bytes());
    let mut latencies = [Vec::new(), Vec::new()];
    for _ in 0..samples {
        interrupt.check()?;
        for (request, latencies) in requests.iter().zip(&mut latencies) {
            let asked = Instant::now();
            let answer = client.exchange(request)?;
            latencies.push(micros(asked.elapsed()));
            ensure!(answer.status == 200, "a page was answered {}", answer.status);
        }
    }
    let [first, deep] = latencies.map(median);
    Ok((first, deep))
}
