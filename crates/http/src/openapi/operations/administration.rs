//! What administrators see of the application and of what serves it.

use mainstay_core::Code::{
    Conflict, InvalidFilter, MailNotConfigured, NotFound, Unavailable, UnknownField, ValidationFailed,
};

use super::REFUSED;
use crate::openapi::administration::{AdminAnswer, AdminBody};
use crate::openapi::by_mail::AccountAnswer;
use crate::openapi::codes::{BODY, EVERY_REQUEST};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Tag};

pub(super) const READ_DEFINITION: Operation = Operation {
    id: "read_definition",
    method: Method::Get,
    path: "/api/v1/definition",
    access: Access::SignedIn,
    tag: Tag::Server,
    summary: "Read the definition",
    description: "Every collection with all its fields, rules, checks and indexes, and the files as they are in force. For \
                  administrators.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Administration(AdminAnswer::Definition),
    failures: &[REFUSED, EVERY_REQUEST],
};

pub(super) const TEST_RULE: Operation = Operation {
    id: "test_rule",
    method: Method::Post,
    path: "/api/v1/rules/test",
    access: Access::SignedIn,
    tag: Tag::Server,
    summary: "Ask what the rules say of an act",
    description: "May this user do that to this record, and which part of which rule decides? Nothing is written. A rule \
                  that is not saved can be tried out. For administrators.",
    parameters: &[],
    body: Some(Body::Administration(AdminBody::RuleTest)),
    success: 200,
    answer: Answer::Administration(AdminAnswer::RuleTest),
    failures: &[
        BODY,
        REFUSED,
        &[ValidationFailed, UnknownField, InvalidFilter],
        EVERY_REQUEST,
    ],
};

pub(super) const CHECK_RULE: Operation = Operation {
    id: "check_rule",
    method: Method::Post,
    path: "/api/v1/rules/check",
    access: Access::SignedIn,
    tag: Tag::Server,
    summary: "Ask whether a text is a rule",
    description: "Its faults with their places, and what could be written at one: for editors. For administrators.",
    parameters: &[],
    body: Some(Body::Administration(AdminBody::RuleCheck)),
    success: 200,
    answer: Answer::Administration(AdminAnswer::RuleCheck),
    failures: &[BODY, REFUSED, &[ValidationFailed, UnknownField], EVERY_REQUEST],
};

pub(super) const CHANGE_DEFINITION: Operation = Operation {
    id: "change_definition",
    method: Method::Put,
    path: "/api/v1/definition/collections/{name}",
    access: Access::SignedIn,
    tag: Tag::Server,
    summary: "Change the file of a collection",
    description: "Only where `mainstay dev` runs: in production this is a conflict. The whole definition is checked first; \
                  faults, and what would become of the database, are told in the answer. For administrators.",
    parameters: &[],
    body: Some(Body::Administration(AdminBody::DefinitionChange)),
    success: 200,
    answer: Answer::Administration(AdminAnswer::DefinitionChange),
    failures: &[
        BODY,
        REFUSED,
        &[ValidationFailed, UnknownField, NotFound, Conflict, Unavailable],
        EVERY_REQUEST,
    ],
};

pub(super) const LIST_SETTINGS: Operation = Operation {
    id: "list_settings",
    method: Method::Get,
    path: "/api/v1/settings",
    access: Access::SignedIn,
    tag: Tag::Server,
    summary: "List the settings in force",
    description: "Each with its value and where that comes from; of secrets only whether they are set. For \
                  administrators.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Administration(AdminAnswer::Settings),
    failures: &[REFUSED, EVERY_REQUEST],
};

pub(super) const READ_MIGRATIONS: Operation = Operation {
    id: "read_migrations",
    method: Method::Get,
    path: "/api/v1/migrations",
    access: Access::SignedIn,
    tag: Tag::Server,
    summary: "Read the state of the migrations",
    description: "Where the database stands beside the files of the application. For administrators.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Administration(AdminAnswer::Migrations),
    failures: &[REFUSED, &[Unavailable], EVERY_REQUEST],
};

pub(super) const LIST_JOBS: Operation = Operation {
    id: "list_jobs",
    method: Method::Get,
    path: "/api/v1/jobs",
    access: Access::SignedIn,
    tag: Tag::Server,
    summary: "List what runs beside requests",
    description: "Readers of the journal, work that is done by time, and what waits to be sent. For administrators.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Administration(AdminAnswer::Jobs),
    failures: &[REFUSED, EVERY_REQUEST],
};

pub(super) const RETRY_MAIL: Operation = Operation {
    id: "retry_mail",
    method: Method::Post,
    path: "/api/v1/mails/{id}/retry",
    access: Access::SignedIn,
    tag: Tag::Server,
    summary: "Send a mail again",
    description: "One that was given up; what it lets its reader do begins anew. For administrators.",
    parameters: &[],
    body: None,
    success: 202,
    answer: Answer::Account(AccountAnswer::Mail),
    failures: &[REFUSED, &[NotFound, Conflict, MailNotConfigured], EVERY_REQUEST],
};
