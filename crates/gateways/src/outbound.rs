//! Requests to addresses that somebody gave Mainstay.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Body;
use hyper::{Method, Request, Response};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::addresses::is_public;
use crate::destination::{Destination, DestinationFault};
use crate::exchange::{Asked, exchange, pass_on};

/// Addresses of one name that are tried.
const ADDRESSES_TRIED_MAX: usize = 4;

/// May requests go to addresses that are not on the public internet, and without encryption?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivateAddresses {
    Refused,
    Allowed,
}

/// How long somebody else may take.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// For finding the address, connecting and agreeing on encryption.
    pub connect: Duration,
    /// For all of it.
    pub whole: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(20),
        }
    }
}

/// Sends requests. Each has a connection of its own; no proxy is asked, and no redirect followed.
#[derive(Clone)]
pub struct Outbound {
    private: PrivateAddresses,
    times: Times,
    /// Made with the first encrypted request: reading every certificate takes some milliseconds.
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// How long the other side wants to be left alone, as `Retry-After` says: in seconds, or as a date of its own clock.
    pub retry_after: Option<Duration>,
    /// The first bytes of the body.
    pub body: Vec<u8>,
}

/// Why no answer came. Each is a sentence for whoever gave the address.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    #[error("the address {0}")]
    Destination(#[from] DestinationFault),
    #[error("the name {0} has no address")]
    NoAddress(String),
    #[error("{0} leads to an address that is not on the public internet, and nothing was sent")]
    Private(String),
    #[error("no connection could be made")]
    Connect(#[source] std::io::Error),
    #[error("no encrypted connection could be made: {0}")]
    Tls(#[source] std::io::Error),
    #[error("no connection was there in {} s", .0.as_secs())]
    ConnectTimeout(Duration),
    #[error("no answer was there in {} s", .0.as_secs())]
    Timeout(Duration),
    #[error("the connection ended without an answer")]
    NoAnswer(#[source] hyper::Error),
    #[error("the answer broke off, or was too large")]
    BrokenOff(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("a header of the request holds characters that cannot be sent")]
    Header,
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbound")
            .field("private", &self.private)
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

impl Outbound {
    pub fn new(private: PrivateAddresses, times: Times) -> Self {
        Self {
            private,
            times,
            tls: Arc::default(),
        }
    }

    /// Trusts these instead of what the operating system trusts.
    #[must_use]
    pub(crate) fn trusting(self, roots: RootCertStore) -> Self {
        Self {
            tls: Arc::new(OnceLock::from(client_config(roots))),
            ..self
        }
    }

    fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(self.tls.get_or_init(|| client_config(system_roots())))
    }

    pub fn private(&self) -> PrivateAddresses {
        self.private
    }

    /// Posts JSON, and reads as much of the answer as `answer_bytes_max`.
    pub async fn post(
        &self,
        destination: &Destination,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
        answer_bytes_max: usize,
    ) -> Result<Answer, OutboundError> {
        let asked = Asked {
            method: Method::POST,
            content_type: Some("application/json"),
            headers,
            body,
        };
        self.send(destination, asked, answer_bytes_max).await
    }

    /// Posts what a form would.
    pub async fn post_form(
        &self,
        destination: &Destination,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
        answer_bytes_max: usize,
    ) -> Result<Answer, OutboundError> {
        let asked = Asked {
            method: Method::POST,
            content_type: Some("application/x-www-form-urlencoded"),
            headers,
            body,
        };
        self.send(destination, asked, answer_bytes_max).await
    }

    /// Reads what is there.
    pub async fn get(
        &self,
        destination: &Destination,
        headers: &[(&'static str, String)],
        answer_bytes_max: usize,
    ) -> Result<Answer, OutboundError> {
        let asked = Asked {
            method: Method::GET,
            content_type: None,
            headers,
            body: Vec::new(),
        };
        self.send(destination, asked, answer_bytes_max).await
    }

    /// Sends a request that somebody else has put together, over HTTPS alone, and gives the answer with its head.
    pub(crate) async fn pass_on<B>(&self, request: Request<B>) -> Result<Response<Bytes>, OutboundError>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let destination = Destination::parse(&request.uri().to_string(), self.private)?;
        let exchanged = async {
            let connecting = tokio::time::timeout(self.times.connect, self.connect(&destination)).await;
            match connecting.map_err(|_| OutboundError::ConnectTimeout(self.times.connect))?? {
                Connection::Plain(_) => Err(DestinationFault::NotEncrypted.into()),
                Connection::Encrypted(stream) => pass_on(*stream, &destination, request).await,
            }
        };
        let answer = tokio::time::timeout(self.times.whole, exchanged).await;
        answer.map_err(|_| OutboundError::Timeout(self.times.whole))?
    }

    async fn send(
        &self,
        destination: &Destination,
        asked: Asked<'_>,
        answer_bytes_max: usize,
    ) -> Result<Answer, OutboundError> {
        let exchanged = async {
            let connecting = tokio::time::timeout(self.times.connect, self.connect(destination)).await;
            let connection = connecting.map_err(|_| OutboundError::ConnectTimeout(self.times.connect))??;
            match connection {
                Connection::Plain(stream) => exchange(stream, destination, asked, answer_bytes_max).await,
                Connection::Encrypted(stream) => {
                    exchange(*stream, destination, asked, answer_bytes_max).await
                }
            }
        };
        let answer = tokio::time::timeout(self.times.whole, exchanged).await;
        answer.map_err(|_| OutboundError::Timeout(self.times.whole))?
    }

    async fn connect(&self, destination: &Destination) -> Result<Connection, OutboundError> {
        let stream = connect_to(&self.resolve(destination).await?).await?;
        if !destination.encrypted {
            return Ok(Connection::Plain(stream));
        }
        // The certificate is checked for the name of the URL, whatever address it led to.
        let name = ServerName::try_from(destination.host.clone())
            .map_err(|_| OutboundError::NoAddress(destination.host.clone()))?;
        let connector = TlsConnector::from(self.tls());
        let encrypted = connector
            .connect(name, stream)
            .await
            .map_err(OutboundError::Tls)?;
        Ok(Connection::Encrypted(Box::new(encrypted)))
    }

    /// The addresses to connect to. The name is looked up once, and the connection goes to an address that was checked:
    /// a second look-up could give another one.
    async fn resolve(&self, destination: &Destination) -> Result<Vec<SocketAddr>, OutboundError> {
        let host = destination.host.as_str();
        let found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, destination.port)],
            Err(_) => tokio::net::lookup_host((host, destination.port))
                .await
                .map_err(|_| OutboundError::NoAddress(host.to_owned()))?
                .collect(),
        };
        if found.is_empty() {
            return Err(OutboundError::NoAddress(host.to_owned()));
        }
        // One that is not public is enough: whoever mixes them means to be let through by luck.
        if self.private == PrivateAddresses::Refused && !found.iter().all(|found| is_public(found.ip())) {
            return Err(OutboundError::Private(host.to_owned()));
        }
        Ok(found)
    }
}

fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // One that cannot be read is one that is not trusted; without any, every encrypted request fails and says so.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn client_config(roots: RootCertStore) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows the protocols that it was built with")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

enum Connection {
    Plain(TcpStream),
    Encrypted(Box<tokio_rustls::client::TlsStream<TcpStream>>),
}

async fn connect_to(addresses: &[SocketAddr]) -> Result<TcpStream, OutboundError> {
    let mut failed = None;
    for address in addresses.iter().take(ADDRESSES_TRIED_MAX) {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = Some(error),
        }
    }
    let failed = failed.unwrap_or_else(|| std::io::ErrorKind::AddrNotAvailable.into());
    Err(OutboundError::Connect(failed))
}
