//! Is this a rule, and what could be written here? For whoever writes one in an editor.

use mainstay_core::definition::{Collection, RulePlace};
use mainstay_core::rules::{self, Completions, ExpressionError, Purpose, Scope};
use mainstay_core::{FieldError, Problem, limits};
use serde_json::{Map, Value as Json, json};

use super::asked::{fault, place, refuse_unknown, text};
use super::explain::utf16;
use crate::context::Context;
use crate::failure::Failure;

/// The faults of an expression with their places, and what can be written at one, as JSON.
pub fn check_rule(ctx: &Context, mut input: Map<String, Json>) -> Result<Vec<u8>, Failure> {
    ctx.require_administrator()?;
    // A key may run on less.
    let definition = &ctx.whole.definition;
    let mut faults = Vec::new();
    let name = text(&mut input, "collection", &mut faults);
    let rule = text(&mut input, "rule", &mut faults);
    let written = text(&mut input, "text", &mut faults);
    let field = match input.remove("field") {
        None | Some(Json::Null) => None,
        Some(Json::String(field)) => Some(field),
        Some(_) => {
            fault(&mut faults, "field", "must be the name of a field");
            None
        }
    };
    let at = match input.remove("at") {
        None | Some(Json::Null) => None,
        Some(at) => {
            let at = at.as_u64().and_then(|at| usize::try_from(at).ok());
            if at.is_none() {
                fault(&mut faults, "at", "must be a place in the text");
            }
            at
        }
    };
    refuse_unknown(&input, &mut faults);
    if let Some(text) = &written
        && text.len() > limits::EXPRESSION_BYTES_MAX
    {
        let message = format!("must have at most {} bytes", limits::EXPRESSION_BYTES_MAX);
        fault(&mut faults, "text", message);
    }
    let collection = name.as_deref().and_then(|name| definition.find_collection(name));
    if let (Some(name), None) = (&name, collection) {
        fault(
            &mut faults,
            "collection",
            format!("there is no collection `{name}`"),
        );
    }
    let scope = rule
        .zip(collection)
        .and_then(|(rule, collection)| scope(collection, &rule, field.as_deref(), &mut faults));
    let (Some(scope), Some(written), true) = (scope, written, faults.is_empty()) else {
        return Err(Problem::validation(faults).into());
    };
    let errors = match rules::parse(definition, scope, &written) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(|error| error_json(&written, error)).collect(),
    };
    let offered = at.map(|at| {
        let found = rules::completions(definition, scope, &written, byte(&written, at));
        completions_json(&written, &found)
    });
    Ok(json!({ "errors": Json::Array(errors), "completions": offered })
        .to_string()
        .into_bytes())
}

fn scope(
    collection: &Collection,
    rule: &str,
    field: Option<&str>,
    faults: &mut Vec<FieldError>,
) -> Option<Scope> {
    let purpose = match (rule, field) {
        ("check", None) => Purpose::Check,
        ("filter", None) => Purpose::Filter,
        _ => place(collection, rule, field, faults).map(RulePlace::purpose)?,
    };
    Some(Scope {
        collection: collection.id,
        purpose,
    })
}

fn error_json(text: &str, error: &ExpressionError) -> Json {
    json!({
        "start": utf16(text, error.span.start),
        "end": utf16(text, error.span.end),
        "message": error.message,
        "hint": error.hint,
    })
}

fn completions_json(text: &str, found: &Completions) -> Json {
    let items: Vec<Json> = found
        .items
        .iter()
        .map(|item| json!({ "text": item.text, "kind": item.kind.as_str(), "detail": item.detail }))
        .collect();
    json!({
        "start": utf16(text, found.span.start),
        "end": utf16(text, found.span.end),
        "items": items,
    })
}

/// A place as JavaScript counts, in bytes.
fn byte(text: &str, units: usize) -> usize {
    let mut counted = 0;
    for (at, character) in text.char_indices() {
        if counted >= units {
            return at;
        }
        counted += character.len_utf16();
    }
    text.len()
}
