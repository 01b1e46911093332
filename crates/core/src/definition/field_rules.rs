//! Rules of single fields: who may see a value, who may set it.

use super::collections::{Draft, FieldDraft};
use super::expressions::expression;
use super::faults::Faults;
use super::{Collection, Definition, Field, FieldId, LabelPart};
use crate::limits::FIELD_READ_RULES_MAX;
use crate::rules::{Expr, Purpose, Scope};

/// What a field declares.
pub(super) struct FieldRules {
    pub(super) field: FieldId,
    pub(super) read: Option<Expr>,
    pub(super) write: Option<Expr>,
}

pub(super) fn read(definition: &Definition, draft: &Draft<'_>, faults: &mut Faults) -> Vec<FieldRules> {
    let collection = definition.collection(draft.id);
    let mut found = Vec::new();
    let mut guarded = 0;
    for declared in &draft.fields {
        let Some(field) = declared.id else { continue };
        let mut rule = |key, purpose| {
            let scope = Scope {
                collection: draft.id,
                purpose,
            };
            expression(definition, scope, &declared.table, key, faults)
        };
        let rules = FieldRules {
            field,
            read: rule("read", Purpose::Read),
            write: rule("write", Purpose::Update),
        };
        refuse_contradictions(collection, collection.field(field), declared, faults);
        guarded += usize::from(declared.table.has("read"));
        if guarded == FIELD_READ_RULES_MAX + 1 && declared.table.has("read") {
            let message = format!("more than {FIELD_READ_RULES_MAX} fields have a `read` rule");
            let hint = "move what the same people may see into a collection of its own";
            faults.add(declared.table.value_place("read"), message, hint);
        }
        found.push(rules);
    }
    found
}

/// What a rule for reading cannot hold, because it is told elsewhere; and rules for what nobody reads or writes.
fn refuse_contradictions(
    collection: &Collection,
    field: &Field,
    declared: &FieldDraft<'_>,
    faults: &mut Faults,
) {
    let (table, name) = (&declared.table, &field.name);
    if table.has("write") && field.read_only {
        let message = format!("`{name}` is read-only, so there is nobody for its `write` rule to let");
        faults.add(table.value_place("write"), message, "remove one of the two");
    }
    if !table.has("read") {
        return;
    }
    let in_label = collection.label.parts.contains(&LabelPart::Field(field.id));
    let tells_by_refusing = |index: &super::Index| index.unique && index.fields.contains(&field.id);
    let (message, hint) = if field.hidden {
        (
            format!("`{name}` is hidden, so there is nobody for its `read` rule to let"),
            "remove one of the two",
        )
    } else if in_label {
        (
            format!("`{name}` is part of the `label`, which everybody sees who may read the record"),
            "take it out of the label, or remove the rule",
        )
    } else if collection.indexes.iter().any(tells_by_refusing) {
        (
            format!(
                "`{name}` is unique: that a value is taken already would tell it to those who may not read it"
            ),
            "remove the rule, or `unique`",
        )
    } else {
        return;
    };
    faults.add(table.value_place("read"), message, hint);
}
