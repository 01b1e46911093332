//! The operations on keys of other services.

use mainstay_core::Code::{Conflict, NotFound, Unavailable};

use super::{REFUSED, VALUES};
use crate::openapi::codes::{BODY, EVERY_REQUEST};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Tag};

const PATH: &str = "/api/v1/external-keys";
const ONE: &str = "/api/v1/external-keys/{id}";
const ROTATE: &str = "/api/v1/external-keys/{id}/rotate";

pub(super) const LIST_EXTERNAL_KEYS: Operation = Operation {
    id: "list_external_keys",
    method: Method::Get,
    path: PATH,
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "List one's keys of other services",
    description: "Each with the end that it is known by. The keys themselves are never shown.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::ExternalKeys,
    failures: &[REFUSED, EVERY_REQUEST],
};

pub(super) const ADD_EXTERNAL_KEY: Operation = Operation {
    id: "add_external_key",
    method: Method::Post,
    path: PATH,
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "Keep a key of another service",
    description: "It is kept encrypted, for what the application does in the user's name, and no answer has it. There is one \
                  key of each service.",
    parameters: &[],
    body: Some(Body::NewExternalKey),
    success: 201,
    answer: Answer::ExternalKey,
    failures: &[BODY, REFUSED, VALUES, &[Conflict, Unavailable], EVERY_REQUEST],
};

pub(super) const ROTATE_EXTERNAL_KEY: Operation = Operation {
    id: "rotate_external_key",
    method: Method::Post,
    path: ROTATE,
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "Replace a key of another service",
    description: "The new key is used from now on. The one before stays for a time, for what still runs with it, and is then \
                  removed.",
    parameters: &[],
    body: Some(Body::RotateExternalKey),
    success: 201,
    answer: Answer::ExternalKey,
    failures: &[
        BODY,
        REFUSED,
        VALUES,
        &[Conflict, NotFound, Unavailable],
        EVERY_REQUEST,
    ],
};

pub(super) const REMOVE_EXTERNAL_KEY: Operation = Operation {
    id: "remove_external_key",
    method: Method::Delete,
    path: ONE,
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "Remove a key of another service",
    description: "What still asks for it finds none.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[REFUSED, &[NotFound], EVERY_REQUEST],
};
