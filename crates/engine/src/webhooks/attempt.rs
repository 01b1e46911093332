//! One attempt to deliver a message, and what follows from how it ended.

use std::time::{Duration, Instant};

use mainstay_core::{RandomSource, Timestamp, limits};
use mainstay_gateways::{Answer, Destination, Outbound};
use mainstay_store::webhooks::deliveries::{Delivery, State};
use mainstay_store::webhooks::{Endpoint, SealedSecrets};
use serde_json::{Value as Json, json};

use super::schedule::next_attempt;
use super::signature::{self, Secrets};

/// Bytes of an answer that are kept.
const ANSWER_BYTES_MAX: usize = 1_024;
/// Attempts of one message that are kept; more come together only when it is sent again by hand.
const ATTEMPTS_KEPT_MAX: usize = 20;
/// The other side says that it wants no more of them (RFC 9110, 15.5.11).
const GONE: u16 = 410;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// A message with what is needed to send it.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub(super) endpoint: Endpoint,
    pub(super) secrets: SealedSecrets,
    pub(super) delivery: Delivery,
}

/// How an attempt ended.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    at: Timestamp,
    took: Duration,
    ending: Result<Answer, String>,
}

/// What becomes of the message and its endpoint.
#[derive(Debug, Clone)]
pub(super) struct Conclusion {
    pub(super) delivery: Delivery,
    pub(super) failing_since: Option<Timestamp>,
    pub(super) disable: Option<String>,
}

/// Without the secrets nothing is sent: a message that is not signed says nothing.
pub(super) async fn make(
    outbound: &Outbound,
    work: &Work,
    secrets: Option<&Secrets>,
    at: Timestamp,
) -> Attempt {
    let began = Instant::now();
    let delivery = &work.delivery;
    let ending = match (
        Destination::parse(&work.endpoint.url, outbound.private()),
        secrets,
    ) {
        (Err(fault), _) => Err(format!("the URL {fault}")),
        (Ok(_), None) => {
            Err("its secret cannot be read: the key that it is encrypted with is not there".to_owned())
        }
        (Ok(destination), Some(secrets)) => {
            let headers = signature::headers(secrets, &delivery.id, at, &delivery.body);
            let body = delivery.body.clone().into_bytes();
            let posted = outbound
                .post(&destination, &headers, body, ANSWER_BYTES_MAX)
                .await;
            posted.map_err(|error| with_causes(&error))
        }
    };
    Attempt {
        at,
        took: began.elapsed(),
        ending,
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

impl Attempt {
    fn status(&self) -> Option<u16> {
        self.ending.as_ref().ok().map(|answer| answer.status)
    }

    fn has_succeeded(&self) -> bool {
        self.status().is_some_and(|status| (200..300).contains(&status))
    }

    /// Why it failed, as a sentence for whoever looks into it.
    fn fault(&self) -> Option<String> {
        match &self.ending {
            Err(error) => Some(error.clone()),
            Ok(_) if self.has_succeeded() => None,
            Ok(answer) if (300..400).contains(&answer.status) => Some(format!(
                "the answer was {}, a redirect, and none is followed; change the URL",
                answer.status
            )),
            Ok(answer) => Some(format!(
                "the answer was {}, and only 200 to 299 is success",
                answer.status
            )),
        }
    }

    fn json(&self) -> Json {
        let answer = self.ending.as_ref().ok();
        json!({
            "at": self.at.to_string(),
            "status": self.status(),
            "duration_ms": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
            "error": self.fault(),
            "answer": answer.map(|answer| String::from_utf8_lossy(&answer.body)),
        })
    }

    /// What follows from it at `now`.
    pub(super) fn conclude(&self, work: &Work, now: Timestamp, random: &dyn RandomSource) -> Conclusion {
        let mut delivery = work.delivery.clone();
        delivery.made += 1;
        delivery.tries += 1;
        delivery.attempts = self.noted_in(&delivery.attempts);
        if self.has_succeeded() {
            finish(&mut delivery, State::Delivered, now);
            return Conclusion {
                delivery,
                failing_since: None,
                disable: None,
            };
        }
        let gone = self.status() == Some(GONE);
        let retry_after = self.ending.as_ref().ok().and_then(|answer| answer.retry_after);
        // A test is for whoever looks at it now.
        let is_test = delivery.seq.is_none();
        let next = next_attempt(delivery.tries, now, retry_after, random).filter(|_| !gone && !is_test);
        match next {
            Some(due_at) => delivery.due_at = due_at,
            None => finish(&mut delivery, State::Failed, now),
        }
        let since = work.endpoint.failing_since.unwrap_or(now);
        let days = limits::WEBHOOK_FAILING_DAYS_MAX;
        let failing = now.as_micros() - since.as_micros() >= days * MICROS_PER_DAY;
        let disable = if gone {
            Some("the other side answered 410: it wants no more messages".to_owned())
        } else if failing {
            Some(format!("every attempt has failed for {days} days"))
        } else {
            None
        };
        Conclusion {
            delivery,
            failing_since: Some(since),
            disable,
        }
    }

    fn noted_in(&self, attempts: &str) -> String {
        let mut noted: Vec<Json> = serde_json::from_str(attempts).unwrap_or_default();
        noted.push(self.json());
        let over = noted.len().saturating_sub(ATTEMPTS_KEPT_MAX);
        noted.drain(..over);
        Json::from(noted).to_string()
    }
}

fn finish(delivery: &mut Delivery, state: State, now: Timestamp) {
    delivery.state = state;
    delivery.finished_at = Some(now);
}
