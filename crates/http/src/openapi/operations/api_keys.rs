//! The operations on API keys and service accounts.

use mainstay_core::Code::{Conflict, InvalidParameter, NotFound};

use super::{REFUSED, VALUES};
use crate::openapi::codes::{BODY, EVERY_REQUEST};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Parameter, Tag};

const PATH: &str = "/api/v1/api-keys";
const ONE: &str = "/api/v1/api-keys/{id}";
const ROTATE: &str = "/api/v1/api-keys/{id}/rotate";
const SERVICE_ACCOUNTS: &str = "/api/v1/service-accounts";

pub(super) const LIST_API_KEYS: Operation = Operation {
    id: "list_api_keys",
    method: Method::Get,
    path: PATH,
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "List API keys",
    description: "One's own that have not expired, or for an administrator those of a service account. The keys themselves \
                  are never shown again.",
    parameters: &[Parameter::Owner],
    body: None,
    success: 200,
    answer: Answer::ApiKeys,
    failures: &[REFUSED, &[InvalidParameter, NotFound], EVERY_REQUEST],
};

pub(super) const CREATE_API_KEY: Operation = Operation {
    id: "create_api_key",
    method: Method::Post,
    path: PATH,
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "Make an API key",
    description: "For oneself, or by an administrator for a service account. Keep the `key` of the answer: it is shown here \
                  alone. It goes with each request as `Authorization: Bearer`, in the place of an access token.",
    parameters: &[],
    body: Some(Body::NewApiKey),
    success: 201,
    answer: Answer::NewApiKey,
    failures: &[BODY, REFUSED, VALUES, &[Conflict, NotFound], EVERY_REQUEST],
};

pub(super) const ROTATE_API_KEY: Operation = Operation {
    id: "rotate_api_key",
    method: Method::Post,
    path: ROTATE,
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "Replace an API key",
    description: "Makes a successor with the same rights. The key before works on for a time, so that programs can go over \
                  to the new one.",
    parameters: &[],
    body: Some(Body::RotateApiKey),
    success: 201,
    answer: Answer::NewApiKey,
    failures: &[BODY, REFUSED, VALUES, &[Conflict, NotFound], EVERY_REQUEST],
};

pub(super) const REVOKE_API_KEY: Operation = Operation {
    id: "revoke_api_key",
    method: Method::Delete,
    path: ONE,
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "Take back an API key",
    description: "It is refused from now on, and the connections that were opened with it end.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[REFUSED, &[NotFound], EVERY_REQUEST],
};

pub(super) const LIST_SERVICE_ACCOUNTS: Operation = Operation {
    id: "list_service_accounts",
    method: Method::Get,
    path: SERVICE_ACCOUNTS,
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "List service accounts",
    description: "For administrators.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::ServiceAccounts,
    failures: &[REFUSED, EVERY_REQUEST],
};

pub(super) const CREATE_SERVICE_ACCOUNT: Operation = Operation {
    id: "create_service_account",
    method: Method::Post,
    path: SERVICE_ACCOUNTS,
    access: Access::SignedIn,
    tag: Tag::ApiKeys,
    summary: "Make a service account",
    description: "For administrators. A user that nobody can sign in as: it acts through its API keys, under the rules for \
                  users. It is changed, switched off and deleted as a record of users.",
    parameters: &[],
    body: Some(Body::NewServiceAccount),
    success: 201,
    answer: Answer::User,
    failures: &[BODY, REFUSED, VALUES, &[Conflict], EVERY_REQUEST],
};
