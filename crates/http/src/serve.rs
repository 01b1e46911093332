//! Connections: accepted, limited, and drained when the server stops.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_io_timeout::TimeoutStream;

use crate::request::answer_request;
use crate::router::App;

/// A connection that ends when its client does not read.
type Io = TokioIo<Pin<Box<TimeoutStream<TcpStream>>>>;

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
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            header_bytes_max: 32 * 1024,
            connections_max: 10_000,
            drain_timeout: Duration::from_secs(20),
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
        let connection = connection(&http, &app, stream, options.write_timeout, address);
        let mut draining = draining.clone();
        tokio::spawn(async move {
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = told_to_drain(&mut draining) => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            // A client that goes away in the middle is its own business.
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
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

fn connection(
    http: &http1::Builder,
    app: &Arc<App>,
    stream: TcpStream,
    write_timeout: Duration,
    address: SocketAddr,
) -> http1::UpgradeableConnection<
    Io,
    impl hyper::service::HttpService<Incoming, ResBody = Body, Error = std::convert::Infallible, Future: Send>
    + use<>,
> {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "small answers may wait for the network");
    }
    let app = Arc::clone(app);
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let app = Arc::clone(&app);
        async move { Ok(answer_request(app, address.ip(), request.map(Body::new)).await) }
    });
    let mut stream = Box::pin(TimeoutStream::new(stream));
    stream.as_mut().set_write_timeout_pinned(Some(write_timeout));
    http.serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
}
