//! Comments on records, and who follows which.

use mainstay_core::Code::{
    Conflict, InvalidCursor, InvalidParameter, NotFound, RelationViolation, ValidationFailed, VersionMismatch,
};

use super::REFUSED;
use crate::openapi::codes::{BODY, EVERY_REQUEST, KEYED};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Parameter, Tag};

pub(super) const LIST_COMMENTS: Operation = Operation {
    id: "list_comments",
    method: Method::Get,
    path: "/api/v1/records/{collection}/{id}/comments",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "List the comments on a record",
    description: "A page of threads, the oldest first, each with all its replies, for everyone who may read the record.",
    parameters: &[
        Parameter::Resolved,
        Parameter::CommentField,
        Parameter::Limit,
        Parameter::Cursor,
    ],
    body: None,
    success: 200,
    answer: Answer::Comments,
    failures: &[&[InvalidParameter, InvalidCursor, NotFound], EVERY_REQUEST],
};

pub(super) const CREATE_COMMENT: Operation = Operation {
    id: "create_comment",
    method: Method::Post,
    path: "/api/v1/records/{collection}/{id}/comments",
    access: Access::SignedIn,
    tag: Tag::Collection,
    summary: "Comment on a record",
    description: "For everyone who is signed in and may read the record, unless the rule `comment` says who of them. With `parent` it answers a comment; an answer to a reply joins its thread. The author and the mentioned follow the record from then on.",
    parameters: &[Parameter::IdempotencyKey],
    body: Some(Body::NewComment),
    success: 201,
    answer: Answer::Comment,
    failures: &[
        BODY,
        REFUSED,
        &[NotFound, Conflict, ValidationFailed, RelationViolation],
        KEYED,
        EVERY_REQUEST,
    ],
};

pub(super) const EDIT_COMMENT: Operation = Operation {
    id: "edit_comment",
    method: Method::Patch,
    path: "/api/v1/comments/{id}",
    access: Access::SignedIn,
    tag: Tag::Comments,
    summary: "Change the text of a comment",
    description: "For its author. Users who are mentioned now and were not before are told.",
    parameters: &[Parameter::IfMatch, Parameter::IdempotencyKey],
    body: Some(Body::CommentEdit),
    success: 200,
    answer: Answer::Comment,
    failures: &[
        BODY,
        REFUSED,
        &[NotFound, Conflict, VersionMismatch, ValidationFailed],
        KEYED,
        EVERY_REQUEST,
    ],
};

pub(super) const DELETE_COMMENT: Operation = Operation {
    id: "delete_comment",
    method: Method::Delete,
    path: "/api/v1/comments/{id}",
    access: Access::SignedIn,
    tag: Tag::Comments,
    summary: "Delete a comment",
    description: "For its author, and for who may delete the record. A comment with replies stays in its place without its text, until the last reply is deleted.",
    parameters: &[Parameter::IfMatch, Parameter::IdempotencyKey],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[
        REFUSED,
        &[NotFound, Conflict, VersionMismatch],
        KEYED,
        EVERY_REQUEST,
    ],
};

pub(super) const RESOLVE_COMMENT: Operation = Operation {
    id: "resolve_comment",
    method: Method::Post,
    path: "/api/v1/comments/{id}/resolve",
    access: Access::SignedIn,
    tag: Tag::Comments,
    summary: "Resolve a thread",
    description: "With the id of its first comment, for who began it and for who may change the record.",
    parameters: &[Parameter::IdempotencyKey],
    body: None,
    success: 200,
    answer: Answer::Comment,
    failures: &[REFUSED, &[NotFound, Conflict], KEYED, EVERY_REQUEST],
};

pub(super) const REOPEN_COMMENT: Operation = Operation {
    id: "reopen_comment",
    method: Method::Post,
    path: "/api/v1/comments/{id}/reopen",
    access: Access::SignedIn,
    tag: Tag::Comments,
    summary: "Reopen a thread",
    description: "With the id of its first comment, for who began it and for who may change the record.",
    parameters: &[Parameter::IdempotencyKey],
    body: None,
    success: 200,
    answer: Answer::Comment,
    failures: &[REFUSED, &[NotFound, Conflict], KEYED, EVERY_REQUEST],
};

pub(super) const ADD_REACTION: Operation = Operation {
    id: "add_reaction",
    method: Method::Put,
    path: "/api/v1/comments/{id}/reactions/{emoji}",
    access: Access::SignedIn,
    tag: Tag::Comments,
    summary: "React to a comment",
    description: "For everyone who may comment on the record. A second time changes nothing.",
    parameters: &[Parameter::IdempotencyKey],
    body: None,
    success: 200,
    answer: Answer::Comment,
    failures: &[
        REFUSED,
        &[NotFound, Conflict, ValidationFailed],
        KEYED,
        EVERY_REQUEST,
    ],
};

pub(super) const REMOVE_REACTION: Operation = Operation {
    id: "remove_reaction",
    method: Method::Delete,
    path: "/api/v1/comments/{id}/reactions/{emoji}",
    access: Access::SignedIn,
    tag: Tag::Comments,
    summary: "Take a reaction back",
    description: "One that is not there is no failure.",
    parameters: &[Parameter::IdempotencyKey],
    body: None,
    success: 200,
    answer: Answer::Comment,
    failures: &[REFUSED, &[NotFound, ValidationFailed], KEYED, EVERY_REQUEST],
};

pub(super) const READ_FOLLOW: Operation = Operation {
    id: "read_follow",
    method: Method::Get,
    path: "/api/v1/records/{collection}/{id}/follow",
    access: Access::SignedIn,
    tag: Tag::Collection,
    summary: "Ask whether one follows a record",
    description: "",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Follow,
    failures: &[REFUSED, &[NotFound], EVERY_REQUEST],
};

pub(super) const FOLLOW_RECORD: Operation = Operation {
    id: "follow_record",
    method: Method::Put,
    path: "/api/v1/records/{collection}/{id}/follow",
    access: Access::SignedIn,
    tag: Tag::Collection,
    summary: "Follow a record",
    description: "Who follows a record is told of its comments, changes and deletion; not of what hangs on it.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Follow,
    failures: &[REFUSED, &[NotFound, Conflict], EVERY_REQUEST],
};

pub(super) const UNFOLLOW_RECORD: Operation = Operation {
    id: "unfollow_record",
    method: Method::Delete,
    path: "/api/v1/records/{collection}/{id}/follow",
    access: Access::SignedIn,
    tag: Tag::Collection,
    summary: "Stop following a record",
    description: "From then on only mentions reach the user, and neither comments nor mentions make them follow again.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Follow,
    failures: &[REFUSED, &[NotFound], EVERY_REQUEST],
};
