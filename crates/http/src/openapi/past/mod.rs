//! Operations on what was: histories, named versions, the trash.

mod schemas;

use mainstay_core::Code::{
    Conflict, InvalidBatch, InvalidCursor, InvalidParameter, NotFound, Restricted, Timeout, TooManyCascades,
    TooManyOperations, UnknownField, ValidationFailed, VersionMismatch,
};
pub(super) use schemas::schemas;

use super::codes::{BODY, EVERY_REQUEST, KEYED};
use super::operation::{Access, Answer, Body, Method, Operation, Parameter, Tag};
use super::operations::{REFUSED, VALUES};

pub(in crate::openapi) const READ_VERSION: Operation = Operation {
    id: "read_version",
    method: Method::Get,
    path: "/api/v1/records/{collection}/{id}/history/{version}",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Read a record as it was",
    description: "The whole record at one of its versions, with who made it so and when. Fields that were not there then are not in it, and hidden ones never.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::RecordVersion,
    failures: &[&[NotFound], EVERY_REQUEST],
};

pub(in crate::openapi) const COMPARE_VERSIONS: Operation = Operation {
    id: "compare_versions",
    method: Method::Get,
    path: "/api/v1/records/{collection}/{id}/history/compare",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Compare two versions of a record",
    description: "The fields that differ, each with its old and new value and with the change in between that set it last.",
    parameters: &[Parameter::FromVersion, Parameter::ToVersion],
    body: None,
    success: 200,
    answer: Answer::VersionComparison,
    failures: &[&[InvalidParameter, NotFound], EVERY_REQUEST],
};

pub(in crate::openapi) const PUT_BACK_VERSION: Operation = Operation {
    id: "put_back_version",
    method: Method::Post,
    path: "/api/v1/records/{collection}/{id}/history/{version}/put-back",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Put back what a record was",
    description: "Gives the record the values of one of its versions again, or only those of the named fields. It is a change like any other: the `update` rule decides, checks hold, and the history goes on.",
    parameters: &[Parameter::IfMatch, Parameter::IdempotencyKey],
    body: Some(Body::PutBack),
    success: 200,
    answer: Answer::Record,
    failures: &[
        BODY,
        REFUSED,
        VALUES,
        &[NotFound, Conflict, VersionMismatch],
        KEYED,
        EVERY_REQUEST,
    ],
};

pub(in crate::openapi) const LIST_VERSIONS: Operation = Operation {
    id: "list_versions",
    method: Method::Get,
    path: "/api/v1/records/{collection}/{id}/versions",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "List the named versions of a tree",
    description: "The versions of a record with everything under it, the newest first, for everyone who may read the record.",
    parameters: &[Parameter::Limit, Parameter::Cursor],
    body: None,
    success: 200,
    answer: Answer::TreeVersions,
    failures: &[&[InvalidParameter, InvalidCursor, NotFound], EVERY_REQUEST],
};

pub(in crate::openapi) const SAVE_VERSION: Operation = Operation {
    id: "save_version",
    method: Method::Post,
    path: "/api/v1/records/{collection}/{id}/versions",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Save a named version of a tree",
    description: "Keeps the record and everything under it along relations with `cascade`, as they are. The `update` rule of the record decides.",
    parameters: &[Parameter::IdempotencyKey],
    body: Some(Body::SaveVersion),
    success: 201,
    answer: Answer::TreeVersion,
    failures: &[
        BODY,
        REFUSED,
        &[ValidationFailed, UnknownField, NotFound, Conflict],
        KEYED,
        EVERY_REQUEST,
    ],
};

pub(in crate::openapi) const READ_TREE_VERSION: Operation = Operation {
    id: "read_tree_version",
    method: Method::Get,
    path: "/api/v1/records/{collection}/{id}/versions/{version_id}",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Read a named version",
    description: "",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::TreeVersion,
    failures: &[&[NotFound], EVERY_REQUEST],
};

pub(in crate::openapi) const COMPARE_TREE: Operation = Operation {
    id: "compare_tree",
    method: Method::Get,
    path: "/api/v1/records/{collection}/{id}/versions/{version_id}/compare",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Compare a named version",
    description: "The records that were added, removed or changed since, or until another version, as far as the caller may read them.",
    parameters: &[Parameter::With, Parameter::Limit, Parameter::Cursor],
    body: None,
    success: 200,
    answer: Answer::TreeComparison,
    failures: &[
        &[InvalidParameter, InvalidCursor, NotFound, Conflict],
        EVERY_REQUEST,
    ],
};

pub(in crate::openapi) const RESTORE_VERSION: Operation = Operation {
    id: "restore_version",
    method: Method::Post,
    path: "/api/v1/records/{collection}/{id}/versions/{version_id}/restore",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Restore a named version",
    description: "Saves the present as a version, then creates, restores, changes and deletes records until the tree is what it was: all of it or nothing, under the rules of the caller.",
    parameters: &[Parameter::IdempotencyKey],
    body: None,
    success: 200,
    answer: Answer::TreeRestored,
    failures: &[
        REFUSED,
        VALUES,
        &[NotFound, Conflict, Restricted, TooManyCascades, Timeout],
        KEYED,
        EVERY_REQUEST,
    ],
};

pub(in crate::openapi) const REMOVE_VERSION: Operation = Operation {
    id: "remove_version",
    method: Method::Delete,
    path: "/api/v1/records/{collection}/{id}/versions/{version_id}",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Remove a named version",
    description: "The `delete` rule of the record decides.",
    parameters: &[Parameter::IdempotencyKey],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[REFUSED, &[NotFound], KEYED, EVERY_REQUEST],
};

pub(in crate::openapi) const LIST_TRASH: Operation = Operation {
    id: "list_trash",
    method: Method::Get,
    path: "/api/v1/trash",
    access: Access::ByRule,
    tag: Tag::Trash,
    summary: "List what was deleted",
    description: "Each deletion that the caller may undo, the newest first. What went along with a record is counted there and not listed by itself.",
    parameters: &[Parameter::InCollection, Parameter::Limit, Parameter::Cursor],
    body: None,
    success: 200,
    answer: Answer::Trash,
    failures: &[&[InvalidParameter, InvalidCursor, NotFound], EVERY_REQUEST],
};

pub(in crate::openapi) const RESTORE_TRASH: Operation = Operation {
    id: "restore_trash",
    method: Method::Post,
    path: "/api/v1/trash/restore",
    access: Access::ByRule,
    tag: Tag::Trash,
    summary: "Restore many deleted records",
    description: "Each with everything that was deleted with it, as a batch that goes on after a failure: every result has its own status.",
    parameters: &[Parameter::IdempotencyKey],
    body: Some(Body::RestoreTrash),
    success: 200,
    answer: Answer::Results,
    failures: &[
        BODY,
        &[
            InvalidBatch,
            TooManyOperations,
            ValidationFailed,
            UnknownField,
            Timeout,
        ],
        KEYED,
        EVERY_REQUEST,
    ],
};

pub(in crate::openapi) const PURGE_RECORD: Operation = Operation {
    id: "purge_record",
    method: Method::Delete,
    path: "/api/v1/trash/{collection}/{id}",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "Remove a deleted record for good",
    description: "With everything that was deleted with it. The `delete` rule decides, and there is no way back.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[&[NotFound, Conflict, Restricted], EVERY_REQUEST],
};
