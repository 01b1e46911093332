//! One connection of the load generator: at most one request under way, buffers that are used again.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use mio::net::TcpStream;

use crate::load::Workload;
use crate::response;

const RECEIVE_BYTES: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) socket: TcpStream,
    /// The stream that this connection carries.
    pub(crate) stream: usize,
    request: Vec<u8>,
    sent: usize,
    received: Vec<u8>,
    filled: usize,
    /// The ticket of the request under way and when it was asked.
    asked: Option<(usize, Instant)>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Progress {
    Waiting,
    Answered(Duration),
}

impl Connection {
    pub(crate) fn open(address: SocketAddr, stream: usize) -> Result<Self> {
        let socket = std::net::TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket: TcpStream::from_std(socket),
            stream,
            request: Vec::with_capacity(2 * 1024),
            sent: 0,
            received: vec![0; RECEIVE_BYTES],
            filled: 0,
            asked: None,
        })
    }

    /// Sends the next request of the workload; false when there is none.
    pub(crate) fn ask(&mut self, workload: &mut dyn Workload, now: Instant) -> Result<bool> {
        self.request.clear();
        let Some(ticket) = workload.next(&mut self.request) else {
            return Ok(false);
        };
        self.asked = Some((ticket, now));
        (self.sent, self.filled) = (0, 0);
        self.write()?;
        Ok(true)
    }

    /// Writes and reads what the socket takes and gives now.
    pub(crate) fn advance(&mut self, workload: &mut dyn Workload) -> Result<Progress> {
        let Some((ticket, asked_at)) = self.asked else {
            return Ok(Progress::Waiting);
        };
        self.write()?;
        while self.read()? {
            let Some(response) = response::parse(&self.received[..self.filled])? else {
                continue;
            };
            let latency = asked_at.elapsed();
            self.asked = None;
            ensure!(
                !response.closes,
                "the server closes the connection after the answer"
            );
            workload.check(ticket, &response).with_context(|| {
                let request = String::from_utf8_lossy(&self.request[..self.request.len().min(2_000)]);
                format!(
                    "asked:\n{request}\n\nanswered {}:\n{}\n",
                    response.status,
                    response.text()
                )
            })?;
            return Ok(Progress::Answered(latency));
        }
        Ok(Progress::Waiting)
    }

    fn write(&mut self) -> Result<()> {
        while self.sent < self.request.len() {
            match self.socket.write(&self.request[self.sent..]) {
                Ok(length) => self.sent += length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error).context("the request could not be sent"),
            }
        }
        Ok(())
    }

    /// False when there is nothing to read now.
    fn read(&mut self) -> Result<bool> {
        if self.filled == self.received.len() {
            self.received.resize(self.filled * 2, 0);
        }
        match self.socket.read(&mut self.received[self.filled..]) {
            Ok(0) => anyhow::bail!("the server closed the connection"),
            Ok(length) => {
                self.filled += length;
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error).context("the answer could not be read"),
        }
    }
}
