//! Saved views: what one says of another collection is looked at when it is written, as the list itself would look at it.

use mainstay_core::definition::{Collection, CollectionId, Field, Views};
use mainstay_core::{Code, FieldError, FieldId, Problem, Value};

use super::list_plan::{parse_fields, parse_filter, parse_sort};
use crate::context::Context;
use crate::failure::Failure;

/// The value as it is kept: a collection under the first name that it had, so that a view outlives a rename.
pub(super) fn as_kept(ctx: &Context, field: &Field, of: CollectionId, value: Value) -> Value {
    let definition = &ctx.release.definition;
    match (value, views_in(ctx, of)) {
        (Value::Text(name), Some(views)) if views.of == field.id => {
            let known = definition.find_collection(&name);
            Value::Text(known.map_or(name, |known| known.first_name().to_owned()))
        }
        (value, _) => value,
    }
}

/// Refuses a view of what its writer may not list, and a filter, sort or choice of fields that no list would take. What is
/// not written now is let be: whoever mends one part of a view whose collection has changed need not mend all.
pub(super) fn refuse_faulty_view(
    ctx: &Context,
    collection: CollectionId,
    written: &[FieldId],
    values: &[Value],
) -> Result<(), Failure> {
    let Some(views) = views_in(ctx, collection) else {
        return Ok(());
    };
    let text = |field: FieldId| match &values[usize::from(field.0)] {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let Some(of) = text(views.of).and_then(|name| shown_by(ctx, name)) else {
        let message = "there is no collection of this name that you may list";
        return Err(Problem::field(Code::ValidationFailed, "collection", message).into());
    };
    let new_text = |field: FieldId| text(field).filter(|_| written.contains(&field));
    let mut errors: Vec<FieldError> = Vec::new();
    if let Some(filter) = new_text(views.filter) {
        note(&mut errors, parse_filter(ctx, of.id, filter))?;
    }
    if let Some(sort) = new_text(views.sort) {
        note(&mut errors, parse_sort(of, Some(sort)))?;
    }
    if let Some(fields) = new_text(views.fields) {
        note(&mut errors, parse_fields(ctx, of, Some(fields)))?;
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Problem::validation(errors).into())
    }
}

fn views_in(ctx: &Context, collection: CollectionId) -> Option<Views> {
    let views = ctx.release.definition.views;
    views.filter(|views| views.collection == collection)
}

fn shown_by<'a>(ctx: &'a Context, first_name: &str) -> Option<&'a Collection> {
    let of = ctx.release.definition.find_by_first_name(first_name)?;
    (!ctx.actor.is_bound_by_rules() || of.rules.list.is_some()).then_some(of)
}

/// Keeps what is wrong with one part, beside what is wrong with others.
fn note<T>(errors: &mut Vec<FieldError>, read: Result<T, Failure>) -> Result<(), Failure> {
    match read {
        Ok(_) => Ok(()),
        Err(Failure::Problem(problem)) if !problem.errors.is_empty() => {
            errors.extend(problem.errors);
            Ok(())
        }
        Err(other) => Err(other),
    }
}
