//! The values of each type of field as a JSON Schema: what the server takes and gives, neither more nor less.

use mainstay_core::definition::{Field, FieldKind, TextOptions};
use mainstay_core::{decimal, limits};
use serde_json::{Value as Json, json};

use super::pattern::ecma_pattern;

/// A text on one line: no line breaks, and the character NUL is in no text.
const ONE_LINE: &str = r"^[^\u0000\n\r]*$";
const URL: &str = "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s]+$";

/// The schema of a field's value when it has one; null comes later. `embedded` is where the schema of a json field
/// stands in the document, if it has one.
pub(super) fn value_schema(field: &Field, embedded: Option<&str>) -> Json {
    match &field.kind {
        FieldKind::Text(options) => text(options),
        FieldKind::Integer { min, max } => integer(*min, *max),
        FieldKind::Number { min, max } => number(*min, *max),
        FieldKind::Decimal { precision, scale, .. } => {
            // `decimal` is in the format registry of OpenAPI; the pattern says it exactly.
            json!({ "type": "string", "format": "decimal", "pattern": decimal_pattern(*precision, *scale) })
        }
        FieldKind::Boolean => json!({ "type": "boolean" }),
        FieldKind::DateTime => json!({ "type": "string", "format": "date-time" }),
        FieldKind::Date => json!({ "type": "string", "format": "date" }),
        FieldKind::Select { options } => json!({ "type": "string", "enum": options }),
        FieldKind::MultiSelect { options, items_max } => json!({
            "type": "array",
            "items": { "type": "string", "enum": options },
            "uniqueItems": true,
            "maxItems": items_max,
        }),
        FieldKind::Json { .. } => match embedded {
            Some(reference) => json!({ "$ref": reference }),
            None => json!({ "type": ["object", "array", "string", "number", "boolean"] }),
        },
        FieldKind::Email => {
            json!({ "type": "string", "format": "email", "maxLength": limits::EMAIL_CHARACTERS_MAX })
        }
        FieldKind::Url => json!({
            "type": "string",
            "format": "uri",
            "pattern": URL,
            "maxLength": limits::URL_CHARACTERS_MAX,
        }),
        FieldKind::Relation(relation) if relation.many => json!({
            "type": "array",
            "items": { "type": "string", "format": "uuid" },
            "uniqueItems": true,
            "minItems": u8::from(field.required),
            "maxItems": limits::RELATION_TARGETS_MAX,
        }),
        FieldKind::Id | FieldKind::Relation(_) => json!({ "type": "string", "format": "uuid" }),
    }
}

/// The same, or null.
pub(super) fn or_null(mut schema: Json) -> Json {
    if schema.get("$ref").is_some() {
        return json!({ "anyOf": [schema, { "type": "null" }] });
    }
    let types = match schema.get("type").cloned() {
        Some(Json::Array(mut several)) => {
            several.push(json!("null"));
            Json::Array(several)
        }
        Some(one) => json!([one, "null"]),
        None => return schema,
    };
    schema["type"] = types;
    if let Some(options) = schema.get_mut("enum").and_then(Json::as_array_mut) {
        options.push(Json::Null);
    }
    schema
}

/// What the schema cannot say about a value, as sentences.
pub(super) fn unsaid(field: &Field, embedded: bool) -> Vec<String> {
    let mut sentences = Vec::new();
    match &field.kind {
        FieldKind::Text(options) => {
            if options.rich {
                sentences.push("CommonMark source.".to_owned());
            }
            if let Some(pattern) = options
                .pattern
                .as_ref()
                .filter(|pattern| ecma_pattern(pattern.as_str()).is_none())
            {
                sentences.push(format!("Matches `{}` (RE2 syntax).", pattern.as_str()));
            }
        }
        FieldKind::Decimal {
            precision,
            scale,
            min,
            max,
        } => {
            let largest = 10_i64.pow(u32::from(*precision)) - 1;
            let written = |scaled| {
                let mut out = Vec::new();
                decimal::write(scaled, *scale, &mut out);
                String::from_utf8_lossy(&out).into_owned()
            };
            sentences.push("An exact decimal.".to_owned());
            if *min > -largest {
                sentences.push(format!("At least {}.", written(*min)));
            }
            if *max < largest {
                sentences.push(format!("At most {}.", written(*max)));
            }
        }
        FieldKind::Json { schema, bytes_max } => {
            sentences.push(format!("At most {bytes_max} bytes as compact JSON."));
            if schema.is_some() && !embedded {
                sentences.push("Has a JSON Schema of its own in the definition.".to_owned());
            }
        }
        _ => {}
    }
    sentences
}

fn text(options: &TextOptions) -> Json {
    let mut schema = json!({ "type": "string", "maxLength": options.max });
    if options.min > 0 {
        schema["minLength"] = json!(options.min);
    }
    let one_line = !options.multiline && !options.rich;
    match &options.pattern {
        Some(pattern) => {
            if let Some(pattern) = ecma_pattern(pattern.as_str()) {
                schema["pattern"] = json!(pattern);
            }
        }
        None if one_line => schema["pattern"] = json!(ONE_LINE),
        None => {}
    }
    schema
}

fn integer(min: i64, max: i64) -> Json {
    let mut schema = json!({ "type": "integer", "format": "int64" });
    if min > i64::MIN {
        schema["minimum"] = json!(min);
    }
    if max < i64::MAX {
        schema["maximum"] = json!(max);
    }
    schema
}

fn number(min: f64, max: f64) -> Json {
    let mut schema = json!({ "type": "number", "format": "double" });
    if min > f64::MIN {
        schema["minimum"] = json!(min);
    }
    if max < f64::MAX {
        schema["maximum"] = json!(max);
    }
    schema
}

/// Zeros in front and at the end do not count as digits.
fn decimal_pattern(precision: u8, scale: u8) -> String {
    let whole = match precision - scale {
        0 => "0+".to_owned(),
        digits => format!("0*[0-9]{{1,{digits}}}"),
    };
    let fraction = match scale {
        0 => "0+".to_owned(),
        digits => format!("[0-9]{{1,{digits}}}0*"),
    };
    format!(r"^-?{whole}(\.{fraction})?$")
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    #[test]
    fn decimal_patterns_take_what_the_parser_takes() {
        for (precision, scale) in [(18, 2), (3, 0), (2, 2), (5, 3), (1, 1)] {
            let pattern = Regex::new(&decimal_pattern(precision, scale)).unwrap();
            for text in [
                "0",
                "-0",
                "00",
                "1",
                "12",
                "123",
                "1234",
                "007",
                "0.5",
                "0.50",
                "0.500",
                "0.05",
                "0.005",
                "0.0005",
                "12.345",
                "12.3450",
                ".5",
                "5.",
                "",
                "-",
                "+1",
                "1e3",
                "99.99",
                "-99.990",
                "0.0",
                "0000.0000",
            ] {
                let taken = decimal::parse(text, precision, scale).is_ok();
                assert_eq!(
                    pattern.is_match(text),
                    taken,
                    "{text} as decimal({precision}, {scale})"
                );
            }
        }
    }

    #[test]
    fn null_joins_the_types_and_the_options() {
        let select = json!({ "type": "string", "enum": ["a"] });
        assert_eq!(
            or_null(select),
            json!({ "type": ["string", "null"], "enum": ["a", null] })
        );
        let reference = json!({ "$ref": "#/x" });
        assert_eq!(
            or_null(reference),
            json!({ "anyOf": [{ "$ref": "#/x" }, { "type": "null" }] })
        );
    }
}
