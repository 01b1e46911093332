//! Parameters that depend on the collection: which records are listed, in what order, and what of them is answered.

use mainstay_core::definition::{Collection, Definition, Field, FieldKind};
use mainstay_core::limits;
use serde_json::{Value as Json, json};

pub(super) fn filter(collection: &Collection) -> Json {
    json!({
        "name": "filter",
        "in": "query",
        "description": "An expression in CEL that a record must fulfil to be listed; a bare name is a field. A path or \
                        a set sees only what the caller may read.",
        "schema": { "type": "string", "minLength": 1, "maxLength": limits::EXPRESSION_BYTES_MAX },
        "example": filter_example(collection),
    })
}

/// A filter over the first field that makes a short one.
fn filter_example(collection: &Collection) -> String {
    let shown = |field: &&Field| !field.hidden && !field.system;
    let clause = collection
        .fields
        .iter()
        .filter(shown)
        .find_map(|field| match &field.kind {
            FieldKind::Boolean => Some(format!("!{}", field.name)),
            FieldKind::Select { options } => Some(format!("{} == {:?}", field.name, options.first()?)),
            FieldKind::Text(_) => Some(format!("{}.startsWith(\"A\")", field.name)),
            FieldKind::Date => Some(format!("{} <= date(\"2026-03-31\")", field.name)),
            _ => None,
        });
    clause.unwrap_or_else(|| "created_at > timestamp(\"2026-01-01T00:00:00Z\")".to_owned())
}

/// Lists stand in one parameter, with commas.
fn comma_separated(name: &str, description: &str, schema: &Json, example: &[&str]) -> Json {
    json!({
        "name": name,
        "in": "query",
        "description": description,
        "style": "form",
        "explode": false,
        "schema": schema,
        "example": example,
    })
}

fn list(items: &Json, items_max: Option<usize>) -> Json {
    let mut schema = json!({ "type": "array", "items": items, "minItems": 1 });
    if let Some(items_max) = items_max {
        schema["maxItems"] = json!(items_max);
    }
    schema
}

pub(super) fn sort(collection: &Collection) -> Json {
    let sortable = collection.fields.iter().filter(|field| {
        !field.hidden
            && field.is_column()
            && !matches!(field.kind, FieldKind::Json { .. } | FieldKind::MultiSelect { .. })
    });
    let keys: Vec<String> = sortable
        .flat_map(|field| [field.name.to_string(), format!("-{}", field.name)])
        .collect();
    let order = collection.order;
    let default = format!(
        "{}{}",
        if order.descending { "-" } else { "" },
        collection.field(order.field).name
    );
    let description = format!(
        "Fields to sort by, with `-` in front for descending; null sorts before every value. Without it: `{default}`."
    );
    let items = json!({ "type": "string", "enum": keys });
    comma_separated(
        "sort",
        &description,
        &list(&items, Some(limits::SORT_FIELDS_MAX)),
        &["-created_at"],
    )
}

pub(super) fn fields(collection: &Collection) -> Json {
    let shown: Vec<&Field> = collection.fields.iter().filter(|field| !field.hidden).collect();
    let names: Vec<&str> = shown.iter().map(|field| field.name.as_str()).collect();
    let declared = shown
        .iter()
        .find(|field| !field.system)
        .map(|field| field.name.as_str());
    let example: Vec<&str> = declared.into_iter().chain(["created_at"]).collect();
    let description = "The fields to answer with; `id` always comes along. Without it: all of them.";
    let items = json!({ "type": "string", "enum": names });
    comma_separated("fields", description, &list(&items, None), &example)
}

pub(super) fn expand(definition: &Definition, collection: &Collection) -> Json {
    let (system, declared): (Vec<&Field>, Vec<&Field>) = collection
        .fields
        .iter()
        .filter(|field| !field.hidden && field.relation().is_some())
        .partition(|field| field.system);
    let backs = collection
        .backs
        .iter()
        .filter(|back| !definition.field(back.from).hidden);
    let relations = declared
        .into_iter()
        .chain(system)
        .map(|field| field.name.as_str());
    let names: Vec<&str> = relations.chain(backs.map(|back| back.name.as_str())).collect();
    let steps = limits::EXPAND_STEPS_MAX - 1;
    let pattern = format!("^({})(\\.[a-z][a-z0-9_]*){{0,{steps}}}$", names.join("|"));
    let description = format!(
        "Related records to answer with, under `expand`: paths along relations and ways back, such as `{}`. At most \
         {} steps each.",
        names[0],
        limits::EXPAND_STEPS_MAX,
    );
    let items = json!({ "type": "string", "pattern": pattern });
    // There always is one: every record has `created_by`.
    comma_separated(
        "expand",
        &description,
        &list(&items, Some(limits::EXPAND_PATHS_MAX)),
        &names[..1],
    )
}
