//! A server with real connections and the hub at work, and a WebSocket client for it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use mainstay_engine::readers::{ReaderTimes, RunningReaders};
use mainstay_engine::realtime::{self, RoomTimes, RunningRooms};
use mainstay_http::{ServeOptions, serve};
use mainstay_testkit::{Client, TestApp};
use serde_json::{Value as Json, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;

/// Nothing here takes this long, unless it never happens.
pub(crate) const BOUND: Duration = Duration::from_secs(20);

/// An application that is listened to.
pub(crate) struct Live {
    pub(crate) app: TestApp,
    pub(crate) address: SocketAddr,
    readers: RunningReaders,
    rooms: RunningRooms,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Live {
    pub(crate) async fn start(app: TestApp) -> Self {
        let times = ReaderTimes::default();
        let readers =
            RunningReaders::start(&app.environment, vec![realtime::reader(&app.environment)], times);
        let times = RoomTimes {
            alive_every: Duration::from_millis(100),
            gone_after: Duration::from_secs(1),
        };
        let rooms = RunningRooms::start(&app.environment, times);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(app.app(), listener, ServeOptions::default(), async {
            stopped.await.ok();
        }));
        Self {
            app,
            address,
            readers,
            rooms,
            stop,
            served,
        }
    }

    /// Ends without a word to other processes: what still goes on in it nobody hears.
    pub(crate) async fn kill(self) {
        self.rooms.stop().await;
        self.readers.stop().await;
        self.served.abort();
        // Its end is what was asked for.
        drop(self.served.await);
    }

    /// Stops serving in order.
    pub(crate) async fn stop(self) -> TestApp {
        self.stop.send(()).ok();
        within(self.served).await.expect("serving ends without a panic");
        self.rooms.stop().await;
        self.readers.stop().await;
        self.app
    }

    pub(crate) fn request(&self) -> Request {
        let address = format!("ws://{}/api/v1/realtime", self.address);
        address.into_client_request().expect("it is an address")
    }

    /// A connection as somebody who is signed in.
    pub(crate) async fn connect(&self, client: &Client) -> Socket {
        self.connect_as(client, Some(client.id())).await
    }

    /// The same for a client that does not know its user.
    pub(crate) async fn connect_as(&self, client: &Client, user: Option<impl ToString>) -> Socket {
        let mut request = self.request();
        let token = format!("Bearer {}", client.token());
        request
            .headers_mut()
            .insert("authorization", token.parse().expect("a token is ASCII"));
        let mut socket = self.connect_with(request).await;
        let ready = socket.next().await;
        let user = user.map(|user| user.to_string());
        assert_eq!(ready, json!({"type": "ready", "user": user}));
        socket
    }

    pub(crate) async fn connect_with(&self, request: Request) -> Socket {
        let stream = TcpStream::connect(self.address)
            .await
            .expect("the server listens");
        let connected = within(tokio_tungstenite::client_async(request, stream)).await;
        Socket(connected.expect("the server takes the connection").0)
    }
}

/// The client's end of a connection.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    pub(crate) async fn send(&mut self, json: Json) {
        let message = Message::text(json.to_string());
        self.0.send(message).await.expect("the server takes messages");
    }

    /// Subscribes, and gives the number that it begins after.
    pub(crate) async fn subscribe(&mut self, id: &str, mut wish: Json) -> i64 {
        wish["type"] = json!("subscribe");
        wish["id"] = json!(id);
        self.send(wish).await;
        let answer = self.next().await;
        let seq = answer["seq"].as_i64();
        assert_eq!(answer, json!({"type": "subscribed", "id": id, "seq": seq}));
        seq.expect("it has a number")
    }

    /// Follows a collection.
    pub(crate) async fn follow(&mut self, id: &str, collection: &str) -> i64 {
        self.subscribe(id, json!({"to": "records", "collection": collection}))
            .await
    }

    /// The next message.
    pub(crate) async fn next(&mut self) -> Json {
        loop {
            match self.next_message().await {
                Message::Text(text) => return serde_json::from_str(&text).expect("messages are JSON"),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("a message was expected, not {other:?}"),
            }
        }
    }

    async fn next_message(&mut self) -> Message {
        let message = within(self.0.next()).await;
        message.expect("the connection goes on").expect("it is sound")
    }

    /// The next message, which is an event: its name, the record's id, and the whole.
    pub(crate) async fn event(&mut self) -> (String, String, Json) {
        let json = self.next().await;
        assert_eq!(json["type"], "event", "{json}");
        (text(&json["event"]), text(&json["record_id"]), json)
    }

    /// Shows that nothing is on its way: what is asked for now is answered next.
    pub(crate) async fn expect_silence(&mut self) {
        self.send(json!({"type": "presence", "id": "nobody knows", "state": null}))
            .await;
        let answer = self.next().await;
        assert_eq!(
            (&answer["type"], &answer["id"]),
            (&json!("problem"), &json!("nobody knows")),
            "{answer}"
        );
    }

    /// Waits for the end, and gives its code and reason.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        loop {
            if let Message::Close(frame) = self.next_message().await {
                let frame = frame.expect("the server says why");
                return (u16::from(frame.code), frame.reason.to_string());
            }
        }
    }

    pub(crate) async fn close(mut self) {
        self.0.close(None).await.ok();
        while let Some(Ok(_)) = within(self.0.next()).await {}
    }
}

/// The number that every process of a test has told everything up to.
pub(crate) async fn told(live: &Live) -> i64 {
    let environment = Arc::clone(&live.app.environment);
    let newest = environment
        .db
        .read(mainstay_store::journal::newest)
        .await
        .expect("the journal can be read");
    within(environment.realtime.has_told(newest)).await;
    newest
}

pub(crate) fn text(json: &Json) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

pub(crate) async fn within<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(BOUND, what)
        .await
        .expect("it happens in time")
}
