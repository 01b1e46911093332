//! Connections: accepted, limited, and drained when the server stops.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use mainstay_engine::acme::challenge_answer;
use rustls::server::Acceptor;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use crate::request::answer_request;
use crate::router::App;
use crate::tls::{Certificate, challenge_config};

/// A connection that ends when its client does not read.
type Io<S> = TokioIo<Pin<Box<TimeoutStream<S>>>>;

/// The first byte of whoever speaks TLS (RFC 8446, 5.1: a handshake).
const HANDSHAKE: u8 = 0x16;
/// Of what was sent without encryption.
const UNREAD_BYTES_MAX: u64 = 64 * 1_024;
const ENCRYPTED_ONLY: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n\
This server speaks HTTPS alone: ask https:// instead.\n";

/// The limits of connections.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Time for a client to send the head of a request; also how long an idle connection is kept.
    pub header_timeout: Duration,
    /// Time that a client may leave an answer unread before its connection is cut off.
    pub write_timeout: Duration,
    /// Bytes of a request's head.
    pub header_bytes_max: usize,
    /// Connections at the same time; more wait until one ends.
    pub connections_max: usize,
    /// Time for requests in progress when the server stops.
    pub drain_timeout: Duration,
    /// With it every connection is encrypted.
    pub certificate: Option<Arc<Certificate>>,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            header_bytes_max: 32 * 1024,
            connections_max: 10_000,
            drain_timeout: Duration::from_secs(20),
            certificate: None,
        }
    }
}

/// Serves until `stop` resolves, then lets requests in progress end within the drain time.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    options: ServeOptions,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(options.header_timeout)
        .max_buf_size(options.header_bytes_max.max(8_192));
    let connections = Arc::new(Semaphore::new(options.connections_max));
    let (drain, draining) = watch::channel(false);
    let mut stop = std::pin::pin!(stop);
    loop {
        let permit = Arc::clone(&connections)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let (stream, address) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: others must end before the next can begin.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let connection = Connection {
            http: http.clone(),
            app: Arc::clone(&app),
            options: options.clone(),
            address,
            draining: draining.clone(),
        };
        tokio::spawn(async move {
            connection.serve(stream).await;
            drop(permit);
        });
    }
    drop(listener);
    app.draining.store(true, Ordering::Relaxed);
    drain.send_replace(true);
    // Whoever holds every permit is alone.
    let all = u32::try_from(options.connections_max).unwrap_or(u32::MAX);
    // Live connections would never end by themselves: their clients go to another process.
    let ended = async { tokio::join!(connections.acquire_many(all), app.environment.realtime.drain()) };
    if tokio::time::timeout(options.drain_timeout, ended).await.is_err() {
        tracing::warn!("some requests did not end in time and were cut off");
    }
}

async fn told_to_drain(draining: &mut watch::Receiver<bool>) {
    // Whoever could tell is gone: the same.
    drop(draining.wait_for(|draining| *draining).await);
}

/// What one connection needs of the server.
struct Connection {
    http: http1::Builder,
    app: Arc<App>,
    options: ServeOptions,
    address: SocketAddr,
    draining: watch::Receiver<bool>,
}

impl Connection {
    async fn serve(mut self, stream: TcpStream) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "small answers may wait for the network");
        }
        let Some(certificate) = self.options.certificate.clone() else {
            return self.answer(stream).await;
        };
        // Whoever does not come to an end with it, or has not begun when the server stops, is let go of.
        let encrypting = encrypt(&self.app, &certificate, stream);
        let encrypting = tokio::time::timeout(self.options.header_timeout, encrypting);
        let encrypted = tokio::select! {
            encrypted = encrypting => encrypted,
            () = told_to_drain(&mut self.draining) => return,
        };
        match encrypted {
            Ok(Ok(Some(stream))) => self.answer(stream).await,
            Ok(Ok(None)) => tracing::debug!("a challenge of an authority was answered"),
            Ok(Err(error)) => tracing::debug!(%error, "a connection could not be encrypted"),
            Err(_elapsed) => tracing::debug!("a connection was not encrypted in time"),
        }
    }

    async fn answer<S>(mut self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let app = Arc::clone(&self.app);
        let address = self.address.ip();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let app = Arc::clone(&app);
            async move {
                if !names_one_host(&request) {
                    return Ok(refuse_hosts());
                }
                let answer = answer_request(app, address, request.map(Body::new)).await;
                Ok::<_, std::convert::Infallible>(answer)
            }
        });
        let mut stream = Box::pin(TimeoutStream::new(stream));
        stream
            .as_mut()
            .set_write_timeout_pinned(Some(self.options.write_timeout));
        let io: Io<S> = TokioIo::new(stream);
        let mut connection = std::pin::pin!(self.http.serve_connection(io, service).with_upgrades());
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = told_to_drain(&mut self.draining) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        // A client that goes away in the middle is its own business.
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// RFC 9112, 3.2: a request of HTTP/1.1 names its host once. Of two, a proxy in front may have judged by the other one.
fn names_one_host(request: &hyper::Request<Incoming>) -> bool {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    hosts == 1 || (hosts == 0 && request.version() < Version::HTTP_11)
}

/// Ends the connection, too: what comes behind such a request is as doubtful.
fn refuse_hosts() -> Response<Body> {
    let body = "A request names its host once, in the header Host.\n";
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Agrees on encryption; gives nothing where that was all, since an authority wanted to see whether a domain leads here.
/// Whoever speaks HTTP without encryption is told, and gets nothing else.
async fn encrypt(
    app: &Arc<App>,
    certificate: &Certificate,
    mut stream: TcpStream,
) -> std::io::Result<Option<TlsStream<TcpStream>>> {
    let mut first = [0];
    if stream.peek(&mut first).await? == 1 && first[0] != HANDSHAKE {
        stream.write_all(ENCRYPTED_ONLY).await?;
        stream.shutdown().await?;
        // A connection that is closed with something unread takes the answer with it.
        tokio::io::copy(&mut stream.take(UNREAD_BYTES_MAX), &mut tokio::io::sink()).await?;
        return Err(std::io::Error::other("the client does not speak TLS"));
    }
    let handshake = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
    if let Some(domain) = certificate.challenged_domain(&handshake.client_hello()) {
        let digest = challenge_answer(&app.environment, &domain).await;
        let digest = digest.map_err(std::io::Error::other)?;
        let digest = digest.ok_or_else(|| std::io::Error::other("nobody has ordered for this domain"))?;
        let config = challenge_config(&domain, &digest).map_err(std::io::Error::other)?;
        handshake.into_stream(config).await?.shutdown().await?;
        return Ok(None);
    }
    let config = certificate.config();
    let config = config.ok_or_else(|| std::io::Error::other("there is no certificate yet"))?;
    handshake.into_stream(config).await.map(Some)
}
