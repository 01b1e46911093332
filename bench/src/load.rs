//! The load generator: one thread, one event loop, one request at a time on each connection. A connection sends its
//! next request as soon as the answer to the last one has been checked.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use mio::{Events, Interest, Poll, Token};

use crate::connection::{Connection, Progress};
use crate::histogram::Histogram;
use crate::interrupt::Interrupt;
use crate::response::Response;

/// A server that answers nothing for this long hangs.
const PATIENCE: Duration = Duration::from_secs(30);
const TICK: Duration = Duration::from_millis(100);

/// What is asked and what must be answered.
pub(crate) trait Workload {
    /// Puts the next request into `request`, which is empty, and returns a ticket that `check` gets back with the
    /// answer. `None` when there is nothing left to ask.
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize>;

    /// Refuses a wrong answer.
    fn check(&mut self, ticket: usize, response: &Response<'_>) -> Result<()>;
}

/// A workload and the number of connections that carry it.
pub(crate) struct Stream<'a> {
    pub(crate) workload: &'a mut dyn Workload,
    pub(crate) connections: usize,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    /// Requests under way at the end are waited for and checked, but not counted.
    Elapsed(Duration),
    /// Until the workloads have nothing left to ask.
    Exhausted,
}

#[derive(Debug, Clone)]
pub(crate) struct Load {
    pub(crate) latencies: Histogram,
    pub(crate) duration: Duration,
}

impl Load {
    /// Requests per second.
    pub(crate) fn rate(&self) -> f64 {
        f64::from(self.latencies.count()) / self.duration.as_secs_f64()
    }
}

/// Drives all streams at once and returns what each of them reached.
pub(crate) fn drive(
    address: SocketAddr,
    streams: &mut [Stream<'_>],
    until: Until,
    interrupt: &Interrupt,
) -> Result<Vec<Load>> {
    let mut run = Run::connect(address, streams)?;
    run.start(streams, until)?;
    let mut events = Events::with_capacity(run.connections.len());
    let mut last_answer = Instant::now();
    while run.busy > 0 {
        interrupt.check()?;
        match run.poll.poll(&mut events, Some(TICK)) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            outcome => outcome?,
        }
        for event in &events {
            if run.advance(streams, event.token().0)? {
                last_answer = Instant::now();
            }
        }
        ensure!(last_answer.elapsed() < PATIENCE, "no answer for {PATIENCE:?}");
    }
    Ok(run.loads())
}

/// Asks one workload on `connections` connections.
pub(crate) fn drive_one(
    address: SocketAddr,
    workload: &mut dyn Workload,
    connections: usize,
    until: Until,
    interrupt: &Interrupt,
) -> Result<Load> {
    let mut streams = [Stream {
        workload,
        connections,
    }];
    drive(address, &mut streams, until, interrupt)?
        .pop()
        .context("one stream gives one load")
}

struct Run {
    poll: Poll,
    connections: Vec<Connection>,
    /// Latencies by stream.
    latencies: Vec<Histogram>,
    started: Instant,
    deadline: Option<Instant>,
    /// Connections with a request under way.
    busy: usize,
}

impl Run {
    fn connect(address: SocketAddr, streams: &[Stream<'_>]) -> Result<Self> {
        let poll = Poll::new()?;
        let mut connections = Vec::new();
        for (
            stream,
            Stream {
                connections: number, ..
            },
        ) in streams.iter().enumerate()
        {
            for _ in 0..*number {
                let mut connection = Connection::open(address, stream)?;
                let token = Token(connections.len());
                poll.registry().register(
                    &mut connection.socket,
                    token,
                    Interest::READABLE | Interest::WRITABLE,
                )?;
                connections.push(connection);
            }
        }
        let latencies = vec![Histogram::new(); streams.len()];
        Ok(Self {
            poll,
            connections,
            latencies,
            started: Instant::now(),
            deadline: None,
            busy: 0,
        })
    }

    fn start(&mut self, streams: &mut [Stream<'_>], until: Until) -> Result<()> {
        self.started = Instant::now();
        if let Until::Elapsed(duration) = until {
            self.deadline = Some(self.started + duration);
        }
        for connection in &mut self.connections {
            let workload = &mut *streams[connection.stream].workload;
            self.busy += usize::from(connection.ask(workload, self.started)?);
        }
        Ok(())
    }

    /// Carries one connection as far as it goes; true when an answer was complete.
    fn advance(&mut self, streams: &mut [Stream<'_>], index: usize) -> Result<bool> {
        let connection = &mut self.connections[index];
        let workload = &mut *streams[connection.stream].workload;
        let latency = match connection.advance(workload) {
            Ok(Progress::Waiting) => return Ok(false),
            Ok(Progress::Answered(latency)) => latency,
            Err(error) => bail!(error.context(format!("a wrong answer on connection {index}"))),
        };
        let now = Instant::now();
        self.busy -= 1;
        if self.deadline.is_none_or(|deadline| now < deadline) {
            self.latencies[connection.stream].record(latency);
            self.busy += usize::from(connection.ask(workload, now)?);
        }
        Ok(true)
    }

    fn loads(self) -> Vec<Load> {
        let duration = match self.deadline {
            Some(deadline) => deadline - self.started,
            None => self.started.elapsed(),
        };
        self.latencies
            .into_iter()
            .map(|latencies| Load { latencies, duration })
            .collect()
    }
}
