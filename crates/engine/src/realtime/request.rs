//! Messages of clients, from JSON to what they ask for. Unknown keys are refused, as everywhere.

use std::sync::Arc;
use std::time::Duration;

use mainstay_core::{Code, Problem, limits};
use serde_json::{Map, Value as Json};

use super::registry::{To, Wish};
use super::subscribe::Request;

#[derive(Debug)]
pub(super) enum Asked {
    /// With a token, the grant of a share, or both.
    Authenticate {
        token: Option<String>,
        share: Option<String>,
    },
    Subscribe(Request),
    Unsubscribe {
        name: String,
    },
    Presence {
        name: String,
        state: Json,
    },
    Broadcast {
        name: String,
        data: Json,
    },
}

/// A message that cannot be understood, and the subscription that it was about, as far as that can be told.
#[derive(Debug)]
pub(super) struct Misunderstood {
    pub(super) name: Option<String>,
    pub(super) problem: Problem,
}

/// What a message says of who the client is: a token, and the grant of a share. Nothing of any other message.
pub fn first_words(text: &str) -> Option<(Option<String>, Option<String>)> {
    match parse(text) {
        Ok(Asked::Authenticate { token, share }) => Some((token, share)),
        _ => None,
    }
}

pub(super) fn parse(text: &str) -> Result<Asked, Misunderstood> {
    let Ok(Json::Object(object)) = serde_json::from_str(text) else {
        let detail = "a message is a JSON object such as {\"type\":\"subscribe\", ...}";
        return Err(Misunderstood {
            name: None,
            problem: Problem::new(Code::InvalidJson, detail),
        });
    };
    let name = object.get("id").and_then(Json::as_str).map(str::to_owned);
    parse_object(object).map_err(|problem| Misunderstood { name, problem })
}

fn parse_object(object: Map<String, Json>) -> Result<Asked, Problem> {
    let mut keys = Keys(object);
    let kind = keys.text("type")?;
    let asked = match kind.as_str() {
        "authenticate" => {
            let share = keys.optional_text("share")?;
            let token = match share {
                Some(_) => keys.optional_text("token")?,
                None => Some(keys.text("token")?),
            };
            Asked::Authenticate { token, share }
        }
        "subscribe" => return subscription(keys).map(Asked::Subscribe),
        "unsubscribe" => Asked::Unsubscribe { name: keys.name()? },
        "presence" => Asked::Presence {
            name: keys.name()?,
            state: keys.0.remove("state").unwrap_or(Json::Null),
        },
        "broadcast" => Asked::Broadcast {
            name: keys.name()?,
            data: keys.0.remove("data").unwrap_or(Json::Null),
        },
        _ => {
            let message = "must be authenticate, subscribe, unsubscribe, presence or broadcast";
            return Err(Problem::field(Code::InvalidParameter, "type", message));
        }
    };
    keys.finish()?;
    Ok(asked)
}

/// A list of subscriptions, as an event stream takes them in its address; `type` may be left out.
pub(super) fn parse_list(text: &str) -> Result<Vec<Request>, Problem> {
    let Ok(Json::Array(list)) = serde_json::from_str(text) else {
        let message = "must be a JSON list of subscriptions such as [{\"id\":\"a\",\"to\":\"records\",...}]";
        return Err(Problem::field(Code::InvalidParameter, "subscribe", message));
    };
    if list.is_empty() || list.len() > limits::REALTIME_SUBSCRIPTIONS_MAX {
        let message = format!(
            "must have 1 to {} subscriptions",
            limits::REALTIME_SUBSCRIPTIONS_MAX
        );
        return Err(Problem::field(Code::InvalidParameter, "subscribe", message));
    }
    let mut requests: Vec<Request> = Vec::with_capacity(list.len());
    for item in list {
        let Json::Object(mut object) = item else {
            let message = "each subscription is a JSON object";
            return Err(Problem::field(Code::InvalidParameter, "subscribe", message));
        };
        if object.remove("type").is_some_and(|kind| kind != "subscribe") {
            let message = "an event stream takes subscriptions alone";
            return Err(Problem::field(Code::InvalidParameter, "type", message));
        }
        let request = subscription(Keys(object))?;
        if requests.iter().any(|known| known.name == request.name) {
            return Err(Problem::field(Code::InvalidParameter, "id", "is given twice"));
        }
        requests.push(request);
    }
    Ok(requests)
}

fn subscription(mut keys: Keys) -> Result<Request, Problem> {
    let name: Arc<str> = keys.name()?.into();
    let to = match keys.text("to")?.as_str() {
        "records" => To::Records,
        "comments" => To::Comments,
        "activity" => To::Activity,
        "presence" => To::Presence,
        _ => {
            let message = "must be records, comments, activity or presence";
            return Err(Problem::field(Code::InvalidParameter, "to", message));
        }
    };
    let collection = keys.text("collection")?;
    let record = match keys.optional_text("record")? {
        Some(text) => Some(text.parse().map_err(|_| Problem::not_found())?),
        None => None,
    };
    let filter = keys.optional_text("filter")?;
    let fields = keys.optional_text("fields")?;
    let since = keys.number("since", i64::MAX.unsigned_abs())?;
    let coalesce_ms = keys.number("coalesce_ms", limits::REALTIME_COALESCE_MS_MAX)?;
    keys.finish()?;
    if to != To::Records && record.is_none() {
        let message = "is missing: comments, activity and presence are those of a record";
        return Err(Problem::field(Code::InvalidParameter, "record", message));
    }
    let misplaced = [
        (
            "filter",
            filter.is_some() && (record.is_some() || to != To::Records),
        ),
        ("fields", fields.is_some() && to != To::Records),
        ("since", since.is_some() && to == To::Presence),
        ("coalesce_ms", coalesce_ms.is_some() && to != To::Records),
    ];
    if let Some((name, _)) = misplaced.iter().find(|(_, is_misplaced)| *is_misplaced) {
        let message = "means nothing for this kind of subscription: leave it out";
        return Err(Problem::field(Code::InvalidParameter, *name, message));
    }
    Ok(Request {
        name,
        wish: Wish {
            to,
            collection,
            record,
            filter: filter.map(Into::into),
            fields: fields.map(Into::into),
        },
        since: since.and_then(|since| i64::try_from(since).ok()),
        coalesce: Duration::from_millis(coalesce_ms.unwrap_or(0)),
    })
}

/// The keys of a message, taken out one by one.
struct Keys(Map<String, Json>);

impl Keys {
    fn text(&mut self, name: &'static str) -> Result<String, Problem> {
        let text = self.optional_text(name)?;
        text.ok_or_else(|| Problem::field(Code::InvalidParameter, name, "is missing"))
    }

    fn optional_text(&mut self, name: &'static str) -> Result<Option<String>, Problem> {
        match self.0.remove(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) if !text.trim().is_empty() && !text.contains('\0') => Ok(Some(text)),
            Some(_) => Err(Problem::field(
                Code::InvalidParameter,
                name,
                "must be a text that is not empty",
            )),
        }
    }

    /// The client's name for a subscription.
    fn name(&mut self) -> Result<String, Problem> {
        let name = self.text("id")?;
        if name.chars().count() > limits::REALTIME_ID_CHARACTERS_MAX {
            let message = format!("has more than {} characters", limits::REALTIME_ID_CHARACTERS_MAX);
            return Err(Problem::field(Code::InvalidParameter, "id", message));
        }
        Ok(name)
    }

    fn number(&mut self, name: &'static str, max: u64) -> Result<Option<u64>, Problem> {
        let json = match self.0.remove(name) {
            None | Some(Json::Null) => return Ok(None),
            Some(json) => json,
        };
        let number = json.as_u64().filter(|number| *number <= max);
        let message = || format!("must be a whole number from 0 to {max}");
        number
            .map(Some)
            .ok_or_else(|| Problem::field(Code::InvalidParameter, name, message()))
    }

    /// Refuses what nobody took.
    fn finish(self) -> Result<(), Problem> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => {
                let message = "is not part of this message; docs/realtime.md lists what is";
                Err(Problem::field(Code::UnknownParameter, name, message))
            }
        }
    }
}
