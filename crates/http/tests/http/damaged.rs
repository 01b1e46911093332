//! Good requests, damaged anywhere: whatever parses a part of a request gives an answer, and never a failure of the server.

use mainstay_testkit::{Client, TestApp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::rooms::{ROOMS, room};

/// One change of a text, at places that fit its length.
#[derive(Debug, Clone)]
enum Damage {
    Cut(Index, Index),
    Twice(Index, Index),
    Put(Index, &'static str),
}

/// What parsers trip over: ends of things, other kinds of things, too much of a thing.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "\\",
    ",",
    ";",
    "=",
    ":",
    "/",
    "%",
    "%zz",
    "%00",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "-",
    "--",
    "+",
    "*",
    "?",
    "#",
    "&",
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "18446744073709551616",
    "W/",
    "q=",
    "Bearer ",
    "mst_",
    "..",
    "\u{e9}",
    "\u{202e}",
    "\u{1f600}",
    "\u{0}",
    "\r\n",
    "\\ud800",
    "00000000-0000-0000-0000-000000000000",
    "9999-99-99T99:99:99Z",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
];

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let damage = prop_oneof![
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Damage::Cut(from, to)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Damage::Twice(from, to)),
        (any::<Index>(), select(PIECES)).prop_map(|(at, piece)| Damage::Put(at, piece)),
    ];
    vec(damage, 1..4)
}

fn damaged(good: &str, damages: &[Damage]) -> String {
    let mut text: Vec<char> = good.chars().collect();
    for damage in damages {
        let place = |index: &Index| index.index(text.len() + 1);
        match damage {
            Damage::Cut(from, to) => {
                let (from, to) = (place(from), place(to));
                text.drain(from.min(to)..from.max(to));
            }
            Damage::Twice(from, to) => {
                let (from, to) = (place(from), place(to));
                let again = text[from.min(to)..from.max(to)].to_vec();
                let at = from.max(to);
                text.splice(at..at, again);
            }
            Damage::Put(at, piece) => {
                let at = place(at);
                text.splice(at..at, piece.chars());
            }
        }
    }
    text.into_iter().collect()
}

/// A header can hold no more than this; a server gets nothing else.
fn as_header(text: &str) -> String {
    text.chars().filter(|char| matches!(char, ' '..='~')).collect()
}

fn as_parameter(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// A server with a record, and good values of all that is parsed.
struct Scene {
    runtime: Runtime,
    app: TestApp,
    ada: Client,
    room: String,
    cursor: String,
    since: String,
}

impl Scene {
    fn start() -> Self {
        let runtime = Runtime::new().expect("a runtime starts");
        let (app, ada, room, cursor, since) = runtime.block_on(async {
            let app = TestApp::start_mailing(ROOMS);
            let ada = app.administrator().await;
            let first = room(&ada, "Kitchen").await;
            room(&ada, "Cellar").await;
            let list = ada.list("rooms", &[("limit", "1")]).await.json();
            let cursor = list["next_cursor"]
                .as_str()
                .expect("there is a second page")
                .to_owned();
            let changes = ada.get("/api/v1/changes").await.json();
            let since = changes["next"]
                .as_str()
                .expect("the feed has a position")
                .to_owned();
            (app, ada, first, cursor, since)
        });
        Self {
            runtime,
            app,
            ada,
            room,
            cursor,
            since,
        }
    }

    /// Every case gets an answer that is no failure of the server, and a refusal that says why.
    fn hold<S: Strategy>(
        &self,
        cases: u32,
        strategy: &S,
        ask: &impl AsyncFn(&S::Value) -> mainstay_testkit::TestResponse,
    ) {
        let config = Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        };
        let held = TestRunner::new(config).run(strategy, |case| {
            let answer = self.runtime.block_on(ask(&case));
            prop_assert!(
                !answer.status.is_server_error(),
                "{}: {}",
                answer.status,
                answer.text()
            );
            if answer.status.is_client_error() {
                let (_, code) = answer.problem();
                prop_assert!(!code.is_empty(), "{}", answer.text());
            }
            Ok(())
        });
        if let Err(failure) = held {
            panic!("{failure}");
        }
    }
}

#[test]
fn headers() {
    let scene = Scene::start();
    let token = scene.ada.token().to_owned();
    let good: Vec<(&'static str, String)> = [
        ("authorization", format!("Bearer {token}")),
        ("cookie", format!("a=b; __Host-mainstay-session={token}; c=\"d\"")),
        ("if-match", "\"1\"".to_owned()),
        ("if-none-match", "W/\"1\", \"2\"".to_owned()),
        (
            "idempotency-key",
            "5f0c7a4e-7f0e-4a57-9a3c-2f0e5b6f1a11".to_owned(),
        ),
        ("accept-language", "de-CH, de;q=0.9, en;q=0.5, *;q=0.1".to_owned()),
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("accept", "text/html, application/json;q=0.9".to_owned()),
        ("accept-encoding", "br;q=1.0, gzip;q=0.5, *;q=0".to_owned()),
        (
            "forwarded",
            "for=\"[2001:db8::1]:80\";proto=https, for=192.0.2.1".to_owned(),
        ),
        ("x-forwarded-for", "192.0.2.1, 2001:db8::1".to_owned()),
        ("origin", "https://app.example.org".to_owned()),
        (
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
        ),
        ("last-event-id", scene.since.clone()),
        ("mainstay-position", scene.since.clone()),
        ("range", "bytes=0-10, 20-".to_owned()),
    ]
    .into();
    let room = format!("/api/v1/records/rooms/{}", scene.room);
    let app = scene.app.anonymous();
    scene.hold(384, &(select(good), damages(), any::<bool>()), &async |(
        (name, value),
        damages,
        is_change,
    )| {
        let client = if *name == "authorization" || *name == "cookie" {
            &app
        } else {
            &scene.ada
        };
        let client = client.with_header(name, &as_header(&damaged(value, damages)));
        if *is_change {
            let body = json!({ "kind": "open" }).to_string().into_bytes();
            client.send("PATCH", &room, Some(body)).await
        } else {
            client.get(&room).await
        }
    });
}

#[test]
fn parameters() {
    let scene = Scene::start();
    let list = "/api/v1/records/rooms";
    let good: Vec<(&'static str, &'static str, String)> = [
        (list, "cursor", scene.cursor.clone()),
        (list, "sort", "-created_at,name".to_owned()),
        (list, "fields", "id,name,members.user".to_owned()),
        (list, "expand", "members,members.user".to_owned()),
        (list, "limit", "20".to_owned()),
        (list, "count", "true".to_owned()),
        (
            list,
            "filter",
            "name.startsWith('K') && created_at < timestamp('2030-01-31T12:00:00Z')".to_owned(),
        ),
        ("/api/v1/changes", "since", scene.since.clone()),
        ("/api/v1/changes", "collections", "rooms,messages".to_owned()),
        ("/api/v1/audit", "from", "2026-01-31T12:00:00+01:00".to_owned()),
        ("/api/v1/audit", "kind", "record.created".to_owned()),
        ("/api/v1/trash", "cursor", scene.cursor.clone()),
        ("/api/v1/mails", "state", "failed".to_owned()),
    ]
    .into();
    scene.hold(384, &(select(good), damages()), &async |(
        (path, name, value),
        damages,
    )| {
        let value = as_parameter(&damaged(value, damages));
        scene.ada.get(&format!("{path}?{name}={value}")).await
    });
}

#[test]
fn bodies() {
    let scene = Scene::start();
    let room = &scene.room;
    let good: Vec<(&'static str, String)> = [
        ("/api/v1/records/messages", json!({ "room": room, "text": "a", "stars": 3, "price": "1.50", "due": "2026-01-31T12:00:00Z", "tags": ["red"] })),
        ("/api/v1/batch", json!({ "operations": [{ "op": "create", "collection": "rooms", "data": { "name": "New" } }] })),
        ("/api/v1/auth/sign-in", json!({ "email": "eve@example.org", "password": "none of yours" })),
        ("/api/v1/auth/refresh", json!({ "refresh_token": "a.b.c" })),
        ("/api/v1/auth/sign-in-with-code", json!({ "email": "eve@example.org", "code": "123456" })),
        ("/api/v1/invitations", json!({ "email": "eve@example.org", "fields": {} })),
        ("/api/v1/webhooks", json!({ "url": "https://example.org/hook", "events": ["records.rooms.created"] })),
        ("/api/v1/api-keys", json!({ "name": "k", "scopes": ["rooms:read"], "expires_at": "2030-01-31T12:00:00Z", "networks": ["192.0.2.0/24"] })),
        ("/api/v1/shares/open", json!({ "token": "mst_abc", "password": "none" })),
        ("/api/v1/trash/restore", json!({ "items": [{ "collection": "rooms", "id": room }] })),
        ("/api/v1/auth/sign-in-with-passkey", json!({ "challenge": "a", "credential": { "id": "b", "response": { "clientDataJSON": "e30" } } })),
    ]
    .map(|(path, body)| (path, body.to_string()))
    .into();
    scene.hold(384, &(select(good), damages()), &async |(
        (path, body),
        damages,
    )| {
        let body = damaged(body, damages).into_bytes();
        scene.ada.send("POST", path, Some(body)).await
    });
}
