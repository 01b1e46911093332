//! What a client may know of the user who let it in (OpenID Connect Core 1.0, 5.3).

use mainstay_core::{ClientScope, Code, Problem};
use mainstay_store::{account_tokens, accounts};
use serde_json::{Value as Json, json};

use crate::auth::accounts::user_json;
use crate::context::Context;
use crate::failure::Failure;

/// The claims that the scopes of the caller's access token are for.
pub async fn read_user_info(ctx: &Context) -> Result<Json, Failure> {
    let grant = ctx.key.as_ref().and_then(|key| key.client.as_ref());
    let Some(grant) = grant else {
        return Err(ctx.refused("only the access token of a client may ask for this"));
    };
    if !grant.scopes.has(&ClientScope::OpenId) {
        let detail = "the access token does not have the scope `openid`";
        return Err(Problem::new(Code::Forbidden, detail).into());
    }
    let (with_name, with_email) = (
        grant.scopes.has(&ClientScope::Profile),
        grant.scopes.has(&ClientScope::Email),
    );
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    // The user agreed to these, whatever part of the API the client may use.
    let whole = ctx.acting_as(ctx.actor);
    whole
        .read(move |tx, ctx| {
            let mut claims = json!({ "sub": user.to_string() });
            if with_name {
                let own: Option<Json> = serde_json::from_slice(&user_json(tx, ctx, user)?).ok();
                let name = own.and_then(|own| own["name"].as_str().map(str::to_owned));
                if let Some(name) = name {
                    claims["name"] = json!(name);
                }
            }
            if with_email && let Some(email) = accounts::email_of(tx, &user)? {
                claims["email"] = json!(email);
                claims["email_verified"] = json!(account_tokens::verified_at(tx, &user)?.is_some());
            }
            Ok::<_, Failure>(claims)
        })
        .await
}
