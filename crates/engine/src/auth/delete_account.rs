//! Deleting an account: the person goes, what they wrote stays theirs by a number that says nothing.
//!
//! The row of the user stays, emptied and switched off, so that every relation to it holds. What the journal said of them
//! is erased afterwards, by a reader.

use std::sync::Arc;

use mainstay_core::definition::{Collection, Field, FieldKind};
use mainstay_core::{Actor, Code, FieldId, Problem, RecordId, Value, values};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, WriteTx, accounts};
use serde_json::{Map, Value as Json};

use super::beginning::auth_entry;
use super::session_list::{end_all, refuse_ended};
use super::tokens::Identity;
use super::verification::prove_password;
use crate::audit::{EraseError, Subject, erase};
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::readers::{Kinds, Pace, Reader, Start, Step};
use crate::records::{draft_for_update, overwrite_in, read_for_write};

/// Addresses of deleted users end like this; no mail can go there (RFC 2606).
pub(crate) const DELETED_DOMAIN: &str = "@deleted.invalid";
const REASON: &str = "the account was deleted";
const READER: &str = "deleted_accounts";

/// Deletes the caller's own account.
pub async fn delete_own_account(ctx: &Context, identity: Identity, password: String) -> Result<(), Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    prove_password(ctx, user, password).await?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        delete(tx, ctx, user)
    })
    .await
}

/// Deletes the account of a user, for administrators.
pub async fn delete_account(ctx: &Context, user: RecordId) -> Result<(), Failure> {
    if ctx.actor.is_bound_by_rules() {
        return Err(ctx.refused("only administrators may delete the accounts of others"));
    }
    ctx.write(Priority::Interactive, move |tx, ctx| delete(tx, ctx, user))
        .await
}

fn delete(tx: &mut WriteTx<'_>, ctx: &Context, user: RecordId) -> Result<(), Failure> {
    let soft_delete = ctx.environment.users_are_soft();
    let account = accounts::find_account(tx, soft_delete, &user)?.ok_or_else(Problem::not_found)?;
    if account.administrator && account.active && !accounts::has_other_administrator(tx, soft_delete, &user)?
    {
        let detail = "this is the only administrator: make another one first";
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    let users = ctx.release.definition.users;
    let system = ctx.acting_as(Actor::SYSTEM);
    let old = read_for_write(tx, &system, users, user)?;
    let input = emptied(system.of(users), &old, user);
    let draft = draft_for_update(&system, system.of(users), input)?;
    auth_entry(tx, ctx, Kind::AccountDeleted, Some(user))?;
    end_all(tx, ctx, user)?;
    overwrite_in(tx, &system, users, user, &draft)?;
    accounts::remove_account(tx, &user)?;
    Ok(())
}

/// The record without anything of the person.
fn emptied(users: &Collection, old: &[Value], user: RecordId) -> Map<String, Json> {
    let mut input = Map::new();
    for field in users.fields.iter().filter(|field| !field.system) {
        let value = match field.name.as_str() {
            "email" => Json::from(format!("{user}{DELETED_DOMAIN}")),
            "active" | "administrator" => Json::Bool(false),
            _ if old[position(field.id)].is_null() => continue,
            _ => match nothing(field, user) {
                Some(nothing) => nothing,
                None => continue,
            },
        };
        input.insert(field.name.to_string(), value);
    }
    input
}

fn position(field: FieldId) -> usize {
    usize::from(field.0)
}

/// What says nothing in a field; none where a value is required that no text can stand for.
fn nothing(field: &Field, user: RecordId) -> Option<Json> {
    if !field.required {
        let is_list = matches!(&field.kind, FieldKind::Relation(relation) if relation.many);
        return Some(if is_list {
            Json::Array(Vec::new())
        } else {
            Json::Null
        });
    }
    let digits = user.to_string().replace('-', "");
    let candidates = [
        Json::from("deleted"),
        Json::from(format!("deleted-{digits}")),
        Json::from(digits),
        Json::from(format!("{user}{DELETED_DOMAIN}")),
        Json::from(format!("https://deleted.invalid/{user}")),
        serde_json::json!({}),
    ];
    // One that others may have, too, is no good where each has their own.
    let mut candidates = candidates.into_iter().skip(usize::from(field.unique));
    candidates.find(|candidate| values::accept(field, candidate.clone()).is_ok())
}

/// The reader that erases what the journal said of users who have deleted their account.
pub fn account_eraser(environment: &Arc<Environment>) -> Reader {
    let environment = Arc::clone(environment);
    Reader {
        name: READER,
        start: Start::Now,
        kinds: Kinds::Of(&[Kind::AccountDeleted]),
        pace: Pace::SOON,
        step: Step::Outside(Arc::new(move |batch| {
            let environment = Arc::clone(&environment);
            Box::pin(async move {
                for user in batch.entries.iter().filter_map(|entry| entry.record_id) {
                    match erase(&environment, &Subject::User(user), REASON).await {
                        Ok(_) => {}
                        Err(EraseError::Failure(failure)) => return Err(failure),
                        Err(EraseError::Reason) => unreachable!("the reason is a sentence"),
                    }
                }
                Ok(())
            })
        })),
    }
}
