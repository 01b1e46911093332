//! What users are told.

use mainstay_core::Code::{InvalidCursor, InvalidParameter, ValidationFailed};

use super::REFUSED;
use crate::openapi::codes::{BODY, EVERY_REQUEST};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Parameter, Tag};

pub(super) const LIST_NOTIFICATIONS: Operation = Operation {
    id: "list_notifications",
    method: Method::Get,
    path: "/api/v1/notifications",
    access: Access::SignedIn,
    tag: Tag::Notifications,
    summary: "List notifications",
    description: "The caller's own, the newest first. What is about a record that they may not read any more is left out, so a page may be short; follow `next_cursor` until it is null.",
    parameters: &[Parameter::Unread, Parameter::Limit, Parameter::Cursor],
    body: None,
    success: 200,
    answer: Answer::Notifications,
    failures: &[REFUSED, &[InvalidParameter, InvalidCursor], EVERY_REQUEST],
};

pub(super) const MARK_NOTIFICATIONS_READ: Operation = Operation {
    id: "mark_notifications_read",
    method: Method::Post,
    path: "/api/v1/notifications/read",
    access: Access::SignedIn,
    tag: Tag::Notifications,
    summary: "Mark notifications as read",
    description: "",
    parameters: &[],
    body: Some(Body::ReadNotifications),
    success: 200,
    answer: Answer::NotificationsMarked,
    failures: &[BODY, REFUSED, &[ValidationFailed], EVERY_REQUEST],
};

pub(super) const COUNT_NOTIFICATIONS: Operation = Operation {
    id: "count_notifications",
    method: Method::Get,
    path: "/api/v1/notifications/count",
    access: Access::SignedIn,
    tag: Tag::Notifications,
    summary: "Count unread notifications",
    description: "",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::NotificationCount,
    failures: &[REFUSED, EVERY_REQUEST],
};
