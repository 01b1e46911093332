//! Telling people what was shared with them.

use mainstay_core::definition::Collection;
use mainstay_core::mail::MailKind;
use mainstay_core::{RecordId, limits};
use mainstay_store::shares::Place;
use mainstay_store::{Tx, WriteTx, accounts};
use serde_json::{Value as Json, json};

use super::sentence::NOBODY_KNOWN;
use crate::context::Context;
use crate::failure::Failure;
use crate::mail::{NewMail, post};
use crate::records::read_label;

fn id_of(share: &Json, key: &str) -> Option<RecordId> {
    share[key].as_str()?.parse().ok()
}

/// With whom a record was shared: a user, or those who are in the group now.
pub(super) fn holders(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: &Collection,
    share: &Json,
) -> Result<Vec<RecordId>, Failure> {
    if let Some(user) = id_of(share, "user") {
        return Ok(vec![user]);
    }
    let (Some(group), Some(sharing)) = (id_of(share, "group"), &collection.sharing) else {
        return Ok(Vec::new());
    };
    let place = Place {
        sharing,
        made: ctx.of(sharing.collection),
        members: sharing.group.map(|group| ctx.of(group.members)),
    };
    let max = i64::try_from(limits::FOLLOWERS_MAX).unwrap_or(i64::MAX);
    Ok(place.members_of(tx, &group, max)?)
}

/// Writes a mail to the user with whom something was shared, unless the application wants none. What it names it names as
/// they may read it. Members of a group have their notifications.
pub(super) fn tell_by_mail(
    tx: &mut WriteTx<'_>,
    reader: &Context,
    (collection, record): (&Collection, &RecordId),
    actor: Option<RecordId>,
    share: &Json,
) -> Result<(), Failure> {
    let definition = &reader.release.definition;
    let Some(mailing) = reader
        .environment
        .mailing
        .as_ref()
        .filter(|_| definition.mail.tells_shares)
    else {
        return Ok(());
    };
    let Some(user) = id_of(share, "user") else {
        return Ok(());
    };
    let Some(address) = accounts::email_of(tx, &user)? else {
        return Ok(());
    };
    let who = match actor {
        Some(actor) => read_label(tx, reader, definition.users, &actor)?,
        None => None,
    };
    let mail = NewMail {
        kind: MailKind::RecordShared,
        address: &address,
        user: Some(user),
        variables: json!({
            "collection": collection.title,
            "level": share["level"],
            "who": who.unwrap_or_else(|| NOBODY_KNOWN.to_owned()),
            "what": read_label(tx, reader, collection.id, record)?,
            "link": mailing.public_url,
        }),
    };
    post(tx, reader, &mail)
}
