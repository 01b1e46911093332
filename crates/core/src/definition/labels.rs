//! How a collection's records are called and sorted: `label` and `order`.

use super::collections::Draft;
use super::faults::{Faults, Place};
use super::names::did_you_mean;
use super::toml_reader::Table;
use super::{Collection, Field, FieldId, FieldKind, Label, LabelPart, SortKey, toml_text};
use crate::values::{Value, write_text};

impl Label {
    /// The label of the record whose values `value_of` gives.
    pub fn render<'v>(&self, collection: &Collection, value_of: impl Fn(FieldId) -> &'v Value) -> String {
        let mut out = Vec::new();
        for part in &self.parts {
            match part {
                LabelPart::Text(text) => out.extend_from_slice(text.as_bytes()),
                LabelPart::Field(id) => write_text(&collection.field(*id).kind, value_of(*id), &mut out),
            }
        }
        String::from_utf8_lossy(&out).into_owned()
    }
}

/// Reads both; the defaults stay where nothing is declared.
pub(super) fn read(collection: &mut Collection, draft: &Draft<'_>, faults: &mut Faults) {
    let Some(table) = &draft.table else { return };
    if let Some(template) = table.text("label") {
        let parts = parts(template, table, collection, faults);
        if !parts.is_empty() {
            collection.label = Label { parts };
        }
    }
    if let Some(order) = order(table, collection, faults) {
        collection.order = order;
    }
}

fn parts(template: &str, table: &Table<'_>, collection: &Collection, faults: &mut Faults) -> Vec<LabelPart> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(position) = rest.find(['{', '}']) {
        text.push_str(&rest[..position]);
        let start = template.len() - rest.len() + position;
        let brace = &rest[position..=position];
        rest = &rest[position + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
            continue;
        }
        let end = if brace == "{" { rest.find('}') } else { None };
        let Some(end) = end else {
            let place = inside(table, template, start..start + 1);
            faults.add(
                place,
                "`label` has a single brace",
                "a placeholder is {field}; write a brace itself twice",
            );
            return Vec::new();
        };
        let name = &rest[..end];
        rest = &rest[end + 1..];
        let place = inside(table, template, start + 1..start + 1 + end);
        if let Some(field) = shown_field(name, place, collection, faults) {
            if !text.is_empty() {
                parts.push(LabelPart::Text(std::mem::take(&mut text)));
            }
            parts.push(LabelPart::Field(field));
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        parts.push(LabelPart::Text(text));
    }
    parts
}

fn inside<'a>(table: &Table<'a>, template: &str, inner: std::ops::Range<usize>) -> Place<'a> {
    let place = table.value_place("label");
    let span = toml_text::text_span(&place.file.text, &place.span, template, inner);
    Place::new(place.file, span)
}

fn shown_field(
    name: &str,
    place: Place<'_>,
    collection: &Collection,
    faults: &mut Faults,
) -> Option<FieldId> {
    let field = known_field(name, place.clone(), collection, faults)?;
    let (message, hint) = match field.kind {
        _ if field.hidden => (
            format!("`label` shows the hidden field `{name}`"),
            "use a field that is not hidden",
        ),
        FieldKind::Json { .. } => (
            format!("`label` cannot show `{name}`, which is json"),
            "use another field",
        ),
        _ if !field.is_column() => (
            format!("`label` cannot show `{name}`, which is a relation to many"),
            "use another field",
        ),
        _ => return Some(field.id),
    };
    faults.add(place, message, hint);
    None
}

/// The field of that name. A name that does not exist is reported, unless it is a field with faults of its own.
pub(super) fn known_field<'c>(
    name: &str,
    place: Place<'_>,
    collection: &'c Collection,
    faults: &mut Faults,
) -> Option<&'c Field> {
    let field = collection.find_field(name);
    if field.is_none() && !faults.is_broken(name) {
        let known = collection.fields.iter().map(|field| field.name.as_str());
        faults.add(
            place,
            format!("`{}` has no field `{name}`", collection.name),
            did_you_mean(name, known, "fields"),
        );
    }
    field
}

fn order(table: &Table<'_>, collection: &Collection, faults: &mut Faults) -> Option<SortKey> {
    let text = table.text("order")?;
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let field = known_field(name, table.value_place("order"), collection, faults)?;
    let what = match field.kind {
        _ if field.hidden => "is hidden",
        FieldKind::Json { .. } => "is json",
        FieldKind::MultiSelect { .. } => "is a multi_select",
        _ if !field.is_column() => "is a relation to many",
        _ => {
            return Some(SortKey {
                field: field.id,
                descending,
            });
        }
    };
    let message = format!("lists cannot be sorted by `{name}`, which {what}");
    faults.add(
        table.value_place("order"),
        message,
        "choose a field that is shown and has one plain value",
    );
    None
}
