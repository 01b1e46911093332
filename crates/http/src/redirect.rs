//! The port without encryption: browsers are led to HTTPS, and everybody else is told to use it.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// For all of a request and its answer, which is a line.
const WHOLE_TIME: Duration = Duration::from_secs(10);
/// Bytes of a head.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// A connection is one question and its answer.
const CONNECTIONS_MAX: usize = 1_000;
/// Programs talk there, and what they send is not for everybody's eyes: they are told, and not led on as if all were well.
const PROGRAMS: &str = "/api/";
const ENCRYPTED_ONLY: &str = "This server speaks HTTPS alone: ask https:// instead.\n";

/// Leads browsers to the same path below `origin`, such as `https://app.example.org`, whatever host they asked for, until
/// `stop` resolves.
pub async fn serve_redirects(origin: String, listener: TcpListener, stop: impl Future<Output = ()>) {
    let origin: Arc<str> = origin.into();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let permit = Arc::clone(&places)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let origin = Arc::clone(&origin);
                    connections.spawn(async move {
                        // A client that goes away or takes too long is its own business.
                        drop(tokio::time::timeout(WHOLE_TIME, answer(stream, origin)).await);
                        drop(permit);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            () = &mut stop => break,
        }
        // Those that have ended leave nothing behind.
        while connections.try_join_next().is_some() {}
    }
    connections.shutdown().await;
}

async fn answer(stream: TcpStream, origin: Arc<str>) -> Result<(), hyper::Error> {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let answer = lead(&origin, &request);
        async move { Ok::<_, Infallible>(answer) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(false)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .await
}

fn lead<B>(origin: &str, request: &Request<B>) -> Response<Body> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_browser =
        reads && !path.starts_with(PROGRAMS) && !request.headers().contains_key(header::AUTHORIZATION);
    let location = HeaderValue::from_str(&format!("{origin}{path}"));
    // `*` is a path of OPTIONS alone; one that does not begin with a slash would become part of the host.
    match location {
        Ok(location) if is_browser && path.starts_with('/') => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
            response.headers_mut().insert(header::LOCATION, location);
            response
        }
        _ => {
            let mut response = Response::new(Body::from(ENCRYPTED_ONLY));
            *response.status_mut() = StatusCode::BAD_REQUEST;
            let kind = HeaderValue::from_static("text/plain");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://app.example.org";

    fn asked(method: Method, uri: &str, headers: &[(&str, &str)]) -> (u16, Option<String>) {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = lead(ORIGIN, &request.body(()).unwrap());
        let location = response.headers().get(header::LOCATION);
        (
            response.status().as_u16(),
            location.map(|location| location.to_str().unwrap().to_owned()),
        )
    }

    #[test]
    fn browsers_are_led_to_our_own_host() {
        for (uri, headers, location) in [
            ("/", &[][..], "https://app.example.org/"),
            (
                "/docs?a=b",
                &[("host", "evil.example")],
                "https://app.example.org/docs?a=b",
            ),
            ("http://evil.example/x", &[], "https://app.example.org/x"),
            ("//evil.example/x", &[], "https://app.example.org//evil.example/x"),
        ] {
            let led = asked(Method::GET, uri, headers);
            assert_eq!(led, (308, Some(location.to_owned())), "{uri}");
        }
    }

    #[test]
    fn programs_are_told_and_not_led() {
        let token = [("authorization", "Bearer secret")];
        for (method, uri, headers) in [
            (Method::GET, "/api/v1/records/notes", &[][..]),
            (Method::POST, "/", &[]),
            (Method::OPTIONS, "*", &[]),
            (Method::GET, "/docs", &token),
        ] {
            assert_eq!(asked(method, uri, headers), (400, None), "{uri}");
        }
    }
}
