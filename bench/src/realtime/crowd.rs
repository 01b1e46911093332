//! Many subscribers on one thread with an event loop. It looks only for the marks of messages in what arrives, so
//! that it costs little beside the server.

use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use memchr::memmem::Finder;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::interrupt::Interrupt;
use crate::target::{Target, User};

/// Stands in front of the number of each message.
pub(super) const MARK: &str = "live-message-";
const DIGITS: usize = 10;
/// Longer than any answer to a subscription takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everybody who listens.
#[derive(Debug)]
pub(super) struct Crowd {
    poll: Poll,
    events: Events,
    ears: Vec<Ear>,
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct Ear {
    stream: TcpStream,
    /// The end of what has arrived, where a mark may go on.
    rest: Vec<u8>,
    heard: Vec<(u32, Instant)>,
}

/// Sockets for everybody, here and in the servers that are started from here.
pub(super) fn allow_many_sockets() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    Ok(setrlimit(Resource::Nofile, raised)?)
}

impl Crowd {
    /// Connects so many subscribers, the users in turn.
    pub(super) fn gather(
        target: &dyn Target,
        address: SocketAddr,
        users: &[User],
        subscribers: usize,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let poll = Poll::new()?;
        let mut ears = Vec::with_capacity(subscribers);
        for number in 0..subscribers {
            interrupt.check()?;
            let stream = subscribe(target, address, &users[number % users.len()])?;
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry()
                .register(&mut stream, Token(number), Interest::READABLE)?;
            ears.push(Ear {
                stream,
                rest: Vec::new(),
                heard: Vec::new(),
            });
        }
        Ok(Self {
            poll,
            events: Events::with_capacity(1_024),
            ears,
            buffer: vec![0; 64 * 1024],
        })
    }

    /// Takes in what arrives within this time.
    pub(super) fn listen(&mut self, within: Duration) -> Result<()> {
        let finder = Finder::new(MARK);
        match self.poll.poll(&mut self.events, Some(within)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            other => other?,
        }
        for event in &self.events {
            self.ears[event.token().0].take_in(&mut self.buffer, &finder)?;
        }
        Ok(())
    }

    /// What each has heard, in the order of arrival.
    pub(super) fn heard(&self) -> impl Iterator<Item = &[(u32, Instant)]> {
        self.ears.iter().map(|ear| ear.heard.as_slice())
    }
}

impl Ear {
    fn take_in(&mut self, buffer: &mut [u8], finder: &Finder<'_>) -> Result<()> {
        loop {
            match self.stream.read(buffer) {
                Ok(0) => bail!("the server ended a subscription"),
                Ok(count) => self.search(&buffer[..count], finder),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn search(&mut self, arrived: &[u8], finder: &Finder<'_>) {
        let now = Instant::now();
        self.rest.extend_from_slice(arrived);
        let mut from = 0;
        while let Some(at) = finder.find(&self.rest[from..]) {
            let digits = from + at + MARK.len();
            let Some(number) = self.rest.get(digits..digits + DIGITS) else {
                break;
            };
            if let Some(number) = std::str::from_utf8(number)
                .ok()
                .and_then(|number| number.parse().ok())
            {
                self.heard.push((number, now));
            }
            from = digits + DIGITS;
        }
        // A mark may have begun in the last bytes.
        let keep = self.rest.len().saturating_sub(MARK.len() + DIGITS - 1).max(from);
        self.rest.drain(..keep);
    }
}

fn subscribe(target: &dyn Target, address: SocketAddr, user: &User) -> Result<std::net::TcpStream> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&target.follow(user))?;
    let first = read_until(&mut stream, target.follow_begins().as_bytes())?;
    if let Some(more) = target.follow_messages(user, &first, address)? {
        stream.write_all(&more)?;
    }
    if let Some(answer) = target.follow_begun() {
        read_until(&mut stream, answer.as_bytes())?;
    }
    Ok(stream)
}

fn read_until(stream: &mut std::net::TcpStream, wanted: &[u8]) -> Result<Vec<u8>> {
    let mut got = Vec::new();
    let mut buffer = [0; 4_096];
    let finder = Finder::new(wanted);
    while finder.find(&got).is_none() {
        let count = stream
            .read(&mut buffer)
            .context("a subscription was not answered")?;
        ensure!(
            count > 0,
            "a subscription was refused:\n{}",
            String::from_utf8_lossy(&got)
        );
        got.extend_from_slice(&buffer[..count]);
    }
    Ok(got)
}
