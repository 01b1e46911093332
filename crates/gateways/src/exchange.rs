//! One request on a connection, and its answer.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_TYPE, DATE, HOST, HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::destination::Destination;
use crate::outbound::{Answer, OutboundError};

const AGENT: &str = concat!("Mainstay/", env!("CARGO_PKG_VERSION"));
/// Bytes of a head; an answer with a larger one is none.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Bytes of an answer that is wanted whole: a chain of certificates is some thousands.
const PASSED_BYTES_MAX: usize = 1024 * 1024;
/// How long a body may take once the status is there, which is what counts.
const BODY_TIME: Duration = Duration::from_secs(2);

/// What is sent.
pub(crate) struct Asked<'a> {
    pub(crate) method: Method,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) headers: &'a [(&'static str, String)],
    pub(crate) body: Vec<u8>,
}

pub(crate) async fn exchange<S>(
    stream: S,
    destination: &Destination,
    asked: Asked<'_>,
    answer_bytes_max: usize,
) -> Result<Answer, OutboundError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut request = Request::builder()
        .method(asked.method.clone())
        .uri(destination.path_and_query.as_str())
        .header(HOST, destination.authority.as_str())
        .header(USER_AGENT, AGENT);
    if let Some(content_type) = asked.content_type {
        request = request.header(CONTENT_TYPE, content_type);
    }
    for (name, value) in asked.headers {
        request = request.header(*name, value.as_str());
    }
    let request = request
        .body(Full::new(Bytes::from(asked.body)))
        .map_err(|_| OutboundError::Header)?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(OutboundError::NoAnswer)?;
    let answer = async {
        let response = sender
            .send_request(request)
            .await
            .map_err(OutboundError::NoAnswer)?;
        Ok(read(response, answer_bytes_max).await)
    };
    tokio::pin!(answer);
    // The connection is driven here, so that nothing of it is left when this is dropped.
    tokio::select! {
        answer = &mut answer => answer,
        // It ended, and what it had read is still to be had; how it ended is told there.
        _ = connection => answer.await,
    }
}

/// Sends a request as it is, but for the place where it goes, and gives the whole answer.
pub(crate) async fn pass_on<S, B>(
    stream: S,
    destination: &Destination,
    mut request: Request<B>,
) -> Result<Response<Bytes>, OutboundError>
where
    S: AsyncRead + AsyncWrite + Unpin,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let host = HeaderValue::from_str(&destination.authority).map_err(|_| OutboundError::Header)?;
    request.headers_mut().insert(HOST, host);
    *request.uri_mut() = destination
        .path_and_query
        .parse()
        .map_err(|_| OutboundError::Header)?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(OutboundError::NoAnswer)?;
    let answer = async {
        let response = sender
            .send_request(request)
            .await
            .map_err(OutboundError::NoAnswer)?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, PASSED_BYTES_MAX).collect().await;
        let body = body.map_err(OutboundError::BrokenOff)?.to_bytes();
        Ok(Response::from_parts(head, body))
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        _ = connection => answer.await,
    }
}

async fn read(response: Response<Incoming>, bytes_max: usize) -> Answer {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let mut incoming = response.into_body();
    let mut body = Vec::new();
    let reading = async {
        while body.len() < bytes_max
            && let Some(Ok(frame)) = incoming.frame().await
        {
            if let Some(data) = frame.data_ref() {
                let room = bytes_max - body.len();
                body.extend_from_slice(&data[..data.len().min(room)]);
            }
        }
    };
    // A body that breaks off or does not end changes nothing; what came of it is kept.
    tokio::time::timeout(BODY_TIME, reading).await.ok();
    Answer {
        status,
        retry_after,
        body,
    }
}

/// RFC 9110, 10.2.3. A date is measured by the clock of whoever wrote it.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let date = |text: &str| -> Option<SystemTime> { httpdate::parse_http_date(text).ok() };
    let wanted = text(RETRY_AFTER)?.trim();
    if let Ok(seconds) = wanted.parse() {
        return Some(Duration::from_secs(seconds));
    }
    date(wanted)?.duration_since(date(text(DATE)?)?).ok()
}
