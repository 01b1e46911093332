//! Certificates from an authority that gives them to programs (ACME, RFC 8555), with the library `instant-acme`.
//!
//! That a domain is ours is shown by TLS-ALPN-01 (RFC 8737).

use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, BodyWrapper, BytesResponse, ChallengeType, Error,
    ExternalAccountKey, HttpClient, Identifier, NewAccount, NewOrder, Order, OrderStatus, RetryPolicy,
};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::outbound::{Outbound, OutboundError, PrivateAddresses, Times};

/// How long an authority may take to look whether domains are ours.
const PROOF_TIME: Duration = Duration::from_mins(1);
/// How long it may take to sign.
const SIGNING_TIME: Duration = Duration::from_secs(30);
/// RFC 8555, 6.7.
const ACCOUNT_GONE: &str = "urn:ietf:params:acme:error:accountDoesNotExist";

/// Why there is no certificate. Each is a sentence about what the authority was asked for.
#[derive(Debug, thiserror::Error)]
pub enum AcmeError {
    #[error("the certificates to trust cannot be read")]
    Roots(#[source] rustls::pki_types::pem::Error),
    #[error("there is no certificate to trust that is of any use")]
    NoRoots,
    #[error("no account could be opened at the authority")]
    Account(#[source] Error),
    #[error("what is kept of the account cannot be read")]
    Credentials(#[source] serde_json::Error),
    #[error("the authority did not take the order")]
    Order(#[source] Error),
    #[error("the authority does not offer to look at {0} over TLS (tls-alpn-01)")]
    NoChallenge(String),
    #[error("the authority could not see that {domain} leads here: {reason}")]
    NotProven { domain: String, reason: String },
    #[error("the authority did not sign the certificate")]
    Unsigned(#[source] Error),
    #[error("the certificate of the authority is none: {0}")]
    Unfit(String),
}

impl AcmeError {
    /// Does the authority know nothing of the account? Then another one has to be made.
    pub fn is_account_gone(&self) -> bool {
        let (Self::Account(Error::Api(problem)) | Self::Order(Error::Api(problem))) = self else {
            return false;
        };
        problem.r#type.as_deref() == Some(ACCOUNT_GONE)
    }
}

/// An account with an authority's owner, to which a new account there is bound (RFC 8555, 7.3.4).
#[derive(Clone, PartialEq, Eq)]
pub struct ExternalAccount {
    id: String,
    key: Vec<u8>,
}

impl ExternalAccount {
    /// With the key as authorities write it, base64url; `None` where it is none.
    pub fn parse(id: String, key: &str) -> Option<Self> {
        let key = URL_SAFE_NO_PAD.decode(key.trim_end_matches('=')).ok()?;
        Some(Self { id, key })
    }
}

impl std::fmt::Debug for ExternalAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExternalAccount")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// An authority, by its directory.
#[derive(Debug, Clone)]
pub struct AcmeAuthority {
    directory: String,
    outbound: Outbound,
}

impl AcmeAuthority {
    /// With the URL of its directory, which an operator gave; `roots`, PEM, are trusted instead of what the operating
    /// system trusts.
    pub fn new(directory: String, roots: Option<&[u8]>) -> Result<Self, AcmeError> {
        let outbound = Outbound::new(PrivateAddresses::Allowed, Times::default());
        let outbound = match roots {
            None => outbound,
            Some(pem) => outbound.trusting(read_roots(pem)?),
        };
        Ok(Self { directory, outbound })
    }

    pub fn directory(&self) -> &str {
        &self.directory
    }

    /// Opens an account, in agreement with the terms of service; gives with it what to keep, which is secret.
    pub async fn register(
        &self,
        contact: Option<&str>,
        external: Option<&ExternalAccount>,
    ) -> Result<(AcmeAccount, String), AcmeError> {
        let contact = contact.map(|address| format!("mailto:{address}"));
        let contact: Vec<&str> = contact.iter().map(String::as_str).collect();
        let wanted = NewAccount {
            contact: &contact,
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let external = external.map(|external| ExternalAccountKey::new(external.id.clone(), &external.key));
        let created = Account::builder_with_http(self.client())
            .create(&wanted, self.directory.clone(), external.as_ref())
            .await;
        let (account, credentials) = created.map_err(AcmeError::Account)?;
        let kept = serde_json::to_string(&credentials).map_err(AcmeError::Credentials)?;
        Ok((AcmeAccount(account), kept))
    }

    /// The account that was opened before.
    pub async fn account(&self, kept: &str) -> Result<AcmeAccount, AcmeError> {
        let credentials: AccountCredentials = serde_json::from_str(kept).map_err(AcmeError::Credentials)?;
        let opened = Account::builder_with_http(self.client())
            .from_credentials(credentials)
            .await;
        Ok(AcmeAccount(opened.map_err(AcmeError::Account)?))
    }

    fn client(&self) -> Box<dyn HttpClient> {
        Box::new(Client(self.outbound.clone()))
    }
}

fn read_roots(pem: &[u8]) -> Result<RootCertStore, AcmeError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(AcmeError::Roots)?;
        roots.add(certificate).map_err(|_| AcmeError::NoRoots)?;
    }
    if roots.is_empty() {
        return Err(AcmeError::NoRoots);
    }
    Ok(roots)
}

/// The library's way to the authority: ours.
struct Client(Outbound);

impl HttpClient for Client {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let outbound = self.0.clone();
        Box::pin(async move {
            let answer = outbound.pass_on(request).await;
            let answer = answer.map_err(|error: OutboundError| Error::Other(Box::new(error)))?;
            Ok(BytesResponse::from(answer.map(Full::new)))
        })
    }
}

/// An account at an authority.
pub struct AcmeAccount(Account);

impl std::fmt::Debug for AcmeAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AcmeAccount").finish_non_exhaustive()
    }
}

impl AcmeAccount {
    /// Orders a certificate for domains; it has yet to be shown that they are ours.
    pub async fn order(&self, domains: &[String]) -> Result<AcmeOrder, AcmeError> {
        let identifiers: Vec<Identifier> = domains.iter().cloned().map(Identifier::Dns).collect();
        let mut order = self
            .0
            .new_order(&NewOrder::new(&identifiers))
            .await
            .map_err(AcmeError::Order)?;
        let mut answers = Vec::new();
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization.map_err(AcmeError::Order)?;
            if authorization.status == AuthorizationStatus::Valid {
                // It has been shown not long ago.
                continue;
            }
            let domain = authorization.identifier().to_string();
            let Some(challenge) = authorization.challenge(ChallengeType::TlsAlpn01) else {
                return Err(AcmeError::NoChallenge(domain));
            };
            let digest = challenge.key_authorization().digest();
            answers.push((domain, digest.as_ref().to_vec()));
        }
        Ok(AcmeOrder { order, answers })
    }
}

/// An order under way.
pub struct AcmeOrder {
    order: Order,
    answers: Vec<(String, Vec<u8>)>,
}

impl std::fmt::Debug for AcmeOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AcmeOrder").finish_non_exhaustive()
    }
}

/// What an authority signed, with the key that it signed it for: PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// The certificate, with the chain behind it.
    pub chain: String,
    pub key: String,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").finish_non_exhaustive()
    }
}

impl AcmeOrder {
    /// What is to be answered to whoever asks for a domain over `acme-tls/1`: the digest for the extension
    /// `acmeIdentifier`.
    pub fn answers(&self) -> &[(String, Vec<u8>)] {
        &self.answers
    }

    /// Has the authority look, now that every answer is given, and sign.
    pub async fn fill(mut self) -> Result<Issued, AcmeError> {
        let mut authorizations = self.order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization.map_err(AcmeError::Order)?;
            if authorization.status == AuthorizationStatus::Valid {
                continue;
            }
            if let Some(mut challenge) = authorization.challenge(ChallengeType::TlsAlpn01) {
                challenge.set_ready().await.map_err(AcmeError::Order)?;
            }
        }
        let looked = self
            .order
            .poll_ready(&RetryPolicy::new().timeout(PROOF_TIME))
            .await;
        if !matches!(looked, Ok(OrderStatus::Ready)) {
            let unproven = self.unproven().await;
            return Err(match (unproven, looked) {
                (Some(unproven), _) => unproven,
                (None, Err(error)) => AcmeError::Order(error),
                (None, Ok(_)) => AcmeError::Order(Error::Str("the order became invalid")),
            });
        }
        let key = self.order.finalize().await.map_err(AcmeError::Unsigned)?;
        let signed = self
            .order
            .poll_certificate(&RetryPolicy::new().timeout(SIGNING_TIME))
            .await;
        Ok(Issued {
            chain: signed.map_err(AcmeError::Unsigned)?,
            key,
        })
    }

    /// What the authority says of the first domain that it did not find here.
    async fn unproven(&mut self) -> Option<AcmeError> {
        let mut authorizations = self.order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization.ok()?;
            let state = authorization.refresh().await.ok()?;
            let fault = state
                .challenges
                .iter()
                .find_map(|challenge| challenge.error.as_ref());
            if let Some(fault) = fault {
                return Some(AcmeError::NotProven {
                    domain: state.identifier().to_string(),
                    reason: fault.detail.clone().unwrap_or_else(|| fault.to_string()),
                });
            }
        }
        None
    }
}

impl Issued {
    /// From when until when it is good, in seconds since 1970.
    pub fn lifetime(&self) -> Result<Range<u64>, AcmeError> {
        let unfit = |error: &dyn std::fmt::Display| AcmeError::Unfit(error.to_string());
        let first = CertificateDer::from_pem_slice(self.chain.as_bytes()).map_err(|error| unfit(&error))?;
        let certificate = Certificate::from_der(&first).map_err(|error| unfit(&error))?;
        let validity = certificate.tbs_certificate.validity;
        let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
        Ok(seconds(validity.not_before)..seconds(validity.not_after))
    }
}
