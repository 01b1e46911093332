//! A json field's own JSON Schema, moved into the document.

use serde_json::{Map, Value as Json};

/// Keywords whose values are data, not schemas.
const DATA: [&str; 5] = ["const", "default", "enum", "example", "examples"];
/// Keywords whose values are tables from names to schemas.
const NAMED: [&str; 5] = [
    "properties",
    "patternProperties",
    "$defs",
    "definitions",
    "dependentSchemas",
];
/// Keywords that would give references another meaning than the place in the document does.
const MOVING: [&str; 5] = ["$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef"];

/// The schema with its references led to `pointer`, where it will stand, such as `#/components/schemas/Todos.data`.
///
/// `None` for a schema whose references cannot be moved: the document then says nothing about the field's value.
pub(super) fn moved(schema: &Json, pointer: &str) -> Option<Json> {
    match schema {
        Json::Object(keywords) => {
            let mut out = Map::new();
            for (keyword, value) in keywords {
                let name = keyword.as_str();
                if MOVING.contains(&name) {
                    return None;
                }
                let value = match value {
                    _ if name == "$schema" => continue,
                    Json::String(target) if name == "$ref" => Json::from(moved_reference(target, pointer)?),
                    value if DATA.contains(&name) => value.clone(),
                    Json::Object(named) if NAMED.contains(&name) => moved_table(named, pointer)?,
                    value => moved(value, pointer)?,
                };
                out.insert(keyword.clone(), value);
            }
            Some(Json::Object(out))
        }
        Json::Array(schemas) => Some(Json::Array(
            schemas
                .iter()
                .map(|schema| moved(schema, pointer))
                .collect::<Option<_>>()?,
        )),
        plain => Some(plain.clone()),
    }
}

fn moved_table(named: &Map<String, Json>, pointer: &str) -> Option<Json> {
    let moved = named
        .iter()
        .map(|(name, schema)| Some((name.clone(), moved(schema, pointer)?)));
    Some(Json::Object(moved.collect::<Option<_>>()?))
}

/// References leave the schema for nothing: an application's document needs no other.
fn moved_reference(target: &str, pointer: &str) -> Option<String> {
    let within = target.strip_prefix('#')?;
    (within.is_empty() || within.starts_with('/')).then(|| format!("{pointer}{within}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::moved;

    #[test]
    fn references_follow_the_schema() {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": { "$ref": { "$ref": "#/$defs/part" }, "more": { "items": { "$ref": "#" } } },
            "$defs": { "part": { "const": { "$ref": "#/x" } } },
        });
        let expected = json!({
            "type": "object",
            "properties": { "$ref": { "$ref": "#/c/A/$defs/part" }, "more": { "items": { "$ref": "#/c/A" } } },
            "$defs": { "part": { "const": { "$ref": "#/x" } } },
        });
        assert_eq!(moved(&schema, "#/c/A"), Some(expected));
    }

    #[test]
    fn schemas_with_a_place_of_their_own_are_not_moved() {
        for schema in [
            json!({ "$id": "https://example.org/a" }),
            json!({ "items": { "$ref": "#name" } }),
            json!({ "$ref": "https://json-schema.org/draft/2020-12/schema" }),
        ] {
            assert_eq!(moved(&schema, "#/c/A"), None);
        }
    }
}
