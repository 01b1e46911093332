//! What a server needs to encrypt: its certificate, from files or an authority, and the port that leads browsers there.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use mainstay_engine::Environment;
use mainstay_engine::acme::{AcmeOptions, Issued, RunningAcme};
use mainstay_http::{Certificate, serve_redirects};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::config::{CertificateFrom, Config, TlsFiles};

/// Ready to encrypt, if that is wanted.
#[derive(Debug)]
pub(crate) struct Encryption {
    /// None where connections are not encrypted.
    pub(crate) certificate: Option<Arc<Certificate>>,
    authority: Option<AcmeOptions>,
    redirect: Option<Redirect>,
}

#[derive(Debug)]
struct Redirect {
    listener: TcpListener,
    /// `https://app.example.org`
    origin: String,
}

impl Encryption {
    pub(crate) async fn prepare(config: &Config) -> Result<Self> {
        let (certificate, authority) = match &config.tls.certificate {
            None => (None, None),
            Some(CertificateFrom::Files(files)) => (Some(load_certificate(files)?), None),
            Some(CertificateFrom::Authority(authority)) => {
                (Some(Arc::new(Certificate::awaited())), Some(authority.options()?))
            }
        };
        Ok(Self {
            certificate,
            authority,
            redirect: Redirect::prepare(config).await?,
        })
    }

    /// Gets certificates and leads browsers, until it is stopped.
    pub(crate) fn start(self, environment: &Arc<Environment>) -> RunningEncryption {
        let acme = match (self.authority, self.certificate) {
            (Some(options), Some(certificate)) => {
                let take_up = move |issued: &Issued| Ok(certificate.take_up(&issued.chain, &issued.key)?);
                Some(RunningAcme::start(environment, options, Box::new(take_up)))
            }
            _ => None,
        };
        RunningEncryption {
            acme,
            redirect: self.redirect.map(Redirect::start),
        }
    }
}

fn load_certificate(files: &TlsFiles) -> Result<Arc<Certificate>> {
    let certificate = Certificate::load(files.certificate.clone(), files.key.clone());
    Ok(Arc::new(certificate.context(
        "tls.certificate and tls.key: connections cannot be encrypted",
    )?))
}

impl Redirect {
    async fn prepare(config: &Config) -> Result<Option<Self>> {
        let Some((address, origin)) = config.redirect() else {
            return Ok(None);
        };
        let listener = TcpListener::bind(address).await;
        let listener =
            listener.with_context(|| format!("tls.redirect_from: {address} cannot be listened on"))?;
        tracing::info!(address = %listener.local_addr()?, to = origin, "leading browsers to HTTPS");
        Ok(Some(Self { listener, origin }))
    }

    fn start(self) -> (oneshot::Sender<()>, JoinHandle<()>) {
        let (stop, stopped) = oneshot::channel();
        let serving = serve_redirects(self.origin, self.listener, async {
            // Whoever could tell is gone: the same.
            stopped.await.ok();
        });
        (stop, tokio::spawn(serving))
    }
}

/// What runs beside a server that encrypts.
#[derive(Debug)]
#[must_use = "it runs until it is stopped"]
pub(crate) struct RunningEncryption {
    acme: Option<RunningAcme>,
    redirect: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl RunningEncryption {
    pub(crate) async fn stop(self) {
        if let Some((stop, task)) = self.redirect {
            drop(stop);
            if let Err(error) = task.await {
                tracing::error!(%error, "what leads browsers to HTTPS ended in a panic");
            }
        }
        if let Some(acme) = self.acme {
            acme.stop().await;
        }
    }
}
