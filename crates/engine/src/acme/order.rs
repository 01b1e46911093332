//! One order, from the account to what is kept of it.

use std::sync::Arc;

use mainstay_gateways::{AcmeAccount, AcmeError, AcmeOrder};
use mainstay_store::{Priority, StoreError, acme};

use super::AcmeOptions;
use super::kept::{Kept, KeptAccount, KeptCertificate, keep, open, read_sealed};
use crate::environment::Environment;

/// Why an order came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum OrderError {
    #[error(transparent)]
    Acme(#[from] AcmeError),
    #[error("the database failed meanwhile")]
    Store(#[from] StoreError),
    #[error("what the authority gave is of no use, or is to be renewed at once")]
    Useless,
    #[error("it took longer than {} s", .0.as_secs())]
    Late(std::time::Duration),
}

/// Orders a certificate and keeps it; every process takes it up from there.
pub(super) async fn order(environment: &Arc<Environment>, options: &AcmeOptions) -> Result<(), OrderError> {
    let order = begin(environment, options).await?;
    set_challenges(environment, order.answers().to_vec()).await?;
    let filled = order.fill().await;
    // Nobody asks for them any more, whatever came of it.
    set_challenges(environment, Vec::new()).await?;
    let certificate = KeptCertificate::new(options.authority.directory(), &options.domains, filled?);
    keep(environment, Kept::Certificate, &certificate).await?;
    Ok(())
}

async fn begin(environment: &Arc<Environment>, options: &AcmeOptions) -> Result<AcmeOrder, OrderError> {
    if let Some(account) = kept_account(environment, options).await? {
        let opened = match options.authority.account(&account.credentials).await {
            Ok(account) => account.order(&options.domains).await,
            Err(error) => Err(error),
        };
        match opened {
            Err(error) if error.is_account_gone() => {
                tracing::warn!("the authority knows nothing of our account any more; another one is opened");
            }
            opened => return Ok(opened?),
        }
    }
    let account = register(environment, options).await?;
    Ok(account.order(&options.domains).await?)
}

async fn kept_account(
    environment: &Arc<Environment>,
    options: &AcmeOptions,
) -> Result<Option<KeptAccount>, StoreError> {
    let sealed = read_sealed(environment, Kept::Account).await?;
    let account = sealed.and_then(|sealed| open::<KeptAccount>(environment, Kept::Account, &sealed));
    Ok(account.filter(|account| account.directory == options.authority.directory()))
}

async fn register(environment: &Arc<Environment>, options: &AcmeOptions) -> Result<AcmeAccount, OrderError> {
    let opened = options
        .authority
        .register(options.contact.as_deref(), options.external.as_ref());
    let (account, credentials) = opened.await?;
    let kept = KeptAccount {
        directory: options.authority.directory().to_owned(),
        credentials,
    };
    keep(environment, Kept::Account, &kept).await?;
    Ok(account)
}

async fn set_challenges(
    environment: &Arc<Environment>,
    answers: Vec<(String, Vec<u8>)>,
) -> Result<(), StoreError> {
    environment
        .db
        .write(Priority::Background, move |tx| acme::set_challenges(tx, &answers))
        .await
}
