//! The account and the certificate as they lie in the database: encrypted.

use std::sync::Arc;

use mainstay_core::Timestamp;
use mainstay_gateways::Issued;
use mainstay_store::acme::{self, SealedAcme};
use mainstay_store::{Priority, StoreError};
use serde::{Deserialize, Serialize};

use super::MICROS;
use crate::environment::Environment;
use crate::keys::Sealed;

/// What is kept under which name, and what its encryption is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Account,
    Certificate,
}

impl Kept {
    pub(super) const ALL: [Self; 2] = [Self::Account, Self::Certificate];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Certificate => "certificate",
        }
    }

    /// What the secret is of, for its encryption.
    pub(super) fn of(self) -> &'static [u8] {
        match self {
            Self::Account => b"acme account",
            Self::Certificate => b"acme certificate",
        }
    }
}

/// An account at an authority.
#[derive(Deserialize, Serialize)]
pub(super) struct KeptAccount {
    pub(super) directory: String,
    pub(super) credentials: String,
}

/// A certificate, and what was asked for.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct KeptCertificate {
    pub(super) directory: String,
    pub(super) domains: Vec<String>,
    chain: String,
    key: String,
}

impl KeptCertificate {
    pub(super) fn new(directory: &str, domains: &[String], issued: Issued) -> Self {
        Self {
            directory: directory.to_owned(),
            domains: domains.to_vec(),
            chain: issued.chain,
            key: issued.key,
        }
    }

    pub(super) fn issued(&self) -> Issued {
        Issued {
            chain: self.chain.clone(),
            key: self.key.clone(),
        }
    }
}

/// From when until when a certificate is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lifetime {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl Lifetime {
    pub(super) fn of(issued: &Issued) -> Option<Self> {
        let seconds = issued.lifetime().ok()?;
        let time = |seconds: u64| Timestamp::from_micros(i64::try_from(seconds).ok()?.checked_mul(MICROS)?);
        Some(Self {
            from: time(seconds.start)?,
            until: time(seconds.end)?,
        })
    }

    /// When the next one is ordered: after two thirds, and up to a 24th more by chance, so that not all certificates of the
    /// world that began on one day are renewed on another.
    pub(super) fn renews_at(self, chance: u8) -> Timestamp {
        let whole = self.until.as_micros().saturating_sub(self.from.as_micros());
        let spread = whole / 24 / i64::from(u8::MAX) * i64::from(chance);
        self.from.saturating_add_micros(whole / 3 * 2 + spread)
    }

    /// Is so little left that somebody should look?
    pub(super) fn is_nearly_over(self, now: Timestamp) -> bool {
        let whole = self.until.as_micros().saturating_sub(self.from.as_micros());
        now.as_micros() >= self.until.as_micros().saturating_sub(whole / 6)
    }
}

pub(super) async fn read_sealed(
    environment: &Arc<Environment>,
    kept: Kept,
) -> Result<Option<SealedAcme>, StoreError> {
    environment.db.read(move |tx| acme::secret(tx, kept.name())).await
}

/// What was sealed; `None` where it cannot be read.
pub(super) fn open<T: for<'t> Deserialize<'t>>(
    environment: &Environment,
    kept: Kept,
    sealed: &SealedAcme,
) -> Option<T> {
    let sealed = Sealed {
        key_id: sealed.key_id.clone(),
        bytes: sealed.secret.clone(),
    };
    let text = environment.secret_keys.open_sealed(kept.of(), &sealed)?;
    serde_json::from_slice(&text).ok()
}

/// Keeps something in the place of what was there before.
pub(super) async fn keep(
    environment: &Arc<Environment>,
    kept: Kept,
    value: &impl Serialize,
) -> Result<(), StoreError> {
    let text = serde_json::to_vec(value).expect("texts and lists of them are JSON");
    let sealed = environment
        .secret_keys
        .seal(kept.of(), &text, environment.random.as_ref())
        .expect("a server does not start without keys");
    let sealed = SealedAcme {
        key_id: sealed.key_id,
        secret: sealed.bytes,
    };
    let write = environment.db.write(Priority::Background, move |tx| {
        acme::keep_secret(tx, kept.name(), &sealed)
    });
    write.await
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400 * MICROS;

    fn lifetime(days: i64) -> Lifetime {
        let at = |micros| Timestamp::from_micros(micros).unwrap();
        Lifetime {
            from: at(0),
            until: at(days * DAY),
        }
    }

    #[test]
    fn a_certificate_is_renewed_after_two_thirds_and_some_chance() {
        let days = |chance| lifetime(90).renews_at(chance).as_micros() / DAY;
        assert_eq!((days(0), days(255)), (60, 63));
        let (early, late) = (lifetime(6).renews_at(0), lifetime(6).renews_at(255));
        assert_eq!(early.as_micros(), 4 * DAY);
        assert!(late.as_micros() > early.as_micros() && late.as_micros() <= 4 * DAY + DAY / 4);
    }

    #[test]
    fn somebody_should_look_when_a_sixth_is_left() {
        let at = |days| Timestamp::from_micros(days * DAY).unwrap();
        assert!(!lifetime(90).is_nearly_over(at(74)));
        assert!(lifetime(90).is_nearly_over(at(75)));
    }
}
