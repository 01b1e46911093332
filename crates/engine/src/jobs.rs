//! What runs beside requests, as administrators see it: readers of the journal, loops that run by time, and what waits to
//! be sent.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mainstay_core::Timestamp;
use mainstay_store::outbox::{self, Waiting};
use serde_json::{Value as Json, json};

use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::readers::{ReaderReport, reader_reports};

/// The loops of one process, by their names.
#[derive(Debug, Default)]
pub struct Loops(Mutex<BTreeMap<&'static str, Loop>>);

#[derive(Debug, Clone)]
struct Loop {
    every: Duration,
    last: Option<Turn>,
}

/// One time that a loop ran.
#[derive(Debug, Clone)]
struct Turn {
    at: Timestamp,
    took: Duration,
    error: Option<String>,
}

impl Loops {
    /// Runs one turn of a loop, and notes how it went.
    pub async fn turn<T, E: std::fmt::Display>(
        environment: &Environment,
        (name, every): (&'static str, Duration),
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let at = environment.clock.now();
        environment
            .loops
            .lock()
            .entry(name)
            .or_insert(Loop { every, last: None });
        let result = work.await;
        let took_us = environment.clock.now().as_micros().saturating_sub(at.as_micros());
        let turn = Turn {
            at,
            took: Duration::from_micros(u64::try_from(took_us).unwrap_or(0)),
            error: result.as_ref().err().map(ToString::to_string),
        };
        let last = Some(turn);
        environment.loops.lock().insert(name, Loop { every, last });
        result
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Loop>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All of it as JSON, for administrators. Loops are those of this process.
pub async fn list_jobs(ctx: &Context) -> Result<Vec<u8>, Failure> {
    ctx.require_administrator()?;
    let readers = reader_reports(&ctx.environment).await?;
    let (mails, webhooks) = ctx
        .read(|tx, _| Ok::<_, Failure>((outbox::mails(tx)?, outbox::webhooks(tx)?)))
        .await?;
    let loops: Vec<Json> = ctx
        .environment
        .loops
        .lock()
        .iter()
        .map(|(name, of)| of.json(name))
        .collect();
    let readers: Vec<Json> = readers.iter().map(reader_json).collect();
    let body = json!({
        "readers": readers,
        "loops": loops,
        "mails": waiting_json(&mails),
        "webhooks": waiting_json(&webhooks),
    });
    Ok(body.to_string().into_bytes())
}

/// A reader, as the state of the server tells it, too.
pub fn reader_json(reader: &ReaderReport) -> Json {
    json!({
        "name": reader.name,
        "each_process": reader.each_process,
        "cursor": reader.cursor,
        "lag_entries": reader.lag_entries,
        "lag_us": micros(reader.lag),
        "failures": reader.failures,
        "last_error": reader.last_error,
    })
}

fn waiting_json(waiting: &Waiting) -> Json {
    json!({
        "waiting": waiting.waiting,
        "failed": waiting.failed,
        "oldest_waiting": waiting.oldest.map(|time| time.to_string()),
    })
}

impl Loop {
    fn json(&self, name: &str) -> Json {
        let every = i64::try_from(self.every.as_micros()).unwrap_or(i64::MAX);
        let last = self.last.as_ref();
        json!({
            "name": name,
            "every_us": every,
            "last_run": last.map(|turn| turn.at.to_string()),
            "next_run": last.map(|turn| turn.at.saturating_add_micros(every).to_string()),
            "took_us": last.map(|turn| micros(turn.took)),
            "last_error": last.and_then(|turn| turn.error.as_deref()),
        })
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
