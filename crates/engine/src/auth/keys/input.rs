//! What somebody says of a key that is to be made.

use mainstay_core::scopes::Scope;
use mainstay_core::{Code, Definition, FieldError, Network, Problem, RecordId, Scopes, Timestamp, limits};
use serde_json::{Map, Value as Json};

/// A key as it is asked for.
#[derive(Debug)]
pub(super) struct NewKey {
    pub(super) name: String,
    pub(super) scopes: Scopes,
    pub(super) networks: Vec<Network>,
    pub(super) expires_at: Option<Timestamp>,
    /// A service account; without one the key is the caller's own.
    pub(super) owner: Option<RecordId>,
}

const FIELDS: [&str; 5] = ["name", "scopes", "networks", "expires_at", "owner"];

/// Reads it, with everything that is wrong at once.
pub(super) fn read(
    input: &Map<String, Json>,
    definition: &Definition,
    now: Timestamp,
) -> Result<NewKey, Problem> {
    let mut faults = Faults::default();
    for name in input.keys().filter(|name| !FIELDS.contains(&name.as_str())) {
        faults.add_with(
            Code::UnknownField,
            name,
            "is not known here: leave it out".to_owned(),
        );
    }
    let name = name(input, &mut faults);
    let scopes = scopes(input, definition, &mut faults);
    let networks = networks(input, &mut faults);
    let expires_at = expires_at(input, now, &mut faults);
    let owner = owner(input, &mut faults);
    if !faults.0.is_empty() {
        return Err(Problem::validation(faults.0));
    }
    Ok(NewKey {
        name,
        scopes,
        networks,
        expires_at,
        owner,
    })
}

#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, field: &str, message: String) {
        self.add_with(Code::ValidationFailed, field, message);
    }

    fn add_with(&mut self, code: Code, field: &str, message: String) {
        self.0.push(FieldError {
            field: field.to_owned(),
            code,
            message: message.into(),
        });
    }
}

fn name(input: &Map<String, Json>, faults: &mut Faults) -> String {
    let max = limits::TITLE_CHARACTERS_MAX;
    let name = input.get("name").and_then(Json::as_str).map(str::trim);
    match name {
        Some(name) if !name.is_empty() && name.chars().count() <= max && !name.contains(char::is_control) => {
            name.to_owned()
        }
        _ => {
            faults.add(
                "name",
                format!("must be a text of one line, 1 to {max} characters"),
            );
            String::new()
        }
    }
}

fn scopes(input: &Map<String, Json>, definition: &Definition, faults: &mut Faults) -> Scopes {
    let max = limits::API_KEY_SCOPES_MAX;
    let Some(texts) = texts(input.get("scopes")).filter(|texts| !texts.is_empty() && texts.len() <= max)
    else {
        let message = format!("must be a list of 1 to {max} texts such as `todos:read` or `*:*`");
        faults.add("scopes", message);
        return Scopes::default();
    };
    let mut scopes: Vec<Scope> = Vec::new();
    for text in texts {
        match text.parse() {
            Ok(scope) if !scopes.contains(&scope) => scopes.push(scope),
            Ok(_) => {}
            Err(_) => faults.add(
                "scopes",
                format!(
                    "has {text:?}, which is no scope: write `<collection>:<action>`, where the action is read, create, \
                     update, delete or comment and `*` stands for all, or `admin`"
                ),
            ),
        }
    }
    let scopes = Scopes(scopes);
    for name in scopes.unknown(definition) {
        faults.add(
            "scopes",
            format!("names the collection {name:?}, which there is not"),
        );
    }
    scopes
}

fn networks(input: &Map<String, Json>, faults: &mut Faults) -> Vec<Network> {
    let given = match input.get("networks") {
        None | Some(Json::Null) => return Vec::new(),
        given => texts(given),
    };
    let max = limits::API_KEY_NETWORKS_MAX;
    let networks: Option<Vec<Network>> = given
        .filter(|texts| texts.len() <= max)
        .and_then(|texts| texts.iter().map(|text| text.parse().ok()).collect());
    networks.unwrap_or_else(|| {
        let message =
            format!("must be a list of at most {max} networks such as `10.0.0.0/8`, or single addresses");
        faults.add("networks", message);
        Vec::new()
    })
}

fn expires_at(input: &Map<String, Json>, now: Timestamp, faults: &mut Faults) -> Option<Timestamp> {
    let given = match input.get("expires_at") {
        None | Some(Json::Null) => return None,
        Some(given) => given.as_str().and_then(|text| text.parse::<Timestamp>().ok()),
    };
    let future = given.filter(|time| *time > now);
    if future.is_none() {
        let message = "must be a time in the future, such as 2031-01-31T12:00:00Z";
        faults.add("expires_at", message.to_owned());
    }
    future
}

fn owner(input: &Map<String, Json>, faults: &mut Faults) -> Option<RecordId> {
    let given = match input.get("owner") {
        None | Some(Json::Null) => return None,
        Some(given) => given.as_str().and_then(|text| text.parse().ok()),
    };
    if given.is_none() {
        faults.add("owner", "must be the id of a service account".to_owned());
    }
    given
}

fn texts(given: Option<&Json>) -> Option<Vec<&str>> {
    given?.as_array()?.iter().map(Json::as_str).collect()
}

/// For how long the key before works on: `overlap_seconds`, a day if nothing is said.
pub(super) fn overlap_seconds(input: &Map<String, Json>) -> Result<i64, Problem> {
    if let Some(unknown) = input.keys().find(|name| *name != "overlap_seconds") {
        let message = "is not known here: leave it out";
        return Err(Problem::field(Code::UnknownField, unknown.as_str(), message));
    }
    let Some(given) = input.get("overlap_seconds") else {
        return Ok(limits::API_KEY_OVERLAP_SECONDS_DEFAULT);
    };
    let max = limits::API_KEY_OVERLAP_SECONDS_MAX;
    let taken = given.as_i64().filter(|seconds| (0..=max).contains(seconds));
    let message = || format!("must be a whole number from 0 to {max}");
    taken.ok_or_else(|| Problem::field(Code::ValidationFailed, "overlap_seconds", message()))
}
