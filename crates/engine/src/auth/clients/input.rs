//! What an administrator says of a client.

use mainstay_core::redirects::is_redirect;
use mainstay_core::scopes::Scope;
use mainstay_core::{ClientScope, ClientScopes, Code, Definition, FieldError, Problem, limits};
use serde_json::{Map, Value as Json};

/// A client as it is to be.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) own: bool,
    pub(super) redirects: Vec<String>,
    pub(super) scopes: ClientScopes,
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
}

/// Takes out whether a new client has a secret: it does, unless `confidential` says otherwise.
pub(super) fn take_confidential(input: &mut Map<String, Json>) -> Result<bool, Problem> {
    match input.remove("confidential") {
        None => Ok(true),
        Some(Json::Bool(confidential)) => Ok(confidential),
        Some(_) => Err(Problem::field(
            Code::ValidationFailed,
            "confidential",
            "must be true or false",
        )),
    }
}

/// Reads the rest, with everything that is wrong at once.
pub(super) fn read(input: &Map<String, Json>, definition: &Definition) -> Result<Wanted, Problem> {
    let mut faults = Faults::default();
    for name in input.keys() {
        if !["name", "own", "redirects", "scopes"].contains(&name.as_str()) {
            faults.0.push(FieldError {
                field: name.clone(),
                code: Code::UnknownField,
                message: "is not known here: leave it out".into(),
            });
        }
    }
    let own = match input.get("own") {
        None => false,
        Some(Json::Bool(own)) => *own,
        Some(_) => {
            faults.add("own", "must be true or false".to_owned());
            false
        }
    };
    let wanted = Wanted {
        name: name(input, &mut faults),
        own,
        redirects: redirects(input, &mut faults),
        scopes: scopes(input, (definition, own), &mut faults),
    };
    if faults.0.is_empty() {
        Ok(wanted)
    } else {
        Err(Problem::validation(faults.0))
    }
}

fn name(input: &Map<String, Json>, faults: &mut Faults) -> String {
    let max = limits::TITLE_CHARACTERS_MAX;
    let name = input.get("name").and_then(Json::as_str).map(str::trim);
    let good = name
        .filter(|name| !name.is_empty() && name.chars().count() <= max && !name.contains(char::is_control));
    if good.is_none() {
        faults.add(
            "name",
            format!("must be a text of one line, 1 to {max} characters"),
        );
    }
    good.unwrap_or_default().to_owned()
}

fn redirects(input: &Map<String, Json>, faults: &mut Faults) -> Vec<String> {
    let max = limits::CLIENT_REDIRECTS_MAX;
    let Some(texts) = texts(input.get("redirects")).filter(|texts| !texts.is_empty() && texts.len() <= max)
    else {
        faults.add("redirects", format!("must be a list of 1 to {max} addresses"));
        return Vec::new();
    };
    for text in texts.iter().filter(|text| !is_redirect(text)) {
        faults.add(
            "redirects",
            format!(
                "has {text:?}, where nobody can be led back to: write https://..., http://127.0.0.1/... for a program on the \
                 same machine, or a scheme such as org.example.app:/back; no fragment and no wildcard"
            ),
        );
    }
    texts.into_iter().map(str::to_owned).collect()
}

fn scopes(
    input: &Map<String, Json>,
    (definition, own): (&Definition, bool),
    faults: &mut Faults,
) -> ClientScopes {
    let max = limits::API_KEY_SCOPES_MAX;
    let Some(texts) = texts(input.get("scopes")).filter(|texts| !texts.is_empty() && texts.len() <= max)
    else {
        faults.add("scopes", format!("must be a list of 1 to {max} scopes"));
        return ClientScopes::default();
    };
    for text in &texts {
        if text.parse::<ClientScope>().is_err() {
            faults.add(
                "scopes",
                format!(
                    "has {text:?}, which is no scope: write openid, profile, email, offline_access, or \
                     `<collection>:<action>` as API keys have it"
                ),
            );
        }
    }
    let scopes = ClientScopes::of(texts).unwrap_or_default();
    for name in scopes.of_api().unknown(definition) {
        faults.add(
            "scopes",
            format!("names the collection {name:?}, which there is not"),
        );
    }
    if !own && scopes.has(&ClientScope::Api(Scope::Admin)) {
        faults.add(
            "scopes",
            "has `admin`, which is for clients of the application's own".to_owned(),
        );
    }
    scopes
}

fn texts(given: Option<&Json>) -> Option<Vec<&str>> {
    given?.as_array()?.iter().map(Json::as_str).collect()
}
