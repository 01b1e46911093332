//! The operations on webhooks.

use mainstay_core::Code::{
    self, Conflict, InvalidCursor, InvalidParameter, NotFound, UnknownField, ValidationFailed,
};

use super::REFUSED;
use crate::openapi::codes::{BODY, EVERY_REQUEST};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Parameter, Tag};

const PATH: &str = "/api/v1/webhooks";
const ONE: &str = "/api/v1/webhooks/{id}";
const FIELDS: &[Code] = &[ValidationFailed, UnknownField];

pub(super) const LIST: Operation = Operation {
    id: "list_webhooks",
    method: Method::Get,
    path: PATH,
    access: Access::SignedIn,
    tag: Tag::Webhooks,
    summary: "List webhooks",
    description: "For administrators.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Webhooks,
    failures: &[REFUSED, EVERY_REQUEST],
};

pub(super) const CREATE: Operation = Operation {
    id: "create_webhook",
    method: Method::Post,
    path: PATH,
    access: Access::SignedIn,
    tag: Tag::Webhooks,
    summary: "Make a webhook",
    description: "For administrators. It gets what happens from now on. Keep the `secret` of the answer: it is shown \
                  here alone.",
    parameters: &[],
    body: Some(Body::NewWebhook),
    success: 201,
    answer: Answer::NewWebhook,
    failures: &[BODY, REFUSED, FIELDS, &[Conflict], EVERY_REQUEST],
};

pub(super) const READ: Operation = Operation {
    id: "read_webhook",
    method: Method::Get,
    path: ONE,
    access: Access::SignedIn,
    tag: Tag::Webhooks,
    summary: "Read a webhook",
    description: "For administrators.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Webhook,
    failures: &[REFUSED, &[NotFound], EVERY_REQUEST],
};

pub(super) const UPDATE: Operation = Operation {
    id: "update_webhook",
    method: Method::Patch,
    path: ONE,
    access: Access::SignedIn,
    tag: Tag::Webhooks,
    summary: "Change a webhook",
    description: "For administrators. A field that is left out stays. Switched on again, it gets what happens from then \
                  on, and the messages that still waited.",
    parameters: &[],
    body: Some(Body::WebhookChanges),
    success: 200,
    answer: Answer::Webhook,
    failures: &[BODY, REFUSED, FIELDS, &[NotFound], EVERY_REQUEST],
};

pub(super) const DELETE: Operation = Operation {
    id: "delete_webhook",
    method: Method::Delete,
    path: ONE,
    access: Access::SignedIn,
    tag: Tag::Webhooks,
    summary: "Remove a webhook",
    description: "For administrators. Messages that wait for it are not sent any more.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[REFUSED, &[NotFound], EVERY_REQUEST],
};

pub(super) const ROTATE: Operation = Operation {
    id: "rotate_webhook_secret",
    method: Method::Post,
    path: "/api/v1/webhooks/{id}/rotate-secret",
    access: Access::SignedIn,
    tag: Tag::Webhooks,
    summary: "Make a new secret",
    description: "For administrators. Until `previous_until` messages are signed with both secrets.",
    parameters: &[],
    body: Some(Body::RotateSecret),
    success: 200,
    answer: Answer::WebhookSecret,
    failures: &[BODY, REFUSED, FIELDS, &[NotFound], EVERY_REQUEST],
};

pub(super) const TEST: Operation = Operation {
    id: "test_webhook",
    method: Method::Post,
    path: "/api/v1/webhooks/{id}/test",
    access: Access::SignedIn,
    tag: Tag::Webhooks,
    summary: "Send a test message",
    description: "For administrators. A message of the type `webhook.test` is sent once; the list of messages tells how \
                  it went.",
    parameters: &[],
    body: None,
    success: 202,
    answer: Answer::WebhookDelivery,
    failures: &[REFUSED, &[NotFound, Conflict], EVERY_REQUEST],
};

pub(super) const LIST_DELIVERIES: Operation = Operation {
    id: "list_webhook_deliveries",
    method: Method::Get,
    path: "/api/v1/webhooks/{id}/deliveries",
    access: Access::SignedIn,
    tag: Tag::Webhooks,
    summary: "List the messages of a webhook",
    description: "For administrators. The newest first, each with its attempts. Finished ones are kept for 30 days.",
    parameters: &[Parameter::DeliveryState, Parameter::Limit, Parameter::Cursor],
    body: None,
    success: 200,
    answer: Answer::WebhookDeliveries,
    failures: &[
        REFUSED,
        &[NotFound, InvalidParameter, InvalidCursor],
        EVERY_REQUEST,
    ],
};

pub(super) const RESEND: Operation = Operation {
    id: "resend_webhook_delivery",
    method: Method::Post,
    path: "/api/v1/webhooks/{id}/deliveries/{delivery_id}/resend",
    access: Access::SignedIn,
    tag: Tag::Webhooks,
    summary: "Send a message again",
    description: "For administrators. The message keeps its id, so whoever has it already can tell.",
    parameters: &[],
    body: None,
    success: 202,
    answer: Answer::WebhookDelivery,
    failures: &[REFUSED, &[NotFound, Conflict], EVERY_REQUEST],
};
