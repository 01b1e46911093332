//! Values with parts: `multi_select` and `json`. Both are stored as compact JSON text.

use serde_json::Value as Json;

use super::accept::{counted, json_type, quoted_list};
use super::{Refusal, Value};
use crate::definition::JsonSchema;
use crate::limits::SCHEMA_ERRORS_MAX;

/// The chosen options, without repeats, in the order of the declared ones.
pub(super) fn multi_select(options: &[String], items_max: usize, items: &[Json]) -> Result<Value, Refusal> {
    // A list longer than the options repeats something; looking at its start is enough to say so.
    let mut chosen = vec![false; options.len()];
    for item in items.iter().take(options.len() + 1) {
        let Json::String(text) = item else {
            return Err(Refusal::new(format!(
                "must be a list of strings, but has {}",
                json_type(item)
            )));
        };
        choose(options, &mut chosen, text)?;
    }
    chosen_text(options, &chosen, items_max)
}

/// Marks one option as chosen.
pub(super) fn choose(options: &[String], chosen: &mut [bool], text: &str) -> Result<(), Refusal> {
    let Some(position) = options.iter().position(|option| option == text) else {
        let options = quoted_list(options);
        return Err(Refusal::new(format!(
            "has {text:?}, which is not one of {options}"
        )));
    };
    if chosen[position] {
        return Err(Refusal::new(format!("must not repeat {text:?}")));
    }
    chosen[position] = true;
    Ok(())
}

pub(super) fn chosen_text(options: &[String], chosen: &[bool], items_max: usize) -> Result<Value, Refusal> {
    let items: Vec<&String> = options
        .iter()
        .zip(chosen)
        .filter(|(_, chosen)| **chosen)
        .map(|(o, _)| o)
        .collect();
    if items.len() > items_max {
        return Err(Refusal::new(format!(
            "has more than {}",
            counted(items_max, "item")
        )));
    }
    Ok(Value::Text(
        serde_json::to_string(&items).expect("a list of strings is always JSON"),
    ))
}

/// Any JSON within its size and, when one is declared, its schema.
pub(super) fn json(schema: Option<&JsonSchema>, bytes_max: u32, json: &Json) -> Result<Value, Refusal> {
    let text = serde_json::to_string(json).expect("a JSON value is always JSON");
    if text.len() > bytes_max as usize {
        return Err(Refusal::new(format!(
            "has more than {bytes_max} bytes as compact JSON"
        )));
    }
    if let Some(schema) = schema
        && !schema.validator.is_valid(json)
    {
        return Err(Refusal::new(schema_errors(schema, json)));
    }
    Ok(Value::Text(text))
}

fn schema_errors(schema: &JsonSchema, json: &Json) -> String {
    let errors = schema.validator.iter_errors(json).take(SCHEMA_ERRORS_MAX);
    let sentences: Vec<String> = errors
        .map(|error| {
            let at = error.instance_path().to_string();
            // The value itself may be large or private; the place says which one is meant.
            let sentence = error.masked().to_string();
            if at.is_empty() {
                sentence
            } else {
                format!("{at}: {sentence}")
            }
        })
        .collect();
    format!("does not fit its schema: {}", sentences.join("; "))
}
