//! Sharing a record.

use mainstay_core::definition::{CollectionId, Sharing};
use mainstay_core::{Code, Problem, RecordId, Value, limits};
use mainstay_store::journal::Kind;
use mainstay_store::shares::{Link, Share, add_link};
use mainstay_store::{Priority, Tx, WriteTx, accounts};
use serde_json::{Map, Value as Json};

use super::change::end;
use super::input::{self, NewShare, With};
use super::{Shareable, lives, note, require_sharer, signed_in};
use crate::auth::{check_password, new_secret, normalise_email};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{draft_from_values, insert_unasked, may_read};

/// Secrets of a link that is to be made.
struct NewLink {
    hash: Vec<u8>,
    password: Option<String>,
    uses_max: Option<i64>,
}

/// Shares a record with a user, or makes a link to it: the answer is the only one with the link's token.
pub async fn create_share(
    ctx: &Context,
    collection: CollectionId,
    record: RecordId,
    input: &Map<String, Json>,
) -> Result<(RecordId, Vec<u8>), Failure> {
    Shareable::of(ctx, collection)?;
    signed_in(ctx)?;
    let asked = input::read_new(input, ctx.now)?;
    // Before a password is hashed for somebody who may not share.
    ctx.read(move |tx, ctx| require_sharer(tx, ctx, collection, &record))
        .await?;
    let (token, link) = match &asked.with {
        With::Link { password, uses_max } => {
            let (token, link) = new_link(ctx, password.clone(), *uses_max).await?;
            (Some(token), Some(link))
        }
        With::User(_) | With::Address(_) | With::Group(_) => (None, None),
    };
    ctx.write(Priority::Interactive, move |tx, ctx| {
        require_sharer(tx, ctx, collection, &record)?;
        let share = create_in(tx, ctx, (collection, record), &asked, link.as_ref())?;
        let mut shown = Shareable::of(ctx, collection)?.shown(tx, ctx, &share)?;
        if let Some(token) = &token {
            shown["token"] = Json::from(token.as_str());
        }
        Ok::<_, Failure>((share.id, shown.to_string().into_bytes()))
    })
    .await
}

async fn new_link(
    ctx: &Context,
    password: Option<String>,
    uses_max: Option<i64>,
) -> Result<(String, NewLink), Failure> {
    let (token, hash) = new_secret(ctx.environment.random.as_ref());
    let password = match password {
        Some(password) => {
            check_password(&ctx.release.definition, "", &password)?;
            let environment = &ctx.environment;
            Some(environment.passwords.hash(password, environment.salt()).await?)
        }
        None => None,
    };
    Ok((
        token,
        NewLink {
            hash,
            password,
            uses_max,
        },
    ))
}

fn create_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    (collection, record): (CollectionId, RecordId),
    asked: &NewShare,
    link: Option<&NewLink>,
) -> Result<Share, Failure> {
    let shareable = Shareable::of(ctx, collection)?;
    let Shareable {
        of, sharing, made, ..
    } = shareable;
    let (user, group) = match &asked.with {
        With::Group(id) => (None, Some(find_group(tx, ctx, sharing, id)?)),
        with => (find_user(tx, ctx, with)?, None),
    };
    make_room(tx, ctx, &shareable, &record, (user, group))?;
    let mut given = vec![
        (sharing.target, Value::Id(record)),
        (sharing.level, Value::Text(asked.level.as_str().to_owned())),
    ];
    given.extend(user.map(|user| (sharing.user, Value::Id(user))));
    let with_group = sharing.group.zip(group);
    given.extend(with_group.map(|(of, group)| (of.field, Value::Id(group))));
    given.extend(
        asked
            .expires_at
            .map(|time| (sharing.expires_at, Value::timestamp(time))),
    );
    given.extend(
        asked
            .title
            .clone()
            .map(|title| (sharing.title, Value::Text(title))),
    );
    let draft = draft_from_values(ctx, made, given)?;
    let id = draft.id();
    insert_unasked(tx, ctx, made.id, &draft)?;
    if let Some(new) = link {
        let link = Link {
            share: id,
            collection: of.first_name().to_owned(),
            password: new.password.clone(),
            uses: 0,
            uses_max: new.uses_max,
        };
        add_link(tx, &link, &new.hash, ctx.now)?;
    }
    let share = shareable.find(tx, ctx, &record, &id)?;
    note(tx, ctx, Kind::Shared, of, &share)?;
    Ok(share)
}

/// The user whom somebody names. Only those can be named whom one may see: who else has an account, and with which
/// address, is not told.
fn find_user(tx: &mut Tx<'_>, ctx: &Context, with: &With) -> Result<Option<RecordId>, Failure> {
    let users = ctx.release.definition.users;
    let soft_delete = ctx.of(users).soft_delete;
    let (field, account) = match with {
        With::Link { .. } | With::Group(_) => return Ok(None),
        With::User(id) => ("user", accounts::find_account(tx, soft_delete, id)?),
        With::Address(email) => {
            let email = normalise_email(email);
            ("email", accounts::find_account_by_email(tx, soft_delete, &email)?)
        }
    };
    if let Some(account) = account.filter(|account| account.active)
        && may_read(tx, ctx, users, &account.id)?
    {
        return Ok(Some(account.id));
    }
    let message = "is nobody whom you may see here";
    Err(Problem::field(Code::RelationViolation, field, message).into())
}

/// A group that somebody names, which they must be able to see like a user.
fn find_group(tx: &mut Tx<'_>, ctx: &Context, sharing: &Sharing, id: &RecordId) -> Result<RecordId, Failure> {
    let Some(group) = sharing.group else {
        let message = "there are no groups here: the definition has no `[members]` with `group = true`";
        return Err(Problem::field(Code::ValidationFailed, "group", message).into());
    };
    if may_read(tx, ctx, group.collection, id)? {
        return Ok(*id);
    }
    let message = "is no group that you may see here";
    Err(Problem::field(Code::RelationViolation, "group", message).into())
}

/// A record has so many shares, and one with each user and each group; one that has expired goes now.
fn make_room(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    shareable: &Shareable<'_>,
    record: &RecordId,
    holder: (Option<RecordId>, Option<RecordId>),
) -> Result<(), Failure> {
    let max = limits::SHARES_OF_RECORD_MAX;
    let known = shareable.place().of_record(tx, record, limit(max))?;
    if known.len() >= max {
        let detail = format!("the record is shared {max} times already; revoke a share that is not needed");
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    let same = known
        .iter()
        .find(|share| !share.is_link() && (share.user, share.group) == holder);
    match same {
        Some(share) if lives(ctx, share) => {
            let detail = "the record is shared with them already: change that share";
            Err(Problem::new(Code::Conflict, detail).into())
        }
        Some(share) => end(tx, ctx, Kind::ShareExpired, shareable, share),
        None => Ok(()),
    }
}

pub(super) fn limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
