//! The operations of what happens to accounts by mail, of invitations, and of the mails themselves.

use mainstay_core::Code::{
    self, Conflict, CrossSiteRequest, InvalidCredentials, InvalidCursor, InvalidParameter, InvalidSecret,
    MailNotConfigured, MethodDisabled, NotFound, Unauthenticated, UniqueViolation, UnknownField,
    ValidationFailed,
};

use super::{REFUSED, VALUES};
use crate::openapi::by_mail::{AccountAnswer, AccountBody};
use crate::openapi::codes::{BODY, EVERY_REQUEST};
use crate::openapi::operation::{Access, Answer, Body, Method, Operation, Parameter, Tag};

const FIELDS: &[Code] = &[ValidationFailed, UnknownField];
const NO_MAIL: &[Code] = &[MailNotConfigured];
const SECRET: &[Code] = &[InvalidSecret];

pub(super) const READ_ACCOUNT: Operation = Operation {
    id: "read_account",
    method: Method::Get,
    path: "/api/v1/auth/account",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Read your account",
    description: "What the record of the user does not say: whether the address is confirmed, and how to sign in.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Account(AccountAnswer::Account),
    failures: &[&[Unauthenticated, NotFound], EVERY_REQUEST],
};

pub(super) const REQUEST_PASSWORD_RESET: Operation = Operation {
    id: "request_password_reset",
    method: Method::Post,
    path: "/api/v1/auth/request-password-reset",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Ask for a new password",
    description: "Sends a link to the address, if somebody has it. The answer is the same, and takes as long, if nobody \
                  does. The link works once, for 30 minutes.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::ForAddress)),
    success: 202,
    answer: Answer::Nothing,
    failures: &[BODY, FIELDS, NO_MAIL, &[MethodDisabled], EVERY_REQUEST],
};

pub(super) const RESET_PASSWORD: Operation = Operation {
    id: "reset_password",
    method: Method::Post,
    path: "/api/v1/auth/reset-password",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Choose a new password",
    description: "With the secret of the link, which stands behind its `#reset=`. All sessions of the user end. It signs \
                  nobody in: sign in with the new password.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::PasswordReset)),
    success: 204,
    answer: Answer::Nothing,
    failures: &[BODY, FIELDS, SECRET, &[MethodDisabled], EVERY_REQUEST],
};

pub(super) const REQUEST_VERIFICATION: Operation = Operation {
    id: "request_verification",
    method: Method::Post,
    path: "/api/v1/auth/request-verification",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Ask for a link to confirm your address",
    description: "One is sent with signing up, too. It works for 24 hours.",
    parameters: &[],
    body: None,
    success: 202,
    answer: Answer::Nothing,
    failures: &[NO_MAIL, &[Unauthenticated, NotFound, Conflict], EVERY_REQUEST],
};

pub(super) const VERIFY_ADDRESS: Operation = Operation {
    id: "verify_address",
    method: Method::Post,
    path: "/api/v1/auth/verify-address",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Confirm an address",
    description: "With the secret of the link, which stands behind its `#verify=`.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::MailSecret)),
    success: 204,
    answer: Answer::Nothing,
    failures: &[BODY, FIELDS, SECRET, EVERY_REQUEST],
};

pub(super) const REQUEST_ADDRESS_CHANGE: Operation = Operation {
    id: "request_address_change",
    method: Method::Post,
    path: "/api/v1/auth/request-address-change",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Ask for another address",
    description: "Takes the current password, and sends a link to the new address. Until somebody opens it nothing \
                  changes. Whether somebody else has the address is not told.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::AddressChange)),
    success: 202,
    answer: Answer::Nothing,
    failures: &[
        BODY,
        FIELDS,
        NO_MAIL,
        &[Unauthenticated, InvalidCredentials, Conflict],
        EVERY_REQUEST,
    ],
};

pub(super) const CONFIRM_ADDRESS_CHANGE: Operation = Operation {
    id: "confirm_address_change",
    method: Method::Post,
    path: "/api/v1/auth/confirm-address-change",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Confirm another address",
    description: "With the secret of the link, which stands behind its `#address=`. The old address is told.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::MailSecret)),
    success: 204,
    answer: Answer::Nothing,
    failures: &[BODY, VALUES, SECRET, EVERY_REQUEST],
};

pub(super) const REQUEST_SIGN_IN_CODE: Operation = Operation {
    id: "request_sign_in_code",
    method: Method::Post,
    path: "/api/v1/auth/request-code",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Ask for a code to sign in",
    description: "Sends a code to the address, if somebody has it; the answer is the same if nobody does. Keep the \
                  `challenge`: the code works together with it alone.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::ForAddress)),
    success: 202,
    answer: Answer::Account(AccountAnswer::Challenge),
    failures: &[BODY, FIELDS, NO_MAIL, &[MethodDisabled], EVERY_REQUEST],
};

pub(super) const SIGN_IN_WITH_CODE: Operation = Operation {
    id: "sign_in_with_code",
    method: Method::Post,
    path: "/api/v1/auth/sign-in-with-code",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Sign in with a code",
    description: "A code works once, for 10 minutes. After five wrong ones the challenge is over.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::CodeSignIn)),
    success: 200,
    answer: Answer::SessionOrCookie,
    failures: &[
        BODY,
        FIELDS,
        SECRET,
        &[MethodDisabled, CrossSiteRequest],
        EVERY_REQUEST,
    ],
};

pub(super) const REQUEST_SIGN_IN_LINK: Operation = Operation {
    id: "request_sign_in_link",
    method: Method::Post,
    path: "/api/v1/auth/request-link",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Ask for a link to sign in",
    description: "Sends a link to the address, if somebody has it; the answer is the same if nobody does.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::ForAddress)),
    success: 202,
    answer: Answer::Nothing,
    failures: &[BODY, FIELDS, NO_MAIL, &[MethodDisabled], EVERY_REQUEST],
};

pub(super) const SIGN_IN_WITH_LINK: Operation = Operation {
    id: "sign_in_with_link",
    method: Method::Post,
    path: "/api/v1/auth/sign-in-with-link",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Sign in with a link",
    description: "With the secret of the link, which stands behind its `#sign-in=`. It works once, for 10 minutes.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::LinkSignIn)),
    success: 200,
    answer: Answer::SessionOrCookie,
    failures: &[
        BODY,
        FIELDS,
        SECRET,
        &[MethodDisabled, CrossSiteRequest],
        EVERY_REQUEST,
    ],
};

pub(super) const LIST_INVITATIONS: Operation = Operation {
    id: "list_invitations",
    method: Method::Get,
    path: "/api/v1/invitations",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "List open invitations",
    description: "For administrators.",
    parameters: &[],
    body: None,
    success: 200,
    answer: Answer::Account(AccountAnswer::Invitations),
    failures: &[REFUSED, EVERY_REQUEST],
};

pub(super) const CREATE_INVITATION: Operation = Operation {
    id: "create_invitation",
    method: Method::Post,
    path: "/api/v1/invitations",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Invite somebody",
    description: "For administrators. `fields` are those of the user's record, also `administrator` and others that they \
                  could not set themselves. With `\"by\": \"link\"` nothing is sent: the answer has the link, here alone. \
                  It works once, for seven days; another invitation to the same address takes its place.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::NewInvitation)),
    success: 201,
    answer: Answer::Account(AccountAnswer::Invitation),
    failures: &[BODY, REFUSED, VALUES, NO_MAIL, &[Conflict], EVERY_REQUEST],
};

pub(super) const REVOKE_INVITATION: Operation = Operation {
    id: "revoke_invitation",
    method: Method::Delete,
    path: "/api/v1/invitations/{id}",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Take an invitation back",
    description: "For administrators. Its link does not work any more.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[REFUSED, &[NotFound], EVERY_REQUEST],
};

pub(super) const ACCEPT_INVITATION: Operation = Operation {
    id: "accept_invitation",
    method: Method::Post,
    path: "/api/v1/auth/accept-invitation",
    access: Access::Anyone,
    tag: Tag::SignIn,
    summary: "Accept an invitation",
    description: "With the secret of the link, which stands behind its `#invitation=`, a password, and fields of users that \
                  the invitation leaves open.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::AcceptedInvitation)),
    success: 201,
    answer: Answer::SessionOrCookie,
    failures: &[BODY, VALUES, SECRET, &[CrossSiteRequest], EVERY_REQUEST],
};

pub(super) const DELETE_OWN_ACCOUNT: Operation = Operation {
    id: "delete_own_account",
    method: Method::Post,
    path: "/api/v1/auth/delete-account",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Delete your account",
    description: "Takes the current password. The record of the user is emptied and stays, so that what they wrote keeps its \
                  author's id; what the history said of them is erased.",
    parameters: &[],
    body: Some(Body::Account(AccountBody::AccountDeletion)),
    success: 204,
    answer: Answer::Nothing,
    failures: &[
        BODY,
        VALUES,
        &[Unauthenticated, InvalidCredentials, NotFound, Conflict],
        EVERY_REQUEST,
    ],
};

pub(super) const DELETE_ACCOUNT: Operation = Operation {
    id: "delete_account",
    method: Method::Delete,
    path: "/api/v1/users/{id}/account",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "Delete the account of a user",
    description: "For administrators. As `delete_own_account`.",
    parameters: &[],
    body: None,
    success: 204,
    answer: Answer::Nothing,
    failures: &[
        REFUSED,
        &[NotFound, Conflict, ValidationFailed, UniqueViolation],
        EVERY_REQUEST,
    ],
};

pub(super) const LIST_MAILS: Operation = Operation {
    id: "list_mails",
    method: Method::Get,
    path: "/api/v1/mails",
    access: Access::SignedIn,
    tag: Tag::SignIn,
    summary: "List mails",
    description: "For administrators. The newest first: to whom, which, and what became of it, never what it said. Finished \
                  ones are kept for 14 days.",
    parameters: &[Parameter::MailState, Parameter::Limit, Parameter::Cursor],
    body: None,
    success: 200,
    answer: Answer::Account(AccountAnswer::Mails),
    failures: &[REFUSED, &[InvalidParameter, InvalidCursor], EVERY_REQUEST],
};
