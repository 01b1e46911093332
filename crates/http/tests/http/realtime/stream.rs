//! `GET /api/v1/realtime/events`: the same as an event stream.

use std::collections::VecDeque;

use mainstay_testkit::Client;
use serde_json::{Value as Json, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::message;
use crate::live::{Live, text, told, within};
use crate::rooms::{app, room};

/// A stream that is read, line by line.
struct Stream {
    lines: BufReader<TcpStream>,
    head: VecDeque<String>,
}

impl Stream {
    async fn open(live: &Live, client: &Client, subscribe: &Json, last: Option<&str>) -> Self {
        let list: String = form_urlencoded::byte_serialize(subscribe.to_string().as_bytes()).collect();
        let last = last.map_or_else(String::new, |last| format!("Last-Event-ID: {last}\r\n"));
        let request = format!(
            "GET /api/v1/realtime/events?subscribe={list} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n{last}\r\n",
            live.address,
            client.token()
        );
        let mut stream = TcpStream::connect(live.address)
            .await
            .expect("the server listens");
        let sent = stream.write_all(request.as_bytes()).await;
        sent.expect("the server takes requests");
        let mut opened = Self {
            lines: BufReader::new(stream),
            head: VecDeque::new(),
        };
        loop {
            let line = opened.line().await;
            if line.is_empty() {
                return opened;
            }
            opened.head.push_back(line);
        }
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        let read = within(self.lines.read_line(&mut line)).await;
        read.expect("the stream goes on");
        line.trim_end().to_owned()
    }

    /// The next message, and its id.
    async fn next(&mut self) -> (Json, Option<String>) {
        let (mut data, mut id) = (None, None);
        loop {
            let line = self.line().await;
            if let Some(text) = line.strip_prefix("data: ") {
                data = Some(serde_json::from_str(text).expect("data is JSON"));
            } else if let Some(text) = line.strip_prefix("id: ") {
                id = Some(text.to_owned());
            } else if line.is_empty()
                && let Some(data) = data.take()
            {
                return (data, id);
            }
        }
    }
}

#[tokio::test]
async fn a_stream_says_the_same_and_goes_on_where_it_broke_off() {
    let live = Live::start(app()).await;
    let owner = live.app.user("o@example.org").await;
    let room = room(&owner, "Kitchen").await;
    told(&live).await;
    let list = json!([
        {"id": "m", "to": "records", "collection": "messages"},
        {"id": "r", "to": "records", "collection": "rooms", "record": room},
    ]);
    let mut stream = Stream::open(&live, &owner, &list, None).await;
    assert_eq!(stream.head[0], "HTTP/1.1 200 OK");
    assert!(
        stream
            .head
            .iter()
            .any(|line| line.eq_ignore_ascii_case("content-type: text/event-stream"))
    );
    assert_eq!(
        stream.next().await.0,
        json!({"type": "ready", "user": owner.id()})
    );
    for id in ["m", "r"] {
        let (subscribed, _) = stream.next().await;
        assert_eq!(
            (&subscribed["type"], &subscribed["id"]),
            (&json!("subscribed"), &json!(id))
        );
    }
    let first = message(&owner, &room, "one").await;
    let (event, id) = stream.next().await;
    assert_eq!(
        (text(&event["event"]), text(&event["record_id"])),
        ("created".to_owned(), first)
    );
    let id = id.expect("a client may begin again here");
    assert_eq!(event["seq"].to_string(), id);
    drop(stream);

    let second = message(&owner, &room, "two").await;
    told(&live).await;
    let mut stream = Stream::open(&live, &owner, &list, Some(&id)).await;
    let mut events = Vec::new();
    while events.is_empty() {
        let (message, _) = stream.next().await;
        if message["type"] == "event" {
            events.push(text(&message["record_id"]));
        }
    }
    assert_eq!(events, [second]);
    owner.post("/api/v1/auth/sign-out", json!({})).await;
    loop {
        let (message, _) = stream.next().await;
        if message["type"] == "closed" {
            assert_eq!(
                message,
                json!({"type": "closed", "code": 4401, "reason": "signed_out"})
            );
            break;
        }
    }
    live.stop().await;
}

#[tokio::test]
async fn a_stream_that_asks_for_nonsense_is_refused() {
    let app = app();
    let owner = app.user("o@example.org").await;
    for (query, code) in [
        ("", "invalid_parameter"),
        ("?subscribe=%5B%5D", "invalid_parameter"),
        ("?subscribe=%7B%7D", "invalid_parameter"),
        ("?subscribe=%5B%7B%22id%22%3A%22a%22%7D%5D", "invalid_parameter"),
        ("?colour=red", "unknown_parameter"),
    ] {
        let response = owner.get(&format!("/api/v1/realtime/events{query}")).await;
        assert_eq!(response.problem(), (400, code.to_owned()), "{query}");
    }
}
