//! Answers held to the OpenAPI document.

use mainstay_testkit::TestApp;
use serde_json::{Value as Json, json};

/// Is the answer what the document says under this name?
pub(crate) async fn assert_documented(app: &TestApp, name: &str, answer: &Json) {
    let mut schema = app.anonymous().get("/api/v1/openapi.json").await.json();
    assert!(schema["components"]["schemas"][name].is_object(), "{name}");
    schema["$ref"] = json!(format!("#/components/schemas/{name}"));
    let validator = jsonschema::draft202012::new(&schema).expect("the test has it");
    let faults: Vec<String> = validator
        .iter_errors(answer)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{name}: {faults:#?}\n{answer:#}");
    // And nothing that the document does not know, at the top at least.
    let known = schema["components"]["schemas"][name]["properties"].as_object();
    for member in answer.as_object().expect("the test has it").keys() {
        assert!(
            known.expect("the test has it").contains_key(member),
            "{name} has no {member}"
        );
    }
}
