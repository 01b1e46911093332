//! What creating, changing and deleting have in common: journal entries, checks, and the answer's JSON.

use mainstay_core::definition::{Collection, CollectionId};
use mainstay_core::{Code, FieldId, Problem, RecordId, Value, values};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::sql::{Arguments, OutputColumn, Statement};
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, Tx, WriteTx};

use crate::context::Context;
use crate::failure::{Failure, broken_check};

/// A record's fields as a JSON object.
pub(crate) fn values_json(collection: &Collection, columns: &[OutputColumn], record: &[Value]) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    out.push(b'{');
    for (position, output) in columns.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        out.extend_from_slice(&output.key);
        values::write_json(
            &collection.field(output.field).kind,
            &record[usize::from(output.field.0)],
            &mut out,
        );
    }
    out.push(b'}');
    out
}

/// Some fields of a record as a JSON object, for the journal.
pub(crate) fn some_values_json(collection: &Collection, fields: &[FieldId], record: &[Value]) -> Vec<u8> {
    let fields = fields.iter().map(|id| collection.field(*id));
    let columns: Vec<OutputColumn> = fields.map(OutputColumn::written).collect();
    values_json(collection, &columns, record)
}

/// `{"old": {...}, "new": {...}}`, either part left out where there is none.
pub(crate) fn payload(old: Option<&[u8]>, new: Option<&[u8]>) -> String {
    let mut out = Vec::with_capacity(16 + old.map_or(0, <[u8]>::len) + new.map_or(0, <[u8]>::len));
    out.push(b'{');
    if let Some(old) = old {
        out.extend_from_slice(b"\"old\":");
        out.extend_from_slice(old);
    }
    if let Some(new) = new {
        out.extend_from_slice(if old.is_some() { b",\"new\":" } else { b"\"new\":" });
        out.extend_from_slice(new);
    }
    out.push(b'}');
    String::from_utf8(out).expect("JSON is written as UTF-8")
}

/// Writes the journal entry of an act on a record.
pub(crate) fn record_entry(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    collection: &Collection,
    (id, version): (RecordId, i64),
    payload: &str,
) -> Result<(), StoreError> {
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: Some(collection.name.as_str()),
            record_id: Some(id),
            version: Some(version),
            payload,
        },
    )
}

/// Does a statement that tests something give a row?
pub(crate) fn holds(
    tx: &mut Tx<'_>,
    statement: &Statement,
    arguments: &Arguments<'_>,
) -> Result<bool, StoreError> {
    let found = tx.query_first(&statement.text, &statement.binds(arguments), |_| {
        Ok::<(), StoreError>(())
    })?;
    Ok(found.is_some())
}

/// Refuses a written record that breaks a check which follows relations.
pub(crate) fn refuse_broken_checks(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: &RecordId,
) -> Result<(), Failure> {
    for (position, statement) in &ctx.plan(collection).broken {
        if holds(tx, statement, &ctx.arguments(&[Bind::from(id)]))? {
            let collection = ctx.of(collection);
            return Err(broken_check(&collection.checks[*position], collection).into());
        }
    }
    Ok(())
}

/// Every check that an input breaks, after the database refused it for the first.
pub(crate) fn broken_by_input(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    arguments: &Arguments<'_>,
) -> Result<Option<Problem>, Failure> {
    let of = ctx.of(collection);
    let mut errors = Vec::new();
    for (position, statement) in &ctx.plan(collection).input_broken {
        if holds(tx, statement, arguments)? {
            errors.extend(broken_check(&of.checks[*position], of).errors);
        }
    }
    if errors.is_empty() {
        return Ok(None);
    }
    Ok(Some(Problem {
        code: Code::CheckViolation,
        detail: "some checks are not met; see `errors`".into(),
        errors,
        retry_after: None,
    }))
}

/// Refuses relations, among the given fields, to records that are not there (any more).
pub(crate) fn refuse_missing_targets(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: &Collection,
    fields: &[FieldId],
    record: &[Value],
) -> Result<(), Failure> {
    let mut errors = Vec::new();
    for field in fields.iter().map(|id| collection.field(*id)) {
        let Some(relation) = field.relation().filter(|_| !field.system) else {
            continue;
        };
        let targets: &[RecordId] = match &record[usize::from(field.id.0)] {
            Value::Id(id) => std::slice::from_ref(id),
            Value::Ids(ids) => ids,
            _ => continue,
        };
        let statement = &ctx.plan(relation.to).free.may_update;
        let statement = statement
            .as_ref()
            .expect("nobody is refused where rules do not apply");
        for target in targets {
            if !holds(tx, statement, &ctx.arguments(&[Bind::from(target)]))? {
                let message = format!("there is no record {target} in {}", ctx.of(relation.to).name);
                errors.extend(Problem::field(Code::RelationViolation, field.name.as_str(), message).errors);
            }
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    let detail = "a relation points to a record that does not exist; see `errors`";
    Err(Problem {
        code: Code::RelationViolation,
        detail: detail.into(),
        errors,
        retry_after: None,
    }
    .into())
}
