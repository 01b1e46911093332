//! How soon does everybody hear of a change who may, and nobody else? Many subscribers under a membership rule, and a
//! writer that creates messages at a steady rate.

mod crowd;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use serde_json::json;

use crate::client::{Client, text_at};
use crate::figures::micros;
use crate::histogram::Histogram;
use crate::interrupt::Interrupt;
use crate::request::Request;
use crate::site::Place;
use crate::target::{Target, User};
use crowd::Crowd;

const USERS: usize = 50;
/// Of them, those who are in no room.
const STRANGERS: usize = 5;
/// After the last message: whoever has not heard of it by then never will.
const LAST_MESSAGE: Duration = Duration::from_secs(3);

/// How many follow, how much happens.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Scale {
    pub(crate) subscribers: usize,
    pub(crate) changes_per_s: u32,
}

pub(crate) const SCALES: [Scale; 2] = [
    Scale {
        subscribers: 2_000,
        changes_per_s: 10,
    },
    Scale {
        subscribers: 200,
        changes_per_s: 100,
    },
];

#[derive(Debug, Clone, Serialize)]
pub(crate) struct RealtimeRow {
    pub(crate) system: String,
    pub(crate) scale: Scale,
    /// Events that should have arrived, and those that did.
    pub(crate) expected: usize,
    pub(crate) received: usize,
    pub(crate) duplicates: usize,
    pub(crate) out_of_order: usize,
    /// Events that reached somebody who may not see the message.
    pub(crate) forbidden: usize,
    /// From the start of the request to the arrival of the event.
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
    /// The processor time of the server for one event.
    pub(crate) server_us: f64,
}

pub(crate) fn run(place: &Place, seconds: u32, interrupt: &Interrupt) -> Result<Vec<RealtimeRow>> {
    crowd::allow_many_sockets()?;
    let target = &*place.target;
    let server = place.start_first(interrupt)?;
    let mut client = Client::connect(server.address)?;
    let mut users = Vec::with_capacity(USERS);
    for number in 0..USERS {
        interrupt.check()?;
        users.push(target.sign_up(&mut client, &format!("live{number}@example.com"))?);
    }
    let room = make_room(target, &mut client, &users)?;
    let mut rows = Vec::new();
    let mut first = 0;
    for scale in SCALES {
        let mut crowd = Crowd::gather(target, server.address, &users, scale.subscribers, interrupt)?;
        let messages = scale.changes_per_s * seconds;
        let writing = Writing {
            path: target.records_path("messages"),
            authorization: users[0].authorization.clone(),
            room: room.clone(),
            first,
            messages,
            per_s: scale.changes_per_s,
            created: target.created(),
        };
        let (starts, spent) =
            server.while_measured(|| crowd.listen_while(server.address, writing, interrupt))?;
        let permitted = |subscriber: usize| subscriber % USERS < USERS - STRANGERS;
        rows.push(judge(
            target.name(),
            scale,
            &crowd,
            &starts,
            first,
            spent,
            permitted,
        ));
        first += messages;
    }
    server.stop()?;
    Ok(rows)
}

/// A room with everybody in it but the strangers.
fn make_room(target: &dyn Target, client: &mut Client, users: &[User]) -> Result<String> {
    let mut create = |collection: &str, body: String| -> Result<String> {
        let path = target.records_path(collection);
        let request = Request::post(&path, &body).authorized(&users[0].authorization);
        Ok(text_at(&client.json(request, target.created())?, "id")?.to_owned())
    };
    let room = create("rooms", json!({ "name": "live" }).to_string())?;
    for user in &users[..USERS - STRANGERS] {
        create(
            "memberships",
            json!({ "room": room, "user": user.id }).to_string(),
        )?;
    }
    Ok(room)
}

/// Creates messages at a steady rate, whether the answers come quickly or not.
struct Writing {
    path: String,
    authorization: String,
    room: String,
    first: u32,
    messages: u32,
    per_s: u32,
    created: u16,
}

/// The text by which a message is known again, wherever it arrives.
fn mark(number: u32) -> String {
    format!("{}{number:010}", crowd::MARK)
}

impl Writing {
    /// Gives the time at which each request was sent.
    fn write(&self, address: SocketAddr) -> Result<Vec<Instant>> {
        let mut client = Client::connect(address)?;
        let mut starts = Vec::new();
        let began = Instant::now();
        for number in 0..self.messages {
            let due = began + Duration::from_secs(1) * number / self.per_s;
            sleep(due.saturating_duration_since(Instant::now()));
            let body = json!({ "room": self.room, "text": mark(self.first + number) }).to_string();
            let request = Request::post(&self.path, &body)
                .authorized(&self.authorization)
                .to_bytes();
            starts.push(Instant::now());
            let answer = client.exchange(&request)?;
            ensure!(
                answer.status == self.created,
                "a create was answered {}",
                answer.status
            );
        }
        Ok(starts)
    }
}

impl Crowd {
    /// Listens until everybody has had time to hear of the last message.
    fn listen_while(
        &mut self,
        address: SocketAddr,
        writing: Writing,
        interrupt: &Interrupt,
    ) -> Result<Vec<Instant>> {
        static WRITTEN: AtomicBool = AtomicBool::new(false);
        WRITTEN.store(false, Ordering::Relaxed);
        let writer = spawn(move || {
            let starts = writing.write(address);
            WRITTEN.store(true, Ordering::Relaxed);
            starts
        });
        while !WRITTEN.load(Ordering::Relaxed) {
            interrupt.check()?;
            self.listen(Duration::from_millis(50))?;
        }
        let end = Instant::now() + LAST_MESSAGE;
        while Instant::now() < end {
            interrupt.check()?;
            self.listen(Duration::from_millis(50))?;
        }
        writer.join().ok().context("the writer panicked")?
    }
}

fn judge(
    system: &str,
    scale: Scale,
    crowd: &Crowd,
    starts: &[Instant],
    first: u32,
    spent: Duration,
    permitted: impl Fn(usize) -> bool,
) -> RealtimeRow {
    let mut row = RealtimeRow {
        system: system.to_owned(),
        scale,
        expected: (0..scale.subscribers).filter(|number| permitted(*number)).count() * starts.len(),
        received: 0,
        duplicates: 0,
        out_of_order: 0,
        forbidden: 0,
        p50_us: 0.0,
        p99_us: 0.0,
        server_us: 0.0,
    };
    let mut latencies = Histogram::new();
    for (number, heard) in crowd.heard().enumerate() {
        let mut seen = vec![false; starts.len()];
        let mut last = None;
        for (message, at) in heard {
            let position = message.wrapping_sub(first) as usize;
            let Some(start) = starts.get(position) else {
                continue;
            };
            if !permitted(number) {
                row.forbidden += 1;
                continue;
            }
            if std::mem::replace(&mut seen[position], true) {
                row.duplicates += 1;
                continue;
            }
            row.received += 1;
            row.out_of_order += usize::from(last.is_some_and(|last| last > position));
            last = Some(position);
            latencies.record(at.saturating_duration_since(*start));
        }
    }
    row.p50_us = micros(latencies.percentile(50));
    row.p99_us = micros(latencies.percentile(99));
    row.server_us = micros(spent) / f64::from(latencies.count().max(1));
    row
}
