//! Rules of single fields: what of a record the caller sees, and which of its fields they may set.

use mainstay_core::definition::CollectionId;
use mainstay_core::{ActorKind, Code, FieldError, FieldId, Problem, RecordId, Value};
use mainstay_store::records::FieldRules;
use mainstay_store::sql::{Arguments, Content, OutputColumn};
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, Tx};

use super::write::values_json;
use crate::context::Context;
use crate::failure::Failure;

/// The fields of a record, deleted or not, that the caller may not read as it stands now: of its past they see as
/// much. All that have a rule when the record is gone for good.
pub(crate) fn withheld_fields(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: &RecordId,
) -> Result<Vec<FieldId>, StoreError> {
    match &ctx.plan(collection).readable {
        Some(rules) if ctx.actor.is_bound_by_rules() => refused(tx, rules, &ctx.arguments(&[Bind::from(id)])),
        _ => Ok(Vec::new()),
    }
}

/// A written record as JSON, as far as the caller may read it.
pub(crate) fn shown_json(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: &RecordId,
    values: &[Value],
) -> Result<Vec<u8>, StoreError> {
    let withheld = withheld_fields(tx, ctx, collection, id)?;
    let columns = &ctx.plan(collection).public;
    Ok(values_json(
        ctx.of(collection),
        &without(columns, &withheld),
        values,
    ))
}

/// The columns that are left, without asking anybody.
pub(crate) fn without(columns: &[OutputColumn], withheld: &[FieldId]) -> Vec<OutputColumn> {
    let shown = columns
        .iter()
        .filter(|column| column.content != Content::Permission && !withheld.contains(&column.field));
    shown.cloned().collect()
}

/// Refuses a new record in which the caller sets fields that they may not: `given` differ from what they would be
/// without them.
pub(super) fn refuse_unsettable_new(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    given: &[FieldId],
    arguments: &Arguments<'_>,
) -> Result<(), Failure> {
    let rules = ctx.plan(collection).settable_new.as_ref();
    refuse_unsettable(tx, ctx, collection, (rules, given), arguments)
}

/// Refuses a change of fields that the caller may not set. What they give counts, whether or not it differs from what is
/// there: a change that is refused only when it changes something would tell what is there.
pub(super) fn refuse_unsettable_change(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    given: &[FieldId],
    arguments: &Arguments<'_>,
) -> Result<(), Failure> {
    let rules = ctx.plan(collection).settable.as_ref();
    refuse_unsettable(tx, ctx, collection, (rules, given), arguments)
}

/// The fields of a stored record that the caller may not set, were it to stay as it is.
pub(super) fn unsettable_fields(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    arguments: &Arguments<'_>,
) -> Result<Vec<FieldId>, StoreError> {
    match &ctx.plan(collection).settable {
        Some(rules) if ctx.actor.is_bound_by_rules() => refused(tx, rules, arguments),
        _ => Ok(Vec::new()),
    }
}

fn refuse_unsettable(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    (rules, given): (Option<&FieldRules>, &[FieldId]),
    arguments: &Arguments<'_>,
) -> Result<(), Failure> {
    let asked = rules.filter(|rules| rules.fields.iter().any(|field| given.contains(field)));
    let Some(rules) = asked.filter(|_| ctx.actor.is_bound_by_rules()) else {
        return Ok(());
    };
    let mut refused = refused(tx, rules, arguments)?;
    refused.retain(|field| given.contains(field));
    let Some(first) = refused.first() else {
        return Ok(());
    };
    let of = ctx.of(collection);
    let code = if ctx.actor.kind == ActorKind::Anonymous {
        Code::Unauthenticated
    } else {
        Code::Forbidden
    };
    let message = "the rule for writing this field does not allow it: leave it out";
    let errors = refused.iter().map(|field| FieldError {
        field: of.field(*field).name.to_string(),
        code,
        message: message.into(),
    });
    Err(Problem {
        code,
        detail: format!("{}: {message}", of.field(*first).name).into(),
        errors: errors.collect(),
        retry_after: None,
    }
    .into())
}

/// The fields whose rule is not true; all of them where there is no such record.
fn refused(
    tx: &mut Tx<'_>,
    rules: &FieldRules,
    arguments: &Arguments<'_>,
) -> Result<Vec<FieldId>, StoreError> {
    let statement = &rules.statement;
    let passed = tx.query_first(&statement.text, &statement.binds(arguments), |row| {
        (0..rules.fields.len())
            .map(|position| Ok(row.int(position)? != 0))
            .collect::<Result<Vec<bool>, StoreError>>()
    })?;
    let passed = passed.unwrap_or_else(|| vec![false; rules.fields.len()]);
    let fields = rules.fields.iter().zip(passed);
    Ok(fields
        .filter(|(_, passed)| !passed)
        .map(|(field, _)| *field)
        .collect())
}
