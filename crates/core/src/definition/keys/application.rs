//! The keys of `mainstay.toml`.

use super::{Choice, Key, Shape, TableKeys, choice};
use crate::limits::{
    DESCRIPTION_CHARACTERS_MAX, LANGUAGE_CHARACTERS_MAX, PATH_CHARACTERS_MAX, TITLE_CHARACTERS_MAX,
};

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
        Key::new("mail", Shape::Table(&MAIL), "The mails that people get."),
    ],
};

const AUTH: TableKeys = TableKeys {
    noun: "[auth]",
    doc: "How people sign in.",
    keys: &[
        Key::new("sign_up", Shape::Boolean, "May anyone create an account?").default("false"),
        Key::new(
            "methods",
            Shape::Choices(&METHODS),
            "What people may sign in with.",
        )
        .default("[\"password\"]"),
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

/// In the order of [`SignInMethod::ALL`](crate::definition::SignInMethod::ALL).
pub(in crate::definition) const METHODS: [Choice; 3] = [
    choice(
        "password",
        "The address and a password.",
        &["credentials", "email_password"],
    ),
    choice(
        "email_code",
        "A code of eight digits that comes by mail.",
        &["otp", "email_otp", "code"],
    ),
    choice(
        "magic_link",
        "A link that comes by mail.",
        &["email_link", "link", "magic"],
    ),
];

const MAIL: TableKeys = TableKeys {
    noun: "[mail]",
    doc: "The mails that people get.",
    keys: &[
        Key::new(
            "language",
            Shape::Text {
                characters_max: LANGUAGE_CHARACTERS_MAX,
            },
            "The language of mails to people of whom no other is known, such as `de`.",
        )
        .default("\"en\""),
        Key::new(
            "link_path",
            Shape::Text {
                characters_max: PATH_CHARACTERS_MAX,
            },
            "The page below `server.public_url` that links in mails lead to. What they are for, and their secret, stands \
             behind a `#`.",
        )
        .default("\"/account\""),
    ],
};

pub(in crate::definition) const MAIL_TEMPLATE: TableKeys = TableKeys {
    noun: "a mail template",
    doc: "A mail in one language.",
    keys: &[
        Key::new(
            "subject",
            Shape::Text {
                characters_max: TITLE_CHARACTERS_MAX,
            },
            "The subject.",
        )
        .required(),
        Key::new(
            "text",
            Shape::Text {
                characters_max: DESCRIPTION_CHARACTERS_MAX,
            },
            "The mail as text.",
        )
        .required(),
        Key::new(
            "html",
            Shape::Text {
                characters_max: DESCRIPTION_CHARACTERS_MAX,
            },
            "The mail as HTML: what stands inside the page, or a whole page that begins with `<!doctype`.",
        )
        .required(),
    ],
};
