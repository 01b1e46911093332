//! The operations for sharing records.

use mainstay_core::Code::{
    Conflict, InvalidCredentials, InvalidCursor, InvalidParameter, NotFound, RelationViolation,
    TooManyAttempts, Unauthenticated, UnknownField, ValidationFailed,
};

use super::REFUSED;
use crate::openapi::codes::{BODY, EVERY_REQUEST};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Parameter, Tag};
use crate::openapi::shares::{ShareAnswer, ShareBody};

const OF_RECORD: &str = "/api/v1/records/{collection}/{id}/shares";
const ONE: &str = "/api/v1/records/{collection}/{id}/shares/{share_id}";

pub(super) const LIST_SHARES: Operation = Operation {
    id: "list_shares",
    method: Method::Get,
    path: OF_RECORD,
    access: Access::SignedIn,
    tag: Tag::Collection,
    summary: "List the shares of a record",
    description: "The oldest first, for whoever may share the record. The tokens of links are never shown again.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Share(ShareAnswer::Shares),
    failures: &[REFUSED, &[NotFound], EVERY_REQUEST],
};

pub(super) const CREATE_SHARE: Operation = Operation {
    id: "create_share",
    method: Method::Post,
    path: OF_RECORD,
    access: Access::SignedIn,
    tag: Tag::Collection,
    summary: "Share a record",
    description: "With a user, named by id or by address, or by a link when neither is given. Keep the `token` of a link: \
                  it is shown here alone.",
    parameters: &[],
    body: Some(Body::Share(ShareBody::NewShare)),
    success: 201,
    answer: Answer::Share(ShareAnswer::NewShare),
    failures: &[
        BODY,
        REFUSED,
        &[
            ValidationFailed,
            UnknownField,
            RelationViolation,
            Conflict,
            NotFound,
        ],
        EVERY_REQUEST,
    ],
};

pub(super) const CHANGE_SHARE: Operation = Operation {
    id: "change_share",
    method: Method::Patch,
    path: ONE,
    access: Access::SignedIn,
    tag: Tag::Collection,
    summary: "Change a share",
    description: "Its level or its end, for everybody who has access by it.",
    parameters: &[],
    body: Some(Body::Share(ShareBody::Changes)),
    success: 200,
    answer: Answer::Share(ShareAnswer::Share),
    failures: &[
        BODY,
        REFUSED,
        &[ValidationFailed, UnknownField, NotFound],
        EVERY_REQUEST,
    ],
};

pub(super) const REVOKE_SHARE: Operation = Operation {
    id: "revoke_share",
    method: Method::Delete,
    path: ONE,
    access: Access::SignedIn,
    tag: Tag::Collection,
    summary: "End a share",
    description: "Access by it ends at once, with the live updates. Whoever a record is shared with may end that share.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[REFUSED, &[NotFound], EVERY_REQUEST],
};

pub(super) const LIST_SHARED_WITH_ME: Operation = Operation {
    id: "list_shared_with_me",
    method: Method::Get,
    path: "/api/v1/shares/with-me",
    access: Access::SignedIn,
    tag: Tag::Sharing,
    summary: "List what is shared with the caller",
    description: "Records of every collection, the newest share first.",
    parameters: &[Parameter::Limit, Parameter::Cursor],
    body: None,
    success: 200,
    answer: Answer::Share(ShareAnswer::SharedWithMe),
    failures: &[&[Unauthenticated, InvalidParameter, InvalidCursor], EVERY_REQUEST],
};

pub(super) const OPEN_SHARE: Operation = Operation {
    id: "open_share",
    method: Method::Post,
    path: "/api/v1/shares/open",
    access: Access::Anyone,
    tag: Tag::Sharing,
    summary: "Open the link of a share",
    description: "Counts as a use of the link. The `grant` of the answer goes with requests in the header \
                  `Mainstay-Share` and lets them do what the share allows, until it ends or the share does.",
    parameters: &[],
    body: Some(Body::Share(ShareBody::OpenShare)),
    success: 200,
    answer: Answer::Share(ShareAnswer::OpenedShare),
    failures: &[
        BODY,
        &[
            ValidationFailed,
            UnknownField,
            InvalidCredentials,
            NotFound,
            TooManyAttempts,
        ],
        EVERY_REQUEST,
    ],
};
