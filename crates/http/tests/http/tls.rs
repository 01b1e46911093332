//! Connections with TLS, and the certificate that changes meanwhile

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use mainstay_http::{AppOptions, Certificate, ServeOptions, serve};
use mainstay_testkit::{TestApp, files};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::live::within;
use crate::rooms::ROOMS;

const REQUEST: &[u8] = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

struct Served {
    address: SocketAddr,
    certificate: Arc<Certificate>,
    folder: tempfile::TempDir,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
    _app: TestApp,
}

impl Served {
    /// Serves with a certificate of its own, which is given along.
    async fn start() -> (Self, CertificateDer<'static>) {
        let folder = tempfile::tempdir().expect("as the test made it");
        let paths = paths(&folder);
        let made = write_certificate(&paths);
        let certificate = Arc::new(Certificate::load(paths.0, paths.1).expect("as the test made it"));
        let options = AppOptions {
            strict_transport: true,
            ..AppOptions::default()
        };
        let app = TestApp::start_with(files(ROOMS), options);
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("as the test made it");
        let address = listener.local_addr().expect("as the test made it");
        let (stop, stopped) = oneshot::channel();
        let options = ServeOptions {
            certificate: Some(Arc::clone(&certificate)),
            ..ServeOptions::default()
        };
        let task = tokio::spawn(serve(app.app(), listener, options, async {
            stopped.await.ok();
        }));
        let served = Self {
            address,
            certificate,
            folder,
            stop,
            task,
            _app: app,
        };
        (served, made)
    }

    /// The answer over TLS, for a client that trusts this certificate alone.
    async fn ask(
        &self,
        trusted: &CertificateDer<'static>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> std::io::Result<String> {
        let mut roots = RootCertStore::empty();
        roots.add(trusted.clone()).expect("as the test made it");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .expect("as the test made it")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(self.address).await?;
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let name = ServerName::try_from("localhost").expect("as the test made it");
        let mut stream = connector.connect(name, stream).await?;
        stream.write_all(REQUEST).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }
}

fn paths(folder: &tempfile::TempDir) -> (PathBuf, PathBuf) {
    (
        folder.path().join("certificate.pem"),
        folder.path().join("key.pem"),
    )
}

fn write_certificate(paths: &(PathBuf, PathBuf)) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("as the test made it");
    std::fs::write(&paths.0, made.cert.pem()).expect("as the test made it");
    std::fs::write(&paths.1, made.signing_key.serialize_pem()).expect("as the test made it");
    made.cert.der().clone()
}

#[tokio::test]
async fn connections_are_encrypted_and_nothing_else_is_answered() {
    let (served, certificate) = Served::start().await;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let answer = within(served.ask(&certificate, &[version]))
            .await
            .expect("as the test made it");
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        let strict = "strict-transport-security: max-age=63072000; includesubdomains";
        assert!(answer.to_lowercase().contains(strict), "{answer}");
    }
    let mut plain = TcpStream::connect(served.address)
        .await
        .expect("as the test made it");
    plain.write_all(REQUEST).await.expect("as the test made it");
    let mut answer = String::new();
    within(plain.read_to_string(&mut answer))
        .await
        .expect("as the test made it");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(
        answer.contains("HTTPS alone") && !answer.contains("\"status\""),
        "{answer}"
    );
    // Somebody who does not come to an end with the handshake does not keep the server from stopping.
    let _silent = TcpStream::connect(served.address)
        .await
        .expect("as the test made it");
    served.stop.send(()).ok();
    within(served.task).await.expect("as the test made it");
}

#[tokio::test]
async fn a_new_certificate_is_taken_up_while_requests_are_answered() {
    let (served, first) = Served::start().await;
    let versions = [&rustls::version::TLS13];
    assert!(
        !served.certificate.reload().expect("as the test made it"),
        "it is the same"
    );
    let paths = paths(&served.folder);
    let second = write_certificate(&paths);
    assert!(served.ask(&second, &versions).await.is_err(), "not taken up yet");
    assert!(served.certificate.reload().expect("as the test made it"));
    assert!(within(served.ask(&second, &versions)).await.is_ok());
    assert!(served.ask(&first, &versions).await.is_err());
    // Half of a new pair, and nonsense, leave what there is.
    let key = std::fs::read(&paths.1).expect("as the test made it");
    write_certificate(&paths);
    std::fs::write(&paths.1, &key).expect("as the test made it");
    let error = served.certificate.reload().unwrap_err().to_string();
    assert!(error.contains("do not go together"), "{error}");
    for (path, told) in [(&paths.0, "no certificate"), (&paths.1, "no private key")] {
        let before = std::fs::read(path).expect("as the test made it");
        std::fs::write(path, "nonsense").expect("as the test made it");
        let error = served.certificate.reload().unwrap_err().to_string();
        assert!(
            error.contains(told) && error.contains(path.to_str().expect("as the test made it")),
            "{error}"
        );
        std::fs::write(path, before).expect("as the test made it");
    }
    assert!(within(served.ask(&second, &versions)).await.is_ok());
}
