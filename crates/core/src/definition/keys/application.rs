//! The keys of `mainstay.toml`.

use super::{Key, Shape, TableKeys};
use crate::limits::{DESCRIPTION_CHARACTERS_MAX, TITLE_CHARACTERS_MAX};

pub(in crate::definition) const APPLICATION: TableKeys = TableKeys {
    noun: "mainstay.toml",
    doc: "The application: its name and its settings.",
    keys: &[
        Key::new(
            "name",
            Shape::ApplicationName,
            "The application's name: lower-case letters, digits and hyphens, at most 40 characters.",
        )
        .required(),
        Key::new(
            "title",
            Shape::Text {
                characters_max: TITLE_CHARACTERS_MAX,
            },
            "The name that people see. Made from `name` when it is missing.",
        ),
        Key::new(
            "description",
            Shape::Text {
                characters_max: DESCRIPTION_CHARACTERS_MAX,
            },
            "What the application is for.",
        ),
        Key::new("auth", Shape::Table(&AUTH), "How people sign in."),
    ],
};

const AUTH: TableKeys = TableKeys {
    noun: "[auth]",
    doc: "How people sign in.",
    keys: &[
        Key::new("sign_up", Shape::Boolean, "May anyone create an account?").default("false"),
        Key::new(
            "access_token_minutes",
            Shape::Integer { min: 1, max: 60 },
            "Minutes until an access token ends and must be refreshed.",
        )
        .default("10"),
        Key::new(
            "refresh_token_days",
            Shape::Integer { min: 1, max: 365 },
            "Days until a session ends, counted from its beginning, and its user must sign in again.",
        )
        .default("30"),
        Key::new(
            "session_idle_days",
            Shape::Integer { min: 1, max: 365 },
            "Days without use until a session ends before that.",
        )
        .default("14"),
    ],
};
