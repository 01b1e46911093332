//! Request smuggling: two servers that disagree about where a request ends, so that one of them takes for a request what
//! the other took for a body (RFC 9112, 11.2; ASVS 4.2.1). Whatever is sent, what stands in a body is never answered as a
//! request, and after a request whose end is in doubt the connection ends.

use super::{send_raw, statuses};
use crate::live::Live;
use crate::rooms::app;

/// What an attacker wants answered: its path is said back by whoever takes it for a request.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
const LAST: &str = "GET /livez HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
const POST: &str = "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\n";

/// Headers, an empty line and a body, behind [`POST`]: each has an end that servers could disagree about.
const DOUBTFUL: &[(&str, &str)] = &[
    ("two lengths", "Content-Length: 0\r\nContent-Length: 2\r\n\r\n"),
    ("a list of lengths", "Content-Length: 0, 2\r\n\r\n"),
    ("a list of the same length", "Content-Length: 0, 0\r\n\r\n"),
    ("a length with a sign", "Content-Length: +0\r\n\r\n"),
    ("a negative length", "Content-Length: -1\r\n\r\n"),
    ("a hexadecimal length", "Content-Length: 0x0\r\n\r\n"),
    ("a length with a space in it", "Content-Length: 0 0\r\n\r\n"),
    ("a fraction", "Content-Length: 0.0\r\n\r\n"),
    ("no length", "Content-Length: \r\n\r\n"),
    (
        "a length beyond every number",
        "Content-Length: 99999999999999999999999\r\n\r\n",
    ),
    ("a space before the colon", "Content-Length : 0\r\n\r\n"),
    (
        "a space before the other colon",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    ),
    ("a folded line", "X-Folded: a\r\n Content-Length: 2\r\n\r\n"),
    (
        "a folded encoding",
        "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    ),
    ("a line without a colon", "Content-Length\r\n\r\n"),
    ("a carriage return alone", "X-Bare: a\rContent-Length: 2\r\n\r\n"),
    ("a zero byte", "X-Zero: a\0b\r\n\r\n"),
    ("a zero byte in a name", "X-Ze\0ro: a\r\n\r\n"),
    ("an unknown encoding", "Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n"),
    (
        "the encoding that is none",
        "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    ),
    (
        "an encoding that looks like it",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "an encoding with a parameter",
        "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n",
    ),
    (
        "an encoding in quotes",
        "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
    ),
    (
        "another encoding last",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ),
    (
        "another encoding on a second line",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    ),
    (
        "a vertical tab before the encoding",
        "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "a size that is no number",
        "Transfer-Encoding: chunked\r\n\r\nG\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "a negative size",
        "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "a size with a sign",
        "Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "a size with a prefix",
        "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "an empty size",
        "Transfer-Encoding: chunked\r\n\r\n\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "a size beyond every number",
        "Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "a line feed alone behind a size",
        "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
    ),
    (
        "a line feed in an extension",
        "Transfer-Encoding: chunked\r\n\r\n2;a\nb\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "a chunk longer than its size",
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n0\r\n\r\n",
    ),
    (
        "no line behind a chunk",
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}0\r\n\r\n",
    ),
];

#[tokio::test]
async fn a_request_with_a_doubtful_end_is_the_last_of_its_connection() {
    let live = Live::start(app()).await;
    for (what, rest) in DOUBTFUL {
        let answers = send_raw(&live, format!("{POST}{rest}{SMUGGLED}")).await;
        assert_eq!(statuses(&answers), [400], "{what}: {answers}");
        assert!(!answers.contains("/smuggled"), "{what}: {answers}");
    }
    let old = POST.replace("HTTP/1.1", "HTTP/1.0");
    let answers = send_raw(
        &live,
        format!("{old}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}"),
    )
    .await;
    assert!(
        !answers.contains("/smuggled") && answers.contains(" 400 "),
        "{answers}"
    );
    assert_eq!(
        send_raw(&live, LAST).await.matches(" 200 ").count(),
        1,
        "it serves on"
    );
    live.stop().await;
}

/// RFC 9112, 6.3: the encoding counts and the length does not, and the connection has to end behind it.
#[tokio::test]
async fn a_request_with_a_length_and_an_encoding_is_the_last_of_its_connection() {
    let live = Live::start(app()).await;
    let length = format!("Content-Length: {}\r\n", 5 + SMUGGLED.len());
    let encoding = "Transfer-Encoding: chunked\r\n";
    for headers in [
        format!("{length}{encoding}"),
        format!("{encoding}{length}"),
        format!("{length}{encoding}{length}"),
        format!("{length}Transfer-Encoding: gzip, chunked\r\n"),
    ] {
        let answers = send_raw(&live, format!("{POST}{headers}\r\n0\r\n\r\n{SMUGGLED}{LAST}")).await;
        assert_eq!(statuses(&answers), [400], "{headers}: {answers}");
        assert!(!answers.contains("/smuggled"), "{headers}: {answers}");
    }
    // The other way round: the length is short, and the rest is in a chunk.
    let chunk = format!("{:x}\r\n{SMUGGLED}\r\n0\r\n\r\n", SMUGGLED.len());
    for headers in [
        format!("Content-Length: 4\r\n{encoding}"),
        format!("{encoding}Content-Length: 4\r\n"),
    ] {
        let answers = send_raw(&live, format!("{POST}{headers}\r\n{chunk}{LAST}")).await;
        assert_eq!(statuses(&answers), [400], "{headers}: {answers}");
        assert!(!answers.contains("/smuggled"), "{headers}: {answers}");
    }
    live.stop().await;
}

/// Whether somebody reads a body or not: what stands in it is no request.
#[tokio::test]
async fn a_body_that_nobody_wants_is_no_request() {
    let live = Live::start(app()).await;
    let length = SMUGGLED.len();
    for line in [
        "POST /livez HTTP/1.1",
        "GET /livez HTTP/1.1",
        "HEAD /livez HTTP/1.1",
        "POST /nowhere HTTP/1.1",
        "POST /api/v1/auth/sign-in HTTP/1.1",
        "PATCH /api/v1/records/rooms/x HTTP/1.1",
        "OPTIONS /livez HTTP/1.1",
        "TRACE /livez HTTP/1.1",
    ] {
        for framing in [
            format!("Content-Length: {length}\r\n\r\n{SMUGGLED}"),
            format!("Content-Length: {length}\n\n{SMUGGLED}"),
            format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{SMUGGLED}\r\n0\r\n\r\n"),
            format!(
                "Transfer-Encoding: chunked\r\n\r\n{length:x};a=b\r\n{SMUGGLED}\r\n0\r\nX-Late: a\r\n\r\n"
            ),
        ] {
            let answers = send_raw(&live, format!("{line}\r\nHost: a.test\r\n{framing}{LAST}")).await;
            let statuses = statuses(&answers);
            assert!(statuses.len() == 1 || statuses[1..] == [200], "{line}: {answers}");
            assert!(!answers.contains("/smuggled"), "{line}: {answers}");
        }
    }
    live.stop().await;
}

/// RFC 9112, 3.2: a proxy in front may have judged by the one name while the server believes the other.
#[tokio::test]
async fn a_request_names_its_host_once() {
    let live = Live::start(app()).await;
    for hosts in [
        "",
        "Host: a.test\r\nHost: b.test\r\n",
        "Host: a.test\r\nhost: a.test\r\n",
    ] {
        let answers = send_raw(&live, format!("GET /livez HTTP/1.1\r\n{hosts}\r\n{SMUGGLED}")).await;
        assert_eq!(statuses(&answers), [400], "{hosts}: {answers}");
    }
    let answers = send_raw(&live, "GET /livez HTTP/1.0\r\n\r\n").await;
    assert!(
        answers.starts_with("HTTP/1.0 200") || answers.starts_with("HTTP/1.1 200"),
        "{answers}"
    );
    live.stop().await;
}

#[tokio::test]
async fn the_server_is_no_proxy_and_speaks_nothing_else() {
    let live = Live::start(app()).await;
    let elsewhere = mainstay_testkit::Receiver::start().await;
    let url = elsewhere.url();
    let authority = format!("127.0.0.1:{}", elsewhere.port());
    let end = "Connection: close\r\n\r\n";
    for request in [
        format!("GET {url} HTTP/1.1\r\nHost: {authority}\r\n{end}"),
        format!("GET {url} HTTP/1.1\r\nHost: a.test\r\n{end}"),
        format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{end}"),
        format!("GET @{authority}/ HTTP/1.1\r\nHost: a.test\r\n{end}"),
        format!("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n{end}"),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "GET /livez\r\n\r\n".to_owned(),
        format!("GET /livez HTTP/9.9\r\nHost: a.test\r\n{end}"),
        format!("GET /livez HTTP/1.1 HTTP/1.1\r\nHost: a.test\r\n{end}"),
        format!("GET\t/livez\tHTTP/1.1\r\nHost: a.test\r\n{end}"),
    ] {
        let answers = send_raw(&live, &request).await;
        let statuses = statuses(&answers);
        assert!(
            statuses.iter().all(|status| (400..500).contains(status)),
            "{request}: {answers}"
        );
    }
    assert!(elsewhere.is_empty(), "the server asked somebody else");
    // An absolute target is taken by its path, and the host in it is not said back.
    let absolute = format!("GET http://evil.example/livez HTTP/1.1\r\nHost: evil.example\r\n{end}");
    let answers = send_raw(&live, absolute).await;
    assert_eq!(statuses(&answers), [200]);
    assert!(!answers.contains("evil"), "{answers}");
    let upgrade = "GET /livez HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n\
                   HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
    assert_eq!(statuses(&send_raw(&live, upgrade).await), [200]);
    live.stop().await;
}
