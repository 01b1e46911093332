//! Clients that write as fast as they are answered, read back what they wrote, and remember what was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::process::{Answer, Connection, connect};

const CLIENTS: usize = 8;
/// Who is told to come back waits for so long, although the answer asks for more.
const PAUSE: Duration = Duration::from_millis(50);
/// Longer without progress is none.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the clients were told so far.
#[derive(Debug, Default)]
pub(crate) struct Load {
    over: AtomicBool,
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Ids of the records that are there, by what the server said.
    pub(crate) acknowledged: BTreeSet<String>,
    /// Answers other than success, by code.
    pub(crate) refusals: BTreeMap<String, u32>,
    /// The longest that anybody waited for an answer.
    pub(crate) longest: Duration,
}

/// Ends the clients, however the test ends.
struct Over<'l>(&'l AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Load {
    /// Runs `act` while the clients write notes to the server. They stop when it has ended, or with the server.
    pub(crate) fn on(address: SocketAddr, act: impl FnOnce(&Self)) -> Told {
        let load = Self::default();
        std::thread::scope(|scope| {
            let over = Over(&load.over);
            for client in 0..CLIENTS {
                let load = &load;
                scope.spawn(move || load.write_notes(connect(address), client));
            }
            act(&load);
            drop(over);
        });
        load.told.into_inner().expect("no client panicked")
    }

    /// Waits until this many more writes were acknowledged.
    pub(crate) fn wait_for_writes(&self, more: usize) {
        let wanted = self.look(|told| told.acknowledged.len()) + more;
        self.wait_until("writes are acknowledged", |told| {
            told.acknowledged.len() >= wanted
        });
    }

    pub(crate) fn wait_until(&self, what: &str, reached: impl Fn(&Told) -> bool) {
        let began = Instant::now();
        while !self.look(&reached) {
            assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn look<T>(&self, at: impl FnOnce(&Told) -> T) -> T {
        at(&self.told.lock().expect("no client panicked"))
    }

    fn write_notes(&self, mut connection: Connection, client: usize) {
        let over = Over(&self.over);
        let mut number = 0;
        while !self.over.load(Ordering::Relaxed) {
            number += 1;
            let body = format!("{{\"text\":\"{client}-{number}\"}}");
            let Some(written) = self.send(&mut connection, "POST", "/api/v1/records/notes", &body) else {
                break;
            };
            if written.status != 201 {
                continue;
            }
            let id = written.json()["id"]
                .as_str()
                .expect("a record has an id")
                .to_owned();
            let path = format!("/api/v1/records/notes/{id}");
            self.told
                .lock()
                .expect("no client panicked")
                .acknowledged
                .insert(id);
            if self.send(&mut connection, "GET", &path, "").is_none() {
                break;
            }
        }
        drop(over);
    }

    /// Sends a request; none when the server went away. Anything but success is an answer that says when to come back.
    fn send(&self, connection: &mut Connection, method: &str, path: &str, body: &str) -> Option<Answer> {
        let began = Instant::now();
        let answer = connection.send(method, path, "", body);
        let took = began.elapsed();
        let mut told = self.told.lock().expect("no client panicked");
        let Some(answer) = answer else {
            assert!(took < PATIENCE, "{method} {path} was not answered");
            return None;
        };
        told.longest = told.longest.max(took);
        if !(200..300).contains(&answer.status) {
            let problem = answer.json();
            assert_eq!(answer.status, 503, "{method} {path}: {problem}");
            assert!(answer.head.contains("retry-after: 1"), "{}", answer.head);
            let code = problem["code"].as_str().expect("a problem has a code").to_owned();
            *told.refusals.entry(code).or_default() += 1;
            drop(told);
            std::thread::sleep(PAUSE);
        }
        Some(answer)
    }
}
