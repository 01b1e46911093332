//! Users as accounts.

use mainstay_core::{Actor, Problem, RecordId, Value};
use mainstay_store::journal::Kind;
use mainstay_store::records::read_values;
use mainstay_store::tx::Bind;
use mainstay_store::{Priority, StoreError, Tx, accounts};
use serde_json::{Map, Value as Json};

use super::beginning::auth_entry;
use super::password_rules::check_password;
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{as_reader, create_in, draft_for_create, values_json, withheld_fields, without};

/// The signed-in user's own record as JSON. Everybody may read their own, whatever the rules of the collection; those of
/// its fields hold.
pub async fn read_me(ctx: &Context) -> Result<Vec<u8>, Failure> {
    let Some(user) = ctx.actor.id else {
        return Err(ctx.refused("sign in first"));
    };
    ctx.read(move |tx, ctx| user_json(tx, ctx, user)).await
}

/// A user's own record as they see it.
pub(crate) fn user_json(tx: &mut Tx<'_>, ctx: &Context, user: RecordId) -> Result<Vec<u8>, Failure> {
    let users = ctx.release.definition.users;
    let plan = ctx.plan(users);
    let mut withheld = Vec::new();
    if plan.readable.is_some() {
        // At sign-in the request is not yet theirs.
        let own = as_reader(tx, ctx, &user)?.unwrap_or_else(|| ctx.acting_as(Actor::ANONYMOUS));
        withheld = withheld_fields(tx, &own, users, &user)?;
    }
    let statement = &plan.select_all;
    let target = [Bind::from(&user)];
    let json = tx.query_first(
        &statement.text,
        &statement.binds(&ctx.arguments(&target)),
        |row| {
            let values = read_values(ctx.of(users), &plan.all, row)?;
            Ok::<_, Failure>(values_json(
                ctx.of(users),
                &without(&plan.public, &withheld),
                &values,
            ))
        },
    )?;
    json.ok_or_else(|| Problem::not_found().into())
}

/// Creates a user with a password: for the command line and the first-run page.
pub async fn create_user(
    ctx: &Context,
    administrator: bool,
    password: String,
    fields: Map<String, Json>,
) -> Result<RecordId, Failure> {
    check_password(&ctx.release.definition, address_in(&fields), &password)?;
    let users = ctx.release.definition.users;
    let mut draft = draft_for_create(ctx, ctx.of(users), fields)?;
    if administrator {
        let field = ctx
            .of(users)
            .find_field("administrator")
            .expect("users always have this field");
        draft.set(field.id, Value::Bool(true));
    }
    let hash = ctx
        .environment
        .passwords
        .hash(password, ctx.environment.salt())
        .await?;
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        create_in(tx, in_tx, users, &draft)?;
        accounts::set_password(tx, &draft.id(), &hash, in_tx.now)?;
        if administrator {
            auth_entry(tx, in_tx, Kind::AdministratorCreated, Some(draft.id()))?;
        }
        Ok::<_, Failure>(draft.id())
    })
    .await
}

/// The address that a new user gives themselves; empty when it is none, which is refused elsewhere.
pub(super) fn address_in(fields: &Map<String, Json>) -> &str {
    fields.get("email").and_then(Json::as_str).unwrap_or_default()
}

/// Every user: id, address, administrator, active.
pub async fn list_users(ctx: &Context) -> Result<Vec<(RecordId, String, bool, bool)>, Failure> {
    let soft_delete = ctx.environment.users_are_soft();
    let users = ctx
        .environment
        .db
        .read(move |tx| accounts::list_users(tx, soft_delete))
        .await;
    users.map_err(|error: StoreError| error.into())
}
