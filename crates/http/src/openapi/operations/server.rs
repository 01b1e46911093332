//! The server itself.

use mainstay_core::Code::{Internal, Timeout};

use super::REFUSED;
use crate::openapi::codes::EVERY_REQUEST;
use crate::openapi::operation::{Access, Answer, Method, Operation, Parameter, Tag};

pub(super) const READ_HEALTH: Operation = Operation {
    id: "read_health",
    method: Method::Get,
    path: "/api/v1/health",
    access: Access::SignedIn,
    tag: Tag::Server,
    summary: "Read the state of the server",
    description: "For administrators.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Health,
    failures: &[REFUSED, EVERY_REQUEST],
};

pub(super) const READ_APPLICATION: Operation = Operation {
    id: "read_application",
    method: Method::Get,
    path: "/api/v1/application",
    access: Access::Anyone,
    tag: Tag::Server,
    summary: "Read what the application is",
    description: "Its collections with their fields, and how people sign in: what a client needs that was made for no \
                  application in particular.",
    parameters: &[Parameter::IfNoneMatch],
    body: None,
    success: 200,
    answer: Answer::Application,
    failures: &[EVERY_REQUEST],
};

pub(super) const READ_OPENAPI: Operation = Operation {
    id: "read_openapi",
    method: Method::Get,
    path: "/api/v1/openapi.json",
    access: Access::Anyone,
    tag: Tag::Server,
    summary: "Read this document",
    description: "",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Document,
    failures: &[&[Internal, Timeout]],
};

pub(super) const LIVEZ: Operation = Operation {
    id: "livez",
    method: Method::Get,
    path: "/livez",
    access: Access::Anyone,
    tag: Tag::Server,
    summary: "Ask whether the process runs",
    description: "",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::State,
    failures: &[&[Internal, Timeout]],
};

pub(super) const READYZ: Operation = Operation {
    id: "readyz",
    method: Method::Get,
    path: "/readyz",
    access: Access::Anyone,
    tag: Tag::Server,
    summary: "Ask whether the server can take requests",
    description: "",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::State,
    failures: &[&[Internal, Timeout]],
};
