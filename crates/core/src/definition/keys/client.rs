//! The keys of `[auth.clients.<name>]`.

use super::{Key, Shape, TableKeys};
use crate::limits::{API_KEY_SCOPES_MAX, CLIENT_REDIRECTS_MAX, TITLE_CHARACTERS_MAX, URL_CHARACTERS_MAX};

pub(in crate::definition) const CLIENT: TableKeys = TableKeys {
    noun: "a client",
    doc: "A program of the application's own that signs people in here with OAuth. It has no secret.",
    keys: &[
        Key::new(
            "title",
            Shape::Text {
                characters_max: TITLE_CHARACTERS_MAX,
            },
            "The name that people see. Made from the client's name when it is missing.",
        ),
        Key::new(
            "redirects",
            Shape::Texts {
                items_max: CLIENT_REDIRECTS_MAX,
                characters_max: URL_CHARACTERS_MAX,
            },
            "Where it may be led back to: addresses with https, of programs on the same machine, or with a scheme of its own \
             such as org.example.app:/back.",
        )
        .required(),
        Key::new(
            "scopes",
            Shape::Texts {
                items_max: API_KEY_SCOPES_MAX,
                characters_max: TITLE_CHARACTERS_MAX,
            },
            "What it may ask for: openid, profile, email, offline_access, and scopes of API keys such as todos:read.",
        )
        .required(),
    ],
};
