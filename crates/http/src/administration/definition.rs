//! The definition as it is in force, with all that a client of the application is not told: rules, and fields that are
//! hidden.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use mainstay_core::definition::{
    Check, Collection, Definition, Field, Index, MadeBy, SourceFile, Written, WrittenCollection,
};
use mainstay_engine::editing;
use serde_json::{Map, Value as Json, json};

use crate::answer::{self, Answer};
use crate::application::{describe_collection, describe_field};
use crate::body::JsonBody;
use crate::parameters::{Segments, refuse_parameters};
use crate::request::Caller;
use crate::router::App;

/// The keys of `[rules]`.
const RULES: [&str; 7] = ["list", "read", "create", "update", "delete", "comment", "share"];

pub(crate) async fn read_definition(
    State(app): State<Arc<App>>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    caller.ctx.require_administrator()?;
    // The whole one: a key may run on less.
    let release = app.environment.release();
    let writable = app.options.administration.writable;
    Ok(answer::json(describe(&release.definition, writable).to_string()))
}

/// Puts another text into the file of a collection, where that may be done.
pub(crate) async fn change_definition(
    State(app): State<Arc<App>>,
    caller: Caller,
    Segments(name): Segments<String>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let administration = &app.options.administration;
    let folder = administration
        .folder
        .as_deref()
        .filter(|_| administration.writable);
    let changed = editing::change_definition(&caller.ctx, folder, &name, body.object).await?;
    Ok(answer::json(changed))
}

fn describe(definition: &Definition, writable: bool) -> Json {
    let files: Vec<Json> = definition.sources.written().map(file).collect();
    let collections = definition.collections.iter();
    let collections: Vec<Json> = collections
        .map(|collection| of_collection(definition, collection))
        .collect();
    json!({
        "name": definition.name,
        "title": definition.title,
        "description": definition.description,
        "digest": definition.digest,
        "writable": writable,
        "files": files,
        "collections": collections,
    })
}

fn file(file: &SourceFile) -> Json {
    json!({ "path": file.path, "collection": file.collection(), "text": file.text })
}

/// What the application tells of it, with the rest beside and in its place.
fn of_collection(definition: &Definition, collection: &Collection) -> Json {
    let written = definition.written(collection);
    let maker = definition.maker_of(collection);
    let made_for = maker.and_then(|(_, made_for)| made_for);
    let file = match maker {
        None => definition.file_of(collection),
        Some((MadeBy::Views, _)) => Some("mainstay.toml"),
        Some(_) => made_for.and_then(|made_for| definition.file_of(made_for)),
    };
    let is_made = maker.is_some();
    let mut described = describe_collection(definition, collection);
    if let Some(members) = described.as_object_mut() {
        members.remove("allows");
        members.remove("made");
    }
    described["former_names"] = json!(collection.former_names);
    described["log_reads"] = json!(collection.log_reads);
    described["file"] = json!(file);
    described["made_by"] = json!(maker.map(|(key, _)| key.as_str()));
    described["made_for"] = json!(made_for.map(|made_for| made_for.name.as_str()));
    let rules = RULES.map(|key| (key.to_owned(), expression(written.rule(key), is_made)));
    described["rules"] = Json::Object(Map::from_iter(rules));
    let fields = collection.fields.iter();
    described["fields"] = fields
        .map(|field| of_field(definition, field, &written, is_made))
        .collect();
    let checks = collection.checks.iter();
    described["checks"] = checks
        .map(|check| of_check(collection, check, &written, is_made))
        .collect();
    described["indexes"] = collection
        .indexes
        .iter()
        .map(|index| of_index(collection, index))
        .collect();
    described
}

fn of_field(definition: &Definition, field: &Field, written: &WrittenCollection, is_made: bool) -> Json {
    let name = field.name.as_str();
    let mut described = describe_field(definition, field);
    described["former_names"] = json!(field.former_names);
    for key in ["read", "write"] {
        described[key] = expression(written.of_field(name, key), is_made);
    }
    let line = written.line_of_field(name).filter(|_| !is_made);
    described["line"] = json!(line);
    described
}

fn of_check(collection: &Collection, check: &Check, written: &WrittenCollection, is_made: bool) -> Json {
    let field = check.field.map(|field| collection.field(field).name.as_str());
    json!({
        "name": check.name.as_str(),
        "field": field,
        "expression": expression(written.check(check.name.as_str()), is_made),
        "message": check.message,
        "in_table": check.in_table,
    })
}

fn of_index(collection: &Collection, index: &Index) -> Json {
    let fields = index.fields.iter();
    let fields: Vec<&str> = fields
        .map(|field| collection.field(*field).name.as_str())
        .collect();
    json!({ "fields": fields, "unique": index.unique })
}

/// Of a collection that was made nobody can look up a line.
fn expression(written: Option<&Written>, is_made: bool) -> Json {
    let Some(written) = written else { return Json::Null };
    let place = (!is_made).then_some((written.line, written.column));
    json!({
        "text": written.text,
        "line": place.map(|(line, _)| line),
        "column": place.map(|(_, column)| column),
    })
}
