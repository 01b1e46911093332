//! The records of a collection.

use mainstay_core::Code::{
    CheckViolation, Conflict, InvalidBatch, InvalidCursor, InvalidFilter, InvalidParameter, NotFound,
    Restricted, Timeout, TooManyCascades, TooManyOperations, UniqueViolation, VersionMismatch,
};

use super::{REFUSED, VALUES};
use crate::openapi::codes::{BODY, EVERY_REQUEST, KEYED};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Parameter, Tag};

pub(super) const LIST_RECORDS: Operation = Operation {
    id: "list_records",
    method: Method::Get,
    path: "/api/v1/records/{collection}",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "List records",
    description: "A page of the records that the `list` rule lets the caller see, perhaps none. Follow \
                  `next_cursor` until it is null: no record is shown twice or left out because others came or \
                  went in between.",
    parameters: &[
        Parameter::Filter,
        Parameter::Sort,
        Parameter::Fields,
        Parameter::Expand,
        Parameter::Limit,
        Parameter::Cursor,
        Parameter::Count,
        Parameter::Deleted,
    ],
    body: None,
    success: 200,
    answer: Answer::Page,
    failures: &[
        &[InvalidParameter, InvalidFilter, InvalidCursor],
        REFUSED,
        EVERY_REQUEST,
    ],
};

pub(super) const CREATE_RECORD: Operation = Operation {
    id: "create_record",
    method: Method::Post,
    path: "/api/v1/records/{collection}",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Create a record",
    description: "Fields that are left out get their default, or null. The `create` rule decides, with the new \
                  record as `input`.",
    parameters: &[Parameter::IdempotencyKey],
    body: Some(Body::NewRecord),
    success: 201,
    answer: Answer::Record,
    failures: &[BODY, REFUSED, VALUES, &[Conflict], KEYED, EVERY_REQUEST],
};

pub(super) const READ_RECORD: Operation = Operation {
    id: "read_record",
    method: Method::Get,
    path: "/api/v1/records/{collection}/{id}",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Read a record",
    description: "A record that the `read` rule hides from the caller is answered as one that does not exist.",
    parameters: &[Parameter::Fields, Parameter::Expand, Parameter::IfNoneMatch],
    body: None,
    success: 200,
    answer: Answer::SelectedRecord,
    failures: &[&[InvalidParameter, NotFound], EVERY_REQUEST],
};

pub(super) const UPDATE_RECORD: Operation = Operation {
    id: "update_record",
    method: Method::Patch,
    path: "/api/v1/records/{collection}/{id}",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Change a record",
    description: "Changes the fields that the body names. A field that is left out stays, null empties a field, \
                  and a list replaces the whole list. Send the record's `ETag` as `If-Match`, and a change that \
                  somebody else made in the meantime is not lost: the answer is 412.",
    parameters: &[Parameter::IfMatch, Parameter::IdempotencyKey],
    body: Some(Body::Changes),
    success: 200,
    answer: Answer::Record,
    failures: &[
        BODY,
        REFUSED,
        VALUES,
        &[NotFound, VersionMismatch],
        KEYED,
        EVERY_REQUEST,
    ],
};

pub(super) const DELETE_RECORD: Operation = Operation {
    id: "delete_record",
    method: Method::Delete,
    path: "/api/v1/records/{collection}/{id}",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Delete a record",
    description: "Records that point to this one go with it, are emptied of it, or keep it from being deleted, \
                  as `on_delete` of their relation says.",
    parameters: &[Parameter::IfMatch, Parameter::IdempotencyKey],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[
        REFUSED,
        &[
            NotFound,
            Restricted,
            TooManyCascades,
            CheckViolation,
            VersionMismatch,
        ],
        KEYED,
        EVERY_REQUEST,
    ],
};

pub(super) const RESTORE_RECORD: Operation = Operation {
    id: "restore_record",
    method: Method::Post,
    path: "/api/v1/records/{collection}/{id}/restore",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Restore a deleted record",
    description: "Brings a deleted record back, with everything that was deleted with it. The `delete` rule \
                  decides. When another record has taken a unique value in the meantime, the answer is 409.",
    parameters: &[Parameter::IdempotencyKey],
    body: None,
    success: 200,
    answer: Answer::Record,
    failures: &[&[NotFound, Conflict, UniqueViolation], KEYED, EVERY_REQUEST],
};

pub(super) const RECORD_HISTORY: Operation = Operation {
    id: "record_history",
    method: Method::Get,
    path: "/api/v1/records/{collection}/{id}/history",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "List the changes of a record",
    description: "Every change with its time, its actor and the old and new values, the newest first, for \
                  everyone who may read the record.",
    parameters: &[Parameter::Limit, Parameter::Cursor],
    body: None,
    success: 200,
    answer: Answer::History,
    failures: &[&[InvalidParameter, InvalidCursor, NotFound], EVERY_REQUEST],
};

pub(super) const BATCH_RECORDS: Operation = Operation {
    id: "batch_records",
    method: Method::Post,
    path: "/api/v1/batch",
    access: Access::ByRule,
    tag: Tag::Batch,
    summary: "Write many records in one request",
    description: "The operations are done in order under the caller's rules, and each sees what the ones before \
                  it have written. With `all_or_nothing` the first that fails undoes all of them, and the answer \
                  is its problem. With `per_record` the others stay, and each result has its own status. \
                  `check` answers like `per_record` and writes nothing.",
    parameters: &[Parameter::IdempotencyKey],
    body: Some(Body::Batch),
    success: 200,
    answer: Answer::Results,
    failures: &[
        BODY,
        REFUSED,
        VALUES,
        &[
            InvalidBatch,
            Timeout,
            TooManyOperations,
            NotFound,
            Conflict,
            Restricted,
            TooManyCascades,
            VersionMismatch,
        ],
        KEYED,
        EVERY_REQUEST,
    ],
};
