//! Live updates.

use mainstay_core::Code::{CrossSiteRequest, Forbidden, InvalidParameter, NotFound};

use crate::openapi::codes::EVERY_REQUEST;
use crate::openapi::operation::{Access, Answer, Method, Operation, Parameter, Tag};

pub(super) const FOLLOW_LIVE: Operation = Operation {
    id: "follow_live",
    method: Method::Get,
    path: "/api/v1/realtime",
    access: Access::ByRule,
    tag: Tag::Realtime,
    summary: "Follow changes over WebSocket",
    description: "Opens a WebSocket (RFC 6455), with the subprotocol `mainstay.v1` if one is asked for. The token \
                  goes into the `Authorization` header or into the first message. Each client hears of what its \
                  rules let it see.",
    parameters: &[],
    body: None,
    success: 101,
    answer: Answer::WebSocket,
    failures: &[&[InvalidParameter, Forbidden, CrossSiteRequest], EVERY_REQUEST],
};

pub(super) const STREAM_LIVE: Operation = Operation {
    id: "stream_live",
    method: Method::Get,
    path: "/api/v1/realtime/events",
    access: Access::ByRule,
    tag: Tag::Realtime,
    summary: "Follow changes as an event stream",
    description: "For clients and networks without WebSocket: the same messages as Server-Sent Events.",
    parameters: &[Parameter::Subscribe, Parameter::LastEventId],
    body: None,
    success: 200,
    answer: Answer::Events,
    failures: &[&[InvalidParameter, NotFound, CrossSiteRequest], EVERY_REQUEST],
};
