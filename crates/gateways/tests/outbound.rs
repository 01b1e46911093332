//! Requests to a server of plain sockets, which answers what no decent one would.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use mainstay_gateways::{Answer, Destination, Outbound, OutboundError, PrivateAddresses, Times};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const TIMES: Times = Times {
    connect: Duration::from_millis(500),
    whole: Duration::from_secs(5),
};
const ANSWER_BYTES_MAX: usize = 1_024;

/// Takes one connection, reads what comes first, and answers; gives what it read, and keeps the connection open.
async fn serve(answer: &'static [u8]) -> (u16, JoinHandle<(Vec<u8>, TcpStream)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = vec![0; 8_192];
        let length = stream.read(&mut read).await.unwrap();
        read.truncate(length);
        stream.write_all(answer).await.unwrap();
        (read, stream)
    });
    (port, served)
}

async fn post(url: &str) -> Result<Answer, OutboundError> {
    let outbound = Outbound::new(PrivateAddresses::Allowed, TIMES);
    let destination = Destination::parse(url, PrivateAddresses::Allowed).unwrap();
    let headers = [("webhook-id", "one".to_owned())];
    outbound
        .post(&destination, &headers, b"{}".to_vec(), ANSWER_BYTES_MAX)
        .await
}

#[tokio::test]
async fn a_request_says_what_it_must() {
    let (port, served) = serve(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine").await;
    let answer = post(&format!("http://localhost:{port}/a/b?c=d")).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"fine"[..]));
    let (request, _) = served.await.unwrap();
    let request = String::from_utf8(request).unwrap().to_lowercase();
    assert!(request.starts_with("post /a/b?c=d http/1.1\r\n"), "{request}");
    for line in [
        format!("host: localhost:{port}"),
        "content-type: application/json".to_owned(),
        "content-length: 2".to_owned(),
        "webhook-id: one".to_owned(),
    ] {
        assert!(
            request.contains(&format!("\r\n{line}\r\n")),
            "{line} in {request}"
        );
    }
    assert!(!request.contains("accept-encoding"));
}

#[tokio::test]
async fn no_more_of_an_answer_is_read_than_is_kept() {
    let mut endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    endless.resize(100_000, b'x');
    let (port, _served) = serve(endless.leak()).await;
    let answer = post(&format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!(answer.body, vec![b'x'; ANSWER_BYTES_MAX]);
}

#[tokio::test]
async fn a_body_that_does_not_end_takes_nothing_from_the_status() {
    let (port, served) = serve(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    assert_eq!(
        post(&format!("http://127.0.0.1:{port}/")).await.unwrap().status,
        204
    );
    drop(served.await);
    let (port, _served) = serve(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await;
    let answer = post(&format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"half"[..]));
}

#[tokio::test]
async fn what_the_other_side_asks_for_is_heard() {
    for (head, seconds) in [
        ("retry-after: 120", Some(120)),
        (
            "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:50:37 GMT",
            Some(60),
        ),
        (
            "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:48:37 GMT",
            None,
        ),
        ("retry-after: soon", None),
        ("retry-after: -1", None),
        ("server: none", None),
    ] {
        let answer = format!("HTTP/1.1 503 Busy\r\n{head}\r\ncontent-length: 0\r\n\r\n");
        let (port, _served) = serve(answer.into_bytes().leak()).await;
        let answer = post(&format!("http://127.0.0.1:{port}/")).await.unwrap();
        assert_eq!(answer.retry_after, seconds.map(Duration::from_secs), "{head}");
    }
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for() {
    let (port, _served) = serve(b"").await;
    let began = Instant::now();
    let error = post(&format!("http://127.0.0.1:{port}/")).await.unwrap_err();
    assert!(matches!(error, OutboundError::Timeout(_)), "{error}");
    assert!(began.elapsed() < TIMES.whole * 2);
    let (port, served) = serve(b"nonsense\r\n\r\n").await;
    let error = post(&format!("http://127.0.0.1:{port}/")).await.unwrap_err();
    assert!(matches!(error, OutboundError::NoAnswer(_)), "{error}");
    drop(served.await);
    let error = post(&format!("http://127.0.0.1:{port}/")).await.unwrap_err();
    assert!(matches!(error, OutboundError::Connect(_)), "{error}");
}

#[tokio::test]
async fn the_certificate_is_asked_for_by_the_name_of_the_url() {
    // An alert in the place of a certificate: the handshake has failed.
    let (port, served) = serve(b"\x15\x03\x03\x00\x02\x02\x28").await;
    let error = post(&format!("https://localhost:{port}/")).await.unwrap_err();
    assert!(matches!(error, OutboundError::Tls(_)), "{error}");
    let (hello, _) = served.await.unwrap();
    assert!(hello.windows(9).any(|window| window == b"localhost"));
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_not_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let outbound = Outbound::new(PrivateAddresses::Refused, TIMES);
    let url = format!("https://localhost:{port}/");
    let destination = Destination::parse(&url, PrivateAddresses::Refused).unwrap();
    let error = outbound.post(&destination, &[], Vec::new(), 0).await.unwrap_err();
    assert!(matches!(error, OutboundError::Private(_)), "{error}");
    let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(nobody.is_err());
}
