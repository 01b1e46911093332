//! Writing an arranged seed in one transaction.

use mainstay_core::{Problem, Value};
use mainstay_store::accounts::{find_account, set_password};
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, WriteTx};

use super::super::secret::Secret;
use super::lines::SeedRecord;
use super::order::Step;
use super::{SeedError, SeedFault, SeedReport};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{Draft, create_in, update_in};

pub(super) struct Plan {
    pub(super) records: Vec<SeedRecord>,
    pub(super) steps: Vec<Step>,
    /// For users without one: in the clear and hashed.
    pub(super) password: Option<(Secret, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Created,
    Skipped,
    Refused,
}

impl Plan {
    pub(super) fn write(&self, tx: &mut WriteTx<'_>, ctx: &Context) -> Result<SeedReport, SeedError> {
        let mut report = SeedReport::default();
        let mut faults = Vec::new();
        let mut fates = vec![Fate::Refused; self.records.len()];
        for step in &self.steps {
            let record = &self.records[step.record];
            // Whoever points to a refused record would only be refused for that.
            let targets = record
                .links
                .iter()
                .filter(|(field, _)| !step.deferred.contains(field));
            if targets.clone().any(|(_, target)| fates[*target] == Fate::Refused) {
                continue;
            }
            fates[step.record] = self.write_record(tx, ctx, step, &mut faults)?;
            match fates[step.record] {
                Fate::Created => {
                    *report
                        .created
                        .entry(ctx.of(record.collection).name.to_string())
                        .or_default() += 1;
                }
                Fate::Skipped => report.skipped += 1,
                Fate::Refused => {}
            }
        }
        for step in self
            .steps
            .iter()
            .filter(|step| fates[step.record] == Fate::Created)
        {
            self.write_deferred(tx, ctx, step, &mut faults)?;
        }
        if !faults.is_empty() {
            return Err(SeedError::Faults(faults));
        }
        report.password = self.give_passwords(tx, ctx)?;
        Ok(report)
    }

    fn write_record(
        &self,
        tx: &mut WriteTx<'_>,
        ctx: &Context,
        step: &Step,
        faults: &mut Vec<SeedFault>,
    ) -> Result<Fate, SeedError> {
        let record = &self.records[step.record];
        if is_there(tx, ctx, record)? {
            return Ok(Fate::Skipped);
        }
        let mut draft = record.draft.clone();
        for field in &step.deferred {
            let empty = if ctx.of(record.collection).field(*field).is_column() {
                Value::Null
            } else {
                Value::Ids(Vec::new())
            };
            draft.set(*field, empty);
        }
        let written = tx.attempt(|tx| {
            refuse_unknown_keys(tx, ctx, record)?;
            create_in(tx, ctx, record.collection, &draft)
        });
        match told(ctx, record, written, faults)? {
            Some(_) => Ok(Fate::Created),
            None => Ok(Fate::Refused),
        }
    }

    fn write_deferred(
        &self,
        tx: &mut WriteTx<'_>,
        ctx: &Context,
        step: &Step,
        faults: &mut Vec<SeedFault>,
    ) -> Result<(), SeedError> {
        if step.deferred.is_empty() {
            return Ok(());
        }
        let record = &self.records[step.record];
        let change = Draft {
            values: record.draft.values.clone(),
            given: step.deferred.clone(),
        };
        let id = record.draft.id();
        let written = tx.attempt(|tx| update_in(tx, ctx, record.collection, id, None, &change));
        told(ctx, record, written, faults).map(drop)
    }

    /// Gives the shared password to the seed's users that have none.
    fn give_passwords(
        &self,
        tx: &mut WriteTx<'_>,
        ctx: &Context,
    ) -> Result<Option<(Secret, Vec<String>)>, StoreError> {
        let Some((secret, hash)) = &self.password else {
            return Ok(None);
        };
        let users = ctx.of(ctx.release.definition.users);
        let email = users.find_field("email").expect("users have an address").id;
        let mut emails = Vec::new();
        for record in self.records.iter().filter(|record| record.collection == users.id) {
            let id = record.draft.id();
            let account = find_account(tx, users.soft_delete, &id)?;
            if account.is_some_and(|account| account.password_hash.is_none()) {
                set_password(tx, &id, hash, ctx.now)?;
                if let Value::Text(email) = record.draft.value(email) {
                    emails.push(email.clone());
                }
            }
        }
        Ok((!emails.is_empty()).then(|| (secret.clone(), emails)))
    }
}

/// Is there a record with this id, deleted or not?
fn is_there(tx: &mut WriteTx<'_>, ctx: &Context, record: &SeedRecord) -> Result<bool, StoreError> {
    let id = record.draft.id();
    let target = [Bind::from(&id)];
    let statement = &ctx.plan(record.collection).select_all_either;
    let binds = statement.binds(&ctx.arguments(&target));
    Ok(tx
        .query_first(&statement.text, &binds, |_| Ok::<(), StoreError>(()))?
        .is_some())
}

/// A key that is neither in the seed nor in the database is told as the key, not as the id made from it.
fn refuse_unknown_keys(tx: &mut WriteTx<'_>, ctx: &Context, record: &SeedRecord) -> Result<(), Failure> {
    for outside in &record.outside {
        let target = [Bind::from(&outside.id)];
        let statement = &ctx.plan(outside.to).select_all;
        let binds = statement.binds(&ctx.arguments(&target));
        if tx
            .query_first(&statement.text, &binds, |_| Ok::<(), StoreError>(()))?
            .is_none()
        {
            let field = ctx.of(record.collection).field(outside.field).name.to_string();
            let message = format!("there is no `{}` in {}", outside.key, ctx.of(outside.to).name);
            return Err(Problem::field(mainstay_core::Code::RelationViolation, field, message).into());
        }
    }
    Ok(())
}

/// Turns a problem into faults, and lets other failures pass.
fn told<T>(
    ctx: &Context,
    record: &SeedRecord,
    written: Result<T, Failure>,
    faults: &mut Vec<SeedFault>,
) -> Result<Option<T>, SeedError> {
    match written {
        Ok(done) => Ok(Some(done)),
        Err(Failure::Problem(problem)) => {
            if problem.errors.is_empty() {
                faults.push(record.fault(ctx, None, problem.detail.into_owned()));
            }
            for error in problem.errors {
                faults.push(record.fault(ctx, Some(error.field), error.message.into_owned()));
            }
            Ok(None)
        }
        Err(internal) => Err(internal.into()),
    }
}
