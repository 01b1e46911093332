//! From a row of the outbox to a mail: whom it is for, its link or code, its words.

use std::time::Duration;

use mainstay_core::mail::{MailKind, RenderError};
use mainstay_core::{RecordId, Timestamp, limits};
use mainstay_gateways::mail::Letter;
use mainstay_store::account_tokens::{self, AccountToken, Purpose};
use mainstay_store::mail_outbox::Mail;
use mainstay_store::{Priority, Tx, WriteTx, accounts, invitations};
use serde_json::{Map, Value as Json};

use super::post::{Power, power, useful_micros};
use super::{Mailing, link};
use crate::auth::{code_digest, new_code, new_secret, user_json};
use crate::context::Context;
use crate::failure::Failure;

pub(super) enum Composed {
    Letter(Letter),
    /// It is not sent, for this reason.
    Nobody(&'static str),
    Faulty(RenderError),
}

/// Whom a mail is about, and what it says.
struct Prepared {
    /// The record, as its owner sees it.
    user: Json,
    variables: Map<String, Json>,
}

/// What is made by chance, before the transaction that keeps its digest.
#[derive(Clone)]
struct Secrets {
    link: String,
    link_digest: Vec<u8>,
    code: String,
}

pub(super) async fn compose(ctx: &Context, mailing: &Mailing, mail: &Mail) -> Result<Composed, Failure> {
    let Some(kind) = MailKind::parse(&mail.kind) else {
        return Ok(Composed::Nobody("this version knows no such mail"));
    };
    let random = ctx.environment.random.as_ref();
    let (secret, link_digest) = new_secret(random);
    let secrets = Secrets {
        link: power(kind)
            .and_then(|power| power.action)
            .map_or_else(String::new, |action| link(ctx, mailing, action, &secret)),
        link_digest,
        code: new_code(random),
    };
    let asked = mail.clone();
    let prepare = ctx.write(Priority::Background, move |tx, ctx| {
        prepare(tx, ctx, kind, &asked, &secrets)
    });
    let Some(prepared) = prepare.await? else {
        return Ok(Composed::Nobody(
            "nobody has the address, or nothing is left to do",
        ));
    };
    Ok(rendered(ctx, kind, mail, prepared))
}

fn rendered(ctx: &Context, kind: MailKind, mail: &Mail, prepared: Prepared) -> Composed {
    let definition = &ctx.release.definition;
    let mut variables = prepared.variables;
    let own_language = prepared.user["language"].as_str().map(str::to_owned);
    variables.insert("application".to_owned(), definition.title.as_str().into());
    variables.insert("user".to_owned(), prepared.user);
    let wanted = own_language
        .as_deref()
        .into_iter()
        .chain(mail.languages.split(','));
    let (language, template) = definition.mail.templates.choose(kind, wanted);
    match template.render(language, &Json::Object(variables)) {
        Err(error) => Composed::Faulty(error),
        Ok(rendered) => Composed::Letter(Letter {
            id: mail.id.to_string(),
            to: mail.address.clone(),
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            sent_at: Duration::from_micros(u64::try_from(ctx.now.as_micros()).unwrap_or(0)),
        }),
    }
}

/// Looks whether there is somebody to send it to, and keeps the digest of what they will get.
fn prepare(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: MailKind,
    mail: &Mail,
    secrets: &Secrets,
) -> Result<Option<Prepared>, Failure> {
    let mut variables = match serde_json::from_str(&mail.variables) {
        Ok(Json::Object(variables)) => variables,
        _ => Map::new(),
    };
    if kind == MailKind::Invitation {
        return invitation(tx, ctx, mail, variables, secrets);
    }
    let Some(user) = recipient(tx, ctx, kind, mail)? else {
        return Ok(None);
    };
    let user_json = serde_json::from_slice(&user_json(tx, ctx, user)?).unwrap_or(Json::Null);
    let Some(Power { purpose, .. }) = power(kind) else {
        return Ok(Some(Prepared {
            user: user_json,
            variables,
        }));
    };
    let mut token = AccountToken {
        digest: secrets.link_digest.clone(),
        user: Some(user),
        email: mail.address.clone(),
        code_digest: None,
        invitation: None,
        by_mail: true,
        tries: 0,
        expires_at: expiry(ctx.now, kind),
    };
    if purpose == Purpose::SignInCode {
        let Some(challenge) = take_challenge(&mut variables) else {
            return Ok(None);
        };
        token.code_digest = Some(code_digest(&challenge, &secrets.code));
        token.digest = challenge;
        variables.insert("code".to_owned(), secrets.code.as_str().into());
    } else {
        variables.insert("link".to_owned(), secrets.link.as_str().into());
    }
    let (unit, count) = lifetime(kind);
    variables.insert(unit.to_owned(), count.into());
    account_tokens::add(tx, purpose, &token, Some(&mail.id), ctx.now)?;
    Ok(Some(Prepared {
        user: user_json,
        variables,
    }))
}

/// Who gets the mail, if they are still there and it is still about their address.
fn recipient(
    tx: &mut Tx<'_>,
    ctx: &Context,
    kind: MailKind,
    mail: &Mail,
) -> Result<Option<RecordId>, Failure> {
    let soft_delete = ctx.environment.users_are_soft();
    let account = match &mail.user_id {
        Some(user) => accounts::find_account(tx, soft_delete, user)?,
        None => accounts::find_account_by_email(tx, soft_delete, &mail.address)?,
    };
    let Some(user) = account.filter(|account| account.active).map(|account| account.id) else {
        return Ok(None);
    };
    if kind == MailKind::VerifyAddress {
        let has_it = accounts::email_of(tx, &user)?.is_some_and(|email| email == mail.address);
        let is_open = account_tokens::verified_at(tx, &user)?.is_none();
        return Ok(Some(user).filter(|_| has_it && is_open));
    }
    Ok(Some(user))
}

fn invitation(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    mail: &Mail,
    mut variables: Map<String, Json>,
    secrets: &Secrets,
) -> Result<Option<Prepared>, Failure> {
    let id = variables.remove("invitation");
    let Some(id) = id.and_then(|id| id.as_str()?.parse::<RecordId>().ok()) else {
        return Ok(None);
    };
    let Some(found) = invitations::find(tx, &id, ctx.now)? else {
        return Ok(None);
    };
    let token = AccountToken {
        digest: secrets.link_digest.clone(),
        user: None,
        email: found.email,
        code_digest: None,
        invitation: Some(id),
        by_mail: true,
        tries: 0,
        expires_at: found.expires_at,
    };
    account_tokens::add(tx, Purpose::Invitation, &token, Some(&mail.id), ctx.now)?;
    variables.insert("link".to_owned(), secrets.link.as_str().into());
    variables.insert("days".to_owned(), limits::INVITATION_DAYS.into());
    Ok(Some(Prepared {
        user: Json::Null,
        variables,
    }))
}

/// The name of the variable, and what it says.
fn lifetime(kind: MailKind) -> (&'static str, i64) {
    match kind {
        MailKind::VerifyAddress => ("hours", limits::VERIFY_HOURS),
        kind => ("minutes", useful_micros(kind) / 60_000_000),
    }
}

fn expiry(now: Timestamp, kind: MailKind) -> Timestamp {
    now.saturating_add_micros(useful_micros(kind))
}

/// The digest of the challenge, which whoever asked for the code holds.
fn take_challenge(variables: &mut Map<String, Json>) -> Option<Vec<u8>> {
    let text = variables.remove("challenge")?;
    let digits = text.as_str()?.as_bytes();
    let bytes = digits.chunks_exact(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    bytes.collect()
}
