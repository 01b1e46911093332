//! Signing in at a provider.

use mainstay_core::Code::{
    AccountNotLinked, InvalidCredentials, InvalidParameter, MethodDisabled, NotFound, SignUpDisabled,
    Unavailable, UniqueViolation, UnknownField, ValidationFailed,
};

use crate::openapi::codes::{BODY, EVERY_REQUEST};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Parameter, Tag};

pub(super) const LIST_PROVIDERS: Operation = Operation {
    id: "list_providers",
    method: Method::Get,
    path: "/api/v1/auth/providers",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "List the providers to sign in at",
    description: "",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Providers,
    failures: &[EVERY_REQUEST],
};

pub(super) const GO_TO_PROVIDER: Operation = Operation {
    id: "go_to_provider",
    method: Method::Get,
    path: "/api/v1/auth/providers/{provider}/sign-in",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Sign in at a provider, in a browser",
    description: "A link for people. Leads to the provider, which leads back; then to `return_to`, a path of this host, with a \
                  session cookie. Behind a `#` of that path stands `sign_in_error` with a code when it failed, and \
                  `second_factor` with a challenge when the user has a second factor.",
    parameters: &[Parameter::ReturnTo],
    body: None,
    success: 303,
    answer: Answer::Elsewhere,
    failures: &[&[InvalidParameter, NotFound, Unavailable], EVERY_REQUEST],
};

pub(super) const COME_BACK: Operation = Operation {
    id: "come_back",
    method: Method::Get,
    path: "/api/v1/auth/providers/{provider}/callback",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Come back from a provider",
    description: "The address to register at the provider; only the provider leads here.",
    parameters: &[],
    body: None,
    success: 303,
    answer: Answer::Elsewhere,
    failures: &[&[InvalidCredentials, NotFound], EVERY_REQUEST],
};

pub(super) const BEGIN_AT_PROVIDER: Operation = Operation {
    id: "begin_at_provider",
    method: Method::Post,
    path: "/api/v1/auth/providers/{provider}/begin",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Begin to sign in at a provider, in a program",
    description: "Open `url` in a browser and keep `secret`. The provider leads back to `redirect_uri`, which must be among the \
                  `redirects` of the definition, with `code` and `state`.",
    parameters: &[],
    body: Some(Body::BeginAtProvider),
    success: 200,
    answer: Answer::BegunAtProvider,
    failures: &[BODY, &[ValidationFailed, UnknownField, NotFound], EVERY_REQUEST],
};

pub(super) const COMPLETE_AT_PROVIDER: Operation = Operation {
    id: "complete_at_provider",
    method: Method::Post,
    path: "/api/v1/auth/providers/{provider}/complete",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Sign in with what a provider led back with",
    description: "Works once for each sign-in that was begun.",
    parameters: &[],
    body: Some(Body::CompleteAtProvider),
    success: 200,
    answer: Answer::SessionOrCookie,
    failures: &[
        BODY,
        &[
            ValidationFailed,
            UnknownField,
            NotFound,
            InvalidCredentials,
            AccountNotLinked,
            MethodDisabled,
            SignUpDisabled,
            UniqueViolation,
        ],
        EVERY_REQUEST,
    ],
};
