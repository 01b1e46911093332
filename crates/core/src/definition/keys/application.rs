//! The keys of `mainstay.toml`.

use super::{CLIENT, Choice, Key, PROVIDER, Shape, TableKeys, choice};
use crate::limits::{
    ACCESS_TOKEN_MINUTES_MAX, DESCRIPTION_CHARACTERS_MAX, LANGUAGE_CHARACTERS_MAX, PATH_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
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
        Key::new("limits", Shape::Table(&LIMITS), "How often anybody may ask."),
        Key::new("mail", Shape::Table(&MAIL), "The mails that people get."),
        Key::new(
            "views",
            Shape::Boolean,
            "Do people keep views of collections, and share them? Makes a collection `views`.",
        )
        .default("false"),
    ],
};

const SECOND_FACTOR: &[Choice] = &[
    choice("optional", "Whoever sets one up.", &["none", "off"]),
    choice("administrators", "Administrators must have one.", &["admins"]),
    choice("everyone", "Every user must have one.", &["required", "all"]),
];

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
            Shape::Integer {
                min: 1,
                max: ACCESS_TOKEN_MINUTES_MAX as i64,
            },
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
        Key::new(
            "second_factor",
            Shape::Choice(SECOND_FACTOR),
            "Who must have a second factor. Whoever must and has none can only set one up.",
        )
        .default("\"optional\""),
        Key::new(
            "providers",
            Shape::NamedTables(&PROVIDER),
            "Where else people may sign in, each under a name of its own.",
        ),
        Key::new(
            "clients",
            Shape::NamedTables(&CLIENT),
            "Programs of the application's own that sign people in here with OAuth, each under its client id.",
        ),
    ],
};

const LIMITS: TableKeys = TableKeys {
    noun: "[limits]",
    doc: "How often anybody may ask: rates such as \"600/1m\", of which all requests may come at once, or \"off\".",
    keys: &[
        Key::new("enabled", Shape::Boolean, "Are requests counted at all?").default("true"),
        Key::new(
            "plan",
            Shape::Name,
            "The select field of users whose value says which plan a user is on.",
        ),
        Key::new(
            "plans",
            Shape::NamedTables(&PLAN),
            "Other rates for the users on a plan, and their keys, each under one of the options of that field.",
        ),
        Key::new("read", Shape::Table(&READ), "Whatever changes nothing."),
        Key::new(
            "write",
            Shape::Table(&WRITE),
            "Writes of single records, and other changes.",
        ),
        Key::new("batch", Shape::Table(&BATCH), "Many writes in one request."),
        Key::new(
            "auth",
            Shape::Table(&SIGNING_IN),
            "Signing in and up, and what else takes a secret that could be guessed.",
        ),
        Key::new("export", Shape::Table(&EXPORT), "Whole tables in one answer."),
        Key::new(
            "realtime",
            Shape::Table(&REALTIME),
            "Connections for live updates.",
        ),
    ],
};

pub(in crate::definition) const PLAN: TableKeys = TableKeys {
    noun: "a plan",
    doc: "Rates for the users on a plan, and their keys. Where it has none, those of everybody hold.",
    keys: &[
        Key::new("read", Shape::Table(&OF_PLAN), "Whatever changes nothing."),
        Key::new(
            "write",
            Shape::Table(&OF_PLAN),
            "Writes of single records, and other changes.",
        ),
        Key::new("batch", Shape::Table(&OF_PLAN), "Many writes in one request."),
        Key::new(
            "auth",
            Shape::Table(&OF_PLAN),
            "What takes a secret that could be guessed, of somebody who is signed in.",
        ),
        Key::new("export", Shape::Table(&OF_PLAN), "Whole tables in one answer."),
        Key::new(
            "realtime",
            Shape::Table(&OF_PLAN),
            "Connections for live updates.",
        ),
    ],
};

const OF_PLAN: TableKeys = TableKeys {
    noun: "the rates of a plan",
    doc: "How often each user and key on the plan may ask.",
    keys: &[
        Key::new(
            "per_user",
            Shape::Rate,
            "Requests of one user on the plan, wherever they are.",
        ),
        Key::new(
            "per_key",
            Shape::Rate,
            "Requests with one API key of a user on the plan.",
        ),
    ],
};

const OF_CLASS: &str = "How often each address, user and key may ask.";

const READ: TableKeys = TableKeys {
    noun: "[limits.read]",
    doc: OF_CLASS,
    keys: &rates(r#""12000/1m""#, r#""12000/1m""#),
};

const WRITE: TableKeys = TableKeys {
    noun: "[limits.write]",
    doc: OF_CLASS,
    keys: &rates(r#""12000/1m""#, r#""6000/1m""#),
};

const BATCH: TableKeys = TableKeys {
    noun: "[limits.batch]",
    doc: OF_CLASS,
    keys: &rates(r#""1200/1m""#, r#""600/1m""#),
};

const SIGNING_IN: TableKeys = TableKeys {
    noun: "[limits.auth]",
    doc: OF_CLASS,
    keys: &rates(r#""600/1m""#, r#""600/1m""#),
};

const EXPORT: TableKeys = TableKeys {
    noun: "[limits.export]",
    doc: OF_CLASS,
    keys: &rates(r#""120/1m""#, r#""60/1m""#),
};

const REALTIME: TableKeys = TableKeys {
    noun: "[limits.realtime]",
    doc: OF_CLASS,
    keys: &rates(r#""1200/1m""#, r#""600/1m""#),
};

/// Behind one address there may be many people; `limit_settings.rs` has the same numbers.
const fn rates(of_address: &'static str, of_one: &'static str) -> [Key; 3] {
    [
        Key::new(
            "per_address",
            Shape::Rate,
            "Requests of one address, whoever it is.",
        )
        .default(of_address),
        Key::new(
            "per_user",
            Shape::Rate,
            "Requests of one user, wherever they are.",
        )
        .default(of_one),
        Key::new("per_key", Shape::Rate, "Requests with one API key.").default(of_one),
    ]
}

/// In the order of [`SignInMethod::ALL`](crate::definition::SignInMethod::ALL).
pub(in crate::definition) const METHODS: [Choice; 4] = [
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
    choice(
        "passkey",
        "A key in a device of theirs, which knows them by finger, face or PIN.",
        &["passkeys", "webauthn", "fido2"],
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
        .default("\"/console/link\""),
        Key::new(
            "shares",
            Shape::Boolean,
            "Are people told by mail what is shared with them?",
        )
        .default("true"),
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
