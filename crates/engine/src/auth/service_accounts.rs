//! Service accounts: users that programs act as. Nobody can sign in as one; it acts through its API keys.

use mainstay_core::{Code, Problem};
use mainstay_core::{RecordId, limits};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, api_keys};
use serde_json::{Map, Value as Json, json};

use super::accounts::user_json;
use super::beginning::auth_entry;
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{create_in, draft_for_create};

/// Makes a user that nobody can sign in as, for administrators; gives the user as JSON. It is changed, switched off and
/// deleted like any other user.
pub async fn create_service_account(
    ctx: &Context,
    fields: Map<String, Json>,
) -> Result<(RecordId, Vec<u8>), Failure> {
    require_administrator(ctx)?;
    let users = ctx.release.definition.users;
    let draft = draft_for_create(ctx, ctx.of(users), fields)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let soft_delete = ctx.environment.users_are_soft();
        let known = api_keys::list_service_accounts(tx, soft_delete, limits::SERVICE_ACCOUNTS_MAX)?;
        if known.len() >= limits::SERVICE_ACCOUNTS_MAX {
            let detail = format!(
                "there are {} service accounts already; delete one that is not needed",
                limits::SERVICE_ACCOUNTS_MAX
            );
            return Err(Problem::new(Code::Conflict, detail).into());
        }
        create_in(tx, ctx, users, &draft)?;
        let id = draft.id();
        api_keys::add_service_account(tx, &id, ctx.actor.id.as_ref(), ctx.now)?;
        auth_entry(tx, ctx, Kind::ServiceAccountCreated, Some(id))?;
        Ok::<_, Failure>((id, user_json(tx, ctx, id)?))
    })
    .await
}

/// Every service account, the oldest first, for administrators: `{"items": [...]}`.
pub async fn list_service_accounts(ctx: &Context) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    ctx.read(move |tx, ctx| {
        let soft_delete = ctx.environment.users_are_soft();
        let accounts = api_keys::list_service_accounts(tx, soft_delete, limits::SERVICE_ACCOUNTS_MAX)?;
        let items: Vec<Json> = accounts
            .iter()
            .map(|(id, email, active, created_at)| {
                json!({
                    "id": id.to_string(),
                    "email": email,
                    "active": active,
                    "created_at": created_at.to_string(),
                })
            })
            .collect();
        Ok::<_, Failure>(json!({ "items": items }).to_string().into_bytes())
    })
    .await
}

fn require_administrator(ctx: &Context) -> Result<(), Failure> {
    if ctx.actor.is_bound_by_rules() {
        return Err(ctx.refused("only administrators may manage service accounts"));
    }
    Ok(())
}
