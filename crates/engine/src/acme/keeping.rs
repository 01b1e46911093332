//! Keeps a certificate that is good: follows what is in the database, and orders when it is time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mainstay_core::{RecordId, Timestamp};
use mainstay_gateways::Issued;
use mainstay_store::acme::{self, SealedAcme};
use mainstay_store::{Dialect, Priority, StoreError, leases};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::kept::{Kept, KeptCertificate, Lifetime, open, read_sealed};
use super::order::{OrderError, order};
use super::{AcmeOptions, MICROS, seconds_of};
use crate::environment::Environment;

/// A look is one read by a key.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// For an order, all of it.
const ORDER_TIME: Duration = Duration::from_secs(150);
/// Longer than an order takes.
const LEASE: Duration = Duration::from_mins(3);
const LEASE_NAME: &str = "acme";
/// After the first failure, and twice as long after each one more: authorities let a domain fail some five times an hour.
const WAIT_SECONDS: i64 = 60;
const WAIT_SECONDS_MAX: i64 = 3_600;

/// Puts a certificate into use; the error says why it is of no use.
pub type TakeUp = Box<dyn Fn(&Issued) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + Send + Sync>;

/// Keeps a certificate, while it runs.
#[derive(Debug)]
#[must_use = "it keeps the certificate until it is stopped"]
pub struct RunningAcme {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl RunningAcme {
    pub fn start(environment: &Arc<Environment>, options: AcmeOptions, take_up: TakeUp) -> Self {
        let (stop, stopped) = watch::channel(false);
        environment
            .certificate
            .tell(|report| report.domains.clone_from(&options.domains));
        let keeper = Keeper {
            holder: environment.new_id(),
            began: environment.clock.now(),
            environment: Arc::clone(environment),
            options,
            take_up,
            found: None,
            in_use: None,
            fault: None,
        };
        Self {
            stop,
            task: tokio::spawn(keeper.run(stopped)),
        }
    }

    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "what keeps the certificate ended in a panic"
            );
        }
    }
}

struct Keeper {
    environment: Arc<Environment>,
    options: AcmeOptions,
    take_up: TakeUp,
    holder: RecordId,
    /// Failures before do not hold this process back: whoever starts a server anew has mended something.
    began: Timestamp,
    /// What was in the database at the last look.
    found: Option<SealedAcme>,
    in_use: Option<InUse>,
    /// Why the database could not be asked, as it was told last.
    fault: Option<String>,
}

struct InUse {
    certificate: KeptCertificate,
    lifetime: Lifetime,
    renews_at: Timestamp,
}

impl Keeper {
    async fn run(mut self, mut stopped: watch::Receiver<bool>) {
        let mut waits = false;
        while !*stopped.borrow_and_update() {
            tokio::select! {
                looked = self.look() => self.tell(looked),
                _ = stopped.changed() => break,
            }
            if self.in_use.is_none() && !waits {
                waits = true;
                tracing::info!(
                    domains = self.options.domains.join(", "),
                    directory = self.options.authority.directory(),
                    "waiting for the first certificate; until it is there, only the authority is answered"
                );
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stopped.changed() => {}
            }
        }
        // An order that was given up in the middle has it still.
        if let Err(error) = self.let_go().await {
            tracing::debug!(%error, "the lease on orders ends by itself");
        }
    }

    fn tell(&mut self, looked: Result<(), StoreError>) {
        let fault = looked.err().map(|error| error.to_string());
        if let Some(fault) = &fault
            && self.fault.as_ref() != Some(fault)
        {
            tracing::warn!("the certificate in the database could not be looked at: {fault}");
        }
        self.fault = fault;
    }

    async fn look(&mut self) -> Result<(), StoreError> {
        self.follow().await?;
        if !self.is_due().await? || !self.take_lease().await? {
            return Ok(());
        }
        // Another process may have been first.
        self.follow().await?;
        if self.is_due().await? {
            self.order().await?;
        }
        self.let_go().await
    }

    /// Takes up the certificate in the database, if it is another one than at the last look.
    async fn follow(&mut self) -> Result<(), StoreError> {
        let found = read_sealed(&self.environment, Kept::Certificate).await?;
        if found == self.found {
            return Ok(());
        }
        self.found.clone_from(&found);
        let Some(sealed) = found else { return Ok(()) };
        let Some(certificate) = open::<KeptCertificate>(&self.environment, Kept::Certificate, &sealed) else {
            tracing::error!("the certificate in the database cannot be read; another one is ordered");
            return Ok(());
        };
        let issued = certificate.issued();
        let Some(lifetime) = Lifetime::of(&issued) else {
            tracing::error!("the certificate in the database is none; another one is ordered");
            return Ok(());
        };
        if let Err(error) = (self.take_up)(&issued) {
            tracing::error!(%error, "the certificate in the database is of no use; another one is ordered");
            return Ok(());
        }
        let mut chance = [0];
        self.environment.random.fill(&mut chance);
        let renews_at = lifetime.renews_at(chance[0]);
        tracing::info!(
            domains = certificate.domains.join(", "),
            not_after = %lifetime.until,
            %renews_at,
            "certificate taken up"
        );
        self.environment.certificate.tell(|report| {
            report.not_after = Some(lifetime.until);
            report.renews_at = Some(renews_at);
            report.last_error = None;
        });
        self.in_use = Some(InUse {
            certificate,
            lifetime,
            renews_at,
        });
        Ok(())
    }

    /// Is it time for an order, and long enough after the last one that failed?
    async fn is_due(&self) -> Result<bool, StoreError> {
        let now = self.environment.clock.now();
        if self.in_use.as_ref().is_some_and(|used| self.will_do(used, now)) {
            return Ok(false);
        }
        let failures = self.environment.db.read(acme::failures).await?;
        let failures = failures.filter(|failures| failures.at >= self.began);
        Ok(failures.is_none_or(|failures| {
            let waited = seconds_of(self.environment.clock.as_ref()) - failures.at.as_micros() / MICROS;
            waited >= wait_seconds(failures.count)
        }))
    }

    /// One with more domains than are wanted will do: a server that is about to get the same settings as the others must
    /// not take theirs away.
    fn will_do(&self, used: &InUse, now: Timestamp) -> bool {
        let (certificate, options) = (&used.certificate, &self.options);
        let covers = |domain| certificate.domains.contains(domain);
        certificate.directory == options.authority.directory()
            && options.domains.iter().all(covers)
            && now < used.renews_at
    }

    async fn order(&mut self) -> Result<(), StoreError> {
        tracing::info!(
            domains = self.options.domains.join(", "),
            "ordering a certificate"
        );
        let ordering = order(&self.environment, &self.options);
        let ordered = tokio::time::timeout(ORDER_TIME, ordering).await;
        match ordered.unwrap_or(Err(OrderError::Late(ORDER_TIME))) {
            Err(error) => return self.note(&error).await,
            Ok(()) => self.follow().await?,
        }
        // Else the next look would order again, and so on.
        let now = self.environment.clock.now();
        if !self.in_use.as_ref().is_some_and(|used| self.will_do(used, now)) {
            return self.note(&OrderError::Useless).await;
        }
        let forget = self
            .environment
            .db
            .write(Priority::Background, acme::forget_failures);
        forget.await
    }

    async fn note(&self, error: &OrderError) -> Result<(), StoreError> {
        let now = self.environment.clock.now();
        let add = self.environment.db.write(Priority::Background, move |tx| {
            acme::add_failure(tx, now)?;
            acme::failures(tx)
        });
        let count = add.await?.map_or(1, |failures| failures.count);
        let why = Chain(error).to_string();
        let again_in_s = wait_seconds(count);
        let lasts = self
            .in_use
            .as_ref()
            .is_some_and(|used| !used.lifetime.is_nearly_over(now));
        if lasts {
            tracing::warn!(
                again_in_s,
                "no certificate was had, and the one before stays in use: {why}"
            );
        } else if let Some(used) = &self.in_use {
            let not_after = used.lifetime.until;
            tracing::error!(%not_after, again_in_s, "no certificate was had, and the one in use ends soon: {why}");
        } else {
            tracing::error!(
                again_in_s,
                "no certificate was had, and there is none before: {why}"
            );
        }
        self.environment
            .certificate
            .tell(|report| report.last_error = Some(why));
        Ok(())
    }

    async fn take_lease(&self) -> Result<bool, StoreError> {
        if !self.is_shared() {
            return Ok(true);
        }
        let (holder, now) = (self.holder, self.environment.clock.now());
        let write = self.environment.db.write(Priority::Background, move |tx| {
            leases::take_lease(tx, LEASE_NAME, &holder, now, LEASE)
        });
        write.await
    }

    async fn let_go(&self) -> Result<(), StoreError> {
        if !self.is_shared() {
            return Ok(());
        }
        let holder = self.holder;
        let write = self.environment.db.write(Priority::Background, move |tx| {
            leases::drop_lease(tx, LEASE_NAME, &holder)
        });
        write.await
    }

    /// A file is this process's alone.
    fn is_shared(&self) -> bool {
        self.environment.db.dialect() == Dialect::Postgres
    }
}

fn wait_seconds(failures: i64) -> i64 {
    let doubled = failures.saturating_sub(1).clamp(0, 10);
    (WAIT_SECONDS << doubled).min(WAIT_SECONDS_MAX)
}

/// An error with all that led to it.
struct Chain<'a>(&'a dyn std::error::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::wait_seconds;

    #[test]
    fn waits_grow_to_an_hour() {
        let waits: Vec<i64> = (1..9).map(wait_seconds).collect();
        assert_eq!(waits, [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        assert_eq!(wait_seconds(i64::MAX), 3_600);
    }
}
