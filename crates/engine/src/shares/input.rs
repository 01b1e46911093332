//! What somebody says of a share that is to be made.

use mainstay_core::rules::ShareLevel;
use mainstay_core::{Code, FieldError, Problem, RecordId, Timestamp, limits};
use serde_json::{Map, Value as Json};

/// A share as it is asked for.
#[derive(Clone)]
pub(super) struct NewShare {
    pub(super) with: With,
    pub(super) level: ShareLevel,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) title: Option<String>,
}

/// With whom.
#[derive(Clone)]
pub(super) enum With {
    User(RecordId),
    Address(String),
    Group(RecordId),
    Link {
        password: Option<String>,
        uses_max: Option<i64>,
    },
}

/// What of a share is to be changed; nothing of what is not given.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShareChange {
    pub(super) level: Option<ShareLevel>,
    pub(super) end: EndChange,
}

/// What becomes of the end of a share.
#[derive(Debug, Clone, Copy)]
pub(super) enum EndChange {
    Stays,
    Never,
    At(Timestamp),
}

const NEW: [&str; 8] = [
    "user",
    "group",
    "email",
    "level",
    "expires_at",
    "title",
    "password",
    "uses_max",
];
const CHANGE: [&str; 2] = ["level", "expires_at"];

/// Reads it, with everything that is wrong at once.
pub(super) fn read_new(input: &Map<String, Json>, now: Timestamp) -> Result<NewShare, Problem> {
    let mut faults = Faults::default();
    faults.unknown(input, &NEW);
    let level = level(input, &mut faults);
    if !given(input, "level") {
        faults.add("level", "is missing: read, comment or edit".to_owned());
    }
    let expires_at = expires_at(input, now, &mut faults);
    let title = text(input, "title", limits::TITLE_CHARACTERS_MAX, &mut faults);
    let with = with(input, &mut faults);
    faults.finish()?;
    let level = level.expect("its absence is a fault");
    Ok(NewShare {
        with,
        level,
        expires_at,
        title,
    })
}

pub(super) fn read_change(input: &Map<String, Json>, now: Timestamp) -> Result<ShareChange, Problem> {
    let mut faults = Faults::default();
    faults.unknown(input, &CHANGE);
    let level = level(input, &mut faults);
    let expires_at = expires_at(input, now, &mut faults);
    faults.finish()?;
    Ok(ShareChange {
        level,
        end: match expires_at {
            Some(time) => EndChange::At(time),
            None if input.contains_key("expires_at") => EndChange::Never,
            None => EndChange::Stays,
        },
    })
}

fn given(input: &Map<String, Json>, name: &str) -> bool {
    input.get(name).is_some_and(|value| !value.is_null())
}

fn with(input: &Map<String, Json>, faults: &mut Faults) -> With {
    let mut named = ["user", "email", "group"]
        .into_iter()
        .filter(|name| given(input, name));
    let holder = named.next();
    for other in named {
        faults.add(
            other,
            "is given beside another one: a share is with one of them".to_owned(),
        );
    }
    let is_link = holder.is_none();
    for name in ["password", "uses_max"] {
        if !is_link && given(input, name) {
            faults.add(name, "is for links: leave it out, or name nobody".to_owned());
        }
    }
    if is_link {
        let max = limits::SHARE_USES_MAX;
        let uses_max = input.get("uses_max").filter(|value| !value.is_null());
        let taken = uses_max
            .and_then(Json::as_i64)
            .filter(|uses| (1..=max).contains(uses));
        if uses_max.is_some() && taken.is_none() {
            faults.add("uses_max", format!("must be a whole number from 1 to {max}"));
        }
        return With::Link {
            password: text(input, "password", limits::PASSWORD_CHARACTERS_MAX, faults),
            uses_max: taken,
        };
    }
    let named = match holder {
        Some("user") => id(input, "user", faults).map(With::User),
        Some("group") => id(input, "group", faults).map(With::Group),
        _ => text(input, "email", limits::PASSWORD_CHARACTERS_MAX, faults).map(With::Address),
    };
    // Nobody has it; a fault was told.
    named.unwrap_or_else(|| With::Address(String::new()))
}

fn id(input: &Map<String, Json>, name: &'static str, faults: &mut Faults) -> Option<RecordId> {
    let id = input.get(name)?.as_str().and_then(|text| text.parse().ok());
    if id.is_none() {
        faults.add(name, format!("must be the id of a {name}"));
    }
    id
}

fn level(input: &Map<String, Json>, faults: &mut Faults) -> Option<ShareLevel> {
    let given = input.get("level").filter(|value| !value.is_null())?;
    let level = given.as_str().and_then(ShareLevel::from_name);
    if level.is_none() {
        faults.add("level", "must be read, comment or edit".to_owned());
    }
    level
}

fn expires_at(input: &Map<String, Json>, now: Timestamp, faults: &mut Faults) -> Option<Timestamp> {
    let given = input.get("expires_at").filter(|value| !value.is_null())?;
    let time = given.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    let future = time.filter(|time| *time > now);
    if future.is_none() {
        let message = "must be a time in the future, such as 2031-01-31T12:00:00Z";
        faults.add("expires_at", message.to_owned());
    }
    future
}

fn text(
    input: &Map<String, Json>,
    name: &'static str,
    characters_max: usize,
    faults: &mut Faults,
) -> Option<String> {
    let given = input.get(name).filter(|value| !value.is_null())?;
    let text = given.as_str().filter(|text| {
        let count = text.chars().count();
        (1..=characters_max).contains(&count) && !text.contains(char::is_control)
    });
    if text.is_none() {
        faults.add(
            name,
            format!("must be a text of one line, 1 to {characters_max} characters"),
        );
    }
    text.map(str::to_owned)
}

#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, field: &str, message: String) {
        self.0.push(FieldError {
            field: field.to_owned(),
            code: Code::ValidationFailed,
            message: message.into(),
        });
    }

    fn unknown(&mut self, input: &Map<String, Json>, known: &[&str]) {
        for name in input.keys().filter(|name| !known.contains(&name.as_str())) {
            self.0.push(FieldError {
                field: name.clone(),
                code: Code::UnknownField,
                message: "is not known here: leave it out".into(),
            });
        }
    }

    fn finish(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::validation(self.0))
        }
    }
}
