//! SQLite alone on one thread: the same tables, the same membership check, no HTTP, no JSON, no journal.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rusqlite::{Connection, params};

use super::LimitRow;
use crate::figures::{Figures, Round};
use crate::histogram::Histogram;
use crate::interrupt::Interrupt;
use crate::load::Load;
use crate::phases::Pace;
use crate::world::message_text;

const ROOMS: u32 = 100;
const USERS: u32 = 50;
const FIRST_MESSAGES: u32 = 10_000;
const PAGE_ITEMS: u32 = 20;
const GROUP: u32 = 100;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE rooms (id BLOB PRIMARY KEY, name TEXT NOT NULL) STRICT;
    CREATE TABLE memberships (
        id BLOB PRIMARY KEY, room BLOB NOT NULL, user BLOB NOT NULL, UNIQUE (room, user)) STRICT;
    CREATE TABLE messages (
        id BLOB PRIMARY KEY, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
        created_by BLOB NOT NULL, room BLOB NOT NULL, text TEXT NOT NULL) STRICT;
    CREATE INDEX messages_room ON messages (room, id);";

const INSERT: &str = "
    INSERT INTO messages (id, version, created_at, updated_at, created_by, room, text)
    SELECT ?1, 1, ?2, ?2, ?3, ?4, ?5
    WHERE EXISTS (SELECT 1 FROM memberships WHERE room = ?4 AND user = ?3)";

const READ: &str = "
    SELECT id, version, created_at, updated_at, created_by, room, text FROM messages
    WHERE id = ?1 AND EXISTS (SELECT 1 FROM memberships m WHERE m.room = messages.room AND m.user = ?2)";

const LIST: &str = "
    SELECT id, version, created_at, updated_at, created_by, room, text FROM messages
    WHERE room = ?1 AND EXISTS (SELECT 1 FROM memberships m WHERE m.room = messages.room AND m.user = ?2)
    ORDER BY id DESC LIMIT ?3";

/// 16 bytes in the order of the numbers, as a UUIDv7 is in the order of time.
type Id = [u8; 16];

fn id_of(number: u32) -> Id {
    u128::from(number).to_be_bytes()
}

fn room_of(number: u32) -> Id {
    id_of(number % ROOMS)
}

/// A user is a member of the rooms with the same remainder.
fn user_of(number: u32) -> Id {
    id_of(number % ROOMS % USERS)
}

struct Bare {
    connection: Connection,
    next: u32,
}

pub(super) fn run(scratch: &Path, pace: Pace, interrupt: &Interrupt) -> Result<Vec<LimitRow>> {
    let folder = tempfile::Builder::new().prefix("sqlite-").tempdir_in(scratch)?;
    let mut bare = Bare::open(&folder.path().join("bare.db"))?;
    let mut measure = |limit: &str, requests: u32, act: &dyn Fn(&mut Bare, u32) -> Result<()>| -> Result<_> {
        let mut rounds = Vec::new();
        for _ in 0..pace.rounds {
            rounds.push(round(pace.round(), interrupt, |turn| act(&mut bare, turn))?);
        }
        Ok(LimitRow {
            limit: format!("SQLite: {limit}"),
            figures: Figures::of(&rounds).times(requests),
        })
    };
    Ok(vec![
        measure("read by id with the rule", 1, &|bare, turn| bare.read(turn))?,
        measure("newest 20 of a room with the rule", 1, &|bare, turn| {
            bare.list(turn)
        })?,
        measure("create, one a commit (latency of the commit)", 1, &|bare, _| {
            bare.create(1)
        })?,
        measure(
            "create, 100 a commit (latency of the commit)",
            GROUP,
            &|bare, _| bare.create(GROUP),
        )?,
    ])
}

fn round(lasts: Duration, interrupt: &Interrupt, mut act: impl FnMut(u32) -> Result<()>) -> Result<Round> {
    let mut latencies = Histogram::new();
    let started = Instant::now();
    let mut asked = started;
    let mut turn = 0_u32;
    while asked - started < lasts {
        interrupt.check()?;
        act(turn)?;
        turn += 1;
        let answered = Instant::now();
        latencies.record(answered - asked);
        asked = answered;
    }
    Ok(Round {
        load: Load {
            latencies,
            duration: asked - started,
        },
        server_time: Duration::ZERO,
    })
}

impl Bare {
    #[expect(
        clippy::disallowed_methods,
        reason = "the limit that the store of Mainstay is compared with"
    )]
    fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SCHEMA)?;
        connection.execute_batch("BEGIN")?;
        for room in 0..ROOMS {
            connection.execute("INSERT INTO rooms VALUES (?1, ?2)", params![id_of(room), "room"])?;
            for member in 0..10 {
                let user = id_of((room + member * 5) % USERS);
                let id = id_of(room * 10 + member);
                connection.execute(
                    "INSERT INTO memberships VALUES (?1, ?2, ?3)",
                    params![id, id_of(room), user],
                )?;
            }
        }
        connection.execute_batch("COMMIT")?;
        let mut bare = Self { connection, next: 0 };
        bare.create(FIRST_MESSAGES)?;
        Ok(bare)
    }

    /// Inserts so many messages in one transaction.
    fn create(&mut self, messages: u32) -> Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(INSERT)?;
            for number in self.next..self.next + messages {
                let (room, user) = (room_of(number), user_of(number));
                let text = message_text(number);
                let inserted = insert.execute(params![id_of(number), number, user, room, text])?;
                ensure!(inserted == 1, "message {number} was not inserted");
            }
        }
        transaction.commit()?;
        self.next += messages;
        Ok(())
    }

    fn read(&self, turn: u32) -> Result<()> {
        let number = turn.wrapping_mul(7_919) % FIRST_MESSAGES;
        let mut read = self.connection.prepare_cached(READ)?;
        let mut rows = read.query(params![id_of(number), user_of(number)])?;
        let row = rows.next()?.context("a message is missing")?;
        let right = row.get_ref(5)?.as_blob()? == room_of(number)
            && row.get_ref(6)?.as_str()? == message_text(number);
        ensure!(right, "message {number} is another one");
        ensure!(rows.next()?.is_none(), "message {number} is there twice");
        Ok(())
    }

    fn list(&self, turn: u32) -> Result<()> {
        let number = turn.wrapping_mul(7_919) % FIRST_MESSAGES;
        let mut list = self.connection.prepare_cached(LIST)?;
        let mut rows = list.query(params![room_of(number), user_of(number), PAGE_ITEMS])?;
        let mut items = 0;
        let mut above = [0xff; 16];
        while let Some(row) = rows.next()? {
            let id: Id = row.get(0)?;
            ensure!(
                id < above && row.get_ref(5)?.as_blob()? == room_of(number),
                "a wrong page"
            );
            std::hint::black_box(row.get_ref(6)?.as_str()?);
            (items, above) = (items + 1, id);
        }
        ensure!(items == PAGE_ITEMS, "{items} items instead of {PAGE_ITEMS}");
        Ok(())
    }
}
