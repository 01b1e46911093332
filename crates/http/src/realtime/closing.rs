//! How connections end: a number and a word, for the client to tell what to do next.

use axum::extract::ws::{CloseFrame, Message};
use mainstay_core::{Code, Problem};
use mainstay_engine::realtime::End;

/// A close code (RFC 6455, 7.4; ours from 4000 on) with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closing {
    pub(super) code: u16,
    pub(super) reason: &'static str,
}

impl Closing {
    pub(super) const UNSUPPORTED: Self = Self::new(1003, "only_text");
    pub(super) const TOO_BIG: Self = Self::new(1009, "message_too_big");
    pub(super) const AUTHENTICATION_FAILED: Self = Self::new(4401, "authentication_failed");
    pub(super) const SILENT: Self = Self::new(4408, "no_first_message");

    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason }
    }

    pub(super) fn of(end: End) -> Self {
        match end {
            End::ShuttingDown => Self::new(1012, "shutting_down"),
            End::TokenExpired => Self::new(4401, "token_expired"),
            End::SignedOut => Self::new(4401, "signed_out"),
            End::RightsChanged => Self::new(4403, "rights_changed"),
            End::SlowConsumer => Self::new(4413, "slow_consumer"),
            End::TooManyMessages => Self::new(4429, "too_many_messages"),
        }
    }

    /// Of a connection that could not begin.
    pub(super) fn of_problem(problem: &Problem) -> Self {
        match problem.code {
            Code::ShuttingDown => Self::of(End::ShuttingDown),
            _ => Self::new(1013, "try_again_later"),
        }
    }

    pub(super) fn message(self) -> Message {
        Message::Close(Some(CloseFrame {
            code: self.code,
            reason: self.reason.into(),
        }))
    }
}
