//! What a client sends about a comment, checked as far as that goes without the database.

use mainstay_core::definition::Collection;
use mainstay_core::{Code, FieldError, Problem, RecordId, limits};
use serde_json::{Map, Value as Json};

use super::mentions::mentioned_in;
use crate::failure::Failure;

/// A comment to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment {
    pub(super) text: CommentEdit,
    pub(super) parent: Option<RecordId>,
    pub(super) field: Option<String>,
}

/// A text for a comment, with whom it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentEdit {
    pub(super) body: String,
    pub(super) mentioned: Vec<RecordId>,
}

impl NewComment {
    pub fn accept(collection: &Collection, mut input: Map<String, Json>) -> Result<Self, Failure> {
        let mut errors = Vec::new();
        let parent = take_parent(&mut input, &mut errors);
        let field = take_field(collection, &mut input, &mut errors);
        if let (Some(_), Some(_)) = (&parent, &field) {
            let message = "a reply is about what its thread is about: leave it out";
            errors.extend(Problem::field(Code::ValidationFailed, "field", message).errors);
        }
        let text = take_text(input, &mut errors);
        match text {
            Some(text) if errors.is_empty() => Ok(Self { text, parent, field }),
            _ => Err(Problem::validation(errors).into()),
        }
    }
}

impl CommentEdit {
    pub fn accept(input: Map<String, Json>) -> Result<Self, Failure> {
        let mut errors = Vec::new();
        match take_text(input, &mut errors) {
            Some(text) if errors.is_empty() => Ok(text),
            _ => Err(Problem::validation(errors).into()),
        }
    }
}

/// The text, which is all that may be left of the input.
fn take_text(mut input: Map<String, Json>, errors: &mut Vec<FieldError>) -> Option<CommentEdit> {
    let body = input.remove("body");
    for name in input.keys() {
        let message = "is not known here: leave it out";
        errors.extend(Problem::field(Code::UnknownField, name.as_str(), message).errors);
    }
    match text(body) {
        Ok(text) => Some(text),
        Err(message) => {
            errors.extend(Problem::field(Code::ValidationFailed, "body", message).errors);
            None
        }
    }
}

fn text(body: Option<Json>) -> Result<CommentEdit, String> {
    let body = match body {
        Some(Json::String(body)) => body,
        Some(Json::Null) | None => return Err("is required".into()),
        Some(_) => return Err("must be a text".into()),
    };
    if body.trim().is_empty() {
        return Err("must not be empty".into());
    }
    let max = limits::COMMENT_CHARACTERS_MAX;
    if body.chars().count() > max {
        return Err(format!("has more than {max} characters"));
    }
    if body.contains('\0') {
        return Err("must not contain NUL characters".into());
    }
    let mentioned = mentioned_in(&body);
    let max = limits::COMMENT_MENTIONS_MAX;
    if mentioned.len() > max {
        return Err(format!("mentions more than {max} people"));
    }
    Ok(CommentEdit { body, mentioned })
}

fn take_parent(input: &mut Map<String, Json>, errors: &mut Vec<FieldError>) -> Option<RecordId> {
    let parent = match input.remove("parent")? {
        Json::Null => return None,
        Json::String(id) => id.parse().ok(),
        _ => None,
    };
    if parent.is_none() {
        let message = "must be the id of a comment";
        errors.extend(Problem::field(Code::ValidationFailed, "parent", message).errors);
    }
    parent
}

/// A field that clients can see; the text may be about it alone.
fn take_field(
    collection: &Collection,
    input: &mut Map<String, Json>,
    errors: &mut Vec<FieldError>,
) -> Option<String> {
    let name = match input.remove("field")? {
        Json::Null => return None,
        Json::String(name) => name,
        _ => String::new(),
    };
    let known = collection.find_field(&name).is_some_and(|field| !field.hidden);
    if !known {
        errors.extend(unknown_field(collection).errors);
    }
    known.then_some(name)
}

/// A text about a field that does not exist, at least not for its author.
pub(super) fn unknown_field(collection: &Collection) -> Problem {
    let message = format!("must be the name of a field of {}", collection.name);
    Problem::validation(Problem::field(Code::ValidationFailed, "field", message).errors)
}
