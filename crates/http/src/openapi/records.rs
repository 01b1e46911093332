//! The schemas of a collection's records: as they are read, made and changed.

use mainstay_core::definition::{Collection, DefaultValue, Definition, Field, FieldKind, Relation};
use mainstay_core::limits;
use serde_json::{Map, Value as Json, json};

use super::names::{Names, SchemaNames};
use super::{embedded, examples, kinds};

const SCHEMAS: &str = "#/components/schemas/";

/// A reference to a schema by its name.
pub(super) fn schema_ref(name: &str) -> Json {
    json!({ "$ref": format!("{SCHEMAS}{name}") })
}

/// What the schemas of one collection are made from.
pub(super) struct RecordSchemas<'a> {
    definition: &'a Definition,
    names: &'a Names,
    collection: &'a Collection,
    own: &'a SchemaNames,
}

/// What a schema of a field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Read,
    Create,
    Update,
}

impl<'a> RecordSchemas<'a> {
    pub(super) fn new(definition: &'a Definition, names: &'a Names, collection: &'a Collection) -> Self {
        Self {
            definition,
            names,
            collection,
            own: names.of(collection.id),
        }
    }

    /// Adds all of them to the document's schemas.
    pub(super) fn add_to(&self, schemas: &mut Map<String, Json>) {
        for field in &self.collection.fields {
            if let Some((name, schema)) = self.embedded(field) {
                schemas.insert(name, schema);
            }
        }
        schemas.insert(self.own.expand.clone(), self.expand());
        schemas.insert(self.own.record.clone(), self.record());
        schemas.insert(self.own.selection.clone(), self.selection());
        schemas.insert(self.own.create.clone(), self.create());
        schemas.insert(self.own.update.clone(), self.update());
        schemas.insert(self.own.page.clone(), self.page());
    }

    /// The fields of a creation; also part of the body of sign-up.
    pub(super) fn create_properties(&self) -> Map<String, Json> {
        self.properties(Purpose::Create, is_given_to_create)
    }

    /// The fields that a creation cannot leave out.
    pub(super) fn create_required(&self) -> Vec<&str> {
        let needed = |field: &&Field| field.required && !field.read_only && field.default.is_none();
        self.collection
            .fields
            .iter()
            .filter(needed)
            .map(|field| field.name.as_str())
            .collect()
    }

    pub(super) fn record(&self) -> Json {
        let fields = if self.collection.guarded_fields().next().is_some() {
            "A record with all its fields that the caller may read."
        } else {
            "A record with all its fields."
        };
        let always = |field: &Field| !field.hidden && field.read.is_none();
        json!({
            "title": self.collection.title,
            "description": join([self.collection.description.clone(), fields.into()]),
            "type": "object",
            "properties": self.read_properties(),
            "required": self.order(always),
            "x-order": self.order(|field| !field.hidden),
            "example": examples::record(self.collection),
        })
    }

    fn selection(&self) -> Json {
        json!({
            "title": format!("{} (selection)", self.collection.title),
            "description": "The fields of a record that the parameter `fields` asks for, and its id.",
            "type": "object",
            "properties": self.read_properties(),
            "required": ["id"],
            "x-order": self.order(|field| !field.hidden),
        })
    }

    pub(super) fn create(&self) -> Json {
        json!({
            "title": format!("{} (new)", self.collection.title),
            "description": "A new record. Fields that are left out get their default, or null.",
            "type": "object",
            "properties": self.create_properties(),
            "required": self.create_required(),
            "x-order": self.order(is_given_to_create),
            "additionalProperties": false,
        })
    }

    pub(super) fn update(&self) -> Json {
        json!({
            "title": format!("{} (changes)", self.collection.title),
            "description": "The fields to change. What is left out stays as it is.",
            "type": "object",
            "properties": self.properties(Purpose::Update, |field| !field.read_only),
            "x-order": self.order(|field| !field.read_only),
            "additionalProperties": false,
        })
    }

    fn page(&self) -> Json {
        json!({
            "title": format!("{} (page)", self.collection.title),
            "type": "object",
            "properties": {
                "items": {
                    "type": "array",
                    "items": { "anyOf": [schema_ref(&self.own.record), schema_ref(&self.own.selection)] },
                    "maxItems": limits::PAGE_MAX,
                },
                "next_cursor": {
                    "type": ["string", "null"],
                    "description": "The parameter `cursor` of the next page; null when nothing follows.",
                },
                "count": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": limits::COUNT_MAX,
                    "description": "All records of the list, where `count=true` asks for it.",
                },
            },
            "required": ["items", "next_cursor"],
        })
    }

    /// Related records under the names of relations and ways back.
    fn expand(&self) -> Json {
        let mut properties = Map::new();
        for field in self.visible() {
            if let Some(relation) = field.relation() {
                properties.insert(field.name.to_string(), self.expanded(relation));
            }
        }
        for back in &self.collection.backs {
            if !self.definition.field(back.from).hidden {
                let items = schema_ref(&self.names.of(back.from.collection).record);
                let from = &self.definition.collection(back.from.collection).title;
                properties.insert(
                    back.name.to_string(),
                    json!({
                        "type": "array",
                        "items": items,
                        "maxItems": limits::EXPAND_BACK_MAX,
                        "description": format!("{from} that point here."),
                    }),
                );
            }
        }
        json!({
            "description": "The related records that the parameter `expand` asks for. One that the caller may not read \
                            is null, or missing from the list.",
            "type": "object",
            "properties": properties,
        })
    }

    fn expanded(&self, relation: &Relation) -> Json {
        let target = schema_ref(&self.names.of(relation.to).record);
        if relation.many {
            json!({ "type": "array", "items": target, "maxItems": limits::RELATION_TARGETS_MAX })
        } else {
            json!({ "anyOf": [target, { "type": "null" }] })
        }
    }

    /// Names in the order of the definition, for whoever shows them: members of a JSON object have none.
    fn order(&self, wanted: impl Fn(&Field) -> bool) -> Vec<&str> {
        let fields = self.collection.fields.iter().filter(|field| wanted(field));
        fields.map(|field| field.name.as_str()).collect()
    }

    fn visible(&self) -> impl Iterator<Item = &'a Field> {
        self.collection.fields.iter().filter(|field| !field.hidden)
    }

    fn read_properties(&self) -> Map<String, Json> {
        let mut properties = self.properties(Purpose::Read, |field| !field.hidden);
        properties.insert("expand".into(), schema_ref(&self.own.expand));
        properties
    }

    fn properties(&self, purpose: Purpose, wanted: impl Fn(&Field) -> bool) -> Map<String, Json> {
        let fields = self.collection.fields.iter().filter(|field| wanted(field));
        fields
            .map(|field| (field.name.to_string(), self.property(field, purpose)))
            .collect()
    }

    fn property(&self, field: &Field, purpose: Purpose) -> Json {
        let embedded = self.embedded(field).map(|(name, _)| format!("{SCHEMAS}{name}"));
        let mut schema = kinds::value_schema(field, embedded.as_deref());
        // A relation to many is given as a list always; null is taken for the empty one.
        if !field.required && (field.is_column() || purpose != Purpose::Read) {
            schema = kinds::or_null(schema);
        }
        schema["title"] = json!(field.title);
        let description = self.description(field, purpose, embedded.is_some());
        if !description.is_empty() {
            schema["description"] = json!(description);
        }
        if let Some(relation) = field.relation() {
            schema["x-relation"] = json!(self.definition.collection(relation.to).name.as_str());
        }
        match purpose {
            Purpose::Read if field.read_only => schema["readOnly"] = json!(true),
            Purpose::Create | Purpose::Update if field.hidden => schema["writeOnly"] = json!(true),
            _ => {}
        }
        if purpose == Purpose::Create
            && let Some(default) = examples::literal_default(field)
        {
            schema["default"] = default;
        }
        schema
    }

    fn description(&self, field: &Field, purpose: Purpose, embedded: bool) -> String {
        let mut sentences =
            vec![system_description(field).map_or_else(|| field.description.clone(), str::to_owned)];
        if let Some(relation) = field.relation() {
            let to = &self.definition.collection(relation.to).name;
            let ids = if relation.many {
                "Ids of records"
            } else {
                "Id of a record"
            };
            sentences.push(format!("{ids} of `{to}`."));
        }
        sentences.extend(kinds::unsaid(field, embedded));
        if purpose == Purpose::Create {
            match field.default {
                Some(DefaultValue::Now) => sentences.push("When left out, the time of the request.".into()),
                Some(DefaultValue::AuthId) => sentences.push("When left out, the signed-in user.".into()),
                _ => {}
            }
        }
        if purpose != Purpose::Read && field.write_once {
            sentences.push("Can be set only once.".into());
        }
        if purpose != Purpose::Read && field.hidden {
            sentences.push("Is never shown.".into());
        }
        if purpose == Purpose::Read && field.read.is_some() {
            sentences.push("Left out for a caller who may not read it.".into());
        }
        if purpose != Purpose::Read && field.write.is_some() {
            sentences.push("A caller who may not set it is refused: leave it out.".into());
        }
        join(sentences)
    }

    /// The name and the schema of a json field's own schema, where it can be moved into the document.
    fn embedded(&self, field: &Field) -> Option<(String, Json)> {
        let FieldKind::Json {
            schema: Some(schema), ..
        } = &field.kind
        else {
            return None;
        };
        let name = format!("{}{}", self.own.value_prefix, field.name);
        let moved = embedded::moved(&schema.document, &format!("{SCHEMAS}{name}"))?;
        Some((name, moved))
    }
}

/// A client may choose the id of a record that it creates.
fn is_given_to_create(field: &Field) -> bool {
    !field.read_only || matches!(field.kind, FieldKind::Id)
}

fn system_description(field: &Field) -> Option<&'static str> {
    if !field.system {
        return None;
    }
    Some(match field.name.as_str() {
        "id" => "A UUID, of version 7 when the server makes it.",
        "version" => "1 at creation, one more with each change; the `ETag`.",
        "created_at" => "When the record was created.",
        "updated_at" => "When the record was last changed.",
        "created_by" => "Who created the record.",
        "deleted_at" => "When the record was deleted; null while it is not.",
        _ => return None,
    })
}

fn join(sentences: impl IntoIterator<Item = String>) -> String {
    let said: Vec<String> = sentences
        .into_iter()
        .filter(|sentence| !sentence.is_empty())
        .collect();
    said.join(" ")
}
