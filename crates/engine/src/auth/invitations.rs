//! Inviting people: an administrator says who and what they will be, they choose a password.

use mainstay_core::mail::MailKind;
use mainstay_core::{Actor, Code, Problem, RecordId, Value, limits};
use mainstay_store::account_tokens::{self, AccountToken, Purpose};
use mainstay_store::invitations::{self, Invitation};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::{Priority, WriteTx, accounts};
use serde_json::{Map, Value as Json, json};

use super::beginning::enter;
use super::by_mail::{invalid_secret, look_at, take, take_address};
use super::challenge::SignIn;
use super::password_rules::check_password;
use super::sessions::HeldWith;
use super::tokens::new_secret;
use crate::context::Context;
use crate::failure::Failure;
use crate::mail::{NewMail, link, post, require_mailing};
use crate::records::{create_in, draft_for_create};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// How an invitation reaches somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteBy {
    Mail,
    /// The administrator gets the link and passes it on.
    Link,
}

/// Invites somebody, or anew. `fields` are those of their record, also ones that they may not set themselves.
pub async fn create_invitation(
    ctx: &Context,
    email: &str,
    mut fields: Map<String, Json>,
    by: InviteBy,
) -> Result<(RecordId, Vec<u8>), Failure> {
    require_administrator(ctx)?;
    let mailing = require_mailing(ctx)?;
    let email = take_address(ctx, email)?;
    fields.insert("email".to_owned(), Json::from(email.as_str()));
    refuse_unfit(ctx, &fields)?;
    let (secret, digest) = new_secret(ctx.environment.random.as_ref());
    let invitation = Invitation {
        id: ctx.environment.new_id(),
        email,
        fields: Json::Object(fields).to_string(),
        invited_by: ctx.actor.id,
        created_at: ctx.now,
        expires_at: ctx
            .now
            .saturating_add_micros(limits::INVITATION_DAYS * MICROS_PER_DAY),
    };
    let mut answer = invitation_json(&invitation);
    if by == InviteBy::Link {
        answer["link"] = link(ctx, mailing, "invitation", &secret).into();
    }
    let id = invitation.id;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        add(tx, ctx, &invitation)?;
        match by {
            InviteBy::Mail => {
                let mail = NewMail {
                    variables: json!({"invitation": id.to_string()}),
                    ..NewMail::plain(MailKind::Invitation, &invitation.email, None)
                };
                post(tx, ctx, &mail)
            }
            InviteBy::Link => add_token(tx, ctx, &invitation, &digest),
        }
    })
    .await?;
    Ok((id, answer.to_string().into_bytes()))
}

/// What would fail when they accept fails now. A required field that is missing is theirs to give.
fn refuse_unfit(ctx: &Context, fields: &Map<String, Json>) -> Result<(), Failure> {
    let users = ctx.of(ctx.release.definition.users);
    match draft_for_create(ctx, users, fields.clone()) {
        Err(Failure::Problem(mut problem)) => {
            problem.errors.retain(|fault| fields.contains_key(&fault.field));
            if problem.errors.is_empty() {
                return Ok(());
            }
            Err(problem.into())
        }
        other => other.map(drop),
    }
}

fn add(tx: &mut WriteTx<'_>, ctx: &Context, invitation: &Invitation) -> Result<(), Failure> {
    let soft_delete = ctx.environment.users_are_soft();
    if accounts::find_account_by_email(tx, soft_delete, &invitation.email)?.is_some() {
        return Err(Problem::field(Code::UniqueViolation, "email", "belongs to a user already").into());
    }
    let max = limits::INVITATIONS_MAX;
    if invitations::count(tx, ctx.now)? >= max {
        let detail = format!("{max} invitations are open already; revoke some first");
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    if let Some(earlier) = invitations::add(tx, invitation)? {
        account_tokens::remove_of_invitation(tx, &earlier)?;
    }
    note(tx, ctx, Kind::Invited, &invitation.id)
}

fn add_token(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    invitation: &Invitation,
    digest: &[u8],
) -> Result<(), Failure> {
    let token = AccountToken {
        digest: digest.to_vec(),
        user: None,
        email: invitation.email.clone(),
        code_digest: None,
        invitation: Some(invitation.id),
        by_mail: false,
        tries: 0,
        expires_at: invitation.expires_at,
    };
    account_tokens::add(tx, Purpose::Invitation, &token, None, ctx.now)?;
    Ok(())
}

/// Invitations that nobody has answered: `{"items": [...]}`.
pub async fn list_invitations(ctx: &Context) -> Result<Vec<u8>, Failure> {
    require_administrator(ctx)?;
    ctx.read(|tx, ctx| {
        let open = invitations::list(tx, ctx.now, limits::INVITATIONS_MAX)?;
        let items: Vec<Json> = open.iter().map(invitation_json).collect();
        Ok::<_, Failure>(json!({"items": items}).to_string().into_bytes())
    })
    .await
}

/// Takes an invitation back: its link does not work any more.
pub async fn revoke_invitation(ctx: &Context, id: RecordId) -> Result<(), Failure> {
    require_administrator(ctx)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        if !invitations::remove(tx, &id)? {
            return Err(Problem::new(Code::NotFound, "there is no such invitation").into());
        }
        account_tokens::remove_of_invitation(tx, &id)?;
        note(tx, ctx, Kind::InvitationRevoked, &id)
    })
    .await
}

/// Makes the account that somebody was invited to, and signs them in. What the invitation says goes before what they say.
pub async fn accept_invitation(
    ctx: &Context,
    secret: String,
    password: String,
    given: Map<String, Json>,
    held_with: HeldWith,
) -> Result<SignIn, Failure> {
    let invitation = {
        let secret = secret.clone();
        ctx.read(move |tx, ctx| {
            let token = look_at(tx, ctx, Purpose::Invitation, &secret)?;
            let id = token.invitation.ok_or_else(invalid_secret)?;
            invitations::find(tx, &id, ctx.now)?.ok_or_else(invalid_secret)
        })
        .await?
    };
    check_password(&ctx.release.definition, &invitation.email, &password)?;
    let draft = draft(ctx, &invitation, given)?;
    let environment = &ctx.environment;
    let hash = environment.passwords.hash(password, environment.salt()).await?;
    let ctx = ctx.acting_as(Actor::SYSTEM);
    enter(&ctx, held_with, move |tx, ctx| {
        let token = take(tx, ctx, Purpose::Invitation, &secret)?;
        if !invitations::remove(tx, &invitation.id)? {
            return Err(invalid_secret());
        }
        account_tokens::remove_of_invitation(tx, &invitation.id)?;
        let users = ctx.release.definition.users;
        let mut draft = draft.clone();
        let own = mainstay_core::definition::SystemField::CreatedBy.id();
        draft.set(own, invitation.invited_by.map_or(Value::Null, Value::Id));
        create_in(tx, ctx, users, &draft)?;
        let user = draft.id();
        accounts::set_password(tx, &user, &hash, ctx.now)?;
        if token.by_mail {
            account_tokens::set_verified(tx, &user, &token.email, ctx.now)?;
        }
        Ok((user, Kind::InvitationAccepted))
    })
    .await
}

/// What the person may say is what anybody may say; what the invitation says was checked with the inviter's rights.
fn draft(
    ctx: &Context,
    invitation: &Invitation,
    given: Map<String, Json>,
) -> Result<crate::records::Draft, Failure> {
    for name in ["id", "email"] {
        if given.contains_key(name) {
            let message = "is given by the invitation: leave it out";
            return Err(Problem::field(Code::ValidationFailed, name, message).into());
        }
    }
    let users = ctx.of(ctx.release.definition.users);
    let guarded = |name: &&String| users.find_field(name).is_some_and(|field| field.write.is_some());
    if let Some(name) = given.keys().find(guarded) {
        let message = "is set by whoever invites: leave it out";
        return Err(Problem::field(Code::Forbidden, name.as_str(), message).into());
    }
    let invited = match serde_json::from_str(&invitation.fields) {
        Ok(Json::Object(fields)) => fields,
        _ => Map::new(),
    };
    let mut theirs = given.clone();
    theirs.extend(
        invited
            .iter()
            .filter(|(name, _)| is_open(users, name))
            .map(copied),
    );
    draft_for_create(&ctx.acting_as(Actor::ANONYMOUS), users, theirs)?;
    let mut all = given;
    all.extend(invited);
    draft_for_create(&ctx.acting_as(Actor::SYSTEM), users, all)
}

/// May anybody set it who makes such a record?
fn is_open(users: &mainstay_core::Collection, name: &str) -> bool {
    users.find_field(name).is_some_and(|field| !field.read_only)
}

fn copied((name, value): (&String, &Json)) -> (String, Json) {
    (name.clone(), value.clone())
}

fn require_administrator(ctx: &Context) -> Result<(), Failure> {
    if ctx.actor.is_bound_by_rules() {
        return Err(ctx.refused("only administrators may invite people"));
    }
    Ok(())
}

fn invitation_json(invitation: &Invitation) -> Json {
    let fields: Json = serde_json::from_str(&invitation.fields).unwrap_or(Json::Null);
    json!({
        "id": invitation.id.to_string(),
        "email": invitation.email,
        "fields": fields,
        "invited_by": invitation.invited_by.map(|user| user.to_string()),
        "created_at": invitation.created_at.to_string(),
        "expires_at": invitation.expires_at.to_string(),
    })
}

/// Without the address: it is somebody's who may never come.
fn note(tx: &mut WriteTx<'_>, ctx: &Context, kind: Kind, id: &RecordId) -> Result<(), Failure> {
    let payload = json!({"invitation": id.to_string()}).to_string();
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: None,
            record_id: None,
            version: None,
            payload: &payload,
        },
    )?;
    Ok(())
}
