//! A plain blocking client on one connection, for everything that is not measured.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::request::Request;
use crate::response::{self, Response};

/// Longer than any answer takes, so that a server that hangs ends the run with an error.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            received: Vec::new(),
        })
    }

    pub(crate) fn send(&mut self, request: Request<'_>) -> Result<Response<'static>> {
        self.exchange(&request.to_bytes())
            .with_context(|| format!("{} {}", request.method, request.path))
    }

    /// Sends the request and expects the status `expected` with a body in JSON.
    pub(crate) fn json(&mut self, request: Request<'_>, expected: u16) -> Result<Value> {
        let answer = self.send(request)?;
        ensure!(
            answer.status == expected,
            "{} {} answered {} instead of {expected}: {}",
            request.method,
            request.path,
            answer.status,
            answer.text()
        );
        serde_json::from_slice(&answer.body).with_context(|| format!("the answer of {}", request.path))
    }

    pub(crate) fn exchange(&mut self, request: &[u8]) -> Result<Response<'static>> {
        self.received.clear();
        self.stream.write_all(request)?;
        let mut piece = [0; 16 * 1024];
        loop {
            let length = self.stream.read(&mut piece)?;
            ensure!(length > 0, "the server closed the connection");
            self.received.extend_from_slice(&piece[..length]);
            if let Some(response) = response::parse(&self.received)? {
                ensure!(
                    !response.closes,
                    "the server closes the connection after the answer"
                );
                return Ok(response.into_owned());
            }
        }
    }
}

/// The text at `key` of a JSON object.
pub(crate) fn text_at<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key]
        .as_str()
        .with_context(|| format!("no text at {key:?} in {value}"))
}
