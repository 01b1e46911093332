//! Another server, to which requests are sent: it keeps what came and answers as a test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

const PATIENCE: Duration = Duration::from_secs(20);

/// Listens on a free port of this machine until it is dropped.
#[derive(Debug)]
pub struct Receiver {
    port: u16,
    inbox: Arc<Inbox>,
    task: JoinHandle<()>,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

/// What a request is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    Status(u16),
    /// With one header.
    With(u16, &'static str, String),
    Text(u16, String),
    /// Never: whoever asks has to give up.
    Silence,
}

#[derive(Debug, Default)]
struct Inbox {
    received: Mutex<VecDeque<Received>>,
    replies: Mutex<VecDeque<Reply>>,
    arrived: Notify,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let inbox = Arc::new(Inbox::default());
        let routes = Router::new().fallback(receive).with_state(Arc::clone(&inbox));
        let task = tokio::spawn(async move {
            axum::serve(listener, routes)
                .await
                .expect("it serves until it is ended");
        });
        Self { port, inbox, task }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks", self.port)
    }

    /// What the next request without a reply is answered; 204 where nothing was said.
    pub fn reply(&self, reply: Reply) {
        lock(&self.inbox.replies).push_back(reply);
    }

    /// The next request that nobody has looked at.
    pub async fn next(&self) -> Received {
        let wait = async {
            loop {
                let arrived = self.inbox.arrived.notified();
                if let Some(received) = lock(&self.inbox.received).pop_front() {
                    return received;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .expect("a request arrives in time")
    }

    /// Has everything that came been looked at?
    pub fn is_empty(&self) -> bool {
        lock(&self.inbox.received).is_empty()
    }
}

impl Received {
    /// A header's text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or("")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(State(inbox): State<Arc<Inbox>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let reply = lock(&inbox.replies).pop_front();
    lock(&inbox.received).push_back(Received {
        path: uri.path().to_owned(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    inbox.arrived.notify_one();
    let status = |code| StatusCode::from_u16(code).expect("the status of the test is one");
    match reply {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(Reply::Status(code)) => status(code).into_response(),
        Some(Reply::With(code, name, value)) => (status(code), [(name, value)]).into_response(),
        Some(Reply::Text(code, text)) => (status(code), text).into_response(),
        Some(Reply::Silence) => std::future::pending().await,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
