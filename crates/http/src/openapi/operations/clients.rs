//! The operations on clients that sign people in here. What the clients themselves ask for is described by their metadata.

use mainstay_core::Code::{Conflict, InvalidParameter, NotFound, UnknownField, ValidationFailed};

use super::REFUSED;
use crate::openapi::codes::{BODY, EVERY_REQUEST};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Tag};

pub(super) const LIST_CLIENTS: Operation = Operation {
    id: "list_clients",
    method: Method::Get,
    path: "/api/v1/clients",
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "List the clients that sign people in here",
    description: "For administrators: those that the definition declares, and those that are registered.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Clients,
    failures: &[REFUSED, EVERY_REQUEST],
};

pub(super) const CREATE_CLIENT: Operation = Operation {
    id: "create_client",
    method: Method::Post,
    path: "/api/v1/clients",
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "Register a client",
    description: "For administrators. Keep the `secret` of the answer: it is shown here alone.",
    parameters: &[],
    body: Some(Body::NewClient),
    success: 201,
    answer: Answer::NewClient,
    failures: &[
        BODY,
        REFUSED,
        &[ValidationFailed, UnknownField, Conflict],
        EVERY_REQUEST,
    ],
};

pub(super) const UPDATE_CLIENT: Operation = Operation {
    id: "update_client",
    method: Method::Patch,
    path: "/api/v1/clients/{id}",
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "Change a client",
    description: "For administrators. What it may not have any more is taken from its access tokens, too.",
    parameters: &[],
    body: Some(Body::ClientChanges),
    success: 200,
    answer: Answer::Client,
    failures: &[
        BODY,
        REFUSED,
        &[ValidationFailed, UnknownField, NotFound, Conflict],
        EVERY_REQUEST,
    ],
};

pub(super) const ROTATE_CLIENT_SECRET: Operation = Operation {
    id: "rotate_client_secret",
    method: Method::Post,
    path: "/api/v1/clients/{id}/rotate-secret",
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "Give a client another secret",
    description: "For administrators. The secret before ends at once.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::NewClient,
    failures: &[REFUSED, &[NotFound, Conflict], EVERY_REQUEST],
};

pub(super) const REMOVE_CLIENT: Operation = Operation {
    id: "remove_client",
    method: Method::Delete,
    path: "/api/v1/clients/{id}",
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "Remove a client",
    description: "For administrators. Whatever users let it have ends with it.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[REFUSED, &[NotFound, Conflict], EVERY_REQUEST],
};

pub(super) const LIST_APPLICATIONS: Operation = Operation {
    id: "list_applications",
    method: Method::Get,
    path: "/api/v1/auth/applications",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "List the applications that one has let in",
    description: "",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Applications,
    failures: &[REFUSED, EVERY_REQUEST],
};

pub(super) const DISCONNECT_APPLICATION: Operation = Operation {
    id: "disconnect_application",
    method: Method::Delete,
    path: "/api/v1/auth/applications/{client}",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Take back what one has let an application have",
    description: "Its tokens and sessions end at once.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[REFUSED, &[InvalidParameter, NotFound], EVERY_REQUEST],
};
