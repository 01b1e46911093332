//! Live updates as an event stream (HTML standard, 9.2): for clients and networks without WebSocket.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{Extensions, HeaderMap, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use mainstay_core::{Code, Problem};
use mainstay_engine::realtime::{Commands, Messages, Out, Subscriptions, open};

use super::closing::Closing;
use crate::access_log::{self, LineAtEnd};
use crate::answer::Answer;
use crate::parameters::Parameters;
use crate::request::{admit_lasting, identify_lasting};
use crate::router::App;
use crate::shares::presented_share;

/// How often a comment shows both sides that the other one is still there.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);

pub(crate) async fn stream_live(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
    extensions: Extensions,
) -> Answer {
    let mut bearer = identify_lasting(&app, &uri, &headers).await?;
    let share = presented_share(&app, &headers)?;
    admit_lasting(&app, &extensions, bearer.as_mut())?;
    let mut parameters = Parameters::parse(uri.query())?;
    let subscriptions = parameters.take_text("subscribe")?;
    parameters.finish()?;
    let subscriptions: Subscriptions = subscriptions
        .ok_or_else(|| {
            Problem::field(
                Code::InvalidParameter,
                "subscribe",
                "is missing: a JSON list of subscriptions",
            )
        })?
        .parse()?;
    let since = last_event_id(&headers)?;
    if let Some(bearer) = &bearer {
        access_log::actor_slot(&extensions).note(bearer.actor());
    }
    let (commands, messages) = open(&app.environment, bearer.as_ref(), share)?;
    let line = Arc::new(LineAtEnd::default());
    let telling = Telling {
        messages,
        beginning: Some(Box::pin(begin(commands, subscriptions, since))),
        commands: None,
        has_ended: false,
        _line: Arc::clone(&line),
    };
    let events = stream::unfold(telling, async |mut telling| {
        telling
            .next()
            .await
            .map(|event| (Ok::<_, Infallible>(event), telling))
    });
    let keep_alive = KeepAlive::new().interval(HEARTBEAT_EVERY);
    let mut response: Response = Sse::new(events).keep_alive(keep_alive).into_response();
    response.extensions_mut().insert(line);
    Ok(response)
}

async fn begin(mut commands: Commands, subscriptions: Subscriptions, since: Option<i64>) -> Commands {
    commands.subscribe_all(subscriptions, since).await;
    commands
}

/// One stream, while somebody reads it.
struct Telling {
    messages: Messages,
    /// What the client asked for in its request, on its way.
    beginning: Option<Pin<Box<dyn Future<Output = Commands> + Send>>>,
    /// Kept: without it the connection is over.
    commands: Option<Commands>,
    has_ended: bool,
    _line: Arc<LineAtEnd>,
}

impl Telling {
    async fn next(&mut self) -> Option<Event> {
        if self.has_ended {
            return None;
        }
        let out = loop {
            let Some(beginning) = &mut self.beginning else {
                break self.messages.next().await;
            };
            tokio::select! {
                biased;
                out = self.messages.next() => break out,
                commands = beginning => {
                    self.commands = Some(commands);
                    self.beginning = None;
                }
            }
        };
        Some(match out {
            Out::Message(message) => {
                let text = String::from_utf8_lossy(&message.text);
                let event = Event::default().data(text);
                match message.seen {
                    Some(seen) => event.id(seen.to_string()),
                    None => event,
                }
            }
            Out::End(end) => {
                self.has_ended = true;
                let closing = Closing::of(end);
                Event::default().data(format!(
                    "{{\"type\":\"closed\",\"code\":{},\"reason\":\"{}\"}}",
                    closing.code, closing.reason
                ))
            }
        })
    }
}

/// The number of the last event that the client has seen.
fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get("last-event-id") else {
        return Ok(None);
    };
    let number = value
        .to_str()
        .ok()
        .and_then(|text| text.trim().parse::<i64>().ok());
    let number = number.filter(|number| *number >= 0);
    let message = "must be the id of an event of this stream";
    number
        .map(Some)
        .ok_or_else(|| Problem::field(Code::InvalidParameter, "Last-Event-ID", message))
}
