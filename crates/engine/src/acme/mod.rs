//! Certificates that the server gets for itself (ACME, RFC 8555).
//!
//! Processes on one database share an account, a certificate and the answers to challenges, so that each may be asked by
//! the authority whichever of them has ordered. One orders at a time, under a lease. `docs/decisions/0039-acme.md` has
//! the reasons.

mod keeping;
mod kept;
mod order;
mod reseal;

use std::sync::{Arc, Mutex, PoisonError};

use mainstay_core::{Clock, Timestamp};
pub use mainstay_gateways::{AcmeAuthority, AcmeError, ExternalAccount, Issued};
use mainstay_store::{StoreError, acme};

pub use keeping::{RunningAcme, TakeUp};
pub(crate) use reseal::reseal_acme;

use crate::environment::Environment;

/// Whom to ask for a certificate, and for which domains.
#[derive(Debug, Clone)]
pub struct AcmeOptions {
    pub authority: AcmeAuthority,
    /// At least one.
    pub domains: Vec<String>,
    /// A mail address at which the authority may reach somebody.
    pub contact: Option<String>,
    pub external: Option<ExternalAccount>,
}

/// How it stands with the certificate, for administrators.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CertificateReport {
    pub domains: Vec<String>,
    /// Until when the one in use is good; `None` before the first.
    pub not_after: Option<Timestamp>,
    /// When the next one is ordered.
    pub renews_at: Option<Timestamp>,
    /// What went wrong with the last order of this process, unless one was filled since.
    pub last_error: Option<String>,
}

/// The report of this process; `None` where the server gets no certificates.
#[derive(Debug, Default)]
pub(crate) struct CertificateState(Mutex<Option<CertificateReport>>);

impl CertificateState {
    fn tell(&self, change: impl FnOnce(&mut CertificateReport)) {
        let mut report = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(report.get_or_insert_default());
    }

    fn report(&self) -> Option<CertificateReport> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Environment {
    /// How it stands with the certificate that the server gets for itself; `None` where it gets none.
    pub fn certificate_report(&self) -> Option<CertificateReport> {
        self.certificate.report()
    }
}

/// What the challenge for a domain is answered with, while an order is under way: the digest of its key authorization
/// (RFC 8737, 3).
pub async fn challenge_answer(
    environment: &Arc<Environment>,
    domain: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let domain = domain.to_ascii_lowercase();
    environment.db.read(move |tx| acme::challenge(tx, &domain)).await
}

fn seconds_of(clock: &dyn Clock) -> i64 {
    clock.now().as_micros() / MICROS
}

const MICROS: i64 = 1_000_000;
