//! Encrypted connections: TLS 1.2 and 1.3 with a certificate from files, which are read again when they change, or one that
//! the server gets for itself.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, WantsServerCert};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ConfigBuilder, ServerConfig};

/// What the server speaks; HTTP/2 is not among it.
const PROTOCOL: &[u8] = b"http/1.1";
/// What an authority speaks that looks whether a domain leads here (RFC 8737, 6.2).
const CHALLENGE_PROTOCOL: &[u8] = b"acme-tls/1";

/// Why a certificate is of no use. Each names its file.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{path}: there is no certificate in this file that can be read: {reason}")]
    Certificate { path: PathBuf, reason: String },
    #[error("{path}: there is no private key in this file that can be read: {reason}")]
    Key { path: PathBuf, reason: String },
    #[error("{certificate} and {key} do not go together: {source}")]
    Pair {
        certificate: PathBuf,
        key: PathBuf,
        #[source]
        source: rustls::Error,
    },
    #[error("the challenge for {0} cannot be answered")]
    Challenge(String),
}

/// A certificate with its key, as it is by now.
pub struct Certificate {
    from: From,
    /// None until the first one is there.
    taken: RwLock<Option<Taken>>,
}

enum From {
    Files {
        chain: PathBuf,
        key: PathBuf,
    },
    /// Whoever gives the server its certificates asks it for answers.
    Authority,
}

struct Taken {
    config: Arc<ServerConfig>,
    /// PEM.
    bytes: (Vec<u8>, Vec<u8>),
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let from = match &self.from {
            From::Files { chain, .. } => chain.as_path(),
            From::Authority => Path::new("an authority"),
        };
        f.debug_struct("Certificate")
            .field("from", &from)
            .finish_non_exhaustive()
    }
}

impl Certificate {
    /// Reads the PEM files of a certificate, with the chain behind it, and of its private key.
    pub fn load(certificate: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        let bytes = read(&certificate, &key)?;
        let config = config_of(&bytes, &certificate, &key)?;
        Ok(Self {
            from: From::Files {
                chain: certificate,
                key,
            },
            taken: RwLock::new(Some(Taken { config, bytes })),
        })
    }

    /// One that is still to come, by `take_up`; until then nobody is answered but the authority that gives it.
    pub fn awaited() -> Self {
        Self {
            from: From::Authority,
            taken: RwLock::default(),
        }
    }

    /// Takes a certificate, PEM with the chain behind it, and its key for connections that begin from here on.
    pub fn take_up(&self, chain: &str, key: &str) -> Result<(), TlsError> {
        let bytes = (chain.as_bytes().to_vec(), key.as_bytes().to_vec());
        let named = [Path::new("the certificate"), Path::new("its key")];
        let config = config_of(&bytes, named[0], named[1])?;
        *self.taken.write().unwrap_or_else(PoisonError::into_inner) = Some(Taken { config, bytes });
        Ok(())
    }

    /// Takes the files as they are now for connections that begin from here on; gives whether they have changed. What does
    /// not go together changes nothing: one of two files may not be written yet.
    pub fn reload(&self) -> Result<bool, TlsError> {
        let From::Files { chain, key } = &self.from else {
            return Ok(false);
        };
        let bytes = read(chain, key)?;
        let taken = self.taken.read().unwrap_or_else(PoisonError::into_inner);
        if taken.as_ref().is_some_and(|taken| taken.bytes == bytes) {
            return Ok(false);
        }
        drop(taken);
        let config = config_of(&bytes, chain, key)?;
        *self.taken.write().unwrap_or_else(PoisonError::into_inner) = Some(Taken { config, bytes });
        Ok(true)
    }

    /// What connections are encrypted with; none before the first certificate.
    pub(crate) fn config(&self) -> Option<Arc<ServerConfig>> {
        let taken = self.taken.read().unwrap_or_else(PoisonError::into_inner);
        taken.as_ref().map(|taken| Arc::clone(&taken.config))
    }

    /// The domain that an authority wants to see, if this is one that asks.
    pub(crate) fn challenged_domain(&self, hello: &ClientHello<'_>) -> Option<String> {
        if matches!(self.from, From::Files { .. }) {
            return None;
        }
        let mut protocols = hello.alpn()?;
        let asks = protocols.any(|protocol| protocol == CHALLENGE_PROTOCOL);
        hello.server_name().filter(|_| asks).map(str::to_owned)
    }
}

/// What the challenge for a domain is answered with: a certificate of the domain that is good for nothing else, with the
/// digest of the key authorization in it (RFC 8737, 3).
pub(crate) fn challenge_config(domain: &str, digest: &[u8]) -> Result<Arc<ServerConfig>, TlsError> {
    /// RFC 8737, 3: a SHA-256.
    const DIGEST_BYTES: usize = 32;
    let unfit = || TlsError::Challenge(domain.to_owned());
    if digest.len() != DIGEST_BYTES {
        return Err(unfit());
    }
    let mut params = CertificateParams::new([domain.to_owned()]).map_err(|_| unfit())?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let key = KeyPair::generate().map_err(|_| unfit())?;
    let certificate = params.self_signed(&key).map_err(|_| unfit())?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let key = any_supported_type(&key).map_err(|_| unfit())?;
    // Not by way of a check that the two go together: the extension is critical, and unknown to whoever would check.
    let certified = CertifiedKey::new(vec![certificate.der().clone()], key);
    let mut config = builder().with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = vec![CHALLENGE_PROTOCOL.to_vec()];
    Ok(Arc::new(config))
}

fn builder() -> ConfigBuilder<ServerConfig, WantsServerCert> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows the protocols that it was built with")
        .with_no_client_auth()
}

fn read(certificate: &Path, key: &Path) -> Result<(Vec<u8>, Vec<u8>), TlsError> {
    let chain = std::fs::read(certificate).map_err(|error| TlsError::Certificate {
        path: certificate.to_owned(),
        reason: error.to_string(),
    })?;
    let private = std::fs::read(key).map_err(|error| TlsError::Key {
        path: key.to_owned(),
        reason: error.to_string(),
    })?;
    Ok((chain, private))
}

fn config_of(
    (chain, private): &(Vec<u8>, Vec<u8>),
    certificate: &Path,
    key: &Path,
) -> Result<Arc<ServerConfig>, TlsError> {
    let unread = |reason: String| TlsError::Certificate {
        path: certificate.to_owned(),
        reason,
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|error| unread(error.to_string()))?;
    if chain.is_empty() {
        return Err(unread("it holds none".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_slice(private).map_err(|error| TlsError::Key {
        path: key.to_owned(),
        reason: error.to_string(),
    })?;
    let config = builder().with_single_cert(chain, private);
    let mut config = config.map_err(|source| TlsError::Pair {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
        source,
    })?;
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(Arc::new(config))
}
