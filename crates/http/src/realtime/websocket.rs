//! Live updates over WebSocket.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{Extensions, HeaderMap, Uri};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use mainstay_core::{Code, Problem, limits};
use mainstay_engine::auth::{Bearer, ShareGrant};
use mainstay_engine::realtime::{Commands, Messages, Out, first_words, open, problem_message};

use super::closing::Closing;
use super::origin::{is_named, refuse_other_origins};
use crate::access_log::{self, ActorSlot, LineAtEnd};
use crate::answer::Answer;
use crate::parameters::refuse_parameters;
use crate::request::{admit_lasting, identify_bearer_anew, identify_lasting, identify_token_anew};
use crate::router::App;
use crate::shares::presented_share;

/// The name of the protocol, for clients that ask for one.
const PROTOCOL: &str = "mainstay.v1";
/// How long a client may take to say who it is, or what it wants.
const FIRST_MESSAGE_WITHIN: Duration = Duration::from_secs(10);
/// How often the server asks whether somebody is still there; nobody is who is silent for two of these.
const PING_EVERY: Duration = Duration::from_secs(25);
/// How long the other side may take to agree to the end.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);
/// Messages that travel together at most.
const TOGETHER_MAX: usize = 64;

/// Clients say little. The buffer is zeroed whenever a connection is looked at, also when it only speaks: with the
/// library's 128 KiB that took two fifths of all processor time.
const READ_BUFFER_BYTES: usize = 4096;

type Sink = SplitSink<WebSocket, Message>;

pub(crate) async fn follow_live(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
    extensions: Extensions,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer {
    refuse_parameters(uri.query())?;
    refuse_other_origins(&headers, &app.options.cors_origins)?;
    // The cookie is for pages of our own host. Others that may connect say who they are in their first message.
    let mut bearer = if is_named(&headers, &app.options.cors_origins) {
        identify_bearer_anew(&app, &headers).await?
    } else {
        identify_lasting(&app, &uri, &headers).await?
    };
    let share = presented_share(&app, &headers)?;
    admit_lasting(&app, &extensions, bearer.as_mut())?;
    let upgrade = upgrade.map_err(|_| {
        let detail = "this route takes a WebSocket: send `Connection: upgrade` and `Upgrade: websocket`";
        Problem::new(Code::InvalidParameter, detail)
    })?;
    let actor = access_log::actor_slot(&extensions);
    if let Some(bearer) = &bearer {
        actor.note(bearer.actor());
    }
    let line = Arc::new(LineAtEnd::default());
    let held = Arc::clone(&line);
    let mut response: Response = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BUFFER_BYTES)
        // What is a little too big is read, and told so.
        .max_message_size(4 * limits::REALTIME_MESSAGE_BYTES_MAX)
        .max_frame_size(4 * limits::REALTIME_MESSAGE_BYTES_MAX)
        .on_failed_upgrade(|error| tracing::debug!(%error, "a WebSocket did not come about"))
        .on_upgrade(move |socket| async move {
            converse(socket, app, (bearer, share), (&extensions, &actor)).await;
            drop(held);
        });
    response.extensions_mut().insert(line);
    Ok(response)
}

async fn converse(
    socket: WebSocket,
    app: Arc<App>,
    who: (Option<Bearer>, Option<ShareGrant>),
    request: (&Extensions, &ActorSlot),
) {
    let (mut sink, mut stream) = socket.split();
    let ending = conversation((&mut sink, &mut stream), &app, who, request).await;
    let Some(closing) = ending else { return };
    let goodbye = async {
        if sink.send(closing.message()).await.is_ok() {
            while let Some(Ok(message)) = stream.next().await {
                if matches!(message, Message::Close(_)) {
                    break;
                }
            }
        }
    };
    // Whoever does not answer is cut off.
    drop(tokio::time::timeout(CLOSE_WITHIN, goodbye).await);
}

/// Talks until one side has enough; gives what to say at the end, if the other side is still there to hear it.
async fn conversation(
    (sink, stream): (&mut Sink, &mut SplitStream<WebSocket>),
    app: &Arc<App>,
    (mut bearer, mut share): (Option<Bearer>, Option<ShareGrant>),
    (extensions, actor): (&Extensions, &ActorSlot),
) -> Option<Closing> {
    let mut first = None;
    if bearer.is_none() {
        let Ok(text) = tokio::time::timeout(FIRST_MESSAGE_WITHIN, next_text(stream)).await else {
            return Some(Closing::SILENT);
        };
        let text = match text {
            Heard::Text(text) => text,
            Heard::Wrong(closing) => return Some(closing),
            Heard::End => return None,
        };
        match first_words(&text) {
            Some((token, grant)) => match recognise(app, extensions, token, grant).await {
                Ok((found, opened)) => {
                    if let Some(found) = &found {
                        actor.note(found.actor());
                    }
                    bearer = found;
                    share = opened.or(share);
                }
                Err(problem) => {
                    say(sink, problem_message(&problem)).await;
                    return Some(Closing::AUTHENTICATION_FAILED);
                }
            },
            None => first = Some(text),
        }
    }
    let (mut commands, mut messages) = match open(&app.environment, bearer.as_ref(), share) {
        Ok(opened) => opened,
        Err(problem) => {
            say(sink, problem_message(&problem)).await;
            return Some(Closing::of_problem(&problem));
        }
    };
    let heard = AtomicBool::new(true);
    if let Some(text) = first {
        commands.take(&text).await;
    }
    tokio::select! {
        closing = listen(stream, &mut commands, &heard) => closing,
        closing = speak(sink, &mut messages, &heard) => closing,
    }
}

/// Who a token in the first message speaks for, if they are let in, and the share that a grant in it is of.
async fn recognise(
    app: &Arc<App>,
    extensions: &Extensions,
    token: Option<String>,
    grant: Option<String>,
) -> Result<(Option<Bearer>, Option<ShareGrant>), Problem> {
    let bearer = match token {
        Some(token) => {
            let found = identify_token_anew(app, &token).await;
            let mut bearer = found.map_err(|failure| failure.problem())?;
            admit_lasting(app, extensions, Some(&mut bearer)).map_err(|refused| refused.0)?;
            Some(bearer)
        }
        None => None,
    };
    let now = app.environment.clock.now();
    let share = grant.map(|grant| app.environment.tokens.verify_share(&grant, now));
    Ok((bearer, share.transpose()?))
}

/// Takes what the client says, in its order.
async fn listen(
    stream: &mut SplitStream<WebSocket>,
    commands: &mut Commands,
    heard: &AtomicBool,
) -> Option<Closing> {
    loop {
        let message = stream.next().await;
        heard.store(true, Ordering::Relaxed);
        match understood(message) {
            Some(Heard::Text(text)) => commands.take(&text).await,
            Some(Heard::Wrong(closing)) => return Some(closing),
            Some(Heard::End) => return None,
            None => {}
        }
    }
}

/// Sends what waits, and asks now and then whether somebody is still there.
async fn speak(sink: &mut Sink, messages: &mut Messages, heard: &AtomicBool) -> Option<Closing> {
    let mut pings = tokio::time::interval(PING_EVERY);
    pings.tick().await;
    let mut end = messages.end_signal();
    loop {
        let sent = tokio::select! {
            out = messages.next() => match out {
                Out::End(end) => return Some(Closing::of(end)),
                Out::Message(message) => {
                    let sending = send_together(sink, messages, message.text);
                    tokio::select! {
                        sent = sending => sent,
                        // It does not read: waiting for it would be for ever.
                        end = Messages::ended(&mut end) => return Some(Closing::of(end)),
                    }
                }
            },
            _ = pings.tick() => {
                if !heard.swap(false, Ordering::Relaxed) {
                    return None;
                }
                sink.send(Message::Ping(Bytes::new())).await
            }
        };
        if sent.is_err() {
            return None;
        }
    }
}

async fn send_together(sink: &mut Sink, messages: &mut Messages, first: Bytes) -> Result<(), axum::Error> {
    sink.feed(text(first)).await?;
    for _ in 1..TOGETHER_MAX {
        let Some(message) = messages.try_next() else { break };
        sink.feed(text(message.text)).await?;
    }
    sink.flush().await
}

fn text(bytes: Bytes) -> Message {
    let text = bytes.try_into();
    Message::Text(text.expect("messages are JSON, which is written as UTF-8"))
}

/// Says something before the end; whoever is gone does not hear it.
async fn say(sink: &mut Sink, bytes: Bytes) {
    sink.send(text(bytes)).await.ok();
}

enum Heard {
    Text(String),
    /// Something that ends the connection.
    Wrong(Closing),
    /// Nobody is there any more.
    End,
}

async fn next_text(stream: &mut SplitStream<WebSocket>) -> Heard {
    loop {
        if let Some(heard) = understood(stream.next().await) {
            return heard;
        }
    }
}

/// What a frame says; nothing for those that only keep the connection alive.
fn understood(message: Option<Result<Message, axum::Error>>) -> Option<Heard> {
    Some(match message {
        Some(Ok(Message::Text(text))) if text.len() > limits::REALTIME_MESSAGE_BYTES_MAX => {
            Heard::Wrong(Closing::TOO_BIG)
        }
        Some(Ok(Message::Text(text))) => Heard::Text(text.to_string()),
        Some(Ok(Message::Binary(_))) => Heard::Wrong(Closing::UNSUPPORTED),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => return None,
        Some(Ok(Message::Close(_)) | Err(_)) | None => Heard::End,
    })
}
