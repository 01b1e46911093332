//! After a rotation, what was encrypted with another key is encrypted anew, beside the work of others.

use std::sync::Arc;

use mainstay_core::RecordId;
use mainstay_store::{Priority, WriteTx, second_factors, secrets};

use super::Sealed;
use crate::acme::reseal_acme;
use crate::auth::totp_of;
use crate::environment::Environment;
use crate::failure::Failure;

/// Secrets in one transaction, so that nobody waits for it.
const SLICE: u32 = 200;

/// What one transaction did.
struct Slice {
    resealed: usize,
    /// The last user that was looked at; `None` when nobody was left.
    last: Option<RecordId>,
}

/// Encrypts with the active key what is encrypted with others; gives how many there were. Stopped at any time, it goes on
/// with the rest when it is run again.
pub async fn reseal(environment: &Arc<Environment>) -> Result<usize, Failure> {
    let Some(active) = environment.secret_keys.encrypting() else {
        return Ok(0);
    };
    let kept = reseal_kept(environment, &active).await?;
    let acme = reseal_acme(environment, &active).await?;
    Ok(kept + acme + reseal_totp(environment, &active).await?)
}

async fn reseal_totp(environment: &Arc<Environment>, active: &str) -> Result<usize, Failure> {
    let (mut resealed, mut after) = (0, None);
    loop {
        let (active, within) = (active.to_owned(), Arc::clone(environment));
        let write = environment.db.write(Priority::Background, move |tx| {
            reseal_slice(tx, &within, &active, after)
        });
        let slice = write.await?;
        resealed += slice.resealed;
        if slice.last.is_none() {
            return Ok(resealed);
        }
        after = slice.last;
    }
}

/// The secrets that are kept by their names.
async fn reseal_kept(environment: &Arc<Environment>, active: &str) -> Result<usize, Failure> {
    let (mut resealed, mut after) = (0, String::new());
    loop {
        let (active, within, from) = (active.to_owned(), Arc::clone(environment), after.clone());
        let write = environment.db.write(Priority::Background, move |tx| {
            reseal_names(tx, &within, &active, &from)
        });
        let (done, last) = write.await?;
        resealed += done;
        match last {
            Some(last) => after = last,
            None => return Ok(resealed),
        }
    }
}

/// How many were encrypted anew, and the last name that was looked at.
fn reseal_names(
    tx: &mut WriteTx<'_>,
    environment: &Environment,
    active: &str,
    after: &str,
) -> Result<(usize, Option<String>), Failure> {
    let (mut resealed, mut last) = (0, None);
    for old in secrets::sealed_with_others(tx, active, after, SLICE)? {
        let name = old.name.clone();
        last = Some(name.clone());
        let Some(value) = environment.secret_keys.open_kept(old) else {
            tracing::error!(name, "an encrypted secret cannot be read, and is left as it is");
            continue;
        };
        let keys = &environment.secret_keys;
        if keys.keep(tx, (&name, &value), environment.random.as_ref())? {
            resealed += 1;
        }
    }
    Ok((resealed, last))
}

fn reseal_slice(
    tx: &mut WriteTx<'_>,
    environment: &Environment,
    active: &str,
    after: Option<RecordId>,
) -> Result<Slice, Failure> {
    let mut slice = Slice {
        resealed: 0,
        last: None,
    };
    for old in second_factors::sealed_with_others(tx, active, after.as_ref(), SLICE)? {
        slice.last = Some(old.user);
        let of = totp_of(&old.user);
        let sealed = Sealed {
            key_id: old.key_id,
            bytes: old.secret,
        };
        let Some(value) = environment.secret_keys.open_sealed(&of, &sealed) else {
            tracing::error!(user = %old.user, "an encrypted secret cannot be read, and is left as it is");
            continue;
        };
        // Without keys, nothing would have been read.
        if let Some(new) = environment
            .secret_keys
            .seal(&of, &value, environment.random.as_ref())
        {
            second_factors::replace_secret(tx, &old.user, &sealed.bytes, (&new.key_id, &new.bytes))?;
            slice.resealed += 1;
        }
    }
    Ok(slice)
}
