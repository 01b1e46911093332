//! What somebody wants to know of the rules, checked; every fault at once.

use mainstay_core::definition::{Collection, Definition, RuleName, RulePlace};
use mainstay_core::{Code, FieldError, Problem, RecordId};
use serde_json::{Map, Value as Json};

/// An act that rules are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    List,
    Read,
    Create,
    Update,
    Delete,
    Restore,
    Comment,
    Share,
}

impl Act {
    pub(super) const ALL: [Self; 8] = [
        Self::List,
        Self::Read,
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::Restore,
        Self::Comment,
        Self::Share,
    ];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Restore => "restore",
            Self::Comment => "comment",
            Self::Share => "share",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == name)
    }

    /// The method of the request that does it.
    pub(super) fn method(self) -> &'static str {
        match self {
            Self::List | Self::Read => "GET",
            Self::Create | Self::Restore | Self::Comment | Self::Share => "POST",
            Self::Update => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    fn takes_input(self) -> bool {
        matches!(self, Self::Create | Self::Update)
    }
}

/// May this user do that?
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Nobody who is signed in.
    pub(super) user: Option<RecordId>,
    pub(super) collection: String,
    pub(super) act: Act,
    /// None for a record that is not there yet.
    pub(super) record: Option<RecordId>,
    pub(super) input: Map<String, Json>,
    /// A rule that is not written down yet.
    pub(super) tried: Option<Tried>,
}

#[derive(Debug, Clone)]
pub(super) struct Tried {
    pub(super) place: RulePlace,
    pub(super) text: String,
}

impl Asked {
    pub(super) fn read(definition: &Definition, mut input: Map<String, Json>) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let name = text(&mut input, "collection", &mut faults);
        let act = text(&mut input, "action", &mut faults);
        let user = id(&mut input, "user", &mut faults);
        let record = id(&mut input, "record", &mut faults);
        let values = object(&mut input, "input", &mut faults);
        let expression = object(&mut input, "expression", &mut faults);
        refuse_unknown(&input, &mut faults);
        let act = act.and_then(|act| {
            let known = Act::from_name(&act);
            if known.is_none() {
                let acts = Act::ALL.map(Act::as_str).join(", ");
                fault(&mut faults, "action", format!("must be one of {acts}"));
            }
            known
        });
        let collection = name.as_deref().and_then(|name| definition.find_collection(name));
        if let (Some(name), None) = (&name, collection) {
            fault(
                &mut faults,
                "collection",
                format!("there is no collection `{name}`"),
            );
        }
        if let (Some(act), Some(collection)) = (act, collection) {
            check(act, collection, (record, values.as_ref()), &mut faults);
        }
        let tried = expression.and_then(|expression| tried(collection, expression, &mut faults));
        match (act, collection) {
            (Some(act), Some(collection)) if faults.is_empty() => Ok(Self {
                user,
                collection: collection.name.to_string(),
                act,
                record,
                input: values.unwrap_or_default(),
                tried,
            }),
            _ => Err(Problem::validation(faults)),
        }
    }
}

/// What can be asked of this collection, and what it takes.
fn check(
    act: Act,
    collection: &Collection,
    (record, values): (Option<RecordId>, Option<&Map<String, Json>>),
    faults: &mut Vec<FieldError>,
) {
    match (act, record) {
        (Act::Create, Some(_)) => fault(
            faults,
            "record",
            "a record that is created has no id yet: leave it out",
        ),
        (Act::Create, None) | (_, Some(_)) => {}
        (_, None) => fault(faults, "record", "is required: which record is it about?"),
    }
    if values.is_some() && !act.takes_input() {
        fault(faults, "input", "nothing is written by this action: leave it out");
    }
    let name = &collection.name;
    match act {
        Act::Restore if !collection.soft_delete => {
            fault(
                faults,
                "action",
                format!("records of {name} are deleted for good"),
            );
        }
        Act::Comment if !collection.comments => {
            fault(faults, "action", format!("nobody comments on records of {name}"));
        }
        Act::Share if collection.sharing.is_none() => {
            fault(faults, "action", format!("records of {name} are not shared"));
        }
        _ => {}
    }
}

/// `{"rule": ..., "field": ..., "text": ...}`
fn tried(
    collection: Option<&Collection>,
    mut given: Map<String, Json>,
    faults: &mut Vec<FieldError>,
) -> Option<Tried> {
    let before = faults.len();
    let rule = text(&mut given, "rule", faults);
    let field = match given.remove("field") {
        None | Some(Json::Null) => None,
        Some(Json::String(name)) => Some(name),
        Some(_) => {
            fault(faults, "field", "must be the name of a field");
            None
        }
    };
    let written = text(&mut given, "text", faults);
    let place = rule
        .zip(collection)
        .and_then(|(rule, collection)| place(collection, &rule, field.as_deref(), faults));
    refuse_unknown(&given, faults);
    for told in &mut faults[before..] {
        told.field = format!("expression.{}", told.field);
    }
    Some(Tried {
        place: place?,
        text: written?,
    })
}

/// The place of a rule by the names that the API has for it.
pub(super) fn place(
    collection: &Collection,
    rule: &str,
    field: Option<&str>,
    faults: &mut Vec<FieldError>,
) -> Option<RulePlace> {
    let Some(field) = field else {
        let known = RuleName::from_name(rule).map(RulePlace::Collection);
        if known.is_none() {
            let rules = RuleName::ALL.map(RuleName::as_str).join(", ");
            fault(faults, "rule", format!("must be one of {rules}"));
        }
        return known;
    };
    let Some(field) = collection.find_field(field) else {
        fault(
            faults,
            "field",
            format!("there is no field `{field}` in {}", collection.name),
        );
        return None;
    };
    match rule {
        "read" => Some(RulePlace::FieldRead(field.id)),
        "write" => Some(RulePlace::FieldWrite(field.id)),
        _ => {
            fault(faults, "rule", "a field has the rules read and write");
            None
        }
    }
}

pub(super) fn refuse_unknown(input: &Map<String, Json>, faults: &mut Vec<FieldError>) {
    faults.extend(input.keys().map(|name| FieldError {
        field: name.clone(),
        code: Code::UnknownField,
        message: "is not known here: leave it out".into(),
    }));
}

pub(super) fn fault(
    faults: &mut Vec<FieldError>,
    field: &str,
    message: impl Into<std::borrow::Cow<'static, str>>,
) {
    faults.push(FieldError {
        field: field.to_owned(),
        code: Code::ValidationFailed,
        message: message.into(),
    });
}

pub(super) fn text(
    input: &mut Map<String, Json>,
    name: &str,
    faults: &mut Vec<FieldError>,
) -> Option<String> {
    match input.remove(name) {
        Some(Json::String(text)) => return Some(text),
        Some(_) => fault(faults, name, "must be a text"),
        None => fault(faults, name, "is required"),
    }
    None
}

fn id(input: &mut Map<String, Json>, name: &str, faults: &mut Vec<FieldError>) -> Option<RecordId> {
    let id = match input.remove(name) {
        None | Some(Json::Null) => return None,
        Some(Json::String(text)) => text.parse().ok(),
        Some(_) => None,
    };
    if id.is_none() {
        fault(faults, name, "must be the id of a record");
    }
    id
}

fn object(
    input: &mut Map<String, Json>,
    name: &str,
    faults: &mut Vec<FieldError>,
) -> Option<Map<String, Json>> {
    match input.remove(name) {
        None | Some(Json::Null) => None,
        Some(Json::Object(object)) => Some(object),
        Some(_) => {
            fault(faults, name, "must be an object");
            None
        }
    }
}
