//! Input on its way to becoming a record: checked field by field before any transaction.

use mainstay_core::definition::{Collection, DefaultValue, Field, FieldKind, SystemField};
use mainstay_core::{Code, FieldError, FieldId, Problem, RecordId, Timestamp, Value, values};
use mainstay_store::records::hex_ids;
use serde_json::{Map, Value as Json};

use super::views::as_kept;
use crate::auth::normalise_email;
use crate::context::Context;
use crate::failure::Failure;

/// Valid values for some or all fields of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Indexed by field.
    pub(crate) values: Vec<Value>,
    /// Fields that the client set, in the order of the definition.
    pub(crate) given: Vec<FieldId>,
}

impl Draft {
    pub(crate) fn value(&self, field: FieldId) -> &Value {
        &self.values[usize::from(field.0)]
    }

    pub(crate) fn set(&mut self, field: FieldId, value: Value) {
        self.values[usize::from(field.0)] = value;
    }

    pub(crate) fn id(&self) -> RecordId {
        match self.value(SystemField::Id.id()) {
            Value::Id(id) => *id,
            _ => unreachable!("a draft for a new record has an id"),
        }
    }

    /// Relations to many as statements take them.
    pub(crate) fn input_ids(&self, collection: &Collection) -> Vec<(FieldId, String)> {
        let many = collection.fields.iter().filter(|field| !field.is_column());
        many.map(|field| match self.value(field.id) {
            Value::Ids(ids) => (field.id, hex_ids(ids)),
            _ => (field.id, "[]".to_owned()),
        })
        .collect()
    }
}

/// Checks the input for a new record and fills in ids, times and defaults.
pub(crate) fn draft_for_create(
    ctx: &Context,
    collection: &Collection,
    input: Map<String, Json>,
) -> Result<Draft, Failure> {
    let mut errors = Vec::new();
    let mut draft = accept_fields(ctx, collection, input, Purpose::Create, &mut errors);
    fill_defaults(ctx, collection, &mut draft, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::validation(errors).into());
    }
    Ok(draft)
}

/// A new record from values that are already checked one by one: imports and seeds. Read-only fields may be set.
pub(crate) fn draft_from_values(
    ctx: &Context,
    collection: &Collection,
    given: Vec<(FieldId, Value)>,
) -> Result<Draft, Failure> {
    let mut draft = Draft {
        values: vec![Value::Null; collection.fields.len()],
        given: Vec::new(),
    };
    for (field, value) in given {
        draft.set(field, value);
        draft.given.push(field);
    }
    draft.given.sort_unstable();
    let mut errors = Vec::new();
    fill_defaults(ctx, collection, &mut draft, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::validation(errors).into());
    }
    Ok(draft)
}

/// Checks the input of a change: only the fields that are there.
pub(crate) fn draft_for_update(
    ctx: &Context,
    collection: &Collection,
    input: Map<String, Json>,
) -> Result<Draft, Failure> {
    let mut errors = Vec::new();
    let draft = accept_fields(ctx, collection, input, Purpose::Update, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::validation(errors).into());
    }
    Ok(draft)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Create,
    Update,
}

fn accept_fields(
    ctx: &Context,
    collection: &Collection,
    input: Map<String, Json>,
    purpose: Purpose,
    errors: &mut Vec<FieldError>,
) -> Draft {
    let is_users = collection.id == ctx.release.definition.users;
    let mut draft = Draft {
        values: vec![Value::Null; collection.fields.len()],
        given: Vec::new(),
    };
    for (name, json) in input {
        let Some(field) = collection.find_field(&name) else {
            let message = format!("there is no field `{name}` in {}", collection.name);
            errors.push(FieldError {
                field: name,
                code: Code::UnknownField,
                message: message.into(),
            });
            continue;
        };
        // Only those whom no rule binds make administrators and switch accounts off.
        let rank = is_users && !ctx.actor.is_bound_by_rules() && !field.system;
        let settable =
            !field.read_only || rank || (purpose == Purpose::Create && matches!(field.kind, FieldKind::Id));
        if !settable {
            let message = "is read-only: leave it out";
            errors.push(FieldError {
                field: name,
                code: Code::ValidationFailed,
                message: message.into(),
            });
            continue;
        }
        match values::accept(field, json) {
            Ok(Value::Text(email)) if is_users && field.name.as_str() == "email" => {
                draft.set(field.id, Value::Text(normalise_email(&email)));
                draft.given.push(field.id);
            }
            Ok(value) => {
                draft.set(field.id, as_kept(ctx, field, collection.id, value));
                draft.given.push(field.id);
            }
            Err(refusal) => errors.push(refusal.at(name)),
        }
    }
    draft.given.sort_unstable();
    draft
}

fn fill_defaults(ctx: &Context, collection: &Collection, draft: &mut Draft, errors: &mut Vec<FieldError>) {
    if draft.value(SystemField::Id.id()).is_null() {
        draft.set(SystemField::Id.id(), ctx.environment.new_id().into());
    }
    draft.set(SystemField::Version.id(), Value::Int(1));
    draft.set(SystemField::CreatedAt.id(), Value::timestamp(ctx.now));
    draft.set(SystemField::UpdatedAt.id(), Value::timestamp(ctx.now));
    draft.set(
        SystemField::CreatedBy.id(),
        ctx.actor.id.map_or(Value::Null, Value::Id),
    );
    for field in collection.fields.iter().filter(|field| !field.system) {
        if draft.given.binary_search(&field.id).is_ok() {
            continue;
        }
        match &field.default {
            Some(default) => draft.set(field.id, default_value(ctx, field, default, ctx.now)),
            None if !field.is_column() => draft.set(field.id, Value::Ids(Vec::new())),
            None => {}
        }
        let faulty = errors.iter().any(|error| error.field == field.name.as_str());
        if field.required && draft.value(field.id).is_null() && !faulty {
            let field = field.name.to_string();
            errors.push(FieldError {
                field,
                code: Code::ValidationFailed,
                message: "is required".into(),
            });
        }
    }
}

/// The given fields that differ from what they would be without the client: what a rule for writing is asked about.
pub(crate) fn said(ctx: &Context, collection: &Collection, draft: &Draft) -> Vec<FieldId> {
    let differs = |id: &FieldId| {
        let field = collection.field(*id);
        match (draft.value(*id), &field.default) {
            (value, Some(default)) => *value != default_value(ctx, field, default, ctx.now),
            (Value::Null, None) => false,
            (Value::Ids(ids), None) => !ids.is_empty(),
            _ => true,
        }
    };
    draft.given.iter().copied().filter(differs).collect()
}

fn default_value(ctx: &Context, field: &Field, default: &DefaultValue, now: Timestamp) -> Value {
    match default {
        DefaultValue::Literal(value) => value.clone(),
        DefaultValue::Now if matches!(field.kind, FieldKind::Date) => Value::Text(now.date().to_string()),
        DefaultValue::Now => Value::timestamp(now),
        DefaultValue::AuthId => ctx.actor.id.map_or(Value::Null, Value::Id),
    }
}
