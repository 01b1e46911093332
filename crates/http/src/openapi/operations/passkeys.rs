//! Passkeys.

use mainstay_core::Code::{
    Conflict, CrossSiteRequest, FreshSignInRequired, InvalidCredentials, MethodDisabled, NotFound,
    Unauthenticated, UnknownField, ValidationFailed,
};

use crate::openapi::codes::{BODY, EVERY_REQUEST};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Tag};
use crate::openapi::passkeys::{PasskeyAnswer, PasskeyBody};

const PASSKEYS: &str = "/api/v1/auth/passkeys";

pub(super) const BEGIN_PASSKEY_SIGN_IN: Operation = Operation {
    id: "begin_passkey_sign_in",
    method: Method::Post,
    path: "/api/v1/auth/sign-in-with-passkey/begin",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Begin to sign in with a passkey",
    description: "Gives what a browser asks the authenticator for. Nobody types a name: the authenticator shows the passkeys \
                  that it has for this host.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Passkey(PasskeyAnswer::Options),
    failures: &[&[MethodDisabled], EVERY_REQUEST],
};

pub(super) const SIGN_IN_WITH_PASSKEY: Operation = Operation {
    id: "sign_in_with_passkey",
    method: Method::Post,
    path: "/api/v1/auth/sign-in-with-passkey",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Sign in with a passkey",
    description: "With what the passkey has signed. It is two factors in one: no code is asked for. Each challenge is \
                  answered once.",
    parameters: &[],
    body: Some(Body::Passkey(PasskeyBody::SignIn)),
    success: 200,
    answer: Answer::SessionOrCookie,
    failures: &[
        BODY,
        &[
            InvalidCredentials,
            MethodDisabled,
            ValidationFailed,
            UnknownField,
            CrossSiteRequest,
        ],
        EVERY_REQUEST,
    ],
};

pub(super) const LIST_PASSKEYS: Operation = Operation {
    id: "list_passkeys",
    method: Method::Get,
    path: PASSKEYS,
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "List your passkeys",
    description: "",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Passkey(PasskeyAnswer::List),
    failures: &[&[Unauthenticated], EVERY_REQUEST],
};

pub(super) const BEGIN_PASSKEY: Operation = Operation {
    id: "begin_passkey",
    method: Method::Post,
    path: "/api/v1/auth/passkeys/begin",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Begin to add a passkey",
    description: "Gives what a browser asks the authenticator for, on a page of this host.",
    parameters: &[],
    body: Some(Body::CurrentPassword),
    success: 200,
    answer: Answer::Passkey(PasskeyAnswer::Options),
    failures: &[BODY, OWN, &[MethodDisabled, Conflict], EVERY_REQUEST],
};

pub(super) const ADD_PASSKEY: Operation = Operation {
    id: "add_passkey",
    method: Method::Post,
    path: PASSKEYS,
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Add a passkey",
    description: "With what the authenticator made, in the session that began it. The first one of a user without an \
                  authenticator app ends all other sessions of the user.",
    parameters: &[],
    body: Some(Body::Passkey(PasskeyBody::New)),
    success: 201,
    answer: Answer::Passkey(PasskeyAnswer::One),
    failures: &[
        BODY,
        &[
            Unauthenticated,
            MethodDisabled,
            ValidationFailed,
            UnknownField,
            Conflict,
        ],
        EVERY_REQUEST,
    ],
};

pub(super) const RENAME_PASSKEY: Operation = Operation {
    id: "rename_passkey",
    method: Method::Patch,
    path: "/api/v1/auth/passkeys/{id}",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Rename a passkey",
    description: "",
    parameters: &[],
    body: Some(Body::Passkey(PasskeyBody::Name)),
    success: 200,
    answer: Answer::Passkey(PasskeyAnswer::One),
    failures: &[
        BODY,
        &[Unauthenticated, NotFound, ValidationFailed, UnknownField],
        EVERY_REQUEST,
    ],
};

pub(super) const REMOVE_PASSKEY: Operation = Operation {
    id: "remove_passkey",
    method: Method::Post,
    path: "/api/v1/auth/passkeys/{id}/remove",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Remove a passkey",
    description: "Unless it is the last way to sign in to the account.",
    parameters: &[],
    body: Some(Body::CurrentPassword),
    success: 204,
    answer: Answer::Nothing,
    failures: &[BODY, OWN, &[NotFound, Conflict], EVERY_REQUEST],
};

/// What changes how somebody signs in.
const OWN: &[mainstay_core::Code] = &[
    Unauthenticated,
    InvalidCredentials,
    FreshSignInRequired,
    ValidationFailed,
    UnknownField,
];
