//! Paths: the table of operations, spread over the collections of an application.

use mainstay_core::definition::{Collection, Definition};
use serde_json::{Map, Value as Json, json};

use super::examples;
use super::names::Names;
use super::operation::{Access, Body, Operation, Parameter, Tag};
use super::operations::OPERATIONS;
use super::records::schema_ref;
use super::samples::Sample;
use super::{parameters, responses, schemas};

/// The operations that can succeed in this application, and every path they stand on.
pub(super) fn paths(definition: &Definition, names: &Names) -> Map<String, Json> {
    let mut paths = Map::new();
    for operation in OPERATIONS
        .iter()
        .filter(|operation| is_offered(operation, definition))
    {
        if operation.is_of_collection() {
            for collection in &definition.collections {
                let can_succeed = (collection.soft_delete || !operation.needs_soft_delete())
                    && (collection.comments || !operation.needs_comments())
                    && (collection.sharing.is_some() || !operation.needs_shares());
                if can_succeed {
                    Place {
                        definition,
                        names,
                        operation,
                        on: Some(collection),
                    }
                    .add_to(&mut paths);
                }
            }
        } else {
            Place {
                definition,
                names,
                operation,
                on: None,
            }
            .add_to(&mut paths);
        }
    }
    paths
}

/// Signing up is left out where the application makes no accounts on request, and comments where there are none.
pub(super) fn is_offered(operation: &Operation, definition: &Definition) -> bool {
    (operation.body != Some(Body::SignUp) || definition.auth.sign_up)
        && (!operation.needs_comments() || takes_comments(definition))
        && (!operation.needs_shares() || has_shares(definition))
}

/// Can any records be shared?
pub(super) fn has_shares(definition: &Definition) -> bool {
    let mut collections = definition.collections.iter();
    collections.any(|collection| collection.sharing.is_some())
}

/// May people comment on any records?
pub(super) fn takes_comments(definition: &Definition) -> bool {
    definition
        .collections
        .iter()
        .any(|collection| collection.comments)
}

/// An operation at one of its places.
struct Place<'a> {
    definition: &'a Definition,
    names: &'a Names,
    operation: &'a Operation,
    on: Option<&'a Collection>,
}

impl Place<'_> {
    fn add_to(&self, paths: &mut Map<String, Json>) {
        let method = self.operation.method.as_str().to_ascii_lowercase();
        let item = paths.entry(self.path()).or_insert_with(|| json!({}));
        item[method] = self.described();
    }

    fn path(&self) -> String {
        match self.on {
            Some(collection) => self
                .operation
                .path
                .replace("{collection}", collection.name.as_str()),
            None => self.operation.path.to_owned(),
        }
    }

    fn described(&self) -> Json {
        let operation = self.operation;
        let body = self.body();
        let mut described = json!({
            "operationId": self.id(),
            "tags": [self.tag()],
            "summary": operation.summary,
            "description": self.description(),
            "security": self.security(),
            "responses": responses::of(operation, self.definition, self.names, self.on),
        });
        let parameters = self.parameters();
        if !parameters.is_empty() {
            described["parameters"] = Json::Array(parameters);
        }
        let example = body.as_ref().and_then(|(_, example)| example.clone());
        if let Some((schema, example)) = body {
            let mut content = json!({ "schema": schema });
            if let Some(example) = example {
                content["example"] = example;
            }
            described["requestBody"] =
                json!({ "required": true, "content": { "application/json": content } });
        }
        let sample = Sample {
            operation,
            path: self
                .path()
                .replace("{id}", examples::ID)
                .replace("{delivery_id}", examples::ID)
                .replace("{emoji}", parameters::EMOJI_ENCODED)
                .replace("{provider}", "google")
                .replace("{name}", "users")
                .replace("{client}", examples::ID)
                .replace("{version}", "1")
                .replace("{share_id}", examples::ID)
                .replace("{version_id}", examples::ID),
            query: match operation.id {
                "list_records" => "?limit=50",
                "compare_versions" => "?from=1",
                _ => "",
            },
            body: example.as_ref(),
        };
        described["x-codeSamples"] = sample.both();
        described
    }

    fn id(&self) -> String {
        match self.on {
            Some(collection) => format!("{}_{}", self.operation.id, collection.name),
            None => self.operation.id.to_owned(),
        }
    }

    fn tag(&self) -> &str {
        match (self.operation.tag, self.on) {
            (Tag::Collection, Some(collection)) => collection.name.as_str(),
            (tag, _) => tag_name(tag),
        }
    }

    fn description(&self) -> String {
        let administrators = if self.is_for_administrators() {
            "Only administrators may do this."
        } else {
            ""
        };
        let parts = [self.operation.description, administrators];
        parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// A collection without the rule of an operation leaves it to administrators.
    fn is_for_administrators(&self) -> bool {
        let Some(rules) = self.on.map(|collection| &collection.rules) else {
            return false;
        };
        match self.operation.id {
            "list_records" => rules.list.is_none(),
            "create_record" => rules.create.is_none(),
            "read_record" | "record_history" | "record_activity" | "list_comments" | "create_comment"
            | "read_follow" | "follow_record" | "unfollow_record" | "read_version" | "compare_versions"
            | "list_versions" | "read_tree_version" | "compare_tree" => rules.read.is_none(),
            "update_record" | "put_back_version" | "save_version" | "restore_version" => {
                rules.update.is_none()
            }
            "delete_record" | "restore_record" | "purge_record" | "remove_version" => rules.delete.is_none(),
            _ => false,
        }
    }

    fn security(&self) -> Json {
        match self.operation.access {
            Access::Anyone => json!([]),
            Access::ByRule if !self.is_for_administrators() => {
                json!([{ "bearer": [] }, { "cookie": [] }, {}])
            }
            Access::ByRule | Access::SignedIn => json!([{ "bearer": [] }, { "cookie": [] }]),
        }
    }

    fn parameters(&self) -> Vec<Json> {
        let in_path = parameters::of_path(self.operation.path);
        let soft_delete = self.on.is_none_or(|collection| collection.soft_delete);
        let offered = self.operation.parameters.iter().filter(|parameter| {
            // Where deletion is for good there are no deleted records to list.
            soft_delete || **parameter != Parameter::Deleted
        });
        let others = offered.map(|parameter| parameters::of(*parameter, self.definition, self.on));
        in_path.chain(others).collect()
    }

    /// The schema of the body and an example.
    fn body(&self) -> Option<(Json, Option<Json>)> {
        let body = self.operation.body?;
        Some(match (body, self.on) {
            (Body::NewRecord, Some(collection)) => (
                schema_ref(&self.names.of(collection.id).create),
                examples::new_record(collection),
            ),
            (Body::Changes, Some(collection)) => (
                schema_ref(&self.names.of(collection.id).update),
                examples::changes(collection),
            ),
            (Body::NewServiceAccount, _) => (
                schema_ref(&self.names.of(self.definition.users).create),
                examples::of_body(body, self.definition),
            ),
            (body, _) => {
                let name = schemas::body_schema(body)?;
                (schema_ref(name), examples::of_body(body, self.definition))
            }
        })
    }
}

/// Names of collections have no capital letters, so these are never taken.
pub(super) fn tag_name(tag: Tag) -> &'static str {
    match tag {
        Tag::Collection => "Records",
        Tag::Batch => "Batch",
        Tag::Comments => "Comments on records",
        Tag::Sharing => "Sharing",
        Tag::Notifications => "Notifications",
        Tag::Trash => "Trash",
        Tag::SignIn => "Sign-in",
        Tag::ApiKeys => "API keys",
        Tag::Realtime => "Live updates",
        Tag::Webhooks => "Webhooks",
        Tag::Audit => "Audit and activity",
        Tag::Server => "Server",
    }
}
