//! Attempts to prove something with a secret that could be guessed: each must wait longer than the one before, and then
//! none is taken for a time.
//!
//! An attempt counts as failed before anybody looks whether it is, so that many at the same time cannot all be the last
//! free one; it is given back when it was right. Everything is kept in the database: all processes agree, and a restart
//! changes nothing. Counted are the address at the account, the address at any account, and the account from any address.
//! The last only slows down, for if it could lock, anybody could lock out the owner.

use std::net::IpAddr;

use mainstay_core::limits::{
    ATTEMPT_LOCK_SECONDS, ATTEMPT_WAIT_SECONDS_MAX, ATTEMPTS_AT_ACCOUNT_FREE, ATTEMPTS_FREE,
    ATTEMPTS_KEPT_SECONDS, ATTEMPTS_MAX, ATTEMPTS_OF_ADDRESS_FREE, ATTEMPTS_OF_ADDRESS_MAX,
};
use mainstay_core::network::subscriber_of;
use mainstay_core::{Code, Problem, RecordId, Timestamp};
use mainstay_store::attempts::{self, Attempts};
use mainstay_store::{Priority, Tx, WriteTx};
use ring::digest::{Context as Hasher, SHA256};

use crate::audit::note_lock;
use crate::context::Context;
use crate::failure::Failure;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// What is proved, and so what is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    SignIn,
    /// With a code of a second factor.
    SecondFactor,
    /// With the password of a share's link.
    Share,
}

impl Proof {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SecondFactor => "second_factor",
            Self::Share => "share",
        }
    }
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    AddressAtAccount,
    Address,
    Account,
}

impl Subject {
    const ALL: [Self; 3] = [Self::AddressAtAccount, Self::Address, Self::Account];

    /// As entries of the journal call it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AddressAtAccount => "address_at_account",
            Self::Address => "address",
            Self::Account => "account",
        }
    }

    /// Failures without a wait, and failures that lock.
    fn bounds(self) -> (i64, i64) {
        match self {
            Self::AddressAtAccount => (ATTEMPTS_FREE, ATTEMPTS_MAX),
            Self::Address => (ATTEMPTS_OF_ADDRESS_FREE, ATTEMPTS_OF_ADDRESS_MAX),
            Self::Account => (ATTEMPTS_AT_ACCOUNT_FREE, i64::MAX),
        }
    }

    /// Seconds until another attempt is taken after so many failures.
    fn wait_seconds(self, failures: i64) -> i64 {
        let (free, max) = self.bounds();
        if failures >= max {
            return ATTEMPT_LOCK_SECONDS;
        }
        match failures - free {
            waits if waits <= 0 => 0,
            waits => (1 << (waits - 1).min(16)).min(ATTEMPT_WAIT_SECONDS_MAX),
        }
    }
}

/// An attempt that counts as failed until it is given back.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    proof: Proof,
    digests: Vec<(Subject, [u8; 32])>,
    /// Who is locked out if it has failed.
    locks: Vec<Subject>,
}

/// Takes an attempt at an account, known or not, or refuses it. Whoever calls from the machine itself is not counted.
///
/// `is_known_here` says that the owner of the account was signed in from this address: what others do elsewhere does not
/// slow it down.
pub(crate) async fn begin(
    ctx: &Context,
    proof: Proof,
    account: &str,
    is_known_here: bool,
) -> Result<Attempt, Failure> {
    let address: Option<IpAddr> = ctx.origin.address.as_deref().and_then(|text| text.parse().ok());
    let digests: Vec<(Subject, [u8; 32])> = match address {
        None => Vec::new(),
        Some(address) => Subject::ALL
            .into_iter()
            .filter(|subject| !is_known_here || *subject != Subject::Account)
            .map(|subject| (subject, digest(subject, address, account)))
            .collect(),
    };
    let mut attempt = Attempt {
        proof,
        digests,
        locks: Vec::new(),
    };
    if attempt.digests.is_empty() {
        return Ok(attempt);
    }
    let counted = attempt.clone();
    attempt.locks = ctx
        .write(Priority::Interactive, move |tx, ctx| {
            refuse_closed(tx, &counted, ctx.now)?;
            counted.count(tx, ctx.now)
        })
        .await?;
    Ok(attempt)
}

fn refuse_closed(tx: &mut Tx<'_>, attempt: &Attempt, now: Timestamp) -> Result<(), Failure> {
    let mut opens_at = now;
    for (_, digest) in &attempt.digests {
        if let Some(found) =
            attempts::find(tx, attempt.proof.as_str(), digest)?.filter(|found| found.over_at > now)
        {
            opens_at = opens_at.max(found.open_at);
        }
    }
    if opens_at == now {
        return Ok(());
    }
    let detail = "there were too many attempts; wait as long as Retry-After says";
    let problem = Problem::new(Code::TooManyAttempts, detail);
    Err(problem
        .retry_after_micros(opens_at.as_micros() - now.as_micros())
        .into())
}

impl Attempt {
    /// Counts it as failed; gives who is locked out by that.
    fn count(&self, tx: &mut WriteTx<'_>, now: Timestamp) -> Result<Vec<Subject>, Failure> {
        let mut locks = Vec::new();
        for (subject, digest) in &self.digests {
            let before = self.failures(tx, digest, now)?;
            self.set(tx, (*subject, digest), before + 1, now)?;
            if before + 1 >= subject.bounds().1 {
                locks.push(*subject);
            }
        }
        Ok(locks)
    }

    /// It has failed: says so where somebody is locked out now.
    pub(crate) fn failed(&self, ctx: &Context, account: Option<RecordId>) {
        for subject in &self.locks {
            note_lock(ctx, subject.as_str(), account);
        }
    }

    /// It was right, in the transaction of what it proved: what failed before at this account from this address is
    /// forgotten.
    pub(crate) fn succeeded(&self, tx: &mut WriteTx<'_>, now: Timestamp) -> Result<(), Failure> {
        for (subject, digest) in &self.digests {
            if *subject == Subject::AddressAtAccount {
                attempts::forget(tx, self.proof.as_str(), digest)?;
            } else {
                self.give_back_one(tx, digest, now)?;
            }
        }
        Ok(())
    }

    /// Nobody has looked whether it was right.
    pub(crate) async fn give_back(self, ctx: &Context) -> Result<(), Failure> {
        if self.digests.is_empty() {
            return Ok(());
        }
        ctx.write(Priority::Interactive, move |tx, ctx| {
            for (_, digest) in &self.digests {
                self.give_back_one(tx, digest, ctx.now)?;
            }
            Ok::<_, Failure>(())
        })
        .await
    }

    /// It was taken, so nobody had to wait then.
    fn give_back_one(&self, tx: &mut WriteTx<'_>, digest: &[u8], now: Timestamp) -> Result<(), Failure> {
        let failures = self.failures(tx, digest, now)?;
        if failures <= 1 {
            attempts::forget(tx, self.proof.as_str(), digest)?;
            return Ok(());
        }
        let left = Attempts {
            failures: failures - 1,
            open_at: now,
            over_at: now.saturating_add_micros(ATTEMPTS_KEPT_SECONDS * MICROS_PER_SECOND),
        };
        attempts::set(tx, self.proof.as_str(), digest, left)?;
        Ok(())
    }

    fn failures(&self, tx: &mut Tx<'_>, digest: &[u8], now: Timestamp) -> Result<i64, Failure> {
        let found = attempts::find(tx, self.proof.as_str(), digest)?;
        Ok(found
            .filter(|found| found.over_at > now)
            .map_or(0, |found| found.failures))
    }

    fn set(
        &self,
        tx: &mut WriteTx<'_>,
        (subject, digest): (Subject, &[u8]),
        failures: i64,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let open_at = now.saturating_add_micros(subject.wait_seconds(failures) * MICROS_PER_SECOND);
        let counted = Attempts {
            failures,
            open_at,
            over_at: open_at.saturating_add_micros(ATTEMPTS_KEPT_SECONDS * MICROS_PER_SECOND),
        };
        attempts::set(tx, self.proof.as_str(), digest, counted)?;
        Ok(())
    }
}

/// Who it is, as it is kept: an address of mail that somebody typed may be nobody's business.
fn digest(subject: Subject, address: IpAddr, account: &str) -> [u8; 32] {
    let mut hasher = Hasher::new(&SHA256);
    hasher.update(subject.as_str().as_bytes());
    if subject != Subject::Account {
        hasher.update(&subscriber_of(address));
    }
    if subject != Subject::Address {
        hasher.update(b"\0");
        hasher.update(account.as_bytes());
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(hasher.finish().as_ref());
    digest
}
