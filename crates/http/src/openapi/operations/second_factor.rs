//! Second factors.

use mainstay_core::Code::{
    Conflict, CrossSiteRequest, FreshSignInRequired, InvalidCredentials, NotFound, Unauthenticated,
    UnknownField, ValidationFailed,
};

use super::REFUSED;
use crate::openapi::codes::{BODY, EVERY_REQUEST};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Tag};

pub(super) const COMPLETE_SIGN_IN: Operation = Operation {
    id: "complete_sign_in",
    method: Method::Post,
    path: "/api/v1/auth/sign-in/second-factor",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Show the second factor",
    description: "The second step of a sign-in that was answered with `second_factor`: a code of the authenticator, or one \
                  of the recovery codes. Each code works once. After five wrong ones the sign-in begins again.",
    parameters: &[],
    body: Some(Body::SecondFactor),
    success: 200,
    answer: Answer::SessionOrCookie,
    failures: &[
        BODY,
        &[
            InvalidCredentials,
            ValidationFailed,
            UnknownField,
            CrossSiteRequest,
        ],
        EVERY_REQUEST,
    ],
};

pub(super) const READ_SECOND_FACTOR: Operation = Operation {
    id: "read_second_factor",
    method: Method::Get,
    path: "/api/v1/auth/second-factor",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Read your second factor",
    description: "Whether there is an authenticator, how many recovery codes are left, and whether the application wants \
                  one of you.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::OwnSecondFactor,
    failures: &[&[Unauthenticated], EVERY_REQUEST],
};

pub(super) const BEGIN_TOTP: Operation = Operation {
    id: "begin_totp",
    method: Method::Post,
    path: "/api/v1/auth/totp",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Set up an authenticator",
    description: "Gives the secret for an authenticator app, as text and as an address for a QR code. It counts once a \
                  code of it was confirmed.",
    parameters: &[],
    body: Some(Body::CurrentPassword),
    success: 201,
    answer: Answer::NewTotp,
    failures: &[BODY, OWN, &[Conflict], EVERY_REQUEST],
};

pub(super) const CONFIRM_TOTP: Operation = Operation {
    id: "confirm_totp",
    method: Method::Post,
    path: "/api/v1/auth/totp/confirm",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Confirm an authenticator",
    description: "From here on each sign-in of the user takes a code of it. Gives recovery codes, which are shown once, and \
                  ends all other sessions of the user.",
    parameters: &[],
    body: Some(Body::TotpCode),
    success: 200,
    answer: Answer::RecoveryCodes,
    failures: &[
        BODY,
        &[
            Unauthenticated,
            InvalidCredentials,
            ValidationFailed,
            UnknownField,
            Conflict,
        ],
        EVERY_REQUEST,
    ],
};

pub(super) const REMOVE_TOTP: Operation = Operation {
    id: "remove_totp",
    method: Method::Post,
    path: "/api/v1/auth/totp/remove",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Remove your authenticator",
    description: "With its recovery codes. From here on the password is enough, unless the application wants more.",
    parameters: &[],
    body: Some(Body::CurrentPassword),
    success: 204,
    answer: Answer::Nothing,
    failures: &[BODY, OWN, &[Conflict], EVERY_REQUEST],
};

pub(super) const MAKE_RECOVERY_CODES: Operation = Operation {
    id: "make_recovery_codes",
    method: Method::Post,
    path: "/api/v1/auth/recovery-codes",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Make new recovery codes",
    description: "Those before do not work any more. They are shown once.",
    parameters: &[],
    body: Some(Body::CurrentPassword),
    success: 200,
    answer: Answer::RecoveryCodes,
    failures: &[BODY, OWN, &[Conflict], EVERY_REQUEST],
};

pub(super) const RESET_SECOND_FACTOR: Operation = Operation {
    id: "reset_second_factor",
    method: Method::Delete,
    path: "/api/v1/users/{id}/second-factor",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Remove the second factor of a user",
    description: "For administrators, when somebody has lost it; passkeys go, too. Ends all sessions of the user.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[REFUSED, &[NotFound, Conflict], EVERY_REQUEST],
};

/// What changes how somebody signs in.
const OWN: &[mainstay_core::Code] = &[
    Unauthenticated,
    InvalidCredentials,
    FreshSignInRequired,
    ValidationFailed,
    UnknownField,
];
