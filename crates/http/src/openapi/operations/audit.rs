//! The journal, as administrators and users see it.

use mainstay_core::Code::{Conflict, InvalidCursor, InvalidParameter, NotFound, Unauthenticated};

use super::REFUSED;
use crate::openapi::codes::EVERY_REQUEST;
use crate::openapi::operation::{Access, Answer, Method, Operation, Parameter, Tag};

/// What narrows the audit.
const OF_AUDIT: &[Parameter] = &[
    Parameter::Actor,
    Parameter::OfCollection,
    Parameter::OfRecord,
    Parameter::Kind,
    Parameter::From,
    Parameter::To,
    Parameter::Request,
    Parameter::Limit,
    Parameter::Cursor,
];

pub(super) const LIST_AUDIT_ENTRIES: Operation = Operation {
    id: "list_audit_entries",
    method: Method::Get,
    path: "/api/v1/audit",
    access: Access::SignedIn,
    tag: Tag::Audit,
    summary: "List the entries of the journal",
    description: "Everything that happened, the newest first; with times alone as the filter, the latest first. For \
                  administrators.",
    parameters: OF_AUDIT,
    body: None,
    success: 200,
    answer: Answer::AuditPage,
    failures: &[&[InvalidParameter, InvalidCursor], REFUSED, EVERY_REQUEST],
};

pub(super) const EXPORT_AUDIT: Operation = Operation {
    id: "export_audit",
    method: Method::Get,
    path: "/api/v1/audit/export",
    access: Access::SignedIn,
    tag: Tag::Audit,
    summary: "Export the entries of the journal",
    description: "The same entries as a file. The export is an entry itself. For administrators.",
    parameters: &[
        Parameter::Format,
        Parameter::Actor,
        Parameter::OfCollection,
        Parameter::OfRecord,
        Parameter::Kind,
        Parameter::From,
        Parameter::To,
        Parameter::Request,
    ],
    body: None,
    success: 200,
    answer: Answer::AuditFile,
    failures: &[&[InvalidParameter], REFUSED, EVERY_REQUEST],
};

pub(super) const READ_AUDIT_STATUS: Operation = Operation {
    id: "read_audit_status",
    method: Method::Get,
    path: "/api/v1/audit/status",
    access: Access::SignedIn,
    tag: Tag::Audit,
    summary: "Read the newest seal and the key of seals",
    description: "Keep both where nobody who can write to the database can write. For administrators.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::AuditStatus,
    failures: &[REFUSED, EVERY_REQUEST],
};

pub(super) const LIST_OWN_ACTIVITY: Operation = Operation {
    id: "list_own_activity",
    method: Method::Get,
    path: "/api/v1/auth/activity",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "List one's own acts",
    description: "Sign-ins, also refused ones, sign-outs, exports and changes of the signed-in user, the newest \
                  first.",
    parameters: &[Parameter::Kind, Parameter::Limit, Parameter::Cursor],
    body: None,
    success: 200,
    answer: Answer::OwnActivity,
    failures: &[&[InvalidParameter, InvalidCursor, Unauthenticated], EVERY_REQUEST],
};

pub(super) const RECORD_ACTIVITY: Operation = Operation {
    id: "record_activity",
    method: Method::Get,
    path: "/api/v1/records/{collection}/{id}/activity",
    access: Access::ByRule,
    tag: Tag::Collection,
    summary: "List what happened to a record, in sentences",
    description: "The newest first, for everyone who may read the record; with `tree` also what happened to records \
                  under it that the caller may read.",
    parameters: &[
        Parameter::Tree,
        Parameter::Kind,
        Parameter::Limit,
        Parameter::Cursor,
    ],
    body: None,
    success: 200,
    answer: Answer::Activity,
    failures: &[
        &[InvalidParameter, InvalidCursor, NotFound, Conflict],
        EVERY_REQUEST,
    ],
};

pub(super) const USER_ACTIVITY: Operation = Operation {
    id: "user_activity",
    method: Method::Get,
    path: "/api/v1/activity",
    access: Access::ByRule,
    tag: Tag::Audit,
    summary: "List what a user did, in sentences",
    description: "The newest first: changes of records that the caller may read, by a user whom the caller may read.",
    parameters: &[
        Parameter::User,
        Parameter::Kind,
        Parameter::Limit,
        Parameter::Cursor,
    ],
    body: None,
    success: 200,
    answer: Answer::Activity,
    failures: &[
        &[InvalidParameter, InvalidCursor, NotFound, Unauthenticated],
        EVERY_REQUEST,
    ],
};
