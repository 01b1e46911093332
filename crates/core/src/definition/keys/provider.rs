//! The keys of `[auth.providers.<name>]`.

use super::{Choice, Key, Shape, TableKeys, choice};
use crate::limits::{PROVIDER_SCOPES_MAX, TITLE_CHARACTERS_MAX, URL_CHARACTERS_MAX};

pub(in crate::definition) const PROVIDER: TableKeys = TableKeys {
    noun: "a provider",
    doc: "Somebody who says who people are: OpenID Connect, or OAuth 2.0 of a known one.",
    keys: &[
        Key::new(
            "preset",
            Shape::Choice(PRESETS),
            "A provider whose addresses are known.",
        ),
        Key::new(
            "issuer",
            Shape::Text {
                characters_max: URL_CHARACTERS_MAX,
            },
            "The provider's address, as its tokens name it. What else there is to know is asked there.",
        ),
        Key::new(
            "client_id",
            Shape::Text {
                characters_max: TITLE_CHARACTERS_MAX,
            },
            "What the application is called there. Its secret is a setting: `auth.provider_secrets`.",
        )
        .required(),
        Key::new(
            "title",
            Shape::Text {
                characters_max: TITLE_CHARACTERS_MAX,
            },
            "The name that people see. Made from the provider's name when it is missing.",
        ),
        Key::new(
            "scopes",
            Shape::Texts {
                items_max: PROVIDER_SCOPES_MAX,
                characters_max: TITLE_CHARACTERS_MAX,
            },
            "What is asked for, instead of the provider's usual: openid, email and profile.",
        ),
        Key::new(
            "redirects",
            Shape::Texts {
                items_max: PROVIDER_SCOPES_MAX,
                characters_max: URL_CHARACTERS_MAX,
            },
            "Addresses of programs that sign people in with tokens and may be led back to.",
        ),
        Key::new(
            "sign_up",
            Shape::Boolean,
            "May people who are new get an account? As `auth.sign_up` when it is missing.",
        ),
    ],
};

const PRESETS: &[Choice] = &[
    choice("google", "Google.", &[]),
    choice("gitlab", "GitLab.com.", &[]),
    choice("github", "GitHub, with OAuth 2.0.", &[]),
];
