//! Operations of accounts: signing up and in, passwords, sessions, the first administrator.

use mainstay_core::Code::{
    CrossSiteRequest, InvalidCredentials, NotFound, SetupDone, SignUpDisabled, TooManyAttempts,
    Unauthenticated, UnknownField, ValidationFailed,
};

use super::codes::{BODY, EVERY_REQUEST};
use super::operation::{Access, Answer, Body, Method, Operation, Tag};
use super::operations::{REFUSED, VALUES};

pub(in crate::openapi) const SIGN_UP: Operation = Operation {
    id: "sign_up",
    method: Method::Post,
    path: "/api/v1/auth/sign-up",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Make an account",
    description: "Makes a user and signs in. Besides the address and the password the body takes the fields of \
                  users.",
    parameters: &[],
    body: Some(Body::SignUp),
    success: 201,
    answer: Answer::Session,
    failures: &[BODY, VALUES, &[SignUpDisabled], EVERY_REQUEST],
};

pub(in crate::openapi) const SIGN_IN: Operation = Operation {
    id: "sign_in",
    method: Method::Post,
    path: "/api/v1/auth/sign-in",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Sign in",
    description: "A wrong password and an unknown address get the same answer. Send the access token as \
                  `Authorization: Bearer` with each request; it is good for `expires_in` seconds. With `\"session\": \"cookie\"` \
                  a browser gets a cookie that its scripts cannot read instead of tokens.",
    parameters: &[],
    body: Some(Body::SignIn),
    success: 200,
    answer: Answer::SessionOrCookie,
    failures: &[
        BODY,
        &[
            InvalidCredentials,
            ValidationFailed,
            UnknownField,
            CrossSiteRequest,
            TooManyAttempts,
        ],
        EVERY_REQUEST,
    ],
};

pub(in crate::openapi) const REFRESH_SESSION: Operation = Operation {
    id: "refresh_session",
    method: Method::Post,
    path: "/api/v1/auth/refresh",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Get a new access token",
    description: "A refresh token works once: keep the one that comes with the new session.",
    parameters: &[],
    body: Some(Body::Refresh),
    success: 200,
    answer: Answer::Session,
    failures: &[BODY, &[ValidationFailed, UnknownField], EVERY_REQUEST],
};

pub(in crate::openapi) const SIGN_OUT: Operation = Operation {
    id: "sign_out",
    method: Method::Post,
    path: "/api/v1/auth/sign-out",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Sign out",
    description: "Ends the session of the access token; its refresh token does not work any more.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[&[Unauthenticated], EVERY_REQUEST],
};

pub(in crate::openapi) const READ_ME: Operation = Operation {
    id: "read_me",
    method: Method::Get,
    path: "/api/v1/auth/me",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Read the signed-in user",
    description: "",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::User,
    failures: &[&[Unauthenticated], EVERY_REQUEST],
};

pub(in crate::openapi) const READ_SESSION: Operation = Operation {
    id: "read_session",
    method: Method::Get,
    path: "/api/v1/auth/session",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Ask who is signed in",
    description: "For pages, which do not know it: nobody is `null`, and no error.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::CurrentSession,
    failures: &[EVERY_REQUEST],
};

pub(in crate::openapi) const CHANGE_PASSWORD: Operation = Operation {
    id: "change_password",
    method: Method::Post,
    path: "/api/v1/auth/password",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Change your password",
    description: "Takes the current password, and ends all other sessions of the user.",
    parameters: &[],
    body: Some(Body::ChangePassword),
    success: 204,
    answer: Answer::Nothing,
    failures: &[
        BODY,
        &[
            Unauthenticated,
            InvalidCredentials,
            ValidationFailed,
            UnknownField,
        ],
        EVERY_REQUEST,
    ],
};

pub(in crate::openapi) const LIST_SESSIONS: Operation = Operation {
    id: "list_sessions",
    method: Method::Get,
    path: "/api/v1/auth/sessions",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "List your sessions",
    description: "Where you are signed in, the last used first.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::OwnSessions,
    failures: &[&[Unauthenticated], EVERY_REQUEST],
};

pub(in crate::openapi) const END_OTHER_SESSIONS: Operation = Operation {
    id: "end_other_sessions",
    method: Method::Delete,
    path: "/api/v1/auth/sessions",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "End your other sessions",
    description: "All but the one that asks. Their tokens are refused within a second.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[&[Unauthenticated], EVERY_REQUEST],
};

pub(in crate::openapi) const END_SESSION: Operation = Operation {
    id: "end_session",
    method: Method::Delete,
    path: "/api/v1/auth/sessions/{id}",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "End one of your sessions",
    description: "Its tokens are refused within a second.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[&[Unauthenticated, NotFound], EVERY_REQUEST],
};

pub(in crate::openapi) const END_USER_SESSIONS: Operation = Operation {
    id: "end_user_sessions",
    method: Method::Delete,
    path: "/api/v1/users/{id}/sessions",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "End all sessions of a user",
    description: "For administrators. The tokens are refused within a second.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[REFUSED, &[NotFound], EVERY_REQUEST],
};

pub(in crate::openapi) const SET_UP: Operation = Operation {
    id: "set_up",
    method: Method::Post,
    path: "/api/v1/setup",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Make the first administrator",
    description: "Works once, with the code that a server without administrators prints at its start. The page \
                  at `/console/set-up` does the same.",
    parameters: &[],
    body: Some(Body::SetUp),
    success: 201,
    answer: Answer::Session,
    failures: &[BODY, VALUES, &[SetupDone], EVERY_REQUEST],
};
