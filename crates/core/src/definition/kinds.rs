//! What a field holds: its type with the type's own options.

use std::sync::Arc;

use super::collections::FieldDraft;
use super::faults::Faults;
use super::keys::FieldType;
use super::read::Directory;
use super::toml_reader::Table;
use super::{CollectionId, FieldKind, JsonSchema, TextOptions, relations, toml_text};
use crate::decimal;
use crate::limits::{DECIMAL_DIGITS_MAX, JSON_BYTES_DEFAULT, TEXT_CHARACTERS_DEFAULT};
use crate::values::decimal_fault;

/// `None` when the kind cannot be known; a wrong option is reported and its default taken.
pub(super) fn read(
    draft: &FieldDraft<'_>,
    collection: CollectionId,
    directory: &Directory,
    faults: &mut Faults,
) -> Option<FieldKind> {
    let table = &draft.table;
    Some(match draft.ty? {
        FieldType::Text => FieldKind::Text(text(table, faults)),
        FieldType::Integer => {
            let (min, max) = (
                table.integer("min").unwrap_or(i64::MIN),
                table.integer("max").unwrap_or(i64::MAX),
            );
            check_bounds(table, min <= max, faults);
            FieldKind::Integer { min, max }
        }
        FieldType::Number => {
            let (min, max) = (
                table.number("min").unwrap_or(f64::MIN),
                table.number("max").unwrap_or(f64::MAX),
            );
            check_bounds(table, min <= max, faults);
            FieldKind::Number { min, max }
        }
        FieldType::Decimal => decimal(table, faults),
        FieldType::Boolean => FieldKind::Boolean,
        FieldType::DateTime => FieldKind::DateTime,
        FieldType::Date => FieldKind::Date,
        FieldType::Select => FieldKind::Select {
            options: options(table),
        },
        FieldType::MultiSelect => {
            let options = options(table);
            let items_max = table
                .integer("max")
                .and_then(|max| usize::try_from(max).ok())
                .unwrap_or(options.len());
            FieldKind::MultiSelect {
                items_max: items_max.min(options.len()),
                options,
            }
        }
        FieldType::Json => FieldKind::Json {
            schema: json_schema(table, faults).map(Arc::new),
            bytes_max: unsigned(table, "max_bytes").unwrap_or(JSON_BYTES_DEFAULT),
        },
        FieldType::Email => FieldKind::Email,
        FieldType::Url => FieldKind::Url,
        FieldType::Relation => FieldKind::Relation(relations::read(draft, collection, directory, faults)?),
    })
}

fn unsigned(table: &Table<'_>, key: &str) -> Option<u32> {
    table.integer(key).and_then(|number| u32::try_from(number).ok())
}

fn check_bounds(table: &Table<'_>, in_order: bool, faults: &mut Faults) {
    if !in_order {
        let key = if table.has("min") { "min" } else { "max" };
        faults.add(
            table.value_place(key),
            "`min` is greater than `max`",
            "no value fits; swap or change them",
        );
    }
}

fn text(table: &Table<'_>, faults: &mut Faults) -> TextOptions {
    let min = unsigned(table, "min").unwrap_or(0);
    let max = unsigned(table, "max").unwrap_or(TEXT_CHARACTERS_DEFAULT);
    check_bounds(table, min <= max, faults);
    let pattern = table
        .text("pattern")
        .and_then(|pattern| match regex::Regex::new(pattern) {
            Ok(regex) => Some(regex),
            Err(error) => {
                let (message, hint) = pattern_fault(&error);
                faults.add(table.value_place("pattern"), message, hint);
                None
            }
        });
    TextOptions {
        min,
        max,
        pattern,
        multiline: table.boolean("multiline").unwrap_or(false),
        rich: table.boolean("rich").unwrap_or(false),
    }
}

fn pattern_fault(error: &regex::Error) -> (String, &'static str) {
    if let regex::Error::CompiledTooBig(_) = error {
        return (
            "`pattern` is too large when compiled".into(),
            "repeat less; a field also has `min` and `max`",
        );
    }
    // The library draws the pattern with a mark below it; the sentence is in the last line.
    let drawing = error.to_string();
    let line = drawing.lines().last().unwrap_or_default().trim();
    let sentence = line.strip_prefix("error: ").unwrap_or(line);
    let hint = "use RE2 syntax; it has no look-around and no back-references";
    (format!("`pattern` is not a regular expression: {sentence}"), hint)
}

fn decimal(table: &Table<'_>, faults: &mut Faults) -> FieldKind {
    let digits = |key| table.integer(key).and_then(|number| u8::try_from(number).ok());
    let precision = digits("precision").unwrap_or(DECIMAL_DIGITS_MAX);
    let scale = digits("scale").unwrap_or_else(|| precision.min(2));
    if scale > precision {
        let message = format!("`scale` is {scale}, but `precision` allows {precision} digits in all");
        faults.add(
            table.value_place("scale"),
            message,
            "make `precision` larger or `scale` smaller",
        );
        // Bounds were written for another scale; nothing can be said about them.
        let largest = largest(precision);
        return FieldKind::Decimal {
            precision,
            scale: precision,
            min: -largest,
            max: largest,
        };
    }
    let largest = largest(precision);
    let mut bound = |key: &str| {
        let text = table.text(key)?;
        match decimal::parse(text, precision, scale) {
            Ok(scaled) => Some(scaled),
            Err(error) => {
                let hint =
                    format!("the field has {precision} digits in all, {scale} of them after the point");
                faults.add(
                    table.value_place(key),
                    format!("`{key}` {}", decimal_fault(error)),
                    hint,
                );
                None
            }
        }
    };
    let (min, max) = (bound("min").unwrap_or(-largest), bound("max").unwrap_or(largest));
    check_bounds(table, min <= max, faults);
    FieldKind::Decimal {
        precision,
        scale,
        min,
        max,
    }
}

/// The greatest scaled value of so many digits.
fn largest(precision: u8) -> i64 {
    10_i64.pow(u32::from(precision)) - 1
}

fn options(table: &Table<'_>) -> Vec<String> {
    table
        .texts("options")
        .unwrap_or_default()
        .into_iter()
        .map(|(text, _)| text.to_owned())
        .collect()
}

fn json_schema(table: &Table<'_>, faults: &mut Faults) -> Option<JsonSchema> {
    let source = table.value("schema")?;
    let document = match toml_text::to_json(source) {
        Ok(document) => document,
        Err(span) => {
            let mut place = table.place();
            place.span = span;
            faults.add(
                place,
                "`schema` has a number that JSON cannot hold",
                "use a finite number of at most 64 bits",
            );
            return None;
        }
    };
    // Linear-time patterns, and nothing is fetched: values come from clients.
    let built = jsonschema::draft202012::options()
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .offline()
        .build(&document);
    match built {
        Ok(validator) => Some(JsonSchema { document, validator }),
        Err(error) => {
            let mut place = table.place();
            place.span = toml_text::span_at(source, pointer_segments(&error.instance_path().to_string()));
            let message = format!("`schema` is not a JSON Schema: {error}");
            faults.add(
                place,
                message,
                "see https://json-schema.org/understanding-json-schema (draft 2020-12)",
            );
            None
        }
    }
}

/// The segments of a JSON pointer (RFC 6901).
fn pointer_segments(pointer: &str) -> impl Iterator<Item = std::borrow::Cow<'static, str>> {
    let segments: Vec<_> = pointer
        .split('/')
        .skip(1)
        .map(|segment| segment.replace("~1", "/").replace("~0", "~").into())
        .collect();
    segments.into_iter()
}
