//! What an administrator says of an endpoint, checked; every fault at once.

use mainstay_core::definition::{Collection, Definition};
use mainstay_core::rules::{self, Expr, Node, Purpose, Root, Scope};
use mainstay_core::{Code, FieldError, Problem, limits};
use mainstay_gateways::{Destination, PrivateAddresses};
use mainstay_store::journal::Kind;
use mainstay_store::webhooks::Endpoint;
use serde_json::{Map, Value as Json};

/// Sets what the input names, and checks the whole.
pub(super) fn apply(
    endpoint: &mut Endpoint,
    input: Map<String, Json>,
    definition: &Definition,
    private: PrivateAddresses,
) -> Result<(), Problem> {
    let mut faults = Faults::default();
    for (name, value) in input {
        match name.as_str() {
            "url" => faults.take(&name, text(value, limits::URL_CHARACTERS_MAX), &mut endpoint.url),
            "description" => {
                let taken = text(value, limits::TITLE_CHARACTERS_MAX);
                faults.take(&name, taken, &mut endpoint.description);
            }
            "kinds" => faults.take(
                &name,
                names(value, limits::WEBHOOK_KINDS_MAX),
                &mut endpoint.kinds,
            ),
            "collections" => {
                let taken = names(value, limits::COLLECTIONS_MAX);
                faults.take(&name, taken, &mut endpoint.collections);
            }
            "filter" => faults.take(&name, filter(value), &mut endpoint.filter),
            "enabled" => {
                let taken = value.as_bool().ok_or_else(|| "must be true or false".to_owned());
                faults.take(&name, taken, &mut endpoint.enabled);
            }
            _ => faults.add(
                &name,
                Code::UnknownField,
                "is not known here: leave it out".to_owned(),
            ),
        }
    }
    check(endpoint, definition, private, &mut faults);
    faults.into_result()
}

/// What is at fault already is not looked at again.
fn check(endpoint: &Endpoint, definition: &Definition, private: PrivateAddresses, faults: &mut Faults) {
    if let Err(fault) = Destination::parse(&endpoint.url, private)
        && !faults.names("url")
    {
        faults.add("url", Code::ValidationFailed, fault.to_string());
    }
    if !faults.names("kinds") {
        check_kinds(&endpoint.kinds, faults);
    }
    for name in &endpoint.collections {
        if definition.find_collection(name).is_none() {
            let message = format!("there is no collection `{name}`");
            faults.add("collections", Code::ValidationFailed, message);
        }
    }
    let Some(filter) = &endpoint.filter else { return };
    let [collection] = endpoint.collections.as_slice() else {
        let message = "needs exactly one collection, whose fields it is about".to_owned();
        return faults.add("filter", Code::InvalidFilter, message);
    };
    if let Some(collection) = definition.find_collection(collection)
        && let Err(message) = parse_filter(definition, collection, filter)
    {
        faults.add("filter", Code::InvalidFilter, message);
    }
}

fn check_kinds(kinds: &[String], faults: &mut Faults) {
    if kinds.is_empty() {
        let message = "must name at least one kind".to_owned();
        faults.add("kinds", Code::ValidationFailed, message);
    }
    for kind in kinds.iter().filter(|kind| !is_known(kind)) {
        let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        let known = known.join(", ");
        let message = format!("there is no kind `{kind}`; there are {known} and groups such as `record.*`");
        faults.add("kinds", Code::ValidationFailed, message);
    }
}

/// Types a filter. It is asked of the values of one record as an entry tells them, so it reaches no others.
pub(super) fn parse_filter(
    definition: &Definition,
    collection: &Collection,
    text: &str,
) -> Result<Expr, String> {
    let scope = Scope {
        collection: collection.id,
        purpose: Purpose::Filter,
    };
    let expr = rules::parse(definition, scope, text).map_err(|errors| {
        let messages = errors.iter().map(|error| match &error.hint {
            Some(hint) => format!("{}; {hint}", error.message),
            None => error.message.clone(),
        });
        messages.collect::<Vec<_>>().join(" ")
    })?;
    let mut reaches_others = false;
    expr.walk(&mut |part| {
        reaches_others |= match &part.node {
            Node::Field { record, .. } => record.root != Root::Record || !record.steps.is_empty(),
            Node::AuthId | Node::AuthShare | Node::AuthVerified | Node::RequestMethod => true,
            _ => part.records().is_some(),
        }
    });
    if reaches_others {
        return Err(
            "can only ask for the record's own fields: no path to other records, no relation to many, no `auth`"
                .to_owned(),
        );
    }
    Ok(expr)
}

/// Is it a kind, or a group of kinds such as `record.*`?
fn is_known(kind: &str) -> bool {
    Kind::ALL.iter().any(|known| matches(kind, known.as_str()))
}

/// Does an endpoint that asks for `wanted` want this kind?
pub(super) fn matches(wanted: &str, kind: &str) -> bool {
    match wanted.strip_suffix(".*") {
        Some(group) => kind.split('.').next() == Some(group),
        None => wanted == kind,
    }
}

#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn names(&self, field: &str) -> bool {
        self.0.iter().any(|known| known.field == field)
    }

    fn add(&mut self, field: &str, code: Code, message: String) {
        self.0.push(FieldError {
            field: field.to_owned(),
            code,
            message: message.into(),
        });
    }

    fn take<T>(&mut self, field: &str, taken: Result<T, String>, into: &mut T) {
        match taken {
            Ok(value) => *into = value,
            Err(message) => self.add(field, Code::ValidationFailed, message),
        }
    }

    fn into_result(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::validation(self.0))
        }
    }
}

fn text(value: Json, characters_max: usize) -> Result<String, String> {
    let Json::String(text) = value else {
        return Err("must be a text".to_owned());
    };
    if text.chars().count() > characters_max {
        return Err(format!("has more than {characters_max} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("must be one line".to_owned());
    }
    Ok(text)
}

fn filter(value: Json) -> Result<Option<String>, String> {
    match value {
        Json::Null => Ok(None),
        // How long it may be is said where it is read.
        Json::String(text) if !text.contains('\0') => Ok(Some(text)),
        _ => Err("must be a text or null".to_owned()),
    }
}

fn names(value: Json, names_max: usize) -> Result<Vec<String>, String> {
    let Json::Array(items) = value else {
        return Err("must be a list of texts".to_owned());
    };
    if items.len() > names_max {
        return Err(format!("has more than {names_max} items"));
    }
    let mut names: Vec<String> = Vec::new();
    for item in items {
        let name = text(item, limits::NAME_CHARACTERS_MAX)?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}
