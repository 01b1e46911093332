//! What a server does to clients that are slow, large or late.

use std::io::Write;
use std::time::Instant;

use crate::process::{Installation, NOTES, Server};

fn start(settings: &[(&str, &str)]) -> (Installation, Server) {
    let installation = Installation::new(NOTES);
    let server = installation.start(settings);
    (installation, server)
}

#[test]
fn a_client_that_never_finishes_its_request_is_let_go() {
    let (_installation, server) = start(&[("MAINSTAY_SERVER__HEADER_TIMEOUT_MS", "200")]);
    let mut connection = server.connect();
    let began = Instant::now();
    connection
        .stream
        .write_all(b"GET /livez HTTP/1.1\r\nhost: a\r\nx-slow: ")
        .expect("the server listens");
    let answer = connection.receive();
    assert!(
        answer.is_none_or(|answer| answer.status == 408),
        "a half request was answered"
    );
    assert!(began.elapsed().as_millis() >= 150, "let go too early");
}

#[test]
fn a_client_that_never_reads_its_answers_is_let_go() {
    let (_installation, server) = start(&[
        ("MAINSTAY_SERVER__WRITE_TIMEOUT_MS", "200"),
        ("MAINSTAY_SERVER__CONNECTIONS_MAX", "1"),
    ]);
    let mut silent = server.connect();
    // More than the buffers between the two take in.
    let requests = "GET /api/v1/openapi.json HTTP/1.1\r\nhost: a\r\n\r\n".repeat(2_000);
    silent
        .stream
        .write_all(requests.as_bytes())
        .expect("the server listens");
    let next = server.connect().send("GET", "/livez", "", "");
    assert_eq!(next.expect("the place is free again").status, 200);
}

#[test]
fn a_head_over_the_limit_is_refused() {
    let (_installation, server) = start(&[]);
    let mut connection = server.connect();
    let head = format!("x-large: {}\r\n", "a".repeat(200_000));
    let answer = connection.send("GET", "/livez", &head, "");
    assert_eq!(answer.expect("it is answered").status, 431);
    let mut next = server.connect();
    assert_eq!(
        next.send("GET", "/livez", "", "")
            .expect("others are served")
            .status,
        200
    );
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let (_installation, server) = start(&[("MAINSTAY_SERVER__BODY_BYTES_MAX", "2000")]);
    let body = format!("{{\"text\":\"{}\"}}", "a".repeat(3_000));
    let answer = server
        .connect()
        .send("POST", "/api/v1/records/notes", "", &body)
        .expect("it is answered");
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (413, Some("payload_too_large"))
    );
}

#[test]
fn a_request_that_takes_too_long_is_answered() {
    let (_installation, server) = start(&[
        ("MAINSTAY_SERVER__REQUEST_TIMEOUT_MS", "200"),
        ("MAINSTAY_DATABASE__STATEMENT_TIMEOUT_MS", "200"),
    ]);
    let mut connection = server.connect();
    // A body that never comes.
    connection
        .stream
        .write_all(
            b"POST /api/v1/records/notes HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n",
        )
        .expect("the server listens");
    let answer = connection.receive().expect("it is answered");
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (503, Some("timeout"))
    );
    assert!(answer.head.contains("retry-after: 1"));
}

/// A full queue answers at once that it is full, and everything that was taken in is done.
#[test]
fn overload_is_answered_and_not_queued_without_end() {
    let (_installation, server) = start(&[("MAINSTAY_DATABASE__WRITE_QUEUE_MAX", "16")]);
    let mut statuses = std::collections::BTreeMap::new();
    let mut connections: Vec<_> = (0..200).map(|_| server.connect()).collect();
    for _ in 0..20 {
        for connection in &mut connections {
            let request = b"POST /api/v1/records/notes HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{\"text\":\"a\"}";
            connection.stream.write_all(request).expect("the server listens");
        }
        for connection in &mut connections {
            let answer = connection.receive().expect("every request is answered");
            if answer.status == 503 {
                assert_eq!(answer.json()["code"], "overloaded");
                assert!(answer.head.contains("retry-after: 1"));
            }
            *statuses.entry(answer.status).or_insert(0) += 1;
        }
    }
    assert_eq!(
        statuses.keys().copied().collect::<Vec<_>>(),
        [201, 503],
        "{statuses:?}"
    );
    let list = server
        .connect()
        .send("GET", "/api/v1/records/notes?limit=1&count=true", "", "")
        .expect("it is answered");
    assert_eq!(list.json()["count"], statuses[&201]);
}

#[test]
fn requests_in_progress_end_when_the_server_is_told_to_stop() {
    let (_installation, mut server) = start(&[]);
    let mut connection = server.connect();
    let body = "{\"text\":\"the last\"}";
    let head = format!(
        "POST /api/v1/records/notes HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    // The head is there, the body is not: the request has begun.
    connection
        .stream
        .write_all(head.as_bytes())
        .expect("the server listens");
    connection
        .stream
        .write_all(&body.as_bytes()[..5])
        .expect("the server listens");
    let mut other = server.connect();
    assert_eq!(
        other
            .send("GET", "/livez", "", "")
            .expect("it is answered")
            .status,
        200
    );
    server.terminate();
    server.wait_for_line(|line| line["message"] == "stopping");
    connection
        .stream
        .write_all(&body.as_bytes()[5..])
        .expect("the connection is still there");
    assert_eq!(
        connection
            .receive()
            .expect("the request in progress is answered")
            .status,
        201
    );
    let status = server.process.wait().expect("the process ends");
    assert!(status.success(), "{status}: {}", server.log_so_far());
}
