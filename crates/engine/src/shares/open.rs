//! Opening the link of a share.

use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::journal::Kind;
use mainstay_store::shares::{Link, Share, find_link_by_hash, use_link};
use mainstay_store::{Priority, Tx};
use serde_json::json;

use super::{Shareable, lives, note};
use crate::attempts::{self, Attempt, Proof};
use crate::auth::{ShareGrant, Verdict, hash_secret};
use crate::context::Context;
use crate::failure::Failure;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// Turns the token of a link into a grant, which goes with the requests of whoever holds it for some time. This is what
/// counts as a use.
pub async fn open_share(ctx: &Context, token: &str, password: Option<String>) -> Result<Vec<u8>, Failure> {
    let hash = hash_secret(token);
    let of_token = hash.clone();
    let link = ctx
        .read(move |tx, ctx| Ok::<_, Failure>(find_open(tx, ctx, &of_token)?.1))
        .await?;
    let attempt = match (&link.password, password) {
        (None, _) => None,
        (Some(_), None) => {
            let message = "is needed to open this link";
            return Err(Problem::field(Code::ValidationFailed, "password", message).into());
        }
        (Some(_), Some(password)) => Some(prove(ctx, &link, password).await?),
    };
    let answer = ctx.write(Priority::Interactive, move |tx, ctx| {
        let (shareable, _, share) = found(tx, ctx, &hash)?;
        if !use_link(tx, &share.id)? {
            return Err(not_open());
        }
        if let Some(attempt) = &attempt {
            attempt.succeeded(tx, ctx.now)?;
        }
        note(tx, ctx, Kind::ShareOpened, shareable.of, &share)?;
        let lasts = limits::SHARE_GRANT_MINUTES * 60 * MICROS_PER_SECOND;
        let lasts_until = ctx.now.saturating_add_micros(lasts);
        let grant = ShareGrant {
            id: share.id,
            expires_at: share.expires_at.map_or(lasts_until, |end| end.min(lasts_until)),
        };
        Ok::<_, Failure>((
            grant,
            json!({
                "expires_at": grant.expires_at.to_string(),
                "collection": shareable.of.name.as_str(),
                "record_id": share.target.to_string(),
                "level": share.level,
                "title": share.title,
            }),
        ))
    });
    let (grant, mut answer) = answer.await?;
    answer["grant"] = ctx.environment.tokens.issue_share(&grant)?.into();
    Ok(answer.to_string().into_bytes())
}

/// Is the password that of the link? Wrong ones are counted like those of accounts.
async fn prove(ctx: &Context, link: &Link, password: String) -> Result<Attempt, Failure> {
    let share = link.share;
    let attempt = attempts::begin(ctx, Proof::Share, &share.to_string(), false).await?;
    let passwords = &ctx.environment.passwords;
    let verdict = match passwords.verify(password, link.password.clone()).await {
        Ok(verdict) => verdict,
        Err(busy) => {
            attempt.give_back(ctx).await?;
            return Err(busy);
        }
    };
    if verdict != Verdict::Wrong {
        return Ok(attempt);
    }
    attempt.failed(ctx, None);
    note_refused(ctx, link).await?;
    Err(Problem::new(Code::InvalidCredentials, "the password of the link is wrong").into())
}

async fn note_refused(ctx: &Context, link: &Link) -> Result<(), Failure> {
    let (share, first_name) = (link.share, link.collection.clone());
    ctx.write(Priority::Interactive, move |tx, ctx| {
        if let Some(shareable) = shareable_of(ctx, &first_name)
            && let Some(share) = shareable.place().find(tx, &share)?
        {
            note(tx, ctx, Kind::ShareRefused, shareable.of, &share)?;
        }
        Ok(())
    })
    .await
}

fn shareable_of<'a>(ctx: &'a Context, first_name: &str) -> Option<Shareable<'a>> {
    let of = ctx.release.definition.find_by_first_name(first_name)?;
    Shareable::of(ctx, of.id).ok()
}

/// One answer for everything that a token may lack: it was never given, or what it was given for is over.
fn not_open() -> Failure {
    let detail = "there is no such link: it was revoked, has ended, or was opened as often as it may be";
    Problem::new(Code::NotFound, detail).into()
}

fn found<'a>(
    tx: &mut Tx<'_>,
    ctx: &'a Context,
    hash: &[u8],
) -> Result<(Shareable<'a>, Link, Share), Failure> {
    let link = find_link_by_hash(tx, hash)?.ok_or_else(not_open)?;
    let shareable = shareable_of(ctx, &link.collection).ok_or_else(not_open)?;
    let share = shareable.place().find(tx, &link.share)?;
    let share = share.filter(|share| lives(ctx, share)).ok_or_else(not_open)?;
    Ok((shareable, link, share))
}

/// A link that could be opened now.
fn find_open(tx: &mut Tx<'_>, ctx: &Context, hash: &[u8]) -> Result<(RecordId, Link), Failure> {
    let (_, link, share) = found(tx, ctx, hash)?;
    if link.uses_max.is_some_and(|max| link.uses >= max) {
        return Err(not_open());
    }
    Ok((share.id, link))
}
