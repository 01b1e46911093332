//! Every operation that takes a body says what it takes, and refuses the rest before anything is done.

use std::collections::BTreeSet;

use mainstay_http::{AppOptions, OPERATIONS, Operation};
use mainstay_testkit::{Client, TestApp, TestResponse};
use serde_json::{Map, Value as Json, json};

use crate::rooms::{ROOMS, room};

/// Keys that no body has.
const UNHEARD_OF: &str = "unheard_of";

/// What looks at a proof first, and says nothing of the rest to whoever has none.
const PROOF_FIRST: [&str; 4] = [
    "complete_sign_in",
    "sign_in_with_passkey",
    "add_passkey",
    "accept_invitation",
];

fn app() -> TestApp {
    let toml = format!("{}\n[limits]\nenabled = false\n", ROOMS[0].1);
    let rooms = ROOMS[1].1.replace("label", "share = true\nlabel");
    let mut definition: Vec<(&str, &str)> = ROOMS.to_vec();
    (definition[0].1, definition[1].1) = (&toml, &rooms);
    let options = AppOptions {
        body_bytes_max: 2_000,
        ..AppOptions::default()
    };
    TestApp::start_mailing_with(&definition, options)
}

struct Scene {
    app: TestApp,
    administrator: Client,
    room: String,
    client: String,
    webhook: String,
    document: Json,
}

impl Scene {
    async fn set() -> Self {
        let app = app();
        let administrator = app.administrator().await;
        let made = async |path: &str, body: Json| {
            let made = administrator.post(path, body).await;
            assert_eq!(made.status, 201, "{}", made.text());
            made.json()["id"].as_str().expect("it has an id").to_owned()
        };
        let client = json!({"name": "C", "redirects": ["https://c.example/"], "scopes": ["openid"]});
        let webhook = json!({"url": "https://example.org/", "kinds": ["auth.*"]});
        Self {
            client: made("/api/v1/clients", client).await,
            webhook: made("/api/v1/webhooks", webhook).await,
            room: room(&administrator, "Kitchen").await,
            document: administrator.get("/api/v1/openapi.json").await.json(),
            administrator,
            app,
        }
    }

    fn path(&self, operation: &Operation) -> String {
        let path = operation.path.replace("{collection}", "rooms");
        let id = match path.split('/').nth(3) {
            Some("clients") => &self.client,
            Some("webhooks") => &self.webhook,
            _ => &self.room,
        };
        let parts = path.split('/').map(|part| match part {
            "{version}" => "1",
            part if part.starts_with('{') => id,
            part => part,
        });
        parts.collect::<Vec<&str>>().join("/")
    }

    async fn send(&self, client: &Client, operation: &Operation, body: Vec<u8>) -> TestResponse {
        let path = self.path(operation);
        client.send(operation.method.as_str(), &path, Some(body)).await
    }

    /// The declared schema of the body.
    fn schema(&self, operation: &Operation) -> &Json {
        let path = operation.path.replace("{collection}", "rooms");
        let method = operation.method.as_str().to_lowercase();
        let declared = &self.document["paths"][&path][&method]["requestBody"];
        let schema = &declared["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{} has no schema: {declared}", operation.id);
        self.resolved(schema)
    }

    /// Where references lead, and the first of several.
    fn resolved<'a>(&'a self, schema: &'a Json) -> &'a Json {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            let there = self.document.pointer(pointer);
            return self.resolved(there.expect("a reference leads somewhere"));
        }
        let several = ["anyOf", "oneOf", "allOf"];
        let first = several.into_iter().find_map(|of| schema[of].get(0));
        first.map_or(schema, |first| self.resolved(first))
    }

    /// A value of the type that the schema says.
    fn example(&self, schema: &Json) -> Json {
        let schema = self.resolved(schema);
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        let of = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
        match of {
            Some("array") => json!([]),
            Some("integer" | "number") => json!(1),
            Some("boolean") => json!(true),
            Some("object") => Json::Object(self.required(schema)),
            _ if schema["format"] == "email" => json!("somebody@example.org"),
            _ => json!("correct horse battery"),
        }
    }

    fn required(&self, schema: &Json) -> Map<String, Json> {
        let required = schema["required"].as_array().into_iter().flatten();
        let names = required.filter_map(Json::as_str);
        names
            .map(|name| (name.to_owned(), self.example(&schema["properties"][name])))
            .collect()
    }

    /// What was written down so far; each act of each operation is.
    async fn acts(&self) -> Vec<Vec<String>> {
        self.app.sql("SELECT count(*) FROM _journal").await
    }
}

fn with_body() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().filter(|operation| operation.body.is_some())
}

/// The fields at fault, by their first names.
fn at_fault(answer: &TestResponse) -> BTreeSet<String> {
    let json = answer.json();
    let errors = json["errors"].as_array().expect("a problem has errors").clone();
    let fields = errors.iter().map(|error| {
        for part in ["field", "code", "message"] {
            assert!(error[part].is_string(), "{json}");
        }
        let field = error["field"].as_str().unwrap_or_default();
        field.split(['.', '[']).next().unwrap_or_default().to_owned()
    });
    fields.collect()
}

#[tokio::test]
async fn what_is_no_json_object_of_a_size_reaches_no_operation() {
    let scene = Scene::set().await;
    let before = scene.acts().await;
    let mut count = 0;
    for operation in with_body() {
        let administrator = &scene.administrator;
        let typed = administrator.with_header("content-type", "text/plain");
        let answer = scene.send(&typed, operation, b"{}".to_vec()).await;
        let wanted = (415, "unsupported_media_type".to_owned());
        assert_eq!(answer.problem(), wanted, "{}", operation.id);
        for body in ["[]", "{", "\"a\"", "{\"a\": 1}}"] {
            let answer = scene
                .send(administrator, operation, body.as_bytes().to_vec())
                .await;
            let wanted = (400, "invalid_json".to_owned());
            assert_eq!(answer.problem(), wanted, "{} {body}", operation.id);
        }
        let large = json!({"a": "x".repeat(2_000)}).to_string();
        let answer = scene.send(administrator, operation, large.into_bytes()).await;
        let wanted = (413, "payload_too_large".to_owned());
        assert_eq!(answer.problem(), wanted, "{}", operation.id);
        count += 1;
    }
    assert!(count > 40, "{count} operations are too few");
    assert_eq!(scene.acts().await, before);
}

#[tokio::test]
async fn what_no_schema_has_is_named_field_by_field() {
    let scene = Scene::set().await;
    let before = scene.acts().await;
    let mut surprises = Vec::new();
    for operation in with_body() {
        let schema = scene.schema(operation);
        let with = |name: &str, value: Json| {
            let mut body = scene.required(schema);
            body.insert(name.to_owned(), value);
            (name.to_owned(), Json::Object(body))
        };
        // Nothing is an object with this key, in any schema.
        let wrong = json!({UNHEARD_OF: [1]});
        let properties = schema["properties"].as_object().into_iter().flatten();
        let mut bodies: Vec<(String, Json)> = properties
            .filter(|(_, schema)| !takes_any_object(schema))
            .map(|(name, _)| with(name, wrong.clone()))
            .collect();
        bodies.push(with(UNHEARD_OF, json!(1)));
        for (name, body) in bodies {
            let bytes = body.to_string().into_bytes();
            let answer = scene.send(&scene.administrator, operation, bytes).await;
            // What is inside an object may be named by itself.
            let fields = at_fault(&answer);
            let is_named = fields.contains(&name) || fields.contains(UNHEARD_OF);
            let is_named = is_named || PROOF_FIRST.contains(&operation.id);
            if !answer.status.is_client_error() || !is_named {
                surprises.push(format!("{} {body}: {}", operation.id, answer.text()));
            }
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    assert_eq!(scene.acts().await, before);
}

/// Is any object a value of the property?
fn takes_any_object(schema: &Json) -> bool {
    // Those of a collection that another member names.
    if schema["type"] == json!(["object", "null"]) && schema.get("properties").is_none() {
        return true;
    }
    let is_typed =
        schema.get("type").is_some() || schema.get("$ref").is_some() || schema.get("enum").is_some();
    !is_typed && schema.get("anyOf").is_none() && schema.get("oneOf").is_none()
}
