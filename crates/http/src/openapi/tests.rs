//! The documents of the applications in `apps`, held to what a reader may rely on.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use mainstay_core::definition::{Definition, SourceFile};
use serde_json::{Value as Json, json};

use super::{OPERATIONS, openapi};

fn application(name: &str) -> Definition {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../apps")
        .join(name);
    let mut files = vec![read(&folder, Path::new("mainstay.toml"))];
    for entry in std::fs::read_dir(folder.join("collections")).unwrap() {
        files.push(read(
            &folder,
            &Path::new("collections").join(entry.unwrap().file_name()),
        ));
    }
    Definition::read(files).unwrap()
}

fn read(folder: &Path, path: &Path) -> SourceFile {
    let text = std::fs::read_to_string(folder.join(path)).unwrap();
    SourceFile {
        path: path.to_str().unwrap().to_owned(),
        text,
    }
}

fn definition(collections: &[(&str, &str)]) -> Definition {
    let mut files = vec![SourceFile {
        path: "mainstay.toml".into(),
        text: "name = \"sample\"".into(),
    }];
    for (name, text) in collections {
        files.push(SourceFile {
            path: format!("collections/{name}.toml"),
            text: (*text).to_owned(),
        });
    }
    Definition::read(files).unwrap()
}

fn applications() -> Vec<Definition> {
    vec![application("todo"), application("annotation"), definition(&[])]
}

/// Every `$ref` of the document.
fn references<'d>(json: &'d Json, found: &mut BTreeSet<&'d str>) {
    match json {
        Json::Object(members) => {
            for (name, value) in members {
                match value {
                    Json::String(target) if name == "$ref" => drop(found.insert(target)),
                    value => references(value, found),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

fn operations(document: &Json) -> Vec<&Json> {
    let items = document["paths"].as_object().unwrap().values();
    items
        .flat_map(|item| item.as_object().unwrap().values())
        .collect()
}

fn texts(json: &Json) -> Vec<&str> {
    json.as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect()
}

#[test]
fn every_reference_leads_somewhere() {
    for definition in applications() {
        let document = openapi(&definition);
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for target in found {
            let pointer = target.strip_prefix('#').expect("the document stands alone");
            assert!(
                document.pointer(pointer).is_some(),
                "{}: {target}",
                definition.name
            );
        }
    }
}

#[test]
fn every_component_is_used() {
    for definition in applications() {
        let document = openapi(&definition);
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for (kind, components) in document["components"].as_object().unwrap() {
            for name in components
                .as_object()
                .unwrap()
                .keys()
                .filter(|_| kind != "securitySchemes")
            {
                let pointer = format!("#/components/{kind}/{name}");
                // Without soft deletion nothing is restored.
                let excused = name == "deleted"
                    || name == "share_id"
                    || name.starts_with("restore_record_")
                    || name.starts_with("purge_record_");
                assert!(
                    excused || found.contains(pointer.as_str()),
                    "{}: {pointer}",
                    definition.name
                );
            }
        }
    }
}

#[test]
fn operation_ids_are_unique() {
    for definition in applications() {
        let document = openapi(&definition);
        let mut ids = HashSet::new();
        for operation in operations(&document) {
            assert!(
                ids.insert(operation["operationId"].as_str().unwrap()),
                "{}",
                operation["operationId"]
            );
        }
    }
    let ids: HashSet<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    assert_eq!(ids.len(), OPERATIONS.len());
}

#[test]
fn every_collection_has_its_operations() {
    let definition = application("todo");
    let document = openapi(&definition);
    for collection in &definition.collections {
        let path = |rest: &str| &document["paths"][format!("/api/v1/records/{}{rest}", collection.name)];
        assert!(path("")["get"].is_object() && path("")["post"].is_object());
        assert!(
            ["get", "patch", "delete"]
                .iter()
                .all(|method| path("/{id}")[method].is_object())
        );
        assert!(path("/{id}/history")["get"].is_object());
        assert_eq!(path("/{id}/restore")["post"].is_object(), collection.soft_delete);
    }
}

#[test]
fn records_require_every_field_that_everybody_sees() {
    for definition in applications() {
        let document = openapi(&definition);
        for collection in &definition.collections {
            let page = &document["paths"][format!("/api/v1/records/{}", collection.name)]["post"];
            let reference = &page["responses"]["201"]["content"]["application/json"]["schema"]["$ref"];
            let record = document
                .pointer(reference.as_str().unwrap().trim_start_matches('#'))
                .unwrap();
            let shown: Vec<&str> = collection
                .fields
                .iter()
                .filter(|field| !field.hidden && field.read.is_none())
                .map(|field| field.name.as_str())
                .collect();
            assert_eq!(texts(&record["required"]), shown);
        }
    }
}

#[test]
fn a_new_todo_needs_a_list_and_a_title() {
    let document = openapi(&application("todo"));
    let schemas = &document["components"]["schemas"];
    assert_eq!(texts(&schemas["TodosCreate"]["required"]), ["list", "title"]);
    assert_eq!(schemas["TodosUpdate"]["required"], Json::Null);
    assert_eq!(texts(&schemas["SignUp"]["required"]), ["email", "password"]);
    // Hidden fields can be set and are never shown.
    assert!(schemas["Invitations"]["properties"]["token_hash"].is_null());
}

#[test]
fn fields_keep_their_limits() {
    let document = openapi(&application("todo"));
    let properties = &document["components"]["schemas"]["TodosCreate"]["properties"];
    let (title, due, priority) = (&properties["title"], &properties["due"], &properties["priority"]);
    assert_eq!(
        (&title["type"], &title["minLength"], &title["maxLength"]),
        (&json!("string"), &json!(1), &json!(255))
    );
    assert_eq!(
        (&due["type"], &due["format"]),
        (&json!(["string", "null"]), &json!("date"))
    );
    assert_eq!(
        (&priority["enum"], &priority["default"]),
        (&json!(["low", "normal", "high", "urgent"]), &json!("normal"))
    );
    assert_eq!(properties["position"]["pattern"], json!("^[0-9a-z]+$"));
    assert_eq!(properties["version"], Json::Null);
}

#[test]
fn names_that_look_alike_stay_apart() {
    let document = openapi(&definition(&[
        ("a_b", ""),
        ("ab_", ""),
        ("ab_create", ""),
        ("problem", ""),
    ]));
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for name in ["AB", "Ab", "AbCreate", "AbCreate_", "Problem", "Problem_"] {
        assert!(schemas.contains_key(name), "{name}");
    }
}

#[test]
fn a_schema_in_a_field_moves_with_its_references() {
    let text = "
        [fields.tree]
        type = \"json\"
        [fields.tree.schema]
        type = \"object\"
        properties = { children = { type = \"array\", items = { \"$ref\" = \"#\" } } }
    ";
    let document = openapi(&definition(&[("notes", text)]));
    let schemas = &document["components"]["schemas"];
    let own = "#/components/schemas/Notes.tree";
    assert_eq!(
        schemas["Notes.tree"]["properties"]["children"]["items"]["$ref"],
        json!(own)
    );
    assert_eq!(
        schemas["NotesCreate"]["properties"]["tree"]["anyOf"],
        json!([{ "$ref": own }, { "type": "null" }])
    );
}

#[test]
fn every_failure_says_its_codes() {
    let document = openapi(&application("todo"));
    for (name, response) in document["components"]["responses"].as_object().unwrap() {
        let schema = &response["content"]["application/problem+json"]["schema"];
        assert!(
            !schema["properties"]["code"]["enum"]
                .as_array()
                .unwrap()
                .is_empty(),
            "{name}"
        );
        let status: u16 = name.rsplit('_').next().unwrap().parse().unwrap();
        assert_eq!(schema["properties"]["status"]["const"], json!(status));
    }
}

#[test]
fn examples_of_new_records_fit_their_collections() {
    let definition = application("todo");
    let document = openapi(&definition);
    for collection in &definition.collections {
        let body = &document["paths"][format!("/api/v1/records/{}", collection.name)]["post"]["requestBody"];
        let Some(example) = body["content"]["application/json"]["example"].as_object() else {
            continue;
        };
        for (name, value) in example {
            let field = collection.find_field(name).unwrap();
            mainstay_core::values::accept(field, value.clone()).unwrap();
        }
    }
}
